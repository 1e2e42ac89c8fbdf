"""Properties for any prices and demand: the balance closes, relaxing never costs more, order is nothing."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optim.optimise import optimise
from tests import world

pytestmark = pytest.mark.slow
FEW = settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
PRICES = st.tuples(*[st.floats(100, 900) for _ in world.PRICE])
HEADROOM = st.tuples(*[st.floats(0, 1000) for _ in world.PRICE])
DEMAND = st.tuples(st.floats(0, 20), st.floats(0, 300), st.floats(10, 500))
HUB_SHARE = {"rule_id": "H", "kind": "hub_share", "scope": "hubs", "hub_scope": "province"}


def a_world(prices, headroom, demand, *rules):
    places = world.candidates().assign(energy_price_posted_cny_per_mwh=list(prices))
    load = dict(zip(("edge_mw", "real_time_mw", "training_mw"), demand, strict=True))
    room = dict(zip(("west_mw", "middle_mw", "east_mw"), headroom, strict=True))
    return world.survey(
        candidates=places,
        demand=world.demand(**load),
        headroom=world.headroom(**{**room, "east_mw": room["east_mw"] + 100}),
        rules=world.rules(*rules),
    )


def cost(survey, options=None):
    return optimise(survey, options or world.settings()).solution.objective_m_cny


@FEW
@given(PRICES, HEADROOM, DEMAND)
def test_every_load_is_accounted_for(prices, headroom, demand):
    survey = a_world(prices, headroom, demand)
    plan = optimise(survey, world.settings())
    placed = plan.flows["it_mw"].sum() + plan.unserved["it_mw"].sum() + plan.build["given_it_mw"].sum()
    assert placed == pytest.approx(survey.demand["it_mw"].sum())


@FEW
@given(PRICES, HEADROOM, DEMAND, st.floats(0, 500))
def test_more_headroom_never_costs_more(prices, headroom, demand, more_mw):
    wider = tuple(h + more_mw for h in headroom)
    assert cost(a_world(prices, wider, demand)) <= cost(a_world(prices, headroom, demand)) * (1 + 1e-7)


@FEW
@given(PRICES, DEMAND, st.floats(0, 0.5), st.floats(0, 0.5))
def test_a_stricter_rule_never_costs_less(prices, demand, number, more):
    room = (1000.0, 1000.0, 1000.0)
    soft = {**HUB_SHARE, "hard": False, "price_m_cny_per_unit": 3.0}
    loose = cost(a_world(prices, room, demand, {**soft, "number": number}))
    strict = cost(a_world(prices, room, demand, {**soft, "number": number + more}))
    assert loose <= strict * (1 + 1e-7)


@FEW
@given(PRICES, HEADROOM, DEMAND, st.permutations(range(3)))
def test_order_of_sites_does_not_matter(prices, headroom, demand, order):
    survey = a_world(prices, headroom, demand)
    shuffled = world.replace(
        survey,
        candidates=survey.candidates.iloc[order],
        links=survey.links.iloc[::-1],
        demand=survey.demand.iloc[::-1],
        zones=survey.zones.iloc[order],
    )
    assert cost(shuffled) == pytest.approx(cost(survey), rel=1e-7)


@FEW
@given(PRICES, DEMAND)
def test_doubling_all_prices_doubles_the_cost(prices, demand):
    survey = a_world(prices, (1000.0, 1000.0, 1000.0), demand)
    once = optimise(survey, world.settings()).solution.siting_cost_m_cny
    twice = optimise(survey, world.money(all_price_factor=2.0)).solution.siting_cost_m_cny
    assert twice == pytest.approx(2 * once, rel=1e-7)


def test_a_year_without_new_demand_costs_a_year():
    # Flat demand: each year costs the same before discounting; capital is an annuity, operation is paid once.
    flat = world.demand()
    flat["it_mw"] = flat["class_id"].map({"rt_edge": 0.0, "rt_infer": 100.0, "training": 300.0})
    plan = optimise(world.survey(demand=flat), world.settings())
    yearly = plan.costs.groupby("year")["cost_m_cny"].sum()
    assert yearly[2026] == pytest.approx(yearly[2027])
