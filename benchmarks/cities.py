"""Hours that the planner makes up, against real hours of the six cities that have them.

Used by `benchmarks.validation`; `compare(data)` is the comparison itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from geodata.candidates import builtin_places
from geodata.layers.chronology import typical_hours
from geodata.layers.climate import Settings, measure_climate
from geodata.layers.cooling import Settings as CoolingSettings
from geodata.layers.cooling import measure_cooling, read_parameters, steady
from geodata.layers.cooling_hours import annual_efficiency
from geodata.layers.cooling_relations import RELATIONS, Air
from geodata.layers.epw import read_epw
from geodata.layers.hours import typical_year
from geodata.layers.psychrometrics import saturation_pressure_hpa, wet_bulb_c

HOURLY = "climate/uci-five-cities-hourly/five_cities_hourly_2010_2015.parquet"
EPW = {
    "Shanghai (EPW, CSWD)": ("Shanghai", "climate/epw/CHN_Shanghai.Shanghai.583620_CSWD.epw"),
    "Shanghai (EPW, TMYx)": ("Shanghai", "climate/epw/CHN_Shanghai-Hongqiao.583670_TMYx_1956-2023.epw"),
    "Shenzhen (EPW, SWERA)": ("Shenzhen", "climate/epw/CHN_Guangdong.Shenzhen.594930_SWERA.epw"),
}
WARMING_C_PER_YEAR = 0.03  # the setting warming_c: 0.3 C a decade
CLIMATE_YEAR = 1996.5  # middle of 1979-2014, the years of the temperature raster
RECORD_YEAR = 2013.0  # middle of 2010-2015
P99 = 0.99


@dataclass(frozen=True)
class Record:
    """Real hours of a city, and the warming that brings the planner's climate to their years."""

    name: str
    city: str
    warming_c: float
    air: Air


def five_cities(data: Path) -> pd.DataFrame:
    """Return the hours of the five cities that have temperature, dew point and pressure, with wet bulb."""
    hours = pd.read_parquet(data / HOURLY).dropna(subset=["temp_c", "dewpoint_c", "pres_hpa"])
    vapour = saturation_pressure_hpa(np.minimum(hours["dewpoint_c"], hours["temp_c"]))
    return hours.assign(wet_bulb_c=wet_bulb_c(hours["temp_c"], vapour, hours["pres_hpa"]))


@cache
def records(data: Path) -> tuple[Record, ...]:
    """Return the real hours: five cities 2010-2015, and three typical years from EPW files, not warmed."""
    return (*_of_2010_2015(data), *_typical(data))


def _of_2010_2015(data: Path) -> Iterator[Record]:
    warming = round(WARMING_C_PER_YEAR * (RECORD_YEAR - CLIMATE_YEAR), 1)
    for city, hours in five_cities(data).groupby("city"):
        columns = (hours[c].to_numpy(float) for c in ("temp_c", "wet_bulb_c", "pres_hpa"))
        yield Record(f"{city} 2010-2015", str(city), warming, Air(*columns))


def _typical(data: Path) -> Iterator[Record]:
    for name, (city, file) in EPW.items():
        own = read_epw(data / file)
        yield Record(name, city, 0.0, Air(own.dry_bulb_c, own.wet_bulb_c, own.pressure_hpa))


def real_pue(air: Air) -> pd.Series:
    """Return the mean PUE of each technology over real hours, at full load."""
    values = read_parameters()
    rest = CoolingSettings()
    return pd.Series(
        {t: steady(values[t], rest) + float(f(air, values[t]).power.mean()) for t, f in RELATIONS.items()}
    )


@cache
def seat(city: str) -> pd.DataFrame:
    """Return the prefecture seat of a city, one row."""
    places = builtin_places()
    return places[(places["kind"] == "seat") & (places["name_en"] == city)]


def compare(data: Path, warming_c: float | None = None) -> pd.DataFrame:
    """Return PUE and the 99 % wet bulb from made-up hours and from real ones.

    Parameters
    ----------
    data : Path
        Data folder.
    warming_c : float, optional
        The same for all; none: 0.5 C for the records of 2010-2015, 0 for the EPW files.

    Returns
    -------
    DataFrame
        One row per record and technology: `record`, `city`, `warming_c`, `technology`; `pue_hours` (8760
        hours in order), `pue_mean` (the plan's, from the weighted sample), `pue_real`; `wet_bulb_p99_c`,
        `wet_bulb_p99_real_c` (the same for all technologies of a record).
    """
    return pd.concat([_compared(record, warming_c) for record in records(data)], ignore_index=True)


def _compared(record: Record, warming_c: float | None) -> pd.DataFrame:
    place = seat(record.city)
    settings = Settings(warming_c=record.warming_c if warming_c is None else warming_c)
    climate = measure_climate(place, settings)
    hours = typical_hours(climate, place["longitude"], settings)
    made = annual_efficiency(hours).set_index("technology")["pue_mean"]
    mean = measure_cooling(climate, CoolingSettings()).set_index("technology")["pue_mean"]
    table = pd.DataFrame({"pue_hours": made, "pue_mean": mean, "pue_real": real_pue(record.air)})
    return (
        table.reindex(list(RELATIONS))
        .rename_axis("technology")
        .reset_index()
        .assign(
            record=record.name,
            city=record.city,
            warming_c=settings.warming_c,
            wet_bulb_p99_c=float(np.quantile(hours.wet_bulb_c, P99)),
            wet_bulb_p99_real_c=float(np.quantile(record.air.wet, P99)),
        )
    )


def left_out(data: Path) -> pd.DataFrame:
    """Return the PUE error of each of the five cities with the spread of days fitted to the other four.

    Returns
    -------
    DataFrame
        `city`, the coefficients `spread`, `slope`, `range`, `pue_error` (largest of the technologies, signed)
        and `wet_bulb_p99_error_c`.
    """
    months = _months(data)
    rows = [_left_out(record, months) for record in _of_2010_2015(data)]
    return pd.DataFrame(rows)


def _months(data: Path) -> pd.DataFrame:
    hours = five_cities(data)
    keys = [hours["city"], hours["time"].dt.month.rename("month"), hours["time"].dt.date.rename("date")]
    days = hours.groupby(keys)["temp_c"].agg(["mean", "max", "min"])
    days["range"] = days["max"] - days["min"]
    means = days.groupby(["city", "month"])[["mean", "range"]].mean()
    return means.assign(spread=days.groupby(["city", "month"])["mean"].std()).reset_index()


def _left_out(record: Record, months: pd.DataFrame) -> dict[str, object]:
    others = months[months["city"] != record.city]
    known = np.column_stack([np.ones(len(others)), others["mean"], others["range"]])
    a, b, c = (float(v) for v in np.linalg.lstsq(known, others["spread"].to_numpy(), rcond=None)[0])
    climate = measure_climate(seat(record.city), Settings(warming_c=record.warming_c))
    year = typical_year(climate, (a, b, c))
    air = Air(year.dry_bulb_c, year.wet_bulb_c, year.pressure_hpa)
    values = read_parameters()
    made = pd.Series({t: float(f(air, values[t]).power[0] @ year.weight_share) for t, f in RELATIONS.items()})
    real = pd.Series({t: float(f(record.air, values[t]).power.mean()) for t, f in RELATIONS.items()})
    error = made - real
    order = np.argsort(year.wet_bulb_c[0])
    share = np.cumsum(year.weight_share[order]) - year.weight_share[order] / 2
    p99 = float(np.interp(P99, share, year.wet_bulb_c[0][order]))
    return {
        "city": record.city,
        "spread": a,
        "slope": b,
        "range": c,
        "pue_error": float(error.iloc[error.abs().argmax()]),
        "wet_bulb_p99_error_c": p99 - float(np.quantile(record.air.wet, P99)),
    }
