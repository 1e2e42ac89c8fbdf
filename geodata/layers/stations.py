"""Monthly climate at weather stations (CRU CL 2.0): a second opinion on temperature, and the daily range."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.layers.hours import MONTHS, monthly
from geodata.layers.land import ELEVATION
from geodata.readers.sampling import sample
from geodata.tables import TableError

Array = NDArray[np.float64]

FILE = "climate/crucl2-points/crucl2_gsod_stations_asia.parquet"

GRID_DEG = 1 / 6  # the CRU grid: a station's figure is that of its cell, whatever the station's own height
NEIGHBOURS = 6
CHECK_KM = 100.0
CHECK_HEIGHT_M = 500.0
RANGE_KM = 400.0


def read_stations(data: Path, lapse_c_per_km: float) -> pd.DataFrame:
    """Return the stations in China with monthly means brought to sea level.

    Parameters
    ----------
    data : Path
        Data folder.
    lapse_c_per_km : float
        Fall of temperature with height [C/km].

    Returns
    -------
    DataFrame
        `longitude`, `latitude`, `elevation_m` (mean of the 10-minute cell), `sea_level_<m>_c`,
        `diurnal_range_<m>_c`.
    """
    raw = _read(data / FILE)
    raw = raw[(raw["ctry"] == "CH") & raw["tmp_01"].notna()].reset_index(drop=True)
    lon, lat = raw["lon"].astype(float), raw["lat"].astype(float)
    height = sample(data / ELEVATION, lon, lat, [1], "nearest", mean_over_deg=GRID_DEG)[:, 0]
    table = {"longitude": lon, "latitude": lat, "elevation_m": height}
    for m in MONTHS:
        table[f"sea_level_{m}_c"] = raw[f"tmp_{m}"].astype(float) + lapse_c_per_km * height / 1000
        table[f"diurnal_range_{m}_c"] = raw[f"dtr_{m}"].astype(float)
    return pd.DataFrame(table)


def _read(path: Path) -> pd.DataFrame:
    columns = ["ctry", "lon", "lat", *(f"{v}_{m}" for v in ("tmp", "dtr") for m in MONTHS)]
    try:
        return pd.read_parquet(path, columns=columns)
    except (OSError, ValueError) as error:
        raise TableError(
            f"{path}: not a readable table of stations ({error}); get it again, see `siting data list`"
        ) from None


def station_temperature_c(
    stations: pd.DataFrame, distance_km: Array, elevation_m: Array, lapse_c_per_km: float
) -> tuple[Array, NDArray[np.int64], Array]:
    """Return the monthly mean that the stations around give at the places' height, and which they are.

    The median of up to six nearest stations within 100 km whose cell lies within 500 m of the place in
    height, each brought to that height [C], array (n_places, 12); how many they are; distance of the nearest
    of them [km]. NaN where there is none.
    """
    level = monthly(stations, "sea_level", "c")
    height = stations["elevation_m"].to_numpy()
    near = [_alike(height, d, z) for d, z in zip(distance_km, elevation_m, strict=True)]
    found = [np.median(level[n], axis=0) if len(n) else np.full(12, np.nan) for n in near]
    first = [d[n[0]] if len(n) else np.nan for d, n in zip(distance_km, near, strict=True)]
    here = np.array(found) - lapse_c_per_km * elevation_m[:, None] / 1000
    return here, np.array([len(n) for n in near]), np.array(first)


def _alike(height: Array, distance_km: Array, elevation_m: float) -> NDArray[np.int64]:
    alike = np.flatnonzero((distance_km <= CHECK_KM) & (np.abs(height - elevation_m) <= CHECK_HEIGHT_M))
    return alike[np.argsort(distance_km[alike])][:NEIGHBOURS]


def diurnal_range_c(stations: pd.DataFrame, distance_km: Array) -> Array:
    """Return the mean daily range [C], (n_places, 12): inverse distance, six stations within 400 km."""
    ranges = monthly(stations, "diurnal_range", "c")
    near = np.argsort(distance_km, axis=1)[:, :NEIGHBOURS]
    away = np.take_along_axis(distance_km, near, axis=1)
    weight = np.where(away <= RANGE_KM, 1 / np.maximum(away, 1.0), 0.0)
    with np.errstate(invalid="ignore"):
        return (weight[:, :, None] * ranges[near]).sum(axis=1) / weight.sum(axis=1)[:, None]
