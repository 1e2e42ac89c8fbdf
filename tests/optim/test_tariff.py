"""The two-part tariff of a plant by hand: energy by hour, demand charge by month, water, carbon."""

from __future__ import annotations

import pytest

from tests import world, world_hours
from tests.optim import plant

LOAD_MW, HOURS = 60.0, 8760
TRAINING = {"training": LOAD_MW}
DEAR_EVENING = [200.0] * 12 + [400.0] * 12


def test_energy_demand_charge_and_water_of_flat_load():
    energy = plant.run(plant.survey(candidates=world.candidates()), world.settings(), TRAINING)
    assert plant.cost(energy, "energy") == pytest.approx(LOAD_MW * 1.2 * HOURS * 300 / 1e6)
    assert plant.cost(energy, "demand_charge") == pytest.approx(LOAD_MW * 1.2 * 30000 * 12 / 1e6)
    assert plant.cost(energy, "water") == pytest.approx(LOAD_MW * HOURS * 0.5 * 5 / 1e6)
    assert plant.total(energy, "emissions_tco2") == pytest.approx(LOAD_MW * 1.2 * HOURS * 0.6)
    assert plant.total(energy, "emissions_marginal_tco2") == pytest.approx(LOAD_MW * 1.2 * HOURS * 0.8)


def hot_day(months_of_hot):
    """Return two days, the second with a PUE of 1.5; each month belongs to one of them, some to both."""
    hours = world.cooling_hours(2)
    hours.loc[hours["day"] == 1, "pue_liquid_dry"] = 1.5
    rows = [(d, k, 15.0) for k in range(1, 13) for d in (0, 1) if (d == 1) == (k in months_of_hot) or k == 6]
    months = world.day_months(2).iloc[:0].reindex(range(len(rows)))
    months[["day", "month", "weight_days"]] = rows
    days = world.days(2).assign(
        weight_days=[float(months.query("day == @d")["weight_days"].sum()) for d in (0, 1)]
    )
    tables = {"days": days, "day_months": months.astype({"day": int, "month": int}), "cooling_hours": hours}
    return tables | {"profiles": world.profiles(2)}


def test_each_month_is_billed_on_its_own_peak():
    # Months 7 to 12 are hot, month 6 has both kinds of day: seven months at 90 MW, five at 72 MW.
    tables = hot_day(range(7, 13))
    energy = plant.run(plant.survey(candidates=world.candidates(), **tables), world.settings(), TRAINING)
    expected = 0.03 * LOAD_MW * (7 * 1.5 + 5 * 1.2)
    assert plant.cost(energy, "demand_charge") == pytest.approx(expected)
    billed = energy.tables["billing"].set_index("month")["billed_peak_mw"]
    assert billed.round(6).tolist() == [72] * 5 + [90] * 7


@pytest.mark.parametrize(("spread", "mean_price"), [(1.0, 350.0), (0.5, 325.0), (0.0, 300.0)])
def test_load_in_dear_hours_pays_more(spread, mean_price):
    # Load stands 1 : 3 in cheap and dear hours; 200 and 400 are 2/3 and 4/3 of their mean, which is 300 at w.
    tables = {
        "tariff_hours": world_hours.tariff(DEAR_EVENING),
        "class_hours": world_hours.shaped("training", [0.5] * 12 + [1.5] * 12),
    }
    options = world.money(time_of_use_factor=spread)
    energy = plant.run(plant.survey(**tables), options, TRAINING, it_mw=200)
    assert plant.cost(energy, "energy") == pytest.approx(LOAD_MW * 1.2 * HOURS * mean_price / 1e6)


def test_flat_load_pays_the_posted_mean():
    energy = plant.run(
        plant.survey(tariff_hours=world_hours.tariff(DEAR_EVENING)), world.settings(), TRAINING
    )
    assert plant.cost(energy, "energy") == pytest.approx(LOAD_MW * 1.2 * HOURS * 300 / 1e6)


def test_carbon_is_priced_on_purchase():
    energy = plant.run(plant.survey(), world.money(items={"carbon_cny_per_tco2": 100.0}), TRAINING)
    assert plant.cost(energy, "carbon") == pytest.approx(LOAD_MW * 1.2 * HOURS * 0.6 * 100 / 1e6)


def test_what_the_meter_lacks_is_shown_and_weighed():
    made, options = plant.survey(), world.settings()
    energy = plant.run(made, options, {"training": 1000.0}, it_mw=2000)
    assert plant.total(energy, "short_mw") == pytest.approx(200)
    lacking = energy.objective - plant.cost(energy) / 1.06
    assert lacking == pytest.approx(0.2 * plant.PENALTY / 1.06, rel=1e-9)
