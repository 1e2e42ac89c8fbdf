"""The smallest and largest coefficients of a model, by the Pyomo names of where they stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optim.arrays import Compiled
from optim.arrays.layout import Layout
from optim.arrays.parts import Part
from optim.solution import CoefficientRange, PartName
from optim.standard import StandardForm

Name = Callable[[int], str]
Place = tuple[float, str]


class Ranges:
    """Extremes of all models of a kind that have been seen."""

    def __init__(self, model: str) -> None:
        self.model = model
        self._least: dict[PartName, Place] = {}
        self._most: dict[PartName, Place] = {}

    def see(self, matrix: Compiled | Part, row: Name, column: Name) -> None:
        """Take in a model; `row` and `column` name what has a number, and are asked for extremes alone."""
        columns, rows = len(matrix.cost), len(matrix.row_lower)

        def factor(number: int) -> str:
            of_row = int(np.searchsorted(matrix.starts, number, "right")) - 1
            return f"{row(of_row)} x {column(int(matrix.indices[number]))}"

        self._note("matrix", matrix.factors, factor)
        self._note("costs", matrix.cost, column)
        self._note("bounds", np.concatenate([matrix.lower, matrix.upper]), lambda k: column(k % columns))
        limits = np.concatenate([matrix.row_lower, matrix.row_upper])
        self._note("right_hand_sides", limits, lambda k: row(k % rows))

    def _note(self, part: PartName, values: NDArray[np.float64], name: Name) -> None:
        size = np.abs(values)
        counts = (size > 0) & np.isfinite(size)
        if not counts.any():
            return
        least = int(np.where(counts, size, np.inf).argmin())
        most = int(np.where(counts, size, 0.0).argmax())
        if part not in self._least or size[least] < self._least[part][0]:
            self._least[part] = (float(size[least]), name(least))
        if part not in self._most or size[most] > self._most[part][0]:
            self._most[part] = (float(size[most]), name(most))

    @property
    def found(self) -> tuple[CoefficientRange, ...]:
        """Return the range of each part that has any value."""
        return tuple(
            CoefficientRange(self.model, part, *self._least[part], *self._most[part]) for part in self._least
        )

    def lines(self) -> list[str]:
        """Return a line for each part, and one for each that is far out of scale."""
        told = [
            f"{each.part.replace('_', ' ')} of the {self.model}: {each.smallest:.1e} ({each.smallest_at}) "
            f"to {each.largest:.1e} ({each.largest_at})"
            for each in self.found
        ]
        wrong = [(each.part.replace("_", " "), *each.offender) for each in self.found if each.offender]
        return told + [
            f"warning: {part} out of scale: {value:.1e} at {place}" for part, value, place in wrong
        ]


def ranges_of(form: StandardForm, model: str) -> Ranges:
    """Return the ranges of a model in standard form."""
    ranges = Ranges(model)
    ranges.see(form.part, lambda k: str(form.rows[k].name), lambda k: str(form.variables[k].name))
    return ranges


def place_in(layout: Layout) -> Name:
    """Return a function that names what has a number in a layout, as Pyomo would."""

    def name(number: int) -> str:
        component, index = layout.owner(number)
        return str(component.name) if index is None else f"{component.name}[{_words(index)}]"

    return name


def _words(index: Any) -> str:
    return ",".join(map(str, index)) if isinstance(index, tuple) else str(index)
