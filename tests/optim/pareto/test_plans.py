"""Fronts of the tiny world's plans, whose ends and slopes are known by hand."""

from __future__ import annotations

import numpy as np
import pytest

from optim.pareto import grid_front
from optim.pareto.payoff import payoff_by_sides
from optim.pareto.plans import PlanProblem, counted
from optim.settings import BudgetSettings
from tests import world
from tests.optim.test_budgets import FORMS, TO_M, emitted_mt, one_year, options

GAP = 1e-7


def front_of(survey, settings, names, points, **more):
    with PlanProblem(survey, settings, names, gap_share=GAP, **more) as problem:
        table = payoff_by_sides(problem, 1e-6)
        return table, grid_front(problem, table, points, noise_share=1e-5)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("goal", "worst", "one_mw"),
    [("carbon", emitted_mt(200, 200), emitted_mt(1, -1)), ("latency", 19.5, 21 / 400)],
)
def test_the_cheap_end_and_the_first_slope_are_those_by_hand(form, goal, worst, one_mw):
    table, front = front_of(one_year(), options(form), ["cost", goal], 9)
    assert table.table[0, 1] == pytest.approx(worst, rel=1e-5)
    points = np.asarray([row.values for row in front.points])
    assert len(points) == 9
    slope = (points[1, 0] - points[0, 0]) / (points[0, 1] - points[1, 1])
    assert slope == pytest.approx(TO_M / 1.06 / one_mw, rel=1e-3)
    assert (np.diff(points[:, 0]) > 0).all()
    assert (np.diff(points[:, 1]) < 0).all()
    assert {row.status for row in front.rows} == {"proven", "duplicate"}


@pytest.mark.parametrize("form", FORMS)
def test_the_clean_end_serves_as_much_as_the_cheap_one(form):
    table, _ = front_of(one_year(), options(form), ["cost", "carbon"], 2)
    assert table.table[1, 1] == pytest.approx(
        emitted_mt(0, 400) * 0.1 / 0.5, rel=1e-4
    )  # all of it in the east
    for answer in table.answers:
        assert answer.decision.unserved_mw == pytest.approx(0.0, abs=1e-2)
        assert answer.decision.sites["it_mw"].sum() == pytest.approx(400, rel=1e-4)


@pytest.mark.slow
def test_both_forms_give_the_same_front_of_three_goals():
    fronts = [front_of(one_year(), options(form), ["cost", "carbon", "latency"], 9)[1] for form in FORMS]
    values = [np.asarray([row.values for row in front.points]) for front in fronts]
    assert values[0] == pytest.approx(values[1], rel=1e-4)
    assert len(values[0]) >= 4


def test_goals_without_cost_are_traded_against_each_other():
    survey = world.replace(
        one_year(),
        candidates=world.candidates().assign(emission_average_tco2_per_mwh=[0.1, 0.5, 0.9]),
        headroom=world.headroom(west_mw=1000.0),
    )
    table, front = front_of(survey, options(), ["carbon", "latency"], 5)
    # real time load reaches m and e only: clean, it stands at m and the rest at w; near, all of it at e
    assert table.table[0] == pytest.approx([emitted_mt(0, 100) + emitted_mt(300, 0) / 9, 24.75], rel=1e-4)
    assert table.table[1] == pytest.approx([emitted_mt(400, 0), 2.0], rel=1e-4)
    assert len(front.points) == 5


def test_whole_campuses_make_a_front_above_the_relaxation():
    names = ["cost", "latency"]
    _, whole = front_of(one_year(), options(), names, 4, integers=True)
    assert len(whole.points) >= 3
    with PlanProblem(one_year(), options(), names, gap_share=GAP) as relaxed:
        for row in whole.points:
            below = relaxed.solve(np.asarray([1.0, 0.0]), np.asarray([np.inf, row.values[1] * (1 + 1e-7)]))
            assert below.values[0] <= row.values[0] * (1 + 1e-7)


def test_budgets_that_are_asked_for_keep_their_numbers():
    base = options(carbon_max_mt=1.0)
    found = counted(base, ["cost", "carbon", "water"]).budgets
    assert found == BudgetSettings(carbon_max_mt=1.0, water_max_million_m3=np.inf)
    assert counted(options(), ["cost", "latency"]).budgets == BudgetSettings(rtt_mean_max_ms=np.inf)


def test_the_budget_of_a_goal_is_the_most_along_its_front():
    most, least = emitted_mt(150, 250), emitted_mt(0, 400)
    _, front = front_of(one_year(), options(carbon_max_mt=most), ["cost", "carbon"], 3)
    found = [row.values[1] for row in front.points]
    assert max(found) == pytest.approx(most, rel=1e-4)
    assert min(found) < least * 1.01


def test_a_budget_in_the_settings_holds_along_the_front():
    number = emitted_mt(150, 250)
    _, front = front_of(one_year(), options(carbon_max_mt=number), ["cost", "latency"], 3)
    assert all(row.decision.figures["emissions_mt"] <= number * (1 + 1e-6) for row in front.points)


def test_sides_that_nothing_meets_are_infeasible():
    # the east is clean and near; with its grid taken away clean and near are different places
    survey = world.replace(
        one_year(),
        candidates=world.candidates().assign(emission_average_tco2_per_mwh=[0.1, 0.5, 0.9]),
        headroom=world.headroom(west_mw=1000.0),
    )
    _, front = front_of(survey, options(), ["cost", "carbon", "latency"], 16)
    assert front.count("infeasible") > 0
    assert front.count("proven") > 3
    for row in front.points:
        assert row.decision.penalty_m_cny == pytest.approx(0.0, abs=1.0)
