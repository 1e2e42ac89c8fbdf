"""How far a first stage is from all that a future can have, and in which direction (a feasibility cut)."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np

from optim.arrays.parts import Part
from optim.certificate import programme_of
from optim.futures.cases import Array
from optim.futures.joint import joined_starts
from optim.hot import HotModel
from optim.session import Session


class Elastic:
    """A future without its cost, whose first stage may differ from what is held, at a price of 1 a unit.

    min sum (over + under) subject to the rows of the future and x - over + under = held.
    """

    def __init__(self, session: Session, columns: Any) -> None:
        programme, count = programme_of(session.highs), len(columns)
        rows, size = programme.rows, programme.rows.shape[1]
        numbers = np.arange(count, dtype=np.int32)
        indices = np.stack([columns, size + numbers, size + count + numbers], axis=1).ravel()
        lower, upper = session.compiled.lower, session.compiled.upper
        self._first_row, self._count = rows.shape[0], count
        self._hot = HotModel(
            Part(
                numbers=np.arange(size + 2 * count),
                cost=np.concatenate([np.zeros(size), np.ones(2 * count)]),
                lower=np.concatenate([lower, np.zeros(2 * count)]),
                upper=np.concatenate([upper, np.full(2 * count, highspy.kHighsInf)]),
                integer=np.zeros(size + 2 * count, dtype=bool),
                row_lower=np.concatenate([programme.row_lower, np.zeros(count)]),
                row_upper=np.concatenate([programme.row_upper, np.zeros(count)]),
                starts=joined_starts([rows.indptr, 3 * np.arange(count + 1)]),
                indices=np.concatenate([rows.indices, indices]).astype(np.int32),
                factors=np.concatenate([rows.data, np.tile([1.0, -1.0, 1.0], count)]),
            )
        )

    def at(self, first: Array) -> tuple[float, Array]:
        """Return the distance, and how it changes with each decision of the first stage."""
        rows = np.arange(self._first_row, self._first_row + self._count, dtype=np.int32)
        for row, value in zip(rows.tolist(), first.tolist(), strict=True):
            self._hot.highs.changeRowBounds(row, value, value)
        lack = self._hot.solve_relaxed().objective
        return lack, self._hot.duals()[rows]
