"""Labels: the members of Sets at one place of an index, known by their numbers."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from optim.arrays.axes import Axis, Numbers, Values, constant


class NoTemplateError(ValueError):
    """What cannot be evaluated over arrays; the component is then left to Pyomo."""


class Labels:
    """Different members at one place of an index, known by their numbers (codes)."""

    def __init__(self, values: list[Any]) -> None:
        self.values = values
        self._into: dict[Labels, Numbers] = {}

    @cached_property
    def codes(self) -> dict[Hashable, int]:
        """Return the number of each label."""
        return {label: code for code, label in enumerate(self.values)}

    def into(self, other: Labels) -> Numbers:
        """Return the number in `other` of each label, -1 if it has none."""
        if other not in self._into:
            found = (other.codes.get(label, -1) for label in self.values)
            self._into[other] = np.fromiter(found, np.int32, len(self.values))
        return self._into[other]


@dataclass(frozen=True, eq=False)
class Index:
    """One index argument at all points: codes into labels.

    If it runs along an axis that was opened over the members of a `source`, it is the `place`th part of them.
    """

    codes: Values
    labels: Labels
    axis: Axis | None = None
    source: Any = None
    place: int = 0

    def numbers(self) -> Values:
        """Return the labels where they are numbers."""
        return Values(np.asarray(self.labels.values, dtype=float)[self.codes.data], self.codes.axes)


def label(value: Any) -> Index:
    """Return an index argument that is the same everywhere."""
    return Index(constant(np.int32(0)), Labels([value]))


def columns_of(members: list[Any], dimen: int) -> list[tuple[Numbers, Labels]]:
    """Return codes and labels of each place of a list of members."""
    places = zip(*members, strict=True) if dimen > 1 and members else [members] * dimen
    columns = []
    for place in places:
        labels = Labels(list(dict.fromkeys(place)))
        codes = np.fromiter(map(labels.codes.__getitem__, place), np.int32, len(members))
        columns.append((codes, labels))
    return columns
