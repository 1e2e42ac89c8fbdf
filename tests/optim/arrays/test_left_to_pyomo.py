"""What has no template is compiled by Pyomo, to the same matrix, and the log says so."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest

from optim.arrays import ArrayModel, compile_model
from tests.optim.arrays.same import assert_same

LIMITS = {"a": 1.0, "b": 2.0}
SERIES = np.array([1.0, 2.0, 3.0])


def base(m: Any) -> None:
    m.S = pyo.Set(initialize=["a", "b"])
    m.T = pyo.Set(initialize=range(3))
    m.kind = pyo.Param(m.S, initialize={"a": "new", "b": "old"}, within=pyo.Any)
    m.x = pyo.Var(m.S, m.T, domain=pyo.NonNegativeReals, dense=False)
    m.loose = pyo.Var(pyo.Any, dense=False)
    m.by = pyo.Block(m.S, rule=lambda b, s: b.add_component("v", pyo.Var(m.T, dense=False)))
    m.cost = pyo.Objective(rule=lambda m: sum(m.x[s, t] for s in m.S for t in m.T))


def loop(m: Any, s: str) -> Any:
    total = 0
    for t in m.T:
        total += m.x[s, t]
    return total <= 3


RULES: dict[str, Callable[..., Any]] = {
    "label": lambda m, s: m.x[s, 0] <= (1 if s == "a" else 2),
    "label_in": lambda m, s: m.x[s, 0] <= (1 if s in ("a", "z") else 2),
    "label_not": lambda m, s: m.x[s, 0] >= m.x[s, 1] if s != "a" else m.x[s, 2] >= 1,
    "param_label": lambda m, s: m.x[s, 0] <= (1 if m.kind[s] == "new" else 2),
    "skip": lambda m, s: pyo.Constraint.Skip if s == "b" else m.x[s, 0] <= 1,
    "dictionary": lambda m, s: m.x[s, 0] <= LIMITS[s],
    "array": lambda m, s: sum(SERIES[t] * m.x[s, t] for t in m.T) <= 3,
    "loop": loop,
    "condition": lambda m, s: sum(m.x[s, t] for t in m.T if t > 0) <= 3,
    "list": lambda m, s: sum(m.x[s, t] * k for t in m.T for k in (1, 2)) <= 3,
    "enumerate": lambda m, s: sum(k * m.x[s, t] for k, t in enumerate(m.T)) <= 3,
    "star": lambda m, s: sum(m.x[s, t] for *_, t in m.S * m.T) <= 30,
    "block": lambda m, s: m.by[s].v[0] <= m.x[s, 0],
    "order": lambda m, s: m.x[s, 0] <= m.S.ord(s),
    "quicksum": lambda m, s: pyo.quicksum(m.x[s, t] for t in m.T) <= 3,
}


@pytest.mark.parametrize("name", RULES)
def test_the_rows_are_those_of_pyomo(name: str, caplog: pytest.LogCaptureFixture) -> None:
    models = ArrayModel(), pyo.ConcreteModel()
    for m in models:
        base(m)
        m.row = pyo.Constraint(m.S, rule=RULES[name])
    with caplog.at_level(logging.WARNING, logger="optim.arrays"):
        compiled = compile_model(models[0])
    assert_same(compiled, *models)
    told = [record.getMessage() for record in caplog.records if record.name.startswith("optim.arrays")]
    assert len(told) == 1
    assert told[0].startswith("row is left to Pyomo, row by row: ")


def test_rows_that_are_skipped_have_no_number() -> None:
    m = ArrayModel()
    base(m)
    m.row = pyo.Constraint(m.S, rule=RULES["skip"])
    compiled = compile_model(m)
    assert compiled.rows.at(m.row, "a") == 0
    assert compiled.rows.owner(0) == (m.row, "a")
    with pytest.raises(KeyError):
        compiled.rows.at(m.row, "b")


def test_rows_that_are_there_are_taken_as_they_are() -> None:
    models = ArrayModel(), pyo.ConcreteModel()
    for m in models:
        base(m)
        m.row = pyo.Constraint(m.S, m.T, rule=lambda m, s, t: m.x[s, t] >= t)
        m.row["a", 1].deactivate()
        m.row["b", 2].set_value(m.x["b", 2] <= 5)
        m.off = pyo.Constraint(m.S, rule=lambda m, s: m.x[s, 0] >= 9)
        m.off.deactivate()
        m.more = pyo.ConstraintList()
        m.more.add(m.x["a", 0] + m.x["b", 0] == 1)
        m.given = pyo.Constraint(expr=m.x["a", 2] + m.loose["q"] <= 2)
        m.filled = pyo.Constraint(m.S)
        m.filled["b"] = m.x["b", 1] <= 8
    assert_same(compile_model(models[0]), *models)
    assert_same(compile_model(models[1]), models[1], models[1])


def test_a_fixed_variable_may_be_a_factor() -> None:
    models = ArrayModel(), pyo.ConcreteModel()
    for m in models:
        base(m)
    models[0].x["a", 1].fix(2.0)
    models[0].row = pyo.Constraint(models[0].S, rule=lambda m, s: m.x["a", 1] * m.x[s, 0] <= 3)
    models[1].row = pyo.Constraint(models[1].S, rule=lambda m, s: 2.0 * m.x[s, 0] <= 3)
    models[1].x["a", 1].fix(2.0)
    assert_same(compile_model(models[0]), *models)


def test_an_objective_is_left_to_pyomo_too(caplog: pytest.LogCaptureFixture) -> None:
    models = ArrayModel(), pyo.ConcreteModel()
    for m in models:
        base(m)
        m.del_component("cost")
        m.total = pyo.Expression(rule=lambda m: sum(m.x[s, t] for s in m.S for t in m.T))
        m.goal = pyo.Objective(rule=lambda m: m.total + sum(LIMITS[s] * m.x[s, 0] for s in m.S))
    compiled = compile_model(models[0])
    assert "goal is left to Pyomo" in caplog.text
    assert_same(compiled, *models)


@pytest.mark.parametrize(
    ("declare", "told"),
    [
        (lambda m: m.add_component("q", pyo.Constraint(rule=lambda m: m.x["a", 0] ** 2 <= 1)), "not linear"),
        (lambda m: m.add_component("g", pyo.Objective(rule=lambda m: m.x["a", 0])), "objectives cost, g"),
        (lambda m: m.add_component("s", pyo.SOSConstraint(var=m.x, sos=1)), "SOSConstraint"),
        (lambda m: m.add_component("v", pyo.Var(domain=pyo.Set(initialize=[1, 4, 9]))), "domain"),
    ],
)
def test_what_is_not_linear_is_refused(declare: Callable[[Any], Any], told: str) -> None:
    m = ArrayModel()
    base(m)
    declare(m)
    with pytest.raises(ValueError, match=told):
        compile_model(m)
