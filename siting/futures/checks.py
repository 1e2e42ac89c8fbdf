"""The values and the surveys of all futures, or the faults of all in one message."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from geodata.resurvey import Resurvey
from geodata.tables import TableError
from optim.futures.cases import Future
from siting.futures.files import Draw
from siting.futures.worlds import Base, values_of, world
from siting.scenario import ScenarioError

T = TypeVar("T")
_NAMED = 3


def all_values(base: Base, draws: Sequence[Draw]) -> dict[str, dict[str, Any]]:
    """Return the keys that each draw changes, by its name.

    Parameters
    ----------
    base : Base
        The scenario.
    draws : sequence of Draw
        The futures.

    Raises
    ------
    ScenarioError
        Keys or values that cannot be: file, futures, what was found. A fault that several futures share is
        told once, with what was found in the first.
    """
    found = _each(base.source, draws, lambda draw: values_of(base, draw))
    return {draw.name: values for draw, values in zip(draws, found, strict=True)}


def all_worlds(
    base: Base,
    draws: Sequence[Draw],
    values: Mapping[str, dict[str, Any]],
    known: Resurvey,
    say: Callable[[str], None],
) -> list[Future]:
    """Return the futures with their surveys; `ScenarioError` with the faults of all, as of `all_values`."""
    order = {draw.name: number for number, draw in enumerate(draws, 1)}

    def surveyed(draw: Draw) -> Future:
        say(f"surveying future {order[draw.name]} of {len(draws)}")
        return world(base, draw.name, draw.probability, values[draw.name], known)

    return _each(base.source, draws, surveyed)


def _each(source: str, draws: Sequence[Draw], make: Callable[[Draw], T]) -> list[T]:
    found: list[T] = []
    faults: list[tuple[str, str]] = []
    for draw in draws:
        try:
            found.append(make(draw))
        except (ScenarioError, TableError) as error:
            faults += [(draw.name, line) for line in str(error).splitlines()]
    if faults:
        raise ScenarioError("\n".join(_joined(source, faults)))
    return found


def _joined(source: str, faults: Sequence[tuple[str, str]]) -> list[str]:
    texts: dict[str, str] = {}
    names: dict[str, list[str]] = {}
    for name, text in faults:
        subject = text.partition(": found ")[0]
        texts.setdefault(subject, text)
        names.setdefault(subject, []).append(name)
    return [f"{source}: {_futures(names[subject])}: {text}" for subject, text in texts.items()]


def _futures(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"future{'s' if len(names) > 1 else ''} {'; '.join(names[:_NAMED])}{more}"
