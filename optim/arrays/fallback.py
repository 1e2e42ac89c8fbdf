"""Rows as Pyomo compiles them itself, one by one: of rules without a template, and rows made before."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.repn import generate_standard_repn

from optim.arrays.axes import Numbers
from optim.arrays.layout import Layout
from optim.arrays.model import is_kept, kept_rules, make_rows
from optim.arrays.rows import Rows, stored


def pyomo_rows(constraint: Any, columns: Layout) -> tuple[Rows, list[Any]]:
    """Return the rows of a constraint in the order in which Pyomo made them, and their indices."""
    _make(constraint)
    made = [data for data in constraint.values() if data.active]
    bodies = [data.to_bounded_expression(evaluate_bounds=True) for data in made]
    forms = [pyomo_form(body, columns, data.name) for data, (_, body, _) in zip(made, bodies, strict=True)]
    shift = np.array([form[0] for form in forms])
    entries = stored(
        np.array([len(form[1]) for form in forms], np.int32),
        np.concatenate([np.zeros(0, np.int32), *(form[1] for form in forms)]),
        np.concatenate([np.zeros(0), *(form[2] for form in forms)]),
    )
    lower = np.array([-np.inf if low is None else low for low, _, _ in bodies]) - shift
    upper = np.array([np.inf if up is None else up for _, _, up in bodies]) - shift
    return Rows(entries, lower, upper), [data.index() for data in made]


def pyomo_objective(objective: Any, columns: Layout) -> tuple[float, Numbers, Numbers]:
    """Return constant, columns and factors of an objective."""
    _make(objective)
    return pyomo_form(objective.expr, columns, objective.name)


def pyomo_form(body: Any, columns: Layout, name: str) -> tuple[float, Numbers, Numbers]:
    """Return constant, columns and factors of an expression; fixed variables count as numbers.

    Raises
    ------
    ValueError
        It is not linear.
    """
    form = generate_standard_repn(body, compute_values=True, quadratic=False)
    if form.nonlinear_expr is not None:
        raise ValueError(f"{name}: found an expression that is not linear, expected a linear one")
    found = [columns.at(v.parent_component(), v.index()) for v in form.linear_vars]
    kept = np.array(form.linear_coefs, dtype=float) != 0
    factors = np.array(form.linear_coefs, dtype=float)[kept]
    return float(pyo.value(form.constant)), np.array(found, np.int32)[kept], factors


def _make(component: Any) -> None:
    """Make the rows of a component, and before that the scalar Expressions that they may name."""
    if is_kept(component):
        for expression in kept_rules(component.model()):
            if expression.ctype is pyo.Expression and not expression.is_indexed():
                make_rows(expression)
        make_rows(component)
