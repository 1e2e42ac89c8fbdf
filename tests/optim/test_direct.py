"""Direct supply of a plant: break-even, potential, export, self-use and curtailment, worked out by hand."""

from __future__ import annotations

import itertools

import pytest

from optim.finance import annuity_factor
from optim.settings import SupplySettings
from tests import world, world_hours
from tests.optim import plant

LOAD_MW = 72.0
TRAINING = {"training": 60.0}
HALF_DAY = [1.0] * 12 + [0.0] * 12
STEPPED = [1.0] * 6 + [0.5] * 6 + [0.0] * 12
YEARLY = 2.5 * annuity_factor(0.06, 25) + 0.05
FULL_HOURS = 4380


def solar(charge=150.0, sun=HALF_DAY, potential_mw=1e6, rules=(), **supply):
    """Return a plant at 300 CNY/MWh with sun; export earns 200."""
    places = world.candidates().assign(
        demand_charge_posted_cny_per_mw_month=0.0, direct_charge_cny_per_mwh=charge
    )
    made = plant.survey(candidates=places, profiles=world_hours.sunny(sun), rules=world.rules(*rules))
    options = world.settings(supply=SupplySettings(battery=False, **{"export": False, **supply}))
    return plant.run(world_hours.with_potential(made, potential_mw), options, TRAINING)


def capacity(energy):
    return float(energy.tables["supply"]["solar_mw"].sum())


def test_solar_carries_the_sunny_hours_and_saves_the_energy_price_less_the_charge():
    energy = solar()
    assert capacity(energy) == pytest.approx(LOAD_MW)
    assert plant.cost(energy, "energy") == pytest.approx(LOAD_MW * 4380 * 300 / 1e6)
    assert plant.cost(energy, "direct_charge") == pytest.approx(LOAD_MW * 4380 * 150 / 1e6)
    assert plant.cost(energy, "solar") == pytest.approx(LOAD_MW * YEARLY)
    assert plant.total(energy, "emissions_tco2") == pytest.approx(LOAD_MW * 4380 * 0.6)


@pytest.mark.parametrize(("margin", "built"), [(-1.0, True), (1.0, False)])
def test_charge_at_both_sides_of_its_break_even(margin, built):
    even = 300 - YEARLY * 1e6 / FULL_HOURS
    assert (capacity(solar(charge=even + margin)) > 0) == built


@pytest.mark.slow
def test_potential_binds():
    assert capacity(solar(potential_mw=100.0)) == pytest.approx(0.05 * 100)
    assert capacity(solar(potential_mw=100.0, potential_share=0.5)) == pytest.approx(50)
    assert capacity(solar(direct=False)) == 0


def test_no_potential_no_supply():
    assert capacity(solar(potential_mw=0.0)) == 0


def test_export_earns_up_to_its_share():
    # A MW more earns 200 CNY/MWh and costs less, so export runs to 20 % of the output: 72 / 0.8 = 90 MW.
    energy = solar(export=True)
    assert capacity(energy) == pytest.approx(90)
    assert plant.cost(energy, "export_income") == pytest.approx(-18 * FULL_HOURS * 200 / 1e6)
    assert plant.total(energy, "export_mwh") == pytest.approx(18 * FULL_HOURS)


def rule(kind, number):
    return {"rule_id": "S", "kind": kind, "number": number}


@pytest.mark.parametrize(("floor", "expected_mw"), [(0.9, 80.0), (0.8, 90.0), (0.5, 90.0)])
def test_self_use_floor_at_both_sides(floor, expected_mw):
    assert capacity(solar(export=True, rules=[rule("self_use", floor)])) == pytest.approx(expected_mw)


@pytest.mark.slow
def test_curtailment_and_its_cap():
    # At no charge, solar is worth having for its half sun too: 144 MW, of which 72 MW x 6 h of 1296 MWh
    # a day are lost. A cap of 10 %: (S - 72) x 6 <= 0.1 x 9 S.
    free = solar(charge=0.0, sun=STEPPED)
    assert capacity(free) == pytest.approx(144)
    assert plant.total(free, "curtailed_mwh") == pytest.approx(72 * 6 * 365)
    capped = solar(charge=0.0, sun=STEPPED, rules=[rule("curtailment_cap", 0.1)])
    assert capacity(capped) == pytest.approx(432 / 5.1)
    wide = solar(charge=0.0, sun=STEPPED, rules=[rule("curtailment_cap", 0.34)])
    assert capacity(wide) == pytest.approx(144)


def green(number, accounting, hard=True, price=float("nan")):
    row = {"rule_id": "G", "kind": "green_share", "number": number, "accounting": accounting}
    return row | {"hard": hard, "price_m_cny_per_unit": price}


def test_certificates_cover_the_share():
    energy = solar(charge=280.0, rules=[green(0.8, "certificates")])
    bought = 0.8 * LOAD_MW * 8760
    assert plant.total(energy, "certificates_mwh") == pytest.approx(bought)
    assert plant.cost(energy, "certificates") == pytest.approx(bought * 5 / 1e6)
    assert capacity(energy) == 0


def test_direct_supply_counts_before_certificates():
    # Solar pays by itself and gives half of the energy; certificates give the other 30 %.
    energy = solar(rules=[green(0.8, "certificates")])
    assert plant.total(energy, "certificates_mwh") == pytest.approx(0.3 * LOAD_MW * 8760)


def test_annual_share_needs_direct_supply():
    energy = solar(charge=280.0, rules=[green(0.4, "annual")])
    assert plant.total(energy, "direct_mwh") == pytest.approx(0.4 * LOAD_MW * 8760)
    assert plant.total(energy, "certificates_mwh") == pytest.approx(0)


@pytest.mark.slow
def test_stricter_accounting_never_costs_less():
    # Sun in the first half of the year is four times that of the second; surplus may be sold.
    months = world.day_months(2).query("(day == 0) == (month <= 6)").assign(weight_days=365 / 12)
    tables = {"days": world.days(2), "day_months": months, "cooling_hours": world.cooling_hours(2)}
    places = world.candidates().assign(direct_charge_cny_per_mwh=280.0, export_price_cny_per_mwh=20.0)
    tables |= {"profiles": world_hours.sunny(HALF_DAY, [0.25 * v for v in HALF_DAY]), "candidates": places}
    options = world.settings(supply=SupplySettings(export_share_max=1.0))
    costs = []
    for accounting in ("certificates", "annual", "monthly", "hourly"):
        made = plant.survey(**tables, rules=world.rules(green(0.7, accounting)))
        energy = plant.run(world_hours.with_potential(made), options, TRAINING)
        assert energy.objective == pytest.approx(plant.cost(energy) / 1.06)
        costs.append(plant.cost(energy))
    assert costs == sorted(costs)
    assert min(b - a for a, b in itertools.pairwise(costs)) > 1


@pytest.mark.parametrize(("price", "missed"), [(0.03, True), (0.045, False)])
def test_soft_hourly_share_is_missed_when_its_price_is_low(price, missed):
    # At a charge of 280 a MWh of solar costs 36 CNY more than one of the grid: 0.036 M CNY a GWh.
    energy = solar(charge=280.0, rules=[green(0.4, "hourly", hard=False, price=price)])
    share = plant.total(energy, "direct_mwh") / (LOAD_MW * 8760)
    assert share == pytest.approx(0.0 if missed else 0.4)
