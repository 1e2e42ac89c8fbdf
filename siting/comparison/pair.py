"""A run against the base of a comparison: all differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from siting.comparison import tables
from siting.comparison.gaps import Gaps, gaps
from siting.comparison.shared import Run, Shared, shared, shared_years

TABLES = ("totals", "places", "costs", "served", "rules", "asked")


@dataclass(frozen=True)
class Pair:
    """A base, another run, what they share, and their differences (`siting.comparison.tables`)."""

    base: Run
    run: Run
    shared: Shared
    gaps: Gaps
    totals: pd.DataFrame
    places: pd.DataFrame
    costs: pd.DataFrame
    served: pd.DataFrame
    rules: pd.DataFrame
    asked: pd.DataFrame

    def at(self, level: str) -> pd.DataFrame:
        """Return the places of a level (side, province, site) in the last shared year."""
        return self.places[(self.places["level"] == level) & (self.places["year"] == self.shared.year)]

    def total(self, item: str) -> dict[Any, Any]:
        """Return the row of an item of `totals`."""
        return next(row for row in self.totals.to_dict("records") if row["item"] == item)


def compare(runs: list[Run]) -> list[Pair]:
    """Return how each run differs from the first, in the years that all have.

    Raises
    ------
    TableError
        They have no planning year in common.
    """
    years = shared_years(runs)
    return [_pair(runs[0], run, years) for run in runs[1:]]


def _pair(base: Run, run: Run, years: tuple[int, ...]) -> Pair:
    both = shared(base, run, years)
    between = gaps(base, run, same_years=not (both.lone["kind"] == "year").any())
    return Pair(
        base,
        run,
        both,
        between,
        totals=tables.totals(base, run, both, between),
        places=tables.places(base, run, both),
        costs=tables.costs(base, run, both, between),
        served=tables.served(base, run, both),
        rules=tables.rules(base, run, both),
        asked=tables.asked(base, run),
    )


def together(pairs: list[Pair], name: str) -> pd.DataFrame:
    """Return a table of all pairs in one, with the label of the run in front."""
    parts = [getattr(pair, name).assign(run_label=pair.run.label) for pair in pairs]
    table = pd.concat(parts, ignore_index=True)
    return table[["run_label", *table.columns.drop("run_label")]]


def moved_mw(difference_mw: pd.Series) -> float:
    """Return what went from one place to another: growth of some that shrinking of others makes good."""
    return float(min(difference_mw.clip(lower=0).sum(), -difference_mw.clip(upper=0).sum()))
