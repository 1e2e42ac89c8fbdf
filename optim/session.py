"""A Pyomo model hot in HiGHS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import highspy
import numpy as np
import pyomo.environ as pyo
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from optim.arrays.parts import Part
from optim.hot import Array, HotModel, Indices
from optim.solve import Marginals

_INFINITY = highspy.kHighsInf


class Session(HotModel):
    """A Pyomo model in HiGHS. Columns are the model's variables, rows its constraints, in order."""

    def __init__(self, model: pyo.ConcreteModel, threads: int = 1, seed: int = 1) -> None:
        compiled = LinearStandardFormCompiler().write(model, mixed_form=True)
        self.variables: list[Any] = list(compiled.columns)
        self.column = {id(v): k for k, v in enumerate(self.variables)}
        self.rows: list[Any] = [row.constraint for row in compiled.rows]
        super().__init__(_matrix(compiled), threads, seed)

    def columns_of(self, variables: Sequence[Any]) -> Indices:
        """Return the columns of some variables; -1 for one that no row or cost names."""
        return np.asarray([self.column.get(id(v), -1) for v in variables], dtype=np.int32)

    def at(self, variable: Any, values: Array) -> float:
        """Return a variable's value among those of all columns; 0 for one that no row or cost names."""
        column = self.column.get(id(variable), -1)
        return float(values[column]) if column >= 0 else 0.0

    def load(self, values: Array) -> None:
        """Write values into the Pyomo variables."""
        for variable, value in zip(self.variables, values.tolist(), strict=True):
            variable.set_value(value, skip_validation=True)


def marginals(session: Session) -> Marginals:
    """Return duals and reduced costs of the last linear solve, by component and index."""
    duals: dict[str, dict] = {}
    for constraint, value in zip(session.rows, session.duals().tolist(), strict=False):
        duals.setdefault(constraint.parent_component().name, {})[_key(constraint)] = value
    reduced: dict[str, dict] = {}
    for variable, value in zip(session.variables, session.reduced_costs().tolist(), strict=True):
        reduced.setdefault(variable.parent_component().name, {})[_key(variable)] = value
    return Marginals(session.objective(), duals, reduced)


def _key(component: pyo.Var) -> tuple:
    index = component.index()
    return index if isinstance(index, tuple) else (index,)


def _matrix(compiled: Any) -> Part:
    """Return the standard form of Pyomo's compiler as arrays."""
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


def _bounds(values: list[float | None], missing: float) -> Array:
    return np.asarray([missing if v is None else float(v) for v in values], dtype=float)
