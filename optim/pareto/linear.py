"""Goals over one matrix, hot in HiGHS: sides of the goals' rows move, and costs are exchanged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import gcd

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optim.arrays.parts import Part
from optim.claims import Run
from optim.hot import HotModel
from optim.pareto.problem import Answer, Array, Goal, Sense
from optim.tables import FalseOptimumError, InfeasibleError, PlanError, SolverError

_HELD = 1e-6
_DIGITS = 6
_FINEST = 1e-9
_STATUS = highspy.HighsModelStatus
_ENDLESS = (_STATUS.kUnbounded, _STATUS.kUnboundedOrInfeasible)


class EndlessError(PlanError):
    """A goal gets better without end within all rows and bounds."""


@dataclass(frozen=True, eq=False)
class Matrix:
    """row_lower <= rows x <= row_upper, lower <= x <= upper, some x whole; optimised: goals x."""

    rows: sparse.csr_array
    row_lower: Array
    row_upper: Array
    lower: Array
    upper: Array
    integer: NDArray[np.bool_]
    goals: Array

    def goals_of(self, names: Sequence[str], senses: Sequence[Sense]) -> list[Goal]:
        """Return the goals; values of one lie on a grid if only whole columns enter it."""
        steps = [step_of(row, self.integer) for row in self.goals]
        return [Goal(name, sense, step) for name, sense, step in zip(names, senses, steps, strict=True)]


def step_of(factors: Array, integer: NDArray[np.bool_]) -> float | None:
    """Return the grid on which factors x whole numbers lie; None: a column is not whole, or no grid is seen.

    >>> step_of(np.array([4.0, 6.0]), np.array([True, True])), step_of(np.array([0.5]), np.array([True]))
    (2.0, 0.5)
    >>> step_of(np.array([0.0]), np.array([False]))  # always 0: any grid holds it
    1.0
    """
    used = factors != 0
    if not used.any():
        return 1.0
    whole = np.round(factors[used], _DIGITS)
    if not integer[used].all() or not np.allclose(whole, factors[used], rtol=0, atol=1e-12):
        return None
    parts = [Fraction(str(abs(value))).limit_denominator(10**_DIGITS) for value in whole]
    common = reduce(lambda a, b: a * b // gcd(a, b), (part.denominator for part in parts))
    return reduce(gcd, (int(part * common) for part in parts)) / common


class LinearProblem:
    """A mixed-integer or linear programme with goals (see `optim.pareto.problem.Problem`).

    Each answer is worked out from its values, whole numbers rounded, and rows and sides are looked at again
    outside the solver. The gap is 0.
    """

    def __init__(self, matrix: Matrix, goals: Sequence[Goal], seconds: float = 1e9, threads: int = 1) -> None:
        self.goals = goals
        self._matrix = matrix
        self._signed = matrix.goals * np.asarray([[goal.sign] for goal in goals])
        self._seconds = seconds
        self._hot = HotModel(_part(matrix, self._signed), threads)
        self._hot.highs.setOptionValue("mip_feasibility_tolerance", _FINEST)
        self._hot.highs.setOptionValue("mip_abs_gap", 0.0)

    @property
    def highest(self) -> Array:
        """Return a value that each goal, as minimised, cannot pass, from the columns' bounds."""
        sides = np.where(self._signed > 0, self._matrix.upper, self._matrix.lower)
        parts = np.multiply(self._signed, sides, out=np.zeros_like(self._signed), where=self._signed != 0)
        return np.asarray(parts.sum(axis=1))

    def solve(self, weights: Array, most: Array, start: Array | None = None) -> Answer:
        """Return the best answer below sides; see `optim.pareto.problem.Problem.solve`.

        Raises
        ------
        EndlessError
            There is no best: a goal has no end.
        """
        hot, count = self._hot, len(self.goals)
        for row, side in enumerate(self._within(most)):
            hot.highs.changeRowBounds(row, -highspy.kHighsInf, side)
        columns = np.arange(len(self._matrix.lower), dtype=np.int32)
        hot.cost = weights @ self._signed
        hot.change_costs(columns, hot.cost)
        try:
            run = self._run(start)
        except (InfeasibleError, SolverError):
            self._refuse_endless(weights, columns)
            raise
        x = hot.values()[: len(columns)]
        x = np.where(self._matrix.integer, np.round(x), x)
        self._check(x, most[:count])
        return Answer(self._signed @ x, run.complete, x)

    def _run(self, start: Array | None) -> Run:
        if len(self._hot.integers):
            return self._hot.solve_integer(0.0, self._seconds, start, 0.05)
        return self._hot.solve_relaxed(self._seconds)

    def _refuse_endless(self, weights: Array, columns: NDArray[np.int32]) -> None:
        """Raise EndlessError if what failed has an answer without costs, else what then fails."""
        if self._hot.highs.getModelStatus() not in _ENDLESS:
            return
        self._hot.cost = np.zeros(len(columns))
        self._hot.change_costs(columns, self._hot.cost)
        self._run(None)
        names = [goal.name for goal, weight in zip(self.goals, weights, strict=True) if weight]
        raise EndlessError(
            f"found no end of goal {' or '.join(names)}, which gets better and better within all rows and "
            "bounds; expected rows or bounds of columns that hold it"
        )

    def _within(self, most: Array) -> Array:
        """Return sides a little wider for goals on a grid, where rounding then changes nothing."""
        steps = np.asarray([goal.step or 0.0 for goal in self.goals])
        return np.where(np.isfinite(most), most + 0.1 * steps, highspy.kHighsInf)

    def _check(self, x: Array, most: Array) -> None:
        """Refuse values that, rounded, break a row, a bound or a side."""
        matrix, values = self._matrix, self._signed @ x
        rows = matrix.rows @ x
        found = np.concatenate([rows, -rows, x, -x, values])
        limit = np.concatenate([matrix.row_upper, -matrix.row_lower, matrix.upper, -matrix.lower, most])
        excess = (found - limit)[np.isfinite(limit)] / np.maximum(1.0, np.abs(limit[np.isfinite(limit)]))
        if len(excess) and excess.max() > _HELD:
            raise FalseOptimumError(f"the solver gave a point that breaks a row by {excess.max():.3g}")


def _part(matrix: Matrix, signed: Array) -> Part:
    """Return the matrix with a row for each goal first, whose sides are open."""
    rows = sparse.csr_array(sparse.vstack([sparse.csr_array(signed), matrix.rows]))
    open_sides = np.full(len(signed), highspy.kHighsInf)
    return Part(
        numbers=np.arange(len(matrix.lower)),
        cost=np.zeros(len(matrix.lower)),
        lower=matrix.lower,
        upper=matrix.upper,
        integer=matrix.integer,
        row_lower=np.concatenate([-open_sides, matrix.row_lower]),
        row_upper=np.concatenate([open_sides, matrix.row_upper]),
        starts=rows.indptr.astype(np.int32),
        indices=rows.indices.astype(np.int32),
        factors=rows.data.astype(float),
    )
