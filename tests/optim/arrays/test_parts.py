"""A model of independent parts, parted."""

from __future__ import annotations

import highspy
import numpy as np
import pyomo.environ as pyo
import pytest

from optim.arrays import ArrayModel, compile_model, pass_model
from optim.arrays.parts import parts_of


def model(need):
    """Return a model of stores that share nothing, with a lone column of cost 7 at each."""
    m = ArrayModel()
    m.S = pyo.Set(initialize=list(range(len(need))))
    m.T = pyo.Set(initialize=range(3))
    m.need = pyo.Param(m.S, initialize=dict(enumerate(need)))
    m.fee = pyo.Var(m.S, bounds=(1, 2), dense=False)
    m.made = pyo.Var(m.S, m.T, bounds=(0, 5), dense=False)
    m.idle = pyo.Var(m.S, bounds=(0, 1), dense=False)
    m.enough = pyo.Constraint(m.S, rule=lambda m, s: sum(m.made[s, t] for t in m.T) >= m.need[s])
    m.cost = pyo.Objective(
        rule=lambda m: sum((t + 1) * m.made[s, t] for s in m.S for t in m.T) + sum(7 * m.fee[s] for s in m.S)
    )
    return m


def optimum(part):
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    pass_model(part, highs)
    highs.run()
    return highs.getInfo().objective_function_value


def test_parts_have_the_optimum_of_each_alone():
    compiled = compile_model(model([2, 6, 12]))
    parts = parts_of(compiled, lambda k: np.atleast_1d(compiled.columns.owner(k)[1])[0].item())
    assert [optimum(parts[s]) for s in range(3)] == pytest.approx([9, 5 + 2 + 7, 5 + 10 + 6 + 7])
    assert sum(optimum(part) for part in parts.values()) == pytest.approx(optimum(compiled))
    numbers = np.sort(np.concatenate([part.numbers for part in parts.values()]))
    assert len(numbers) == len(compiled.cost) - 3  # without the idle ones
    assert all((np.diff(part.numbers) > 0).all() for part in parts.values())


def test_parts_of_one_owner_are_one():
    compiled = compile_model(model([2, 6, 12]))
    (whole,) = parts_of(compiled, lambda k: "all").values()
    assert optimum(whole) == pytest.approx(optimum(compiled))


def test_a_row_without_columns_must_hold():
    m = model([2])
    m.none = pyo.Set(initialize=[])
    m.wrong = pyo.Constraint(m.S, rule=lambda m, s: sum(m.made[s, t] for t in m.none) >= m.need[s])
    with pytest.raises(ValueError, match="row without columns"):
        parts_of(compile_model(m), lambda k: 0)
