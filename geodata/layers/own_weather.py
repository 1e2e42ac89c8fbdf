"""Which place takes which EPW file of the user, and what its hours say of the climate there."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from geodata.geometry.distance import distance_km
from geodata.geometry.proximity import Points
from geodata.layers.epw import OwnYear, Station, monthly_means, read_epw, read_station
from geodata.tables import DataWarning, TableError

NEAR_KM = 15.0  # nearer, and of like height: confidence high
LIKE_HEIGHT_M = 150.0


def epw_files(
    places: pd.DataFrame, named: dict[str, Path], folder: Path | None, km: float
) -> dict[str, Path]:
    """Return the EPW file of each place that has one.

    Parameters
    ----------
    places : DataFrame
        `site_id`, `longitude`, `latitude`.
    named : dict
        File of a place by its site_id.
    folder : Path or None
        Folder whose files go to the places within `km`, to each the nearest; a file named for it goes first.
    km : float
        Farthest station [km].

    Raises
    ------
    TableError
        A site_id that is no place, a file that is no EPW file, or one of a station too far from its place;
        all faults at once.
    """
    known = set(places["site_id"])
    faults = [f"{site} is no place of this survey" for site in named if site not in known]
    kept = {site: path for site, path in named.items() if site in known}
    for site, path in kept.items():
        faults += _faults(site, path, _where(places, site), km)
    if faults:
        raise TableError(f"geodata.climate.epw_files: {'; '.join(faults)}")
    return (_matched(places, folder, km) if folder else {}) | kept


def _where(places: pd.DataFrame, site: str) -> tuple[float, float]:
    row = int((places["site_id"] == site).to_numpy().argmax())
    return float(places["longitude"].iloc[row]), float(places["latitude"].iloc[row])


def _faults(site: str, path: Path, place: tuple[float, float], km: float) -> list[str]:
    try:
        station = read_epw(path).station
    except TableError as error:
        return [f"{site}: {error}"]
    away = _km(station, place)
    at = f"{station.name} at {station.longitude:g} E {station.latitude:g} N"
    return [f"{site}: {path} is of {at}, {away:.0f} km away, expected within {km:g} km"] if away > km else []


def _km(station: Station, place: tuple[float, float]) -> float:
    return float(distance_km(station.longitude, station.latitude, *place))


def _matched(places: pd.DataFrame, folder: Path, km: float) -> dict[str, Path]:
    where = f"geodata.climate.epw_folder ({folder})"
    if not folder.is_dir():
        raise TableError(f"{where}: no such folder")
    paths = sorted(p for p in folder.iterdir() if p.suffix.lower() == ".epw")
    if not paths:
        raise TableError(f"{where}: no file *.epw in it")
    stations = _stations(paths, where)
    points = Points([s.longitude for s in stations], [s.latitude for s in stations])
    nearest, away = points.nearest(places["longitude"], places["latitude"])
    near = np.flatnonzero(away <= km)
    idle = sorted({p.name for p in paths} - {paths[nearest[row]].name for row in near})
    if idle:
        text = f"{where}: not the nearest to any place within {km:g} km, so not used: {', '.join(idle)}"
        warnings.warn(text, DataWarning, stacklevel=4)
    return {str(places["site_id"].iloc[row]): paths[nearest[row]] for row in near}


def _stations(paths: list[Path], where: str) -> list[Station]:
    found, faults = [], []
    for path in paths:
        try:
            found.append(read_station(path))
        except TableError as error:
            faults.append(str(error))
    if faults:
        raise TableError(f"{where}: {'; '.join(faults)}")
    return found


def with_own_hours(
    climate: pd.DataFrame, places: pd.DataFrame, files: dict[str, Path], warming_c: float, design_share: float
) -> pd.DataFrame:
    """Return the climate with the figures of the EPW files in place of the surveyed ones.

    Parameters
    ----------
    climate : DataFrame
        Indexed by site_id: monthly columns, design hour, `method`, `confidence`, `note`.
    places : DataFrame
        `site_id`, `longitude`, `latitude`.
    files : dict
        Result of `epw_files`.
    warming_c : float
        Added to each hour of the files [C].
    design_share : float
        Share of the year that is hotter than the design hour.

    Returns
    -------
    DataFrame
        As `climate`, and `epw_file`: path of the place's file, empty where it has none; `epw_warming_c`.
    """
    done = climate.assign(epw_file="", epw_warming_c=warming_c)
    if not files:
        return done
    found = {}
    for site, path in files.items():
        own = read_epw(path, warming_c)
        away = _km(own.station, _where(places, site))
        told = _told(own, away, float(climate["elevation_m"][site])) | {"epw_file": str(path)}
        found[site] = monthly_means(own) | _annual(own, design_share) | {"station_km": away} | told
    table = pd.DataFrame.from_dict(found, orient="index")
    done.loc[table.index, table.columns] = table
    return done


def _annual(own: OwnYear, design_share: float) -> dict[str, float]:
    return {
        "elevation_m": own.station.elevation_m,
        "temperature_mean_c": float(own.dry_bulb_c.mean()),
        "temperature_hot_c": float(np.quantile(own.dry_bulb_c, 1 - design_share)),
        "wet_bulb_hot_c": float(np.quantile(own.wet_bulb_c, 1 - design_share)),
        "wet_bulb_check_c": np.nan,
        "check_c": np.nan,
        "check_stations": np.nan,
    }


def _told(own: OwnYear, away_km: float, surveyed_m: float) -> dict[str, str]:
    higher = own.station.elevation_m - surveyed_m
    near = away_km <= NEAR_KM and abs(higher) <= LIKE_HEIGHT_M
    note = f"hours of {own.station.name}, {away_km:.0f} km away, {higher:+.0f} m above the place as surveyed"
    return {"method": "epw", "confidence": "high" if near else "medium", "note": note}
