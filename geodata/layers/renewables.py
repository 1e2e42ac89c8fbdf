"""Wind and sun around a place: radiation, wind speed, mean output, installable power, curtailment."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.geometry.proximity import Points
from geodata.layers.own_output import WHERE, own_output
from geodata.layers.potential import RADIUS_KM, potential_mw
from geodata.layers.renewable_means import Settings, provincial_means, solar_means, wind_means
from geodata.layers.renewable_weather import GHI_FILE, POTENTIAL_FILES
from geodata.layers.renewable_weather import SOURCE as ERA5
from geodata.measured import Measured, figure, layer_file, measured, missing, read_layer_csv
from geodata.read import builtin, numbers
from geodata.readers.sampling import nearest_valid, sample
from geodata.schemas.layers import Renewables
from geodata.tables import DataWarning, TableError

Array = NDArray[np.float64]
Rows = list[dict[str, str]]
Columns = dict[str, object]

STATIONS_FILE = "renewables/cdsrd-radiation/stations.csv"
WIND_FILE = "renewables/wind100m-pvwind-0p1deg/wind100m_cf_0p1deg_cog.tif"
GHI_SOURCE = (
    "CDSRD, China daily solar radiation at 1042 stations (Xi'an University of Architecture and Technology)"
)
WIND_SOURCE = "PV-Wind-China (rongwang-fudan, MIT licence), reanalysis"
FAR_KM = 100.0
SPARSE_EAST = 100.0  # west of it there are 144 of the 1042 stations
RELIEF = 1.5  # observed over reanalysis output from which on the reanalysis misses the terrain
COAST_KM = 60.0
OUTPUT = "output over capacity, mean of the year"
MOST_COMMON = ["source", "vintage", "confidence", "note"]


def measure_renewables(
    places: pd.DataFrame, settings: Settings, data: Path | None, tables: Path | None = None
) -> Measured:
    """Return wind and sun at each place.

    Parameters
    ----------
    places : DataFrame
        `site_id`, `province`, `prefecture`, `longitude`, `latitude`.
    settings : Settings
        Correction, scaling, the user's own series.
    data : Path, optional
        Data folder; without one wind's mean output and curtailment are given, the rest is missing.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    Measured
        Columns of `geodata.schemas.layers.Renewables`. Mean output is that of the hourly series
        (`geodata.layers.renewable_hours`), before curtailment.

    Raises
    ------
    TableError
        A file that is there but not usable.
    """
    parts = [
        _radiation(places, data),
        _wind_speed(places, data, tables),
        _mean_output(places, settings, data, tables),
        *(_potential(places, kind, data) for kind in ("solar", "wind")),
        *(_curtailment(places, kind, settings, tables) for kind in ("solar", "wind")),
    ]
    columns = {name: values for part, _ in parts for name, values in part.items()}
    return measured(places, columns, [row for _, rows in parts for row in rows], Renewables)


def _radiation(places: pd.DataFrame, data: Path | None) -> tuple[Columns, Rows]:
    path = layer_file(data, GHI_FILE)
    names = ["ghi_kwh_per_m2", "ghi_station_km"]
    if path is None:
        return {}, missing(names, GHI_FILE)
    ghi = sample(path, places["longitude"], places["latitude"], [1])[:, 0]
    km, sure, note = _station_km(places, path, layer_file(data, STATIONS_FILE))
    km = np.where(np.isnan(ghi), np.nan, km)
    sparse = (km > FAR_KM) | (places["longitude"].to_numpy() < SPARSE_EAST)
    told = pd.DataFrame(
        {"source": GHI_SOURCE, "vintage": "2008-2017", "confidence": np.where(sparse, "low", "medium")}
    ).assign(note=np.where(sparse, "few stations: error 89 kWh/m2", "error 63 kWh/m2 (leave one out)"))
    far = _told_missing(told, np.isnan(ghi), "more than 400 km from a station, or outside China")
    rows = _rows(places, names[0], "kWh/m2 a year, global horizontal", far, names[1])
    there = ~np.isnan(ghi)
    exact = far.assign(confidence=far["confidence"].mask(there, sure), note=np.where(there, note, ""))
    return dict(zip(names, (ghi, km), strict=True)), rows + _rows(places, names[1], "km", exact)


def _station_km(places: pd.DataFrame, grid: Path, stations: Path | None) -> tuple[Array, str, str]:
    """Return the distance to the nearest radiation station, how sure it is, and a note."""
    lon, lat = places["longitude"], places["latitude"]
    if stations is None:
        return sample(grid, lon, lat, [14])[:, 0], "medium", "read off a grid of 0.25 degrees: 10 km exact"
    columns = ["lon", "lat", "ghi_kwh_m2_yr_2008_2017"]
    known = numbers(read_layer_csv(stations, columns), columns, str(stations)).dropna()
    return Points(known["lon"], known["lat"]).nearest_km(lon, lat), "high", ""


def _wind_speed(places: pd.DataFrame, data: Path | None, tables: Path | None) -> tuple[Columns, Rows]:
    path = layer_file(data, WIND_FILE)
    name = "wind_speed_100m_m_per_s"
    if path is None:
        return {}, missing([name], WIND_FILE)
    lon, lat = (places[c].to_numpy(dtype=float) for c in ("longitude", "latitude"))
    speed = sample(path, lon, lat, [1], method="nearest")[:, 0]
    void = np.isnan(speed)
    if void.any():
        speed[void] = nearest_valid(path, lon[void], lat[void], [1], COAST_KM)[:, 0]
    rough = places["province"].isin(_provinces_of_relief(tables)).to_numpy()
    told = pd.DataFrame(
        {"source": WIND_SOURCE, "vintage": "2012-2018", "confidence": np.where(rough, "low", "medium")}
    ).assign(
        note=np.where(rough, "cells of 0.5 x 0.625 degrees miss ridges and passes", "0.5 x 0.625 degrees")
    )
    told = _told_missing(told, np.isnan(speed), f"no land cell within {COAST_KM:g} km")
    return {name: speed}, _rows(places, name, "m/s, mean of the year at 100 m", told)


def _provinces_of_relief(tables: Path | None) -> list[str]:
    """Return the provinces whose observed hours exceed the reanalysis by half and more."""
    table = builtin("wind_prefecture", tables)
    share = table["reanalysis_output_share"] * table["area_share"]
    ratio = provincial_means("wind", Settings(), tables)["mean"] / share.groupby(table["province"]).sum()
    return list(ratio.index[ratio > RELIEF])


def _mean_output(
    places: pd.DataFrame, settings: Settings, data: Path | None, tables: Path | None
) -> tuple[Columns, Rows]:
    own = own_output(places, settings.hours_file)
    sun, air = solar_means(places, settings, data, tables), wind_means(places, settings, tables)
    _warn_of_solar_settings(settings, data)
    columns: Columns = {}
    rows: Rows = []
    for kind, table in (("solar", sun), ("wind", air)):
        name = f"{kind}_capacity_factor"
        given = ~np.isnan(own[kind][:, 0])
        mean = np.where(given, own[kind].mean(axis=1, dtype=float), table["mean"])
        if np.isnan(mean).all():
            rows += missing([name], GHI_FILE if kind == "solar" else "province not known")
            continue
        columns[name] = mean
        rows += _rows(places, name, OUTPUT, _told_output(table, given, np.isnan(mean)))
    return columns, rows


def _warn_of_solar_settings(settings: Settings, data: Path | None) -> None:
    changed = not settings.solar_correction or settings.solar_full_load_hours_file is not None
    if changed and layer_file(data, GHI_FILE) is None:
        text = (
            "renewables.solar_correction and solar_full_load_hours_file change nothing without a data folder"
        )
        warnings.warn(f"{text}: shipped means of sun stay as they are", DataWarning, stacklevel=4)


def _told_output(table: pd.DataFrame, given: NDArray[np.bool_], lost: NDArray[np.bool_]) -> pd.DataFrame:
    """Return where the mean output comes from: official hours of a province are at most medium at a place."""
    told = table.drop(columns="mean").assign(
        source=table["source"] + f"; hours: {ERA5}",
        confidence=table["confidence"].mask(table["confidence"] == "high", "medium"),
    )
    told.loc[given, MOST_COMMON] = [f"user's series ({WHERE})", "", "medium", ""]
    return _told_missing(told, lost, "no radiation grid here, or province not known")


def _potential(places: pd.DataFrame, kind: str, data: Path | None) -> tuple[Columns, Rows]:
    path, name = layer_file(data, POTENTIAL_FILES[kind]), f"{kind}_potential_50km_mw"
    if path is None:
        return {}, missing([name], POTENTIAL_FILES[kind])
    note = "land that is not excluded times a fixed density: nothing of resource, grid, or what stands"
    told = figure(name, f"MW within {RADIUS_KM:g} km", ERA5, "2020", "low", note)
    return {name: potential_mw(path, places["longitude"], places["latitude"])}, [told]


def _curtailment(
    places: pd.DataFrame, kind: str, settings: Settings, tables: Path | None
) -> tuple[Columns, Rows]:
    name = f"{kind}_curtailment_share"
    table = builtin("curtailment", tables).query("technology == @kind")
    chosen = table[table["period"] == settings.curtailment_period].set_index("region")
    if chosen.empty:
        raise TableError(
            f"renewables.curtailment_period: found {settings.curtailment_period}, expected one of "
            f"{', '.join(sorted(set(table['period'])))}"
        )
    here = chosen.reindex(_regions(places, chosen.index, tables)).reset_index()
    lost = here["curtailment_share"].isna().to_numpy()
    told = here[MOST_COMMON].fillna("").assign(note="of the province, all farms")
    told = _told_missing(told, lost, "province not known")
    rows = _rows(places, name, "share of the year's output", told)
    return {name: here["curtailment_share"].to_numpy()}, rows


def _regions(places: pd.DataFrame, known: pd.Index, tables: Path | None) -> pd.Series:
    """Return the province of each place, or its grid where one province has two with figures of their own."""
    zones = builtin("tariff_zones", tables).set_index(["province", "prefecture"])["tariff_zone"]
    own = zones.reindex(pd.MultiIndex.from_frame(places[["province", "prefecture"]])).to_numpy()
    rest = zones.xs("", level="prefecture").reindex(places["province"]).to_numpy()
    zone = pd.Series(own).fillna(pd.Series(rest))
    return zone.where(zone.isin(known), places["province"].reset_index(drop=True))


def _told_missing(told: pd.DataFrame, lost: NDArray[np.bool_], why: str) -> pd.DataFrame:
    told.loc[lost, MOST_COMMON] = [why, "", "missing", ""]
    return told


def _rows(places: pd.DataFrame, column: str, unit: str, told: pd.DataFrame, observation: str = "") -> Rows:
    """Return the commonest row of `told` for all places, and one for each place that differs."""
    told = told[MOST_COMMON].set_axis(places["site_id"].to_numpy())
    given = told[told["confidence"] != "missing"]
    counts = (told if given.empty else given).value_counts(sort=False)
    common = counts.sort_values(ascending=False, kind="stable").index[0]
    other = told[(told != pd.Series(common, index=MOST_COMMON)).any(axis=1)]
    general = {**figure(column, unit, "", "", "", observation=observation), **_texts(common)}
    return [general, *({**general, **_texts(row), "site_id": str(site)} for site, *row in other.itertuples())]


def _texts(row: Sequence[str]) -> dict[str, str]:
    return dict(zip(MOST_COMMON, map(str, row), strict=True))
