"""Where components lie in the matrix: each is a stretch of columns or rows, in the order of its index set."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from optim.arrays.axes import Numbers
from optim.arrays.sets import Table


@dataclass(frozen=True)
class Listed:
    """Members of a component that Pyomo made one by one."""

    members: list[Any]

    @property
    def size(self) -> int:
        """Return the number of members."""
        return len(self.members)

    @property
    def shape(self) -> tuple[int, ...]:
        """Return the shape of their array."""
        return (self.size,)

    @cached_property
    def _numbers(self) -> dict[Any, int]:
        return {member: number for number, member in enumerate(self.members)}

    def find(self, index: Any) -> int:
        """Return the number of one member.

        Raises
        ------
        KeyError
            It was not made.
        """
        return self._numbers[index]

    def member(self, number: int) -> Any:
        """Return the member of a number."""
        return self.members[number]


@dataclass(frozen=True, eq=False)
class Stretch:
    """A component from the number `start` on."""

    component: Any
    start: int
    table: Table | Listed

    @property
    def stop(self) -> int:
        """Return the number after the last one."""
        return self.start + self.table.size

    def members(self) -> Iterable[Any]:
        """Return the indices in order."""
        return self.table.members if isinstance(self.table, Listed) else self.component.index_set()


class Layout:
    """The stretches of all components, one after the other."""

    def __init__(self) -> None:
        self._stretches: dict[int, Stretch] = {}
        self._order: list[Stretch] = []
        self._starts: list[int] = []
        self.size = 0

    def add(self, component: Any, table: Table | Listed) -> None:
        """Append a component.

        Raises
        ------
        ValueError
            There are too many columns or rows for numbers of 32 bits.
        """
        if self.size + table.size > np.iinfo(np.int32).max:
            raise ValueError(f"found more than 2**31 columns or rows at {component.name}")
        stretch = Stretch(component, self.size, table)
        self._stretches[id(component)] = stretch
        self._order.append(stretch)
        self._starts.append(self.size)
        self.size += table.size

    def __iter__(self) -> Iterator[Stretch]:
        """Return the stretches in order."""
        return iter(self._order)

    def __contains__(self, component: Any) -> bool:
        """Return whether a component has a stretch."""
        return id(component) in self._stretches

    def __getitem__(self, component: Any) -> Stretch:
        """Return the stretch of a component."""
        if component not in self:
            raise KeyError(f"{component.name} is no active component of the compiled model")
        return self._stretches[id(component)]

    def at(self, component: Any, index: Any = None) -> int:
        """Return the number of one index of a component.

        Raises
        ------
        KeyError
            It has none.
        """
        stretch = self[component]
        return stretch.start + stretch.table.find(index)

    def owner(self, number: int) -> tuple[Any, Any]:
        """Return the component and the index of a number."""
        stretch = self._order[bisect_right(self._starts, number) - 1]
        return stretch.component, stretch.table.member(number - stretch.start)

    def numbers(self, component: Any) -> Numbers:
        """Return the numbers of a component, in the shape of its index set."""
        stretch = self[component]
        return np.arange(stretch.start, stretch.stop, dtype=np.int32).reshape(stretch.table.shape)

    def part(self, component: Any, values: Numbers) -> Numbers:
        """Return a component's part of an array over all numbers, in the shape of its index set (a view)."""
        stretch = self[component]
        return values[stretch.start : stretch.stop].reshape(stretch.table.shape)
