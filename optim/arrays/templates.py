"""Templates of rules: a rule called once, with names in the place of its indices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyomo.environ as pyo
from pyomo.core.expr.numvalue import NumericValue
from pyomo.core.expr.template_expr import templatize_constraint, templatize_rule

from optim.arrays.labels import NoTemplateError


def templatize(component: Any, rule: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return the expression that a rule gives for any index, and the index names in it.

    Parameters
    ----------
    component : Constraint, Objective, Expression or Var
        The rule is over its index set.
    rule : Initializer
        Called as ``rule(block, index)``.
    """
    with _numbers_are_no_labels():
        if component.ctype is pyo.Constraint:
            found: tuple[Any, tuple[Any, ...]] = templatize_constraint(component)
        else:
            found = templatize_rule(component.parent_block(), rule, component.index_set())
    return found


@contextmanager
def _numbers_are_no_labels() -> Iterator[None]:
    """While a rule is called: comparing an index name, or a Param at one, with a label is an error.

    Pyomo 6.10 says False, so that ``if site == "a"`` would take one branch for all sites. (A comparison with
    a number makes an expression, which refuses to be a truth value.) Like Pyomo's own exchange of the builtin
    `sum` meanwhile, this holds for the whole process: build no models in other threads.
    """
    compare = NumericValue.__eq__

    def equal(self: Any, other: Any) -> Any:
        found = compare(self, other)
        if found is NotImplemented:
            raise NoTemplateError(
                f"it compares an index or a Param with {other!r}; give those rows a Set of their own"
            )
        return found

    NumericValue.__eq__ = equal
    try:
        yield
    finally:
        NumericValue.__eq__ = compare
