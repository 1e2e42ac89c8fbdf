"""Zones {f < u} that no known point beats: the places where points of the front may still be."""

from __future__ import annotations

import numpy as np

from optim.pareto.problem import Array


class Zones:
    """Upper corners of the zones that are left, for goals as minimised with values on a grid."""

    def __init__(self, step: Array, best: Array) -> None:
        self.points: list[Array] = []
        self._step = step
        self._best = best
        self._corners = np.full((1, len(step)), np.inf)

    def __len__(self) -> int:
        """Return how many zones are left."""
        return len(self._corners)

    def next(self) -> Array | None:
        """Return the corner of the zone of most room in all goals but the first; None: none is left."""
        if not len(self._corners):
            return None
        room = (self._corners - self._best)[:, 1:] / self._step[1:]
        return np.asarray(self._corners[int(np.log(room).sum(axis=1).argmax())])

    def drop(self, corner: Array) -> None:
        """Take away a zone that was found empty and all inside it, unless it has been split meanwhile."""
        if (self._corners == corner).all(axis=1).any():
            self._corners = self._corners[~(self._corners <= corner).all(axis=1)]

    def split(self, point: Array) -> None:
        """Take away of all zones what a point beats; one that is in no zone is known already."""
        holds = (point < self._corners - 0.5 * self._step).all(axis=1)
        if not holds.any():
            return
        self.points.append(point)
        held = self._corners[holds]
        parts = np.repeat(held, len(point), axis=0)
        numbers = np.tile(np.arange(len(point)), len(held))
        parts[np.arange(len(parts)), numbers] = point[numbers]
        parts = np.unique(parts[(parts > self._best + 0.5 * self._step).all(axis=1)], axis=0)
        self._corners = _largest(self._corners[~holds], parts)


def _largest(corners: Array, parts: Array) -> Array:
    """Return corners and those parts that lie in no other zone."""
    kept = []
    for k, part in enumerate(parts):
        others = np.delete(parts, k, axis=0)
        if not (part <= corners).all(axis=1).any() and not (part <= others).all(axis=1).any():
            kept.append(part)
    return np.concatenate([corners, np.asarray(kept).reshape(len(kept), corners.shape[1])])
