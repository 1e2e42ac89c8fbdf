"""The programme of the year gives what the Pyomo block gives, with everything at work, on the same hours."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from optim.inputs import prepare
from optim.settings import CoolingSettings, CostSettings, SupplySettings
from optim.year_data import months_of, year_data
from optim.year_limits import operate
from optim.year_lp import PlantLp
from optim.year_rules import plant_limits
from tests import full_world, world, world_hours
from tests.optim import plant, year

RUN = {"training": 50.0, "rt_infer": 8.0}
RULES = (
    {"rule_id": "S", "kind": "self_use", "number": 0.7},
    {"rule_id": "C", "kind": "curtailment_cap", "number": 0.05},
    {"rule_id": "H", "kind": "green_share", "number": 0.45, "accounting": "hourly"},
)
KEY = ("w", "liquid_dry")


def made(*rules):
    full = full_world.survey()
    survey = plant.survey(
        candidates=world.candidates().assign(demand_charge_posted_cny_per_mw_month=3e4),
        days=full.days,
        day_months=world.day_months(2).assign(weight_days=[30.0, 5.0] * 6 + [10.0, 15.83333] * 6),
        profiles=full.profiles,
        class_hours=full.class_hours,
        classes=full.classes,
        tariff_hours=full.tariff_hours,
        cooling_hours=full.cooling_hours.assign(
            pue_liquid_dry=1.1 + 0.01 * full.cooling_hours["hour"],
            wue_liquid_dry=0.02 * full.cooling_hours["hour"],
        ),
        cooling=full.cooling,
        rules=world.rules(*rules),
    )
    return world_hours.with_potential(survey, solar_mw=4e3, wind_mw=2400.0)


def options(**supply):
    items = {"battery_m_cny_per_mwh": 0.02, "battery_m_cny_per_mw": 0.02, "carbon_cny_per_tco2": 40.0}
    return world.settings(
        costs=CostSettings(items=items),
        cooling=CoolingSettings(technologies=("liquid_dry",)),
        supply=SupplySettings(potential_share=0.2, **supply),
    )


def operated(survey, choice):
    """Return the cost of operation from the block, from the programme, and what its limits lack."""
    energy = plant.run(survey, choice, RUN)
    inputs = prepare(survey, choice)
    data = year_data(survey, inputs, year.results(energy, RUN), year.hours(survey))
    stretch = year.stretch(inputs)
    fixed = months_of(data, KEY)[0]
    hour = np.arange(stretch.count) % 24
    supply = data.sizes.loc[KEY]
    whole = dataclasses.replace(
        fixed,
        stretch=stretch,
        arriving_mw=fixed.arriving_mw[hour],
        waiting={k: (load[hour], most[hour]) for k, (load, most) in fixed.waiting.items()},
        pue=inputs.plants.pue.loc[KEY].to_numpy(),
        wue=inputs.plants.wue.loc[KEY].to_numpy(),
        energy=inputs.site["energy"]["w"] * inputs.price.loc["w"].to_numpy(),
        available_mw=supply["solar_mw"] * inputs.solar.loc["w"].to_numpy()
        + supply["wind_mw"] * inputs.wind.loc["w"].to_numpy(),
    )
    sums, missed = operate([PlantLp(whole)], plant_limits(inputs, KEY, plant.YEAR, [whole]), 1e-8)
    capital = plant.cost(energy, "solar", "wind", "battery")
    return plant.cost(energy) - capital, sums.iloc[0], missed, whole


def test_everything_at_work_costs_what_the_block_says():
    block, sums, missed, whole = operated(made(), options())
    assert whole.parts == ("direct", "battery", "wait_6")
    assert sums["objective"] / 1e3 == pytest.approx(block, rel=1e-6)
    assert min(sums["direct"], sums["export"], sums["discharge"], sums["water"]) > 1
    assert missed == 0


@pytest.mark.slow
@pytest.mark.parametrize("rules", [RULES[:1], RULES[:2], RULES], ids=["self_use", "curtailment", "hourly"])
def test_limits_of_the_year_cost_what_the_block_says(rules):
    block, sums, missed, whole = operated(made(*rules), options())
    assert sums["objective"] / 1e3 == pytest.approx(block, rel=1e-6)
    assert missed == pytest.approx(0, abs=1e-3)
    assert PlantLp(whole).solve()["objective"] / 1e3 < block * (1 - 1e-4)


@pytest.mark.slow
def test_load_that_waits_alone_costs_what_the_block_says():
    block, sums, _, whole = operated(made(), options(direct=False, battery=False))
    assert whole.parts == ("wait_6",)
    assert sums["objective"] / 1e3 == pytest.approx(block, rel=1e-6)


def test_a_start_from_another_plant_changes_nothing():
    *_, whole = operated(made(), options())
    cold = PlantLp(whole)
    first = cold.solve()
    warm = PlantLp(dataclasses.replace(whole, pue=whole.pue * 1.02), cold.basis)
    again = PlantLp(dataclasses.replace(whole, pue=whole.pue * 1.02))
    assert warm.solve()["objective"] == pytest.approx(again.solve()["objective"], rel=1e-9)
    assert warm.solve()["objective"] > first["objective"]
