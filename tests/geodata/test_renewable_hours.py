"""Hourly wind and sun: means that were observed, nights, noon by longitude, own series, faults."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray

from geodata.candidates import Settings as CandidateSettings
from geodata.candidates import list_places
from geodata.layers.odds import odds_factor, scaled_odds
from geodata.layers.renewable_hours import hourly
from geodata.layers.renewable_means import Settings, provincial_means, solar_means, wind_factors, wind_means
from geodata.layers.renewable_weather import FILES, GHI_FILE, lacking_hours, provincial_hours
from geodata.read import builtin
from geodata.rebuilding.full_load_hours import build_full_load_hours
from geodata.rebuilding.resource_tables import build_province_resource, build_wind_prefecture, land_cells
from geodata.tables import DataWarning, TableError

DATA = Path(__file__).parents[2].parent / "shared" / "data"
HOUR = np.arange(8760) % 24


@pytest.fixture(scope="module")
def places() -> pd.DataFrame:
    return list_places(CandidateSettings())


@pytest.fixture(scope="module")
def series(places: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    return hourly(places, Settings(), DATA)


def observed(kind: str) -> pd.Series:
    table = builtin("full_load_hours").query("technology == @kind")
    return table.set_index("province")["full_load_h"]


def test_scaled_odds_keep_ends_order_and_proportion():
    x = np.linspace(0, 1, 101)
    y = scaled_odds(x, 3.0)
    assert y[0] == 0
    assert y[-1] == 1
    assert (np.diff(y) > 0).all()
    assert scaled_odds(1e-6, 3.0) == pytest.approx(3e-6, rel=1e-4)
    np.testing.assert_allclose(scaled_odds(scaled_odds(x, 3.0), 0.2), scaled_odds(x, 0.6))


@pytest.mark.parametrize("mean", [1e-4, 0.01, 0.2, 0.45, 0.499])
def test_odds_factor_meets_the_mean(mean: float):
    x = np.where(HOUR % 2 == 0, 0.0, np.random.RandomState(1).uniform(0.01, 0.99, 8760))
    factor = odds_factor(x, [mean])
    assert scaled_odds(x, factor).mean() == pytest.approx(mean, abs=1e-9)


def test_weighted_odds_factor_meets_the_weighted_mean():
    x, weight = np.array([0.1, 0.5, 0.9]), np.array([10.0, 1.0, 1.0])
    y = scaled_odds(x, odds_factor(x, [0.3], weight)[0])
    assert y @ weight / 12 == pytest.approx(0.3)


@pytest.mark.parametrize("mean", [0.0, 0.51, 0.7, -0.1, np.nan])
def test_a_mean_that_cannot_be_is_refused(mean: float):
    with pytest.raises(TableError, match="mean output of"):
        odds_factor(np.where(HOUR < 12, 0.0, 0.3), [mean])


def test_hours_are_whole_and_within_bounds(places: pd.DataFrame, series: tuple[np.ndarray, np.ndarray]):
    for values in series:
        assert values.shape == (len(places), 8760)
        assert values.dtype == np.float32
        assert np.isfinite(values).all()
        assert values.min() >= 0
        assert values.max() <= 1


def test_means_are_those_of_the_places(places: pd.DataFrame, series: tuple[np.ndarray, np.ndarray]):
    solar, wind = (values.mean(axis=1, dtype=float) for values in series)
    np.testing.assert_allclose(solar, solar_means(places, Settings(), DATA)["mean"], atol=1e-6)
    np.testing.assert_allclose(wind, wind_means(places, Settings())["mean"], atol=1e-6)


def test_wind_over_each_province_is_what_was_observed():
    table = builtin("wind_prefecture")
    sites = table.assign(site_id=table.index.astype(str), longitude=105.0, latitude=35.0)
    hours = wind_means(sites, Settings())["mean"] * 8760 * table["area_share"]
    found = hours.groupby(table["province"]).sum()
    pd.testing.assert_series_equal(found, observed("wind").sort_index(), check_names=False, rtol=1e-4)


@pytest.mark.parametrize("province", ["Anhui", "Guizhou", "Jiangsu", "Inner Mongolia"])
def test_hourly_wind_over_a_province_is_what_was_observed(province: str):
    table = builtin("wind_prefecture").query("province == @province")
    sites = table.assign(site_id=table["prefecture"], longitude=110.0, latitude=35.0)
    wind = hourly(sites, Settings(), DATA)[1].sum(axis=1, dtype=float)
    assert (wind * table["area_share"]).sum() == pytest.approx(observed("wind")[province], rel=1e-3)


def test_sun_over_each_province_is_what_was_observed():
    cells = land_cells(DATA).query("province != ''").assign(site_id="x")
    mean = solar_means(cells, Settings(), DATA)["mean"].set_axis(cells.index)
    known = cells[mean.notna()].assign(product=mean * cells["mw"] * 8760)
    sums = known.groupby("province")[["product", "mw"]].sum()
    np.testing.assert_allclose(sums["product"] / sums["mw"], observed("solar")[sums.index], rtol=2e-3)


def test_nights_are_dark(places: pd.DataFrame, series: tuple[np.ndarray, np.ndarray]):
    solar = series[0]
    assert (solar[:, HOUR < 4] == 0).all()
    east = (places["longitude"] > 110).to_numpy()
    assert (solar[east][:, (HOUR < 4) | (HOUR > 20)] == 0).all()


def test_noon_is_where_the_sun_says():
    """Output is centred on solar noon, two hours later by the clock in Xinjiang than on the coast."""
    hours = provincial_hours(DATA, "solar")
    day = hours.groupby(np.arange(8760) % 24).mean()
    centre = (day.mul(np.arange(24) + 0.5, axis=0)).sum() / day.sum()
    cells = land_cells(DATA).query("province != ''")
    sums = cells.assign(product=cells["longitude"] * cells["mw"]).groupby("province")[["product", "mw"]].sum()
    noon = 12 + (120 - sums["product"] / sums["mw"]) / 15
    assert (centre - noon).abs().max() < 0.2
    assert centre["Xinjiang"] - centre["Jiangsu"] == pytest.approx(2.35, abs=0.1)


def test_the_sun_of_places_peaks_about_noon(places: pd.DataFrame, series: tuple[np.ndarray, np.ndarray]):
    day = series[0].reshape(len(places), 365, 24).mean(axis=1)
    peak = pd.Series(day.argmax(axis=1), index=places["province"].to_numpy())
    assert peak["Beijing"] == 12
    assert set(peak["Jiangsu"]) <= {11, 12}
    assert set(peak["Xinjiang"]) == {14}


def test_the_order_of_places_does_not_matter(places: pd.DataFrame, series: tuple[np.ndarray, np.ndarray]):
    order = np.random.RandomState(0).permutation(len(places))[:60]
    for whole, part in zip(series, hourly(places.iloc[order], Settings(), DATA), strict=True):
        np.testing.assert_allclose(whole[order], part, atol=1e-7)


def test_calms_stay_calms(places: pd.DataFrame, series: tuple[np.ndarray, np.ndarray]):
    """Anhui's wind is doubled: a quiet hour at most so too, and the order of the hours stays."""
    row = int(np.flatnonzero(places["site_id"] == "seat-bengbu")[0])
    x, y = provincial_hours(DATA, "wind")["Anhui"].to_numpy(), series[1][row]
    assert y.mean() > 1.9 * x.mean()
    assert (np.diff(y[np.argsort(x)]) >= 0).all()
    factor = odds_factor(x, [y.mean(dtype=float)])[0]
    assert (y <= factor * x + 1e-6).all()


@pytest.mark.parametrize(
    ("kind", "province", "mean"),
    [
        ("solar", "Beijing", 0.158),
        ("solar", "Guizhou", 0.094),
        ("solar", "Tibet", 0.196),
        ("wind", "Inner Mongolia", 0.299),
        ("wind", "Shanxi", 0.090),
        ("wind", "Guangdong", 0.150),
    ],
)
def test_uncorrected_means_are_those_of_the_source(kind: str, province: str, mean: float):
    assert provincial_hours(DATA, kind)[province].mean() == pytest.approx(mean, abs=1.5e-3)
    off = Settings(solar_correction=False, wind_correction=False)
    assert provincial_means(kind, off)["mean"][province] == pytest.approx(mean, abs=1.5e-3)
    assert set(provincial_means(kind, off)["confidence"]) == {"low"}


def test_hours_are_those_of_2020_without_its_leap_day():
    hours = provincial_hours(DATA, "wind")
    assert hours.shape == (8760, 31)
    assert str(hours.index[59 * 24]) == "2020-03-01 00:00:00"
    assert {"Inner Mongolia", "Tibet"} <= set(hours.columns)
    assert set(hours.columns) == set(builtin("provinces")["province"])


def test_correction_lifts_wind_where_the_reanalysis_is_too_low():
    on, off = (provincial_means("wind", Settings(wind_correction=c))["mean"] for c in (True, False))
    assert ((on / off)[["Anhui", "Guizhou", "Shanxi", "Yunnan"]] > 2).all()
    assert (on * 8760).between(1400, 2900).all()


def test_shipped_tables_are_what_the_data_folder_gives():
    for name, build in (
        ("wind_prefecture", build_wind_prefecture),
        ("province_resource", build_province_resource),
        ("full_load_hours", build_full_load_hours),
    ):
        shipped = builtin(name)
        rebuilt = build(DATA)[list(shipped.columns)].fillna({"note": ""})
        pd.testing.assert_frame_equal(rebuilt, shipped, check_dtype=False)


def test_published_hours_are_kept_as_published():
    table = builtin("full_load_hours").query("technology == 'wind'").set_index("province")
    assert table.loc["Fujian", "delivered_h"] == 2639
    assert table.loc["Hebei", "full_load_h"] == pytest.approx(2144 / (1 - 0.048), abs=0.5)
    assert table.loc["Guizhou", "confidence"] == "low"
    assert (table["confidence"] == "high").sum() == 20


def test_fit_of_part_years_is_as_good_as_stated():
    """One standard deviation of 8 % where the year was published, as the docstring says."""
    wind = builtin("published_hours").query("technology == 'wind'")
    wind = wind.assign(h=wind["delivered_h"] / (1 - wind["curtailment_share"].fillna(0)))
    wide = wind.pivot_table(index="region", columns="period", values="h").dropna()
    parts = wide[["2017-01..09", "2020-01..03"]].to_numpy()
    fit = np.linalg.lstsq(parts, wide["2019"], rcond=None)[0]
    assert np.std(parts @ fit / wide["2019"] - 1) == pytest.approx(0.08, abs=0.01)


def test_wind_factors_follow_the_settings():
    flat = wind_factors(Settings(wind_place_exponent=0))
    np.testing.assert_allclose(flat, 1, atol=1e-5)
    factors = wind_factors(Settings())
    assert factors["Hebei", "Zhangjiakou"] > 1.1
    assert factors["Beijing", "Beijing"] == pytest.approx(1)
    steep = wind_factors(Settings(wind_place_exponent=1, wind_place_factor_max=1.2))
    assert steep.max() < 1.2 / 0.7


def test_a_prefecture_that_is_not_known_takes_the_mean_of_its_province(places: pd.DataFrame):
    lost = places.iloc[:1].assign(prefecture="Nowhere")
    row = wind_means(lost, Settings()).iloc[0]
    assert row["mean"] * 8760 == pytest.approx(observed("wind")[lost["province"].iloc[0]])
    assert "not known" in row["note"]


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_own_full_load_hours_replace_those_of_their_provinces(tmp_path: Path, places: pd.DataFrame):
    own = write(tmp_path / "own.csv", "province,full_load_h\nGansu,2300\n")
    settings = Settings(wind_full_load_hours_file=own)
    means = provincial_means("wind", settings)
    assert means.loc["Gansu", "mean"] * 8760 == pytest.approx(2300)
    assert means.loc["Gansu", "source"] == "user's full-load hours"
    assert means.loc["Hebei", "mean"] == provincial_means("wind", Settings()).loc["Hebei", "mean"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("province,hours\nGansu,2300\n", "missing column full_load_h"),
        ("province,full_load_h\nGansu Province,2300\n", "Gansu Province is no province"),
        ("province,full_load_h\nGansu,1900-2300\n", "found '1900-2300'"),
        ("province,full_load_h\nGansu,9000\n", "expected hours of the year"),
        ("province,full_load_h\nGansu,\n", "expected hours of the year"),
        ("province,full_load_h\nGansu,2300\nGansu,2200\n", "Gansu stands twice"),
    ],
)
def test_bad_own_full_load_hours_are_refused(tmp_path: Path, text: str, message: str):
    own = write(tmp_path / "own.csv", text)
    with pytest.raises(TableError, match=message):
        provincial_means("wind", Settings(wind_full_load_hours_file=own))


def test_sun_cannot_shine_more_hours_than_there_is_day(tmp_path: Path, places: pd.DataFrame):
    own = write(tmp_path / "own.csv", "province,full_load_h\nBeijing,6000\n")
    beijing = places[places["province"] == "Beijing"]
    with pytest.raises(TableError, match="share of hours with output"):
        hourly(beijing, Settings(solar_full_load_hours_file=own), DATA)


def own_series(keys: list[str], key: str = "site_id") -> pd.DataFrame:
    hour = np.tile(np.arange(8760), len(keys))
    names = np.repeat(keys, 8760)
    return pd.DataFrame({key: names, "hour": hour, "solar": (hour % 24 == 12) * 0.5, "wind": 0.25})


def test_own_series_replace_those_of_their_places(tmp_path: Path, places: pd.DataFrame):
    own_series(["seat-bengbu"]).sample(frac=1, random_state=0).to_parquet(tmp_path / "own.parquet")
    two = places[places["site_id"].isin(["seat-bengbu", "seat-anqing"])]
    solar, wind = hourly(two, Settings(hours_file=tmp_path / "own.parquet"), DATA)
    row = two["site_id"].tolist().index("seat-bengbu")
    np.testing.assert_allclose(wind[row], 0.25)
    np.testing.assert_allclose(solar[row], (HOUR == 12) * 0.5)
    np.testing.assert_allclose(wind[1 - row], hourly(two, Settings(), DATA)[1][1 - row], atol=1e-6)


def test_own_series_by_province_need_no_data_folder(tmp_path: Path, places: pd.DataFrame):
    own_series(["Anhui"], "province").to_csv(tmp_path / "own.csv", index=False)
    anhui = places[places["province"] == "Anhui"]
    wind = hourly(anhui, Settings(hours_file=tmp_path / "own.csv"), None)[1]
    np.testing.assert_allclose(wind, 0.25)
    with pytest.raises(TableError, match="survey with --data"):
        hourly(places, Settings(hours_file=tmp_path / "own.csv"), None)


def test_own_wind_alone_leaves_the_sun(tmp_path: Path, places: pd.DataFrame):
    own_series(["Anhui"], "province").drop(columns="solar").to_parquet(tmp_path / "own.parquet")
    anhui = places[places["province"] == "Anhui"]
    solar, wind = hourly(anhui, Settings(hours_file=tmp_path / "own.parquet"), DATA)
    np.testing.assert_array_equal(solar, hourly(anhui, Settings(), DATA)[0])
    np.testing.assert_allclose(wind, 0.25)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.iloc[:-1], "seat-bengbu: expected each hour from 0 to 8759 once"),
        (lambda t: pd.concat([t, t.iloc[:1]]), "expected each hour"),
        (lambda t: t.assign(hour=t["hour"] + 1), "expected each hour"),
        (lambda t: t.assign(wind=25.0), r"column wind: expected output over capacity from 0 to 1 \(row 1"),
        (lambda t: t.assign(wind=np.nan), "column wind"),
        (lambda t: t.drop(columns="hour"), "expected site_id or province, hour"),
        (lambda t: t.drop(columns=["solar", "wind"]), "solar, wind or both"),
        (lambda t: t.rename(columns={"site_id": "province"}), "is no province"),
    ],
)
def test_bad_own_series_are_refused(tmp_path: Path, places: pd.DataFrame, change, message: str):
    change(own_series(["seat-bengbu"])).to_parquet(tmp_path / "own.parquet", index=False)
    with pytest.raises(TableError, match=message):
        hourly(places.iloc[:3], Settings(hours_file=tmp_path / "own.parquet"), DATA)


def test_a_series_of_no_site_is_told(tmp_path: Path, places: pd.DataFrame):
    own_series(["seat-nowhere"]).to_parquet(tmp_path / "own.parquet")
    with pytest.warns(DataWarning, match="seat-nowhere is no site"):
        hourly(places.iloc[:3], Settings(hours_file=tmp_path / "own.parquet"), DATA)


def folder_with(tmp_path: Path, content: bytes | None) -> Path:
    for name in FILES.values():
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            target.symlink_to(DATA / name)
        else:
            target.write_bytes(content)
    return tmp_path


def test_a_damaged_file_is_told(tmp_path: Path):
    folder = folder_with(tmp_path, (DATA / FILES["solar"]).read_bytes()[:5000])
    with pytest.raises(TableError, match="not readable hours"):
        provincial_hours(folder, "solar")


def test_a_file_of_another_year_is_told(tmp_path: Path):
    with xarray.open_dataset(DATA / FILES["wind"]) as dataset:
        part = dataset[["profile"]].isel(time=slice(0, 5000))
        target = tmp_path / FILES["wind"]
        target.parent.mkdir(parents=True)
        part.to_netcdf(target)
    with pytest.raises(TableError, match=r"found 4976 hours .* expected the 8760 of 2020"):
        provincial_hours(tmp_path, "wind")


def test_without_files_it_says_so(tmp_path: Path, places: pd.DataFrame):
    assert lacking_hours(DATA) == []
    assert lacking_hours(tmp_path) == [*FILES.values(), GHI_FILE]
    with pytest.raises(TableError, match="no such file"):
        provincial_hours(tmp_path, "wind")
    folder = folder_with(tmp_path, None)
    with pytest.raises(TableError, match=r"hourly solar: 352 places .* no radiation grid"):
        hourly(places, Settings(), folder)
