"""Arrays with axes of their own: what an expression is worth at all points of its indices at once.

A value that varies with a site and an hour is an array over two axes, a value of a site alone over one;
numpy's broadcasting does the rest. A sum over ``SET[s]`` has another number of members for each ``s``: its
axis lies *under* the axis of ``s`` and knows for each of its points the point above.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]
_count = itertools.count()


@dataclass(frozen=True, eq=False)
class Axis:
    """A direction of `size` points; `up` holds, for every axis it lies under, the point there of each point.

    Of these, `parents` are the nearest ones.
    """

    size: int
    parents: tuple[Axis, ...] = ()
    up: dict[Axis, Numbers] = field(default_factory=dict)
    number: int = field(default_factory=lambda: next(_count))


@dataclass(frozen=True, eq=False)
class Values:
    """An array with one dimension for each of its axes, in the order in which the axes were made."""

    data: Numbers
    axes: tuple[Axis, ...] = ()


def constant(value: Any) -> Values:
    """Return a value without axes."""
    return Values(np.asarray(value))


def along(axis: Axis) -> Values:
    """Return the number of each point of an axis."""
    return Values(np.arange(axis.size, dtype=np.int32), (axis,))


def below(parents: tuple[Axis, ...], points: Iterable[Numbers], size: int) -> Axis:
    """Return an axis under others, given for each of these the point above each of its points."""
    up = dict(zip(parents, points, strict=True))
    for parent, point in list(up.items()):
        up |= {above: further[point] for above, further in parent.up.items()}
    return Axis(size, parents, up)


def leaves(axes: Iterable[Axis]) -> tuple[Axis, ...]:
    """Return the axes under which no other one lies; they span the points of all of them."""
    all_axes = set(axes)
    above = {axis for each in all_axes for axis in each.up}
    return tuple(sorted(all_axes - above, key=lambda axis: axis.number))


def spread(values: Values, axes: tuple[Axis, ...]) -> Numbers:
    """Return the array with one dimension for each of `axes`, of length 1 where it does not vary.

    Where an axis of the values is not among `axes`, one that lies under it takes its place.
    """
    if all(axis in axes for axis in values.axes):
        return values.data.reshape([axis.size if axis in values.axes else 1 for axis in axes])
    return values.data[tuple(_points(axis, axes) for axis in values.axes)]


def _points(axis: Axis, axes: tuple[Axis, ...]) -> Numbers:
    """Return the point on `axis` of each point of `axes`, to be broadcast."""
    place = next(k for k, other in enumerate(axes) if other is axis or axis in other.up)
    points = np.arange(axis.size) if axes[place] is axis else axes[place].up[axis]
    return points.reshape([-1 if k == place else 1 for k in range(len(axes))])


def full(values: Values, axes: tuple[Axis, ...]) -> Numbers:
    """Return the array at every point of `axes` (a view)."""
    return np.broadcast_to(spread(values, axes), [axis.size for axis in axes])


def flat(values: Values, axes: tuple[Axis, ...]) -> Numbers:
    """Return the values at every point of `axes`, one after the other; those of a constant are not stored."""
    if not values.axes:
        return np.broadcast_to(values.data, math.prod(axis.size for axis in axes))
    return full(values, axes).ravel()


def combine(operation: Callable[..., Any], *values: Values) -> Values:
    """Return an operation on arrays, point by point."""
    axes = leaves(axis for each in values for axis in each.axes)
    return Values(operation(*(spread(each, axes) for each in values)), axes)


def varies(values: Values, axis: Axis) -> bool:
    """Return whether the values may differ along an axis or along one that lies under it."""
    return any(own is axis or axis in own.up for own in values.axes)


def total(values: Values, axis: Axis) -> Values:
    """Return the sum along an axis, over the points under each point of its parents.

    Values that do not vary along the axis are multiplied by its number of points instead.
    """
    if axis not in values.axes:
        return combine(np.multiply, values, _counts(axis))
    place = values.axes.index(axis)
    rest = tuple(other for other in values.axes if other is not axis)
    if not axis.parents:
        return Values(values.data.sum(axis=place), rest)
    moved = np.moveaxis(values.data, place, 0)
    sums = np.zeros([parent.size for parent in axis.parents] + [other.size for other in rest])
    np.add.at(sums, tuple(axis.up[parent] for parent in axis.parents), moved)
    return _sorted(sums, axis.parents + rest)


def _counts(axis: Axis) -> Values:
    """Return the number of points under each point of the parents."""
    return total(Values(np.ones(axis.size), (axis,)), axis)


def _sorted(data: Numbers, axes: tuple[Axis, ...]) -> Values:
    order = sorted(range(len(axes)), key=lambda k: axes[k].number)
    return Values(data.transpose(order), tuple(axes[k] for k in order))
