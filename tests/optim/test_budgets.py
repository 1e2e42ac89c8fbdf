"""Budgets over all sites and years: carbon, water and round trips, in both forms of the model."""

from __future__ import annotations

import math
from functools import cache

import pandas as pd
import pytest

from optim.audit import audit
from optim.blocks.workload import Settings as Workload
from optim.inputs import prepare
from optim.optimise import optimise
from optim.settings import BudgetSettings, CoolingSettings
from optim.solve import Settings as Solve
from optim.tables import InfeasibleError
from optim.warm import Planner
from tests import world, world_hours
from tests.optim.test_decompose import a_world

FORMS = ("whole", "decomposed")
FACTOR = {"w": 0.9, "m": 0.5, "e": 0.1}
IT_MWH, PUE = 0.6 * 8760, 1.2
TO_M = (
    PUE * IT_MWH * (400 - 300) / 1e6 - 0.2 * 0.012 * (1500 - 450) / 1000
)  # a MW of training moved, 1.0 = year


def one_year(**tables):
    """Return a year of 100 MW of real time and 300 MW of training load, from the east alone.

    Without budgets 200 MW of training go to w, the rest to m.
    """
    places = world.candidates()
    places = places.assign(emission_average_tco2_per_mwh=places["site_id"].map(FACTOR))
    demand = world.demand().query("year == 2026")
    zones = world.zones().assign(demand_share=[0.0, 0.0, 1.0])
    return world.survey(candidates=places, demand=demand, zones=zones, **tables)


def options(form="whole", **budgets):
    solve = Solve(method=form, gap_share=1e-8, cut_gap_share=1e-9, threads=1, workers=1, rounds_max=200)
    return world.settings(budgets=BudgetSettings(**budgets), solve=solve)


def emitted_mt(w_mw, m_mw):
    return (w_mw * FACTOR["w"] + m_mw * FACTOR["m"]) * IT_MWH * PUE / 1e6


def it_mw(plan):
    return plan.build.set_index("site_id")["it_mw"].to_dict()


def row_of(plan, label):
    rows = plan.prices[plan.prices["limit"] == label]
    assert len(rows) == 1
    return rows.iloc[0]


def all_hold(survey, settings, plan):
    checks = audit(survey, settings, plan)
    assert not [check for check in checks if not check["ok"]]
    return [check["check"] for check in checks]


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("budget", "label", "unit", "number"),
    [
        ("carbon_max_mt", "carbon_budget", "Mt CO2", emitted_mt(150, 250)),
        ("rtt_mean_max_ms", "round_trip_budget", "ms", (150 * 30 + 250 * 9) / 400),
    ],
)
def test_a_budget_moves_load_to_where_it_is_met_and_no_further(form, budget, label, unit, number):
    survey, settings = one_year(), options(form, **{budget: number * (1 + 1e-9)})
    free, plan = (optimise(survey, each) for each in (options(form), settings))
    assert it_mw(free) == pytest.approx({"w": 200, "m": 200})
    assert it_mw(plan) == pytest.approx({"w": 150, "m": 250}, rel=1e-5)
    more = plan.solution.siting_cost_m_cny - free.solution.siting_cost_m_cny
    assert more == pytest.approx(50 * TO_M / 1.06, rel=1e-4)
    assert plan.solution.penalty_m_cny == pytest.approx(0.0, abs=1e-3)
    row = row_of(plan, label)
    assert (row["place"], row["year"], row["unit"]) == ("all", 2026, unit)
    assert row["used_mw"] == pytest.approx(row["limit_mw"], rel=1e-6)
    assert any(check.startswith(f"{label} over all years") for check in all_hold(survey, settings, plan))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("budget", "number", "one_mw"),
    [
        ("carbon_max_mt", emitted_mt(150, 250), emitted_mt(1, -1)),
        ("rtt_mean_max_ms", (150 * 30 + 250 * 9) / 400, 21 / 400),
    ],
)
def test_one_more_unit_of_a_budget_saves_what_moving_load_costs(form, budget, number, one_mw):
    plan = optimise(one_year(), options(form, **{budget: number}))
    label = "carbon_budget" if "carbon" in budget else "round_trip_budget"
    saving = row_of(plan, label)["saving_long_run_m_cny_per_mw"]
    assert saving == pytest.approx(TO_M / 1.06 / one_mw, rel=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_a_budget_above_what_is_used_changes_nothing_and_saves_nothing(form):
    survey = one_year()
    wide = {
        "carbon_max_mt": emitted_mt(200, 200) * 1.01,
        "rtt_mean_max_ms": 19.6,
        "water_max_million_m3": 9.0,
    }
    free, plan = optimise(survey, options(form)), optimise(survey, options(form, **wide))
    assert plan.solution.objective_m_cny == pytest.approx(free.solution.objective_m_cny, rel=1e-7)
    for label in ("carbon_budget", "water_budget", "round_trip_budget"):
        row = row_of(plan, label)
        assert row["used_mw"] < row["limit_mw"]
        assert row["saving_long_run_m_cny_per_mw"] == pytest.approx(0.0, abs=1e-3)


def two_coolings():
    """Return a year in which halls are cooled with 1 litre a kWh at a PUE of 1.2, or 0.2 litres at 1.3."""
    return one_year(**world_hours.cooled(liquid_tower=(1.2, 1.0), liquid_dry=(1.3, 0.2)))


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_a_water_budget_is_met_by_other_cooling(form):
    cooled = {"cooling": CoolingSettings(technologies=("liquid_tower", "liquid_dry"))}
    survey, number = two_coolings(), 400 * IT_MWH * 0.6 / 1e6  # what half of the load of each kind draws
    settings = options(form, water_max_million_m3=number).model_copy(update=cooled)
    free = optimise(survey, options(form).model_copy(update=cooled))
    plan = optimise(survey, settings)
    assert free.operation["water_m3"].sum() / 1e6 == pytest.approx(400 * IT_MWH * 1.0 / 1e6, rel=1e-6)
    assert plan.operation["water_m3"].sum() / 1e6 == pytest.approx(number, rel=1e-5)
    energy = plan.operation.groupby("technology")["it_energy_mwh"].sum()
    assert energy["liquid_tower"] == pytest.approx(200 * IT_MWH, rel=1e-4)
    assert row_of(plan, "water_budget")["saving_long_run_m_cny_per_mw"] > 1.0
    all_hold(survey, settings, plan)


@pytest.mark.parametrize("form", FORMS)
def test_no_emissions_at_all_leave_all_load_unserved(form):
    plan = optimise(one_year(), options(form, carbon_max_mt=0.0))
    assert plan.halls["it_mw"].sum() == pytest.approx(0.0, abs=1e-4)
    assert plan.unserved["it_mw"].sum() == pytest.approx(400)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_both_forms_agree_under_budgets(seed):
    survey, base = a_world(seed)

    def solved(form, **budgets):
        return optimise(
            survey,
            base.model_copy(
                update=dict(options(form, **budgets))
                | {name: getattr(base, name) for name in ("cooling", "supply", "load")}
            ),
        )

    free = solved("whole")
    operation, flows = free.operation, free.flows
    budgets = {
        "carbon_max_mt": operation["emissions_tco2"].sum() / 1e6 * 0.93,
        "water_max_million_m3": operation["water_m3"].sum() / 1e6 * 0.9 + 0.01,
        "rtt_mean_max_ms": (flows["it_mw"] * flows["rtt_ms"]).sum() / flows["it_mw"].sum() * 0.95,
    }
    whole, parts = (solved(form, **budgets) for form in FORMS)
    assert whole.solution.objective_m_cny > free.solution.objective_m_cny
    assert parts.solution.objective_m_cny == pytest.approx(whole.solution.objective_m_cny, rel=1e-6)
    assert parts.solution.bound_m_cny <= parts.solution.objective_m_cny * (1 + 1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_load_that_must_stand_and_emits_more_than_the_budget_is_said(form):
    survey = one_year()
    survey = world.replace(survey, demand=world.demand(edge_mw=4.0).query("year == 2026"))
    words = r"emits .* Mt CO2, optim\.budgets\.carbon_max_mt = 0\.001"
    with pytest.raises(InfeasibleError, match=words) as told:
        optimise(survey, options(form, carbon_max_mt=0.001))
    assert "no single limit" not in str(told.value)
    with (
        pytest.raises(InfeasibleError, match=words),
        Planner(survey, options(form, carbon_max_mt=0.001)) as planner,
    ):
        planner.solve()


@pytest.mark.parametrize("form", FORMS)
def test_a_relaxation_that_lacks_hourly_green_power_is_no_answer(form):
    """Without sun, wind and batteries no hour is green."""
    rule = {"rule_id": "G", "kind": "green_share", "number": 0.5, "scope": "all", "accounting": "hourly"}
    settings = options(form).model_copy(update={"workload": Workload(allow_unserved=False)})
    with Planner(one_year(rules=world.rules(rule)), settings) as planner:
        with pytest.raises(InfeasibleError, match="plants lack"):
            planner.solve()
        soft = world.rules(rule | {"hard": False, "price_m_cny_per_unit": 1.0})
        planner.change(one_year(rules=soft), settings)
        assert planner.solve().penalty_m_cny > 0


@pytest.mark.slow
def test_a_budget_of_infinity_is_counted_and_limits_nothing():
    survey = one_year()
    unlimited = dict.fromkeys(("carbon_max_mt", "water_max_million_m3", "rtt_mean_max_ms"), math.inf)
    free, plan = optimise(survey, options()), optimise(survey, options(**unlimited))
    assert plan.solution.objective_m_cny == pytest.approx(free.solution.objective_m_cny, rel=1e-9)
    assert not plan.prices["limit"].str.contains("budget").any()


def test_round_trips_of_a_pool_follow_the_demand_of_each_year():
    demand = world.demand()
    west = demand[demand["class_id"] == "training"].assign(zone_id="West")
    west = west.assign(it_mw=[0.0, 600.0])
    inputs = prepare(world.survey(demand=pd.concat([demand, west])), options(rtt_mean_max_ms=math.inf))
    pool = {key[0::3]: rtt for key, rtt in inputs.rtt_ms.items() if key[1] == "national"}
    assert pool["w", 2026] == pytest.approx(30.0)
    assert pool["w", 2027] == pytest.approx((30 * 600 + 2 * 600) / 1200)
    assert inputs.rtt_ms["m", "East", "rt_infer", 2026] == 9.0
    assert prepare(world.survey(), world.settings()).rtt_ms == {}


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_a_kept_problem_follows_a_budget(form):
    survey = one_year()
    with Planner(survey, options(form)) as planner:
        free = planner.solve(gap_share=1e-7)
        costs = []
        for number in (emitted_mt(150, 250), emitted_mt(175, 225)):
            planner.change(survey, options(form, carbon_max_mt=number))
            answer = planner.solve(gap_share=1e-7)
            assert answer.figures["emissions_mt"] == pytest.approx(number, rel=1e-5)
            costs.append(answer.objective_m_cny - free.objective_m_cny)
        planner.change(survey, options(form))
        again = planner.solve(gap_share=1e-7)
    assert costs == pytest.approx([50 * TO_M / 1.06, 25 * TO_M / 1.06], rel=1e-3)
    assert again.objective_m_cny == pytest.approx(free.objective_m_cny, rel=1e-7)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("budget", "number", "label"),
    [
        ("carbon_max_mt", emitted_mt(200, 200) * 0.999, "carbon_budget over all years [Mt CO2]"),
        (
            "water_max_million_m3",
            400 * IT_MWH * 0.5 / 1e6 * 0.999,
            "water_budget over all years [million m3]",
        ),
        ("rtt_mean_max_ms", 19.4, "round_trip_budget over all years [ms]"),
    ],
)
def test_a_plan_that_passes_a_budget_is_found(budget, number, label):
    survey, plan = one_year(), _free()
    wrong = [c["check"] for c in audit(survey, options(**{budget: number}), plan) if not c["ok"]]
    assert wrong == [label]
    assert all(c["ok"] for c in audit(survey, options(**{budget: number * 1.01}), plan))


@cache
def _free():
    return optimise(one_year(), options())
