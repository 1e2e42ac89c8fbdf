"""Parts of the inputs kept from one preparation to the next, while what they were made of is the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, is_dataclass
from typing import Any, ParamSpec, TypeVar, cast

import pandas as pd

from geodata.tables import Survey

P = ParamSpec("P")
T = TypeVar("T")


class _Watched:
    """A survey that notes which of its tables are read."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self.read: dict[str, Any] = {}

    def __getattr__(self, table: str) -> Any:
        self.read[table] = getattr(self._survey, table)
        return self.read[table]

    def holds(self, other: Any) -> bool:
        """Return whether another survey has the same in the tables that were read."""
        return all(_same(table, getattr(other, name)) for name, table in self.read.items())


@dataclass(frozen=True, eq=False)
class _Part:
    given: tuple[Any, ...]
    value: Any


class Kept:
    """What functions returned the last time they were asked; nobody may change it in place."""

    def __init__(self) -> None:
        self._parts: dict[Callable[..., Any], _Part] = {}

    def part(self, make: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        """Return `make(*given)`, from before if nothing of it changed; of a survey, no table that was read.

        Parameters
        ----------
        make : callable
            A function of tables, surveys and settings, and of nothing else.
        """
        assert not named, "what parts are made of is given by place"
        known = self._parts.get(make)
        if known is None or not all(map(_same, known.given, given)):
            watched = tuple(_Watched(each) if isinstance(each, Survey) else each for each in given)
            known = self._parts[make] = _Part(watched, cast(Callable[..., T], make)(*watched))
        return cast(T, known.value)


def _same(one: Any, other: Any) -> bool:
    """Return whether two values are equal; dataclasses, which hold tables, only if they are one object."""
    if isinstance(one, _Watched):
        return one.holds(other)
    if isinstance(one, pd.DataFrame):
        return one is other or one.equals(other)
    return one is other or (not is_dataclass(one) and bool(one == other))
