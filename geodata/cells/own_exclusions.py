"""The user's own exclusions: rasters with values to rule out, vectors with a buffer, lists of places."""

from __future__ import annotations

import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from pyogrio.errors import DataSourceError

from geodata.cells.exclusion_layers import raster_layer
from geodata.cells.exclusion_masks import covered, in_ranges, near_or_inside
from geodata.cells.screening import Exclusion
from geodata.cells.target_grid import Bounds, Grid, burned
from geodata.cells.value_ranges import parse_values
from geodata.geometry.projections import WGS84
from geodata.readers.vector import read_vector
from geodata.tables import DataWarning, TableError

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Forced = tuple[tuple[float, float], ...] | Path

KM_PER_DEGREE = 111.0


class OwnLayer(BaseModel):
    """A layer of the user's that rules cells out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: Path = Field(description="raster or vector of any format and projection")
    reason: str = Field(description="what is written down for the cells that it rules out")
    values: str | None = Field(
        None, description="of a raster, needed: values to rule out, as 1-12,15 or 25- (25 and more)"
    )
    buffer_km: float = Field(0.0, ge=0, description="of a vector: cells nearer than this are ruled out too")
    invert: bool = Field(False, description="rule out the other cells instead; void cells of a raster stay")
    band: int = Field(1, ge=1, description="of a raster: band, counted from 1")
    layer: str | None = Field(None, description="of a vector: layer of the file; none: the only one")
    all_touched: bool = Field(False, description="of polygons: every cell they touch, not only by its centre")


def exclude_own(layer: OwnLayer, grid: Grid, where: str) -> Exclusion:
    """Rule out what a layer of the user's says.

    Parameters
    ----------
    layer : OwnLayer
        File and what of it counts.
    grid : Grid
        Cells of the whole area.
    where : str
        Scenario key or argument that names the layer; begins every message.

    Raises
    ------
    TableError
        An unusable file, or options that do not go with its kind.
    """
    return _vector(layer, grid, where) if is_vector(layer.file) else _raster(layer, grid, where)


def is_vector(path: Path) -> bool:
    """Return whether a file holds vector layers (a GeoPackage may hold rasters too: then it is a vector)."""
    if path.suffix.lower() in (".csv", ".xlsx"):
        return True
    try:
        return len(pyogrio.list_layers(path)) > 0
    except (DataSourceError, OSError):
        return False


def _raster(layer: OwnLayer, grid: Grid, where: str) -> Exclusion:
    _refuse(layer, where, "raster", {"buffer_km": layer.buffer_km > 0, "layer": layer.layer is not None})
    if layer.values is None:
        raise TableError(
            f"{where} ({layer.file}): a raster needs values to rule out, expected like 1-12,15 or 25-"
        )
    ranges = parse_values(layer.values, f"{where}: values")
    raster = raster_layer(layer.file, grid, where, layer.band)
    text = f"{'not ' if layer.invert else ''}{layer.values}"
    ruled = in_ranges(raster, ranges, layer.invert)
    return Exclusion(layer.reason, text, layer.file.name, ruled, raster.pixel, own=True)


def _vector(layer: OwnLayer, grid: Grid, where: str) -> Exclusion:
    _refuse(layer, where, "vector file", {"values": layer.values is not None, "band": layer.band != 1})
    around = _around(grid, layer.buffer_km)
    shapes = read_vector(layer.file, where, layer.layer, around, (), crs_out=grid.crs).geometry
    if shapes.empty:
        warnings.warn(f"{where} ({layer.file}): no shape in the area", DataWarning, stacklevel=3)
    ruled = near_or_inside(shapes, grid, layer.buffer_km, layer.invert, layer.all_touched)
    text = ("outside" if layer.invert else "inside") + (
        f" or within {layer.buffer_km:g} km" if layer.buffer_km else ""
    )
    return Exclusion(layer.reason, text, layer.file.name, ruled, own=True)


def _refuse(layer: OwnLayer, where: str, kind: str, given: dict[str, bool]) -> None:
    wrong = [name for name, so in given.items() if so]
    if wrong:
        raise TableError(f"{where} ({layer.file}): {' and '.join(wrong)} cannot go with a {kind}")


def _around(grid: Grid, km: float) -> Bounds:
    """Return the bounds of the grid with `km` more on each side."""
    west, south, east, north = grid.bounds
    one = km * grid.resolution / grid.cell_km()
    if not grid.geographic:
        return west - one, south - one, east + one, north + one
    wide = km / KM_PER_DEGREE / max(np.cos(np.radians(max(abs(south), abs(north)) + one)), 0.05)
    return max(west - wide, -180.0), max(south - one, -90.0), min(east + wide, 180.0), min(north + one, 90.0)


def exclude_forced(points: Forced, grid: Grid, where: str) -> Exclusion | None:
    """Rule out what the user's list says, even what is force-included; an empty list: nothing."""
    if points == ():
        return None
    ruled = covered(forced(read_forced(points, where), grid), grid)
    return Exclusion("force_exclude", "on the user's list", "force_exclude", ruled, beats_include=True)


def forced(shapes: gpd.GeoSeries, grid: Grid) -> Mask:
    """Return the cells that hold a point, or which polygons cover."""
    return burned(shapes.to_crs(grid.crs), grid)


def read_forced(points: Forced, where: str) -> gpd.GeoSeries:
    """Return the points of a list (longitude, latitude), or the shapes of a file, in WGS 84."""
    if isinstance(points, Path):
        return read_vector(points, where, columns=()).geometry
    xy = np.array(points, dtype=float).reshape(-1, 2)
    return _lonlat_points(xy[:, 0], xy[:, 1], where)


def _lonlat_points(lon: Array, lat: Array, place: str) -> gpd.GeoSeries:
    """Return points from degrees (WGS 84); TableError, begun with `place`, where they lie on no globe."""
    wrong = ~((np.abs(lon) <= 180) & (np.abs(lat) <= 90))
    if wrong.any():
        i = int(np.flatnonzero(wrong)[0])
        raise TableError(
            f"{place}: point {i + 1} ({lon[i]:g}, {lat[i]:g}) is no longitude and latitude; swapped?"
        )
    return gpd.GeoSeries(shapely.points(lon, lat), crs=WGS84)
