"""The exclusions that rest on layers of a data folder, one function each; no limit: None, the rule is off."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata.cells.exclusion_layers import raster_layer
from geodata.cells.exclusion_masks import above, far_from, in_ranges, near_or_inside, rugged
from geodata.cells.screening import Exclusion
from geodata.cells.target_grid import Grid
from geodata.layers.hazard import FAULTS
from geodata.layers.land import COVER, ELEVATION
from geodata.layers.population import WORLD as POPULATION
from geodata.layers.water import LAKES, RIVERS
from geodata.layers.water import LAYER as WATER
from geodata.measured import layer_file
from geodata.readers.vector import read_vector


def exclude_high(limit_m: float | None, grid: Grid, data: Path | None) -> Exclusion | None:
    """Rule out cells whose mean elevation is above the limit."""
    if limit_m is None:
        return None
    return _above("elevation", f"elevation above {limit_m:g} m", limit_m, grid, data, ELEVATION)


def exclude_crowded(limit: float | None, grid: Grid, data: Path | None) -> Exclusion | None:
    """Rule out cells with more persons per km2 than the limit."""
    if limit is None:
        return None
    return _above("built_up", f"over {limit:g} persons per km2", limit, grid, data, POPULATION)


def exclude_rugged(
    limit_m: float | None, around_km: float, grid: Grid, data: Path | None
) -> Exclusion | None:
    """Rule out cells with more relief around them than the limit."""
    if limit_m is None:
        return None
    text = f"relief above {limit_m:g} m within {around_km:g} km"
    path = layer_file(data, ELEVATION)
    if path is None:
        return Exclusion("relief", text, ELEVATION)
    raster = raster_layer(path, grid, "relief")
    return Exclusion("relief", text, ELEVATION, rugged(raster, limit_m, around_km), raster.pixel)


def exclude_steep(limit_deg: float, path: Path | None, grid: Grid, where: str) -> Exclusion | None:
    """Rule out cells steeper than the limit in the user's slope raster [degrees]."""
    if path is None:
        return None
    raster = raster_layer(path, grid, where)
    text = f"slope above {limit_deg:g} degrees"
    return Exclusion("slope", text, path.name, above(raster, limit_deg), raster.pixel, own=True)


def exclude_cover(
    reason: str, codes: tuple[int, ...], own: Path | None, grid: Grid, data: Path | None, where: str
) -> Exclusion | None:
    """Rule out cells of the land cover classes listed, of the user's raster if there is one."""
    if not codes:
        return None
    text = "land cover " + ", ".join(map(str, codes))
    path = own or layer_file(data, COVER)
    if path is None:
        return Exclusion(reason, text, COVER)
    raster = raster_layer(path, grid, where if own else reason)
    ruled = in_ranges(raster, tuple((float(code), float(code)) for code in codes))
    return Exclusion(reason, text, own.name if own else COVER, ruled, raster.pixel, own is not None)


def exclude_water(limit_km: float | None, grid: Grid, data: Path | None) -> Exclusion | None:
    """Rule out cells in a lake, or nearer to a lake or river than the limit."""
    if limit_km is None:
        return None
    text = f"in a lake, or within {limit_km:g} km of a lake or river"
    path = layer_file(data, WATER)
    if path is None:
        return Exclusion("water", text, WATER)
    layers = (LAKES, RIVERS) if limit_km else (LAKES,)
    shapes = pd.concat([_shapes(path, "water", grid, layer) for layer in layers])
    return Exclusion("water", text, WATER, near_or_inside(shapes, grid, limit_km))


def exclude_faults(limit_km: float | None, grid: Grid, data: Path | None) -> Exclusion | None:
    """Rule out cells nearer to an active fault than the limit."""
    if limit_km is None:
        return None
    text = f"within {limit_km:g} km of an active fault"
    path = layer_file(data, FAULTS)
    if path is None:
        return Exclusion("fault", text, FAULTS)
    return Exclusion("fault", text, FAULTS, near_or_inside(_shapes(path, "fault", grid), grid, limit_km))


def exclude_far(reason: str, limit_km: float | None, points: pd.DataFrame, layer: str) -> Exclusion | None:
    """Rule out cells farther than the limit from every point of a layer (longitude, latitude)."""
    if limit_km is None:
        return None
    text = f"over {limit_km:g} km from {layer}"
    return Exclusion(reason, text, layer, None if points.empty else far_from(points, limit_km))


def _above(reason: str, text: str, limit: float, grid: Grid, data: Path | None, layer: str) -> Exclusion:
    path = layer_file(data, layer)
    if path is None:
        return Exclusion(reason, text, layer)
    raster = raster_layer(path, grid, reason)
    return Exclusion(reason, text, layer, above(raster, limit), raster.pixel)


def _shapes(path: Path, where: str, grid: Grid, layer: str | None = None) -> gpd.GeoSeries:
    return read_vector(path, where, layer, columns=(), crs_out=grid.crs).geometry
