"""Critical values: between which two points of an axis the chosen provinces or sites change."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pandas as pd

from siting.sweeps.solving import SOLVED, Record
from siting.values import is_number

COLUMNS = [
    "axis",
    "others",
    "level",
    "from_case",
    "from_value",
    "to_case",
    "to_value",
    "gained",
    "lost",
]
LEVELS = {"province": "provinces", "site": "sites"}
Line = list[tuple[str, Any]]


def chosen(record: Record, level: str, from_mw: float) -> frozenset[str]:
    """Return the provinces or sites that hold at least `from_mw` of IT power in the last year."""
    return frozenset(place for place, mw in record[LEVELS[level]].items() if mw >= from_mw)


def filled(points: Mapping[str, Mapping[str, Any]], base: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return points with what the scenario says of keys that they leave out."""
    return {case: {**base, **point} for case, point in points.items()}


def lines_of(points: Mapping[str, Mapping[str, Any]], axis: str) -> dict[str, Line]:
    """Return the points that differ in one axis alone, in its order: other keys in words -> (case, value).

    Numbers rise, after what the scenario leaves empty; words keep the order in which they were given.
    """
    lines: dict[str, Line] = {}
    for case, point in points.items():
        if axis in point:
            others = ", ".join(f"{key}={value}" for key, value in sorted(point.items()) if key != axis)
            lines.setdefault(others, []).append((case, point[axis]))
    numeric = all(value is None or is_number(value) for line in lines.values() for _, value in line)
    ordered = {others: sorted(line, key=_rank) if numeric else line for others, line in lines.items()}
    return {others: line for others, line in ordered.items() if len(line) > 1}


def _rank(element: tuple[str, Any]) -> tuple[bool, float]:
    _, value = element
    return (False, 0.0) if value is None else (True, value)


def critical_table(
    points: Mapping[str, Mapping[str, Any]], records: Mapping[str, Record], from_mw: float
) -> pd.DataFrame:
    """Return a row for each pair of neighbours on an axis between which the chosen places change.

    Parameters
    ----------
    points, records : dict
        case -> values of keys; case -> what is known of it.
    from_mw : float
        IT power from which a place counts as chosen.
    """
    solved = {case: point for case, point in points.items() if is_solved(records.get(case))}
    axes = list(dict.fromkeys(key for point in points.values() for key in point))
    rows = [
        _change(axis, others, level, pair, records, from_mw)
        for axis in axes
        for others, line in lines_of(solved, axis).items()
        for level in LEVELS
        for pair in pairwise(line)
    ]
    return pd.DataFrame([row for row in rows if row], columns=COLUMNS)


def is_solved(record: Record | None) -> bool:
    """Return whether a point has an answer."""
    return record is not None and record["status"] in SOLVED


def _change(
    axis: str,
    others: str,
    level: str,
    pair: tuple[tuple[str, Any], tuple[str, Any]],
    records: Mapping[str, Record],
    from_mw: float,
) -> dict[str, Any] | None:
    (before, low), (after, high) = pair
    old, new = (chosen(records[case], level, from_mw) for case in (before, after))
    if old == new:
        return None
    names = ("; ".join(sorted(part)) for part in (new - old, old - new))
    return dict(zip(COLUMNS, (axis, others, level, before, low, after, high, *names), strict=True))
