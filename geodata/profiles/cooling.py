"""PUE and WUE of each place in the hours of the days that stand for the year."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from geodata.layers.chronology import Hours8760
from geodata.layers.cooling import Settings
from geodata.layers.cooling_hours import efficiencies
from geodata.profiles.days import day_hours
from geodata.tables import CoolingHours, checked

DECIMALS = 5  # written out these are many numbers


def measure_cooling_hours(
    hours: Hours8760, days: pd.DataFrame, settings: Settings, tables: Path | None = None
) -> pd.DataFrame:
    """Return PUE and WUE by cooling technology in the hours of `geodata.tables.Profiles`, in its order.

    Parameters
    ----------
    hours : Hours8760
        Weather of the places: that of the profiles.
    days : DataFrame
        `geodata.tables.Days`.
    settings : Settings
        Those of the annual table (`geodata.layers.cooling.measure_cooling`): load share, part-load penalty.
    tables : Path, optional
        Folder whose `cooling.csv` stands in for the built-in parameters.

    Returns
    -------
    DataFrame
        `geodata.tables.CoolingHours`. Its mean over the days is near the annual table, not equal to it: that
        rests on the whole year.
    """
    count, length = len(hours.site_id), 24 * len(days)
    keys = {
        "site_id": np.repeat(hours.site_id.astype(str).to_numpy(), length),
        "day": np.tile(np.repeat(days["day"].to_numpy(), 24), count),
        "hour": np.tile(np.arange(24), count * len(days)),
    }
    values = efficiencies(hours.at(day_hours(days)), settings, tables)
    rounded = {name: found.astype(float).round(DECIMALS) for name, found in values.items()}
    return checked(pd.DataFrame(keys | rounded), CoolingHours, "cooling_hours")
