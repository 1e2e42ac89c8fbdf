"""Indexed Sets: the members of ``SET[s]`` for all ``s``, one list after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from optim.arrays.axes import Axis, Numbers, Values, below, full
from optim.arrays.labels import Index, columns_of
from optim.arrays.sets import Table


class Members:
    """The members of an indexed Set; `starts` and `counts` by the number of the index."""

    def __init__(self, indexed: Any, table: Table, dimen: int) -> None:
        self._table = table
        self.dimen = dimen
        lists = [list(indexed[index]) if index in indexed else [] for index in indexed.index_set()]
        self._known = np.array([index in indexed for index in indexed.index_set()], dtype=bool)
        self._counts = np.array([len(each) for each in lists], dtype=np.int64)
        self._starts = np.cumsum(self._counts) - self._counts
        self._columns = columns_of([member for each in lists for member in each], dimen)

    def open(self, indices: Sequence[Index], leaf_axes: tuple[Axis, ...]) -> tuple[Axis, list[Index]]:
        """Return a new axis along the members of each ``SET[indices]``, and their index arguments.

        Parameters
        ----------
        indices : sequence of Index
            Arguments of the indexed Set.
        leaf_axes : tuple of Axis
            Axes that are open; the new one lies under those along which the arguments vary.
        """
        position = self._table.locate(indices)
        parents = tuple(a for a in leaf_axes if any(own is a or own in a.up for own in position.axes))
        of = full(position, parents).ravel()
        if not self._known[of].all():
            raise KeyError("an indexed Set has no members for an index that a rule asks for")
        counts = self._counts[of]
        owner = np.repeat(np.arange(len(of)), counts)
        member = np.arange(len(owner)) + np.repeat(self._starts[of] - (np.cumsum(counts) - counts), counts)
        points: Sequence[Numbers] = ()
        if parents:
            points = np.unravel_index(owner, [axis.size for axis in parents])
        axis = below(parents, points, len(owner))
        columns = enumerate(self._columns)
        return axis, [Index(Values(c[member], (axis,)), labels, axis, self, k) for k, (c, labels) in columns]
