"""A tiny world of three sites whose best plan can be worked out by hand."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any

import pandas as pd

from geodata.schemas.base import COOLING
from geodata.tables import MODELS, Survey, checked
from optim.blocks.compute import Settings as Campus
from optim.blocks.resilience import Settings as Resilience
from optim.options import Settings
from optim.settings import CoolingSettings, CostSettings, SupplySettings
from optim.solve import Settings as Solve
from tests.world_hours import PUE_MEAN, PUE_PEAK, class_hours, cooling_hours, day_months, days, profiles

__all__ = ["PUE_MEAN", "PUE_PEAK", "class_hours", "cooling_hours", "day_months", "days", "profiles"]
YEARS = (2026, 2027)
PRICE = {"w": 300.0, "m": 400.0, "e": 600.0}
PROVINCE = {"w": "West", "m": "Middle", "e": "East"}
RTT_MS = {("w", "West"): 2, ("w", "Middle"): 8, ("w", "East"): 30, ("m", "West"): 8, ("m", "Middle"): 2}
RTT_MS |= {("m", "East"): 9, ("e", "West"): 30, ("e", "Middle"): 9, ("e", "East"): 2}

ITEMS = {
    "shell_m_cny_per_mw": 20.0,
    "shell_life_years": 20.0,
    "liquid_cooling_m_cny_per_mw": 5.0,
    "liquid_cooling_life_years": 15.0,
    "land_m2_per_mw": 700.0,
    "land_life_years": 50.0,
    "connection_m_cny_per_mw": 0.25,
    "connection_life_years": 30.0,
    "campus_line_m_cny_per_km": 2.0,
    "campus_line_km": 10.0,
    "line_life_years": 30.0,
    "fibre_m_cny_per_km": 0.1,
    "fibre_life_years": 25.0,
    "fibre_routes": 2.0,
    "maintenance_share_per_year": 0.03,
    "staff_per_mw": 0.8,
    "wan_m_cny_per_gbps_year_1000km": 0.012,
    "certificate_cny_per_mwh": 5.0,
    "carbon_cny_per_tco2": 0.0,
    "discount_share_per_year": 0.06,
    "price_year": 2025.0,
    "load_share": 0.6,
    "load_share_max": 0.9,
    "solar_m_cny_per_mw": 2.5,
    "wind_m_cny_per_mw": 5.0,
    "battery_m_cny_per_mw": 0.5,
    "battery_m_cny_per_mwh": 0.8,
    "solar_life_years": 25.0,
    "wind_life_years": 25.0,
    "battery_life_years": 10.0,
    "solar_om_m_cny_per_mw_year": 0.05,
    "wind_om_m_cny_per_mw_year": 0.1,
    "battery_om_m_cny_per_mw_year": 0.02,
    "battery_charge_efficiency_share": 0.95,
    "battery_discharge_efficiency_share": 0.95,
    "battery_loss_share_per_h": 0.001,
    "transit_east_m_cny_per_gbps_year": 0.7,
    "transit_west_m_cny_per_gbps_year": 0.25,
    "stock_keep_m_cny_per_mw_year": 0.5,
    "stock_refit_m_cny_per_mw": 2.0,
    "refit_life_years": 10.0,
}


def survey(**tables: pd.DataFrame) -> Survey:
    """Return the tiny survey, the named tables replaced; every table is checked."""
    usual = {name: table.copy() for name, table in _usual().items()}
    return Survey(**usual | {name: checked(t, MODELS[name], name) for name, t in tables.items()})


@cache
def _usual() -> dict[str, pd.DataFrame]:
    """Return the tables of the tiny survey, checked once."""
    made = {
        "candidates": candidates(),
        "cooling": cooling(),
        "cooling_hours": cooling_hours(),
        "days": days(),
        "day_months": day_months(),
        "profiles": profiles(),
        "class_hours": class_hours(),
        "voltage_steps": voltage_steps(),
        "zones": zones(),
        "classes": classes(),
        "demand": demand(),
        "links": links(),
        "headroom": headroom(),
        "upgrades": upgrades(),
        "accelerators": accelerators(),
        "costs": costs(),
        "rules": rules(),
    }
    empty = {name: pd.DataFrame(columns=list(model.to_schema().columns)) for name, model in MODELS.items()}
    return {name: checked(table, MODELS[name], name) for name, table in (empty | made).items()}


def settings(**changes: object) -> Settings:
    """Return settings under which the tiny world's limits are wide, the named ones replaced."""
    base = Settings(
        campus=Campus(
            module_mw=50,
            campus_min_mw=100,
            campus_max_mw=2000,
            site_build_rate_mw_per_year=2000,
            province_build_rate_mw_per_year=2000,
        ),
        cooling=CoolingSettings(technologies=("liquid_dry",)),
        supply=SupplySettings(direct=False, battery=False),
        resilience=Resilience(largest_province_share=1.0),
        solve=Solve(gap_share=1e-9, threads=1),
    )
    return base.model_copy(update=changes)


def campus(**changes: object) -> Settings:
    """Return the tiny settings with campus limits replaced."""
    base = settings()
    return base.model_copy(update={"campus": base.campus.model_copy(update=changes)})


def money(**changes: Any) -> Settings:
    """Return the tiny settings with cost settings replaced."""
    return settings(costs=CostSettings(**changes))


def candidates() -> pd.DataFrame:
    """Return three sites: w is cheap and in a hub, m is not in a hub, e is dear and in a hub."""
    row = {
        "kind": "own",
        "tariff_zone": "zone",
        "basin": "",
        "elevation_m": 1000.0,
        "temperature_mean_c": 8.0,
        "temperature_hot_c": 30.0,
        "wet_bulb_hot_c": 20.0,
        "demand_charge_posted_cny_per_mw_month": 30000.0,
        "price_negotiated_cny_per_mwh": float("nan"),
        "energy_price_spot_cny_per_mwh": float("nan"),
        "emission_average_tco2_per_mwh": 0.6,
        "emission_marginal_tco2_per_mwh": 0.8,
        "direct_charge_cny_per_mwh": 150.0,
        "export_price_cny_per_mwh": 200.0,
        "site_headroom_mw": float("nan"),
        "land_price_cny_per_m2": 200.0,
        "labour_cny_per_year": 100000.0,
        "water_price_cny_per_m3": 5.0,
        "backbone_km": 100.0,
        "existing_it_mw": 0.0,
        "it_max_mw": float("nan"),
        "confidence": "low",
        "cluster_id": "",
        "hub_start_area": "",
    }
    hub = {"w": "NM", "m": "", "e": "YRD"}
    rows = [
        row
        | {
            "site_id": s,
            "name_en": f"Site {s}",
            "name_zh": s,
            "pinyin": s,
            "province": PROVINCE[s],
            "prefecture": PROVINCE[s],
            "longitude": 100.0 + 5 * k,
            "latitude": 40.0 - 3 * k,
            "hub_province": hub[s],
            "hub_prefecture": hub[s],
            "side": "east" if s == "e" else "west",
            "energy_price_posted_cny_per_mwh": PRICE[s],
        }
        for k, s in enumerate(PRICE)
    ]
    return pd.DataFrame(rows)


def cooling() -> pd.DataFrame:
    """Return the same efficiency everywhere."""
    rows = [(s, t, PUE_MEAN, PUE_PEAK, 0.5) for s in PRICE for t in COOLING]
    return pd.DataFrame(rows, columns=["site_id", "technology", "pue_mean", "pue_peak", "wue"])


def voltage_steps() -> pd.DataFrame:
    """Return one voltage without a limit, whose line costs as much as the campus line items say."""
    row = {"voltage_kv": 220.0, "capacity_mw": 5000.0, "line_m_cny_per_km": 2.0, "bay_m_cny": 0.0}
    source = {"source": "made up", "vintage": "2025", "confidence": "low", "note": ""}
    return pd.DataFrame([row | {"lead_years": 0} | source])


def zones() -> pd.DataFrame:
    """Return a zone for each province."""
    share = {"West": 0.2, "Middle": 0.2, "East": 0.6}
    rows = [(z, z, 100.0, 40.0, share[z], s) for s, z in PROVINCE.items()]
    return pd.DataFrame(
        rows, columns=["zone_id", "name_zh", "longitude", "latitude", "demand_share", "city_site_id"]
    )


def classes() -> pd.DataFrame:
    """Return a city class, a class with a limit of 10 ms, and one without a binding limit."""
    rows = [
        ("rt_edge", "edge", "边缘", 1.0, 2.0, True, 5.0, 0.0, False, False, True, "users"),
        ("rt_infer", "real-time", "实时", 5.0, 10.0, False, 2.0, 0.0, True, False, True, "users"),
        ("training", "training", "训练", 100.0, 200.0, False, 0.2, 0.0, True, True, False, "sites"),
    ]
    columns = [
        "class_id",
        "name_en",
        "name_zh",
        "one_way_ms_max",
        "rtt_ms_max",
        "same_city",
        "wan_gbps_per_mw",
        "deferrable_h",
        "needs_liquid",
        "movable",
        "essential",
        "traffic",
    ]
    return pd.DataFrame(rows, columns=columns)


def demand(edge_mw: float = 0.0, real_time_mw: float = 100.0, training_mw: float = 300.0) -> pd.DataFrame:
    """Return demand of the east, doubled in the second year."""
    parts = {"rt_edge": edge_mw, "rt_infer": real_time_mw, "training": training_mw}
    rows = [("East", c, y, v * (1 + k)) for k, y in enumerate(YEARS) for c, v in parts.items()]
    return pd.DataFrame(rows, columns=["zone_id", "class_id", "year", "it_mw"])


def links() -> pd.DataFrame:
    """Return links with a band of one fifth."""
    rows = [(s, z, v * 50.0, v / 2, float(v), v * 0.8, v * 1.2, False) for (s, z), v in RTT_MS.items()]
    columns = [
        "site_id",
        "zone_id",
        "distance_km",
        "one_way_ms",
        "rtt_ms",
        "rtt_low_ms",
        "rtt_high_ms",
        "measured",
    ]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(route_km=table["distance_km"])


def headroom(west_mw: float = 250.0, middle_mw: float = 1500.0, east_mw: float = 1500.0) -> pd.DataFrame:
    """Return headroom by province, the same in both years."""
    size = {"West": west_mw, "Middle": middle_mw, "East": east_mw}
    rows = [(p, y, v, 10000.0, 0.0, 12000.0, True) for p, v in size.items() for y in YEARS]
    columns = ["province", "year", "headroom_mw", "peak_mw", "net_export_mw", "dependable_mw", "adequate"]
    return pd.DataFrame(rows, columns=columns).assign(import_limit_mw=float("nan"), within_limits=True)


def upgrades(size_mw: float = 0.0, price_m_cny_per_mw: float = 1.0) -> pd.DataFrame:
    """Return one step by province, from the second year on."""
    rows = [(p, 1, size_mw, price_m_cny_per_mw, YEARS[1]) for p in PROVINCE.values()]
    return pd.DataFrame(rows, columns=["province", "step", "size_mw", "price_m_cny_per_mw", "earliest_year"])


def accelerators() -> pd.DataFrame:
    """Return two types that share each year's IT power."""
    rows = [
        (a, a, origin, y, share, float("nan"), 0.5, 1.5, 0.2)
        for a, origin, share in (("home", "domestic", 0.6), ("abroad", "imported", 0.4))
        for y in YEARS
    ]
    columns = ["accelerator_id", "name", "origin", "year", "mix_share", "supply_cards"]
    table = pd.DataFrame(
        rows, columns=[*columns, "pflops_per_card", "system_kw_per_card", "price_m_cny_per_card"]
    )
    return table.assign(life_years=5, delivery_years=0, fits="", mtokens_per_kwh=1.0)


def costs() -> pd.DataFrame:
    """Return round cost items."""
    rows = [(i, v, "", "2025", "made up", "low", "") for i, v in ITEMS.items()]
    return pd.DataFrame(rows, columns=["item", "value", "unit", "year", "source", "confidence", "note"])


def rules(*rows: dict[str, Any]) -> pd.DataFrame:
    """Return policy rules: each row names what differs from an open, hard rule without place."""
    base = {
        "rule_id": "R",
        "kind": "information",
        "scope": "all",
        "hub_scope": "",
        "class_id": "",
        "number": float("nan"),
        "unit": "share",
        "large_from_mw": float("nan"),
        "local_load_exempt": False,
        "accounting": "",
        "pue_from": float("nan"),
        "from_year": 2020,
        "to_year": 2099,
        "after_end": "keep",
        "hard": True,
        "price_m_cny_per_unit": float("nan"),
        "enabled": True,
        "document": "made up",
        "source": "made up",
        "confidence": "low",
        "note": "",
    }
    if not rows:
        return pd.DataFrame({c: pd.Series(dtype=object) for c in base})
    return pd.DataFrame([base | row for row in rows])


def replace(base: Survey, **tables: pd.DataFrame) -> Survey:
    """Return `base` with tables replaced and checked."""
    return dataclasses.replace(base, **{k: checked(v, MODELS[k], k) for k, v in tables.items()})
