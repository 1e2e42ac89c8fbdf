"""What came of each epsilon point, and which of the points stand on the front."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from optim.pareto.payoff import Payoff
from optim.pareto.problem import Array, Goal, told

_EXACT_SHARE = 1e-9
Status = Literal["proven", "dominated", "duplicate", "infeasible", "timed_out"]
STATUSES: tuple[Status, ...] = ("proven", "dominated", "duplicate", "infeasible", "timed_out")


@dataclass(frozen=True, eq=False)
class Row:
    """One epsilon point and what came of it, goals in their own sense.

    Attributes
    ----------
    epsilon : array
        Side of each goal; nan: none.
    values : array
        Goals of the answer; nan if there is none.
    status : str
        proven: optimal to the gap, and on the front; dominated: another row is better; duplicate: another
        row has the same values; infeasible: nothing meets the sides; timed_out: not proven, with or without
        values.
    solved : bool
        False: known from another row without a solve.
    seconds : float
        Time of its solve [s].
    decision : object
        What was decided.
    """

    epsilon: Array
    values: Array
    status: Status
    solved: bool = True
    seconds: float = 0.0
    decision: Any = None


@dataclass(frozen=True, eq=False)
class Front:
    """All rows, the payoff table, how often it was solved, and whether no point can be missing."""

    goals: Sequence[Goal]
    payoff: Payoff
    rows: list[Row] = field(default_factory=list)
    solves: int = 0
    exact: bool = False

    @property
    def points(self) -> list[Row]:
        """Return the rows on the front, in the order of the first goal."""
        kept = [row for row in self.rows if row.status == "proven"]
        return sorted(kept, key=lambda row: tuple(row.values))

    def count(self, status: Status) -> int:
        """Return how many rows have a status."""
        return sum(row.status == status for row in self.rows)


def labelled(goals: Sequence[Goal], rows: list[Row], same: Array) -> list[Row]:
    """Return the rows; of those called proven, equal ones become duplicates and beaten ones dominated.

    Parameters
    ----------
    goals : sequence of Goal
        Which way is better.
    rows : list of Row
        In the order in which they were found.
    same : array
        By how much values of each goal may differ and count as equal.
    """
    found: list[Row] = []
    kept: list[Array] = []
    proven = np.asarray([told(goals, row.values) for row in rows if row.status == "proven"])
    for row in rows:
        if row.status != "proven":
            found.append(row)
            continue
        values = told(goals, row.values)
        if any((np.abs(values - other) <= same).all() for other in kept):
            found.append(replace(row, status="duplicate"))
        elif _is_beaten(values, proven, same):
            found.append(replace(row, status="dominated"))
        else:
            kept.append(values)
            found.append(row)
    return found


def _is_beaten(values: Array, others: Array, same: Array) -> bool:
    """Return whether others are as good in all goals, and better in one by more than what counts as equal."""
    as_good = (others <= values + _EXACT_SHARE * np.abs(values)).all(axis=1)
    return bool((as_good & (others < values - same).any(axis=1)).any())
