"""A made-up survey and plan of any size, with names that try to break a page."""

import dataclasses

import numpy as np
import pandas as pd

from geodata import tables as geo
from optim import tables as opt
from tests.maps import plants

AWKWARD = (
    ("<script>alert(1)</script>", "脚本<script>alert(2)</script>", "jiaoben"),
    ("</script><img src=x onerror=alert(3)>", "引号\"'县", "yinhao"),
    ("Braces {{ 7 * 7 }} {% if %} $x$", "张家口", "zhangjiakou"),
    ('O\'Neil "Bay" & Co. \\ `x`', "呼和浩特", "huhehaote"),
)
YEARS = (2029, 2030)
ZONES = (
    ("Hebei", "河北", 114.5, 38.0),
    ("Inner Mongolia", "内蒙古", 111.7, 40.8),
    ("Guizhou", "贵州", 106.7, 26.6),
    ("Guangdong", "广东", 113.3, 23.1),
    ("Gansu", "甘肃", 103.8, 36.1),
)
WEST = {"Inner Mongolia", "Guizhou", "Gansu"}
CLASSES = (
    ("rt_edge", "hard real-time", "硬实时", 1.0, True),
    ("rt_infer", "real-time </script>", "实时推理", 5.0, False),
    ("training", "training", "训练", 500.0, False),
)
COOLING = (("chilled_water", 1.4), ("liquid_dry", 1.12))


def survey(sites: int = 12) -> geo.Survey:
    """Return a survey of `sites` candidates in five provinces."""
    candidates = _candidates(sites)
    made = {
        "candidates": candidates,
        "cooling": _product(candidates["site_id"], COOLING, ["site_id", "technology", "pue_mean"]).assign(
            pue_peak=1.5, wue=0.4
        ),
        "zones": pd.DataFrame(
            [(z, zh, x, y, 0.2, f"s{place:03d}") for place, (z, zh, x, y) in enumerate(ZONES)],
            columns=["zone_id", "name_zh", "longitude", "latitude", "demand_share", "city_site_id"],
        ),
        "classes": pd.DataFrame(
            [
                (c, en, zh, ms, 2 * ms, city, 0.1, 0.0, False, False, False, "sites")
                for c, en, zh, ms, city in CLASSES
            ],
            columns=[
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
            ],
        ),
        "demand": pd.DataFrame(
            [(z[0], c[0], y, 900.0) for z in ZONES for c in CLASSES for y in YEARS],
            columns=["zone_id", "class_id", "year", "it_mw"],
        ),
        "links": _links(candidates),
        "headroom": pd.DataFrame(
            [(z[0], y, 2000.0, 40000.0, -500.0, 45000.0, z[0] != "Guangdong") for z in ZONES for y in YEARS],
            columns=[
                "province",
                "year",
                "headroom_mw",
                "peak_mw",
                "net_export_mw",
                "dependable_mw",
                "adequate",
            ],
        ),
        "upgrades": pd.DataFrame(
            [(z[0], 1, 1000.0, 1.5, 2029) for z in ZONES],
            columns=["province", "step", "size_mw", "price_m_cny_per_mw", "earliest_year"],
        ),
        "accelerators": pd.DataFrame(
            [("chip<b>", "Chip <b>A</b>", "domestic", y, 1.0, 1e6, 0.4, 1.5, 0.2) for y in YEARS],
            columns=[
                "accelerator_id",
                "name",
                "origin",
                "year",
                "mix_share",
                "supply_cards",
                "pflops_per_card",
                "system_kw_per_card",
                "price_m_cny_per_card",
            ],
        ),
        "days": pd.DataFrame(
            [(0, "2020-01-15", 200.0, ""), (1, "2020-07-15", 160.0, ""), (2, "2020-08-01", 5.0, "calm")],
            columns=["day", "date", "weight_days", "extreme"],
        ),
        "day_months": pd.DataFrame(
            [(d, k, w / 12) for d, w in enumerate((200.0, 160.0, 5.0)) for k in range(1, 13)],
            columns=["day", "month", "weight_days"],
        ),
        "profiles": _profiles(candidates),
        "costs": pd.DataFrame(
            [("shell", 22.0, "m_cny_per_mw", "2025", "tender <i>x</i>", "low", "")],
            columns=["item", "value", "unit", "year", "source", "confidence", "note"],
        ),
        "rules": _rules(),
        "places": _places(),
        "figures": _figures(),
    }
    made["accelerators"] = made["accelerators"].assign(
        mtokens_per_kwh=1.0, life_years=5, delivery_years=1, fits=""
    )
    made["headroom"] = made["headroom"].assign(import_limit_mw=float("nan"), within_limits=True)
    empty = {
        name: pd.DataFrame(columns=list(model.to_schema().columns)) for name, model in geo.MODELS.items()
    }
    whole = empty | made
    return geo.Survey(**{name: geo.checked(table, geo.MODELS[name], name) for name, table in whole.items()})


def results(known: geo.Survey, built: int = 6, flows: int = 40, status: str = "optimal") -> opt.Results:
    """Return a plan that opens `built` sites and has `flows` flows in each year."""
    rows = known.candidates.head(built)
    made = {
        "build": pd.concat([_build(rows, y) for y in YEARS]),
        **plants.tables(rows, YEARS),
        "upgrades": pd.DataFrame(
            [("Hebei", 1, 2030, 120.0)], columns=["province", "step", "year", "upgrade_mw"]
        ),
        "flows": _flows(rows, flows),
        "unserved": pd.DataFrame(
            [("Guangdong", "rt_infer", 2030, 31.0)], columns=["zone_id", "class_id", "year", "it_mw"]
        ),
        "costs": _costs(rows),
        "accelerators": pd.DataFrame(
            [("chip<b>", y, 4000.0, 2.7e6, 1e6, 3e5, 1e6, 540000.0) for y in YEARS],
            columns=[
                "accelerator_id",
                "year",
                "it_mw",
                "cards",
                "supply_cards",
                "replaced_cards",
                "pflops",
                "cost_m_cny",
            ],
        ),
        "rules": _rule_use(),
        "prices": pd.DataFrame(
            [
                ("headroom", "Hebei", 2030, 2000.0, 2000.0, "MW", 0.83, 0.9),
                ("headroom", "Gansu", 2030, 10.0, 2000.0, "MW", 0.0, 0.0),
                ("largest_province_share", "Guizhou", 2030, 800.0, 800.0, "MW", 0.2, 0.3),
                ("water_quota", "Huai", 2030, 3.0, 3.0, "million m3", 4.5, 4.6),
            ],
            columns=[
                "limit",
                "place",
                "year",
                "used_mw",
                "limit_mw",
                "unit",
                "saving_m_cny_per_mw",
                "saving_long_run_m_cny_per_mw",
            ],
        ),
        "equivalents": pd.DataFrame(
            [(s, p, 3.0 * n, 4e-4 * n, n < 3) for n, (s, p) in enumerate(_empty_sites(known, built))],
            columns=["site_id", "province", "reduced_cost_m_cny", "extra_share", "within_gap"],
        ),
    }
    empty = {name: pd.DataFrame(columns=list(m.to_schema().columns)) for name, m in opt.MODELS.items()}
    whole = empty | made
    tables = {name: geo.checked(table, opt.MODELS[name], name) for name, table in whole.items()}
    return opt.Results(**tables, solution=dataclasses.replace(SOLUTION, status=status))


SOLUTION = opt.Solution(
    solver="highs",
    method="decomposed",
    status="optimal",
    objective_m_cny=90500.0,
    bound_m_cny=90430.0,
    gap_share=0.00077,
    gap_m_cny=70.0,
    siting_cost_m_cny=90000.0,
    penalty_m_cny=500.0,
    seconds_build=1.0,
    seconds_solve=2.0,
    columns=10,
    rows=9,
    integers=3,
    iterations=7,
    cuts=123,
)


def _candidates(count: int) -> pd.DataFrame:
    names = [
        AWKWARD[n] if n < len(AWKWARD) else (f"Place {n}", f"地点{n}", f"didian{n}") for n in range(count)
    ]
    zones = [ZONES[n % len(ZONES)] for n in range(count)]
    spread = np.random.default_rng(7).uniform(-4, 4, size=(2, count))
    return pd.DataFrame(
        {
            "site_id": [f"s{n:03d}" for n in range(count)],
            "name_en": [n[0] for n in names],
            "name_zh": [n[1] for n in names],
            "pinyin": [n[2] for n in names],
            "kind": ["start_area" if n % 5 == 1 else "seat" for n in range(count)],
            "province": [z[0] for z in zones],
            "prefecture": [n[0] for n in names],
            "longitude": [z[2] + d for z, d in zip(zones, spread[0], strict=True)],
            "latitude": [z[3] + d for z, d in zip(zones, spread[1], strict=True)],
            "hub_province": ["HUB" if z[0] != "Guangdong" else "" for z in zones],
            "hub_prefecture": "",
            "hub_start_area": ["HUB" if n % 5 == 1 else "" for n in range(count)],
            "cluster_id": "",
            "side": ["west" if z[0] in WEST else "east" for z in zones],
            "tariff_zone": [z[0] for z in zones],
            "basin": "",
            "elevation_m": 900.0,
            "temperature_mean_c": 9.5,
            "temperature_hot_c": 31.0,
            "wet_bulb_hot_c": 22.0,
            "energy_price_posted_cny_per_mwh": [330.0 + 7.3 * (n % 40) for n in range(count)],
            "demand_charge_posted_cny_per_mw_month": 32000.0,
            "price_negotiated_cny_per_mwh": [360.0 if n == 1 else np.nan for n in range(count)],
            "energy_price_spot_cny_per_mwh": np.nan,
            "emission_average_tco2_per_mwh": 0.55,
            "emission_marginal_tco2_per_mwh": 0.75,
            "direct_charge_cny_per_mwh": 140.0,
            "export_price_cny_per_mwh": 190.0,
            "site_headroom_mw": np.nan,
            "land_price_cny_per_m2": 250.0,
            "labour_cny_per_year": 110000.0,
            "water_price_cny_per_m3": 4.2,
            "backbone_km": 40.0,
            "existing_it_mw": 0.0,
            "it_max_mw": np.nan,
            "confidence": ["low" if n % 3 else "medium" for n in range(count)],
        }
    )


def _product(ids: pd.Series, parts: tuple[tuple[object, ...], ...], columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame([(i, *part) for i in ids for part in parts], columns=columns)


def _profiles(candidates: pd.DataFrame) -> pd.DataFrame:
    rows = [
        (s, d, h, 0.1 * d, 0.2) for s in candidates["site_id"].head(2) for d in range(3) for h in range(24)
    ]
    columns = ["site_id", "day", "hour", "solar_capacity_factor", "wind_capacity_factor"]
    return pd.DataFrame(rows, columns=columns).assign(dry_bulb_c=10.0, wet_bulb_c=5.0)


def _links(candidates: pd.DataFrame) -> pd.DataFrame:
    rows = [(s, z[0], 800.0, 6.0, 12.0, 10.0, 15.0, False) for s in candidates["site_id"] for z in ZONES]
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
    return pd.DataFrame(rows, columns=columns).assign(route_km=1200.0)


def _rules() -> pd.DataFrame:
    row = {
        "rule_id": "LAY-05",
        "kind": "hub_share",
        "scope": "hubs",
        "hub_scope": "province",
        "class_id": "",
        "number": 0.6,
        "unit": "share",
        "large_from_mw": np.nan,
        "local_load_exempt": False,
        "from_year": 2023,
        "to_year": 2025,
        "after_end": "keep",
        "hard": False,
        "price_m_cny_per_unit": 1.0,
        "accounting": "",
        "pue_from": np.nan,
        "enabled": True,
        "document": "Notice <b>1</b>",
        "source": "NDRC",
        "confidence": "medium",
        "note": "",
    }
    return pd.DataFrame([row])


def _places() -> pd.DataFrame:
    columns = [
        "place_id",
        "kind",
        "name_en",
        "name_zh",
        "hub_id",
        "province",
        "longitude",
        "latitude",
        "it_mw",
        "note",
        "source",
        "confidence",
    ]
    rows = [
        (
            "hub_gz",
            "hub",
            "Guizhou hub </script>",
            "贵州枢纽",
            "GZ",
            "Guizhou",
            106.5,
            26.4,
            np.nan,
            "",
            "NDRC",
            "high",
        ),
        ("cl_ga", "cluster", "Gui'an", "贵安集群", "GZ", "Guizhou", 106.4, 26.3, 850.0, "", "NDRC", "high"),
        (
            "camp_1",
            "campus",
            "Campus <u>1</u>",
            "园区一",
            "",
            "Hebei",
            115.0,
            41.0,
            100.0,
            "",
            "press",
            "low",
        ),
    ]
    return pd.DataFrame(rows, columns=columns)


def _figures() -> pd.DataFrame:
    columns = ["column", "site_id", "unit", "source", "vintage", "confidence", "note"]
    rows = [
        ("energy_price_posted_cny_per_mwh", "", "CNY/MWh", "General tariff notice", "2026-08", "high", ""),
        (
            "energy_price_posted_cny_per_mwh",
            "s001",
            "CNY/MWh",
            "Own notice of s001 <b>",
            "2026-09",
            "low",
            "borrowed",
        ),
        ("pue_mean", "", "ratio", "Climate relation", "2020", "medium", ""),
        ("land_price_cny_per_m2", "", "CNY/m2", "Yearbook </script>", "2023", "low", ""),
    ]
    return pd.DataFrame(rows, columns=columns).assign(observation="")


def _build(rows: pd.DataFrame, year: int) -> pd.DataFrame:
    size = [(40.0 + 35.0 * (n % 20)) * (1 if year == YEARS[-1] else 0.5) for n in range(len(rows))]
    return pd.DataFrame(
        {
            "site_id": rows["site_id"].to_numpy(),
            "year": year,
            "opened": 1,
            "it_mw": size,
            "given_it_mw": [25.0 if n < len(ZONES) else 0.0 for n in range(len(rows))],
            "connection_mw": [1.3 * s for s in size],
            "voltage_kv": 220.0,
        }
    )


def _flows(rows: pd.DataFrame, count: int) -> pd.DataFrame:
    pairs = [(s, z[0], c) for s in rows["site_id"] for z in ZONES for c in ("rt_infer", "training")]
    reached = -(-count // len(pairs))
    chosen = (pairs * reached)[:count]
    made = [
        (s, z, c, y, 5.0 + 9.0 * (n % 30), 12.0, n % 11 == 0 and c != "training", c == "training")
        for y in YEARS
        for n, (s, z, c) in enumerate(chosen)
    ]
    return pd.DataFrame(
        made, columns=["site_id", "zone_id", "class_id", "year", "it_mw", "rtt_ms", "undecided", "merged"]
    )


def _costs(rows: pd.DataFrame) -> pd.DataFrame:
    places = zip(rows["site_id"], rows["province"], strict=True)
    made = [
        (i, s, p, "liquid_dry", y, c, 0.9 * c)
        for s, p in places
        for y in YEARS
        for i, c in (("shell", 90.0), ("energy", 160.0), ("demand_charge", 40.0), ("wave", 2.0))
    ]
    made.append(("upgrades", "", "Hebei", "", 2030, 12.0, 10.0))
    columns = ["item", "site_id", "province", "technology", "year", "cost_m_cny", "discounted_m_cny"]
    return pd.DataFrame(made, columns=columns)


def _rule_use() -> pd.DataFrame:
    columns = [
        "rule_id",
        "kind",
        "place",
        "year",
        "value",
        "number",
        "unit",
        "missed",
        "binding",
        "dual_m_cny",
        "dual_long_run_m_cny",
        "held_after_end",
    ]
    rows = [
        ("LAY-05", "hub_share", "all", 2029, 0.71, 0.6, "share", 0.0, False, 0.0, 0.0, True),
        ("LAY-05", "hub_share", "all", 2030, 0.58, 0.6, "share", 0.02, True, 1.25, 1.5, True),
    ]
    return pd.DataFrame(rows, columns=columns)


def _empty_sites(known: geo.Survey, built: int) -> list[tuple[str, str]]:
    rows = known.candidates.iloc[built : built + 12]
    return list(zip(rows["site_id"], rows["province"], strict=True))
