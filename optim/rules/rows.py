"""What all rule kinds share: rows by rule, place and year, the limit, and the slack of soft rules."""

from __future__ import annotations

from collections.abc import Iterable

import pyomo.environ as pyo

from optim.inputs import MW_PER_GW
from optim.policy import Rule
from optim.terms import Term

Row = tuple[str, str, int]


def declare(b: pyo.Block, rules: list[Rule], rows: Iterable[Row]) -> None:
    """Declare on `b`: ROWS, number[r] and missed[row], which is 0 for a hard rule.

    `missed` is in GW, or TWh for energy rules.
    """
    hard = {rule.rule_id: rule.hard for rule in rules}
    ids = list(hard)
    b.RULES = pyo.Set(initialize=ids)
    b.ROWS = pyo.Set(dimen=3, initialize=list(rows))
    b.number = pyo.Param(b.RULES, initialize={r.rule_id: r.number for r in rules})
    b.price = pyo.Param(b.RULES, initialize={r.rule_id: r.price_m_cny_per_unit * MW_PER_GW for r in rules})
    b.missed = pyo.Var(
        b.ROWS,
        domain=pyo.NonNegativeReals,
        bounds=lambda b, r, place, y: (0, 0) if hard[r] else (0, None),
        dense=False,
    )


def place_rows(rules: list[Rule]) -> list[Row]:
    """Return a row for each place and year of each rule."""
    return [(r.rule_id, place, y) for r in rules for place in r.places for y in r.years]


def site_rows(rules: list[Rule]) -> list[Row]:
    """Return a row for each site and year of each rule."""
    return [(r.rule_id, s, y) for r in rules for sites in r.places.values() for s in sites for y in r.years]


def sites_of(b: pyo.Block, rules: list[Rule]) -> None:
    """Declare SITES_OF[r, place] on `b`."""
    sites = {(r.rule_id, place): list(members) for r in rules for place, members in r.places.items()}
    b.PLACES = pyo.Set(dimen=2, initialize=list(sites))
    b.SITES_OF = pyo.Set(b.PLACES, initialize=sites)


def penalty(b: pyo.Block, label: str) -> list[Term]:
    """Return the price of what soft rules miss, as a penalty outside the siting cost."""
    return [Term(label, "penalty", b.ROWS, lambda r, place, y: b.price[r] * b.missed[r, place, y])]
