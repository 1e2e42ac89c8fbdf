"""The model of a level method: what is known of the futures' costs as a function of the first stage."""

from __future__ import annotations

from dataclasses import replace

import highspy
import numpy as np

from optim.arrays.parts import Part
from optim.futures.cases import Aim, Array, FirstRows, Outcome
from optim.futures.joint import CostOf, aimed, joined_starts
from optim.hot import HotModel

_INFINITY = highspy.kHighsInf
_LEAST_WEIGHT = 1e-3


class Bundle:
    """Cuts on the cost of each future, as a linear programme over the first stage and those costs.

    Parameters
    ----------
    rows : list of FirstRows
        Of each future.
    lower : array
        What each future costs at least.
    probabilities : array
        Of the futures.
    aim : Aim
        What is to be kept low.
    best : array
        What each future costs if it is known.
    """

    def __init__(
        self, rows: list[FirstRows], lower: Array, probabilities: Array, aim: Aim, best: Array
    ) -> None:
        self.count = rows[0].size
        part = _first_part(rows, lower)
        costs = [CostOf(np.asarray([self.count + f]), np.ones(1)) for f in range(len(lower))]
        part = aimed(part, costs, probabilities, aim, best)
        self._cost, self._offset = part.cost, part.offset
        self._size, self._rows = len(part.cost), len(part.row_lower)
        self._hot = HotModel(_with_distance(part, self.count))
        self._weight = np.ones(self.count)

    def learn(self, future: int, at: Array, outcome: Outcome) -> None:
        """Add what a future answered at a first stage: a cut on its cost, or on the first stage."""
        slope = np.where(np.abs(outcome.slope) > 1e-9, outcome.slope, 0.0)
        used = np.flatnonzero(slope)
        columns, factors = used.astype(np.int32), -slope[used]
        if np.isfinite(outcome.cost_m_cny):
            least = outcome.cost_m_cny - outcome.short_m_cny - float(slope @ outcome.first)
            columns = np.append(columns, np.int32(self.count + future)).astype(np.int32)
            factors = np.append(factors, 1.0)
            self._weight = np.maximum(self._weight, np.abs(slope))
        else:
            least = outcome.lack - float(slope @ at)
        self._hot.add_rows(np.asarray([least]), np.zeros(1, dtype=np.int32), columns, factors)

    def bound(self) -> tuple[float, Array]:
        """Return the least that the aim can be, and a first stage that may reach it."""
        self._price(self._cost)
        self._level(_INFINITY)
        run = self._hot.solve_relaxed()
        return run.objective + self._offset, self._hot.values()[: self.count]

    def near(self, centre: Array, level: float) -> Array:
        """Return the first stage nearest to a centre at which the aim may be as low as a level.

        Near is the sum of distances, each weighed by the steepest slope seen [M CNY].
        """
        count, first = self.count, self._rows
        for row, side in enumerate(np.concatenate([-centre, centre]).tolist(), first):
            self._hot.highs.changeRowBounds(row, side, _INFINITY)
        self._level(level - self._offset)
        self._price(np.concatenate([np.zeros(self._size), np.maximum(self._weight, _LEAST_WEIGHT)]))
        self._hot.solve_relaxed()
        return self._hot.values()[:count]

    def _price(self, cost: Array) -> None:
        whole = np.concatenate([cost, np.zeros(self._size + self.count - len(cost))])
        self._hot.change_costs(np.arange(len(whole), dtype=np.int32), whole)

    def _level(self, most: float) -> None:
        row = self._rows + 2 * self.count
        self._hot.highs.changeRowBounds(row, -_INFINITY, most)


def _first_part(rows: list[FirstRows], lower: Array) -> Part:
    """Return the first stage, the cost of each future, what is near the first stage, and their rows.

    Of the first future all rows are taken, of the others those that speak of the first stage alone.
    """
    count, kept = rows[0].size, _distinct(rows)
    futures = len(lower)
    own_lower = np.max([each.lower[:count] for each in rows], axis=0)
    own_upper = np.min([each.upper[:count] for each in rows], axis=0)
    low = np.concatenate([own_lower, lower, rows[0].lower[count:]])
    indices = np.concatenate([each[2] for each in kept] or [np.zeros(0)]).astype(np.int32)
    return Part(
        numbers=np.arange(len(low)),
        cost=np.zeros(len(low)),
        lower=low,
        upper=np.concatenate([own_upper, np.full(futures, _INFINITY), rows[0].upper[count:]]),
        integer=np.zeros(len(low), dtype=bool),
        row_lower=np.asarray([low for low, *_ in kept]),
        row_upper=np.asarray([high for _, high, *_ in kept]),
        starts=np.concatenate([[0], np.cumsum([len(each[2]) for each in kept])]).astype(np.int32),
        indices=np.where(indices < count, indices, indices + futures).astype(np.int32),
        factors=np.concatenate([each[3] for each in kept] or [np.zeros(0)]),
    )


def _distinct(rows: list[FirstRows]) -> list[tuple[float, float, Array, Array]]:
    """Return the rows of all futures that are to be taken, each once."""
    found = {}
    for future, each in enumerate(rows):
        for number, (start, stop) in enumerate(zip(each.starts[:-1], each.starts[1:], strict=True)):
            columns, factors = each.indices[start:stop], each.factors[start:stop]
            if future == 0 or (columns < each.size).all():
                sides = (each.row_lower[number], each.row_upper[number])
                found[*sides, columns.tobytes(), factors.tobytes()] = (*sides, columns, factors)
    return list(found.values())


def _with_distance(part: Part, count: int) -> Part:
    """Return the matrix with a distance for each decision, its two rows, and the row of the level."""
    size = len(part.cost)
    x, d = np.arange(count), np.arange(size, size + count)
    level = np.flatnonzero(part.cost)
    pairs = np.stack([x, d], axis=1).ravel()
    more = np.full(2 * count + 1, -_INFINITY)
    return replace(
        part,
        numbers=np.arange(size + count),
        cost=np.concatenate([part.cost, np.zeros(count)]),
        lower=np.concatenate([part.lower, np.zeros(count)]),
        upper=np.concatenate([part.upper, np.full(count, _INFINITY)]),
        integer=np.concatenate([part.integer, np.zeros(count, dtype=bool)]),
        row_lower=np.concatenate([part.row_lower, more]),
        row_upper=np.concatenate([part.row_upper, np.full(len(more), _INFINITY)]),
        starts=joined_starts([part.starts, 2 * np.arange(2 * count + 1), np.asarray([0, len(level)])]),
        indices=np.concatenate([part.indices, pairs, pairs, level]).astype(np.int32),
        factors=np.concatenate(
            [part.factors, np.tile([-1.0, 1.0], count), np.tile([1.0, 1.0], count), part.cost[level]]
        ),
        offset=0.0,
    )
