"""A Pyomo model hot in HiGHS."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

import highspy
import numpy as np
import pyomo.environ as pyo

from optim.arrays import compile_model, load
from optim.arrays.layout import Layout
from optim.coefficients import place_in
from optim.hot import Array, HotModel, Indices
from optim.marginals import Index, Marginals
from optim.stop import Stop
from optim.tables import TimeLimitError

_STEPS = 15_000


class Session(HotModel):
    """A Pyomo model in HiGHS, compiled over arrays. Columns and rows are known by component and index."""

    def __init__(
        self, model: pyo.ConcreteModel, threads: int = 1, seed: int = 1, stop: Stop | None = None
    ) -> None:
        self.compiled = compile_model(model)
        self._name = {"row": place_in(self.compiled.rows), "column": place_in(self.compiled.columns)}
        super().__init__(self.compiled, threads, seed, stop)

    def name_of(self, kind: str, number: int) -> str:
        """Return the Pyomo name of a row or column; a row that was added is named by its first column."""
        if kind == "column" or number < self.compiled.rows.size:
            return self._name[kind](number)
        return f"a cut on {self._name['column'](self.added.first_column(number - self.compiled.rows.size))}"

    def owner(self, column: int) -> tuple[Any, Any]:
        """Return the Var of a column and its index there."""
        return self.compiled.columns.owner(column)

    def columns_at(self, component: Any, indices: Iterable[Any]) -> Indices:
        """Return the columns of some indices of a Var."""
        at = self.compiled.columns.at
        return np.asarray([at(component, index) for index in indices], dtype=np.int32)

    def columns_of(self, variables: Sequence[Any]) -> Indices:
        """Return the columns of some variables."""
        at = self.compiled.columns.at
        return np.asarray([at(v.parent_component(), v.index()) for v in variables], dtype=np.int32)

    def at(self, component: Any, index: Any, values: Array) -> float:
        """Return a variable's value among those of all columns."""
        return float(values[self.compiled.columns.at(component, index)])

    def take_basis(self, basis: Any, added: dict[int, int]) -> None:
        """Let simplex begin from the basis of a model of the same columns and rows, if it has as many.

        Parameters
        ----------
        basis : HighsBasis
            Of the other model, its added rows included.
        added : dict
            Number of an added row here -> number of the one there that it stands for; others are basic.
        """
        rows, columns = self.compiled.rows.size, self.compiled.columns.size
        status, of_rows = highspy.HighsBasisStatus, list(basis.row_status)
        if not basis.valid or len(basis.col_status) != columns or len(of_rows) < rows:
            return
        mine = [status.kBasic] * (self.highs.getNumRow() - rows)
        for here, there in added.items():
            mine[here] = of_rows[rows + there]
        found = highspy.HighsBasis()
        found.col_status, found.row_status = list(basis.col_status), of_rows[:rows] + mine
        found.valid = found.alien = True  # alien: HiGHS completes it where cuts have fallen into one
        self.highs.setBasis(found)

    def vertex(self) -> float:
        """Return the optimum of the relaxation: by simplex, to which some cuts leave little; else anew."""
        with suppress(TimeLimitError):
            return self.solve_relaxed(steps=_STEPS).objective
        return self.solve_relaxed(method="interior").objective

    def drop_rows(self, numbers: Indices) -> Indices:
        """Drop those of some added rows that the basis does not need, all if there is none; return them."""
        basis, rows = self.highs.getBasis(), self.compiled.rows.size + self.added.places[numbers]
        status, idle = list(basis.row_status), np.ones(len(rows), dtype=bool)
        if basis.valid:
            basic = highspy.HighsBasisStatus.kBasic
            idle = np.asarray([status[row] == basic for row in rows.tolist()], dtype=bool)
        gone = np.sort(rows[idle]).astype(np.int32)
        self.highs.deleteRows(len(gone), gone)
        self.added.drop(numbers[idle])
        if basis.valid:
            basis.row_status = [status[row] for row in np.delete(np.arange(len(status)), gone).tolist()]
            self.highs.setBasis(basis)
        return numbers[idle]

    def load(self, values: Array) -> None:
        """Write values into the Pyomo variables."""
        load(self.compiled, values)


def marginals(session: Session) -> Marginals:
    """Return duals and reduced costs of the last linear solve, by component and index."""
    rows, columns = session.compiled.rows, session.compiled.columns
    return Marginals(
        session.objective(),
        _by_index(rows, session.duals()),
        _by_index(columns, session.reduced_costs()),
    )


def _by_index(layout: Layout, values: Array) -> dict[str, dict[Index, float]]:
    """Return the values of each component by index, those that are not zero."""
    found: dict[str, dict[Index, float]] = {}
    for stretch in layout:
        part = values[stretch.start : stretch.stop].tolist()
        members = zip(stretch.members(), part, strict=True)
        found[stretch.component.name] = {_key(index): value for index, value in members if value}
    return found


def _key(index: Any) -> Index:
    return index if isinstance(index, tuple) else (index,)
