"""Hourly wind and sun of the provinces, uncorrected: one year of reanalysis, China Standard Time."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import xarray
from numpy.typing import NDArray

from geodata.measured import layer_file
from geodata.tables import TableError

HOURS = 8760
YEAR = 2020
FOLDER = "renewables/pypsa-china-era5-2020"
GHI_FILE = "renewables/cdsrd-radiation/ghi_idw_0p25deg_cog.tif"
FILES = {"solar": f"{FOLDER}/profile_solar.nc", "wind": f"{FOLDER}/profile_onwind.nc"}
POTENTIAL_FILES = {
    "solar": f"{FOLDER}/potential_solar_0p25deg_cog.tif",
    "wind": f"{FOLDER}/potential_onwind_0p25deg_cog.tif",
}
NAMES = {"InnerMongolia": "Inner Mongolia"}
SOURCE = (
    "ERA5 of 2020 by province (PyPSA-China of Rick10119, CC0; contains modified Copernicus Climate Change "
    "Service information)"
)


def lacking_hours(data: Path) -> list[str]:
    """Return the layers of hourly wind and sun that a data folder does not hold."""
    return [path for path in (*FILES.values(), GHI_FILE) if layer_file(data, path) is None]


def provincial_hours(data: Path, kind: str) -> pd.DataFrame:
    """Return the output over capacity of each province in 8760 hours of 2020, 29 February left out.

    Parameters
    ----------
    data : Path
        Data folder.
    kind : str
        "solar" or "wind".

    Returns
    -------
    DataFrame
        Index: hour that begins then, China Standard Time; columns: province.

    Raises
    ------
    TableError
        No such file, not readable, or not a year of output from 0 to 1.

    Notes
    -----
    The stamps of the files are China Standard Time. Those of the sun end their hour: in every province its
    output is centred half an hour after solar noon if they are taken as instants, so they are moved one hour
    ahead. Wind is of the instant, as in ERA5, and stays.
    """
    path = data / FILES[kind]
    if not path.is_file():
        raise TableError(
            f"{path}: no such file; hourly wind and sun need it, or renewables.hours_file with every place"
        )
    return _read(path, path.stat().st_mtime_ns, kind)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int, kind: str) -> pd.DataFrame:
    """Return the hours of a file; `changed` makes a new version of it be read."""
    try:
        with xarray.open_dataset(path, engine="netcdf4") as dataset:
            output = dataset["profile"].transpose("time", "bus")
            whole = pd.DataFrame(output.values, pd.DatetimeIndex(output["time"].values), output["bus"].values)
    except (OSError, KeyError, ValueError) as error:
        raise TableError(f"{path}: not readable hours of wind or sun ({error}); get it again") from None
    if kind == "solar":
        whole = pd.DataFrame(np.roll(whole, -1, axis=0), whole.index, whole.columns)
    hours = whole.rename(columns=NAMES).rename_axis(columns="province")
    hours = hours[~_leap_day(pd.DatetimeIndex(hours.index))]
    _check(hours, path)
    return hours.clip(0, 1)


def _check(hours: pd.DataFrame, path: Path) -> None:
    faults = []
    if len(hours) != HOURS or not (hours.index == stamps()).all():
        faults.append(
            f"found {len(hours)} hours besides 29 February, expected the {HOURS} of {YEAR} in order"
        )
    if hours.isna().any(axis=None) or hours.lt(-1e-6).any(axis=None) or hours.gt(1 + 1e-6).any(axis=None):
        faults.append("found empty output or output outside 0 to 1")
    if faults:
        raise TableError(f"{path}: {'; '.join(faults)}")


def stamps() -> pd.DatetimeIndex:
    """Return the beginnings of the hours, China Standard Time without zone."""
    whole = pd.date_range(f"{YEAR}-01-01", f"{YEAR}-12-31 23:00", freq="h")
    return whole[~_leap_day(whole)]


def _leap_day(stamps: pd.DatetimeIndex) -> NDArray[np.bool_]:
    return np.asarray((stamps.month == 2) & (stamps.day == 29))
