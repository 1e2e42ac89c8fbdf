"""The least by which a limit must give way so that a plan exists: tried out, not guessed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from optim.conflict.change import Change, Step
from optim.conflict.limits import Limit

LEAST_SHARE = 1e-5
DIGITS = 4
_UP = ("largest_province_share", "largest_site_share", "curtailment_cap", "pue_cap", "wue_cap", "latency")
_UP += ("large_in_hub_only", "site_build_rate", "province_build_rate", "campus_max", "voltage")
_TOPS = {"pue_cap": 3.0, "wue_cap": 10.0, "latency": 1000.0}
_TO_ONE = ("largest_province_share", "largest_site_share", "curtailment_cap")
Works = Callable[[Change], bool]


def least_number(limit: Limit, works: Works, most_mw: float) -> Change | None:
    """Return the least change of a limit with one number; None: no number does.

    Bisection between the number that it has, which does not do, and the widest that makes sense; then the
    fewest digits that still do.

    Parameters
    ----------
    limit : Limit
        Its `dial` is number.
    works : callable
        Takes a change, returns whether a plan exists with it.
    most_mw : float
        IT power that no limit in MW needs to pass [MW].
    """

    def change(number: float) -> Change:
        return Change(limit, (Step("", None, limit.number, number),))

    widest = _widest(limit, most_mw)
    if widest == limit.number or not works(change(widest)):
        return None
    whole = limit.unit == "provinces"
    bad, good = limit.number, widest
    while abs(good - bad) > (1.0 if whole else LEAST_SHARE * abs(good) + 1e-9):
        middle = _between(bad, good, whole)
        bad, good = (bad, middle) if works(change(middle)) else (middle, good)
    for number in [] if whole else _neat(good, bad, limit.kind in _UP):
        if works(change(number)):
            return change(number)
    return change(good)


def _between(bad: float, good: float, whole: bool) -> float:
    if whole:
        return float(math.floor((bad + good) / 2.0))
    far = min(abs(bad), abs(good)) > 0 and max(abs(good / bad), abs(bad / good)) > 4.0
    return math.sqrt(bad * good) if far else (bad + good) / 2.0


def _widest(limit: Limit, most_mw: float) -> float:
    if limit.kind == "provinces_min_count":
        return 1.0
    if limit.kind in _TO_ONE:
        return 1.0
    if limit.kind not in _UP:
        return 0.0
    return max(limit.number, _TOPS.get(limit.kind, most_mw))


def _neat(good: float, bad: float, is_up: bool) -> Iterator[float]:
    """Yield numbers of few digits near the one that was found, then the next one of `DIGITS` beyond it."""
    low, high = min(good, bad), max(good, bad)
    room = max(abs(good) * 1e-3, high - low)
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
