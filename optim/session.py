"""A Pyomo model hot in HiGHS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyomo.environ as pyo

from optim.hot import Array, HotModel, Indices
from optim.marginals import Marginals
from optim.standard import standard_form
from optim.stop import Stop


class Session(HotModel):
    """A Pyomo model in HiGHS. Columns are the model's variables, rows its constraints, in order."""

    def __init__(
        self, model: pyo.ConcreteModel, threads: int = 1, seed: int = 1, stop: Stop | None = None
    ) -> None:
        self.form = form = standard_form(model)
        self.variables: list[Any] = form.variables
        self.column = {id(v): k for k, v in enumerate(self.variables)}
        self.rows: list[Any] = form.rows
        super().__init__(form.part, threads, seed, stop)

    def name_of(self, kind: str, number: int) -> str:
        """Return the Pyomo name of a row or column; a row that was added is named by its first column."""
        if kind == "column":
            return str(self.variables[number].name)
        if number < len(self.rows):
            return str(self.rows[number].name)
        return f"a cut on {self.variables[self.first_of_added(number - len(self.rows))].name}"

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
