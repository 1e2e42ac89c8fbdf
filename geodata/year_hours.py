"""The 8760 hours of some sites: wind, sun and cooling, to run a chosen plan through a whole year."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.attributes import with_shipped
from geodata.layers.chronology import Hours8760, hours_of
from geodata.layers.climate import measure_climate
from geodata.layers.cooling_hours import efficiencies
from geodata.layers.hours import CALENDAR, HOURS
from geodata.layers.own_output import own_output
from geodata.layers.renewable_hours import hourly
from geodata.layers.renewables import measure_renewables
from geodata.profiles.calendar import shipped_calendar
from geodata.profiles.measure import has_hours
from geodata.profiles.profiles import with_mean
from geodata.profiles.shipped import check_settings, shipped_days, shipped_output
from geodata.survey import Settings
from geodata.tables import DataWarning

Single = NDArray[np.float32]
Indices = NDArray[np.int64]

REAL, LAID_OUT = "year", "days"


def year_hours(sites: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return every hour of the year at some sites; with or without a data folder.

    Parameters
    ----------
    sites : DataFrame
        Rows of `geodata.tables.Candidates`: `site_id`, `province`, `prefecture`, `longitude`, `latitude`.
    settings : Settings
        Those of the survey.

    Returns
    -------
    DataFrame
        8760 rows a site, in the order of `sites`: `site_id`; `hour_of_year` (0 to 8759, China Standard Time,
        365 days), `month`, `hour`; `solar_capacity_factor`, `wind_capacity_factor` (output over capacity);
        `pue_<technology>`, `wue_<technology>` (L per kWh of IT) at the load share of the table `cooling`; and
        `renewable_basis`: "year", the real hours of wind and sun in the data folder, or "days", the shipped
        days laid out in the order of the year, each for the days of its cluster. Weather, and with it
        cooling, is in both the typical year or the user's EPW file, hour by hour.

    Raises
    ------
    TableError
        As `geodata.survey.survey`.

    Notes
    -----
    Wind and sun have the mean of the year that they have in `geodata.tables.Profiles` (`keep_means`), so the
    days and the year differ in what happens when, not in how much there is. What the survey warned of is not
    told again.
    """
    places = sites.reset_index(drop=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)  # the survey told them, and of all its places
        hours = _weather(places, settings)
        real = has_hours(settings.data)
        output = _real(places, settings) if real else _laid_out(places, settings)
    count = len(places)
    columns = {
        "site_id": np.repeat(places["site_id"].to_numpy(), HOURS),
        "hour_of_year": np.tile(np.arange(HOURS), count),
        "month": np.tile(CALENDAR["month"].to_numpy(), count),
        "hour": np.tile(CALENDAR["hour"].to_numpy(), count),
        "solar_capacity_factor": output[0].ravel(),
        "wind_capacity_factor": output[1].ravel(),
    }
    cooling = efficiencies(hours, settings.cooling, settings.tables)
    return pd.DataFrame({**columns, **cooling, "renewable_basis": REAL if real else LAID_OUT})


def _weather(places: pd.DataFrame, settings: Settings) -> Hours8760:
    here, climate = set(places["site_id"]), settings.climate
    files = {site: path for site, path in climate.epw_files.items() if site in here}
    chosen = climate.model_copy(update={"epw_files": files})
    where = places[["site_id", "longitude", "latitude"]]
    found = measure_climate(where, chosen, settings.data, settings.tables)
    return hours_of(found, places["longitude"], chosen)


def _real(places: pd.DataFrame, settings: Settings) -> tuple[Single, Single]:
    return hourly(places, settings.renewables, settings.data, settings.tables)


def _laid_out(places: pd.DataFrame, settings: Settings) -> tuple[Single, Single]:
    """Return sun and wind of the year from the shipped days; a user's own series stays as it is."""
    check_settings(settings.profiles)
    renewables, tables = settings.renewables, settings.tables
    found = measure_renewables(places, renewables, settings.data, tables)
    days, own = shipped_days(tables), own_output(places, renewables.hours_file)
    chosen = shipped_output(places, with_shipped(found, places, tables).table, days, renewables, tables)
    weight = np.repeat(days["weight_days"].to_numpy(), 24)
    order, same = _order(days, shipped_calendar(days, tables)), np.ones(HOURS)
    whole = {}
    for kind, output in chosen.items():
        mean = output @ weight / weight.sum()
        laid = with_mean(output[:, order], mean, same).astype(np.float32)
        whole[kind] = np.where(np.isnan(own[kind]), laid, own[kind])
    return whole["solar"], whole["wind"]


def _order(days: pd.DataFrame, calendar: pd.DataFrame) -> Indices:
    """Return, for each hour of the year, the hour that stands for it among those of the days."""
    row = pd.Series(np.arange(len(days)), index=days["date"])
    first = 24 * row[calendar["day_date"]].to_numpy()
    return (first[:, None] + np.arange(24)).ravel()
