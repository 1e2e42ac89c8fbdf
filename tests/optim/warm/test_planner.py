"""A problem kept in the solver: the same answers as a problem made anew, after any change and edit."""

from __future__ import annotations

import numpy as np
import pytest

from optim.blocks.resilience import Settings as Resilience
from optim.blocks.workload import Settings as Workload
from optim.optimise import optimise
from optim.settings import BudgetSettings as Budgets
from optim.tables import InfeasibleError
from optim.warm import Planner
from optim.warm.master import MasterProblem
from tests import world

TIGHT = 1e-7
FORMS = ("whole", "decomposed")
GREEN = {"rule_id": "G", "kind": "green_share", "number": 0.5, "scope": "all", "accounting": "certificates"}


def options(form, **changes):
    base = world.settings(**changes)
    return base.model_copy(update={"solve": base.solve.model_copy(update={"method": form, "workers": 1})})


def anew(survey, settings):
    with Planner(survey, settings) as planner:
        return planner.solve(gap_share=TIGHT)


def same(one, other):
    assert one.objective_m_cny == pytest.approx(other.objective_m_cny, rel=1e-6)
    assert one.figures["purchase_twh"] == pytest.approx(other.figures["purchase_twh"], rel=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_integers_are_the_plan(form):
    settings = options(form)
    plan = optimise(world.survey(), settings)
    with Planner(world.survey(), settings) as planner:
        relaxed = planner.solve(gap_share=TIGHT)
        answer = planner.solve(integers=True, gap_share=1e-6)
        same(planner.solve(gap_share=TIGHT), relaxed)
    assert answer.objective_m_cny == pytest.approx(plan.solution.objective_m_cny, rel=1e-5)
    assert answer.siting_cost_m_cny == pytest.approx(plan.solution.siting_cost_m_cny, rel=1e-5)
    assert relaxed.objective_m_cny <= answer.objective_m_cny
    operation = plan.operation
    assert answer.figures["emissions_mt"] == pytest.approx(operation["emissions_tco2"].sum() / 1e6)
    assert answer.figures["water_million_m3"] == pytest.approx(operation["water_m3"].sum() / 1e6)
    assert answer.figures["purchase_twh"] == pytest.approx(operation["purchase_mwh"].sum() / 1e6)
    last = plan.halls.query("year == 2027").groupby("site_id")["it_mw"].sum()
    found = answer.sites.query("year == 2027").set_index("site_id")["it_mw"]
    assert found.to_dict() == pytest.approx(last[last > 0].to_dict(), rel=1e-4)


@pytest.mark.slow
def test_round_trips_by_hand():
    """In the last year 100 MW of real time load and 300 MW of training each from three provinces."""
    settings = options("whole")
    plan = optimise(world.survey(), settings)
    flows = plan.flows.query("year == 2027")
    with Planner(world.survey(), settings) as planner:
        answer = planner.solve(integers=True, gap_share=1e-6)
    mean = (flows["rtt_ms"] * flows["it_mw"]).sum() / flows["it_mw"].sum()
    assert answer.figures["mean_rtt_ms"] == pytest.approx(mean)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "change",
    [
        lambda form: (world.survey(), world_with(form, energy_price_factor=1.1)),
        lambda form: (world.survey(demand=world.demand(training_mw=350.0)), options(form)),
        lambda form: (world.survey(headroom=world.headroom(west_mw=100.0)), options(form)),
        lambda form: (world.survey(), world_with(form, items={"carbon_cny_per_tco2": 200.0})),
        lambda form: (world.survey(), world_with(form, time_of_use_factor=0.5)),
        lambda form: (world.survey(), world_with(form, east_shell_factor=1.3)),
        lambda form: (world.survey(rules=world.rules(GREEN)), options(form)),
        lambda form: (world.survey(), options(form, budgets=Budgets(carbon_max_mt=3.5))),
        lambda form: (world.survey(), options(form, budgets=Budgets(water_max_million_m3=2.5))),
    ],
    ids=["tariff", "demand", "headroom", "carbon", "spread", "shell", "green", "carbon_max", "water_max"],
)
def test_a_change_is_a_problem_made_anew_and_can_be_gone_back_from(form, change):
    changed = change(form)
    with Planner(world.survey(), options(form)) as planner:
        before = planner.solve(gap_share=TIGHT)
        planner.change(*changed)
        same(planner.solve(gap_share=TIGHT), anew(*changed))
        planner.change(world.survey(), options(form))
        same(planner.solve(gap_share=TIGHT), before)


def world_with(form, **costs):
    settings = options(form)
    return settings.model_copy(update={"costs": settings.costs.model_copy(update=costs)})


@pytest.mark.slow
def test_the_form_may_change():
    with Planner(world.survey(), options("whole")) as planner:
        whole = planner.solve(gap_share=TIGHT)
        planner.change(world.survey(), options("decomposed"))
        same(planner.solve(gap_share=TIGHT), whole)


@pytest.mark.parametrize("form", FORMS)
def test_edits_hold_in_their_block_alone(form):
    with Planner(world.survey(), options(form)) as planner:
        base = planner.solve(gap_share=TIGHT)
        with planner.edited() as edit:
            edit.bound(planner.m.compute.opened, [("e", 2027)], 1.0, 1.0)
            edit.cost(planner.m.compute.opened, [("e", 2027)], 50.0)
            forced = planner.solve(gap_share=TIGHT)
        with planner.edited() as edit:
            edit.bound(planner.m.compute.opened, [("e", 2027)], 1.0, 1.0)
            cheaper = planner.solve(gap_share=TIGHT)
        assert forced.objective_m_cny == pytest.approx(cheaper.objective_m_cny + 50.0)
        assert cheaper.objective_m_cny > base.objective_m_cny
        same(planner.solve(gap_share=TIGHT), base)


@pytest.mark.parametrize("form", FORMS)
def test_a_row_caps_and_moves(form):
    """The east may hold no less than 100 MW, then no less than 200 MW; the west no more than it had."""
    with Planner(world.survey(), options(form)) as planner:
        base = planner.solve(gap_share=TIGHT)
        costs = [base.objective_m_cny]
        with planner.edited() as edit:
            row = edit.row(planner.m.compute.it_new_gw, [("e", 2027)], [1.0], 0.1, np.inf)
            for least_gw in (0.1, 0.2):
                edit.move(row, least_gw, np.inf)
                answer = planner.solve(gap_share=TIGHT)
                costs.append(answer.objective_m_cny)
                east = answer.sites.query("site_id == 'e' and year == 2027")["it_mw"].sum()
                assert east == pytest.approx(least_gw * 1e3, rel=1e-4)
        assert costs == sorted(costs)
        same(planner.solve(gap_share=TIGHT), base)


@pytest.mark.parametrize("form", FORMS)
def test_only_some_costs(form):
    """At the least IT power in the east, at any cost, there is none."""
    with Planner(world.survey(), options(form)) as planner, planner.edited() as edit:
        edit.only_cost([(planner.m.compute.it_new_gw, [("m", 2027)], [1.0])], of_the_rest=1e-6)
        answer = planner.solve(gap_share=TIGHT)
    assert answer.sites.query("site_id == 'm' and year == 2027")["it_mw"].sum() == pytest.approx(0.0, abs=0.1)


@pytest.mark.parametrize("form", FORMS)
def test_no_plan_is_said_and_the_next_solve_has_one(form):
    with Planner(world.survey(), options(form)) as planner:
        base = planner.solve(gap_share=TIGHT)
        with planner.edited() as edit:
            edit.row(planner.m.compute.total_it_gw, [2027], [1.0], 99.0, np.inf)
            with pytest.raises(InfeasibleError):
                planner.solve(gap_share=TIGHT)
        same(planner.solve(gap_share=TIGHT), base)


def strict(form, province_share):
    share = Resilience(largest_province_share=province_share)
    return options(form, workload=Workload(allow_unserved=False), resilience=share)


@pytest.mark.parametrize("form", FORMS)
def test_a_plan_is_found_after_problems_without_one(form):
    """Three provinces cannot hold a fifth each: not at the start, and not in between."""
    open_, closed = strict(form, 1.0), strict(form, 0.2)
    expected = anew(world.survey(), open_)
    with Planner(world.survey(), closed) as planner:
        for _ in range(2):
            planner.change(world.survey(), closed)
            with pytest.raises(InfeasibleError):
                planner.solve(gap_share=TIGHT)
            planner.change(world.survey(), open_)
            same(planner.solve(gap_share=TIGHT), expected)


def test_a_change_is_made_when_the_problem_is_looked_at(monkeypatch):
    made = []
    change = MasterProblem.change
    monkeypatch.setattr(MasterProblem, "change", lambda self, *to: made.append(to[0]) or change(self, *to))
    base = options("decomposed")
    with Planner(world.survey(), base) as planner:
        first = planner.solve(gap_share=TIGHT)
        planner.change(world.survey(), world_with("decomposed", energy_price_factor=1.5))
        planner.change(world.survey(), base)
        assert made == []
        same(planner.solve(gap_share=TIGHT), first)
        assert made == [planner.inputs]
        planner.change(world.survey(), base)
    assert len(made) == 1
