"""Resilience: provinces counted, shares of site and province, reserve for the loss of one, at both sides."""

from __future__ import annotations

import pytest

from optim.blocks.resilience import Settings as Resilience
from optim.optimise import optimise
from tests import world


def plan(training_mw=300.0, real_time_mw=0.0, **changes):
    """Return the plan of one year with wide headroom, where the cheapest site would take everything."""
    survey = world.survey(
        demand=world.demand(real_time_mw=real_time_mw, training_mw=training_mw).query("year == 2026"),
        headroom=world.headroom(west_mw=5000, middle_mw=5000, east_mw=5000),
    )
    resilience = Resilience(**{"largest_province_share": 1.0, **changes})
    return optimise(
        survey, world.campus(module_mw=1, campus_min_mw=10).model_copy(update={"resilience": resilience})
    )


def it_mw(results):
    return results.build.set_index("site_id")["it_mw"].round(6).to_dict()


def test_without_limits_the_cheapest_takes_all():
    assert it_mw(plan()) == {"w": 300}


def test_largest_share_of_a_province_binds_and_has_a_price():
    made = plan(largest_province_share=0.6)
    assert it_mw(made) == pytest.approx({"w": 180, "m": 120})
    row = made.prices[made.prices["limit"] == "largest_province_share"].iloc[0]
    assert (row["place"], row["used_mw"], row["limit_mw"]) == ("West", pytest.approx(180), pytest.approx(180))


@pytest.mark.slow
def test_largest_share_of_a_site_binds():
    assert it_mw(plan(largest_site_share=0.5)) == pytest.approx({"w": 150, "m": 150})


def test_provinces_are_counted_from_their_least_power():
    made = plan(provinces_min_count=3, province_min_mw=60.0)
    assert it_mw(made) == pytest.approx({"w": 180, "m": 60, "e": 60})


@pytest.mark.parametrize("reserve", ["site", "province"])
def test_reserve_carries_essential_load_after_the_loss_of_any_place(reserve):
    # 100 MW of real-time load run at 60 MW; halls elsewhere run at 90 % at most: 100 x 0.6 / 0.9. West cannot
    # serve the load, but hold reserve: 50 MW at each of the others, and what 50 MW lack.
    made = plan(training_mw=0.0, real_time_mw=100.0, reserve=reserve)
    it = it_mw(made)
    for lost in it:
        assert sum(v for s, v in it.items() if s != lost) >= 100 * 0.6 / 0.9 - 1e-6
    assert sum(it.values()) == pytest.approx(50 + 100 * 0.6 / 0.9)


def test_halls_of_other_load_are_reserve_too():
    # 300 MW of training in another place carry the essential load: nothing is added.
    made = plan(training_mw=300.0, real_time_mw=100.0, reserve="site")
    assert sum(it_mw(made).values()) == pytest.approx(400)


def test_no_reserve_is_asked_for_load_that_is_not_essential():
    assert it_mw(plan(reserve="site")) == {"w": 300}
