"""Cooling as a choice: PUE against WUE, water price and quota, liquid-needing load, caps on WUE."""

from __future__ import annotations

import pytest

from optim.optimise import optimise
from optim.settings import CoolingSettings
from tests import world, world_hours

# A MWh of IT costs 0.2 MWh less and 2 m3 more with the economiser: at 300 CNY/MWh and a flat demand
# charge of 30,000 CNY/MW-month, water breaks even at 0.1 x (300 + 12 x 30000 / 8760) CNY/m3.
DRY, WET = "chilled_water", "water_economiser"
FIGURES = {DRY: (1.3, 0.0), WET: (1.1, 2.0)}
EVEN_CNY_PER_M3 = 0.1 * (300 + 12 * 30000 / 8760)
IT_MWH = 0.6 * 8760


def plan(water_price=5.0, needs_liquid=(), technologies=(DRY, WET), rules=(), load_mw=200.0, **tables):
    """Return the plan of training load at West alone in 2026, whose halls are air-cooled unless asked."""
    classes = world.classes()
    classes["needs_liquid"] = classes["class_id"].isin(needs_liquid)
    usual = {
        "candidates": world.candidates().assign(water_price_cny_per_m3=water_price),
        "classes": classes,
        "demand": world.demand(real_time_mw=0, training_mw=load_mw).query("year == 2026"),
        "headroom": world.headroom(west_mw=2000, middle_mw=0, east_mw=0),
        "rules": world.rules(*rules),
        **world_hours.cooled(**FIGURES),
    }
    options = world.settings(cooling=CoolingSettings(technologies=technologies))
    return optimise(world.survey(**usual | tables), options)


def it_mw(results):
    return results.halls.groupby("technology")["it_mw"].sum().round(6).to_dict()


@pytest.mark.slow
@pytest.mark.parametrize(("margin", "chosen"), [(-0.5, WET), (0.5, DRY)])
def test_water_price_at_both_sides_of_its_break_even(margin, chosen):
    assert it_mw(plan(EVEN_CNY_PER_M3 + margin)) == {chosen: 200}


@pytest.mark.slow
def test_quota_is_used_up_and_the_rest_is_cooled_dry():
    # Half of the water that 200 MW would draw: 100 MW of each.
    quota_m3 = 100 * IT_MWH * 2.0
    made = plan(quotas=world_hours.quota("West", quota_m3))
    assert it_mw(made) == {DRY: 100, WET: 100}
    assert made.operation["water_m3"].sum() == pytest.approx(quota_m3)
    row = made.prices[made.prices["limit"] == "water_quota"].iloc[0]
    assert (row["used_mw"], row["limit_mw"]) == pytest.approx((quota_m3 / 1e6, quota_m3 / 1e6))
    assert row["unit"] == "million m3"
    # A m3 more saves what its 0.5 MWh of IT pays less: 0.1 MWh and its peak, less the price of water.
    energy = (EVEN_CNY_PER_M3 - 5.0) / 1.06
    assert row["saving_long_run_m_cny_per_mw"] == pytest.approx(energy, rel=1e-6)


@pytest.mark.slow
def test_quota_of_one_year_leaves_the_other():
    # Nothing in 2026: the first 100 MW are dry, the next 100 MW are not.
    tables = {"demand": world.demand(real_time_mw=0, training_mw=100)}
    made = plan(quotas=world_hours.quota("West", 0.0, years=[2026]), **tables)
    water = made.operation.groupby("year")["water_m3"].sum()
    assert water.to_dict() == pytest.approx({2026: 0, 2027: 100 * IT_MWH * 2.0}, abs=1e-3)


@pytest.mark.slow
def test_quota_elsewhere_binds_nothing():
    assert it_mw(plan(quotas=world_hours.quota("East", 0.0))) == {WET: 200}


@pytest.mark.slow
def test_load_that_needs_liquid_stands_in_liquid_cooled_halls_only():
    figures = {DRY: (1.1, 0.0), "liquid_dry": (1.2, 0.0)}
    demand = world.demand(real_time_mw=50, training_mw=100).query("year == 2026").assign(zone_id="West")
    made = plan(
        needs_liquid=("training",),
        technologies=(DRY, "liquid_dry"),
        demand=demand,
        **world_hours.cooled(**figures),
    )
    runs = made.runs.groupby(["technology", "load_group"])["run_mw"].sum().round(6).to_dict()
    assert runs == {("liquid_dry", "training"): 60, (DRY, "rt_infer"): 30}


@pytest.mark.slow
def test_load_that_needs_liquid_is_unserved_without_such_halls():
    made = plan(needs_liquid=("training",), technologies=(DRY,))
    assert made.unserved["it_mw"].sum() == pytest.approx(200)


@pytest.mark.slow
@pytest.mark.parametrize(("number", "chosen"), [(2.0, WET), (1.99, DRY)])
def test_wue_cap_at_both_sides(number, chosen):
    cap = {"rule_id": "W", "kind": "wue_cap", "number": number, "unit": "L/kWh", "scope": "West"}
    assert it_mw(plan(rules=[cap])) == {chosen: 200}


def test_pue_cap_leaves_the_technology_that_keeps_it():
    cap = {"rule_id": "P", "kind": "pue_cap", "number": 1.2, "unit": "1", "scope": "West"}
    assert it_mw(plan(EVEN_CNY_PER_M3 + 5, rules=[cap])) == {WET: 200}
