"""Reads the user's EPW files: a year of hours, by the station's own clock, brought to China Standard Time."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.layers.hours import CALENDAR, HOURS, MONTHS
from geodata.layers.psychrometrics import pressure_hpa, saturation_pressure_hpa, wet_bulb_c
from geodata.tables import DataWarning, TableError

Array = NDArray[np.float64]

CHINA_H = 8.0  # China Standard Time is UTC+8
LEAP_HOURS = 8784
GAP_H = 6  # a longer gap is not filled
GAPS_SHARE = 0.01  # nor more than this of the year

# column of pvlib: what it is, its mark for a missing value and all above, lowest and highest that can be
COLUMNS = {
    "temp_air": ("dry bulb [C]", 99.9, -60.0, 60.0),
    "temp_dew": ("dew point [C]", 99.9, -70.0, 45.0),
    "relative_humidity": ("relative humidity [%]", 999.0, 0.0, 110.0),
    "atmospheric_pressure": ("pressure [Pa]", 999999.0, 45000.0, 110000.0),
}


@dataclass(frozen=True)
class Station:
    """What the first line of an EPW file says; `zone_h` is the offset of its clock from UTC."""

    name: str
    longitude: float
    latitude: float
    elevation_m: float
    zone_h: float


@dataclass(frozen=True)
class OwnYear:
    """The hours of an EPW file: 8760, from 1 January, each beginning at its stamp in China Standard Time."""

    station: Station
    years: str
    dry_bulb_c: Array
    wet_bulb_c: Array
    vapour_hpa: Array
    pressure_hpa: Array


def read_epw(path: Path | str, warming_c: float = 0.0) -> OwnYear:
    """Return the hours of an EPW file.

    Parameters
    ----------
    path : Path or str
        The file. 8760 hours, or 8784 of which 29 February is left out; the clock of the header is brought to
        China Standard Time. Gaps of up to six hours are filled between their neighbours, with a warning.
    warming_c : float
        Added to each hour [C], relative humidity kept.

    Raises
    ------
    TableError
        No EPW file, cut off, hours out of order, values out of range, or too many missing.
    """
    place = Path(path)
    try:
        state = place.stat()
    except OSError:
        raise TableError(f"{place}: no such file; correct the path of the EPW file") from None
    own = _read(place, (state.st_mtime_ns, state.st_size))
    return _warmed(own, warming_c) if warming_c else own


@lru_cache(maxsize=256)
def _read(path: Path, stamp: tuple[int, int]) -> OwnYear:
    """Return the hours as they are in the file; `stamp` tells an altered file."""
    from pvlib.iotools import read_epw as parse_epw  # takes half a second, so not before it is needed

    text = _text(path)
    station = _station(text, path)
    try:
        table = parse_epw(io.StringIO(text))[0]
    except (ValueError, KeyError, TypeError) as error:
        raise TableError(f"{path}: not a whole EPW file ({error}); get it again") from None
    years = f"{table['year'].min()}-{table['year'].max()}"
    hours = _filled(_numbers(_year(table, path), path), station, path)
    local = {name: np.roll(values, round(CHINA_H - station.zone_h)) for name, values in hours.items()}
    vapour = np.minimum(local["vapour"], saturation_pressure_hpa(local["dry"]))
    wet = wet_bulb_c(local["dry"], vapour, local["pressure"])
    return OwnYear(station, years, local["dry"], wet, vapour, local["pressure"])


def _text(path: Path) -> str:
    if path.is_dir():
        raise TableError(f"{path}: found a folder, expected an EPW file; a folder goes into epw_folder")
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def read_station(path: Path) -> Station:
    """Return the station of an EPW file."""
    return _station(_text(path), path)


def _station(text: str, path: Path) -> Station:
    cells = [c.strip() for c in text.partition("\n")[0].split(",")]
    if cells[0].upper() != "LOCATION" or len(cells) < 10:
        raise TableError(f"{path}: found {cells[0][:30]!a} at the beginning, expected LOCATION: no EPW file")
    try:
        latitude, longitude, zone, height = (float(c) for c in cells[6:10])
    except ValueError:
        raise TableError(f"{path}: latitude, longitude, clock or height of line 1 are no numbers") from None
    limits = {"latitude": (latitude, -90, 90), "longitude": (longitude, -180, 180), "clock": (zone, -12, 14)}
    limits["height"] = (height, -500, 9000)
    wrong = [f"{k} {v:g}, expected {a} to {b}" for k, (v, a, b) in limits.items() if not a <= v <= b]
    if wrong:
        raise TableError(f"{path}: line 1 says {'; '.join(wrong)}")
    name = f"{cells[1]} ({', '.join(c for c in cells[4:6] if c)})"
    return Station(name, longitude, latitude, height, zone)


def _year(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return 8760 rows in the order of the calendar."""
    if len(table) not in (HOURS, LEAP_HOURS):
        hint = "more than one value an hour?" if len(table) > LEAP_HOURS else "cut off?"
        raise TableError(f"{path}: found {len(table)} hours, expected {HOURS} (or {LEAP_HOURS}); {hint}")
    table = table[(table["month"] != 2) | (table["day"] != 29)].reset_index(drop=True)
    found = table[["month", "day", "hour"]].assign(hour=table["hour"] - 1)
    if len(table) != HOURS or (found.to_numpy() != CALENDAR.to_numpy()).any():
        expected = "the hours 1 to 24 of each day from 1 January to 31 December"
        raise TableError(f"{path}: the rows are not in order, expected {expected}")
    return table


def _numbers(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return the columns as numbers, missing ones as NaN; pressure in hPa."""
    read = {c: pd.to_numeric(table[c], errors="coerce") for c in COLUMNS}
    kept = {c: v.where(v < COLUMNS[c][1]) for c, v in read.items()}
    faults = [fault for c, v in kept.items() for fault in _out_of_range(c, v)]
    if faults:
        raise TableError(f"{path}: {'; '.join(faults)}")
    return pd.DataFrame(kept).assign(atmospheric_pressure=kept["atmospheric_pressure"] / 100)


def _out_of_range(column: str, values: pd.Series) -> list[str]:
    what, _, low, high = COLUMNS[column]
    wrong = (values < low) | (values > high)
    if not wrong.any():
        return []
    first = int(wrong.to_numpy().argmax())
    found = f"{what}: found {values.iloc[first]:g}, expected {low:g} to {high:g}"
    return [f"{found} ({int(wrong.sum())} hours, first in line {first + 9})"]


def _filled(table: pd.DataFrame, station: Station, path: Path) -> dict[str, Array]:
    """Return dry bulb, vapour (from the dew point, else from humidity) and air pressure, without gaps."""
    dry = table["temp_air"]
    saturated = pd.Series(saturation_pressure_hpa(dry), index=dry.index)
    humid = table["relative_humidity"].clip(1, 100) / 100 * saturated
    vapour = pd.Series(saturation_pressure_hpa(table["temp_dew"]), index=dry.index).fillna(humid)
    air = table["atmospheric_pressure"]
    if air.isna().mean() > GAPS_SHARE:
        mean = float(pressure_hpa(station.elevation_m))
        air = air.fillna(mean)
        text = f"{path}: hours without pressure take that of the station's height, {mean:.0f} hPa"
        warnings.warn(text, DataWarning, stacklevel=4)
    made = {"dry": dry, "vapour": vapour, "pressure": air}
    lost = pd.concat(made, axis=1).isna().any(axis=1)
    if lost.any():
        _judge_gaps(lost, path)
    return {name: values.interpolate(limit_direction="both").to_numpy() for name, values in made.items()}


def _judge_gaps(lost: pd.Series, path: Path) -> None:
    longest = int(lost.groupby((~lost).cumsum()).sum().max())
    found = f"{path}: {int(lost.sum())} hours lack dry bulb, humidity or pressure, {longest} at a stretch"
    if longest > GAP_H or lost.mean() > GAPS_SHARE:
        limits = f"at most {GAP_H} at a stretch and {GAPS_SHARE:.0%} of the year can be filled"
        raise TableError(f"{found}; {limits}; fill them in the file")
    warnings.warn(f"{found}; filled between their neighbours", DataWarning, stacklevel=4)


def _warmed(own: OwnYear, warming_c: float) -> OwnYear:
    dry = own.dry_bulb_c + warming_c
    vapour = own.vapour_hpa * saturation_pressure_hpa(dry) / saturation_pressure_hpa(own.dry_bulb_c)
    wet = wet_bulb_c(dry, vapour, own.pressure_hpa)
    return OwnYear(own.station, own.years, dry, wet, vapour, own.pressure_hpa)


def monthly_means(own: OwnYear) -> dict[str, float]:
    """Return the monthly `temperature_<m>_c`, `humidity_<m>_share` and `diurnal_range_<m>_c` of the hours."""
    humidity = own.vapour_hpa / saturation_pressure_hpa(own.dry_bulb_c)
    table = CALENDAR.assign(dry=own.dry_bulb_c, humidity=humidity)
    days = table.groupby(["month", "day"])["dry"]
    span = (days.max() - days.min()).groupby("month").mean()
    means = table.groupby("month")[["dry", "humidity"]].mean()
    row = {f"temperature_{m}_c": float(means["dry"].iloc[i]) for i, m in enumerate(MONTHS)}
    row |= {f"humidity_{m}_share": float(means["humidity"].iloc[i]) for i, m in enumerate(MONTHS)}
    return row | {f"diurnal_range_{m}_c": float(span.iloc[i]) for i, m in enumerate(MONTHS)}
