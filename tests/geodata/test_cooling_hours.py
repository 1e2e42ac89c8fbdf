import numpy as np
import pandas as pd
import pytest

from geodata.candidates import builtin_places
from geodata.layers.chronology import Hours8760, typical_hours
from geodata.layers.climate import Settings as ClimateSettings
from geodata.layers.climate import measure_climate
from geodata.layers.cooling import Settings, measure_cooling
from geodata.layers.cooling_hours import annual_efficiency, binding_load_share, hourly_efficiency
from geodata.schemas.base import COOLING
from geodata.tables import TableError


@pytest.fixture(scope="module")
def climate() -> pd.DataFrame:
    return measure_climate(builtin_places().iloc[::12], ClimateSettings())


@pytest.fixture(scope="module")
def hours(climate: pd.DataFrame) -> Hours8760:
    return typical_hours(climate, builtin_places().iloc[::12]["longitude"], ClimateSettings())


@pytest.mark.parametrize("load_share", [1.0, 0.4])
def test_the_year_of_hours_is_the_plan_s(climate: pd.DataFrame, hours: Hours8760, load_share: float) -> None:
    keys = ["site_id", "technology"]
    plan = measure_cooling(climate, Settings(load_share=load_share)).set_index(keys)
    made = annual_efficiency(hours, load_share).set_index(keys).reindex(plan.index)
    assert (made["pue_mean"] - plan["pue_mean"]).abs().max() < 0.001
    assert (made["wue"] - plan["wue"]).abs().max() < 0.01


@pytest.mark.parametrize("technology", COOLING)
def test_every_hour_of_every_technology(hours: Hours8760, technology: str) -> None:
    pue, wue = hourly_efficiency(hours, technology)
    assert pue.shape == wue.shape == hours.dry_bulb_c.shape
    assert (pue > 1.05).all()
    assert (pue < 1.6).all()
    assert (wue >= 0).all()
    july, january = slice(181 * 24, 212 * 24), slice(0, 31 * 24)
    assert (pue[:, july].mean(axis=1) >= pue[:, january].mean(axis=1) - 1e-6).all()


def test_a_load_by_hour_is_that_of_each_hour(hours: Hours8760) -> None:
    load = np.where(np.arange(8760) % 24 < 12, 1.0, 0.5)
    pue, wue = hourly_efficiency(hours, "liquid_tower", load)
    for share in (1.0, 0.5):
        alone = hourly_efficiency(hours, "liquid_tower", share)
        np.testing.assert_array_equal(pue[:, load == share], alone[0][:, load == share])
        np.testing.assert_array_equal(wue[:, load == share], alone[1][:, load == share])


def test_the_penalty_of_part_load_rises_with_its_band(hours: Hours8760) -> None:
    full = hourly_efficiency(hours, "liquid_dry")[0]
    low = hourly_efficiency(hours, "liquid_dry", 0.6, Settings(part_load_band="low"))[0]
    high = hourly_efficiency(hours, "liquid_dry", 0.6, Settings(part_load_band="high"))[0]
    assert (full < low).all()
    assert (low < high).all()


def test_the_cap_binds_at_the_load_found(hours: Hours8760) -> None:
    found = binding_load_share(hours, 1.2).set_index(["site_id", "technology"])["load_share"]
    for site, technology in (("area-huailai", "water_economiser"), ("area-huailai", "air_economiser")):
        row = int(hours.site_id.get_indexer([site])[0]) if site in hours.site_id else 0
        load = found[hours.site_id[row], technology]
        assert 0 < load < 1
        pue = hourly_efficiency(hours, technology, float(load))[0][row].mean(dtype=float)
        assert pue == pytest.approx(1.2, abs=1e-5)
    assert found.xs("chilled_water", level="technology").isna().all()


def test_wrong_questions_are_told(hours: Hours8760) -> None:
    with pytest.raises(TableError, match="'air' is not known, expected one of chilled_water"):
        hourly_efficiency(hours, "air")
    for load in (0.0, 1.1, np.nan):
        with pytest.raises(TableError, match="above 0 and at most 1"):
            hourly_efficiency(hours, "liquid_dry", load)
    with pytest.raises(TableError, match=r"shape \(24,\), expected one number or 8760"):
        hourly_efficiency(hours, "liquid_dry", np.ones(24))
