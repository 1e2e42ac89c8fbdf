"""Limits in the solved model: how far each is used, and what one more MW of it would save."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pyomo.environ as pyo

from optim.budget_use import drawn_million_m3, emitted_mt
from optim.found import Found
from optim.inputs import MW_PER_GW, Inputs
from optim.rules.budgets import EVERYWHERE, is_number

_TOLERANCE = 1e-6
_M3_PER_MM3 = 1e6
_WATER = "million m3"
_OF_CAMPUS = ("site_build_rate", "site_voltage")
Sides = Callable[[pyo.ConcreteModel, str, int], tuple[float, float]]


def limit_table(m: pyo.ConcreteModel, inputs: Inputs, found: Found) -> pd.DataFrame:
    """Return `Prices` rows: headroom of every province and year, budgets, other limits where widening saves.

    Parameters
    ----------
    m : ConcreteModel
        Solved, integers held.
    inputs : Inputs
        Water quotas.
    found : Found
        Duals with the integers held and of the linear relaxation, in which campuses may move; water drawn.
    """
    limits: list[tuple[str, str, Sides]] = [
        ("largest_province_share", "resilience.largest_province_share", _province_share),
        ("largest_site_share", "resilience.largest_site_share", _site_share),
        ("province_build_rate", "compute.province_build_rate_first", _province_pace),
        ("province_build_rate", "compute.province_build_rate", _province_pace),
        ("site_build_rate", "compute.site_build_rate_first", _site_pace),
        ("site_build_rate", "compute.site_build_rate", _site_pace),
        ("site_voltage", "grid.within_voltage", _voltage),
        ("site_headroom", "grid.site_headroom", _site_headroom),
        ("accelerator_supply", "accelerators.supply", _supply),
    ]
    rows = _rows(m, ("headroom", "grid.headroom", _headroom), found)
    rest = [row for limit in limits for row in _rows(m, limit, found)] + _water_rows(m, inputs, found)
    budgets = _budget_rows(m, inputs, found)
    saves = [r for r in rest if r["saving_m_cny_per_mw"] + r["saving_long_run_m_cny_per_mw"] > _TOLERANCE]
    return pd.DataFrame([*rows, *saves, *budgets])


def _rows(m: pyo.ConcreteModel, limit: tuple[str, str, Sides], found: Found) -> list[dict[str, Any]]:
    label, name, sides = limit
    component = m.find_component(name)
    rows = []
    for place, year in component if component is not None else []:
        if label in _OF_CAMPUS and m.compute.opened[place, year].value < 0.5:
            continue
        used_gw, limit_gw = sides(m, place, year)
        amounts = (max(0.0, used_gw) * MW_PER_GW, limit_gw * MW_PER_GW, "MW")
        rows.append(_row((label, place, year), amounts, _savings(found, name, (place, year), MW_PER_GW)))
    return rows


def _water_rows(m: pyo.ConcreteModel, inputs: Inputs, found: Found) -> list[dict[str, Any]]:
    """Return the water quotas; what is used is what the plants draw, not what they were allotted."""
    drawn = found.energy["operation"]
    sites = inputs.quotas.set_index(["quota_id", "year"])["sites"]
    rows = []
    for quota, year in m.water_quota.QUOTAS:
        mine = drawn[drawn["site_id"].isin(sites[(quota, year)]) & (drawn["year"] == year)]
        amounts = (float(mine["water_m3"].sum()) / _M3_PER_MM3, m.water_quota.quota_mm3[quota, year], _WATER)
        saves = _savings(found, "water_quota.row", (quota, year), 1.0)
        rows.append(_row(("water_quota", quota, year), amounts, saves))
    return rows


def _budget_rows(m: pyo.ConcreteModel, inputs: Inputs, found: Found) -> list[dict[str, Any]]:
    """Return the budgets over all years: what plants emit and draw, and the mean round trip of the load."""
    asked, drawn = inputs.asked.budgets, found.energy["operation"]
    served = {key: max(0.0, data.value or 0.0) for key, data in m.workload.serve_gw.items()}
    total_gw = sum(served.values())
    rtt = sum(inputs.rtt_ms.get(key, 0.0) * gw for key, gw in served.items()) / (total_gw or 1.0)
    sides = [
        ("carbon_budget", "carbon", emitted_mt(drawn), asked.carbon_max_mt, "Mt CO2", 1.0),
        ("water_budget", "water", drawn_million_m3(drawn), asked.water_max_million_m3, _WATER, 1.0),
        ("round_trip_budget", "rtt", rtt, asked.rtt_mean_max_ms, "ms", 1.0 / (total_gw or 1.0)),
    ]
    key = (EVERYWHERE, inputs.years[-1])
    return [
        _row((label, *key), (float(used), most, unit), _savings(found, f"budgets.{name}", key, per))
        for label, name, used, most, unit, per in sides
        if most is not None and is_number(most)
    ]


def _row(
    key: tuple[str, str, int], amounts: tuple[float, float, str], saves: tuple[float, float]
) -> dict[str, Any]:
    columns = ["limit", "place", "year", "used_mw", "limit_mw", "unit"]
    columns += ["saving_m_cny_per_mw", "saving_long_run_m_cny_per_mw"]
    return dict(zip(columns, (*key, *amounts, *saves), strict=True))


def _savings(found: Found, name: str, key: tuple[str, int], per: float) -> tuple[float, float]:
    """Return what one more unit saves, integers held and in the long run."""
    held, long_run = (
        max(0.0, -each.duals.get(name, {}).get(key, 0.0) / per) for each in (found.priced, found.relaxed)
    )
    return held, long_run


def _headroom(m: pyo.ConcreteModel, province: str, year: int) -> tuple[float, float]:
    used = sum(m.grid.connection_gw[s, year].value for s in m.SITES[province])
    bought = sum(m.grid.upgrade_gw[province, k, year].value for k in m.grid.OPEN_STEPS[province, year])
    return used, m.grid.headroom_gw[province, year] + bought


def _province_share(m: pyo.ConcreteModel, province: str, year: int) -> tuple[float, float]:
    it_gw = m.compute.it_new_gw
    used = sum(it_gw[s, year].value for s in m.SITES[province]) + m.given_province_gw[province, year]
    return used, m.resilience.largest_province.value * m.compute.total_it_gw[year].value


def _site_share(m: pyo.ConcreteModel, site: str, year: int) -> tuple[float, float]:
    most = m.resilience.largest_site.value * m.compute.total_it_gw[year].value
    return m.compute.it_new_gw[site, year].value, most


def _province_pace(m: pyo.ConcreteModel, province: str, year: int) -> tuple[float, float]:
    return sum(_added(m, s, year) for s in m.SITES[province]), m.compute.province_rate_gw.value


def _site_pace(m: pyo.ConcreteModel, site: str, year: int) -> tuple[float, float]:
    return _added(m, site, year), m.compute.site_rate_gw.value * m.compute.opened[site, year].value


def _added(m: pyo.ConcreteModel, site: str, year: int) -> float:
    before = 0.0 if year in m.FIRST else m.compute.it_new_gw[site, m.previous[year]].value
    return float(m.compute.it_new_gw[site, year].value - before)


def _voltage(m: pyo.ConcreteModel, site: str, year: int) -> tuple[float, float]:
    grid = m.grid
    gained = sum(grid.gain_gw[site, k] * grid.raised[site, k, year].value for k in grid.RAISES_OF[site, year])
    used = grid.connection_gw[site, year].value - grid.edge_gw[site, year]
    return used, grid.base_gw[site] * m.compute.opened[site, year].value + gained


def _site_headroom(m: pyo.ConcreteModel, site: str, year: int) -> tuple[float, float]:
    return m.grid.connection_gw[site, year].value, m.grid.site_headroom_gw[site]


def _supply(m: pyo.ConcreteModel, accelerator: str, year: int) -> tuple[float, float]:
    return m.accelerators.bought_gw[accelerator, year].value, m.accelerators.supply_gw[accelerator, year]
