"""Reads the climate of places from rasters and station means; the result ships as `builtin/surveyed.csv`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.geometry.distance import matrix_km
from geodata.layers.hours import MONTHS
from geodata.layers.land import ELEVATION
from geodata.layers.psychrometrics import vapour_pressure_hpa
from geodata.layers.stations import (
    FILE,
    diurnal_range_c,
    read_stations,
    station_temperature_c,
)
from geodata.measured import layer_file
from geodata.readers.sampling import nearest_valid, sample

Array = NDArray[np.float64]

TEMPERATURE = "climate/itu-p1510-temperature/itu_p1510_t2m_monthly_cn_cog.tif"
HUMIDITY = "climate/crucl2-points/crucl2_reh_idw_0p25deg_cog.tif"
VAPOUR = "climate/itu-p836-humidity/itu_p836_v6_surface_wvd_cn_cog.tif"
LAYERS = (ELEVATION, TEMPERATURE, HUMIDITY, VAPOUR, FILE)

LAPSE_C_PER_KM = 6.0  # least error against 950 station cells among 4.0 to 6.5
MODEL_CELL_DEG = 0.75  # grid of the temperature raster: the height that its values belong to
VAPOUR_CELL_DEG = 1.125
VAPOUR_BAND = 2  # density exceeded 1 % of the year
VAPOUR_SCALE_M = 2000.0  # fall of vapour with height, ITU-R P.836 default
EPOCH_C = 0.5  # median of the temperature raster (1979-2014) less the station cells (1961-1990)
CHECK_C = 5.0  # beyond this the stations are believed
DOUBT_C = 2.0  # beyond this the confidence is low: three standard deviations of the difference
VOID_KM = 100.0
DECIMALS = 6

SOURCE = "Recommendations ITU-R P.1510-1, P.1511-2, P.836-6; CRU CL 2.0 (New et al. 2002)"
VINTAGE = "temperature 1979-2014; humidity and daily range 1961-1990"


def lacking(data: Path) -> list[str]:
    """Return the climate layers that a data folder does not hold."""
    return [layer for layer in LAYERS if layer_file(data, layer) is None]


def build_surveyed(places: pd.DataFrame, data: Path) -> pd.DataFrame:
    """Return the climate of places as read from the layers, before any setting is applied.

    Temperature: ITU-R P.1510 between its nodes, brought from the mean height of the raster's cells to the
    height of the place with 6.0 C/km; checked against CRU CL 2.0 stations of like height, which stand in
    where it is more than 5 C off. Relative humidity and daily range: CRU CL 2.0. Extreme humidity: ITU-R
    P.836.

    Parameters
    ----------
    places : DataFrame
        `site_id`, `longitude`, `latitude` [degrees, WGS 84].
    data : Path
        Data folder.

    Returns
    -------
    DataFrame
        One row per place: `site_id`, `longitude`, `latitude`, `elevation_m`, `temperature_<01..12>_c`
        (1979-2014), `humidity_<01..12>_share`, `diurnal_range_<01..12>_c`, `vapour_hot_hpa` (exceeded 1 % of
        the year), `check_c` (raster less stations; empty without a station), `check_stations`, `station_km`
        (nearest of them), `method` (raster or stations), `confidence`, `note`, `source`, `vintage`.

    Raises
    ------
    TableError
        A layer is missing or unreadable, or a place lies outside it.
    """
    lon, lat = places["longitude"].to_numpy(float), places["latitude"].to_numpy(float)
    height = sample(data / ELEVATION, lon, lat, [1])[:, 0]
    stations = read_stations(data, LAPSE_C_PER_KM)
    away = matrix_km(places, stations)
    raster = _raster_c(data, lon, lat, height)
    expected, count, station_km = station_temperature_c(stations, away, height, LAPSE_C_PER_KM)
    check = raster.mean(axis=1) - (expected.mean(axis=1) + EPOCH_C)
    replaced = (np.abs(check) > CHECK_C) & (count >= 2)
    table = places[["site_id", "longitude", "latitude"]].reset_index(drop=True).assign(elevation_m=height)
    months = np.where(replaced[:, None], expected + EPOCH_C, raster)
    vapour = _vapour_hpa(data, lon, lat, height, months.max(axis=1))
    blocks = [
        table,
        _columns(months, "temperature", "c"),
        _columns(_humidity_share(data, lon, lat), "humidity", "share"),
        _columns(diurnal_range_c(stations, away), "diurnal_range", "c"),
        pd.DataFrame({"vapour_hot_hpa": vapour}),
        _judged(check, count, station_km, replaced),
    ]
    return pd.concat(blocks, axis=1).round(DECIMALS).assign(source=SOURCE, vintage=VINTAGE)


def _columns(values: Array, quantity: str, unit: str) -> pd.DataFrame:
    return pd.DataFrame(values, columns=[f"{quantity}_{m}_{unit}" for m in MONTHS])


def _raster_c(data: Path, lon: Array, lat: Array, height: Array) -> Array:
    node = sample(data / TEMPERATURE, lon, lat, list(range(2, 14)))
    surface = sample(data / ELEVATION, lon, lat, [1], mean_over_deg=MODEL_CELL_DEG)[:, 0]
    return node + LAPSE_C_PER_KM * (surface - height)[:, None] / 1000


def _humidity_share(data: Path, lon: Array, lat: Array) -> Array:
    bands = list(range(1, 13))
    percent = sample(data / HUMIDITY, lon, lat, bands)
    void = np.isnan(percent).any(axis=1)
    percent[void] = nearest_valid(data / HUMIDITY, lon[void], lat[void], bands, VOID_KM)
    return percent / 100


def _vapour_hpa(data: Path, lon: Array, lat: Array, height: Array, hottest_c: Array) -> Array:
    density = sample(data / VAPOUR, lon, lat, [VAPOUR_BAND])[:, 0]
    surface = sample(data / ELEVATION, lon, lat, [1], mean_over_deg=VAPOUR_CELL_DEG)[:, 0]
    return vapour_pressure_hpa(density * np.exp((surface - height) / VAPOUR_SCALE_M), hottest_c)


def _judged(
    check: Array, count: NDArray[np.int64], station_km: Array, replaced: NDArray[np.bool_]
) -> pd.DataFrame:
    doubt = (np.abs(check) > DOUBT_C) | replaced
    return pd.DataFrame(
        {
            "check_c": check,
            "check_stations": count.astype(float),
            "station_km": station_km,
            "method": np.where(replaced, "stations", "raster"),
            "confidence": np.where(doubt, "low", "medium"),
            "note": [_note(c, n, r) for c, n, r in zip(check, count, replaced, strict=True)],
        }
    )


def _note(check: float, count: int, replaced: bool) -> str:
    if count == 0:
        return "no station of like height within 100 km to check against"
    if replaced:
        return f"raster {check:+.1f} C off {count} stations of like height: the stations are used"
    return f"raster {check:+.1f} C off {count} station(s) of like height" if abs(check) > DOUBT_C else ""
