"""Raster layers on a grid, tile by tile and never whole."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.io import DatasetReader
from rasterio.vrt import WarpedVRT
from rasterio.warp import transform_bounds

from geodata.cells.target_grid import Bounds, Grid
from geodata.geometry.projections import same_crs
from geodata.readers.raster import bounds_wgs84, opened
from geodata.tables import TableError

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
How = Literal["nearest", "mean", "max", "min"]

EXACT_PIXELS = 1e-6  # error of positions that GDAL may make [source pixels]; 0 is refused
NUDGE = 1e-4  # of a cell: which pixel a centre between two takes must not hang on rounding
PARTS_MAX = 8
PIXELS_SIDE = 4096  # of a raster that are read at once, along each side
SPECK = 1e-6
CACHE_BYTES = 64 * 1024 * 1024
DECIMALS = 6  # means of whole numbers that lie on a threshold stay on it


@dataclass(frozen=True)
class RasterLayer:
    """One band of a raster, to be read onto tiles of a grid; `pixel` is its side in the grid's units."""

    path: Path
    band: int
    pixel: float

    def read(self, tile: Grid, how: How) -> Array:
        """Return the values on a tile, NaN where the raster is void or does not reach.

        Parameters
        ----------
        tile : Grid
            Cells.
        how : {"nearest", "mean", "max", "min"}
            `nearest`: the pixel at the centre of the cell. The others, where the pixels are smaller than the
            cells, of up to 8 x 8 pixels spread evenly over the cell; where they are larger, `mean` lies
            between the nearest four, and `max` and `min` are the pixel at the centre.
        """
        parts = 1 if how == "nearest" else self.parts(tile)
        found = np.empty(tile.shape)
        with rasterio.Env(GDAL_CACHEMAX=CACHE_BYTES), opened(self.path, [self.band]) as raster:
            for piece in tile.tiles(self._side(tile)):
                found[tile.slices(piece)] = _on_cells(raster, self.band, piece, parts, how)
        return np.round(found, DECIMALS) if how == "mean" else found

    def _side(self, grid: Grid) -> int:
        """Return how many cells along each side are read at once, so that few enough pixels are."""
        return max(1, min(int(PIXELS_SIDE * self.pixel / grid.resolution), PIXELS_SIDE))

    def parts(self, grid: Grid) -> int:
        """Return how many pixels a cell is asked for along each side."""
        return min(max(math.ceil(grid.resolution / self.pixel * (1 - SPECK)), 1), PARTS_MAX)


def _on_cells(raster: DatasetReader, band: int, piece: Grid, parts: int, how: How) -> Array:
    between = how == "mean" and parts == 1
    way = Resampling.bilinear if between else Resampling.nearest
    values = _warped(raster, band, piece.divided(parts), way)
    values = values * raster.scales[band - 1] + raster.offsets[band - 1]
    values[~np.isfinite(values)] = np.nan
    return values if parts == 1 else _gathered(values, parts, how)


def _warped(raster: DatasetReader, band: int, grid: Grid, way: Resampling) -> Array:
    """Return the pixels at the centres of cells, to the south-east where a centre lies between pixels."""
    side, nudge = grid.resolution, NUDGE if way is Resampling.nearest else 0.0
    left, top = (grid.west + nudge) * side, (grid.north - nudge) * side
    place = rasterio.Affine(side, 0, left, 0, -side, top)
    size = {"width": grid.width, "height": grid.height}
    kind = {"resampling": way, "tolerance": EXACT_PIXELS, "dtype": "float64", "nodata": np.nan}
    with WarpedVRT(raster, crs=grid.crs, transform=place, **size, **kind) as shown:
        return np.asarray(shown.read(band))


def _gathered(values: Array, parts: int, how: How) -> Array:
    """Return mean, greatest or least of each `parts` x `parts` values; void ones do not count."""
    rows, columns = (side // parts for side in values.shape)
    group = values.reshape(rows, parts, columns, parts).swapaxes(1, 2).reshape(rows, columns, -1)
    known = ~np.isnan(group)
    if how == "mean":
        count = known.sum(axis=2)
        return np.where(known, group, 0).sum(axis=2) / np.where(count, count, np.nan)
    least = how == "min"
    found = np.where(known, group, np.inf if least else -np.inf)
    found = found.min(axis=2) if least else found.max(axis=2)
    return np.where(known.any(axis=2), found, np.nan)


def raster_layer(path: Path, grid: Grid, where: str, band: int = 1) -> RasterLayer:
    """Return a raster's band for reading onto tiles of the grid.

    Parameters
    ----------
    path : Path
        Raster of any format and projection.
    grid : Grid
        Cells of the whole area.
    where : str
        Scenario key or argument that names the file; begins every message.
    band : int
        Counted from 1.

    Raises
    ------
    TableError
        Not usable, or it does not reach the area at all.
    """
    with opened(path, [band]) as raster:
        there = transform_bounds(grid.crs, raster.crs, *grid.bounds)
        common = _common(there, raster.bounds)
        if common is None:
            own = ", ".join(f"{v:.4g}" for v in bounds_wgs84(raster))
            raise TableError(
                f"{where} ({path}): the raster does not cover the area; it covers {own} (west, south, east, "
                f"north), the area {_area_text(grid)}; give a raster of the area"
            )
        return RasterLayer(path, band, _pixel(raster, grid, common))


def _common(one: Bounds, other: Bounds) -> Bounds | None:
    left, bottom = max(one[0], other[0]), max(one[1], other[1])
    right, top = min(one[2], other[2]), min(one[3], other[3])
    return (left, bottom, right, top) if left < right and bottom < top else None


def _area_text(grid: Grid) -> str:
    return ", ".join(f"{v:.4g}" for v in transform_bounds(grid.crs, "EPSG:4326", *grid.bounds))


def _pixel(raster: DatasetReader, grid: Grid, common: Bounds) -> float:
    """Return the side of a pixel in units of the grid, where both are."""
    across, down = abs(raster.transform.a), abs(raster.transform.e)
    if same_crs(raster.crs, grid.crs):
        return math.sqrt(across * down)
    left, bottom, right, top = transform_bounds(raster.crs, grid.crs, *common)
    pixels = (common[2] - common[0]) / across * (common[3] - common[1]) / down
    return math.sqrt(abs((right - left) * (top - bottom)) / pixels)
