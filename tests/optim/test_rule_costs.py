"""What a rule costs: known answers on the tiny world, the honest baseline, the package and its parts."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from optim.optima import differences, effect, optimum
from optim.rule_costs import QUOTAS, rule_costs, without
from optim.settings import CoolingSettings, SupplySettings
from optim.tables import TimeLimitError
from optim.warm import Planner
from tests import world, world_hours
from tests.optim.test_tiny_plan import DISCOUNT, annuity

HUBS = {"scope": "hubs", "hub_scope": "province"}
HUB_HALF = {"rule_id": "H", "kind": "hub_share", "number": 0.5, **HUBS}
LARGE = {"rule_id": "L", "kind": "large_in_hub_only", "large_from_mw": 7.5, **HUBS}
MIDDLE_LESS_EAST = 600.0 - 400.0  # CNY/MWh
HALF_DAY = [1.0] * 12 + [0.0] * 12


def measured(survey, settings=None, **options):
    with Planner(survey, settings or world.settings()) as planner:
        return rule_costs(planner, **options)


def ruled(*rules, **tables):
    return world.survey(rules=world.rules(*rules), **tables)


def wide(*rules):
    """The west has no headroom, so that load goes to Middle (no hub) or East (hub), 200 CNY/MWh dearer."""
    return ruled(*rules, headroom=world.headroom(west_mw=0.0))


def energy_m_cny(mw):
    return mw * 0.6 * 8760 * 1.2 * MIDDLE_LESS_EAST / 1e6


def waves_m_cny(mw, gbps_per_mw, km):
    return mw * gbps_per_mw * 0.012 * km / 1000


def expected(east, real_time=0.0):
    """Cost of `east` MW by year in the east and not in the middle, `real_time` of it real-time load."""
    cost = 0.0
    for year, mw in east.items():
        pool = mw - real_time
        mean_km = {"m": 0.2 * 400 + 0.2 * 100 + 0.6 * 450, "e": 0.2 * 1500 + 0.2 * 450 + 0.6 * 100}
        waves = waves_m_cny(pool, 0.2, mean_km["e"] - mean_km["m"]) + waves_m_cny(real_time, 2.0, 100 - 450)
        cost += (energy_m_cny(mw) + waves) * DISCOUNT[year]
    return cost


@pytest.mark.slow
def test_a_hub_share_costs_what_the_dearer_hub_costs_more():
    # Half of 400 and of 800 MW must be in the east. Real-time load is nearer there and goes first.
    found = measured(wide(HUB_HALF))
    cost = effect(found.without["H"], found.all)
    line = (2 * 10 * annuity(0.06, 30) + 0.1 * 2 * 100 * annuity(0.06, 25)) * sum(DISCOUNT.values())
    by_hand = sum(
        expected({year: 200.0 if year == 2026 else 400.0}, 100.0 if year == 2026 else 200.0)
        for year in DISCOUNT
    )
    assert (
        0 < cost.cost_m_cny - by_hand < line
    )  # a part of a second campus's line and fibre, in the relaxation
    assert cost.moved_mw == pytest.approx(400)
    assert cost.west_share == pytest.approx(-0.5)
    assert cost.unknown_m_cny == pytest.approx(0, abs=1e-6)
    assert differences(found.none, found.all, "province").to_dict() == pytest.approx(
        {"East": 400, "Middle": -400}
    )


def test_one_rule_alone_is_the_package():
    found = measured(wide(HUB_HALF))
    assert found.alone["H"] is found.all
    assert found.without["H"] is found.none


@pytest.mark.slow
def test_rules_that_overlap_cost_nothing_each_but_something_together():
    # The hub share asks for the same twice: with either off the other still holds.
    twice = HUB_HALF | {"rule_id": "H2"}
    found = measured(wide(HUB_HALF, twice))
    package = effect(found.none, found.all).cost_m_cny
    assert package > 100
    for rule in ("H", "H2"):
        assert effect(found.without[rule], found.all).cost_m_cny == pytest.approx(0, abs=1e-6)
        assert effect(found.none, found.alone[rule]).cost_m_cny == pytest.approx(package)


@pytest.mark.slow
def test_a_stricter_rule_hides_a_weaker_one():
    found = measured(wide(HUB_HALF, LARGE))
    assert effect(found.without["H"], found.all).cost_m_cny == pytest.approx(0, abs=1e-6)
    alone = {rule: effect(found.none, found.alone[rule]).cost_m_cny for rule in ("H", "L")}
    assert alone["L"] > alone["H"] > 0
    rest = effect(found.without["L"], found.all).cost_m_cny
    assert rest == pytest.approx(alone["L"] - alone["H"])


def test_a_rule_that_does_not_bind_costs_nothing_and_moves_nothing():
    found = measured(ruled(HUB_HALF | {"number": 0.2}))
    cost = effect(found.without["H"], found.all)
    assert cost.cost_m_cny == pytest.approx(0, abs=1e-6)
    assert not cost.is_known
    assert cost.moved_sites_mw == pytest.approx(0, abs=1e-6)


def test_a_soft_rule_that_is_missed_costs_its_price_and_pays_nothing():
    soft = HUB_HALF | {"hard": False, "price_m_cny_per_unit": 1e-4}
    found = measured(wide(soft))
    cost = effect(found.without["H"], found.all)
    by_hand = sum(mw / 2 * 1e-4 * DISCOUNT[year] for year, mw in ((2026, 400), (2027, 800)))
    assert cost.penalty_m_cny == pytest.approx(by_hand)
    assert cost.paid_m_cny == pytest.approx(0, abs=1e-6)
    assert cost.cost_m_cny == pytest.approx(by_hand)


def sunny(rules, **supply):
    """Sun for half of the day, at charges that make a MWh of it 36 CNY dearer than one of the grid."""
    places = world.candidates().assign(
        energy_price_posted_cny_per_mwh=300.0,
        demand_charge_posted_cny_per_mw_month=0.0,
        direct_charge_cny_per_mwh=280.0,
    )
    made = ruled(*rules, candidates=places, profiles=world_hours.sunny(HALF_DAY))
    settings = world.settings(supply=SupplySettings(battery=False, export=False, **supply))
    return world_hours.with_potential(made), settings


GREEN = {"rule_id": "G", "kind": "green_share", "number": 0.4, "accounting": "annual"}


def test_a_green_share_costs_what_own_supply_costs_more_where_it_is_allowed_but_not_required():
    found = measured(*sunny([GREEN]))
    twh = {year: mw * 0.6 * 8760 * 1.2 / 1e6 for year, mw in ((2026, 400), (2027, 800))}
    yearly_m_cny_per_mw = 2.5 * annuity(0.06, 25) + 0.05
    extra = yearly_m_cny_per_mw / 4380 * 1e6 + 280 - 300
    by_hand = sum(0.4 * twh[year] * extra * DISCOUNT[year] for year in twh)
    cost = effect(found.without["G"], found.all)
    assert by_hand > 10
    assert cost.cost_m_cny == pytest.approx(by_hand, rel=1e-6)
    assert cost.purchase_twh == pytest.approx(-0.4 * sum(twh.values()))


@pytest.mark.slow
def test_against_grid_only_the_same_rule_would_save():
    """Where sun pays by itself, a baseline without it credits the rule with what sun saves; ours does not."""
    cheap, settings = sunny([GREEN])
    cheap = dataclasses.replace(cheap, candidates=cheap.candidates.assign(direct_charge_cny_per_mwh=100.0))
    found = measured(cheap, settings)
    honest = effect(found.without["G"], found.all).cost_m_cny
    no_sun = settings.model_copy(update={"supply": SupplySettings(direct=False, battery=False)})
    with Planner(without(cheap, ["G"]), no_sun) as planner:
        grid_only = planner.solve()
    assert honest == pytest.approx(0, abs=1e-6)
    assert found.all.objective_m_cny < grid_only.objective_m_cny - 10


@pytest.mark.slow
def test_caps_of_one_kind_are_solved_together_where_they_cost_nothing():
    caps = [
        {"rule_id": f"P{k}", "kind": "pue_cap", "number": 1.0 + 0.01 * k, "large_from_mw": 1e5}
        for k in range(4)
    ]
    told = []
    found = measured(ruled(*caps), say=told.append)
    assert len(told) == 2  # all rules, then all of them off
    assert set(found.without) == {"P0", "P1", "P2", "P3"}


def test_a_rule_without_a_row_needs_no_solve():
    two = CoolingSettings(technologies=("liquid_dry",))
    told = []
    cap = {"rule_id": "P", "kind": "pue_cap", "number": 1.9, "large_from_mw": 7.5}
    found = measured(ruled(cap, HUB_HALF), world.settings(cooling=two), say=told.append)
    assert len(told) == 2
    assert found.without["P"] is found.all
    assert found.alone["P"] is found.none


@pytest.mark.slow
def test_each_rule_of_a_kind_that_costs_is_taken_off_alone():
    low, high = HUB_HALF | {"rule_id": "low", "number": 0.3}, HUB_HALF | {"rule_id": "high"}
    found = measured(wide(low, high))
    assert effect(found.without["low"], found.all).cost_m_cny == pytest.approx(0, abs=1e-6)
    left = effect(found.without["high"], found.all).cost_m_cny
    assert left == pytest.approx(found.alone["high"].objective_m_cny - found.alone["low"].objective_m_cny)
    assert left > 0


def test_water_quotas_count_as_one_rule():
    quota = pd.DataFrame(
        [("q", "province", "West", y, 1.0, "made up", "2025", "low", "") for y in world.YEARS],
        columns=list(world.survey().quotas.columns),
    )
    found = measured(ruled(quotas=quota))
    assert found.ids == (QUOTAS,)
    assert effect(found.without[QUOTAS], found.all).cost_m_cny > 100


def test_the_planner_stands_at_the_scenario_again():
    with Planner(wide(HUB_HALF), world.settings()) as planner:
        found = rule_costs(planner)
        assert [rule.rule_id for rule in planner.inputs.rules] == ["H"]
        assert planner.solve().objective_m_cny == pytest.approx(found.all.objective_m_cny)


@pytest.mark.slow
def test_with_integers_the_cost_is_that_of_whole_campuses():
    found = measured(wide(HUB_HALF), integers=True)
    lines = 2 * 10 * annuity(0.06, 30) + 0.1 * 2 * 100 * annuity(0.06, 25)
    by_hand = expected({2026: 200.0}, 100.0) + expected({2027: 400.0}, 200.0) + lines * sum(DISCOUNT.values())
    assert effect(found.without["H"], found.all).cost_m_cny == pytest.approx(by_hand, rel=1e-6)


def test_a_relaxation_that_ran_out_of_time_is_no_optimum(monkeypatch):
    with Planner(world.survey(), world.settings()) as planner:
        answer = dataclasses.replace(planner.solve(), status="time_limit")
        monkeypatch.setattr(planner, "solve", lambda integers: answer)
        with pytest.raises(TimeLimitError, match="time_limit_s = 600 was over"):
            optimum(planner)
        assert optimum(planner, integers=True) is answer
