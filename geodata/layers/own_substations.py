"""The user's own substations, which replace the extract."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from geodata.read import builtin, numbers, read_file
from geodata.readers.vector import read_vector
from geodata.tables import DataWarning, TableError

WHERE = "geodata.power_grid.substations_file"
COLUMNS = ["longitude", "latitude", "max_kv", "name", "province", "tagged", "source"]
TABLES = (".csv", ".xlsx")
NEEDED = ("longitude", "latitude", "max_kv")
LOWEST_KV = 220.0
HIGHEST_KV = 1500.0  # no voltage is so high; the cell is in volts
MARGIN_DEG = 5.0  # around the prefecture seats


def own_substations(
    path: Path, names: dict[str, str], layer: str = "", tables: Path | None = None
) -> pd.DataFrame:
    """Return the substations of 220 kV and more of the user's file.

    Parameters
    ----------
    path : Path
        CSV, XLSX: longitude, latitude, max_kv [kV; empty: not known], optional name. GeoJSON, GeoPackage and
        other maps, GeoParquet: points or areas (a point inside each) with max_kv, in any projection.
    names : dict
        The file's names of these columns where they differ.
    layer : str
        Layer of a file with several.
    tables : Path, optional
        Folder of tables that stand in for built-in ones; its seats say where the country lies.

    Returns
    -------
    DataFrame
        As `geodata.layers.power_grid.substations`.

    Raises
    ------
    TableError
        Every fault of the file.
    """
    where = f"{WHERE} ({path})"
    _check_names(names, where)
    cells = read_file(path, WHERE) if path.suffix.lower() in TABLES else _points(path, layer)
    doubled = [ours for ours, theirs in names.items() if ours in cells.columns and ours != theirs]
    table = cells.drop(columns=doubled).rename(columns={theirs: ours for ours, theirs in names.items()})
    lost = [c for c in NEEDED if c not in table.columns]
    if lost:
        found = ", ".join(map(str, table.columns))
        raise TableError(
            f"{where}: missing column {', '.join(lost)}; found {found}; name the columns of the file in "
            "substations_columns"
        )
    table = numbers(table, list(NEEDED), where)
    faults = _own_faults(table, tables)
    if faults:
        raise TableError(f"{where}: " + "; ".join(faults))
    low = table["max_kv"] < LOWEST_KV
    if low.any():
        message = f"{where}: {int(low.sum())} substations below {LOWEST_KV:g} kV are left out"
        warnings.warn(message, DataWarning, stacklevel=4)
    names_given = table["name"].fillna("").astype("str") if "name" in table else ""
    done = table.assign(name=names_given, province="", tagged=table["max_kv"].notna(), source="user's table")
    return done[~low][COLUMNS].reset_index(drop=True)


def _check_names(names: dict[str, str], where: str) -> None:
    strange = sorted(set(names) - {*NEEDED, "name"})
    if strange:
        known = ", ".join([*NEEDED, "name"])
        raise TableError(f"{where}: substations_columns names {', '.join(strange)}; expected some of {known}")


def _points(path: Path, layer: str) -> pd.DataFrame:
    """Return the attributes of a map's features, with a point inside each."""
    shapes = read_vector(path, WHERE, layer=layer or None)
    point = shapes.geometry.representative_point()
    table = pd.DataFrame(shapes.drop(columns=shapes.geometry.name))
    return table.assign(longitude=point.x.to_numpy(), latitude=point.y.to_numpy())


def _box(tables: Path | None) -> tuple[float, float, float, float]:
    """Return west, east, south and north of the country, by its prefecture seats [degrees]."""
    lon, lat = (builtin("seats", tables)[c] for c in ("longitude", "latitude"))
    low, high = np.floor([lon.min(), lat.min()]) - MARGIN_DEG, np.ceil([lon.max(), lat.max()]) + MARGIN_DEG
    return float(low[0]), float(high[0]), float(low[1]), float(high[1])


def _own_faults(table: pd.DataFrame, tables: Path | None) -> list[str]:
    west, east, south, north = _box(tables)
    lon, lat = table["longitude"], table["latitude"]
    inside = lon.between(west, east) & lat.between(south, north)
    swapped = ~inside & lat.between(west, east) & lon.between(south, north)
    empty = lon.isna() | lat.isna()
    checks = {
        "longitude or latitude is empty": empty,
        "longitude and latitude look swapped": swapped,
        f"outside {west:g} to {east:g} E, {south:g} to {north:g} N": ~inside & ~swapped & ~empty,
        "max_kv is not above 0": table["max_kv"] <= 0,
        f"max_kv above {HIGHEST_KV:g}: is it in volts?": table["max_kv"] > HIGHEST_KV,
    }
    none = "no rows, expected one substation a row"
    low = f"no substation of {LOWEST_KV:g} kV or more, the highest has {table['max_kv'].max():g}"
    faults = [none] if table.empty else [low] if (table["max_kv"] < LOWEST_KV).all() else []
    for what, wrong in checks.items():
        at = ", ".join(str(i + 1) for i in table.index[wrong][:5])
        faults += [f"{what} (row {at})"] if at else []
    return faults
