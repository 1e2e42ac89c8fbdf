from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geodata.candidates import builtin_places
from geodata.layers.chronology import Hours8760, typical_hours
from geodata.layers.climate import Settings as ClimateSettings
from geodata.layers.climate import measure_climate
from geodata.layers.cooling import Settings, measure_cooling
from geodata.layers.cooling_hours import annual_efficiency, binding_load_share, hourly_efficiency
from geodata.layers.hours import HOURS
from geodata.profiles.cooling import measure_cooling_hours
from geodata.profiles.days import day_hours
from geodata.profiles.shipped import shipped_days
from geodata.read import builtin
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


@pytest.mark.parametrize("load_share", [1.0, 0.6])
def test_the_hours_of_the_days_are_near_the_year(
    climate: pd.DataFrame, hours: Hours8760, load_share: float
) -> None:
    """The tolerance that docs/renewables-and-profiles.md states."""
    days, settings = shipped_days(), Settings(load_share=load_share)
    found = measure_cooling_hours(hours, days, settings)
    weight = found["day"].map(days.set_index("day")["weight_days"]) / HOURS
    plan = measure_cooling(climate, settings).set_index(["technology", "site_id"])
    for technology in COOLING:
        year = plan.loc[technology]
        pue, wue = (
            (found[f"{name}_{technology}"] * weight).groupby(found["site_id"]).sum().reindex(year.index)
            for name in ("pue", "wue")
        )
        assert (pue - year["pue_mean"]).abs().max() < 0.008
        assert (wue - year["wue"]).abs().max() < 0.08
        assert abs(float((pue - year["pue_mean"]).mean())) < 0.0025


def test_the_hours_of_the_days_are_those_of_the_year(hours: Hours8760) -> None:
    days = shipped_days()
    found = measure_cooling_hours(hours, days, Settings(load_share=0.6))
    whole = hourly_efficiency(hours, "liquid_tower", 0.6)
    for name, values in zip(("pue", "wue"), whole, strict=True):
        there = values[:, day_hours(days)].ravel()
        np.testing.assert_allclose(found[f"{name}_liquid_tower"], there, atol=6e-6)
    assert found["site_id"].drop_duplicates().tolist() == hours.site_id.tolist()
    assert found["hour"].tolist() == list(range(24)) * (len(found) // 24)
    assert found["day"].iloc[: 24 * len(days)].tolist() == np.repeat(days["day"], 24).tolist()


def test_own_cooling_parameters_act_on_the_hours_as_on_the_year(
    climate: pd.DataFrame, hours: Hours8760, tmp_path: Path
) -> None:
    table, days = builtin("cooling"), shipped_days()
    lighting = table["parameter"] == "lighting_share"
    table.loc[lighting, "value"] += 0.05
    table.to_csv(tmp_path / "cooling.csv", index=False)
    own, shipped = (measure_cooling_hours(hours, days, Settings(), folder) for folder in (tmp_path, None))
    year, was = (measure_cooling(climate, Settings(), folder) for folder in (tmp_path, None))
    for technology in COOLING:
        rise = (own[f"pue_{technology}"] - shipped[f"pue_{technology}"]).mean()
        wanted = (year["pue_mean"] - was["pue_mean"])[year["technology"] == technology].mean()
        assert rise > 0.0499
        assert rise == pytest.approx(wanted, abs=2e-4)
