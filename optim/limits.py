"""Limits in the solved model: how far each is used, and what one more MW of it would save."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pyomo.environ as pyo

from optim.inputs import MW_PER_GW
from optim.solve import Marginals

_TOLERANCE = 1e-6
Sides = Callable[[pyo.ConcreteModel, str, int], tuple[float, float]]


def limit_table(m: pyo.ConcreteModel, held: Marginals, relaxed: Marginals) -> pd.DataFrame:
    """Return `Prices` rows: headroom of every province and year, other limits where widening them saves.

    Parameters
    ----------
    m : ConcreteModel
        Solved, integers held.
    held, relaxed : Marginals
        Of that solve, and of the linear relaxation, in which campuses may move.
    """
    rows = _rows(m, "headroom", ["grid.headroom"], _headroom, (held, relaxed))
    rest = [
        *_rows(m, "largest_province_share", ["compute.largest_province_share"], _share, (held, relaxed)),
        *_rows(m, "province_build_rate", _named("province_build_rate"), _province_pace, (held, relaxed)),
        *_rows(m, "site_build_rate", _named("site_build_rate"), _site_pace, (held, relaxed)),
    ]
    saves = [r for r in rest if r["saving_m_cny_per_mw"] + r["saving_long_run_m_cny_per_mw"] > _TOLERANCE]
    return pd.DataFrame([*rows, *saves])


def _named(rate: str) -> list[str]:
    return [f"compute.{rate}_first", f"compute.{rate}"]


def _rows(
    m: pyo.ConcreteModel, limit: str, components: list[str], sides: Sides, both: tuple[Marginals, Marginals]
) -> list[dict[str, Any]]:
    rows = []
    for name in components:
        for place, year in m.find_component(name):
            held, long_run = (-each.duals.get(name, {}).get((place, year), 0.0) / MW_PER_GW for each in both)
            used_gw, limit_gw = sides(m, place, year)
            rows.append(
                {
                    "limit": limit,
                    "place": place,
                    "year": year,
                    "used_mw": max(0.0, used_gw) * MW_PER_GW,
                    "limit_mw": limit_gw * MW_PER_GW,
                    "saving_m_cny_per_mw": max(0.0, held),
                    "saving_long_run_m_cny_per_mw": max(0.0, long_run),
                }
            )
    return rows


def _headroom(m: pyo.ConcreteModel, province: str, year: int) -> tuple[float, float]:
    used = sum(m.grid.connection_gw[s, year].value for s in m.SITES[province])
    bought = sum(m.grid.upgrade_gw[province, k, year].value for k in m.grid.OPEN_STEPS[province, year])
    return used, m.grid.headroom_gw[province, year] + bought


def _share(m: pyo.ConcreteModel, province: str, year: int) -> tuple[float, float]:
    it_gw = m.compute.it_gw
    used = sum(it_gw[s, year].value for s in m.SITES[province]) + m.given_province_gw[province, year]
    total = sum(it_gw[s, year].value for s in m.S) + m.given_total_gw[year]
    return used, m.compute.largest_share.value * total


def _province_pace(m: pyo.ConcreteModel, province: str, year: int) -> tuple[float, float]:
    return sum(_added(m, s, year) for s in m.SITES[province]), m.compute.province_rate_gw.value


def _site_pace(m: pyo.ConcreteModel, site: str, year: int) -> tuple[float, float]:
    return _added(m, site, year), m.compute.site_rate_gw.value * m.compute.opened[site, year].value


def _added(m: pyo.ConcreteModel, site: str, year: int) -> float:
    before = 0.0 if year in m.FIRST else m.compute.it_gw[site, m.previous[year]].value
    return float(m.compute.it_gw[site, year].value - before)
