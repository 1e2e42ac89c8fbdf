"""Water quotas, long lines and explanations for the made-up plan of `tests.maps.world`."""

import dataclasses

import pandas as pd

from geodata import tables as geo
from maps.plan_data import Extras

HOSTILE = "</script><b>line</b> {{ 7 * 7 }}"


def with_quotas(survey: geo.Survey) -> geo.Survey:
    """Return the survey with a quota of each kind, of which the sites draw a known part."""
    rows = [
        ("q-basin", "basin", "Huai <i>", 2029, 1e6),
        ("q-basin", "basin", "Huai <i>", 2030, 540000.0),
        ("q-hebei", "province", "Hebei", 2030, 720000.0),
    ]
    quotas = pd.DataFrame(rows, columns=["quota_id", "kind", "place", "year", "water_m3"])
    told = quotas.assign(source="made up", vintage="2026", confidence="low", note="")
    candidates = survey.candidates.assign(basin="Huai <i>")
    return dataclasses.replace(
        survey, candidates=candidates, quotas=geo.checked(told, geo.MODELS["quotas"], "quotas")
    )


def extras() -> Extras:
    """Return two lines, one of them not in service before 2030, and two explanations."""
    ends = {"from_longitude": 106.0, "from_latitude": 38.0, "to_longitude": 120.0, "to_latitude": 30.0}
    names = {"from_name": "West", "to_name": "East <i>", "source": "list <b>", "note": "", **ends}
    lines = pd.DataFrame(
        [
            {"name": HOSTILE, "voltage_kv": 800.0, "capacity_gw": 8.0, "year": 2016, **names},
            {"name": "Later", "voltage_kv": 800.0, "capacity_gw": 8.0, "year": 2030, **names},
        ]
    )
    need = {"name": "tariff", "unit": "CNY/MWh", "now": 400.0, "needed": 440.0}
    told = {
        "status": "in",
        "sentences": ["It <script>alert(9)</script> stays.", "Second."],
        "gap_m_cny": -12.5,
        "gap_share_of_siting_cost": -0.01,
        "needs": [need, {"name": "land", "unit": "CNY/m2", "now": 250.0, "needed": None}],
        "sites_with_and_without": [{"site_id": "s005", "with_mw": 10.0, "without_mw": 60.0}],
    }
    barred = {"status": "barred", "sentences": ["first", "rule X"]}
    return Extras(lines, 3, {"s000": told, "s007": barred})
