"""What an exclusion asks of a tile of cells: the mask of those it rules out, and of those it cannot judge."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter, minimum_filter

from geodata.cells.exclusion_layers import RasterLayer
from geodata.cells.screening import Ruling
from geodata.cells.target_grid import Grid, burned
from geodata.cells.value_ranges import Ranges, within
from geodata.geometry.projections import WGS84
from geodata.geometry.proximity import Points, along

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Ruled = Callable[[Grid], Ruling]

STEP_KM_MAX = 1.0
STEP_OF_DISTANCE = 0.1  # points along a line: so much of the distance asked, error 0.13 % of it
STEP_OF_CELL = 0.05  # but not closer than this part of a cell


def above(raster: RasterLayer, limit: float) -> Ruled:
    """Rule out cells whose mean value is above the limit."""

    def ruled(tile: Grid) -> Ruling:
        values = raster.read(tile, "mean")
        return values > limit, np.isnan(values)

    return ruled


def in_ranges(raster: RasterLayer, ranges: Ranges, invert: bool = False) -> Ruled:
    """Rule out cells whose value at the centre lies in a range; inverted: in none; void cells stay."""

    def ruled(tile: Grid) -> Ruling:
        values = raster.read(tile, "nearest")
        void = np.isnan(values)
        return (within(values, ranges) ^ invert) & ~void, void

    return ruled


def rugged(raster: RasterLayer, limit_m: float, around_km: float) -> Ruled:
    """Rule out cells with more relief around than the limit [m]."""

    def ruled(tile: Grid) -> Ruling:
        relief = relief_m(raster, tile, around_km)
        return relief > limit_m, np.isnan(relief)

    return ruled


def covered(mask: Mask, grid: Grid, invert: bool = False) -> Ruled:
    """Rule out the cells of a mask of the whole grid; inverted: the others."""

    def ruled(tile: Grid) -> Ruling:
        return mask[grid.slices(tile)] ^ invert, np.zeros(tile.shape, dtype=bool)

    return ruled


def near_or_inside(
    shapes: gpd.GeoSeries, grid: Grid, km: float, invert: bool = False, all_touched: bool = False
) -> Ruled:
    """Rule out cells in a shape, or whose centre is within `km` of one; inverted: the others.

    Parameters
    ----------
    shapes : GeoSeries
        In the projection of the grid.
    grid : Grid
        Cells of the whole area.
    km : float
        0: only cells in a shape.
    invert, all_touched : bool
        Rule out the others; count every cell that a polygon touches as in it.
    """
    mask = burned(shapes, grid, all_touched)
    step = min(STEP_KM_MAX, max(STEP_OF_DISTANCE * km, STEP_OF_CELL * grid.cell_km()))
    if km == 0:
        return covered(mask, grid, invert)
    outlines = along(shapes.to_crs(WGS84).to_numpy(), step)

    def ruled(tile: Grid) -> Ruling:
        close = mask[grid.slices(tile)] | (outlines.near_km(*tile.lonlat(), km) <= km)
        return close ^ invert, np.zeros(tile.shape, dtype=bool)

    return ruled


def far_from(points: pd.DataFrame, km: float) -> Ruled:
    """Rule out cells whose centre is farther than `km` from every point (longitude, latitude)."""
    layer = Points(points["longitude"], points["latitude"])

    def ruled(tile: Grid) -> Ruling:
        return ~(layer.near_km(*tile.lonlat(), km) <= km), np.zeros(tile.shape, dtype=bool)

    return ruled


def relief_m(raster: RasterLayer, tile: Grid, around_km: float) -> Array:
    """Return the highest less the lowest elevation in a square around each cell [m]; NaN: the cell is void.

    The square reaches `around_km` to each side, rounded to whole cells; in cells larger than that it is the
    cell, with all its pixels.
    """
    rows, columns = _reach(tile, around_km)
    widest = int(columns.max())
    wide = tile.grown(rows, widest)
    high, low = raster.read(wide, "max"), raster.read(wide, "min")
    here = (slice(rows, rows + tile.height), slice(widest, widest + tile.width))
    void = np.isnan(high[here])
    high, low = np.where(np.isnan(high), -np.inf, high), np.where(np.isnan(low), np.inf, low)
    found = np.full(tile.shape, np.nan)
    for half in np.unique(columns):
        size = (2 * rows + 1, 2 * int(half) + 1)
        span = (maximum_filter(high, size, mode="nearest") - minimum_filter(low, size, mode="nearest"))[here]
        found[columns == half] = span[columns == half]
    found[void] = np.nan
    return found


def _reach(tile: Grid, around_km: float) -> tuple[int, NDArray[np.int64]]:
    """Return how many rows, and in each row of the tile how many columns, the distance spans."""
    rows = round(around_km / tile.cell_km())
    if not tile.geographic:
        return rows, np.full(tile.height, rows)
    east_km = tile.cell_km() * np.maximum(np.cos(np.radians(tile.centres()[1])), 0.05)
    return rows, np.rint(around_km / east_km).astype(int)
