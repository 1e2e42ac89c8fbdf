"""Where a function that costs a solve a time crosses zero."""

from __future__ import annotations

import math
from collections.abc import Callable

NEAR_SHARE = 0.005
_STEPS, _DOUBLINGS = 14, 12


def crossing(
    function: Callable[[float], float], start: tuple[float, float], end: float, step: float, little: float
) -> float | None:
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
    >>> round(crossing(lambda x: x * x - 2, (0.0, -2.0), 10.0, 1.0, 1e-6), 3)
    1.414
    >>> crossing(lambda x: -1.0, (0.0, -1.0), 10.0, 1.0, 1e-6) is None
    True
    """
    if abs(start[1]) <= little:
        return start[0]
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
) -> float:
    """Return the zero between two places (false position, Illinois)."""
    begin, side = near[0], 0
    for _ in range(_STEPS):
        if abs(far[1]) <= little or abs(far[0] - near[0]) <= NEAR_SHARE * abs(far[0] - begin) / 10.0:
            break
        if math.isinf(far[1]):
            place = (near[0] + far[0]) / 2.0
        else:
            place = (near[0] * far[1] - far[0] * near[1]) / (far[1] - near[1])
        value = function(place)
        if abs(value) <= little:
            return place
        if value * near[1] > 0:
            near, far = (place, value), (far[0], far[1] / 2.0 if side == 1 else far[1])
            side = 1
        else:
            far, near = (place, value), (near[0], near[1] / 2.0 if side == -1 else near[1])
            side = -1
    return far[0]
