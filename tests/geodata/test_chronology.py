from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geodata.candidates import builtin_places
from geodata.layers.chronology import Hours8760, hours_of, typical_hours
from geodata.layers.climate import Settings, measure_climate
from geodata.layers.hours import CALENDAR, Hours, quantile, typical_year

DATA = Path(__file__).parents[2].parent / "shared" / "data"
HOURLY = DATA / "climate/uci-five-cities-hourly/five_cities_hourly_2010_2015.parquet"
MONTH = CALENDAR["month"].to_numpy()
SAMPLE_MONTH = np.repeat(np.arange(1, 13), 240)


@pytest.fixture(scope="module")
def places() -> pd.DataFrame:
    return builtin_places().iloc[::6]


@pytest.fixture(scope="module")
def climate(places: pd.DataFrame) -> pd.DataFrame:
    return measure_climate(places, Settings())


@pytest.fixture(scope="module")
def hours(places: pd.DataFrame, climate: pd.DataFrame) -> Hours8760:
    return typical_hours(climate, places["longitude"], Settings())


@pytest.fixture(scope="module")
def sample(climate: pd.DataFrame) -> Hours:
    return typical_year(climate)


def test_calendar_is_a_year_of_365_days() -> None:
    assert len(CALENDAR) == 8760
    assert CALENDAR.iloc[[0, 1, -1]].to_numpy().tolist() == [[1, 1, 0], [1, 1, 1], [12, 31, 23]]
    assert not ((CALENDAR["month"] == 2) & (CALENDAR["day"] == 29)).any()


def test_shape_and_type(hours: Hours8760, climate: pd.DataFrame) -> None:
    for values in (hours.dry_bulb_c, hours.wet_bulb_c, hours.vapour_hpa):
        assert values.shape == (len(climate), 8760)
        assert values.dtype == np.float32
        assert np.isfinite(values).all()
    assert list(hours.site_id) == list(climate.index)
    assert (hours.wet_bulb_c <= hours.dry_bulb_c + 1e-4).all()


@pytest.mark.parametrize(("name", "mean_c"), [("dry_bulb_c", 0.001), ("wet_bulb_c", 0.1)])
def test_monthly_means_are_those_of_the_sample(
    hours: Hours8760, sample: Hours, name: str, mean_c: float
) -> None:
    made, drawn = getattr(hours, name), getattr(sample, name)
    for month in range(1, 13):
        weight = sample.weight_share * (month == SAMPLE_MONTH)
        expected = drawn @ weight / weight.sum()
        np.testing.assert_allclose(made[:, month == MONTH].mean(axis=1), expected, atol=mean_c)


@pytest.mark.parametrize(("name", "limit_c"), [("dry_bulb_c", 0.9), ("wet_bulb_c", 1.5)])
def test_monthly_quantiles_are_near_those_of_the_sample(
    hours: Hours8760, sample: Hours, name: str, limit_c: float
) -> None:
    """The sample has ten days and three humidities a month, so steps that the hours do not have."""
    made, drawn = getattr(hours, name), getattr(sample, name)
    for month in range(1, 13):
        of = month == SAMPLE_MONTH
        weight = sample.weight_share[of] / sample.weight_share[of].sum()
        for share in (0.05, 0.25, 0.5, 0.75, 0.95):
            expected = quantile(drawn[:, of], weight, share)
            error = np.quantile(made[:, month == MONTH], share, axis=1) - expected
            assert np.abs(error).max() < limit_c
            assert abs(error.mean()) < limit_c / 2


@pytest.mark.parametrize("share", [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99])
def test_quantiles_of_the_year_are_those_of_the_sample(hours: Hours8760, sample: Hours, share: float) -> None:
    for name in ("dry_bulb_c", "wet_bulb_c"):
        expected = quantile(getattr(sample, name), sample.weight_share, share)
        error = np.quantile(getattr(hours, name), share, axis=1) - expected
        assert np.abs(error).max() < 1.0
        assert abs(error.mean()) < 0.2


def day_scores(days: np.ndarray, months: np.ndarray) -> np.ndarray:
    """Return day means less their month's mean, over their month's deviation."""
    series = pd.Series(days).groupby(months)
    return ((pd.Series(days) - series.transform("mean")) / series.transform("std")).to_numpy()


def correlation(scores: np.ndarray, lag: int) -> float:
    return float(pd.Series(scores).autocorr(lag))


def test_days_follow_each_other_as_in_the_records(hours: Hours8760) -> None:
    records = pd.read_parquet(HOURLY, columns=["city", "time", "temp_c"]).dropna()
    seen = []
    for _, city in records.groupby("city"):
        days = city.groupby(city["time"].dt.date)["temp_c"].mean()
        dates = pd.to_datetime(days.index)
        scores = day_scores(days.to_numpy(), (dates.year * 12 + dates.month).to_numpy())
        seen.append([correlation(scores, lag) for lag in (1, 2, 3)])
    made = hours.dry_bulb_c[0].reshape(365, 24).mean(axis=1)
    found = [correlation(day_scores(made, MONTH[::24]), lag) for lag in (1, 2, 3)]
    np.testing.assert_allclose(found, np.mean(seen, axis=0), atol=0.04)


def test_days_warm_in_spring_and_cool_in_autumn(hours: Hours8760) -> None:
    days = hours.dry_bulb_c.reshape(len(hours.site_id), 365, 24).mean(axis=(0, 2))
    month = MONTH[::24]
    for m, sign in ((4, 1), (10, -1)):
        assert sign * np.polyfit(np.arange((month == m).sum()), days[month == m], 1)[0] > 0.05


def test_the_wave_follows_the_sun(hours: Hours8760, places: pd.DataFrame) -> None:
    day = hours.dry_bulb_c.reshape(len(places), 365, 24).mean(axis=1)
    solar = (places["longitude"].to_numpy() - 120) / 15
    assert np.abs(day.argmax(axis=1) + 0.5 + solar - 15).max() < 0.8
    assert np.abs(day.argmin(axis=1) + 0.5 + solar - 6).max() < 0.8


def test_humidity_lasts_and_does_not_follow_the_days(hours: Hours8760) -> None:
    """Logarithm of the vapour of a place without saturation, month by month."""
    row = int(hours.dry_bulb_c.mean(axis=1).argmin())
    noise = pd.Series(np.log(hours.vapour_hpa[row])).groupby(MONTH).transform(lambda v: v - v.mean())
    assert noise.autocorr(1) > 0.9
    assert 0.2 < noise.autocorr(24) < 0.8


def test_a_place_does_not_depend_on_the_others(places: pd.DataFrame, climate: pd.DataFrame) -> None:
    order = np.arange(len(places))[::-1]
    whole = typical_hours(climate, places["longitude"], Settings())
    turned = typical_hours(climate.iloc[order], places["longitude"].iloc[order], Settings())
    np.testing.assert_array_equal(whole.wet_bulb_c, turned.wet_bulb_c[order])
    alone = typical_hours(climate.iloc[[7]], places["longitude"].iloc[[7]], Settings())
    np.testing.assert_array_equal(whole.wet_bulb_c[[7]], alone.wet_bulb_c)
    np.testing.assert_array_equal(whole.dry_bulb_c[[7]], alone.dry_bulb_c)


def test_heat_waves_coincide(hours: Hours8760) -> None:
    days = hours.dry_bulb_c.reshape(len(hours.site_id), 365, 24).mean(axis=2)
    scores = np.array([day_scores(d.astype(float), MONTH[::24]) for d in days])
    np.testing.assert_allclose(scores, np.broadcast_to(scores[0], scores.shape), atol=1e-3)


def test_seed_changes_the_order_only(places: pd.DataFrame, climate: pd.DataFrame, hours: Hours8760) -> None:
    other = typical_hours(climate.head(3), places["longitude"].head(3), Settings(seed=5))
    assert not np.array_equal(other.dry_bulb_c, hours.dry_bulb_c[:3])
    np.testing.assert_allclose(
        np.quantile(other.dry_bulb_c, 0.99, axis=1), np.quantile(hours.dry_bulb_c[:3], 0.99, axis=1), atol=0.3
    )


def test_no_places_give_no_hours(places: pd.DataFrame, climate: pd.DataFrame) -> None:
    assert hours_of(climate.head(0), places["longitude"].head(0), Settings()).dry_bulb_c.shape == (0, 8760)
