"""Which of the days that stand for the year stands for which calendar day, and for which months."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from geodata.layers.renewable_weather import stamps
from geodata.read import builtin
from geodata.tables import DayMonths, TableError, checked

COLUMNS = ["date", "day_date"]
SHOWN = 3


def shipped_calendar(days: pd.DataFrame, tables: Path | None = None) -> pd.DataFrame:
    """Return the day that stands for each calendar day, as it comes with the package.

    Parameters
    ----------
    days : DataFrame
        `geodata.tables.Days`, those of `profile_days.csv`.
    tables : Path, optional
        Folder whose `profile_calendar.csv` stands in for the built-in one.

    Returns
    -------
    DataFrame
        `date`, the 365 days of the weather year; `day_date`, the date of the day that stands for it.

    Raises
    ------
    TableError
        The two tables do not fit each other, or the calendar is no year.
    """
    calendar = builtin("profile_calendar", tables)[COLUMNS].sort_values("date", ignore_index=True)
    year = stamps()[::24].strftime("%Y-%m-%d")
    faults = [
        ("date, expected each day of the year once", set(calendar["date"]) ^ set(year)),
        ("day_date, expected the days of profile_days.csv", set(calendar["day_date"]) ^ set(days["date"])),
    ]
    told = [f"{what}; too many or too few: {', '.join(sorted(odd)[:SHOWN])}" for what, odd in faults if odd]
    told += [] if told or len(calendar) == len(year) else ["a date stands there twice"]
    if told:
        raise TableError(f"profile_calendar.csv: {'; '.join(told)}; `siting survey --data DIR` writes both")
    return calendar


def day_months(days: pd.DataFrame, calendar: pd.DataFrame) -> pd.DataFrame:
    """Return how many days of each month each day stands for (`geodata.tables.DayMonths`).

    weight(d, m) = weight(d) x n(d, m) / n(d), n the calendar days that d stands for. The weights are fitted
    to means of the year, so the days of a month do not sum to its length.

    Parameters
    ----------
    days : DataFrame
        `geodata.tables.Days`.
    calendar : DataFrame
        `date`, `day_date`: each day of the year and the one that stands for it.
    """
    number = days.set_index("date")[["day", "weight_days"]]
    month = calendar["date"].str[5:7].astype(int).rename("month")
    count = calendar.groupby(["day_date", month]).size().rename("weight_days")
    share = count / count.groupby("day_date").transform("sum")
    weight = share * number["weight_days"].reindex(share.index.get_level_values("day_date")).to_numpy()
    table = weight.reset_index().assign(day=lambda t: number["day"][t["day_date"]].to_numpy())
    ordered = table.sort_values(["day", "month"], ignore_index=True)
    return checked(ordered[list(DayMonths.to_schema().columns)], DayMonths, "day_months")
