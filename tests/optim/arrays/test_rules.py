"""Every kind of rule gives the matrix that Pyomo gives, without a row made by Pyomo."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest

from optim.arrays import ArrayModel, ArrayParam, compile_model, materialise
from tests.optim.arrays.same import assert_same

SITES, HOURS = ["a", "b", "c"], list(range(4))
PAIRS = [("a", 2026), ("a", 2027), ("c", 2026)]


def base(m: Any) -> Any:
    """Declare what all cases use: products, tuples, members of sites (none for b), numbers and labels."""
    m.S = pyo.Set(initialize=SITES)
    m.T = pyo.Set(initialize=HOURS)
    m.P = pyo.Set(dimen=2, initialize=PAIRS)
    m.PT = pyo.Set(dimen=3, initialize=[(*p, t) for p in PAIRS for t in HOURS if t != 1])
    m.YEARS = pyo.Set(m.S, initialize={"a": [2026, 2027], "b": [], "c": [2026]})
    m.NEAR = pyo.Set(m.S, m.T, dimen=2, initialize=lambda m, s, t: [(r, t) for r in SITES if r != s][: t % 3])
    m.LATER = pyo.Set(initialize=HOURS[1:])
    m.before = pyo.Param(m.T, initialize={t: (t - 1) % 4 for t in HOURS}, within=pyo.Integers)
    m.next_site = pyo.Param(m.S, initialize={"a": "b", "b": "c", "c": "a"}, within=pyo.Any)
    m.price = ArrayParam(m.S, m.T, initialize=np.arange(12.0).reshape(3, 4) + 1)
    m.rate = pyo.Param(m.T, m.S, initialize={(t, s): t + 10 * k for k, s in enumerate(SITES) for t in HOURS})
    m.part = pyo.Param(m.S, initialize={"b": 0.5, "a": 0.25}, default=0.125)
    m.loss = pyo.Param(m.P, initialize=dict(zip(PAIRS, (0.0, 0.2, 0.3), strict=True)), mutable=True)
    m.half = pyo.Param(initialize=0.5)
    m.own = pyo.Param(initialize=3.0, mutable=True)
    m.x = pyo.Var(m.S, m.T, domain=pyo.NonNegativeReals, dense=False)
    m.y = pyo.Var(m.P, domain=pyo.NonNegativeIntegers, dense=False)
    m.z = pyo.Var(m.P, m.T, domain=pyo.Binary, dense=False)
    m.w = pyo.Var(m.PT, bounds=(-1, 2), dense=False)
    m.one = pyo.Var(bounds=(0, 9))
    return m


CASES: dict[str, Callable[[Any], Any]] = {}


def case(add: Callable[[Any], Any]) -> Callable[[Any], Any]:
    CASES[add.__name__] = add
    return add


def rows(m: Any, *sets: Any, name: str = "row") -> Callable[[Any], None]:
    """Return what declares the rows of a rule."""
    return lambda rule: m.add_component(name, pyo.Constraint(*sets, rule=rule))


@case
def bounds_on_either_side(m: Any) -> None:
    rows(m, m.S, m.T, name="up")(lambda m, s, t: m.x[s, t] + 1 <= m.price[s, t])
    rows(m, m.S, m.T, name="down")(lambda m, s, t: m.price[s, t] - 2 <= 3 * m.x[s, t] + m.part[s])
    rows(m, m.S, m.T, name="equal")(lambda m, s, t: m.rate[t, s] == -m.x[s, t])
    rows(m, m.S, m.T, name="both")(lambda m, s, t: m.x[s, t] + m.own >= 2 * m.x[s, m.before[t]] - 1)
    rows(m, m.P, name="ranged")(lambda m, s, y: (m.loss[s, y], m.y[s, y] + 1, 7))
    rows(m, m.P, name="inequality")(lambda m, s, y: pyo.inequality(0, m.y[s, y] + m.one, m.own))
    rows(m, m.P, name="pair")(lambda m, s, y: (m.y[s, y], m.one))
    rows(m, m.P, name="open")(lambda m, s, y: (None, m.y[s, y], 3))


@case
def scalar_constraints(m: Any) -> None:
    rows(m, name="total")(lambda m: sum(m.price[s, t] * m.x[s, t] for s in m.S for t in m.T) <= 40)
    rows(m, name="single")(lambda m: m.one + m.x["a", 2] >= m.half)


@case
def sums_over_members(m: Any) -> None:
    rows(m, m.S, name="years")(lambda m, s: sum(m.y[s, y] for y in m.YEARS[s]) <= m.one)
    rows(m, m.S, name="number")(lambda m, s: sum(m.y[s, y] for y in m.YEARS[s]) <= m.own)
    rows(m, m.S, m.T, name="near")(lambda m, s, t: sum(m.x[r, h] for r, h in m.NEAR[s, t]) >= m.x[s, t])
    rows(m, m.S, m.T, name="deep")(
        lambda m, s, t: (
            sum(m.loss[s, y] * sum(m.z[s, y, h] - m.x[s, m.before[h]] for h in m.T) for y in m.YEARS[s])
            == m.price[s, t] + m.one
        )
    )
    rows(m, m.T, name="chain")(lambda m, t: sum(m.z[s, y, t] for s in m.S for y in m.YEARS[s]) <= 2)
    rows(m, m.S, name="product")(
        lambda m, s: sum(m.loss[s, y] for y in m.YEARS[s]) * sum(m.y[s, y] for y in m.YEARS[s]) <= m.own
    )
    rows(m, m.S, m.T, name="beside")(
        lambda m, s, t: sum(m.y[s, y] + 1 for y in m.YEARS[s]) + sum(m.x[r, t] for r in m.S) >= m.part[s]
    )


@case
def what_does_not_vary_is_summed_first(m: Any) -> None:
    rows(m, m.S, name="grid")(lambda m, s: sum(m.price[s, t] * m.one for t in m.T) <= 5)
    rows(m, m.S, name="count")(lambda m, s: sum(m.x[s, 0] + 2 for t in m.T) <= 50)
    rows(m, m.S, name="members")(lambda m, s: sum(m.loss[s, y] * m.x[s, 1] for y in m.YEARS[s]) >= -m.own)
    rows(m, m.S, m.T, name="two")(lambda m, s, t: sum(m.x[r, t] for r in m.S for h in m.T) >= 1)


@case
def columns_that_meet(m: Any) -> None:
    rows(m, m.S, m.T, name="same")(lambda m, s, t: m.x[s, t] + 2 * m.x[s, t] - m.x[s, 0] <= 3)
    rows(m, m.T, name="lookup")(lambda m, t: sum(m.x["a", m.before[h]] for h in m.T) + m.x["a", t] <= 3)
    rows(m, m.T, name="many")(lambda m, t: sum(m.x[m.next_site[r], t] for r in m.S for h in m.LATER) <= 3)
    rows(m, m.S, m.T, name="cancel")(lambda m, s, t: m.x[s, t] - m.x[s, 1] + m.one <= 3)


@case
def sparse_sets_and_index_arithmetic(m: Any) -> None:
    rows(m, m.PT, name="tuples")(lambda m, s, y, t: m.w[s, y, t] <= m.y[s, y] + m.price[s, t] * m.x[s, t])
    rows(m, m.P, m.T, name="mixed")(lambda m, s, y, t: m.z[s, y, t] <= m.loss[s, y] * m.y[s, y])
    rows(m, m.S, m.LATER, name="back")(lambda m, s, t: m.x[s, t] - m.x[s, t - 1] <= t * m.half)
    rows(m, m.S, m.T, name="names")(lambda m, s, t: m.x[m.next_site[s], m.before[m.before[t]]] <= 1)
    rows(m, ["a", "c"], m.LATER, name="listed")(lambda m, s, t: m.x[s, t] <= m.part[s])
    rows(m, m.P * m.LATER, name="nested")(lambda m, s, y, t: m.z[s, y, t] + m.x[s, t] >= 0.5)
    rows(m, m.S | {"a", "b"}, name="union")(lambda m, s: m.x[s, 2] <= 7)


@case
def numbers_and_functions(m: Any) -> None:
    rows(m, m.S, m.T, name="made")(
        lambda m, s, t: (
            m.x[s, t] * (m.price[s, t] ** 2 - 1) / (1 + abs(m.part[s])) + pyo.exp(m.half) * m.one
            <= pyo.sqrt(m.price[s, t]) - m.own * t
        )
    )
    rows(m, m.S, name="zero")(lambda m, s: 0 * m.x[s, 0] >= m.part[s] * (m.x[s, 1] - m.x[s, 2]))


@case
def expressions(m: Any) -> None:
    m.draw = pyo.Expression(
        m.S, m.T, rule=lambda m, s, t: m.part[s] * m.x[s, t] + sum(m.y[s, y] for y in m.YEARS[s])
    )
    m.whole = pyo.Expression(rule=lambda m: sum(m.draw[s, t] for s in m.S for t in m.T))
    m.given = pyo.Expression(expr=2 * m.one + m.x["a", 0])
    rows(m, m.S, m.T, name="at")(lambda m, s, t: m.draw[s, m.before[t]] + m.draw[s, t] <= m.given)
    rows(m, name="all")(lambda m: m.whole + 3 * m.whole >= 1)


@case
def blocks(m: Any) -> None:
    b = m.sub = pyo.Block()
    b.v = pyo.Var(m.S, dense=False)
    b.half = pyo.Param(initialize=0.5)
    b.row = pyo.Constraint(m.S, m.T, rule=lambda b, s, t: b.v[s] * b.half <= m.x[s, t])
    b.inner = pyo.Block()
    b.inner.row = pyo.Constraint(m.S, rule=lambda b, s: m.sub.v[s] >= m.part[s])
    m.by_site = pyo.Block(m.S, rule=_by_site)
    m.ruled = pyo.Block(
        rule=lambda b: b.add_component("row", pyo.Constraint(m.T, rule=lambda b, t: m.x["a", t] <= 1))
    )


def _by_site(b: Any, s: str) -> None:
    m = b.model()
    b.v = pyo.Var(m.T, dense=False)
    b.row = pyo.Constraint(m.T, rule=lambda b, t: b.v[t] <= m.price[s, t] * m.x[s, t])


@case
def bounds_by_rule(m: Any) -> None:
    m.ruled = pyo.Var(m.S, m.T, bounds=lambda m, s, t: (m.part[s], m.price[s, t] + 1), dense=False)
    m.over = pyo.Var(m.S, domain=pyo.Binary, bounds=lambda m, s: (None, m.part[s] * 8), dense=False)
    m.listed = pyo.Var(m.S, bounds={s: (k, None) for k, s in enumerate(SITES)}, dense=False)
    m.chosen = pyo.Var(m.S, bounds=lambda m, s: (0, 1) if s in ("a", "c") else (0, 2), dense=False)
    m.kind = pyo.Var(m.S, domain=lambda m, s: pyo.Binary if s == "a" else pyo.Reals, dense=False)
    m.filled = pyo.Var(m.S, domain=pyo.Integers, initialize=1, bounds=(m.half, m.own))
    rows(m, m.S, m.T)(
        lambda m, s, t: m.ruled[s, t] + m.over[s] + m.listed[s] + m.chosen[s] + m.kind[s] + m.filled[s] >= 1
    )


@case
def variables_fixed_and_changed(m: Any) -> None:
    m.x["a", 1].fix(2.5)
    m.x["b", 2].setub(4)
    m.y["a", 2027].domain = pyo.Reals
    m.y["c", 2026].setlb(-2)
    m.one.fix(3)
    rows(m, m.S, m.T)(lambda m, s, t: m.x[s, t] + 2 * m.one <= m.price[s, t] * 20)
    rows(m, m.P, name="others")(lambda m, s, y: m.y[s, y] + m.x[s, 1] >= -3)


@case
def empty_sets(m: Any) -> None:
    m.NONE = pyo.Set(initialize=[])
    m.never = pyo.Var(m.NONE, dense=False)
    rows(m, m.NONE, m.T, name="none")(lambda m, s, t: m.x[s, t] <= 1)
    rows(m, m.T, name="rest")(lambda m, t: sum(m.never[n] for n in m.NONE) + m.x["a", t] <= 1)


@case
def nothing_but_variables(m: Any) -> None:
    """No constraint at all, and an objective to maximise."""
    m.del_component("cost")
    m.gain = pyo.Objective(rule=lambda m: 5 + sum(m.y[s, y] for s, y in m.P) - m.one, sense=pyo.maximize)


def declare(m: Any, add: Callable[[Any], Any]) -> Any:
    base(m)
    m.cost = pyo.Objective(
        rule=lambda m: 7 + sum(m.price[s, t] * m.x[s, t] for s in m.S for t in m.T) + 2 * m.one
    )
    add(m)
    return m


@pytest.mark.parametrize("name", CASES)
def test_the_matrix_is_that_of_pyomo(name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    model, plain = declare(ArrayModel(), CASES[name]), declare(pyo.ConcreteModel(), CASES[name])
    compiled = compile_model(model)
    assert not caplog.records, "a rule was left to Pyomo"
    assert not [c.name for c in model.component_objects(pyo.Constraint) if len(c)]
    assert_same(compiled, model, plain)
    assert compiled.sense == (-1 if name == "nothing_but_variables" else 1)


@pytest.mark.parametrize("name", CASES)
def test_the_materialised_model_is_the_plain_one(name: str) -> None:
    model, plain = declare(ArrayModel(), CASES[name]), declare(pyo.ConcreteModel(), CASES[name])
    compiled = compile_model(model)
    assert materialise(model) is model
    found, wanted = ({c.name: len(c) for c in m.component_objects(pyo.Constraint)} for m in (model, plain))
    assert found == wanted
    assert_same(compiled, model, model)
    assert_same(compile_model(model), model, plain)


def test_no_variable_is_made() -> None:
    model = declare(ArrayModel(), sums_over_members)
    compile_model(model)
    assert [len(v) for v in (model.x, model.y, model.z, model.w)] == [0, 0, 0, 0]
