"""Reading a front: its knee, and what a unit of one goal costs in another along it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optim.pareto.problem import Array

_STRAIGHT = 1e-6


@dataclass(frozen=True)
class Knee:
    """The point furthest below the chord between the ends: its number, and how far [share of ranges]."""

    number: int
    distance_share: float


def knee(values: Array) -> Knee | None:
    """Return the knee of points that are all minimised (rows), None if there is none.

    Values are scaled to their ranges. With two goals the distance is that to the line between the ends; with
    more, that to the plane through the points that are best in one goal each.

    >>> knee(np.array([[0.0, 1.0], [0.2, 0.2], [1.0, 0.0]])).number
    1
    """
    width = values.max(axis=0) - values.min(axis=0)
    if len(values) < 3 or (width > 0).sum() < 2:
        return None
    scaled = (values - values.min(axis=0))[:, width > 0] / width[width > 0]
    ends = np.asarray([scaled[np.lexsort((scaled.sum(axis=1), column))[0]] for column in scaled.T])
    normal = np.linalg.lstsq(ends, np.ones(len(ends)), rcond=None)[0]
    distance = (1.0 - scaled @ normal) / np.linalg.norm(normal)
    best = int(distance.argmax())
    return Knee(best, float(distance[best])) if distance[best] > _STRAIGHT else None


def prices(values: Array) -> Array:
    """Return what one unit less of the second goal costs in the first, to the next point along two goals.

    Points are minimised and in the order of the first goal; the last has none (nan).

    >>> prices(np.array([[10.0, 5.0], [16.0, 3.0]])).tolist()
    [3.0, nan]
    """
    steps = np.diff(values, axis=0)
    ratio = np.divide(-steps[:, 0], steps[:, 1], out=np.full(len(steps), np.nan), where=steps[:, 1] != 0)
    return np.append(ratio, np.nan)
