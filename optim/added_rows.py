"""Rows that came to a model in the solver later: each keeps its number when others are dropped."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optim.claims import MoreRows

Indices = NDArray[np.int32]


class AddedRows:
    """Rows in the order in which they were added; `batches` holds them as they were added.

    `places` : array
        By number, where a row is among the added rows in the solver; -1: dropped.
    """

    def __init__(self) -> None:
        self.batches: list[MoreRows] = []
        self.places: Indices = np.zeros(0, dtype=np.int32)

    def add(self, rows: MoreRows) -> int:
        """Return the number of the first of some more rows."""
        first, count = len(self.places), len(rows.least)
        places = np.arange(count, dtype=np.int32) + np.int32(self.places.max(initial=-1) + 1)
        self.batches.append(rows)
        self.places = np.concatenate([self.places, places])
        return first

    def move(self, number: int, least: float, most: float) -> None:
        """Give a row other sides."""
        rows, place = self._found(number)
        rows.least[place], rows.most[place] = least, most

    def first_column(self, number: int) -> int:
        """Return the first column of a row."""
        rows, place = self._found(number)
        return int(rows.columns[rows.starts[place]])

    def drop(self, numbers: Indices) -> None:
        """Forget rows: they limit nothing any more, and those behind them move up."""
        stays = self.places >= 0
        stays[numbers] = False
        self.places = np.where(stays, np.cumsum(stays) - 1, -1).astype(np.int32)
        for number in numbers.tolist():
            self.move(number, -np.inf, np.inf)

    def _found(self, number: int) -> tuple[MoreRows, int]:
        for rows in self.batches:
            if number < len(rows.least):
                return rows, number
            number -= len(rows.least)
        raise IndexError("no such row was added")
