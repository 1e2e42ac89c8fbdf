"""Relations: lower <= body <= upper with the sign that Pyomo gives it."""

from __future__ import annotations

from typing import Any

from pyomo.core.expr.relational_expr import EqualityExpression, InequalityExpression, RangedExpression

from optim.arrays.axes import constant
from optim.arrays.evaluate import Evaluator
from optim.arrays.labels import NoTemplateError
from optim.arrays.rows import FREE, Rows, filled, rows_of, turned
from optim.arrays.scope import Scope

ZERO = constant(0.0)


def relation_rows(evaluator: Evaluator, node: Any, scope: Scope, column_count: int) -> Rows:
    """Return the rows of a relation at all points of a scope.

    A side without variables is the bound of the other one: ``body <= 3`` stays as it is, and so does
    ``3 <= body``. Of two sides with variables, ``left <= right`` becomes ``left - right <= 0``. Where the
    left one has none at some points, because it is a sum over no members, it counts as a number there:
    ``0 <= right`` is a row of ``right``. All this is as Pyomo does it, so that duals have the same sign.
    (Only an equation of two sides with variables may be turned there: Python asks the right side first if its
    class is derived from that of the left one.)
    """
    if isinstance(node, RangedExpression):
        return _ranged(evaluator, node, scope, column_count)
    if not isinstance(node, InequalityExpression | EqualityExpression) or getattr(node, "strict", False):
        raise NoTemplateError("the rule gives no relation of the kind <=, >= or ==")
    left, right = (evaluator.linear(side, scope) for side in node.args)
    equal = isinstance(node, EqualityExpression)
    if left.terms or not right.terms:
        ends = (ZERO, ZERO) if equal else (FREE[0], ZERO)
        rows = rows_of(left.minus(right), ends, scope.axes, column_count)
        return turned(rows, ~filled(left.terms, scope.axes)) if left.terms and right.terms else rows
    ends = (ZERO, ZERO) if equal else (ZERO, FREE[1])
    return rows_of(right.minus(left), ends, scope.axes, column_count)


def _ranged(evaluator: Evaluator, node: Any, scope: Scope, column_count: int) -> Rows:
    if any(node.strict):
        raise NoTemplateError("a strict relation")
    lower, body, upper = node.args
    ends = (evaluator.number(lower, scope), evaluator.number(upper, scope))
    return rows_of(evaluator.linear(body, scope), ends, scope.axes, column_count)
