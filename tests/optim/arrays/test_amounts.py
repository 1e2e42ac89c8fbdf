"""An expression over arrays comes to what Pyomo says of it, member by member."""

from __future__ import annotations

import logging

import numpy as np
import pyomo.environ as pyo
import pytest

from optim.arrays import ArrayModel, amounts, compile_model, load


@pytest.fixture
def model():
    m = ArrayModel()
    m.S = pyo.Set(initialize=["b", "a", "c"])
    m.T = pyo.RangeSet(0, 4)
    m.ST = pyo.Set(dimen=2, initialize=[("c", 3), ("a", 0), ("b", 4)])
    m.price = pyo.Param(m.T, initialize=lambda _, t: 1.5**t)
    m.x = pyo.Var(m.S, m.T, dense=False)
    m.y = pyo.Var(m.S, dense=False)
    return m


def both(m, index_set, rule):
    compiled = compile_model(m)
    values = np.random.default_rng(7).uniform(-1, 1, len(compiled.cost))
    load(compiled, values)
    by_pyomo = [pyo.value(rule(*(i if isinstance(i, tuple) else (i,)))) for i in index_set]
    return amounts(compiled.columns, index_set, rule, values), by_pyomo


def test_sums_constants_and_tuples(model):
    m = model
    for index_set, rule in (
        (m.S, lambda s: 3 + sum(m.price[t] * m.x[s, t] for t in m.T) - 2 * m.y[s]),
        (m.ST, lambda s, t: m.price[t] * m.x[s, t] + m.y[s]),
        (m.S, lambda s: 4.0),
        (m.S * m.T, lambda s, t: m.y[s]),
    ):
        found, expected = both(m, index_set, rule)
        assert found.shape == (len(index_set),)
        assert found == pytest.approx(expected, rel=1e-12)


def test_what_has_no_template_is_left_to_pyomo(model, caplog):
    weight = {"a": 1.0, "b": 2.0, "c": 0.0}
    with caplog.at_level(logging.WARNING):
        found, expected = both(model, model.S, lambda s: weight[s] * model.y[s])
    assert found == pytest.approx(expected, rel=1e-12)
    assert "left to Pyomo" in caplog.text
