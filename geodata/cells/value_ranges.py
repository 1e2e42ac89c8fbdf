"""Ranges of values that a user writes, as 1-12,15."""

from __future__ import annotations

import math
import re

import numpy as np
from numpy.typing import NDArray

from geodata.tables import TableError

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Ranges = tuple[tuple[float, float], ...]

NUMBER = r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?"
RANGE = re.compile(rf"({NUMBER})?\s*(-|\.\.|\u2013|:)\s*({NUMBER})?", re.IGNORECASE)


def parse_values(text: str, where: str) -> Ranges:
    """Return ranges, ends included, from text such as "1-12, 15" or "25-" (25 and more).

    Parameters
    ----------
    text : str
        Numbers and ranges, separated by commas or semicolons; `..` or `:` may stand for the dash.
    where : str
        Scenario key or argument; begins the message.

    Raises
    ------
    TableError
        Something that is neither a number nor a range, or a range whose ends are swapped.

    Examples
    --------
    >>> parse_values("1-12, 15", "values")
    ((1.0, 12.0), (15.0, 15.0))
    """
    parts = [part.strip() for part in re.split("[,;]", text)]
    found = [_range(part) for part in parts]
    wrong = [part or "nothing" for part, ends in zip(parts, found, strict=True) if ends is None]
    if wrong:
        raise TableError(f"{where}: found '{', '.join(wrong)}' in '{text}', expected like 1-12,15 or 25-")
    return tuple(ends for ends in found if ends is not None)


def _range(text: str) -> tuple[float, float] | None:
    if re.fullmatch(NUMBER, text, re.IGNORECASE):
        return float(text), float(text)
    match = RANGE.fullmatch(text)
    if match is None or not (match[1] or (match[3] and match[2] != "-")):  # "- 3" might be minus three
        return None
    low, high = (float(end) if end else None for end in match.group(1, 3))
    ends = (-math.inf if low is None else low, math.inf if high is None else high)
    return ends if ends[0] <= ends[1] else None


def within(values: Array, ranges: Ranges) -> Mask:
    """Return where a value lies in one of the ranges."""
    return np.any([(values >= low) & (values <= high) for low, high in ranges], axis=0)
