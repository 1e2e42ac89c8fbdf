"""What an expression comes to at given values of the columns, for a whole index set at once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import numpy as np
import pyomo.environ as pyo

from optim.arrays.axes import Numbers, flat
from optim.arrays.evaluate import Evaluator
from optim.arrays.layout import Layout
from optim.arrays.rows import entries_of
from optim.arrays.templates import templatize

_log = logging.getLogger(__name__)


def amounts(columns: Layout, index_set: Any, rule: Callable[..., Any], values: Numbers) -> Numbers:
    """Return a linear expression at all members of an index set, in the set's order.

    A rule that cannot be evaluated over arrays is left to Pyomo, with a line in the log; then the variables
    must hold the same values (`optim.arrays.load`).

    Parameters
    ----------
    columns : Layout
        Of the compiled model whose variables the rule names.
    index_set : Set
        Of any dimension.
    rule : callable
        Takes the members of an index, returns the expression.
    values : array
        Value of each column.
    """
    expression = pyo.Expression(index_set, rule=lambda _, *index: rule(*index))
    evaluator = Evaluator(columns)
    try:
        tree, templates = templatize(expression, expression._rule)
        scope = evaluator.open(evaluator.tables.of(index_set), templates)
        form = evaluator.linear(tree, scope)
    except Exception as reason:
        _log.warning("an expression is left to Pyomo, member by member: %s", reason)
        return np.asarray([pyo.value(rule(*_tuple(index))) for index in index_set], dtype=float)
    entries = entries_of(form.terms, scope.axes, columns.size)
    numbers, factors = entries.arrays()
    rows = np.repeat(np.arange(len(entries.counts)), entries.counts)
    sums = np.bincount(rows, weights=factors * values[numbers], minlength=len(entries.counts))
    return np.asarray(sums + flat(form.constant, scope.axes))


def sums(columns: Layout, index_set: Any, rule: Callable[..., Any]) -> Numbers:
    """Return the factor of each column in the sum of a linear expression over an index set.

    Parameters
    ----------
    columns : Layout
        Of the compiled model whose variables the rule names.
    index_set : Set
        Of any dimension.
    rule : callable
        Takes the members of an index, returns the expression, which has no constant.

    Raises
    ------
    NoTemplateError
        The rule cannot be evaluated over arrays.
    """
    expression = pyo.Expression(index_set, rule=lambda _, *index: rule(*index))
    evaluator = Evaluator(columns)
    tree, templates = templatize(expression, expression._rule)
    scope = evaluator.open(evaluator.tables.of(index_set), templates)
    numbers, factors = entries_of(evaluator.linear(tree, scope).terms, scope.axes, columns.size).arrays()
    return np.bincount(numbers, weights=factors, minlength=columns.size)


def _tuple(index: Any) -> tuple[Any, ...]:
    return index if isinstance(index, tuple) else (index,)
