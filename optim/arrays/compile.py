"""From a model's rules to its matrix."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.common.gc_manager import PauseGC

from optim.arrays.axes import Numbers
from optim.arrays.bounds import Bounds, bounds_of
from optim.arrays.evaluate import Evaluator
from optim.arrays.fallback import pyomo_objective, pyomo_rows
from optim.arrays.labels import NoTemplateError
from optim.arrays.layout import Layout, Listed
from optim.arrays.model import is_kept
from optim.arrays.relations import relation_rows
from optim.arrays.rows import Entries, Rows, entries_of, without_zeros
from optim.arrays.sets import Table
from optim.arrays.templates import templatize

_log = logging.getLogger(__name__)
_GIVEN = (pyo.Set, pyo.RangeSet, pyo.SetOf, pyo.Param, pyo.Suffix, pyo.BuildAction, pyo.BuildCheck)
_LINEAR = (*_GIVEN, pyo.Block, pyo.Var, pyo.Expression, pyo.Constraint, pyo.Objective)


@dataclass(frozen=True, eq=False)
class Compiled:
    """A linear model as arrays.

    minimise (sense 1) or maximise (-1) cost x + offset subject to row_lower <= A x <= row_upper,
    lower <= x <= upper, x whole where `integer`.

    Attributes
    ----------
    cost, lower, upper, integer : array
        By column.
    row_lower, row_upper : array
        By row.
    starts, indices, factors : array
        A in compressed row form with 32-bit indices; no column twice in a row, no factor zero.
    columns, rows : Layout
        Which columns belong to which Var, which rows to which Constraint.
    """

    sense: int
    offset: float
    cost: Numbers
    lower: Numbers
    upper: Numbers
    integer: Numbers
    row_lower: Numbers
    row_upper: Numbers
    starts: Numbers
    indices: Numbers
    factors: Numbers
    columns: Layout
    rows: Layout


def compile_model(model: Any) -> Compiled:
    """Return the matrix of a linear model.

    The rules that an `ArrayModel` keeps are evaluated over arrays. One that cannot be is left to Pyomo, with
    a line in the log; so are constraints that have rows already, as on a ConcreteModel.

    Parameters
    ----------
    model : ArrayModel or ConcreteModel
        Linear, with at most one active objective.

    Raises
    ------
    ValueError
        Something is not linear, or of a kind that has no place in a matrix.
    """
    found = {c.ctype.__name__ for c in model.component_objects(active=True) if c.ctype not in _LINEAR}
    if found:
        raise ValueError(f"found components of the kinds {', '.join(sorted(found))}, expected a linear model")
    with PauseGC(), np.errstate(divide="raise", invalid="raise"):
        columns, rows = Layout(), Layout()
        evaluator = Evaluator(columns)
        for variable in model.component_objects(pyo.Var):
            if not variable.is_reference():
                columns.add(variable, _table(evaluator, variable))
        parts = [
            _constraint(evaluator, constraint, columns, rows)
            for constraint in model.component_objects(pyo.Constraint, active=True)
            if not constraint.is_reference()
        ]
        goal = _objective(evaluator, model, columns)
        return _joined(parts, bounds_of(evaluator, columns), goal, (columns, rows))


def _table(evaluator: Evaluator, variable: Any) -> Table | Listed:
    """Return the index set of a Var, or the list of its variables if the Set is of no certain form."""
    try:
        return evaluator.tables.of(variable.index_set())
    except NoTemplateError:
        return Listed(list(variable))


def _constraint(evaluator: Evaluator, constraint: Any, columns: Layout, rows: Layout) -> Rows:
    if is_kept(constraint):
        try:
            if len(constraint):
                raise NoTemplateError("some of its rows have been made")
            table = evaluator.tables.of(constraint.index_set())
            made = _from_template(evaluator, constraint, table, columns.size)
            rows.add(constraint, table)
            return made
        except Exception as reason:
            _log.warning("%s is left to Pyomo, row by row: %s", constraint.name, reason)
    made, indices = pyomo_rows(constraint, columns)
    rows.add(constraint, Listed(indices))
    return made


def _from_template(evaluator: Evaluator, constraint: Any, table: Table, column_count: int) -> Rows:
    if not table.size:
        return Rows(entries_of((), table.open()[0], column_count), np.zeros(0), np.zeros(0))
    relation, templates = templatize(constraint, constraint.rule)
    return relation_rows(evaluator, relation, evaluator.open(table, templates), column_count)


def _objective(evaluator: Evaluator, model: Any, columns: Layout) -> tuple[int, float, Numbers]:
    """Return sense, offset and cost."""
    active = list(model.component_objects(pyo.Objective, active=True))
    if len(active) > 1 or any(objective.is_indexed() for objective in active):
        names = ", ".join(objective.name for objective in active)
        raise ValueError(f"found the objectives {names}, expected one that is not indexed")
    cost = np.zeros(columns.size)
    for objective in active:
        kept = is_kept(objective)
        sense = objective._init_sense(objective.parent_block(), None) if kept else objective.sense
        offset, places, factors = _objective_form(evaluator, objective, columns)
        np.add.at(cost, places, factors)
        return int(sense), offset, cost
    return 1, 0.0, cost


def _objective_form(evaluator: Evaluator, objective: Any, columns: Layout) -> tuple[float, Numbers, Numbers]:
    """Return constant, columns and factors."""
    if is_kept(objective):
        try:
            tree, templates = templatize(objective, objective.rule)
            form = evaluator.linear(tree, evaluator.open(Table([]), templates))
            return float(form.constant.data), *entries_of(form.terms, (), columns.size).arrays()
        except Exception as reason:
            _log.warning("%s is left to Pyomo: %s", objective.name, reason)
    return pyomo_objective(objective, columns)


def _joined(
    parts: list[Rows], bounds: Bounds, goal: tuple[int, float, Numbers], layouts: tuple[Layout, Layout]
) -> Compiled:
    return Compiled(
        *goal,
        bounds.lower,
        bounds.upper,
        bounds.integer,
        np.concatenate([np.zeros(0), *(part.lower for part in parts)]),
        np.concatenate([np.zeros(0), *(part.upper for part in parts)]),
        *_matrix([part.entries for part in parts]),
        *layouts,
    )


def _matrix(parts: list[Entries]) -> tuple[Numbers, Numbers, Numbers]:
    """Return starts, columns and factors of all rows, each part written into its place."""
    size = sum(part.size for part in parts)
    if size > np.iinfo(np.int32).max:
        raise ValueError(f"found {size} entries, expected fewer than 2**31")
    starts = np.concatenate([np.zeros(1, np.int32), *(part.counts for part in parts)])
    np.cumsum(starts, out=starts)
    columns, factors, first = np.empty(size, np.int32), np.empty(size), 0
    for part in parts:
        place = slice(first, first + part.size)
        part.write(columns[place], factors[place])
        first += part.size
    return without_zeros(starts, columns, factors)
