"""Policy rules in the solved model: both sides of each, what is missed, and its dual."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pyomo.environ as pyo

from optim.inputs import MW_PER_GW, Inputs
from optim.policy import Rule
from optim.solve import Marginals

_TOLERANCE = 1e-6
_SITE_KINDS = ("pue_cap", "large_in_hub_only")
Value = Callable[[pyo.Block, Rule, str, int], float]
Duals = tuple[dict[Any, float], dict[Any, float]]


def rule_table(
    m: pyo.ConcreteModel, inputs: Inputs, marginals: Marginals, relaxed: Marginals
) -> pd.DataFrame:
    """Return `RuleUse` rows; rules on single sites are summed to one row per year.

    Parameters
    ----------
    m : ConcreteModel
        Solved, integers fixed.
    inputs : Inputs
        Rules in force.
    marginals, relaxed : Marginals
        Of that solve, and of the linear relaxation.
    """
    rows = []
    for rule in inputs.rules:
        block = m.component(rule.kind)
        held, long_run = (each.duals.get(f"{rule.kind}.row", {}) for each in (marginals, relaxed))
        make = _site_kind_rows if rule.kind in _SITE_KINDS else _place_rows
        rows += make(rule, block, (held, long_run), _VALUE[rule.kind])
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
    ]
    return pd.DataFrame(rows, columns=[*columns, "dual_long_run_m_cny", "held_after_end"])


def _place_rows(rule: Rule, block: pyo.Block, duals: Duals, value: Value) -> list[dict[str, Any]]:
    out = []
    for r, place, y in block.ROWS:
        if r != rule.rule_id:
            continue
        row = block.row[r, place, y]
        gap = abs(pyo.value(row.body) - pyo.value(row.lower if row.lower is not None else row.upper))
        missed, price = block.missed[r, place, y].value or 0.0, _prices(duals, [(r, place, y)])
        out.append(
            _rule_row(
                rule, place, y, (value(block, rule, place, y), rule.number), missed, gap < _TOLERANCE, price
            )
        )
    return out


def _site_kind_rows(rule: Rule, block: pyo.Block, duals: Duals, value: Value) -> list[dict[str, Any]]:
    out = []
    for y in rule.years:
        keys = [(r, s, z) for r, s, z in block.ROWS if r == rule.rule_id and z == y]
        if not keys:
            continue
        largest = max(value(block, rule, s, y) for _, s, _ in keys)
        missed = sum(block.missed[k].value or 0.0 for k in keys)
        price = _prices(duals, keys)
        sides = (largest, pyo.value(block.allowed_gw[rule.rule_id]) * MW_PER_GW)
        out.append(_rule_row(rule, f"{len(keys)} sites", y, sides, missed, max(price) > _TOLERANCE, price))
    return out


def _prices(duals: Duals, keys: list[Any]) -> tuple[float, float]:
    """Return the summed duals of rows, integers held and in the long run [M CNY per MW or GWh]."""
    held, long_run = (sum(abs(d.get(key, 0.0)) for key in keys) / MW_PER_GW for d in duals)
    return held, long_run


def _rule_row(
    rule: Rule,
    place: str,
    year: int,
    sides: tuple[float, float],
    missed: float,
    binding: bool,
    price: tuple[float, float],
) -> dict[str, Any]:
    return {
        "rule_id": rule.rule_id,
        "kind": rule.kind,
        "place": place,
        "year": year,
        "value": sides[0],
        "number": sides[1],
        "unit": "MW" if rule.kind in _SITE_KINDS else rule.unit,
        "missed": max(0.0, missed) * MW_PER_GW,
        "binding": binding,
        "dual_m_cny": price[0],
        "dual_long_run_m_cny": price[1],
        "held_after_end": year in rule.kept_years,
    }


def _hub_share(block: pyo.Block, rule: Rule, place: str, y: int) -> float:
    m = block.model()
    inside = sum((m.compute.it_gw[s, y].value or 0.0) + m.given_gw[s, y] for s in rule.places[place])
    whole = sum(m.compute.it_gw[s, y].value or 0.0 for s in m.S) + m.given_total_gw[y]
    return inside / whole if whole > 0 else 0.0


def _green_share(block: pyo.Block, rule: Rule, place: str, y: int) -> float:
    m = block.model()
    green = sum(m.certificates.certificates_twh[s, y].value or 0.0 for s in rule.places[place])
    bought = sum(m.grid.purchase_twh[s, y].value or 0.0 for s in rule.places[place])
    return green / bought if bought > _TOLERANCE else 1.0


def _residency(block: pyo.Block, rule: Rule, place: str, y: int) -> float:
    load = block.model().workload
    inside = sum(
        load.serve_gw[s, place, rule.class_id, y].value or 0.0 for s in block.INSIDE[rule.rule_id, place]
    )
    served = load.demand_gw[place, rule.class_id, y] - (
        load.unserved_gw[place, rule.class_id, y].value or 0.0
    )
    return inside / served if served > _TOLERANCE else 1.0


def _large(block: pyo.Block, rule: Rule, site: str, y: int) -> float:
    m = block.model()
    if rule.kind == "large_in_hub_only" and rule.local_load_exempt:
        away = block.AWAY[rule.rule_id, site]
        return sum(m.workload.serve_gw[site, d, w, y].value or 0.0 for d, w in away) * MW_PER_GW
    return (m.compute.it_gw[site, y].value or 0.0) * MW_PER_GW


_VALUE: dict[str, Value] = {
    "hub_share": _hub_share,
    "green_share": _green_share,
    "residency": _residency,
    "pue_cap": _large,
    "large_in_hub_only": _large,
}
