"""Layers of the user for which there is no open one: floods, ground acceleration, protected areas."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.by_place import Part, told
from geodata.geometry.nearest_shape import nearest_shape, shape_at
from geodata.measured import figure, missing
from geodata.read import numbers
from geodata.readers.around import covered
from geodata.readers.raster import opened
from geodata.readers.sampling import sample, some_valid
from geodata.readers.vector import box_around, read_vector
from geodata.tables import TableError

Array = NDArray[np.float64]
DepthUnit = Literal["m", "cm"]
AccelerationUnit = Literal["g", "m_per_s2", "gal"]

WHERE = "geodata.hazard"
SOURCE = "user's file"
VECTOR = (".gpkg", ".gdb", ".shp", ".geojson", ".json", ".fgb", ".parquet", ".kml", ".gml", ".zip")
METRES = {"m": 1.0, "cm": 0.01}
IN_G = {"g": 1.0, "m_per_s2": 1 / 9.80665, "gal": 1 / 980.665}
DEEPEST_M = 100.0
STRONGEST_G = 1.5  # above any zone of China
WEAKEST_G = 0.005  # no layer has only less: a tenth of the weakest zone of China
GAL_FROM = 20.0  # no m/s2 is so large
PREVIEW = 1024  # pixels along the side of the whole raster, for its largest value
SILENT = "the user's layer has no value here"


def flood_depth(places: pd.DataFrame, path: Path | None, unit: DepthUnit, void_is_dry: bool) -> Part:
    """Return flood_depth_m: depth in the pixel of each place [m].

    Parameters
    ----------
    places : DataFrame
        `site_id`, `longitude`, `latitude`.
    path : Path, optional
        Raster of depths.
    unit : {"m", "cm"}
        Of its pixels.
    void_is_dry : bool
        Void pixels of the raster mean no flood, not unknown.

    Raises
    ------
    TableError
        Not usable, negative, or deeper than any flood: another unit.
    """
    if path is None:
        return {}, missing(
            ["flood_depth_m"], "flood layer, the user's file", f"give one by {WHERE}.flood_file"
        )
    place = f"{WHERE}.flood_file"
    cells, on = _sampled(path, places, place, void_fails=not void_is_dry)
    depth = np.where(on & np.isnan(cells) & void_is_dry, 0.0, cells * METRES[unit])
    if (depth < 0).any() or (depth > DEEPEST_M).any():
        raise TableError(
            f"{place} ({path}): found depths from {np.nanmin(depth):g} to {np.nanmax(depth):g} m, expected 0 "
            f"to {DEEPEST_M:g}; another unit (flood_unit), or a wrong mark for void pixels?"
        )
    general = figure("flood_depth_m", "m, pixel of the place", SOURCE, "", "medium")
    return {"flood_depth_m": depth}, told(general, places["site_id"], [(np.isnan(depth), "missing", SILENT)])


def ground_acceleration(places: pd.DataFrame, path: Path | None, unit: AccelerationUnit, column: str) -> Part:
    """Return ground_acceleration_g: peak ground acceleration at each place [g].

    Parameters
    ----------
    places : DataFrame
        `site_id`, `longitude`, `latitude`.
    path : Path, optional
        Raster, or polygons of zones.
    unit : {"g", "m_per_s2", "gal"}
        Of its values.
    column : str
        Column of the polygons with the value.

    Raises
    ------
    TableError
        Not usable, negative, or values that look like another unit.
    """
    name = "ground_acceleration_g"
    if path is None:
        return {}, missing(
            [name], "ground acceleration, the user's file", f"give one by {WHERE}.ground_acceleration_file"
        )
    place = f"{WHERE}.ground_acceleration_file"
    zones = path.suffix.lower() in VECTOR
    cells, most = _zones(path, places, column, place) if zones else _pixels(path, places, place)
    _check_unit(float(np.nanmin(cells)), most, unit, f"{place} ({path})")
    shaking = cells * IN_G[unit]
    general = figure(name, "g, peak at the ground", SOURCE, "", "medium")
    return {name: shaking}, told(general, places["site_id"], [(np.isnan(shaking), "missing", SILENT)])


def protected_area(places: pd.DataFrame, path: Path | None) -> Part:
    """Return protected_area_km: distance to the nearest polygon, 0 inside [km]."""
    if path is None:
        return {}, missing(
            ["protected_area_km"], "protected areas, the user's file", f"give one by {WHERE}.protected_file"
        )
    lon, lat = places["longitude"].to_numpy(), places["latitude"].to_numpy()
    layer = read_vector(
        path, f"{WHERE}.protected_file", bbox=box_around(lon, lat), columns=(), kind="polygon"
    )
    km = nearest_shape(layer.geometry.to_numpy(), lon, lat)[1]
    general = figure("protected_area_km", "km to the nearest protected area, 0 inside", SOURCE, "", "medium")
    return {"protected_area_km": np.asarray(km)}, [general]


def _sampled(
    path: Path, places: pd.DataFrame, place: str, void_fails: bool = True
) -> tuple[Array, NDArray[np.bool_]]:
    """Return the pixel of each place, empty beside the raster, and which places lie on it."""
    lon, lat = places["longitude"].to_numpy(), places["latitude"].to_numpy()
    on = covered(path, lon, lat, place)
    cells = np.full(len(lon), np.nan)
    found = sample(path, lon[on], lat[on], [1], "nearest")[:, 0]
    cells[on] = some_valid(found, path) if void_fails else found
    return cells, on


def _pixels(path: Path, places: pd.DataFrame, place: str) -> tuple[Array, float]:
    """Return the pixel of each place, and about the largest of the raster."""
    cells, _ = _sampled(path, places, place)
    with opened(path) as raster:
        shape = (min(raster.height, PREVIEW), min(raster.width, PREVIEW))
        whole = (
            raster.read(1, out_shape=shape, masked=True).astype(float) * raster.scales[0] + raster.offsets[0]
        )
    return cells, float(max(np.nanmax(cells), whole.max() if whole.count() else 0.0))


def _zones(path: Path, places: pd.DataFrame, column: str, place: str) -> tuple[Array, float]:
    lon, lat = places["longitude"].to_numpy(), places["latitude"].to_numpy()
    layer = read_vector(path, place, columns=(column,), kind="polygon")
    values = numbers(pd.DataFrame(layer[[column]]), [column], f"{place} ({path})")[column].to_numpy()
    row = shape_at(layer.geometry.to_numpy(), lon, lat)
    cells = np.where(row >= 0, values[row], np.nan)
    if np.isnan(cells).all():
        raise TableError(f"{place} ({path}): no zone with a value covers any of the {len(lon)} places")
    return cells, float(np.nanmax(values))


def _check_unit(least: float, most: float, unit: AccelerationUnit, place: str) -> None:
    top = most * IN_G[unit]
    if least >= 0 and WEAKEST_G <= top <= STRONGEST_G:
        return
    guess = "gal (cm/s2) or percent of g" if most >= GAL_FROM else "m/s2"
    hint = f"; it looks like {guess}" if unit == "g" and least >= 0 and top > STRONGEST_G else ""
    lowest, highest = (bound / IN_G[unit] for bound in (WEAKEST_G, STRONGEST_G))
    raise TableError(
        f"{place}: found {least:g} to {most:g} {unit}, expected 0 to {highest:g}, some above {lowest:g}"
        f"{hint}; name the unit in ground_acceleration_unit: g, m_per_s2 or gal"
    )
