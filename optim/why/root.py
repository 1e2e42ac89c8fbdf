"""Where a function that costs a solve a time crosses zero."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

NEAR_SHARE = 0.002
_STEPS, _DOUBLINGS, _JUMP = 30, 12, 5.0


@dataclass(frozen=True)
class Crossing:
    """Where a function crosses zero, and whether it jumps there."""

    place: float
    jumps: bool


def crossing(
    function: Callable[[float], float], start: tuple[float, float], end: float, step: float, little: float
) -> Crossing | None:
    """Return where a function that is monotone from a start on has its zero; None: not before the end.

    Parameters
    ----------
    function : callable
        Asked a few times; infinite where there is no answer.
    start : tuple of float
        A place, and the value there.
    end : float
        The last place that makes sense; infinite: the step is doubled up to twelve times.
    step : float
        First step towards an infinite end; its sign is the direction.
    little : float
        A value so small that it is none.

    Examples
    --------
    >>> round(crossing(lambda x: x * x - 2, (0.0, -2.0), 10.0, 1.0, 1e-6).place, 3)
    1.414
    >>> crossing(lambda x: 1.0 if x > 3 else -1.0, (0.0, -1.0), 10.0, 1.0, 1e-6).jumps
    True
    >>> crossing(lambda x: -1.0, (0.0, -1.0), 10.0, 1.0, 1e-6) is None
    True
    """
    if abs(start[1]) <= little:
        return Crossing(start[0], False)
    far = _across(function, start, end, step)
    return None if far is None else _between(function, start, far, little)


def _across(
    function: Callable[[float], float], start: tuple[float, float], end: float, step: float
) -> tuple[float, float] | None:
    """Return a place on the other side of zero."""
    if math.isfinite(end):
        value = function(end)
        return (end, value) if value * start[1] <= 0 else None
    for doubling in range(_DOUBLINGS):
        place = start[0] + step * 2.0**doubling
        value = function(place)
        if value * start[1] <= 0:
            return place, value
    return None


def _between(
    function: Callable[[float], float], near: tuple[float, float], far: tuple[float, float], little: float
) -> Crossing:
    """Return the zero between two places: by false position, halved where that does not halve the rest."""
    begin, halve = near[0], math.isinf(far[1])
    for _ in range(_STEPS):
        if abs(far[1]) <= little or abs(far[0] - near[0]) <= NEAR_SHARE * abs(far[0] - begin):
            break
        wide = abs(far[0] - near[0])
        place = _middle(near, far, halve)
        value = function(place)
        if abs(value) <= little:
            return Crossing(place, False)
        near, far = ((place, value), far) if value * near[1] > 0 else (near, (place, value))
        halve = math.isinf(far[1]) or abs(far[0] - near[0]) > wide / 2.0
    return Crossing(far[0], min(abs(far[1]), abs(near[1])) > _JUMP * little)


def _middle(near: tuple[float, float], far: tuple[float, float], halve: bool) -> float:
    if halve:
        return (near[0] + far[0]) / 2.0
    return (near[0] * far[1] - far[0] * near[1]) / (far[1] - near[1])
