"""The profiles of a survey: from the data folder's hours, or from shipped days and provincial hours."""

from __future__ import annotations

import warnings
from pathlib import Path

import pandas as pd

from geodata.layers.chronology import Hours8760
from geodata.layers.renewable_hours import hourly
from geodata.layers.renewable_means import Settings as RenewableSettings
from geodata.layers.renewable_weather import lacking_hours
from geodata.profiles.calendar import day_months
from geodata.profiles.days import Settings
from geodata.profiles.profiles import build_profiles
from geodata.profiles.shipped import shipped_profiles
from geodata.tables import DataWarning


def measure_profiles(
    places: pd.DataFrame,
    attributes: pd.DataFrame,
    hours: Hours8760,
    renewables: RenewableSettings,
    settings: Settings,
    data: Path | None = None,
    tables: Path | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the days that stand for the year, their months, and each place's hours on them.

    Parameters
    ----------
    places : DataFrame
        `site_id`, `province`, `prefecture`, `longitude`, `latitude`.
    attributes : DataFrame
        Index site_id: `solar_capacity_factor`, `wind_capacity_factor`, used without a data folder.
    hours : Hours8760
        Weather, rows as in `places`.
    renewables, settings : Settings
        Wind and sun; the choice of days.
    data : Path, optional
        Data folder; one without hourly wind and sun, or radiation, counts as none (told).
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    days, months, profiles : DataFrame
        `geodata.tables.Days`, `DayMonths` and `Profiles`.
    """
    dry, wet = hours.dry_bulb_c, hours.wet_bulb_c
    if has_hours(data):
        solar, wind = hourly(places, renewables, data, tables)
        days, profiles, calendar = build_profiles(places, solar, wind, dry, wet, settings)
    else:
        days, profiles, calendar = shipped_profiles(
            places, attributes, dry, wet, renewables, settings, tables
        )
    return days, day_months(days, calendar), profiles


def has_hours(data: Path | None) -> bool:
    """Return whether there is a data folder with hourly wind and sun; what it lacks is told."""
    lost = [] if data is None else lacking_hours(data)
    if lost:
        text = (
            f"profiles: the data folder {data} lacks {', '.join(lost)}: the shipped days and hours are read"
        )
        warnings.warn(text, DataWarning, stacklevel=3)
    return data is not None and not lost
