"""The tiny world with everything in it: days, sun and wind, tariffs by hour, load that waits and moves."""

from __future__ import annotations

import math

import pandas as pd

from geodata.tables import MODELS, Survey
from optim.blocks.accelerators import Settings as Accelerators
from optim.blocks.compute import Settings as Campus
from optim.blocks.resilience import Settings as Resilience
from optim.options import Settings
from optim.settings import CoolingSettings, CostSettings, HourSettings, LoadSettings, SupplySettings
from optim.solve import Settings as Solve
from tests import world

DAYS = 3
HUBS = {"scope": "hubs", "hub_scope": "province"}
SOFT = {"hard": False, "price_m_cny_per_unit": 0.5}
RULES = (
    {"rule_id": "HUB", "kind": "hub_share", "number": 0.5, **HUBS},
    {"rule_id": "LARGE", "kind": "large_in_hub_only", "large_from_mw": 40, **HUBS, **SOFT},
    {
        "rule_id": "LOCAL",
        "kind": "large_in_hub_only",
        "large_from_mw": 450,
        "local_load_exempt": True,
        **HUBS,
    },
    {"rule_id": "PUE", "kind": "pue_cap", "number": 1.21, "large_from_mw": 100},
    {"rule_id": "WUE", "kind": "wue_cap", "number": 0.2, "large_from_mw": 150, **SOFT},
    {"rule_id": "CERT", "kind": "green_share", "number": 0.8, "accounting": "certificates", **HUBS},
    {"rule_id": "YEAR", "kind": "green_share", "number": 0.2, "accounting": "annual"},
    {"rule_id": "MONTH", "kind": "green_share", "number": 0.4, "accounting": "monthly", **SOFT},
    {"rule_id": "HOUR", "kind": "green_share", "number": 0.5, "accounting": "hourly", **SOFT},
    {"rule_id": "SELF", "kind": "self_use", "number": 0.6},
    {"rule_id": "LOSS", "kind": "curtailment_cap", "number": 0.3},
    {"rule_id": "HOME", "kind": "residency", "class_id": "rt_infer", "number": 0.5, **SOFT},
    {"rule_id": "RACK", "kind": "rack_use", "number": 0.6, "scope": "Middle"},
    {"rule_id": "OLD", "kind": "energy_surcharge", "number": 100, "pue_from": 1.3},
    {"rule_id": "PAUSE", "kind": "build_pause", "scope": "East", "from_year": 2027, "to_year": 2027},
)
DOMESTIC = {"rule_id": "CHIP", "kind": "domestic_share", "number": 0.55}


def survey(*rules: dict) -> Survey:
    """Return the survey; with `rules` in place of all kinds of rules."""
    return world.survey(
        candidates=world.candidates().assign(basin=["Yellow", "Yellow", "Yangtze"], site_headroom_mw=900.0),
        attributes=attributes(),
        days=world.days(DAYS),
        day_months=day_months(),
        profiles=profiles(),
        cooling=cooling(),
        cooling_hours=cooling_hours(),
        class_hours=class_hours(),
        classes=classes(),
        tariff_hours=tariff_hours(),
        voltage_steps=voltage_steps(),
        stock=stock(),
        quotas=quotas(),
        demand=demand(),
        headroom=world.headroom(west_mw=600, middle_mw=200, east_mw=100),
        upgrades=world.upgrades(size_mw=150, price_m_cny_per_mw=0.1),
        accelerators=accelerators(),
        rules=world.rules(*(rules or RULES)),
    )


def settings(**changes: object) -> Settings:
    """Return settings under which everything may be used; the named ones replaced."""
    base = Settings(
        campus=Campus(
            module_mw=50,
            campus_min_mw=50,
            campus_max_mw=2000,
            site_build_rate_mw_per_year=400,
            province_build_rate_mw_per_year=400,
        ),
        cooling=CoolingSettings(technologies=("water_economiser", "liquid_dry")),
        supply=SupplySettings(potential_share=0.5, export_share_max=0.2),
        resilience=Resilience(
            largest_province_share=0.9,
            largest_site_share=0.8,
            provinces_min_count=2,
            province_min_mw=20,
            reserve="none",
        ),
        load=LoadSettings(day_move_share=0.3),
        hours=HourSettings(days_max=2),
        costs=CostSettings(items={"carbon_cny_per_tco2": 60}, all_price_factor=1.1, energy_price_factor=0.95),
        solve=Solve(gap_share=1e-2, threads=1),
    )
    return base.model_copy(update=changes)


def chips(**changes: object) -> Settings:
    """Return the settings with accelerators chosen by the model."""
    return settings(accelerators=Accelerators(choice="open", output="tokens"), **changes)


def attributes() -> pd.DataFrame:
    """Return potentials and substations; the rest is not known."""
    columns = MODELS["attributes"].to_schema().columns
    empty = {name: "" if "str" in str(column.dtype) else float("nan") for name, column in columns.items()}
    known = {"solar_potential_50km_mw": 800.0, "wind_potential_50km_mw": 500.0, "substation_km": 6.0}
    rows = [empty | known | {"site_id": s, "grade": "C", "substation_330kv_km": 20.0} for s in world.PRICE]
    return pd.DataFrame(rows)


def day_months() -> pd.DataFrame:
    """Return days that each stand for two thirds of four months and a third of the four before."""
    part = {(d, 1 + (4 * d + k) % 12): 365 / 36 * (2 if k < 4 else 1) for d in range(DAYS) for k in range(8)}
    return pd.DataFrame([(d, k, v) for (d, k), v in part.items()], columns=["day", "month", "weight_days"])


def profiles() -> pd.DataFrame:
    """Return sun by day and wind by night, other on each day and at each site."""
    table = world.profiles(DAYS)
    sun = table["hour"].map(lambda h: max(0.0, math.sin(math.pi * (h - 6) / 12)))
    more = table["site_id"].map({"w": 1.0, "m": 0.8, "e": 0.6})
    return table.assign(
        solar_capacity_factor=sun * more * (0.5 + 0.2 * table["day"]),
        wind_capacity_factor=(0.2 + 0.3 * (table["hour"] % 7 < 3) * more + 0.1 * table["day"]) * 0.9,
        dry_bulb_c=8.0 + 5.0 * table["day"] + sun,
        wet_bulb_c=5.0 + 4.0 * table["day"] + sun,
    )


def cooling() -> pd.DataFrame:
    """Return liquid cooling that is better or drier than air."""
    figures = {
        "chilled_water": (1.35, 1.45, 1.5),
        "liquid_tower": (1.12, 1.2, 1.0),
        "liquid_dry": (1.2, 1.3, 0.0),
    }
    table = world.cooling()
    rows = [figures.get(c, (1.22, 1.3, 0.8)) for c in table["technology"]]
    return table.assign(**pd.DataFrame(rows, columns=["pue_mean", "pue_peak", "wue"]))


def cooling_hours() -> pd.DataFrame:
    """Return the yearly figures, warmer by day."""
    table, year = world.cooling_hours(DAYS), cooling().drop_duplicates("technology").set_index("technology")
    warm = 0.02 * ((table["hour"] > 8) & (table["hour"] < 20)) + 0.01 * table["day"]
    for technology, row in year.iterrows():
        table[f"pue_{technology}"] = float(row["pue_mean"]) - 0.02 + warm
        table[f"wue_{technology}"] = float(row["wue"]) * (0.5 + 20 * warm)
    return table


def class_hours() -> pd.DataFrame:
    """Return inference that peaks in the evening."""
    table = world.class_hours()
    wave = table["hour"].map(lambda h: 1 + 0.3 * math.cos(math.pi * (h - 20) / 12))
    return table.assign(load_factor=wave.where(table["class_id"] != "training", 1.0))


def classes() -> pd.DataFrame:
    """Return training that waits and moves, and batches that may also stand in air."""
    table = world.classes().set_index("class_id")
    table.loc["training", "deferrable_h"] = 8.0
    table.loc["batch"] = table.loc["training"]
    table.loc["batch", ["name_en", "deferrable_h", "needs_liquid", "wan_gbps_per_mw"]] = [
        "batch",
        4.0,
        False,
        0.1,
    ]
    return table.reset_index()


def demand() -> pd.DataFrame:
    """Return the demand of the tiny world, and some for batches."""
    table = world.demand(edge_mw=3)
    batch = table[table["class_id"] == "training"].assign(class_id="batch", it_mw=lambda t: t["it_mw"] / 3)
    return pd.concat([table, batch], ignore_index=True)


def tariff_hours() -> pd.DataFrame:
    """Return prices that are low by night and high in summer evenings."""
    rows = [
        ("zone", k, h, "flat", 250.0 + 150.0 * (h >= 8) + 200.0 * (h >= 18) * (5 < k < 9))
        for k in range(1, 13)
        for h in range(24)
    ]
    columns = ["tariff_zone", "month", "hour", "period", "energy_price_cny_per_mwh"]
    return pd.DataFrame(rows, columns=columns).assign(borrowed_from="", confidence="low")


def voltage_steps() -> pd.DataFrame:
    """Return two voltages; the higher takes a year."""
    base = world.voltage_steps().iloc[0].to_dict()
    high = {
        "voltage_kv": 330.0,
        "capacity_mw": 1500.0,
        "line_m_cny_per_km": 3.0,
        "bay_m_cny": 10.0,
        "lead_years": 1,
    }
    return pd.DataFrame([base | {"capacity_mw": 260.0, "bay_m_cny": 5.0}, base | high])


def stock() -> pd.DataFrame:
    """Return existing halls in the middle, half of them idle."""
    row = {"technology": "existing", "source": "made up", "vintage": "2025", "confidence": "low", "note": ""}
    rows = [("m", 80.0, 0.5, 1.1), ("e", 20.0, 0.2, 1.3)]
    return pd.DataFrame(rows, columns=["site_id", "it_mw", "used_share", "pue_factor"]).assign(**row)


def quotas() -> pd.DataFrame:
    """Return water for half of a basin's halls."""
    row = {"quota_id": "Q", "kind": "basin", "place": "Yellow", "water_m3": 6e5}
    rest = {"source": "made up", "vintage": "2025", "confidence": "low", "note": ""}
    return pd.DataFrame([row | rest | {"year": y} for y in world.YEARS])


def accelerators() -> pd.DataFrame:
    """Return types that differ in output; one is scarce, comes a year late and wears out."""
    table = world.accelerators()
    home = table["origin"] == "domestic"
    return table.assign(
        supply_cards=table["supply_cards"].where(home, 120_000.0),
        mtokens_per_kwh=[1.0 if h else 1.6 for h in home],
        price_m_cny_per_card=[0.1 if h else 0.02 for h in home],
        life_years=[5 if h else 1 for h in home],
        delivery_years=[0 if h else 1 for h in home],
    )
