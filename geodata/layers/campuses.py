"""Known campuses around, those that stand and those that are planned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.by_place import told
from geodata.geometry.proximity import Points
from geodata.measured import figure
from geodata.read import builtin, truth

AROUND_KM = 50.0
SOURCE = "press and company items (builtin/campuses.csv), and the user's campuses"
POWERLESS = "campuses are there, the power of none is published"
NOTE = "a lower bound: few campuses are known by place, fewer with their power; town precision"


def built_in_campuses(tables: Path | None = None) -> pd.DataFrame:
    """Return the campuses of `builtin/campuses.csv`, `existing` as True and False."""
    rows = builtin("campuses", tables)
    return rows.assign(existing=truth(rows["existing"], "campuses.csv"))


def campus_columns(places: pd.DataFrame, campuses: pd.DataFrame) -> dict[str, object]:
    """Return the nearest campus and those within 50 km, standing and planned, in the order of `places`.

    Parameters
    ----------
    places, campuses : DataFrame
        longitude, latitude; of campuses also it_mw [MW, NaN: not known] and existing.

    Returns
    -------
    dict
        campus_km [km, standing or planned]; campuses_50km_count and campuses_50km_mw [MW] of those that
        stand; the same of those that are planned. The power is NaN where campuses are and none is known.
    """
    lon, lat = places["longitude"].to_numpy(), places["latitude"].to_numpy()
    columns: dict[str, object] = {
        "campus_km": Points(campuses["longitude"], campuses["latitude"]).nearest_km(lon, lat)
    }
    stands = campuses["existing"].astype(bool)
    for name, rows in (("campuses", campuses[stands]), ("planned_campuses", campuses[~stands])):
        count, power = _around(lon, lat, rows)
        columns |= {f"{name}_50km_count": count, f"{name}_50km_mw": power}
    return columns


def _around(
    lon: NDArray[np.float64], lat: NDArray[np.float64], rows: pd.DataFrame
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    points = Points(rows["longitude"], rows["latitude"])
    count = points.sum_within(lon, lat, np.ones(len(rows)), AROUND_KM)
    known = points.sum_within(lon, lat, rows["it_mw"].notna().astype(float), AROUND_KM)
    power = points.sum_within(lon, lat, rows["it_mw"].fillna(0.0), AROUND_KM)
    return count, np.where((known == 0) & (count > 0), np.nan, power)


def campus_figures(places: pd.DataFrame, columns: dict[str, object]) -> list[dict[str, str]]:
    """Return where the columns come from; power that is not known of any campus around is missing."""
    units = {"campus_km": "km"}
    for name in ("campuses", "planned_campuses"):
        units |= {f"{name}_50km_count": "campuses", f"{name}_50km_mw": "MW"}
    rows = []
    for column, unit in units.items():
        general = figure(column, unit, SOURCE, "2016-2026", "low", NOTE)
        silent = np.isnan(np.asarray(columns[column], dtype=float))
        rows += told(general, places["site_id"], [(silent, "missing", POWERLESS)])
    return rows
