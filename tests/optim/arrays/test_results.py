"""Results as arrays, Pyomo's objects on request, and models that keep their rules."""

from __future__ import annotations

import math
from typing import Any

import highspy
import numpy as np
import pyomo.environ as pyo
import pytest
from pyomo.core.base.set import SetProduct_FiniteSet, SetProduct_OrderedSet

from optim.arrays import ArrayModel, ArrayParam, compile_model, load, materialise, pass_model


def shop(m: Any, param: Any) -> Any:
    """Cover demand 3 at a and 5 at b in the two periods, 4 at most at once; the second period costs more."""
    m.S = pyo.Set(initialize=["a", "b"])
    m.T = pyo.Set(initialize=[1, 2])
    m.cost = param(m.S, m.T, np.array([[1.0, 2.0], [10.0, 30.0]]))
    m.need = pyo.Param(m.S, initialize={"a": 3, "b": 5})
    m.x = pyo.Var(m.S, m.T, bounds=(0, 4), dense=False)
    m.cover = pyo.Constraint(m.S, rule=lambda m, s: sum(m.x[s, t] for t in m.T) >= m.need[s])
    m.goal = pyo.Objective(rule=lambda m: 100 + sum(m.cost[s, t] * m.x[s, t] for s in m.S for t in m.T))
    return m


def as_array(*args: Any) -> ArrayParam:
    return ArrayParam(*args[:2], initialize=args[2])


def solved(m: Any) -> tuple[Any, Any]:
    compiled, highs = compile_model(m), highspy.Highs()
    highs.setOptionValue("output_flag", False)
    pass_model(compiled, highs)
    highs.run()
    return compiled, highs


def test_values_and_duals_come_as_arrays() -> None:
    m = shop(ArrayModel(), as_array)
    compiled, highs = solved(m)
    assert highs.getInfo().objective_function_value == 100 + 3 + 40 + 30
    solution = highs.getSolution()
    values = np.array(solution.col_value)
    assert compiled.columns.part(m.x, values).tolist() == [[3, 0], [4, 1]]
    assert compiled.rows.part(m.cover, np.array(solution.row_dual)).tolist() == [1, 30]
    assert compiled.columns.numbers(m.x).tolist() == [[0, 1], [2, 3]]
    assert compiled.columns.at(m.x, ("b", 1)) == 2
    assert compiled.columns.owner(2) == (m.x, ("b", 1))
    assert compiled.rows.owner(1) == (m.cover, "b")


def test_variables_are_filled_on_request() -> None:
    m = shop(ArrayModel(), as_array)
    compiled, highs = solved(m)
    load(compiled, np.array(highs.getSolution().col_value))
    assert [v.value for v in m.x.values()] == [3, 0, 4, 1]
    assert len(m.cover) == 0
    assert pyo.value(m.cover["b"].body) == 5  # one row is made
    assert len(m.cover) == 1
    assert pyo.value(materialise(m).goal) == 173


def test_products_of_sets_are_not_walked(monkeypatch: pytest.MonkeyPatch) -> None:
    m = shop(ArrayModel(), as_array)
    m.row = pyo.Constraint(m.S, m.T, rule=lambda m, s, t: m.x[s, t] <= m.cost[s, t] + 3)
    walked: list[Any] = []
    for kind in (SetProduct_FiniteSet, SetProduct_OrderedSet):
        monkeypatch.setattr(kind, "__iter__", lambda self: walked.append(self) or iter(()))
    compiled = compile_model(m)
    assert not walked
    assert compiled.rows.size == 6


def test_a_model_to_maximise() -> None:
    m = ArrayModel()
    m.T = pyo.Set(initialize=range(3))
    m.x = pyo.Var(m.T, domain=pyo.NonNegativeIntegers, dense=False)
    m.most = pyo.Constraint(rule=lambda m: sum(2 * m.x[t] for t in m.T) <= 7)
    m.gain = pyo.Objective(rule=lambda m: sum((t + 1) * m.x[t] for t in m.T), sense=pyo.maximize)
    compiled, highs = solved(m)
    assert compiled.columns.part(m.x, np.array(highs.getSolution().col_value)).tolist() == [0, 0, 3]


@pytest.mark.parametrize("solver", ["appsi_highs", "highs"])
def test_a_solver_of_pyomo_makes_the_rows(solver: str) -> None:
    m = shop(ArrayModel(), as_array)
    found = pyo.SolverFactory(solver).solve(m)
    assert found.solver.termination_condition == pyo.TerminationCondition.optimal
    assert pyo.value(m.goal) == 173
    assert len(m.cover) == 2


def test_a_clone_keeps_the_rules() -> None:
    m = shop(ArrayModel(), as_array)
    twin = m.clone()
    m.x["a", 1].fix(0)
    compiled, highs = solved(twin)
    assert highs.getInfo().objective_function_value == 173
    assert compiled.columns.at(twin.x, ("a", 2)) == 1
    assert len(twin.cover) == 0


def test_an_array_param_is_an_ordinary_param() -> None:
    m = shop(pyo.ConcreteModel(), as_array)
    assert (m.cost["b", 2], len(m.cost), ("b", 2) in m.cost, ("c", 2) in m.cost) == (30.0, 4, True, False)
    assert dict(m.cost.items()) == {("a", 1): 1, ("a", 2): 2, ("b", 1): 10, ("b", 2): 30}
    assert "10.0*x[b,1] + 30.0*x[b,2]" in str(m.goal.expr)
    with pytest.raises(KeyError):
        m.cost["c", 1]
    with pytest.raises(ValueError, match="array of 3 numbers, expected one for each of the 2"):
        m.short = ArrayParam(m.S, initialize=[1.0, 2.0, 3.0])


def test_a_missing_number_is_told_by_pyomo() -> None:
    m = shop(ArrayModel(), as_array)
    m.few = pyo.Param(m.S, initialize={"a": 1.0})
    m.row = pyo.Constraint(m.S, rule=lambda m, s: m.x[s, 1] <= m.few[s])
    with pytest.raises(ValueError, match="few\\[b\\]"):
        compile_model(m)


def test_an_index_that_is_not_there_is_told_by_pyomo() -> None:
    m = shop(ArrayModel(), as_array)
    m.row = pyo.Constraint(m.S, m.T, rule=lambda m, s, t: m.x[s, t] <= m.x[s, t - 1])
    with pytest.raises(KeyError, match="not valid for indexed component 'x'"):
        compile_model(m)


def test_highs_refuses_what_is_not_finite() -> None:
    m = shop(ArrayModel(), as_array)
    m.huge = pyo.Param(m.S, initialize=math.inf)
    m.row = pyo.Constraint(m.S, rule=lambda m, s: m.huge[s] * m.x[s, 1] <= 3)
    with pytest.raises(ValueError, match="HiGHS refuses"):
        solved(m)
