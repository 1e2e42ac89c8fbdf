"""What a solver says is worked out again: each false word is caught and named, true ones pass."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pyomo.environ as pyo
import pytest
from pyomo.contrib.solver.solvers.highs import HighsSolutionLoader

from optim import whole
from optim.claims import Run, check_claim, sound_bound
from optim.hot import HotModel
from optim.optimise import optimise
from optim.search import Search
from optim.session import Session
from optim.solve import Outcome, solve
from optim.solve import Settings as Solve
from optim.stop import Stop
from optim.tables import FalseOptimumError
from tests import world
from tests.optim.test_decompose import a_world, solved


def knapsack():
    """Return max 5 a + 4 b + 3 c (as a cost) with 2 a + 3 b + c <= 5 and 4 a + b + 2 c <= 11; optimum -9."""
    m = pyo.ConcreteModel()
    m.take = pyo.Var(["a", "b", "c"], domain=pyo.Integers, bounds=(0, 1))
    m.room = pyo.Constraint(expr=2 * m.take["a"] + 3 * m.take["b"] + m.take["c"] <= 5)
    m.weight = pyo.Constraint(expr=4 * m.take["a"] + m.take["b"] + 2 * m.take["c"] <= 11)
    m.cost = pyo.Objective(expr=-5 * m.take["a"] - 4 * m.take["b"] - 3 * m.take["c"])
    return m


def integer(session, known=math.inf):
    return session.solve_integer(1e-9, math.inf, None, 0.05, known)


def telling(monkeypatch, values):
    """Let HiGHS say that these are the values."""
    monkeypatch.setattr(HotModel, "values", lambda self: np.asarray(values, dtype=float))


def test_a_true_optimum_passes():
    session = Session(knapsack())
    assert integer(session, known=-9.0).objective == pytest.approx(-9)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((1, 1, 1), r"room is broken by 0\.167 \(tolerance 1e-05"),
        ((0, 2, 0), r"take\[b\] is out of its bounds by 0\.5"),
        ((1, 0.5, 1), r"take\[b\] is not whole by 0\.5"),
        ((1, 0, 1), r"claims a cost of -9\.000000 M CNY for a plan that costs -8\.000000, which is 1 off"),
        ((math.nan, 0, 0), r"is broken by inf|is not whole by"),
    ],
)
def test_each_false_point_is_named_with_its_row_or_column(monkeypatch, values, words):
    session = Session(knapsack())
    telling(monkeypatch, values)
    with pytest.raises(FalseOptimumError, match=words):
        integer(session)


def test_cuts_that_came_later_count(monkeypatch):
    m = knapsack()
    session = Session(m)
    columns = session.columns_of([m.take["a"], m.take["b"]])
    for least in (-1.0, -1.5):
        session.add_rows(np.asarray([least]), np.zeros(1, dtype=np.int32), columns, -np.ones(2))
    telling(monkeypatch, (1, 1, 0))
    with pytest.raises(FalseOptimumError, match=r"a cut on take\[a\] is broken by 0\.5"):
        integer(session)


def test_rows_of_large_values_are_held_as_a_share():
    m = pyo.ConcreteModel()
    m.x = pyo.Var(domain=pyo.Integers, bounds=(0, 10**7))
    m.need = pyo.Constraint(expr=m.x >= 10**6 + 1e-3)
    m.cost = pyo.Objective(expr=m.x)
    session = Session(m)
    assert integer(session).objective == pytest.approx(10**6 + 1)
    session.values = lambda: np.asarray([1e6])  # short by 1e-3 in a million
    session.cost_of = lambda _: 1e6 + 1
    integer(session)


def test_a_bound_above_a_known_plan_is_refused():
    with pytest.raises(
        FalseOptimumError, match=r"no plan costs less than 105\.000 M CNY, but one of 100\.000"
    ):
        check_claim(Run(106.0, 105.0, False), 106.0, known=100.0, gap_share=0.1)


def test_the_trap_of_seven_in_ten_thousand_is_caught():
    false = Run(1000.7, 990.0, True)
    with pytest.raises(FalseOptimumError, match=r"calls a plan of 1,000\.700 M CNY optimal.*0\.7 less"):
        check_claim(false, 1000.7, known=1000.0, gap_share=1e-4)
    check_claim(false, 1000.7, known=1000.0, gap_share=1e-3)
    check_claim(dataclasses.replace(false, complete=False), 1000.7, known=1000.0, gap_share=1e-4)


def test_the_highest_bound_that_can_be_is_taken():
    assert sound_bound(10.0, 12.0, 9.0, 8.0) == 9.0
    assert sound_bound(10.0, 12.0) == -math.inf
    assert sound_bound(-10.0, -11.0) == -11.0


def test_the_whole_form_checks_the_pyomo_model(monkeypatch):
    m = knapsack()
    solve(m, Solve(gap_share=1e-9))
    assert pyo.value(m.cost) == pytest.approx(-9)

    def load_wrong(self, *_, **__):
        m.take.set_values(dict.fromkeys("abc", 1.0))

    monkeypatch.setattr(HighsSolutionLoader, "load_vars", load_wrong)
    with pytest.raises(FalseOptimumError, match="room is broken"):
        solve(m, Solve(gap_share=1e-9))


@pytest.mark.slow
def test_a_false_bound_of_the_whole_form_is_dropped(monkeypatch):
    def too_high(*asked):
        found = solve(*asked)
        return Outcome("optimal", found.objective, 2 * found.objective, found.seconds)

    monkeypatch.setattr(whole, "solve", too_high)
    lines = []
    survey, options = world.survey(), world.settings(solve=Solve(method="whole", threads=1, gap_share=1e-8))
    plan = optimise(survey, options, lines.append).solution
    assert plan.status == "false_optimum"
    assert plan.bound_m_cny < plan.objective_m_cny
    assert any("lies above a plan" in line for line in lines)


def decomposed(lines):
    survey, options = a_world(2)
    search = Solve(method="decomposed", gap_share=1e-8, cut_gap_share=1e-3, threads=1, workers=1)
    return optimise(survey, options.model_copy(update={"solve": search}), lines.append).solution


@pytest.mark.slow
def test_a_worse_optimal_is_not_taken_and_its_bound_not_used(monkeypatch):
    """HiGHS claims, gap 0, a plan that costs a thousandth more than the start that it was handed."""
    offers = []

    def worse(self, gap_share, seconds, start, heuristics, known=math.inf):
        offers.append(known)
        check_claim(Run(1.001 * known, 1.001 * known, True), 1.001 * known, known, gap_share)
        raise AssertionError("a false optimum passed")

    monkeypatch.setattr(Session, "solve_integer", worse)
    lines: list[str] = []
    plan = decomposed(lines)
    assert offers
    assert math.isfinite(offers[0])
    assert plan.status == "false_optimum"
    assert plan.bound_m_cny < plan.objective_m_cny
    assert any("is known" in line and "bound is not used" in line for line in lines)


@pytest.mark.slow
def test_the_known_cost_is_never_under_what_the_search_finds(monkeypatch):
    """The plan's cost counts the cuts that came after it, so that a true search is not called false."""
    integer_search, seen = Session.solve_integer, []

    def noted(self, gap_share, seconds, start, heuristics, known=math.inf):
        run = integer_search(self, gap_share, seconds, start, heuristics, known)
        seen.append((run.objective, known))
        return run

    monkeypatch.setattr(Session, "solve_integer", noted)
    for seed in (0, 2, 3):
        survey, options = a_world(seed)
        assert solved(survey, options, "decomposed").solution.status != "false_optimum"
    assert seen
    assert all(found <= known * (1 + 1e-6) for found, known in seen)


def test_without_a_plan_a_false_optimum_ends_the_search(monkeypatch):
    def broken(*_, **__):
        raise FalseOptimumError("row x is broken by 1")

    monkeypatch.setattr(Session, "solve_integer", broken)
    monkeypatch.setattr("optim.search.dive", lambda *_: False)
    with pytest.raises(FalseOptimumError, match="row x is broken by 1"):
        decomposed([])


def test_a_bound_above_the_priced_plan_is_dropped():
    search = Search(None, None, Solve(), lambda _: None, Stop(), bound=120.0, relaxed_bound=90.0)
    search._doubt_bound(100.0)
    assert (search.bound, search.is_false) == (90.0, True)
    assert search._status(100.0) == "false_optimum"
    assert search._status(90.0) == "optimal"
