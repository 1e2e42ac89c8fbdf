"""The whole year of some sites: with the data folder and without it, and what both share with the days."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geodata.candidates import list_places
from geodata.layers.chronology import hours_of
from geodata.layers.climate import Settings as ClimateSettings
from geodata.layers.climate import measure_climate
from geodata.layers.cooling import Settings as CoolingSettings
from geodata.layers.cooling_hours import hourly_efficiency
from geodata.layers.renewable_means import Settings as RenewableSettings
from geodata.layers.renewables import measure_renewables
from geodata.profiles.calendar import shipped_calendar
from geodata.profiles.days import Settings as DaySettings
from geodata.profiles.measure import measure_profiles
from geodata.profiles.shipped import shipped_days
from geodata.schemas.base import COOLING
from geodata.survey import Settings
from geodata.tables import TableError
from geodata.year_hours import year_hours

DATA = Path(__file__).parents[2].parent / "shared" / "data"
OUTPUT = ["solar_capacity_factor", "wind_capacity_factor"]


@pytest.fixture(scope="module")
def sites() -> pd.DataFrame:
    places = list_places(Settings().candidates)
    return places.query("site_id in ['seat-beijing', 'area-zhangbei', 'seat-haikou', 'seat-karamay']")


@pytest.fixture(scope="module")
def laid_out(sites: pd.DataFrame) -> pd.DataFrame:
    return year_hours(sites, Settings())


@pytest.fixture(scope="module")
def real(sites: pd.DataFrame) -> pd.DataFrame:
    return year_hours(sites, Settings(data=DATA))


def as_years(table: pd.DataFrame, column: str) -> np.ndarray:
    return table[column].to_numpy(dtype=float).reshape(-1, 8760)


def test_a_year_of_each_site(sites: pd.DataFrame, laid_out: pd.DataFrame):
    assert len(laid_out) == 8760 * len(sites)
    assert laid_out["site_id"].drop_duplicates().tolist() == sites["site_id"].tolist()
    assert laid_out.notna().all(axis=None)
    assert (as_years(laid_out, "hour_of_year") == np.arange(8760)).all()
    year = laid_out.iloc[:8760]
    assert year.groupby("month").size().tolist() == [
        24 * d for d in (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    ]
    assert (year["hour"] == year["hour_of_year"] % 24).all()
    assert laid_out[OUTPUT].ge(0).all(axis=None)
    assert laid_out[OUTPUT].le(1).all(axis=None)
    assert set(laid_out["renewable_basis"]) == {"days"}


@pytest.mark.slow
def test_means_are_those_of_the_days(sites: pd.DataFrame, laid_out: pd.DataFrame, real: pd.DataFrame):
    settings = Settings()
    weather = measure_climate(sites[["site_id", "longitude", "latitude"]], settings.climate, DATA)
    hours = hours_of(weather, sites["longitude"], settings.climate)
    means = measure_renewables(sites, settings.renewables, DATA).table
    days, _, profiles = measure_profiles(sites, means, hours, settings.renewables, settings.profiles)
    weight = profiles["day"].map(days.set_index("day")["weight_days"]) / 8760
    for column in OUTPUT:
        mean = (profiles[column] * weight).groupby(profiles["site_id"]).sum()[sites["site_id"]].to_numpy()
        np.testing.assert_allclose(as_years(laid_out, column).mean(axis=1), mean, atol=1e-5)
        np.testing.assert_allclose(as_years(real, column).mean(axis=1), mean, atol=1e-5)


def test_days_of_one_cluster_are_alike_and_no_others(laid_out: pd.DataFrame):
    stands = shipped_calendar(shipped_days())["day_date"]
    wind = as_years(laid_out, "wind_capacity_factor")[0].reshape(365, 24)
    for _, rows in stands.groupby(stands):
        assert (wind[rows.index] == wind[rows.index[0]]).all()
    assert len(np.unique(wind, axis=0)) == stands.nunique()


def test_the_data_folder_gives_real_hours(real: pd.DataFrame, laid_out: pd.DataFrame):
    assert set(real["renewable_basis"]) == {"year"}
    wind = as_years(real, "wind_capacity_factor")[0].reshape(365, 24)
    assert len(np.unique(wind, axis=0)) == 365
    efficiency = [f"{name}_{t}" for name in ("pue", "wue") for t in COOLING]
    pd.testing.assert_frame_equal(real[efficiency], laid_out[efficiency], atol=1e-3)


def test_cooling_is_that_of_the_hour_at_the_load_share(sites: pd.DataFrame):
    some = sites.iloc[:1]
    settings = Settings(cooling=CoolingSettings(load_share=0.6))
    found = year_hours(some, settings)
    weather = measure_climate(some[["site_id", "longitude", "latitude"]], settings.climate)
    hours = hours_of(weather, some["longitude"], settings.climate)
    pue, wue = hourly_efficiency(hours, "indirect_evaporative", 0.6)
    np.testing.assert_array_equal(found["pue_indirect_evaporative"], pue[0])
    np.testing.assert_array_equal(found["wue_indirect_evaporative"], wue[0])


def test_an_own_series_stays_as_it_is_and_others_do_not_matter(tmp_path: Path, sites: pd.DataFrame):
    own = np.float32(np.arange(8760) % 11 / 20)
    names = ["seat-beijing", "seat-not-chosen"]
    table = pd.concat([pd.DataFrame({"site_id": n, "hour": range(8760), "wind": own}) for n in names])
    table.to_parquet(tmp_path / "own.parquet")
    settings = Settings(renewables=RenewableSettings(hours_file=tmp_path / "own.parquet"))
    found = year_hours(sites, settings).query("site_id == 'seat-beijing'")
    np.testing.assert_array_equal(found["wind_capacity_factor"], own)


def test_an_epw_file_of_a_site_that_is_not_chosen_does_not_matter(sites: pd.DataFrame):
    settings = Settings(climate=ClimateSettings(epw_files={"seat-not-chosen": Path("none.epw")}))
    assert len(year_hours(sites.iloc[:1], settings)) == 8760


def test_other_days_need_the_data_folder(sites: pd.DataFrame):
    with pytest.raises(TableError, match=r"typical_count: 20.* --data DIR"):
        year_hours(sites, Settings(profiles=DaySettings(typical_count=20)))
