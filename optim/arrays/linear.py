"""Linear forms over arrays: at each point, a constant and a sum of factor x column."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optim.arrays.axes import Axis, Values, combine, constant, total, varies
from optim.arrays.labels import NoTemplateError

ZERO = constant(0.0)


@dataclass(frozen=True, eq=False)
class Term:
    """factor x column at each point, summed over the axes that are no axes of the rows.

    Attributes
    ----------
    factor, column : Values
        Coefficients, and numbers of columns.
    variable : int
        Columns of terms with different numbers are never the same.
    apart : frozenset of Axis
        Axes whose points all have different columns.
    """

    factor: Values
    column: Values
    variable: int
    apart: frozenset[Axis]


@dataclass(frozen=True, eq=False)
class Linear:
    """constant + sum of the terms."""

    constant: Values = ZERO
    terms: tuple[Term, ...] = ()

    def plus(self, other: Linear) -> Linear:
        """Return the sum of two forms."""
        return Linear(combine(np.add, self.constant, other.constant), self.terms + other.terms)

    def times(self, factor: Values) -> Linear:
        """Return the form times a number at each point."""
        scaled = (replace(t, factor=combine(np.multiply, t.factor, factor)) for t in self.terms)
        return Linear(combine(np.multiply, self.constant, factor), tuple(scaled))

    def minus(self, other: Linear) -> Linear:
        """Return the difference of two forms."""
        return self.plus(other.times(constant(-1.0)))

    def product(self, other: Linear) -> Linear:
        """Return the product of two forms, of which one is a number at each point."""
        if self.terms and other.terms:
            raise NoTemplateError("a product of variables")
        return self.times(other.constant) if self.terms else other.times(self.constant)

    def summed(self, axis: Axis) -> Linear:
        """Return the form summed along an axis.

        A column that does not vary along the axis is one entry: its factors are summed first,
        sum over t of a[t] x[s] = (sum over t of a[t]) x[s].
        """
        return Linear(total(self.constant, axis), tuple(_summed(term, axis) for term in self.terms))


def _summed(term: Term, axis: Axis) -> Term:
    if varies(term.column, axis):
        return term
    return replace(term, factor=total(term.factor, axis))
