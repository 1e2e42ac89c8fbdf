"""Expression templates over arrays: one walk through the tree stands for all points of its index set."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.common.numeric_types import native_numeric_types, native_types
from pyomo.core.expr import numeric_expr as nodes
from pyomo.core.expr.template_expr import GetItemExpression, IndexTemplate, TemplateSumExpression

from optim.arrays.axes import Axis, Values, combine, constant
from optim.arrays.labels import Index, Labels, NoTemplateError, label
from optim.arrays.layout import Layout
from optim.arrays.linear import Linear, Term
from optim.arrays.members import Members
from optim.arrays.model import is_kept
from optim.arrays.params import Given
from optim.arrays.scope import Scope
from optim.arrays.sets import Table, Tables
from optim.arrays.templates import templatize

MINUS = constant(-1.0)


class Evaluator:
    """Evaluates templates of one model; what it fetches of Sets and Params it fetches once."""

    def __init__(self, columns: Layout) -> None:
        self.tables = Tables()
        self._columns = columns
        self._fetched: dict[tuple[int, int], tuple[Any, Any]] = {}

    def open(self, table: Table, templates: Sequence[Any]) -> Scope:
        """Return the scope of a rule at all points of its index set."""
        axes, indices = table.open()
        return Scope().bind(axes, templates, indices)

    def number(self, node: Any, scope: Scope) -> Values:
        """Return an expression without variables."""
        form = self.linear(node, scope)
        if form.terms:
            raise NoTemplateError("a variable stands where only a number may")
        return form.constant

    def linear(self, node: Any, scope: Scope) -> Linear:
        """Return an expression as a linear form.

        Raises
        ------
        NoTemplateError
            It is not linear, or of a kind that is left to Pyomo.
        KeyError
            Some point asks for an index that is not there.
        """
        match node:
            case _ if node.__class__ in native_numeric_types:
                return Linear(constant(float(node)))
            case IndexTemplate():
                return Linear(scope.index(node).numbers())
            case TemplateSumExpression():
                return self._sum(node, scope)
            case GetItemExpression():
                return self._item(node, scope)
            case nodes.NegationExpression():
                return self.linear(node.args[0], scope).times(MINUS)
            case nodes.SumExpression():
                return reduce(Linear.plus, (self.linear(each, scope) for each in node.args))
            case nodes.ProductExpression():
                return reduce(Linear.product, (self.linear(each, scope) for each in node.args))
            case nodes.DivisionExpression():
                over = self.number(node.args[1], scope)
                return self.linear(node.args[0], scope).times(combine(np.reciprocal, over))
            case nodes.PowExpression() | nodes.UnaryFunctionExpression():
                parts = [self.number(each, scope) for each in node.args]
                return Linear(combine(_function(node), *parts))
        return self._leaf(node, scope)

    def _leaf(self, node: Any, scope: Scope) -> Linear:
        component = node.parent_component()
        if node.is_variable_type():
            number = self._columns.at(component, node.index())
            return Linear(
                terms=(Term(constant(1.0), constant(np.int32(number)), id(component), frozenset()),)
            )
        if node.is_parameter_type():
            return Linear(constant(float(pyo.value(node))))
        if node.is_named_expression_type():
            tree = self._template(component)[0] if is_kept(component) else node.args[0]
            return self.linear(tree, scope)
        raise NoTemplateError(f"{type(node).__name__} is not known")

    def _item(self, node: Any, scope: Scope) -> Linear:
        component, *arguments = node.args
        kind = getattr(component, "ctype", None)
        indices = [self.index(each, scope) for each in arguments]
        if kind is pyo.Var and component in self._columns:
            return _column(component, self._columns, indices)
        if kind is pyo.Param:
            given = self._of_param(component)
            return Linear(_at(given, given.table.locate(indices)))
        if kind is pyo.Expression:
            tree, templates = self._template(component)
            return self.linear(tree, Scope(scope.axes).bind(scope.axes, templates, indices))
        raise NoTemplateError(f"{component} is not known")

    def _sum(self, node: Any, scope: Scope) -> Linear:
        """Return the sum of a form along new axes, one for each Set or factor that it runs over."""
        opened: list[Axis] = []
        for templates in node.template_iters():
            axes, indices = self._along(templates, scope)
            above = {parent for axis in axes for parent in axis.parents}
            scope = scope.bind((*(a for a in scope.axes if a not in above), *axes), templates, indices)
            opened += axes
        (body,) = node.template_args()[:1]
        return reduce(Linear.summed, reversed(opened), self.linear(body, scope))

    def _along(self, templates: Sequence[Any], scope: Scope) -> tuple[Sequence[Axis], list[Index]]:
        """Return the axes and indices that run over the Set of some templates."""
        over = templates[0]._set
        if not isinstance(over, GetItemExpression):
            return self.tables.of(over).open()
        component, *arguments = over.args
        if getattr(component, "ctype", None) is not pyo.Set:
            raise NoTemplateError(f"{component} is no indexed Set")
        key = (id(component), len(templates))
        if key not in self._fetched:
            table = self.tables.of(component.index_set())
            self._fetched[key] = (component, Members(component, table, len(templates)))
        members: Members = self._fetched[key][1]
        axis, indices = members.open([self.index(each, scope) for each in arguments], scope.axes)
        return [axis], indices

    def index(self, node: Any, scope: Scope) -> Index:
        """Return an index argument: a label, an index name, a Param that gives labels, or a number."""
        if node.__class__ in native_types:
            return label(node)
        if isinstance(node, IndexTemplate):
            return scope.index(node)
        if isinstance(node, GetItemExpression) and getattr(node.args[0], "ctype", None) is pyo.Param:
            given = self._of_param(node.args[0])
            position = given.table.locate([self.index(each, scope) for each in node.args[1:]])
            return Index(position, given.labels())
        if node.is_parameter_type():
            return label(pyo.value(node))
        number = self.number(node, scope)
        found, codes = np.unique(number.data, return_inverse=True)
        return Index(Values(codes.reshape(number.data.shape), number.axes), Labels(found.tolist()))

    def _of_param(self, param: Any) -> Given:
        if (id(param), 0) not in self._fetched:
            self._fetched[id(param), 0] = (param, Given(param, self.tables.of(param.index_set())))
        given: Given = self._fetched[id(param), 0][1]
        return given

    def _template(self, expression: Any) -> Any:
        """Return the template of an Expression's rule, and its index names."""
        if len(expression):
            raise NoTemplateError(f"the Expression {expression.name} has been made already")
        if (id(expression), 0) not in self._fetched:
            self._fetched[id(expression), 0] = (expression, templatize(expression, expression._rule))
        return self._fetched[id(expression), 0][1]


def _column(variable: Any, columns: Layout, indices: Sequence[Index]) -> Linear:
    stretch = columns[variable]
    if not isinstance(stretch.table, Table):
        raise NoTemplateError(f"the index set of {variable.name} has no certain form")
    column = combine(lambda place: place + stretch.start, stretch.table.locate(indices))
    return Linear(terms=(Term(constant(1.0), column, id(variable), _apart(indices)),))


def _apart(indices: Sequence[Index]) -> frozenset[Axis]:
    """Return the axes of which all places are among the index arguments: other points, other members."""
    places: dict[Axis, set[int]] = {}
    for index in indices:
        if index.axis is not None:
            places.setdefault(index.axis, set()).add(index.place)
    wanted = {index.axis: index.source.dimen for index in indices if index.axis is not None}
    return frozenset(axis for axis, found in places.items() if len(found) == wanted[axis])


def _at(given: Given, position: Values) -> Values:
    return Values(given.numbers(position.data), position.axes)


def _function(node: Any) -> Any:
    """Return the numpy function of a node that is a function of numbers."""
    return operator.pow if isinstance(node, nodes.PowExpression) else getattr(np, node.getname())
