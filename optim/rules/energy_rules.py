"""Rules that the energy of single plants keeps: which plants, which numbers."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from optim.policy import Rule
from optim.settings import EDGE, EXISTING

PlantYear = tuple[str, str, int]
ANNUAL = ("certificates", "annual")


def _in_scope(rule: Rule, plant_years: Iterable[PlantYear]) -> list[PlantYear]:
    """Return the plants and years that a rule on new load speaks of; existing halls are left out."""
    sites = {s for members in rule.places.values() for s in members}
    return [(s, c, y) for s, c, y in plant_years if s in sites and y in rule.years and c != EXISTING]


def green_rows(rules: list[Rule], plant_years: Iterable[PlantYear]) -> list[tuple[str, str, int, str]]:
    """Return (site, technology, year, rule) of the green shares that are settled over a place and a year."""
    some = list(plant_years)
    annual = [r for r in rules if r.kind == "green_share" and r.accounting in ANNUAL]
    return [(s, c, y, r.rule_id) for r in annual for s, c, y in _in_scope(r, some)]


def matching_rows(
    rules: list[Rule], plant_years: Iterable[PlantYear]
) -> list[tuple[str, str, int, str, int]]:
    """Return (site, technology, year, rule, period) of shares met by each plant: month 1 to 12, hourly 0.

    Same-city load is left out, since it has no direct supply of its own.
    """
    some = [key for key in plant_years if key[1] != EDGE]
    periods = {"monthly": range(1, 13), "hourly": range(1)}
    matched = [r for r in rules if r.kind == "green_share" and r.accounting in periods]
    return [
        (s, c, y, r.rule_id, k)
        for r in matched
        for s, c, y in _in_scope(r, some)
        for k in periods[r.accounting]
    ]


def direct_floors(rules: list[Rule], plant_years: Iterable[PlantYear], kind: str) -> dict[PlantYear, float]:
    """Return the strictest number by plant and year: the largest self_use, the least curtailment."""
    strictest = max if kind == "self_use" else min
    out: dict[PlantYear, float] = {}
    some = list(plant_years)
    for rule in (r for r in rules if r.kind == kind):
        for key in _in_scope(rule, some):
            if key[1] != EDGE:
                out[key] = strictest(out.get(key, rule.number), rule.number)
    return out


def surcharges(rules: list[Rule], pue_mean: pd.Series) -> dict[PlantYear, float]:
    """Return what existing halls pay on top of the energy price [CNY/MWh], by plant and year.

    A surcharge holds for energy over the PUE from which it counts: surcharge x (1 - limit / PUE).
    """
    out: dict[PlantYear, float] = {}
    existing = [(str(s), str(c)) for s, c in pue_mean.index if c == EXISTING]
    for rule in (r for r in rules if r.kind == "energy_surcharge"):
        sites = {s for members in rule.places.values() for s in members}
        for s, c in existing:
            over = max(0.0, 1.0 - rule.pue_from / float(pue_mean[(s, c)]))
            for y in rule.years if s in sites else ():
                out[s, c, y] = out.get((s, c, y), 0.0) + rule.number * over
    return out
