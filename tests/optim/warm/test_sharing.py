"""Budgets shared out at prices: plants that pay, and kept problems against the whole form."""

from __future__ import annotations

import numpy as np
import pytest

from optim.inputs import prepare
from optim.model import build_model
from optim.plant_energy import BUDGETS, asked_of, plant_models, usual_point
from optim.plant_hot import PlantEnergy
from optim.session import Session
from optim.settings import BudgetSettings
from optim.solve import Settings as Solve
from optim.tables import LackError, TimeLimitError
from optim.warm import Planner
from tests.optim.test_budgets import FORMS, one_year, options
from tests.optim.test_decompose import a_world

GAP = 5e-7


def with_budgets(seed, form, carbon=np.inf, water=np.inf):
    survey, base = a_world(seed)
    budgets = BudgetSettings(carbon_max_mt=carbon, water_max_million_m3=water)
    solve = Solve(method=form, gap_share=1e-8, threads=1, workers=1, rounds_max=200)
    return survey, base.model_copy(update={"budgets": budgets, "solve": solve})


@pytest.fixture(params=[1, 2, 3])
def plant(request):
    """Return a plant, its usual asks, and which of them are budgets."""
    survey, settings = with_budgets(request.param, "decomposed")
    inputs = prepare(survey, settings)
    m = build_model(inputs, survey.accelerators, settings, "master").pyomo
    key = ("w", "chilled_water", 2026)
    pays = np.asarray([each.local_name in BUDGETS for each, _ in asked_of(m, key[:2], key[2])])
    return PlantEnergy(plant_models(inputs, [key], 1e5)[key]), usual_point(inputs, m, key), pays


@pytest.mark.parametrize("price", [0.0, 100.0, 1000.0])
def test_a_plant_takes_the_amount_that_is_cheapest_at_the_price(plant, price):
    energy, point, pays = plant
    prices = np.where(pays, price, np.nan)
    taken, (cost, gradient) = energy.paying(point, prices)
    assert cost == pytest.approx(energy.at(taken)[0], rel=1e-8)
    assert (taken[~pays] == point[~pays]).all()
    assert gradient[pays] == pytest.approx(-price)
    for share in (0.3, 0.7, 0.9, 1.1, 1.5):
        other = np.where(pays, share * taken, point)
        assert cost + price * taken[pays].sum() <= energy.at(other)[0] + price * other[pays].sum() + 1e-6


def test_the_cut_of_a_plant_that_pays_lies_below_its_cost_everywhere(plant):
    energy, point, pays = plant
    draw = np.random.default_rng(1)
    taken, (cost, gradient) = energy.paying(point, np.where(pays, 300.0, np.nan))
    for _ in range(8):
        other = taken * draw.uniform(0.3, 1.7, len(taken))
        there = energy.at(other)[0]
        assert cost + gradient @ (other - taken) <= there + 1e-6 * abs(there)


def test_a_plant_that_paid_is_asked_by_amounts_again(plant):
    energy, point, pays = plant
    before = energy.at(point)
    energy.paying(point, np.where(pays, 300.0, np.nan))
    value, gradient = energy.at(point)
    assert value == pytest.approx(before[0], rel=1e-9)
    assert gradient == pytest.approx(before[1], abs=1e-6)


def used(answer):
    return np.asarray([answer.figures["emissions_mt"], answer.figures["water_million_m3"]])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_both_forms_agree_under_two_budgets(seed):
    with Planner(*with_budgets(seed, "whole")) as planner:
        most = used(planner.solve(gap_share=GAP)) * [0.8, 0.9] + [0.0, 0.001]
    found = []
    for form in ("whole", "decomposed"):
        with Planner(*with_budgets(seed, form, *most)) as planner:
            found.append(planner.solve(gap_share=GAP))
            assert (used(found[-1]) <= most * (1 + 1e-6)).all()
    assert found[1].objective_m_cny == pytest.approx(found[0].objective_m_cny, rel=1e-6)
    assert found[1].status == "optimal"
    assert found[1].rounds < 60


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("price", [20.0, 500.0, 5000.0])
def test_both_forms_agree_where_carbon_has_a_price(seed, price):
    found = []
    for form in ("whole", "decomposed"):
        with Planner(*with_budgets(seed, form)) as planner, planner.edited() as edit:
            carbon = planner.m.halls.carbon_mt
            edit.cost(carbon, list(planner.m.halls.CARBON), price)
            found.append(planner.solve(gap_share=GAP))
    assert found[1].objective_m_cny == pytest.approx(found[0].objective_m_cny, rel=1e-6)
    assert found[1].status == "optimal"
    assert found[1].rounds < 60


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_side_on_carbon_holds_in_both_forms(seed):
    found = []
    for form in ("whole", "decomposed"):
        with Planner(*with_budgets(seed, form)) as planner, planner.edited() as edit:
            halls = planner.m.halls
            most = used(planner.solve(gap_share=GAP))[0] * 0.6
            edit.row(halls.carbon_mt, list(halls.CARBON), [1.0] * len(halls.CARBON), -np.inf, most)
            found.append(planner.solve(gap_share=GAP))
            assert used(found[-1])[0] <= most * (1 + 1e-6)
    assert found[1].objective_m_cny == pytest.approx(found[0].objective_m_cny, rel=1e-6)


@pytest.mark.parametrize("form", FORMS)
def test_a_budget_that_no_plan_keeps_is_named(form):
    """Load of the same city must stand, and emits."""
    with (
        Planner(*with_budgets(1, form, carbon=0.0)) as planner,
        pytest.raises(LackError, match="carbon_max_mt = 0"),
    ):
        planner.solve(gap_share=GAP)


def test_simplex_stops_after_so_many_iterations_and_goes_on_when_asked_again():
    survey, settings = with_budgets(1, "whole")
    session = Session(build_model(prepare(survey, settings), survey.accelerators, settings).pyomo)
    with pytest.raises(TimeLimitError):
        session.solve_relaxed(steps=20)
    assert session.highs.getInfo().simplex_iteration_count == 20
    with Planner(survey, settings) as planner:
        assert session.solve_relaxed().objective == pytest.approx(planner.solve().objective_m_cny)


@pytest.mark.parametrize("form", FORMS)
def test_where_nothing_may_run_all_load_is_unserved(form):
    with Planner(one_year(), options(form, carbon_max_mt=0.0)) as planner:
        answer = planner.solve(gap_share=GAP)
    assert answer.unserved_mw == pytest.approx(400)
    assert used(answer)[0] == pytest.approx(0.0, abs=1e-9)
