"""Index sets as arrays: members by their number, products of Sets kept as grids, never multiplied out.

A product of Sets is a list of `Factor`s with an axis for each; only its factors are walked, and each once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from pyomo.core.base.global_set import UnindexedComponent_set

from optim.arrays.axes import Axis, Numbers, Values, along, combine, constant
from optim.arrays.labels import Index, NoTemplateError, columns_of


class Factor:
    """A Set that is no product: its members in order, and the codes of each place of them."""

    def __init__(self, members: list[Any], dimen: int) -> None:
        self.members = members
        self.dimen = dimen
        self.size = len(members)
        self.columns = columns_of(members, dimen)

    @cached_property
    def numbers(self) -> dict[Any, int]:
        """Return the number of each member."""
        return {member: number for number, member in enumerate(self.members)}

    def open(self) -> tuple[Axis, list[Index]]:
        """Return a new axis along the members, and the index arguments that run along it."""
        axis = Axis(self.size)
        columns = enumerate(self.columns)
        return axis, [Index(Values(c, (axis,)), labels, axis, self, k) for k, (c, labels) in columns]

    def locate(self, indices: Sequence[Index]) -> Values:
        """Return the number of the member with these index arguments.

        Raises
        ------
        KeyError
            Some point has none.
        """
        axis = indices[0].axis
        if axis and all((i.axis, i.source, i.place) == (axis, self, k) for k, i in enumerate(indices)):
            return along(axis)
        codes = [self._codes(index, k) for k, index in enumerate(indices)]
        position = codes[0] if self.dimen == 1 else combine(self._search, *codes)
        if (position.data < 0).any():
            raise KeyError("no member of the index set has an index that a rule asks for")
        return position

    def _codes(self, index: Index, place: int) -> Values:
        wanted = self.columns[place][1]
        if wanted is index.labels:
            return index.codes
        return Values(index.labels.into(wanted)[index.codes.data], index.codes.axes)

    def _search(self, *codes: Numbers) -> Numbers:
        wanted, (keys, order) = self._key(codes), self._keys
        if not self.size:
            return np.full(wanted.shape, -1, np.int32)
        found = np.minimum(np.searchsorted(keys, wanted), self.size - 1)
        hit = keys[found] == wanted
        for code in codes:
            hit = hit & (code >= 0)
        return np.where(hit, order[found], -1).astype(np.int32)

    @cached_property
    def _keys(self) -> tuple[Numbers, Numbers]:
        """Return the keys of the members, sorted, and the members in that order."""
        keys = self._key([codes for codes, _ in self.columns])
        order = np.argsort(keys)
        return keys[order], order

    def _key(self, codes: Sequence[Numbers]) -> Numbers:
        """Return one number for each tuple of codes."""
        if math.prod(len(labels.values) for _, labels in self.columns) > np.iinfo(np.int64).max:
            raise NoTemplateError("the members of a Set are too many for keys of 64 bits")
        key: Numbers = np.zeros((), np.int64)
        for code, (_, labels) in zip(codes, self.columns, strict=True):
            key = key * len(labels.values) + code
        return key


class Table:
    """An index set as a grid of factors, numbered in the order of Pyomo; no factor if there is no index."""

    def __init__(self, factors: list[Factor]) -> None:
        self.factors = factors
        self.shape = tuple(factor.size for factor in factors)
        self.size = math.prod(self.shape)
        self._strides = [math.prod(self.shape[k + 1 :]) for k in range(len(factors))]

    def open(self) -> tuple[tuple[Axis, ...], list[Index]]:
        """Return new axes over the set, and the index arguments that run along them."""
        opened = [factor.open() for factor in self.factors]
        return tuple(axis for axis, _ in opened), [index for _, indices in opened for index in indices]

    def locate(self, indices: Sequence[Index]) -> Values:
        """Return the number of the member with these index arguments.

        Raises
        ------
        KeyError
            Some point has none.
        """
        if len(indices) != sum(factor.dimen for factor in self.factors):
            raise NoTemplateError("another number of index arguments than the index set has")
        position, rest = constant(np.int32(0)), list(indices)
        for factor, stride in zip(self.factors, self._strides, strict=True):
            here = factor.locate(rest[: factor.dimen])
            position = combine(lambda so_far, k, step=stride: so_far + k * step, position, here)
            rest = rest[factor.dimen :]
        return position

    def find(self, index: Any) -> int:
        """Return the number of one member.

        Raises
        ------
        KeyError
            The set has no such member.
        """
        rest = index if isinstance(index, tuple) else (index,)
        position = 0
        for factor, stride in zip(self.factors, self._strides, strict=True):
            member = rest[: factor.dimen] if factor.dimen > 1 else rest[0]
            position += stride * factor.numbers[member]
            rest = rest[factor.dimen :]
        return position

    def member(self, number: int) -> Any:
        """Return the member of a number, None if there is no index."""
        places = np.unravel_index(number, self.shape)
        found: tuple[Any, ...] = ()
        for factor, place in zip(self.factors, places, strict=True):
            member = factor.members[place]
            found += member if factor.dimen > 1 else (member,)
        return (found if len(found) > 1 else found[0]) if found else None


class Tables:
    """The tables of all index sets met so far, each made once."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[Any, Any]] = {}

    def of(self, index_set: Any) -> Table:
        """Return the table of an index set."""
        if index_set is UnindexedComponent_set:
            return Table([])
        parts = index_set.subsets(expand_all_set_operators=False)
        return Table([self._factor(part) for part in parts])

    def _factor(self, part: Any) -> Factor:
        if id(part) not in self._made:
            if not part.isfinite():
                raise NoTemplateError(f"the Set {part.name} is not finite")
            members = list(part)
            if not isinstance(part.dimen, int) and members:
                raise NoTemplateError(f"the members of the Set {part.name} differ in length")
            self._made[id(part)] = (part, Factor(members, part.dimen if isinstance(part.dimen, int) else 1))
        return self._made[id(part)][1]
