"""The energy of a plant, hour by hour: the planner's block against PyPSA on the same site data.

    .venv/bin/python -m benchmarks.pypsa_energy [--json] [--case NAME]

Each case is made twice from the same survey: by `optim.model.build_plants`, and as a PyPSA network that reads
the survey's tables itself. Both minimise yearly cost; the least costs have to agree to 1e-6.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.plant_cases import Case, only, ours, rules
from benchmarks.pypsa_extras import peer
from benchmarks.pypsa_plant import Plant
from geodata.survey import Settings, survey
from geodata.tables import Survey
from tests import world

ZHANGBEI, ZHONGWEI, SHAOGUAN = SITES = ("area-zhangbei", "area-zhongwei", "area-shaoguan")
MIXED = {"training": 30.0, "near_line": 15.0, "chat_infer": 15.0}
SMALL = {"training": 40.0, "rt_infer": 20.0}
TOLERANCE = 1e-6

REAL = (
    Case("grid only", ZHANGBEI, direct=False, battery=False),
    Case("daily shape", SHAOGUAN, MIXED, direct=False, battery=False),
    Case("battery against tariff", SHAOGUAN, direct=False, items={"battery_m_cny_per_mwh": 0.3}),
    Case("solar, wind, battery", ZHANGBEI),
    Case("small potential", ZHONGWEI, potential_share=0.002),
    Case("meter at 60 %", SHAOGUAN, MIXED, meter_share=0.6, items={"battery_m_cny_per_mwh": 0.3}),
    Case("export", ZHONGWEI, export=True),
    Case("export, wide limit", SHAOGUAN, export=True, export_share_max=0.6, items={"wind_m_cny_per_mw": 2.5}),
    Case("self-use and curtailment", ZHANGBEI, export=True, self_use=0.85, curtailed=0.02),
    Case("deferred load", ZHONGWEI, MIXED, defer=True),
    Case("deferred load, hourly 80 %", SHAOGUAN, MIXED, defer=True, green=(("hourly", 0.8),)),
    Case("hourly 90 %", ZHANGBEI, green=(("hourly", 0.9),)),
    Case("hourly 95 %, export", ZHONGWEI, export=True, green=(("hourly", 0.95),)),
    Case("monthly 80 %", SHAOGUAN, green=(("monthly", 0.8),), export=True),
    Case("annual 80 %", SHAOGUAN, green=(("annual", 0.8),)),
    Case("certificates 90 %", SHAOGUAN, green=(("certificates", 0.9),)),
    Case("carbon price", ZHANGBEI, items={"carbon_cny_per_tco2": 200.0}),
    Case("lossy battery", ZHONGWEI, items={"battery_loss_share_per_h": 0.01, "battery_m_cny_per_mwh": 0.3}),
    Case("load moved by day", ZHANGBEI, MIXED, moved_share=0.2, green=(("hourly", 0.8),)),
    Case("chilled water", SHAOGUAN, {"near_line": 60.0}, ("chilled_water",), green=(("annual", 0.5),)),
    Case(
        "two plants share a site",
        ZHONGWEI,
        {"training": 30.0, "near_line": 20.0},
        ("liquid_dry", "water_economiser"),
        potential_share=0.005,
        defer=True,
    ),
)
TINY = (
    Case("tiny: purchase", "w", direct=False, battery=False),
    Case("tiny: all", "e", SMALL, export=True, defer=True, green=(("hourly", 0.6),)),
)


def tiny_survey() -> Survey:
    """Return the tiny world with three days of sun and wind, dear evenings, and potentials."""
    made = world.survey(
        days=world.days(3),
        day_months=world.day_months(3),
        profiles=_sunny(world.profiles(3)),
        cooling_hours=world.cooling_hours(3),
        classes=world.classes().assign(deferrable_h=[0.0, 0.0, 6.0]),
    )
    attributes = pd.DataFrame({"site_id": list(world.PRICE)}).reindex(columns=made.attributes.columns)
    potential = attributes.assign(solar_potential_50km_mw=5000.0, wind_potential_50km_mw=400.0)
    return only(made, list(world.PRICE), attributes=potential, tariff_hours=_dear_evenings())


def _sunny(profiles: pd.DataFrame) -> pd.DataFrame:
    sun = np.clip(np.sin((profiles["hour"] - 6) / 12 * np.pi), 0, None) * (0.3 + 0.25 * profiles["day"])
    wind = 0.35 + 0.25 * np.sin(profiles["hour"] / 4 + 2 * profiles["day"])
    return profiles.assign(solar_capacity_factor=sun, wind_capacity_factor=wind)


def _dear_evenings() -> pd.DataFrame:
    rows = [
        ("zone", k, h, 700.0 + 10 * k if 17 <= h < 22 else 350.0) for k in range(1, 13) for h in range(24)
    ]
    return pd.DataFrame(rows, columns=["tariff_zone", "month", "hour", "energy_price_cny_per_mwh"])


def compare(case: Case, places: Survey) -> dict[str, Any]:
    """Return both least costs of a case, their relative difference, what rules lack, and both designs."""
    held = only(places, [case.site], rules=rules(case))
    mine, other = ours(case, held), peer(Plant(case, held))
    away = abs(mine["cost_m_cny"] - other["cost_m_cny"]) / abs(other["cost_m_cny"])
    design = {k: v for k, v in mine.items() if k != "cost_m_cny"}
    peers = {f"pypsa_{k}": v for k, v in other.items() if k != "cost_m_cny"}
    found = {"ours_m_cny": mine["cost_m_cny"], "pypsa_m_cny": other["cost_m_cny"], "difference_share": away}
    return {"case": case.name, "site": case.site, **found, **design, **peers}


def main() -> None:
    """Print a line for each case."""
    parser = argparse.ArgumentParser(description="The energy block against PyPSA on the same site data.")
    parser.add_argument("--json", action="store_true", help="everything as JSON")
    parser.add_argument("--case", help="only the cases whose name contains this")
    given = parser.parse_args()
    wanted = [case for case in (*TINY, *REAL) if (given.case or "") in case.name]
    real = only(survey(Settings()), list(SITES)) if any(case in REAL for case in wanted) else None
    tiny = tiny_survey()
    found = [compare(case, real if real and case in REAL else tiny) for case in wanted]
    if given.json:
        print(json.dumps(found, indent=1))
        return
    print(f"{'case':28} {'site':14} {'ours M CNY':>18} {'PyPSA M CNY':>18} {'difference':>10}")
    for row in found:
        costs = f"{row['ours_m_cny']:18.9f} {row['pypsa_m_cny']:18.9f} {row['difference_share']:10.1e}"
        print(f"{row['case']:28} {row['site']:14} {costs}")


if __name__ == "__main__":
    main()
