"""A short way through points, so that each is near the one before it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
_ROUNDS_MAX = 20
_BETTER_MAX = 1500  # points up to which the way is made shorter once found


def tour(points: Points) -> list[int]:
    """Return the numbers of the points in the order of a short open way that begins at the first.

    Nearest neighbour, then reversals of parts (2-opt) while they shorten it.

    Parameters
    ----------
    points : array
        A row a point, in units in which a step along any column is as dear as along another.

    Examples
    --------
    >>> tour(np.array([[0.0], [2.0], [1.0], [3.0]]))
    [0, 2, 1, 3]
    """
    order = _nearest(points)
    return _shorter(points, order) if len(points) <= _BETTER_MAX else order


def pieces(order: list[int], count: int) -> list[list[int]]:
    """Return a way cut into at most `count` pieces, alike in length.

    >>> pieces([4, 2, 0, 1, 3], 2)
    [[4, 2, 0], [1, 3]]
    """
    cut = np.array_split(np.asarray(order, dtype=int), max(1, min(count, len(order))))
    return [part.tolist() for part in cut if len(part)]


def _nearest(points: Points) -> list[int]:
    if not len(points):
        return []
    left = np.ones(len(points), dtype=bool)
    order = [0]
    left[0] = False
    while left.any():
        km = np.where(left, np.abs(points - points[order[-1]]).sum(axis=1), np.inf)
        order.append(int(km.argmin()))
        left[order[-1]] = False
    return order


def _shorter(points: Points, order: list[int]) -> list[int]:
    for _ in range(_ROUNDS_MAX):
        changed = False
        for first in range(len(order) - 2):
            changed |= _reverse_best(points, order, first)
        if not changed:
            break
    return order


def _reverse_best(points: Points, order: list[int], first: int) -> bool:
    """Reverse the part behind `first` whose reversal saves most; return whether any saves."""
    way = points[order]
    here, ends = way[first], way[first + 1 :]
    begin = np.abs(here - ends[0]).sum()
    steps = np.abs(np.diff(ends, axis=0)).sum(axis=1)
    after = np.append(steps, 0.0)
    joined = np.append(np.abs(ends[0] - ends[1:]).sum(axis=1), 0.0)
    saved = begin + after - np.abs(here - ends).sum(axis=1) - joined
    best = int(saved.argmax())
    if saved[best] <= 1e-9:
        return False
    order[first + 1 : first + best + 2] = order[first + 1 : first + best + 2][::-1]
    return True
