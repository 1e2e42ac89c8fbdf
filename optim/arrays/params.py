"""Values of Params as arrays, and `ArrayParam`, which is given as one."""

from __future__ import annotations

from operator import eq
from typing import Any

import numpy as np
import pyomo.environ as pyo
from numpy.typing import ArrayLike
from pyomo.core.base.param import IndexedParam

from optim.arrays.axes import Numbers
from optim.arrays.labels import Labels, NoTemplateError
from optim.arrays.sets import Table, Tables

_MISSING = object()


class ArrayParam(IndexedParam):
    """A Param given as an array in the order of its index sets; it makes no dictionary of its members.

    Elsewhere in Pyomo it is an ordinary immutable Param: ``price["a", 3]`` is a number.

    Parameters
    ----------
    *sets : Set
        Index sets.
    initialize : array_like
        Numbers, of the shape (members of the first Set, members of the second, ...) or flat.
    doc : str, optional
        Description.
    """

    def __init__(self, *sets: Any, initialize: ArrayLike, doc: str | None = None) -> None:
        self.array = np.ascontiguousarray(initialize, dtype=float)
        self._table: Table | None = None
        super().__init__(*sets, within=pyo.Reals, doc=doc)

    def construct(self, data: Any = None) -> None:
        """Check the array against the index sets."""
        super().construct(data)
        if self.array.size != len(self.index_set()):
            raise ValueError(
                f"Param {self.name}: found an array of {self.array.size} numbers, expected one for each of "
                f"the {len(self.index_set())} members of its index set"
            )

    def __len__(self) -> int:
        """Return the number of members of the index set."""
        return len(self.index_set())

    def __contains__(self, index: Any) -> bool:
        """Return whether the index set has a member."""
        return index in self.index_set()

    def _getitem_when_not_present(self, index: Any) -> float:
        if self._table is None:
            self._table = Tables().of(self.index_set())
        return float(self.array.flat[self._table.find(index)])


class Given:
    """The values of a Param in the order of its index set, fetched once."""

    def __init__(self, param: Any, table: Table) -> None:
        self.table = table
        self._array = param.array.ravel() if isinstance(param, ArrayParam) else None
        self._values = [] if isinstance(param, ArrayParam) else _in_order(param, table)
        self._labels: Labels | None = None

    def numbers(self, positions: Numbers) -> Numbers:
        """Return the numbers at some positions.

        Raises
        ------
        KeyError
            One of them has no value.
        """
        if self._array is None:
            self._array = np.array([_number(value) for value in self._values])
        found = self._array[positions]
        if np.isnan(found).any():
            raise KeyError("a Param has no number for an index that a rule asks for")
        return found

    def labels(self) -> Labels:
        """Return the values as labels, coded by their positions, for a Param that gives an index."""
        if self._labels is None:
            self._labels = Labels(self._values or self.numbers(np.arange(self.table.size)).tolist())
        return self._labels


def _number(value: Any) -> float:
    return float("nan") if value is _MISSING else float(value)


def _in_order(param: Any, table: Table) -> list[Any]:
    """Return the values; quick if they are stored in the order of the index set, all of them."""
    stored = dict(param.sparse_items())
    raw = {index: pyo.value(v) for index, v in stored.items()} if param.mutable else stored
    if len(raw) == table.size and all(map(eq, raw, param.index_set())):
        return list(raw.values())
    default = param.default()
    if callable(default) and default is not pyo.Param.NoValue:
        raise NoTemplateError(f"the default of the Param {param.name} is a rule")
    rest = _MISSING if default is pyo.Param.NoValue else pyo.value(default)
    return [raw.get(index, rest) for index in param.index_set()]
