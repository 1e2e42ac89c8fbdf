"""Which day stands for which calendar day, and for how many days of which month."""

from pathlib import Path

import pandas as pd
import pytest

from geodata.profiles.calendar import day_months, shipped_calendar
from geodata.profiles.days import Settings
from geodata.profiles.profiles import build_profiles
from geodata.profiles.shipped import shipped_days
from geodata.read import builtin
from geodata.tables import TableError
from tests.geodata.test_profiles import made_up


def check(days: pd.DataFrame, months: pd.DataFrame) -> None:
    sums = months.groupby("day")["weight_days"].sum()
    assert sums.to_numpy() == pytest.approx(days.set_index("day")["weight_days"][sums.index].to_numpy())
    assert set(sums.index) == set(days["day"])
    assert set(months["month"]) == set(range(1, 13))
    assert months["weight_days"].sum() == pytest.approx(365)
    assert not months.duplicated(["day", "month"]).any()


def test_the_months_of_the_shipped_days():
    days = shipped_days()
    calendar = shipped_calendar(days)
    check(days, day_months(days, calendar))
    own = calendar.set_index("date")["day_date"]
    assert (own[days["date"]] == days["date"].to_numpy()).all(), "a day stands for itself"
    extreme = days.loc[days["extreme"] != "", "date"]
    assert calendar["day_date"].isin(extreme).sum() == len(extreme), "and an extreme day for no other"


def test_months_share_the_weight_by_calendar_days():
    days = pd.DataFrame(
        {"day": [0, 1], "date": ["2020-01-02", "2020-07-01"], "weight_days": [200.0, 165.0], "extreme": ""}
    )
    dates = [f"2020-{day:%m-%d}" for day in pd.date_range("2021-01-01", periods=365)]
    warm = ["04" <= date[5:7] <= "09" for date in dates]
    stands = [days["date"][1] if w else days["date"][0] for w in warm]
    months = day_months(days, pd.DataFrame({"date": dates, "day_date": stands}))
    check(days, months)
    found = months.set_index(["day", "month"])["weight_days"]
    assert found[0, 2] == pytest.approx(200 * 28 / 182)
    assert found[1, 7] == pytest.approx(165 * 31 / 183)
    assert len(found) == 12


@pytest.mark.parametrize("count", [1, 2, 30, 200])
def test_any_number_of_days_has_its_months(count: int):
    places, series = made_up()
    days, _, calendar = build_profiles(places, *series, Settings(typical_count=count))
    assert len(calendar) == calendar["date"].nunique() == 365
    check(days, day_months(days, calendar))


def test_without_fit_a_day_weighs_what_it_stands_for():
    places, series = made_up()
    days, _, calendar = build_profiles(places, *series, Settings(extremes=False, fit_weights=False))
    length = day_months(days, calendar).groupby("month")["weight_days"].sum()
    assert length.to_numpy() == pytest.approx([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def own(tmp_path: Path, table: pd.DataFrame) -> pd.DataFrame:
    table.to_csv(tmp_path / "profile_calendar.csv", index=False)
    return shipped_calendar(shipped_days(), tmp_path)


def test_a_calendar_that_does_not_fit_is_told(tmp_path: Path):
    table = builtin("profile_calendar")
    with pytest.raises(TableError, match=r"each day of the year once; too many or too few: 2020-12-31"):
        own(tmp_path, table.iloc[:-1])
    strange = table.assign(day_date=table["day_date"].replace({"2020-07-22": "2020-07-23"}))
    with pytest.raises(TableError, match=r"the days of profile_days\.csv; .*2020-07-22, 2020-07-23"):
        own(tmp_path, strange)
    with pytest.raises(TableError, match="a date stands there twice"):
        own(tmp_path, pd.concat([table, table.tail(1)]))
