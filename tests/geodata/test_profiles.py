"""Typical days: real days, weights of the whole year, extremes, means kept, shipped like rebuilt."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geodata.candidates import Settings as CandidateSettings
from geodata.candidates import list_places
from geodata.layers.chronology import hours_of
from geodata.layers.climate import Settings as ClimateSettings
from geodata.layers.climate import measure_climate
from geodata.layers.renewable_hours import hourly
from geodata.layers.renewable_means import Settings as RenewableSettings
from geodata.layers.renewables import measure_renewables
from geodata.profiles.days import HOTTEST, LULL, WINDIEST, Settings, choose_days, day_hours
from geodata.profiles.profiles import build_profiles, check_profiles
from geodata.profiles.shipped import build_shipped, shipped_profiles
from geodata.read import builtin
from geodata.tables import DataWarning, TableError

DATA = Path(__file__).parents[2].parent / "shared" / "data"
NAMES = ("solar", "wind", "dry", "wet")
Built = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]
OUTPUT = ["solar_capacity_factor", "wind_capacity_factor"]


@pytest.fixture(scope="module")
def places() -> pd.DataFrame:
    return list_places(CandidateSettings())


@pytest.fixture(scope="module")
def full(places: pd.DataFrame) -> dict[str, np.ndarray]:
    climate = measure_climate(places[["site_id", "longitude", "latitude"]], ClimateSettings(), None)
    weather = hours_of(climate, places["longitude"], ClimateSettings())
    solar, wind = hourly(places, RenewableSettings(), DATA)
    return dict(zip(NAMES, (solar, wind, weather.dry_bulb_c, weather.wet_bulb_c), strict=True))


@pytest.fixture(scope="module")
def built(places: pd.DataFrame, full: dict[str, np.ndarray]) -> Built:
    return build_profiles(places, *full.values(), Settings())


def made_up(count: int = 5) -> tuple[pd.DataFrame, list[np.ndarray]]:
    """Return places in two provinces with made-up hours."""
    random = np.random.RandomState(4)
    hour = np.arange(8760)
    season = np.cos(2 * np.pi * (hour / 24 - 200) / 365)
    cloud = np.repeat(random.uniform(0.2, 1, (count, 365)), 24, axis=1)
    solar = np.clip(np.sin(np.pi * (hour % 24 - 6) / 12), 0, None) * cloud * 0.8
    wind = np.clip(np.repeat(random.beta(1, 3, (count, 365)), 24, axis=1) + 0.01, 0, 1)
    dry = 12 + 14 * season + np.repeat(random.normal(0, 3, (count, 365)), 24, axis=1)
    sites = [f"site-{i}" for i in range(count)]
    table = pd.DataFrame(
        {"site_id": sites, "province": ["Anhui", "Gansu", "Anhui", "Gansu", "Gansu"][:count]}
    )
    return table, [solar, wind, dry, dry - 4]


def test_days_are_a_year(built: Built):
    days = built[0]
    assert len(days) == 17
    assert days["weight_days"].sum() == pytest.approx(365, abs=1e-9)
    assert (days["weight_days"] >= 1).all()
    assert days["day"].tolist() == list(range(17))
    assert days["date"].is_monotonic_increasing
    assert days["date"].is_unique
    assert days["date"].str.fullmatch(r"2020-\d\d-\d\d").all()
    assert "2020-02-29" not in set(days["date"])


def test_profiles_hold_each_hour_of_each_day_of_each_place(places: pd.DataFrame, built: Built):
    days, profiles, _ = built
    assert len(profiles) == len(places) * len(days) * 24
    assert not profiles.duplicated(["site_id", "day", "hour"]).any()
    assert profiles.notna().all(axis=None)
    assert profiles["site_id"].drop_duplicates().tolist() == places["site_id"].tolist()


@pytest.mark.slow
def test_days_are_real_days(places: pd.DataFrame, full: dict[str, np.ndarray]):
    days, profiles, _ = build_profiles(
        places.iloc[:40], *(v[:40] for v in full.values()), Settings(keep_means=False)
    )
    hours = day_hours(days)
    columns = [*OUTPUT, "dry_bulb_c", "wet_bulb_c"]
    for column, values in zip(columns, full.values(), strict=True):
        np.testing.assert_array_equal(profiles[column].to_numpy().reshape(40, -1), values[:40, hours])


def test_weather_of_the_days_is_never_scaled(full: dict[str, np.ndarray], built: Built):
    days, profiles, _ = built
    dry = profiles["dry_bulb_c"].to_numpy().reshape(len(full["dry"]), -1)
    np.testing.assert_array_equal(dry, full["dry"][:, day_hours(days)])


def test_extremes_are_kept(full: dict[str, np.ndarray], built: Built):
    days = built[0].set_index("extreme")
    national = {name: values.mean(axis=0, dtype=float) for name, values in full.items()}
    both = (national["solar"] + national["wind"]).reshape(365, 24).mean(axis=1)
    wanted = {
        HOTTEST: int(national["wet"].argmax()) // 24,
        LULL: int(both.argmin()),
        WINDIEST: int(national["wind"].reshape(365, 24).mean(axis=1).argmax()),
    }
    for name, number in wanted.items():
        assert day_hours(days.loc[[name]])[0] // 24 == number
        assert days.loc[name, "weight_days"] == 1


def test_means_of_wind_and_sun_are_kept_at_each_place(
    places: pd.DataFrame, full: dict[str, np.ndarray], built: Built
):
    days, profiles, _ = built
    weight = np.repeat(days["weight_days"].to_numpy(), 24) / 8760
    for name, column in zip(NAMES, OUTPUT, strict=False):
        mean = profiles[column].to_numpy().reshape(len(places), -1) @ weight
        np.testing.assert_allclose(mean, full[name].mean(axis=1, dtype=float), atol=1e-6)
        assert profiles[column].between(0, 1).all()


@pytest.mark.slow
def test_unscaled_days_are_near_the_year(places: pd.DataFrame, full: dict[str, np.ndarray]):
    """The tolerance that docs/renewables-and-profiles.md states, by province."""
    days, profiles, _ = build_profiles(places, *full.values(), Settings(keep_means=False))
    table = check_profiles(days, profiles, places, full)
    miss = (table["mean_days"] - table["mean_full"]).abs()
    relative = (miss / table["mean_full"].abs()).xs("solar_capacity_factor", level="series")
    assert relative.mean() < 0.07
    assert relative.max() < 0.2
    relative = (miss / table["mean_full"].abs()).xs("wind_capacity_factor", level="series")
    assert relative.mean() < 0.15
    assert relative.max() < 0.35
    assert miss.xs("dry_bulb_c", level="series").max() < 1
    assert miss.xs("wet_bulb_c", level="series").max() < 1


def test_check_says_how_far_quantiles_and_durations_are(
    places: pd.DataFrame, full: dict[str, np.ndarray], built: Built
):
    table = check_profiles(*built[:2], places, full)
    assert table.index.names == ["province", "series"]
    assert len(table) == 31 * 4
    wind = table.xs("wind_capacity_factor", level="series")
    assert (wind["mean_days"] / wind["mean_full"]).between(1 - 1e-6, 1 + 1e-6).all()
    assert wind["duration_error"].max() < 0.08
    assert (wind["q95_full"] > wind["q50_full"]).all()
    assert table.xs("dry_bulb_c", level="series")["duration_error"].mean() < 1


def test_check_of_the_whole_year_finds_nothing():
    """All days with weight one: quantiles are those of the year."""
    places, series = made_up(2)
    days = choose_days(places, dict(zip(NAMES, map(np.float32, series), strict=True)), Settings())[0]
    dates = pd.date_range("2021-01-01", periods=365).strftime("2020-%m-%d")
    whole = pd.DataFrame({"day": range(365), "date": dates, "weight_days": 1.0, "extreme": ""})
    assert len(days) < 365
    hours = day_hours(whole)
    assert hours.tolist() == list(range(8760))
    profiles = pd.DataFrame({"site_id": np.repeat(places["site_id"].to_numpy(), 8760)})
    for column, values in zip([*OUTPUT, "dry_bulb_c", "wet_bulb_c"], series, strict=True):
        profiles[column] = np.broadcast_to(values, (2, 8760)).ravel()
    given = dict(zip(NAMES, (np.broadcast_to(v, (2, 8760)) for v in series), strict=True))
    table = check_profiles(whole, profiles, places, given)
    np.testing.assert_allclose(table["mean_days"], table["mean_full"], rtol=1e-5)
    assert table["duration_error"].max() < 0.02


@pytest.mark.slow
def test_the_order_of_places_does_not_matter(places: pd.DataFrame, full: dict[str, np.ndarray], built: Built):
    order = np.random.RandomState(1).permutation(len(places))
    mixed = build_profiles(places.iloc[order], *(v[order] for v in full.values()), Settings())
    pd.testing.assert_frame_equal(mixed[0], built[0])
    keys = ["site_id", "day", "hour"]
    a, b = (p.sort_values(keys, ignore_index=True) for p in (mixed[1], built[1]))
    pd.testing.assert_frame_equal(a, b)


@pytest.mark.slow
def test_the_same_again(places: pd.DataFrame, full: dict[str, np.ndarray], built: Built):
    again = build_profiles(places, *full.values(), Settings())
    pd.testing.assert_frame_equal(again[1], built[1])


@pytest.mark.parametrize("count", [1, 2, 7, 30, 200])
def test_as_many_days_as_asked_for(count: int):
    places, series = made_up()
    days = build_profiles(places, *series, Settings(typical_count=count))[0]
    assert count <= len(days) <= count + 3
    assert days["weight_days"].sum() == pytest.approx(365, abs=1e-9)
    assert (days["weight_days"] > 0).all()


def test_more_days_are_nearer_the_year():
    places, series = made_up()
    given = dict(zip(NAMES, series, strict=True))
    errors = [
        check_profiles(*build_profiles(places, *series, Settings(typical_count=n))[:2], places, given)
        for n in (3, 60)
    ]
    few, many = (e["duration_error"].groupby("series").mean() for e in errors)
    assert (many < few).all()


def test_without_extremes_and_fit_weights_are_cluster_sizes():
    places, series = made_up()
    days = build_profiles(places, *series, Settings(extremes=False, fit_weights=False))[0]
    assert set(days["extreme"]) == {""}
    assert len(days) == 14
    assert (days["weight_days"] % 1 == 0).all()


def test_one_place_and_series_without_output_or_change():
    places, series = made_up(1)
    series[0] = np.zeros((1, 8760))
    series[1] = np.ones((1, 8760))
    days, profiles, _ = build_profiles(places, *series, Settings())
    assert (profiles["solar_capacity_factor"] == 0).all()
    assert (profiles["wind_capacity_factor"] == 1).all()
    assert days["weight_days"].sum() == pytest.approx(365, abs=1e-9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda p, s: (p, [s[0][:, :8759], *s[1:]]), "solar: found 5 x 8759, expected 5 x 8760"),
        (lambda p, s: (p.iloc[:3], s), "expected 3 x 8760"),
        (lambda p, s: (p, [*s[:3], np.full((5, 8760), np.nan)]), "wet: found empty hours"),
        (lambda p, s: (p.iloc[:0], [v[:0] for v in s]), "no places"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(change, message: str):
    places, series = change(*made_up())
    with pytest.raises(TableError, match=message):
        build_profiles(places, *series, Settings())


@pytest.mark.slow
def test_shipped_days_are_those_that_the_data_give(
    tmp_path: Path, places: pd.DataFrame, full: dict[str, np.ndarray]
):
    built = build_shipped(places, full["dry"], full["wet"], DATA)
    for name in ("profile_days", "profile_calendar", "profile_shapes"):
        built[name].to_csv(tmp_path / f"{name}.csv", index=False)
        pd.testing.assert_frame_equal(builtin(name, tmp_path), builtin(name))
    assert len(built["profile_shapes"]) == 31 * 2 * len(built["profile_days"])


@pytest.mark.slow
def test_shipped_profiles_are_those_of_the_data_folder(
    places: pd.DataFrame, full: dict[str, np.ndarray], built: Built
):
    attributes = measure_renewables(places, RenewableSettings(), DATA).table
    found = shipped_profiles(places, attributes, full["dry"], full["wet"], RenewableSettings(), Settings())
    pd.testing.assert_frame_equal(found[0], built[0])
    for column in OUTPUT:
        np.testing.assert_allclose(found[1][column], built[1][column], atol=5e-4)
    pd.testing.assert_frame_equal(found[1].drop(columns=OUTPUT), built[1].drop(columns=OUTPUT))


def shipped_of(
    places: pd.DataFrame, attributes: pd.DataFrame, renewables: RenewableSettings, settings: Settings
):
    weather = np.zeros((len(places), 8760))
    return shipped_profiles(places, attributes, weather, weather, renewables, settings)


def attributes_of(places: pd.DataFrame) -> pd.DataFrame:
    return places[["site_id"]].assign(solar_capacity_factor=0.15, wind_capacity_factor=0.3)


def test_shipped_profiles_take_means_by_site(places: pd.DataFrame):
    some = places.iloc[:6]
    attributes = attributes_of(some).sample(frac=1, random_state=0)
    attributes["wind_capacity_factor"] = np.linspace(0.15, 0.4, 6)
    days, profiles, _ = shipped_of(some, attributes, RenewableSettings(), Settings())
    weight = np.repeat(days["weight_days"].to_numpy(), 24) / 8760
    mean = profiles["wind_capacity_factor"].to_numpy().reshape(6, -1) @ weight
    wanted = attributes.set_index("site_id")["wind_capacity_factor"][some["site_id"]]
    np.testing.assert_allclose(mean, wanted, atol=1e-8)


def test_a_place_without_mean_takes_that_of_its_province_and_says_so(places: pd.DataFrame):
    some = places.iloc[:3]
    attributes = attributes_of(some).assign(solar_capacity_factor=[0.15, np.nan, 0.15])
    with pytest.warns(DataWarning, match="1 places have no mean output of solar"):
        days, profiles, _ = shipped_of(some, attributes, RenewableSettings(), Settings())
    weight = np.repeat(days["weight_days"].to_numpy(), 24) / 8760
    mean = profiles["solar_capacity_factor"].to_numpy().reshape(3, -1)[1] @ weight
    target = builtin("full_load_hours").query("technology == 'solar'").set_index("province")["full_load_h"]
    assert mean * 8760 == pytest.approx(target[some["province"].iloc[1]], rel=0.2)


def test_own_series_hold_without_a_data_folder_too(tmp_path: Path, places: pd.DataFrame):
    some = places.iloc[:3]
    hours = pd.DataFrame({"site_id": some["site_id"].iloc[1], "hour": range(8760)})
    hours.assign(wind=np.arange(8760) % 10 / 20).to_parquet(tmp_path / "own.parquet")
    own = RenewableSettings(hours_file=tmp_path / "own.parquet")
    days, profiles, _ = shipped_of(some, attributes_of(some), own, Settings())
    weight = np.repeat(days["weight_days"].to_numpy(), 24) / 8760
    mean = profiles["wind_capacity_factor"].to_numpy().reshape(3, -1) @ weight
    np.testing.assert_allclose(mean, [0.3, 0.225, 0.3], atol=1e-6)


def test_other_settings_need_a_data_folder(places: pd.DataFrame):
    with pytest.raises(TableError, match=r"typical_count: 20.* --data DIR"):
        shipped_of(places.iloc[:1], attributes_of(places), RenewableSettings(), Settings(typical_count=20))


def test_a_place_in_no_province_is_told(places: pd.DataFrame):
    lost = places.iloc[:1].assign(province="Atlantis")
    with pytest.raises(TableError, match="lies in no province that has hours"):
        shipped_of(lost, attributes_of(places), RenewableSettings(), Settings())


def test_the_table_of_many_places_is_small():
    places, series = made_up()
    many = pd.concat(
        [places.assign(site_id=places["site_id"] + f"-{i}") for i in range(70)], ignore_index=True
    )
    profiles = build_profiles(
        many, *(np.tile(np.broadcast_to(v, (5, 8760)), (70, 1)) for v in series), Settings()
    )
    assert profiles[1].memory_usage(deep=True).sum() < 50e6
