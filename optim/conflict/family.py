"""Models that differ in one number alone: their rows are affine in it, and HiGHS keeps them hot."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optim.arrays import Compiled
from optim.conflict.limits import Held
from optim.conflict.trial import Trial

Array = NDArray[np.float64]
AFFINE: tuple[str, ...] = (
    *("hub_share", "green_share", "residency", "rack_use", "domestic_share", "self_use", "curtailment_cap"),
    *("largest_province_share", "largest_site_share", "province_build_rate", "voltage", "large_in_hub_only"),
)
"""Kinds of limits whose rows are affine in their number."""
_ROUNDS, _SAME = 12, 1e-7


class Family:
    """Two models that differ in one number, and all between and beyond.

    Parameters
    ----------
    first, other : Trial
        Models at two numbers; the first is changed from number to number.
    at, other_at : float
        These numbers.
    held : list of Held
        What holds, of the first.
    asked : tuple of bool and float
        Whether campuses are whole, and the time limit of one question [s].
    """

    def __init__(
        self,
        first: Trial,
        other: Trial,
        numbers: tuple[float, float],
        held: list[Held],
        asked: tuple[bool, float],
    ) -> None:
        self._trial, self._at, span = first, numbers[0], numbers[1] - numbers[0]
        self._held, self._asked = held, asked
        one, two = first.compiled, other.compiled
        self._factors = _matrix(one)
        self._slopes = ((_matrix(two) - self._factors) / span).tocsr()
        self._slopes.eliminate_zeros()
        self._lower, self._lower_slope = one.row_lower.copy(), _slope(one.row_lower, two.row_lower, span)
        self._upper, self._upper_slope = one.row_upper.copy(), _slope(one.row_upper, two.row_upper, span)
        moved = (np.diff(self._slopes.indptr) > 0) | (self._lower_slope != 0) | (self._upper_slope != 0)
        self._rows = np.flatnonzero(moved)

    def is_possible(self, number: float) -> bool:
        """Return whether a plan is known to exist at a number."""
        self._go(number)
        return self._trial.is_possible(self._held, *self._asked) is True

    def least(self, end: float) -> float:
        """Return a number near the least that does, from one that does (Newton's method on fractions).

        A point that is possible at a number is so up to another one, which the rows say; there the point is
        sought that leaves the rows most room, until there is none.
        """
        number = end
        for _ in range(_ROUNDS):
            self._go(number)
            found = self._trial.roomiest(self._held, self._rooms(), *self._asked)
            if found is None:
                return number
            after = self._reach(*found, number)
            if abs(after - number) <= _SAME * max(1.0, abs(number)):
                return after
            number = after
        return number

    def _go(self, number: float) -> None:
        part = number - self._at
        entries = self._slopes.tocoo()
        factors = _at(self._factors, entries.row, entries.col) + part * entries.data
        for row, column, value in zip(entries.row, entries.col, factors, strict=True):
            self._trial.set_factor(int(row), int(column), float(value))
        for row in self._rows:
            lower = self._lower[row] + part * self._lower_slope[row]
            self._trial.set_sides(int(row), lower, self._upper[row] + part * self._upper_slope[row])

    def _rooms(self) -> list[tuple[int, float]]:
        """Return by how much each row gives way with the number, at the point of the last answer."""
        gains = self._gain(self._trial.point)
        return [(int(row), float(value)) for row, value in zip(self._rows, gains, strict=True)]

    def _gain(self, point: Array) -> Array:
        """Return for each row by how much it is wider with one more of the number; above 0: wider."""
        body = (self._slopes @ point)[self._rows]
        upper = np.isfinite(self._upper[self._rows])
        side = np.where(upper, self._upper_slope[self._rows], self._lower_slope[self._rows])
        return np.where(upper, side - body, body - side)

    def _reach(self, point: Array, body: Array, number: float) -> float:
        """Return the number nearest to the first one at which a point is possible still."""
        part = number - self._at
        upper = np.isfinite(self._upper[self._rows])
        high = self._upper[self._rows] + part * self._upper_slope[self._rows]
        low = self._lower[self._rows] + part * self._lower_slope[self._rows]
        with np.errstate(invalid="ignore"):
            room = np.where(upper, high - body, body - low)
        gain, back = self._gain(point), np.sign(self._at - number)
        tight = gain * back < 0
        if not tight.any():
            return self._at
        steps = np.maximum(room[tight], 0.0) / np.abs(gain[tight])
        return float(number + back * min(float(steps.min()), abs(self._at - number)))


def _slope(one: Array, two: Array, span: float) -> Array:
    with np.errstate(invalid="ignore"):
        return np.where(one == two, 0.0, (two - one) / span)


def _at(matrix: Any, rows: Any, columns: Any) -> Array:
    return np.asarray(matrix[rows, columns], dtype=float).ravel() if len(rows) else np.zeros(0)


def _matrix(compiled: Compiled) -> Any:
    shape = (len(compiled.row_lower), len(compiled.cost))
    return sparse.csr_matrix((compiled.factors, compiled.indices, compiled.starts), shape=shape)
