from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geodata.candidates import all_places
from geodata.layers.climate import Settings, climate_figures, measure_climate
from geodata.layers.climate_layer import measure_climate_layer
from geodata.layers.hours import MONTHS, Hours, quantile, typical_year
from geodata.layers.psychrometrics import saturation_pressure_hpa, wet_bulb_c
from geodata.layers.survey_climate import build_surveyed
from geodata.read import BUILTIN, builtin
from geodata.tables import DataWarning, Figures, TableError, checked

DATA = Path(__file__).parents[2].parent / "shared" / "data"
HOURLY = DATA / "climate/uci-five-cities-hourly/five_cities_hourly_2010_2015.parquet"
HEIGHTS_M = {"Beijing": 50, "Chengdu": 500, "Guangzhou": 10, "Shanghai": 5, "Shenyang": 45}
DAY_RANGE_FACTOR = 1.04  # daily range of a climatology over that of full-hour readings


@pytest.fixture(scope="module")
def places() -> pd.DataFrame:
    return all_places()


@pytest.fixture(scope="module")
def climate(places: pd.DataFrame) -> pd.DataFrame:
    return measure_climate(places, Settings())


@pytest.fixture(scope="module")
def observed() -> pd.DataFrame:
    hours = pd.read_parquet(HOURLY).dropna(subset=["temp_c", "rh_pct", "pres_hpa", "dewpoint_c"])
    vapour = saturation_pressure_hpa(hours["dewpoint_c"])
    wet = wet_bulb_c(hours["temp_c"], vapour, hours["pres_hpa"])
    return hours.assign(wet_bulb_c=wet, month=hours["time"].dt.month, day=hours["time"].dt.date)


@pytest.fixture(scope="module")
def modelled(observed: pd.DataFrame) -> Hours:
    """Give the typical year from the cities' own monthly means, in alphabetical order."""
    rows = []
    for city, hours in observed.groupby("city"):
        days = hours.groupby("day").agg(
            t=("temp_c", "mean"), hi=("temp_c", "max"), lo=("temp_c", "min"), m=("month", "first")
        )
        means = days.assign(span=(days["hi"] - days["lo"]) * DAY_RANGE_FACTOR).groupby("m").mean()
        humidity = hours.groupby("month")["rh_pct"].mean() / 100
        row = {"elevation_m": HEIGHTS_M[str(city)]}
        for i, m in enumerate(MONTHS, 1):
            row[f"temperature_{m}_c"], row[f"diurnal_range_{m}_c"] = means.loc[i, "t"], means.loc[i, "span"]
            row[f"humidity_{m}_share"] = humidity[i]
        rows.append(row)
    return typical_year(pd.DataFrame(rows))


def test_shipped_table_is_rebuilt_from_the_layers() -> None:
    shipped = builtin("surveyed")
    fresh = build_surveyed(all_places().sort_values("site_id").reset_index(drop=True), DATA)
    pd.testing.assert_frame_equal(fresh, shipped, check_dtype=False, rtol=0, atol=1.5e-6)


def test_every_place_has_climate(places: pd.DataFrame, climate: pd.DataFrame) -> None:
    assert list(climate.index) == list(places["site_id"])
    months = [c for c in climate.columns if c[-4:] in ("01_c", "12_c") or "_hot_" in c or "_mean_" in c]
    assert climate[months].notna().all().all()
    assert (climate["wet_bulb_hot_c"] < climate["temperature_hot_c"]).all()
    assert climate[[f"humidity_{m}_share" for m in MONTHS]].stack().between(0.1, 1).all()


@pytest.mark.parametrize(
    ("site_id", "mean_c"),
    [
        ("area-huailai", 9.9),
        ("area-zhangbei", 3.9),
        ("area-horinger", 7.2),
        ("area-jining", 4.7),
        ("area-zhongwei", 9.5),
        ("area-xifeng", 9.3),
        ("area-guian", 15.1),
        ("area-shuangliu", 16.6),
        ("area-chongqing-etdz", 18.5),
        ("area-wuwei", 16.8),
        ("area-jiashan", 16.8),
        ("area-shaoguan", 20.6),
    ],
)
def test_annual_means_of_the_clusters(places: pd.DataFrame, site_id: str, mean_c: float) -> None:
    """Published normals; Huailai: between Zhangjiakou and Beijing, unsourced."""
    row = places[places["site_id"] == site_id]
    found = measure_climate(row, Settings(warming_c=0.5))
    assert found["temperature_mean_c"].iloc[0] == pytest.approx(mean_c, abs=1.7)


def test_own_surveyed_table_stands_in(places: pd.DataFrame, tmp_path: Path) -> None:
    shipped = pd.read_csv(BUILTIN / "surveyed.csv", keep_default_na=False)
    warmer = shipped.assign(temperature_07_c=shipped["temperature_07_c"] + 12)
    warmer.to_csv(tmp_path / "surveyed.csv", index=False)
    few = places.head(3)
    gap = (
        measure_climate(few, Settings(), tables=tmp_path)["temperature_mean_c"]
        - measure_climate(few, Settings())["temperature_mean_c"]
    )
    np.testing.assert_allclose(gap, 12 * 31 / 365.25)
    warmer.drop(columns="station_km").to_csv(tmp_path / "surveyed.csv", index=False)
    with pytest.raises(TableError, match="missing column station_km"):
        measure_climate(few, Settings(), tables=tmp_path)


def test_distance_to_the_stations_of_the_check(climate: pd.DataFrame) -> None:
    checked_sites = climate[climate["check_stations"] > 0]
    assert checked_sites["station_km"].between(0, 100).all()
    assert climate.loc[climate["check_stations"] == 0, "station_km"].isna().all()


def test_layer_counts_cool_and_hot_hours(climate: pd.DataFrame) -> None:
    layer = measure_climate_layer(climate)
    table = layer.table
    assert list(table.index) == list(climate.index)
    assert (table["dry_above_32c_h"] <= table["dry_above_27c_h"]).all()
    assert (table["wet_bulb_p99_c"] < climate["wet_bulb_hot_c"]).all()
    assert table["free_cooling_h"]["area-zhangbei"] > 6000
    assert table["free_cooling_h"]["area-shaoguan"] < 2000
    figures = checked(layer.figures, Figures, "climate")
    assert set(figures.loc[figures["site_id"] == "", "column"]) == set(table.columns)
    assert set(figures["observation"]) == {"climate_station_km"}
    lone = figures[(figures["site_id"] == "area-zhangbei") & (figures["column"] == "climate_station_km")]
    assert lone["confidence"].tolist() == ["missing"]
    assert lone["note"].str.startswith("no station of like height").all()


def test_raster_agrees_with_stations(climate: pd.DataFrame) -> None:
    check = climate["check_c"].dropna()
    assert len(check) > 350
    assert abs(check.median()) < 0.3
    assert check.std() < 0.8
    assert (climate.loc[climate["check_c"].abs() > 2, "confidence"] == "low").all()


def test_a_valley_beyond_the_check_takes_the_stations(
    places: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geodata.layers.survey_climate.CHECK_C", 2.5)
    row = build_surveyed(places[places["site_id"] == "seat-kashi"], DATA).iloc[0]
    assert (row["method"], row["confidence"]) == ("stations", "low")
    assert np.mean([row[f"temperature_{m}_c"] for m in MONTHS]) == pytest.approx(11.7, abs=0.5)
    assert "the stations are used" in row["note"]


def test_one_station_alone_does_not_decide(places: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geodata.layers.survey_climate.CHECK_C", 2.5)
    row = build_surveyed(places[places["site_id"] == "seat-hetian"], DATA).iloc[0]
    assert (row["method"], row["confidence"], row["check_stations"]) == ("raster", "low", 1)


def test_warming_shifts_temperature(places: pd.DataFrame) -> None:
    few = places.head(5)
    cool, warm = (measure_climate(few, Settings(warming_c=w)) for w in (0, 2))
    np.testing.assert_allclose(warm["temperature_mean_c"], cool["temperature_mean_c"] + 2)
    assert (warm["wet_bulb_hot_c"] > cool["wet_bulb_hot_c"] + 1).all()


def test_new_place_takes_its_neighbour_and_says_so() -> None:
    own = pd.DataFrame({"site_id": ["own-x"], "longitude": [111.9], "latitude": [40.8]})
    row = measure_climate(own, Settings()).loc["own-x"]
    assert (row["method"], row["confidence"]) == ("borrowed", "low")
    assert "km away, own height not known" in row["note"]
    surveyed = measure_climate(own, Settings(), DATA).loc["own-x"]
    assert surveyed["method"] == "raster"


def test_new_place_far_from_all_is_an_error() -> None:
    own = pd.DataFrame({"site_id": ["own-far"], "longitude": [88.0], "latitude": [35.0]})
    with pytest.raises(
        TableError, match=r"1 places lie more than 50 km .* own-far \(\d+ km\); give a data folder"
    ):
        measure_climate(own, Settings())


def test_missing_layer_is_named(places: pd.DataFrame, tmp_path: Path) -> None:
    with pytest.warns(DataWarning, match="itu_p1511"):
        measure_climate(places.head(1), Settings(), tmp_path)


def test_figures_are_a_checked_table(climate: pd.DataFrame) -> None:
    figures = checked(climate_figures(climate), Figures, "climate")
    general = figures[figures["site_id"] == ""]
    assert set(general["column"]) == {
        "elevation_m",
        "temperature_mean_c",
        "temperature_hot_c",
        "wet_bulb_hot_c",
    }
    assert (figures.loc[figures["site_id"] == "seat-hetian", "confidence"] == "low").all()
    observed = figures[figures["column"] != "elevation_m"]
    assert set(observed["observation"]) == {"climate_station_km"}


def test_a_wet_bulb_that_the_second_source_contradicts_is_low(climate: pd.DataFrame) -> None:
    """More than 3 C from ITU-R P.836, in or beside relief; the temperatures stay as sure as they are."""
    rows = climate_figures(climate).set_index(["column", "site_id"])["confidence"]
    doubted = climate.index[climate["wet_bulb_check_c"].abs() > 3]
    assert 10 < len(doubted) < 40
    assert set(rows["wet_bulb_hot_c"][doubted]) == {"low"}
    assert ("temperature_mean_c", "seat-geermu") not in rows.index
    assert rows.index.is_unique


def test_typical_year_keeps_the_monthly_means(climate: pd.DataFrame) -> None:
    year = typical_year(climate)
    assert year.weight_share.sum() == pytest.approx(1)
    np.testing.assert_allclose(year.dry_bulb_c @ year.weight_share, climate["temperature_mean_c"], atol=1e-6)


def below(values: pd.Series, limit: float) -> float:
    """Return the share below a limit; dry bulbs are whole degrees, so half of those at the limit count."""
    return float((values < limit).mean() + (values == limit).mean() / 2)


@pytest.mark.parametrize("limit_c", [5, 10, 15, 20, 25])
def test_share_of_hours_below_a_limit(observed: pd.DataFrame, modelled: Hours, limit_c: float) -> None:
    """Free-cooling hours: within 4 % of the year in each city, 2 % on the mean of the five."""
    cities = observed.groupby("city")
    for column, values in (("temp_c", modelled.dry_bulb_c), ("wet_bulb_c", modelled.wet_bulb_c)):
        seen = cities[column].apply(below, limit_c).to_numpy()
        error = (values < limit_c) @ modelled.weight_share - seen
        assert np.abs(error).max() < 0.04, column
        assert np.abs(error).mean() < 0.02, column


def test_design_hour_of_five_cities(observed: pd.DataFrame, modelled: Hours) -> None:
    cities = observed.groupby("city")
    wet = (
        quantile(modelled.wet_bulb_c, modelled.weight_share, 0.996)
        - cities["wet_bulb_c"].quantile(0.996).to_numpy()
    )
    dry = (
        quantile(modelled.dry_bulb_c, modelled.weight_share, 0.996)
        - cities["temp_c"].quantile(0.996).to_numpy()
    )
    assert np.abs(wet).max() < 1.0
    assert np.abs(dry).max() < 2.1
    assert abs(wet.mean()) < 0.5
