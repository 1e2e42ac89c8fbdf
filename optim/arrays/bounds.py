"""Bounds and integrality of columns, by the rules of the Vars and by what was set on single variables."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo

from optim.arrays.axes import Numbers, flat
from optim.arrays.evaluate import Evaluator
from optim.arrays.layout import Layout, Stretch
from optim.arrays.scope import Scope
from optim.arrays.sets import Table
from optim.arrays.templates import templatize

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Bounds:
    """lower <= x <= upper; x is whole where `integer`."""

    lower: Numbers
    upper: Numbers
    integer: Numbers

    @classmethod
    def of_size(cls, size: int) -> Bounds:
        """Return free continuous columns."""
        return cls(np.full(size, -np.inf), np.full(size, np.inf), np.zeros(size, dtype=bool))


def bounds_of(evaluator: Evaluator, columns: Layout) -> Bounds:
    """Return bounds and integrality of all columns.

    The domain and the Var's own bounds hold together, max(lower) <= x <= min(upper). A variable that was made
    (by ``x[i].fix(1)`` or ``x[i].setub(2)``) is asked itself; fixed, both of its bounds are its value.
    """
    bounds = Bounds.of_size(columns.size)
    for stretch in columns:
        part = slice(stretch.start, stretch.stop)
        here = Bounds(bounds.lower[part], bounds.upper[part], bounds.integer[part])
        made = list(stretch.component._data.values())  # `values()` would walk the index set
        if len(made) < stretch.table.size:
            _from_rules(evaluator, stretch, here)
        for variable in made:
            _from_variable(variable, stretch.table.find(variable.index()), here)
    return bounds


def _from_rules(evaluator: Evaluator, stretch: Stretch, here: Bounds) -> None:
    variable, domain = stretch.component, stretch.component._rule_domain
    if not domain.constant():
        _one_by_one(stretch, here)
        return
    _from_domain(domain(variable.parent_block(), None, variable), slice(None), here)
    rule = variable._rule_bounds
    if rule is None:
        return
    if rule.constant():
        _tighten(here, slice(None), *rule(variable.parent_block(), None))
        return
    try:
        _tighten(here, slice(None), *_templated(evaluator, stretch, rule))
    except Exception as reason:
        _log.info("bounds of %s are asked for one by one: %s", variable.name, reason)
        _one_by_one(stretch, here)


def _templated(evaluator: Evaluator, stretch: Stretch, rule: Any) -> tuple[Numbers | None, Numbers | None]:
    """Return the bounds that a rule gives, evaluated over the whole index set."""
    variable, table = stretch.component, stretch.table
    assert isinstance(table, Table)
    ends, templates = templatize(variable, rule)
    scope = evaluator.open(table, templates)
    lower, upper = (None if end is None else _flat(evaluator, end, scope) for end in ends)
    return lower, upper


def _flat(evaluator: Evaluator, node: Any, scope: Scope) -> Numbers:
    return flat(evaluator.number(node, scope), scope.axes)


def _one_by_one(stretch: Stretch, here: Bounds) -> None:
    """Ask the rules of a Var for each index, without making the variable."""
    variable = stretch.component
    block, rule = variable.parent_block(), variable._rule_bounds
    for number, index in enumerate(variable.index_set()):
        _from_domain(variable._rule_domain(block, index, variable), number, here)
        if rule is not None:
            _tighten(here, number, *rule(block, index))


def _from_domain(domain: Any, place: Any, here: Bounds) -> None:
    """Apply the interval of a domain: step 0 is continuous, step 1 whole numbers."""
    lower, upper, step = domain.get_interval()
    if step not in (0, 1):
        raise ValueError(f"found a variable with the domain {domain}, expected an interval or whole numbers")
    here.integer[place] = step == 1
    _tighten(here, place, lower, upper)


def _tighten(here: Bounds, place: Any, lower: Any, upper: Any) -> None:
    if lower is not None:
        here.lower[place] = np.maximum(here.lower[place], _value(lower))
    if upper is not None:
        here.upper[place] = np.minimum(here.upper[place], _value(upper))


def _value(bound: Any) -> Any:
    return bound if isinstance(bound, np.ndarray) else pyo.value(bound)


def _from_variable(variable: Any, place: int, here: Bounds) -> None:
    here.lower[place], here.upper[place] = -np.inf, np.inf
    _from_domain(variable.domain, place, here)
    _tighten(here, place, variable.lower, variable.upper)
    if variable.fixed:
        here.lower[place] = here.upper[place] = variable.value
