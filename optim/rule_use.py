"""Policy rules in the solved model: both sides of each, what is missed, and its dual."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import pyomo.environ as pyo

from optim.found import Found
from optim.inputs import MW_PER_GW, Inputs
from optim.policy import Rule
from optim.rule_energy import energy_value
from optim.rule_values import domestic_share, hub_share, rack_use, residency, site_mw
from optim.rules.energy_rules import ANNUAL

_TOLERANCE, _NEAR = 1e-6, 1e-5
_SITE_KINDS = ("pue_cap", "wue_cap", "large_in_hub_only", "build_pause")
_COLUMNS = ["rule_id", "kind", "place", "year", "value", "number", "unit", "missed", "binding", "dual_m_cny"]
Value = Callable[[pyo.ConcreteModel, Rule, str, int], float]
_VALUE: dict[str, Value] = {
    "hub_share": hub_share,
    "residency": residency,
    "rack_use": rack_use,
    "domestic_share": domestic_share,
}


def rule_table(m: pyo.ConcreteModel, inputs: Inputs, found: Found) -> pd.DataFrame:
    """Return `RuleUse` rows; rules on single sites are summed to one row per year.

    Rules on energy are read from the plants' operation, in both forms of the model alike. Those that each
    plant keeps by itself (by month, by hour, self-use, curtailment) show the plant furthest behind, and have
    duals only where the whole model is solved at once.

    Parameters
    ----------
    m : ConcreteModel
        Solved, integers fixed.
    inputs : Inputs
        Rules in force.
    found : Found
        Energy of the plan, duals with integers held and of the linear relaxation.
    """
    rows = [row for rule in inputs.rules for row in _rows(m, inputs, found, rule)]
    return pd.DataFrame(rows, columns=[*_COLUMNS, "dual_long_run_m_cny", "held_after_end"])


def _rows(m: pyo.ConcreteModel, inputs: Inputs, found: Found, rule: Rule) -> list[dict[str, Any]]:
    if rule.kind in _SITE_KINDS:
        return _site_rows(m, found, rule)
    if rule.kind in _VALUE:
        return _place_rows(m, found, rule)
    return _energy_rows(m, inputs, found, rule)


def _place_rows(m: pyo.ConcreteModel, found: Found, rule: Rule) -> list[dict[str, Any]]:
    block = m.component(rule.kind)
    rows = []
    for _, place, y in (key for key in block.ROWS if key[0] == rule.rule_id):
        keys = [key for key in block.row if (*key[:2], key[-1]) == (rule.rule_id, place, y)]
        value = _VALUE[rule.kind](m, rule, place, y)
        missed = (block.missed[rule.rule_id, place, y].value or 0.0) * MW_PER_GW
        rows.append(_row(rule, (place, y), (value, missed), _prices(found, f"{rule.kind}.row", keys)))
    return rows


def _site_rows(m: pyo.ConcreteModel, found: Found, rule: Rule) -> list[dict[str, Any]]:
    """Return one row a year: the largest site against what the rule leaves to a site [MW]."""
    block, allowed = m.component(rule.kind), 0.0
    if rule.kind != "build_pause":
        allowed = pyo.value(block.allowed_gw[rule.rule_id]) * MW_PER_GW
    rows = []
    for y in rule.years:
        keys = [(r, s, z) for r, s, z in block.ROWS if r == rule.rule_id and z == y]
        if not keys:
            continue
        largest = max(site_mw(m, rule, s, y) for _, s, _ in keys)
        missed = sum(block.missed[k].value or 0.0 for k in keys) * MW_PER_GW
        price = _prices(found, f"{rule.kind}.row", keys)
        row = _row(rule, (f"{len(keys)} sites", y), (largest, missed), price)
        rows.append({**row, "number": allowed, "unit": "MW", "binding": max(price) > _TOLERANCE})
    return rows


def _energy_rows(m: pyo.ConcreteModel, inputs: Inputs, found: Found, rule: Rule) -> list[dict[str, Any]]:
    rows = []
    settled = rule.kind == "green_share" and rule.accounting in ANNUAL
    for place, sites in rule.places.items():
        for y in rule.years:
            value, missed = energy_value(inputs, found.energy, rule, sites, y)
            if settled:
                keys = [(rule.rule_id, place, y)]
                price = _prices(found, "green_share.row", keys)
            else:
                price = _prices(found, *_plant_rows(m, rule, set(sites), y))
            rows.append(_row(rule, (place, y), (value, missed), price))
    return rows


def _plant_rows(m: pyo.ConcreteModel, rule: Rule, sites: set[str], year: int) -> tuple[str, list[Any]]:
    """Return the constraint of a rule that plants keep by themselves, and its rows; none in the master."""
    name = {"monthly": "by_month", "hourly": "by_hour"}.get(rule.accounting, rule.kind)
    name = {"curtailment_cap": "curtailment"}.get(name, name)
    component = m.find_component(f"green.{name}")
    keys = list(component) if component is not None else []
    mine = [k for k in keys if k[0] in sites and k[2] == year and (len(k) == 3 or k[3] == rule.rule_id)]
    return f"green.{name}", mine


def _prices(found: Found, name: str, keys: list[Any]) -> tuple[float, float]:
    """Return the summed duals of rows, integers held and in the long run [M CNY per MW or GWh]."""
    if not keys:
        return math.nan, math.nan
    held, long_run = (
        sum(abs(each.duals.get(name, {}).get(key, 0.0)) for key in keys) / MW_PER_GW
        for each in (found.priced, found.relaxed)
    )
    return held, long_run


def _row(
    rule: Rule, key: tuple[str, int], reached: tuple[float, float], price: tuple[float, float]
) -> dict[str, Any]:
    place, year = key
    value, missed = reached
    met = abs(value - rule.number) <= _NEAR or missed > _TOLERANCE
    binding = value > _TOLERANCE if rule.kind == "energy_surcharge" else met
    return {
        "rule_id": rule.rule_id,
        "kind": rule.kind,
        "place": place,
        "year": year,
        "value": value,
        "number": rule.number,
        "unit": rule.unit,
        "missed": max(0.0, missed),
        "binding": binding,
        "dual_m_cny": price[0],
        "dual_long_run_m_cny": price[1],
        "held_after_end": year in rule.kept_years,
    }
