"""How far each axis moves the cost: from the points themselves, or from a plane laid through a sample."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from siting.sweeps.axes import Design, parse_all
from siting.sweeps.critical import filled, is_solved
from siting.sweeps.solving import Record
from siting.values import identity, is_number

COLUMNS = ["axis", "low_value", "low", "high_value", "high", "basis"]
_LEVELS_MAX = 25


def effects_table(
    points: Mapping[str, Mapping[str, Any]],
    records: Mapping[str, Record],
    base: Mapping[str, Any],
    design: Design,
    figure: str = "siting_cost_m_cny",
) -> pd.DataFrame:
    """Return each axis' least and most cost [M CNY] and the values that give them, widest first.

    `basis`: `mean` of all points with the value; `alone`: only this axis moved; `plane`: the best plane
    through all points of a sample, at the ends of the axis, the others at their mean. With --zip all axes
    move together, so there is none.
    """
    points = filled(points, base)
    if design == "zip":
        return pd.DataFrame(columns=COLUMNS)
    solved = {
        case: (point, records[case]["figures"][figure])
        for case, point in points.items()
        if is_solved(records.get(case))
    }
    rows = [] if len(solved) < 2 else _rows(solved, base, design)
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.iloc[(table["low"] - table["high"]).argsort(kind="stable")].reset_index(drop=True)


def _rows(
    solved: Mapping[str, tuple[Mapping[str, Any], float]], base: Mapping[str, Any], design: Design
) -> list[tuple[Any, ...]]:
    axes = list(base)
    many = any(len(parse_all([point for point, _ in solved.values()], axis)) > _LEVELS_MAX for axis in axes)
    if design == "sample" or (design == "file" and many):
        return _plane(solved, axes)
    if design == "each":
        return [row for axis in axes if (row := _alone(solved, base, axis))]
    return [row for axis in axes if (row := _means(solved, axis, "mean"))]


def _means(
    solved: Mapping[str, tuple[Mapping[str, Any], float]], axis: str, basis: str
) -> tuple[Any, ...] | None:
    sums: dict[Hashable, list[float]] = {}
    values: dict[Hashable, Any] = {}
    for point, cost in solved.values():
        if axis in point:
            same = identity(point[axis])
            values.setdefault(same, point[axis])
            sums.setdefault(same, []).append(cost)
    if len(sums) < 2:
        return None
    mean = {key: float(np.mean(costs)) for key, costs in sums.items()}
    low, high = min(mean, key=lambda k: mean[k]), max(mean, key=lambda k: mean[k])
    return axis, values[low], mean[low], values[high], mean[high], basis


def _alone(
    solved: Mapping[str, tuple[Mapping[str, Any], float]], base: Mapping[str, Any], axis: str
) -> tuple[Any, ...] | None:
    """Return the effect of an axis where all others are as in the scenario."""
    own = {
        case: (point, cost)
        for case, (point, cost) in solved.items()
        if all(point[key] == value for key, value in base.items() if key != axis)
    }
    return _means(own, axis, "alone")


def _plane(
    solved: Mapping[str, tuple[Mapping[str, Any], float]], axes: Sequence[str]
) -> list[tuple[Any, ...]]:
    whole = [
        (point, cost)
        for point, cost in solved.values()
        if all(axis in point and is_number(point[axis]) for axis in axes)
    ]
    if len(whole) <= len(axes):
        return []
    x = np.asarray([[point[axis] for axis in axes] for point, _ in whole], dtype=float)
    cost = np.asarray([cost for _, cost in whole])
    slope, *_ = np.linalg.lstsq(np.c_[x - x.mean(axis=0), np.ones(len(x))], cost, rcond=None)
    rows = []
    for k, axis in enumerate(axes):
        ends = (x[:, k].min(), x[:, k].max())
        ends = ends if slope[k] >= 0 else ends[::-1]
        at = [float(slope[-1] + slope[k] * (end - x[:, k].mean())) for end in ends]
        rows.append((axis, float(ends[0]), at[0], float(ends[1]), at[1], "plane"))
    return rows
