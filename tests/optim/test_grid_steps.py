"""Voltage steps with lead years, a site's own headroom, and what they cost, worked out by hand."""

from __future__ import annotations

import pytest

from optim.finance import annuity_factor
from optim.optimise import optimise
from tests import world, world_hours

STEPS = ((110.0, 100.0, 10.0, 0), (220.0, 300.0, 100.0, 1), (500.0, 2000.0, 400.0, 3))


def plan(steps=STEPS, site_headroom_mw=float("nan"), load_mw=200.0):
    """Return the plan of training load at West alone."""
    survey = world.survey(
        candidates=world.candidates().assign(site_headroom_mw=site_headroom_mw),
        voltage_steps=world_hours.voltages(*steps),
        demand=world.demand(real_time_mw=0, training_mw=load_mw),
        headroom=world.headroom(west_mw=2000, middle_mw=0, east_mw=0),
    )
    return optimise(survey, world.settings())


@pytest.mark.slow
def test_higher_voltage_comes_after_its_lead_years():
    # 110 kV carries 100 MW at the meter, 80 MW of IT; 220 kV, from the second year, 240 MW; 500 kV comes
    # too late.
    made = plan()
    build = made.build.set_index("year")
    assert build["connection_mw"].to_dict() == pytest.approx({2026: 100, 2027: 300})
    assert build["it_mw"].to_dict() == pytest.approx({2026: 80, 2027: 240})
    assert build["voltage_kv"].to_dict() == {2026: 110, 2027: 220}
    limited = made.prices[made.prices["limit"] == "site_voltage"]
    assert set(limited["limit_mw"]) == {100.0, 300.0}


@pytest.mark.slow
def test_each_step_is_paid_while_it_stands():
    costs = plan().costs.set_index(["item", "year"])["cost_m_cny"]
    yearly = annuity_factor(0.06, 30)
    assert costs["line", 2026] == pytest.approx(10 * yearly)
    assert costs["line", 2027] == pytest.approx(10 * yearly)
    assert costs["voltage", 2027] == pytest.approx(100 * yearly)
    assert ("voltage", 2026) not in costs.index


@pytest.mark.slow
def test_highest_step_comes_on_top_of_the_ones_before():
    steps = [(kv, mw, bay, 0) for kv, mw, bay, _ in STEPS]
    costs = plan(steps, load_mw=400).costs.set_index(["item", "year"])["cost_m_cny"]
    assert costs["voltage", 2026] == pytest.approx((100 + 400) * annuity_factor(0.06, 30))


def test_low_voltage_is_kept_where_it_is_enough():
    made = plan(load_mw=40)
    assert set(made.build["voltage_kv"]) == {110.0}
    assert "voltage" not in set(made.costs["item"])


@pytest.mark.slow
@pytest.mark.parametrize(("own_mw", "it_mw"), [(125.0, 100.0), (5000.0, 240.0)])
def test_a_sites_own_headroom_binds(own_mw, it_mw):
    made = plan(site_headroom_mw=own_mw)
    assert made.build.set_index("year")["it_mw"][2027] == pytest.approx(it_mw)
    assert ("site_headroom" in set(made.prices["limit"])) == (own_mw == 125.0)


@pytest.mark.slow
def test_same_city_load_needs_no_voltage_step():
    survey = world.survey(
        voltage_steps=world_hours.voltages((10.0, 1e-3, 0.0, 0)),
        demand=world.demand(edge_mw=4, real_time_mw=0, training_mw=0),
    )
    build = optimise(survey, world.settings()).build
    assert build["connection_mw"].tolist() == pytest.approx([4 * 1.25, 8 * 1.25])
    assert set(build["voltage_kv"]) == {0.0}
