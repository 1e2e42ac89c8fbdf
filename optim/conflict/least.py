"""The least number with which a plan exists: tried out, not guessed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from optim.conflict.limits import Limit

DIGITS = 4
_LEAST_SHARE = 1e-5
_UP: tuple[str, ...] = (
    *("largest_province_share", "largest_site_share", "curtailment_cap", "pue_cap", "wue_cap", "latency"),
    *("large_in_hub_only", "site_build_rate", "province_build_rate", "campus_max", "voltage"),
)
_TO_ONE = ("largest_province_share", "largest_site_share", "curtailment_cap")
Works = Callable[[float], bool]


def widest(limit: Limit, most_mw: float) -> float:
    """Return the number at which a limit hardly is one.

    Parameters
    ----------
    limit : Limit
        With one number.
    most_mw : float
        IT power that no limit in MW needs to pass [MW].
    """
    if limit.kind == "provinces_min_count":
        return 1.0
    if limit.kind in _TO_ONE:
        return 1.0
    return max(limit.number, most_mw) if limit.kind in _UP else 0.0


def least_of(numbers: Sequence[float], works: Works) -> float | None:
    """Return the first of some numbers that does; if one does, all later ones do. None: the last does not."""
    if not numbers or not works(numbers[-1]):
        return None
    bad, good = -1, len(numbers) - 1
    while good - bad > 1:
        middle = (bad + good) // 2
        bad, good = (bad, middle) if works(numbers[middle]) else (middle, good)
    return numbers[good]


def least_between(
    limit: Limit,
    begin: float,
    end: float,
    works: Works,
    sure: Works,
    near: Callable[[float], float] | None = None,
) -> float | None:
    """Return the number nearest to the limit's own that does, of few digits; None: the widest does not.

    Parameters
    ----------
    limit : Limit
        The limit.
    begin, end : float
        A number that does not do, and the widest.
    works : callable
        Whether a number does, quickly.
    sure : callable
        The same, certainly; asked of what is returned.
    near : callable, optional
        Takes a number that does, returns one that does and is near the least.
    """
    if end == begin or not works(end):
        return None
    good = near(end) if near else end
    good = good if good == end or works(good) else end
    bad, good = _bisected(begin, good, works, end)
    for number in [*_neat(good, bad, limit.kind in _UP), good]:
        if works(number) and sure(number):
            return number
    return None


def _bisected(bad: float, good: float, works: Works, end: float) -> tuple[float, float]:
    """Return a number that does not do and one that does, close together; first just beside the good one."""
    least = _LEAST_SHARE * (abs(bad) or abs(end))
    beside = good + math.copysign(0.9 * least, bad - good)
    if abs(good - bad) > least and good != end and not works(beside):
        return beside, good
    while abs(good - bad) > least:
        far = bad > 0 and good / bad > 4.0
        middle = math.sqrt(bad * good) if far else (bad + good) / 2.0
        bad, good = (bad, middle) if works(middle) else (middle, good)
    return bad, good


def _neat(good: float, bad: float, is_up: bool) -> Iterator[float]:
    """Yield numbers of few digits near the one that was found, then the next one of `DIGITS` beyond it."""
    low, high = min(good, bad), max(good, bad)
    room = max(abs(good) * 1e-3, high - low)
    yield from [0.0] if not is_up and low <= high - low else []
    for digits in range(1, DIGITS + 1):
        number = rounded(good, digits)
        if abs(number - good) <= room and (number > low if is_up else number < high):
            yield number
    yield rounded(good, DIGITS, up=is_up)


def rounded(value: float, digits: int, up: bool | None = None) -> float:
    """Return a number with so many digits: the nearest, or the next one up or down.

    >>> rounded(0.33334, 3), rounded(0.33334, 3, up=True), rounded(1234.0, 2, up=False)
    (0.333, 0.334, 1200.0)
    """
    if value == 0 or not math.isfinite(value):
        return value
    size = digits - 1 - math.floor(math.log10(abs(value)))
    if up is None:
        return round(value, size)
    scaled = value * 10.0**size
    whole = math.ceil(scaled - 1e-6) if up else math.floor(scaled + 1e-6)
    return round(whole / 10.0**size, max(size, 0))
