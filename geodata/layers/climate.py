"""Climate of places: monthly means, design hour, and where each figure comes from."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from geodata.geometry.proximity import Points
from geodata.layers.epw import read_epw
from geodata.layers.hours import MONTH_DAYS, MONTHS, PLACES_AT_ONCE, monthly, quantile, typical_year
from geodata.layers.own_weather import epw_files, with_own_hours
from geodata.layers.psychrometrics import pressure_hpa, wet_bulb_c
from geodata.layers.survey_climate import build_surveyed, lacking
from geodata.measured import figure
from geodata.read import builtin
from geodata.tables import DataWarning, TableError

TEMPERATURES = [f"temperature_{m}_c" for m in MONTHS]
WET_BULB = "wet_bulb_hot_c"
WET_BULB_DOUBT_C = 3.0  # twice the standard deviation of the difference
STATION = "climate_station_km"  # column of the attributes
UNITS = {
    "elevation_m": "m",
    "temperature_mean_c": "C",
    "temperature_hot_c": "C",
    "wet_bulb_hot_c": "C",
}
SOURCES = {
    "elevation_m": "Recommendation ITU-R P.1511-2, topographic height, 5 arc-minutes, bilinear",
    "temperature_mean_c": "Recommendation ITU-R P.1510-1, monthly mean at 2 m, by height with ITU-R P.1511-2 "
    "at 6.0 C/km, checked against CRU CL 2.0 (New et al. 2002)",
    "temperature_hot_c": "derived: 0.4 % hour of the typical year from monthly temperature (ITU-R P.1510-1) "
    "and daily range (CRU CL 2.0)",
    "wet_bulb_hot_c": "derived: 0.4 % wet bulb of the typical year from monthly temperature "
    "(ITU-R P.1510-1), relative humidity and daily range (CRU CL 2.0); checked against ITU-R P.836-6",
}
VINTAGES = {
    "elevation_m": "P.1511-2 (2019)",
    "temperature_mean_c": "1979-2014, with the set warming",
    "temperature_hot_c": "1979-2014 and 1961-1990, with the set warming",
    "wet_bulb_hot_c": "1979-2014 and 1961-1990, with the set warming",
}


class Settings(BaseModel):
    """How climate is brought to the planning years and what counts as the design hour."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    warming_c: float = Field(
        1.0,
        ge=-2,
        le=6,
        description="added to every month of the 1979-2014 means [C], relative humidity kept: 0.3 C per "
        "decade over the three decades from 1996 to the planning years; unsourced",
    )
    design_share: float = Field(
        0.004,
        gt=0,
        lt=0.1,
        description="share of the year that is hotter (dry bulb, and apart from it wet bulb)",
    )
    own_site_km: float = Field(
        50.0,
        gt=0,
        le=200,
        description="without a data folder a new place takes the climate of one as near as this",
    )
    epw_files: dict[str, Path] = Field(
        {}, description="EPW file of a place, by its site_id: its hours replace the climate of the place"
    )
    epw_folder: Path | None = Field(
        None, description="folder of EPW files; each place takes that of the nearest station within epw_km"
    )
    epw_km: float = Field(
        50.0, gt=0, le=200, description="farthest station of an EPW file that a place takes"
    )
    epw_warming_c: float = Field(
        0.0,
        ge=-2,
        le=6,
        description="added to each hour of an EPW file [C], relative humidity kept; 0: the file as it is, "
        "warming_c does not touch it",
    )
    utc_offset_h: float = Field(
        8.0,
        ge=-12,
        le=14,
        description="clock of all hours of the survey, ahead of UTC [h]; 8: China Standard Time",
    )
    seed: int = Field(
        2,
        ge=0,
        description="of the order of days and humidity in the 8760 hours; the distribution stays; the "
        "default has the autocorrelation of the records",
    )


def measure_climate(
    places: pd.DataFrame, settings: Settings, data: Path | None = None, tables: Path | None = None
) -> pd.DataFrame:
    """Return the climate of places.

    Parameters
    ----------
    places : DataFrame
        `site_id`, `longitude`, `latitude`.
    settings : Settings
        Warming and design hour; the user's EPW files.
    data : Path, optional
        Data folder to survey afresh; without one, or if it lacks a climate layer (told), the shipped survey
        is read.
    tables : Path, optional
        Folder whose `surveyed.csv` stands in for the shipped survey.

    Returns
    -------
    DataFrame
        Indexed by site_id, rows as in `places`: `elevation_m`; `temperature_mean_c`, `temperature_hot_c` (dry
        bulb exceeded in 0.4 % of the year), `wet_bulb_hot_c` (wet bulb exceeded in 0.4 % of the year, not in
        the same hours); `temperature_<01..12>_c`, `humidity_<01..12>_share`, `diurnal_range_<01..12>_c`; the
        checks `check_c` (raster less stations) and `wet_bulb_check_c` (design wet bulb less the one from
        ITU-R P.836); `station_km`, distance to the nearest station of the check; `method` (raster, stations,
        borrowed, epw), `confidence`, `note`; `epw_file`, path of the user's EPW file, empty for none.

    Raises
    ------
    TableError
        A place outside the layers, or a new place far from every shipped one without layers and without an
        EPW file; an EPW file that is damaged or of another place.
    """
    files = epw_files(places, settings.epw_files, settings.epw_folder, settings.epw_km)
    if data is not None and _has_layers(data):
        base = build_surveyed(places, data)
    else:
        base = _shipped(places, settings.own_site_km, files, tables)
    done = _finished(base, settings).set_index("site_id")
    return with_own_hours(done, places, files, settings.epw_warming_c, settings.design_share)


def _has_layers(data: Path) -> bool:
    lost = lacking(data)
    if lost:
        text = f"climate: the data folder {data} lacks {', '.join(lost)}: the shipped climate is read instead"
        warnings.warn(text, DataWarning, stacklevel=3)
    return not lost


def _shipped(
    places: pd.DataFrame, own_site_km: float, epw: dict[str, Path], tables: Path | None
) -> pd.DataFrame:
    table = builtin("surveyed", tables)
    row, km = Points(table["longitude"], table["latitude"]).nearest(places["longitude"], places["latitude"])
    far = (km > own_site_km) & ~places["site_id"].isin(epw).to_numpy()
    if far.any():
        names = ", ".join(
            f"{s} ({d:.0f} km)" for s, d in zip(places["site_id"][far][:5], km[far][:5], strict=True)
        )
        raise TableError(
            f"climate: {int(far.sum())} places lie more than {own_site_km:g} km from every place whose "
            f"climate is built in: {names}; give a data folder with the climate layers "
            "(--data DIR), name EPW files (geodata.climate.epw_files) or correct the coordinates"
        )
    found = table.iloc[row].reset_index(drop=True)
    borrowed = (found["site_id"].to_numpy() != places["site_id"].to_numpy()) & (km > 1.0)
    notes = [
        f"taken from {s}, {d:.0f} km away, own height not known"
        for s, d in zip(found["site_id"], km, strict=True)
    ]
    return found.assign(
        site_id=places["site_id"].to_numpy(),
        confidence=found["confidence"].mask(borrowed, "low"),
        note=found["note"].where(~borrowed, notes),
        method=found["method"].mask(borrowed, "borrowed"),
    )


def _finished(base: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    warm = base.assign(**{c: base[c] + settings.warming_c for c in TEMPERATURES})
    starts = range(0, len(warm), PLACES_AT_ONCE)
    hours = [_design_hour(warm.iloc[s : s + PLACES_AT_ONCE], settings.design_share) for s in starts]
    hot, wet = np.concatenate(hours, axis=1)
    mean = monthly(warm, "temperature", "c") @ MONTH_DAYS / MONTH_DAYS.sum()
    done = warm.assign(temperature_mean_c=mean, temperature_hot_c=hot, wet_bulb_hot_c=wet)
    return done.assign(wet_bulb_check_c=wet - _humid_wet_bulb_c(done)).drop(
        columns=["vapour_hot_hpa", "source", "vintage"]
    )


def _design_hour(climate: pd.DataFrame, design_share: float) -> np.ndarray:
    """Return dry bulb and wet bulb that `design_share` of the year is above, (2, n_places)."""
    year = typical_year(climate)
    both = (year.dry_bulb_c, year.wet_bulb_c)
    return np.array([quantile(values, year.weight_share, 1 - design_share) for values in both])


def _humid_wet_bulb_c(climate: pd.DataFrame) -> np.ndarray:
    """Return the wet bulb of a hot day at the vapour pressure exceeded 1 % of the year (ITU-R P.836)."""
    day = (
        monthly(climate, "temperature", "c").max(axis=1)
        + monthly(climate, "diurnal_range", "c").mean(axis=1) / 2
    )
    return wet_bulb_c(
        day, climate["vapour_hot_hpa"].to_numpy(), pressure_hpa(climate["elevation_m"].to_numpy())
    )


def climate_figures(climate: pd.DataFrame) -> pd.DataFrame:
    """Return where the climate columns of the candidate table come from.

    Parameters
    ----------
    climate : DataFrame
        Result of `measure_climate`.

    Returns
    -------
    DataFrame
        Columns of `geodata.tables.Figures`: one row per column for all sites, and one per column and site
        that is less sure, has a note, or takes its figures from the user's EPW file. `observation` is
        `climate_station_km`.
    """
    general = [_figure(column, "", "medium", "") for column in UNITS]
    odd = climate[(climate["confidence"] == "low") | (climate["note"] != "")]
    named = [
        _figure(column, str(site), row["confidence"], row["note"]) | own_source(row["epw_file"])
        for site, row in odd.iterrows()
        for column in UNITS
        if column != "elevation_m" or row["method"] in ("borrowed", "epw")
    ]
    doubted = climate.loc[wet_bulb_doubt(climate) & ~climate.index.isin(odd.index), "wet_bulb_check_c"]
    named += [_figure(WET_BULB, str(site), "low", doubt_note(check)) for site, check in doubted.items()]
    return pd.DataFrame(general + named)


def wet_bulb_doubt(climate: pd.DataFrame) -> pd.Series:
    """Return where the design wet bulb is far from that of the second source, ITU-R P.836."""
    return (climate["wet_bulb_check_c"].abs() > WET_BULB_DOUBT_C) & (climate["epw_file"] == "")


def doubt_note(check_c: float) -> str:
    """Return the note of a place with such a wet bulb."""
    return f"{check_c:+.1f} C off the one from ITU-R P.836"


def _figure(column: str, site_id: str, confidence: str, note: str) -> dict[str, str]:
    return figure(
        column,
        UNITS[column],
        SOURCES[column],
        VINTAGES[column],
        confidence,
        note,
        site_id,
        "" if column == "elevation_m" else STATION,
    )


def own_source(epw_file: str) -> dict[str, str]:
    """Return source and vintage of figures that come from an EPW file; nothing without one."""
    if not epw_file:
        return {}
    own = read_epw(epw_file)
    return {"source": f"user's EPW file {Path(epw_file).name}: {own.station.name}", "vintage": own.years}
