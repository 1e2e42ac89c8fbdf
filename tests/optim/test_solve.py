"""Statuses stay apart: infeasible, out of time, unknown solver; and the model is left as it was."""

from __future__ import annotations

import pyomo.environ as pyo
import pytest

from optim.marginals import relaxed_marginals
from optim.optimise import optimise
from optim.solve import Settings, make_solver, solve
from optim.tables import InfeasibleError, SolverError, TimeLimitError
from tests import world


def knapsack(items=60):
    """A problem that no solver closes to 1e-9 in a millisecond."""
    m = pyo.ConcreteModel()
    m.I = pyo.Set(initialize=range(items))
    m.J = pyo.Set(initialize=range(10))
    m.x = pyo.Var(m.I, domain=pyo.Binary)
    weight = {
        (i, j): 10 + (i * 37 + j * 61) % 97 + ((i + 1) * (j + 3)) % 11 / 7
        for i in range(items)
        for j in range(10)
    }
    m.row = pyo.Constraint(m.J, rule=lambda m, j: sum(weight[i, j] * m.x[i] for i in m.I) <= items * 17)
    m.objective = pyo.Objective(rule=lambda m: -sum((20 + (i * 53) % 89 + i / 13) * m.x[i] for i in m.I))
    return m


def test_infeasible_is_called_so():
    m = knapsack(4)
    m.more = pyo.Constraint(expr=m.x[0] + m.x[1] >= 3)
    with pytest.raises(InfeasibleError):
        solve(m, Settings())


def test_time_out_without_a_plan_is_not_infeasible():
    m = knapsack()
    m.floor = pyo.Constraint(m.J, rule=lambda m, j: sum((i * j) % 7 * m.x[i] for i in m.I) == 50 + j)
    with pytest.raises(TimeLimitError, match="does not mean that there is none"):
        solve(m, Settings(time_limit_s=1e-6))


@pytest.mark.slow
def test_time_limit_bites_and_the_plan_keeps_its_gap():
    outcome = solve(knapsack(300), Settings(gap_share=1e-9, time_limit_s=1.0, threads=1))
    assert outcome.status == "time_limit"
    assert outcome.bound < outcome.objective


def test_solved_to_the_gap_is_optimal():
    outcome = solve(knapsack(8), Settings(gap_share=1e-9))
    assert outcome.status == "optimal"
    assert outcome.bound == pytest.approx(outcome.objective)


def test_unknown_solver_is_named_with_what_there_is():
    with pytest.raises(SolverError, match=r"optim.solve.solver: found 'cplexx', expected one of highs"):
        make_solver(Settings(solver="cplexx"))


def test_solver_that_is_not_installed_is_said_so():
    with pytest.raises(SolverError, match="gurobi_direct is not installed"):
        make_solver(Settings(solver="gurobi_direct"))


def test_unknown_solver_stops_before_any_work():
    with pytest.raises(SolverError):
        optimise(world.survey(), world.settings(solve=Settings(solver="none")))


def test_marginals_leave_the_model_as_it_was():
    m = knapsack(6)
    solve(m, Settings(gap_share=1e-9))
    values = {i: v.value for i, v in m.x.items()}
    held = relaxed_marginals(m, Settings(), fixed=True)
    assert {i: round(v.value) for i, v in m.x.items()} == {i: round(v) for i, v in values.items()}
    assert all(v.is_binary() and v.lb == 0 and v.ub == 1 for v in m.x.values())
    relaxed = relaxed_marginals(m, Settings(), fixed=False)
    assert relaxed.objective <= held.objective + 1e-9
    assert set(held.reduced_costs["x"]) == {(i,) for i in range(6)}


def test_the_relaxation_keeps_the_bounds_of_binaries():
    m = pyo.ConcreteModel()
    m.x = pyo.Var([1, 2], domain=pyo.Binary)
    m.limit = pyo.Constraint(expr=m.x[1] + m.x[2] <= 3.0)
    m.cost = pyo.Objective(expr=-2.0 * m.x[1] + m.x[2])
    assert relaxed_marginals(m, Settings(), fixed=False).objective == pytest.approx(-2.0)


def test_steps_are_told():
    lines: list[str] = []
    optimise(world.survey(), world.settings(), lines.append)
    coefficients = ["matrix", "costs", "bounds", "right"]
    steps = ["solving", "searching", "pricing"]
    assert [line.split()[0] for line in lines] == ["3", *coefficients, *steps]
