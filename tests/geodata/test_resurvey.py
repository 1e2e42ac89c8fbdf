"""Surveys made from the one before: equal to those from scratch, and no more is made than a key touches."""

from pathlib import Path

import pandas as pd
import pytest

from geodata.resurvey import Resurvey, is_same
from geodata.survey import Settings, survey
from geodata.tables import MODELS, Survey
from siting.scenario import draft

ROOT = Path(__file__).parents[2]
START = draft(ROOT / "scenarios" / "tiny.yaml")
ALL = "measure_attributes"  # the dearest part


def settings(**values: object) -> Settings:
    return START.having({key.replace("__", "."): value for key, value in values.items()}).scenario().geodata


@pytest.fixture(scope="module")
def begun() -> Resurvey:
    made = Resurvey()
    made.survey(settings())
    return made


def equal(one: Survey, other: Survey) -> bool:
    return all(getattr(one, name).equals(getattr(other, name)) for name in MODELS)


QUICK = {
    "geodata.demand.factor": (1.5, ["measure_demand"]),
    "geodata.policy.numbers.GRN-01": (0.5, ["measure_policy"]),
    "geodata.grid.band": ("low", ["measure_headroom", "measure_upgrades", "measure_voltage_steps"]),
    "geodata.compute.domestic_share": (0.5, ["measure_accelerators"]),
    "geodata.stock.used_share": (0.5, ["measure_stock"]),
    "geodata.water.quota_share": (0.01, ["measure_quotas"]),
}


@pytest.mark.parametrize("key", QUICK)
def test_a_cheap_table_alone_is_made_again(begun: Resurvey, key: str) -> None:
    value, expected = QUICK[key]
    begun.survey(START.scenario().geodata)
    begun.survey(START.having({key: value}).scenario().geodata)
    assert begun.made == expected
    begun.survey(START.scenario().geodata)
    assert begun.made == []


GROUPS = {
    **{key: value for key, (value, _) in QUICK.items()},
    "geodata.demand.demand_file": str(ROOT / "scenarios" / "tiny" / "demand.csv"),
    "geodata.grid.cut_to_limits": True,
    "geodata.tariffs.energy_factor": 1.2,
    "geodata.network.detour": 1.6,
    "geodata.climate.warming_c": 2.5,
    "geodata.cooling.load_share": 0.5,
    "geodata.renewables.curtailment_period": "2024",
    "geodata.land.population_unit": "persons",
    "geodata.hazard.quakes_since_year": 1950,
    "geodata.power_grid.untagged_gap_km": 1.0,
    "geodata.candidates.replace_builtin": False,
    "geodata.water.quota_year": 2020,
}


@pytest.mark.slow
@pytest.mark.parametrize("key", GROUPS)
def test_it_is_the_survey_from_scratch(begun: Resurvey, key: str) -> None:
    changed = START.having({key: GROUPS[key]}).scenario().geodata
    assert equal(begun.survey(changed), survey(changed))


@pytest.mark.slow
def test_going_back_gives_the_first_survey(begun: Resurvey) -> None:
    begun.survey(settings(geodata__tariffs__energy_factor=1.2, geodata__climate__warming_c=2.5))
    assert equal(begun.survey(settings()), survey(settings()))


def test_tables_that_stay_are_the_same_objects(begun: Resurvey) -> None:
    before = begun.survey(settings())
    after = begun.survey(settings(geodata__demand__factor=1.25))
    same = {name for name in MODELS if getattr(before, name) is getattr(after, name)}
    assert set(MODELS) - same == {"demand"}


def test_the_factor_multiplies_demand_of_a_file_and_of_the_path(begun: Resurvey) -> None:
    for changes in ({}, {"geodata__demand__demand_file": None}):
        one = begun.survey(settings(**changes)).demand
        more = begun.survey(settings(**changes, geodata__demand__factor=1.5)).demand
        assert more["it_mw"].to_numpy() == pytest.approx(1.5 * one["it_mw"].to_numpy())


def test_objects_of_unknown_kinds_are_the_same_only_if_they_are_one() -> None:
    thing = object()
    assert is_same((1, thing), (1, thing))
    assert not is_same(object(), object())
    assert not is_same(1, 1.0)
    assert is_same([pd.DataFrame({"a": [1.0]})], [pd.DataFrame({"a": [1.0]})])
    assert not is_same(pd.DataFrame({"a": [1.0]}), pd.DataFrame({"b": [1.0]}))
