"""Reads rasters at points, through small windows, so that memory does not grow with the raster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import numpy as np
import rasterio
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer
from pyproj.exceptions import ProjError
from rasterio.enums import Resampling
from rasterio.io import DatasetReader
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window

from geodata.geometry.distance import distance_km
from geodata.geometry.projections import WGS84
from geodata.readers.raster import bounds_wgs84, opened, read_window
from geodata.tables import TableError

Array = NDArray[np.float64]
Indices = NDArray[np.int64]
Method = Literal["bilinear", "nearest"]

TILE = 256  # pixels along the side of a window


def sample(
    path: Path,
    longitude: ArrayLike,
    latitude: ArrayLike,
    bands: list[int],
    method: Method = "bilinear",
    mean_over_deg: float | None = None,
) -> Array:
    """Return the values of a raster at points.

    Parameters
    ----------
    path : Path
        A raster of any format and projection, north up or south up.
    longitude, latitude : array_like
        Points [degrees, WGS 84].
    bands : list of int
        Bands, counted from 1.
    method : {"bilinear", "nearest"}
        Bilinear needs all four neighbours; a point at the outer half pixel takes the edge value.
    mean_over_deg : float, optional
        Average the raster to cells of this size first [degrees].

    Returns
    -------
    array (n_points, n_bands)
        NaN where a needed pixel is void; see `some_valid`.

    Raises
    ------
    TableError
        Unreadable file, no projection, a missing band, or points outside the raster (all are named).
    """
    lon, lat = np.atleast_1d(np.asarray(longitude, float)), np.atleast_1d(np.asarray(latitude, float))
    with _averaged(path, bands, mean_over_deg) as raster:
        column, row = _pixels(raster, path, lon, lat)
        found = np.full((len(lon), len(bands)), np.nan)
        for points in _tiles(column, row):
            found[points] = _read(raster, column[points], row[points], bands, method)
    return found


def some_valid(values: Array, path: Path) -> Array:
    """Return what `sample` found; for a user's raster, where void at every place is a fault of the file.

    Raises
    ------
    TableError
        Every value is void.
    """
    if values.size and np.isnan(values).all():
        raise TableError(
            f"{path}: the raster is void (no data) at all {len(values)} places, expected a value at one at "
            "least; is it the right file and band, and is its mark for void pixels right?"
        )
    return values


def nearest_valid(
    path: Path, longitude: ArrayLike, latitude: ArrayLike, bands: list[int], max_km: float
) -> Array:
    """Return the value of the nearest pixel at most `max_km` away that is not void in the first band.

    NaN where there is none.

    Parameters
    ----------
    path : Path
        As in `sample`, and likewise `longitude`, `latitude` and `bands`.
    max_km : float
        Farthest pixel centre [km]; for points on the coast that fall on a void pixel.
    """
    lon, lat = np.atleast_1d(np.asarray(longitude, float)), np.atleast_1d(np.asarray(latitude, float))
    with opened(path, bands) as raster:
        column, row = _pixels(raster, path, lon, lat)
        east, north = _pixel_km(raster, column, row)
        points = zip(column, row, east, north, strict=True)
        rows = [_nearest(raster, *point, bands, max_km) for point in points]
    return np.array(rows).reshape(len(lon), len(bands))


def _nearest(
    raster: DatasetReader,
    column: float,
    row: float,
    east: float,
    north: float,
    bands: list[int],
    max_km: float,
) -> Array:
    left, top = (max(int(x - max_km / km), 0) for x, km in ((column, east), (row, north)))
    right = min(int(column + max_km / east) + 2, raster.width)
    bottom = min(int(row + max_km / north) + 2, raster.height)
    block = read_window(raster, Window(left, top, right - left, bottom - top), bands)
    y, x = np.indices(block.shape[1:])
    distance = np.hypot((x + left + 0.5 - column) * east, (y + top + 0.5 - row) * north)
    distance[np.isnan(block[0]) | (distance > max_km)] = np.inf
    best = np.unravel_index(distance.argmin(), distance.shape)
    return block[:, best[0], best[1]] if np.isfinite(distance[best]) else np.full(len(bands), np.nan)


def _pixel_km(raster: DatasetReader, column: Array, row: Array) -> tuple[Array, Array]:
    """Return the width and height of a pixel at each of these places [km]."""
    back = Transformer.from_crs(raster.crs, WGS84, always_xy=True)
    sides = []
    for right, down in ((0.5, 0.0), (0.0, 0.5)):
        ends = [back.transform(*_place(raster, column + s * right, row + s * down)) for s in (-1, 1)]
        sides.append(distance_km(*ends[0], *ends[1]))
    return sides[0], sides[1]


def _place(raster: DatasetReader, column: Array, row: Array) -> tuple[Array, Array]:
    grid = raster.transform
    return grid.c + grid.a * column, grid.f + grid.e * row


@contextmanager
def _averaged(path: Path, bands: list[int], size: float | None) -> Iterator[DatasetReader]:
    """Give the raster, averaged to cells of `size` degrees if one is given."""
    with opened(path, bands) as raster:
        if size is None:
            yield raster
            return
        left, bottom, right, top = bounds_wgs84(raster)
        width, height = max(1, round((right - left) / size)), max(1, round((top - bottom) / size))
        grid = {"transform": rasterio.Affine(size, 0, left, 0, -size, top), "width": width, "height": height}
        with WarpedVRT(raster, crs=WGS84, resampling=Resampling.average, **grid) as coarse:
            yield coarse


def _pixels(raster: DatasetReader, path: Path, lon: Array, lat: Array) -> tuple[Array, Array]:
    x, y = _projected(raster, path, lon, lat)
    column = (x - raster.transform.c) / raster.transform.a
    row = (y - raster.transform.f) / raster.transform.e
    inside = (column >= 0) & (column <= raster.width) & (row >= 0) & (row <= raster.height)
    if not inside.all():
        shown = ", ".join(f"({x:g}, {y:g})" for x, y in zip(lon[~inside][:5], lat[~inside][:5], strict=True))
        box = ", ".join(f"{v:g}" for v in bounds_wgs84(raster))
        raise TableError(
            f"{path}: {int((~inside).sum())} of {len(lon)} points (longitude, latitude) lie outside the "
            f"raster: {shown}; it covers {box} (west, south, east, north); correct the coordinates or give a "
            "larger raster"
        )
    return column, row


def _projected(raster: DatasetReader, path: Path, lon: Array, lat: Array) -> tuple[Array, Array]:
    """Return the points in the raster's projection."""
    if raster.crs.to_epsg() == 4326:
        return lon, lat
    try:
        x, y = Transformer.from_crs(WGS84, raster.crs, always_xy=True).transform(lon, lat)
    except ProjError as error:
        raise TableError(f"{path}: its projection has no way from longitude and latitude ({error})") from None
    return np.asarray(x), np.asarray(y)


def _tiles(column: Array, row: Array) -> Iterator[Indices]:
    """Yield the points of each tile of pixels that holds any."""
    tile = (row // TILE).astype(int) * 1_000_000 + (column // TILE).astype(int)
    order = np.argsort(tile, kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(tile[order])) + 1) if len(order) else ()


def _read(raster: DatasetReader, column: Array, row: Array, bands: list[int], method: Method) -> Array:
    left, top = (max(int(np.floor(x.min() - 0.5)), 0) for x in (column, row))
    right = min(int(np.ceil(column.max() + 0.5)) + 1, raster.width)
    bottom = min(int(np.ceil(row.max() + 0.5)) + 1, raster.height)
    block = read_window(raster, Window(left, top, right - left, bottom - top), bands)
    pick = _bilinear if method == "bilinear" else _at
    return pick(block, column - left - 0.5, row - top - 0.5).T


def _at(block: Array, x: Array, y: Array) -> Array:
    i = np.clip(np.floor(y + 0.5).astype(int), 0, block.shape[1] - 1)
    j = np.clip(np.floor(x + 0.5).astype(int), 0, block.shape[2] - 1)
    return block[:, i, j]


def _bilinear(block: Array, x: Array, y: Array) -> Array:
    x, y = np.clip(x, 0, block.shape[2] - 1), np.clip(y, 0, block.shape[1] - 1)
    i, j = np.floor(y).astype(int), np.floor(x).astype(int)
    below, right = np.minimum(i + 1, block.shape[1] - 1), np.minimum(j + 1, block.shape[2] - 1)
    u, v = x - j, y - i
    upper = block[:, i, j] * (1 - u) + block[:, i, right] * u
    lower = block[:, below, j] * (1 - u) + block[:, below, right] * u
    return upper * (1 - v) + lower * v
