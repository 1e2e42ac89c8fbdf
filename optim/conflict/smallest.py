"""The smallest part of some things that cannot be together: none of it can be left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


def smallest(
    things: Sequence[Thing], is_possible: Callable[[list[Thing]], bool], beside: Sequence[Thing] = ()
) -> list[Thing]:
    """Return things that cannot be together, of which each is needed for that, in their order.

    Divide and conquer (QuickXplain, Junker 2004): of n things, k of which conflict, some 2 k log2(n / k)
    are asked for. Where several sets conflict, one of them comes back, of the earlier things rather.

    Parameters
    ----------
    things : sequence
        They cannot be together with `beside`.
    is_possible : callable
        Takes a list of things, returns whether they can be together; leaving some out keeps that true.
    beside : sequence
        Holds in any case.

    Examples
    --------
    >>> smallest([1, 2, 3, 4, 5], lambda some: not {2, 4} <= set(some))
    [2, 4]
    """
    if not is_possible(list(beside)):
        return []
    found = _explain(list(beside), False, list(things), is_possible)
    return [thing for thing in things if any(thing is one for one in found)]


def _explain(
    beside: list[Thing], is_new: bool, things: list[Thing], is_possible: Callable[[list[Thing]], bool]
) -> list[Thing]:
    if is_new and not is_possible(beside):
        return []
    if len(things) == 1:
        return things
    half = len(things) // 2
    first, second = things[:half], things[half:]
    of_second = _explain([*beside, *first], True, second, is_possible)
    of_first = _explain([*beside, *of_second], bool(of_second), first, is_possible)
    return [*of_first, *of_second]
