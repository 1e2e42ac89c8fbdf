"""The standard form of a Pyomo model: its matrix, and which variable and row each number stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from optim.arrays.parts import Part

_INFINITY = highspy.kHighsInf


@dataclass(frozen=True, eq=False)
class StandardForm:
    """A matrix with the variables of its columns and the constraints of its rows, in order."""

    part: Part
    variables: list[Any]
    rows: list[Any]


def standard_form(model: pyo.ConcreteModel) -> StandardForm:
    """Return the standard form of a linear model."""
    compiled = LinearStandardFormCompiler().write(model, mixed_form=True)
    rows = [row.constraint for row in compiled.rows]
    return StandardForm(_part(compiled), list(compiled.columns), rows)


def _part(compiled: Any) -> Part:
    variables = compiled.columns
    rhs = np.asarray(compiled.rhs, dtype=float)
    kind = np.asarray([row.bound_type for row in compiled.rows])
    matrix = compiled.A.tocsr()
    return Part(
        numbers=np.arange(len(variables)),
        cost=np.asarray(compiled.c.todense(), dtype=float).ravel(),
        lower=_bounds([v.lb for v in variables], -_INFINITY),
        upper=_bounds([v.ub for v in variables], _INFINITY),
        integer=np.asarray([not v.is_continuous() for v in variables], dtype=bool),
        row_lower=np.where(kind <= 0, rhs, -_INFINITY),
        row_upper=np.where(kind >= 0, rhs, _INFINITY),
        starts=matrix.indptr.astype(np.int32),
        indices=matrix.indices.astype(np.int32),
        factors=matrix.data.astype(float),
        offset=float(np.asarray(compiled.c_offset).ravel()[0]),
    )


def _bounds(values: list[float | None], missing: float) -> NDArray[np.float64]:
    return np.asarray([missing if v is None else float(v) for v in values], dtype=float)
