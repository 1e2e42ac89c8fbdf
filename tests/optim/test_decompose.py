"""The decomposed form against the whole one, and the cuts that it rests on."""

from __future__ import annotations

import numpy as np
import pytest

from optim.inputs import prepare
from optim.model import build_model
from optim.optimise import optimise
from optim.plant_energy import plant_models, usual_point
from optim.plant_hot import PlantEnergy
from optim.pricing import price_sites
from optim.session import Session
from optim.settings import CoolingSettings, LoadSettings, SupplySettings
from optim.solve import Settings as Solve
from optim.tables import InfeasibleError, TimeLimitError
from tests import world, world_hours

GREEN = {"kind": "green_share", "scope": "all", "number": 0.5}
SUN = [0.0] * 8 + [0.8] * 8 + [0.0] * 8


def a_world(seed, years=(2026,)):
    """Return a survey and settings in which everything is decided at once, drawn at random."""
    draw = np.random.default_rng(seed)
    accounting = ("certificates", "annual", "monthly", "hourly")[seed % 4]
    places = world.candidates().assign(
        energy_price_posted_cny_per_mwh=draw.uniform(200, 700, 3),
        direct_charge_cny_per_mwh=draw.uniform(50, 250, 3),
    )
    survey = world.survey(
        candidates=places,
        classes=world.classes().assign(
            deferrable_h=[0.0, 0.0, float(draw.integers(0, 7))], needs_liquid=False
        ),
        class_hours=world_hours.shaped("rt_infer", [0.7] * 12 + [1.3] * 12),
        tariff_hours=world_hours.tariff(draw.uniform(100, 600, 24)),
        profiles=world_hours.sunny(SUN),
        demand=world.demand(5, *draw.uniform(50, 300, 2)).query("year in @years"),
        headroom=world.headroom(*draw.uniform(100, 800, 3)),
        upgrades=world.upgrades(size_mw=100, price_m_cny_per_mw=2.0),
        stock=world_hours.stock("m", 80.0, 0.4),
        quotas=world_hours.quota("West", float(draw.uniform(0, 4e5))),
        rules=world.rules({"rule_id": "G", "accounting": accounting, **GREEN}),
        **world_hours.cooled(chilled_water=(1.25, 1.0), liquid_dry=(1.2, 0.2)),
    )
    options = world.settings(
        cooling=CoolingSettings(technologies=("chilled_water", "liquid_dry")),
        supply=SupplySettings(battery=seed % 4 > 0),
        load=LoadSettings(day_move_share=0.2),
    )
    return world_hours.with_potential(survey, solar_mw=8e4), options


def solved(survey, options, method):
    search = Solve(method=method, gap_share=1e-8, cut_gap_share=1e-9, threads=1, workers=1, rounds_max=200)
    return optimise(survey, options.model_copy(update={"solve": search}))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_both_forms_find_the_same_optimum(seed):
    survey, options = a_world(seed)
    whole, parts = (solved(survey, options, method) for method in ("whole", "decomposed"))
    assert parts.solution.objective_m_cny == pytest.approx(whole.solution.objective_m_cny, rel=1e-6)
    assert parts.solution.bound_m_cny <= parts.solution.objective_m_cny * (1 + 1e-9)
    assert parts.solution.siting_cost_m_cny == pytest.approx(whole.solution.siting_cost_m_cny, rel=1e-6)
    same = ["rule_id", "place", "year"]
    seen = [r.rules.set_index(same)["value"] for r in (whole, parts)]
    assert seen[1].to_dict() == pytest.approx(seen[0].to_dict(), rel=1e-3)


@pytest.mark.slow
def test_bound_holds_where_years_share_direct_supply():
    survey, options = a_world(1, world.YEARS)
    whole, parts = (solved(survey, options, method) for method in ("whole", "decomposed"))
    assert parts.solution.bound_m_cny <= whole.solution.objective_m_cny * (1 + 1e-7)
    assert parts.solution.objective_m_cny >= whole.solution.objective_m_cny * (1 - 1e-7)
    assert parts.solution.objective_m_cny == pytest.approx(whole.solution.objective_m_cny, rel=2e-3)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["whole", "decomposed"])
def test_tiny_plan_in_both_forms(method):
    plan = solved(world.survey(), world.settings(), method)
    assert plan.solution.method == method
    assert plan.solution.objective_m_cny == pytest.approx(6227.8905408021, rel=1e-9)
    left = plan.equivalents.set_index("site_id")["reduced_cost_m_cny"]
    assert left["e"] == pytest.approx(930, rel=0.02)
    headroom = plan.prices[plan.prices["limit"] == "headroom"]
    west = headroom[headroom["place"] == "West"]["saving_long_run_m_cny_per_mw"].sum()
    assert west == pytest.approx(0.922868, rel=1e-5)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_cuts_lie_below_the_cost_everywhere(seed):
    survey, options = a_world(seed)
    inputs = prepare(survey, options)
    m = build_model(inputs, survey.accelerators, options, "master").pyomo
    key = ("w", "chilled_water", 2026)
    plant = PlantEnergy(plant_models(inputs, [key], 1e5)[key])
    draw = np.random.default_rng(seed)
    usual = usual_point(inputs, m, key)
    points = [usual * draw.uniform(0.3, 1.7, len(usual)) for _ in range(6)]
    priced = [(p, *plant.at(p)) for p in points]
    for p, value, gradient in priced:
        for q, other, _ in priced:
            assert value + gradient @ (q - p) <= other + 1e-6 * abs(other)


def test_plan_alike_in_both_forms_keeps_its_rules_and_limits():
    survey, options = a_world(2)
    plan = solved(survey, options, "decomposed")
    green = plan.rules.set_index("place")
    assert (green["value"] >= green["number"] - 1e-6).all()
    water = plan.operation[plan.operation["site_id"] == "w"]["water_m3"].sum()
    assert water <= survey.quotas["water_m3"].iloc[0] * (1 + 1e-6)
    assert plan.operation["short_mw"].max() == pytest.approx(0, abs=1e-6)


def test_a_search_that_finds_nothing_in_time_leaves_the_rounded_plan(monkeypatch):
    def too_late(*_):
        raise TimeLimitError("no plan was found within the limit")

    monkeypatch.setattr(Session, "solve_integer", too_late)
    survey, options = a_world(2)
    plan = solved(survey, options, "decomposed").solution
    assert plan.bound_m_cny <= plan.objective_m_cny
    assert plan.status == ("optimal" if plan.gap_share <= 1e-8 else "time_limit")


@pytest.mark.slow
def test_infeasible_near_the_relaxation_is_not_infeasible(monkeypatch):
    found, integer = [], Session.solve_integer

    def first_infeasible(self, *asked):
        found.append(asked)
        if len(found) == 1:
            raise InfeasibleError("no plan meets all hard rules and limits")
        return integer(self, *asked)

    def no_slopes(*_):
        raise InfeasibleError("no plan with these campuses closed")

    survey, options = a_world(2)
    expected = solved(survey, options, "whole").solution.objective_m_cny
    monkeypatch.setattr("optim.dive._sloped", no_slopes)
    monkeypatch.setattr(Session, "solve_integer", first_infeasible)
    assert solved(survey, options, "decomposed").solution.objective_m_cny == pytest.approx(expected, rel=1e-6)
    assert len(found) > 1


@pytest.mark.slow
def test_sites_priced_together_cost_what_each_costs_alone():
    survey, options = a_world(1, world.YEARS)
    inputs = prepare(survey, options)
    m = build_model(inputs, survey.accelerators, options, "master").pyomo
    keys = [(s, c, y) for s, c in inputs.plants.table.index for y in inputs.years]
    growth = {y: k + 1 for k, y in enumerate(inputs.years)}
    growth[inputs.years[-1]] = 0.5  # what stands before is too much then: all years at once is cheaper
    asked = {(key[:2], key[2]): usual_point(inputs, m, key) * growth[key[2]] for key in keys}
    together = price_sites(inputs, asked, 1e3)
    alone = [
        price_sites(inputs, {key: x for key, x in asked.items() if key[0][0] == site}, 1e3)
        for site in dict.fromkeys(plant[0] for plant, _ in asked)
    ]
    assert len(alone) == 3
    assert together.objective == pytest.approx(sum(each.objective for each in alone), rel=1e-9)
    for name, column in (("costs", "value"), ("supply", "solar_mw"), ("operation", "purchase_mwh")):
        total = sum(each.tables[name][column].sum() for each in alone)
        assert together.tables[name][column].sum() == pytest.approx(total, rel=1e-6), name
