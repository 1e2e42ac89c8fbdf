"""Existing halls: put to use, refitted, kept or retired; rack use and surcharge, worked out by hand."""

from __future__ import annotations

import pytest

from optim.finance import annuity_factor
from optim.optimise import optimise
from tests import world, world_hours

REFIT = 2.0 * annuity_factor(0.06, 10)


def plan(rules=(), items=None, pue_factor=1.0, load_mw=200.0, west_mw=2000.0):
    """Return the plan of air-cooled training load at West, where 50 of 100 MW of existing halls are idle."""
    survey = world.survey(
        classes=world.classes().assign(needs_liquid=False),
        demand=world.demand(real_time_mw=0, training_mw=load_mw).query("year == 2026"),
        headroom=world.headroom(west_mw=west_mw, middle_mw=0, east_mw=0),
        stock=world_hours.stock("w", 100.0, 0.5, pue_factor),
        rules=world.rules(*rules),
    )
    return optimise(survey, world.money(items=items or {}))


def used(results):
    row = results.stock.iloc[0]
    return tuple(round(float(row[c]), 6) for c in ("used_mw", "retired_mw", "idle_mw"))


def test_idle_halls_are_cheaper_than_new_ones():
    made = plan()
    assert used(made) == (50, 0, 0)
    assert made.build["it_mw"].item() == pytest.approx(150)
    costs = made.costs.query("technology == 'existing'").set_index("item")["cost_m_cny"]
    assert costs["stock_keep"] == pytest.approx(50 * 0.5)
    assert costs["stock_refit"] == pytest.approx(50 * REFIT)
    assert costs["energy"] == pytest.approx(30 * 1.2 * 8760 * 300 / 1e6)
    assert "shell" not in costs.index


def test_halls_that_cost_too_much_are_retired():
    made = plan(items={"stock_refit_m_cny_per_mw": 1000.0})
    assert used(made) == (0, 50, 0)
    assert made.costs.query("technology == 'existing'").empty


@pytest.mark.slow
def test_existing_halls_need_no_headroom():
    made = plan(west_mw=0.0)
    assert used(made) == (50, 0, 0)
    assert made.unserved["it_mw"].sum() == pytest.approx(150)


@pytest.mark.slow
def test_inefficient_halls_use_more_energy():
    made = plan(pue_factor=1.25)
    energy = made.operation.query("technology == 'existing'").iloc[0]
    assert energy["facility_mwh"] == pytest.approx(1.5 * energy["it_energy_mwh"])


def rack_use(number):
    return {"rule_id": "R", "kind": "rack_use", "number": number}


NO_REFIT = {"stock_refit_m_cny_per_mw": 1000.0, "stock_keep_m_cny_per_mw_year": 0.0}


@pytest.mark.slow
@pytest.mark.parametrize(("number", "retired_mw"), [(0.5, 0.0), (0.8, 37.5), (1.0, 50.0)])
def test_racks_are_retired_before_halls_open_where_they_cannot_be_used(number, retired_mw):
    # 50 + number x retired >= number x 100.
    made = plan([rack_use(number)], items=NO_REFIT)
    assert used(made)[0] == 0
    assert used(made)[1] >= retired_mw - 1e-6
    assert made.rules["value"].item() >= number - 1e-9


def test_nothing_opens_where_racks_stay_unused():
    # The load fits the idle halls: none opens, so the rule asks for nothing.
    made = plan([rack_use(1.0)], load_mw=20)
    assert made.build.empty
    assert used(made)[0] == pytest.approx(20)


def surcharge(number, pue_from=1.3):
    row = {"rule_id": "E", "kind": "energy_surcharge", "number": number, "pue_from": pue_from}
    return row | {"unit": "CNY/MWh"}


@pytest.mark.slow
def test_surcharge_is_paid_on_the_energy_over_the_limit():
    # PUE 1.5 against 1.3: of 300 CNY/MWh, 1 - 1.3 / 1.5 count: 40.
    made = plan([surcharge(300.0)], pue_factor=1.25)
    energy = made.costs.query("technology == 'existing' and item == 'energy'")["cost_m_cny"].item()
    assert energy == pytest.approx(30 * 1.5 * 8760 * 340 / 1e6)
    assert made.rules["value"].item() == pytest.approx(40)
    assert made.rules["binding"].item()


@pytest.mark.slow
def test_surcharge_below_its_limit_costs_nothing_and_a_high_one_retires():
    assert plan([surcharge(300.0, 1.5)], pue_factor=1.25).rules["value"].item() == pytest.approx(0)
    assert used(plan([surcharge(20000.0)], pue_factor=1.25))[1] == pytest.approx(50)
