"""Reads rasters at points, through small windows, so that memory does not grow with the raster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import numpy as np
import rasterio
from numpy.typing import ArrayLike, NDArray
from rasterio.enums import Resampling
from rasterio.errors import RasterioIOError
from rasterio.io import DatasetReader
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window

from geodata.tables import TableError

Array = NDArray[np.float64]
Indices = NDArray[np.int64]
Method = Literal["bilinear", "nearest"]

TILE = 256  # pixels along the side of a window
KM_PER_DEGREE = 111.2


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
        A raster in longitude and latitude (EPSG:4326), north up.
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
        NaN where a needed pixel is void.

    Raises
    ------
    TableError
        Unreadable file, another projection, a missing band, or points outside the raster (all are named).
    """
    lon, lat = np.atleast_1d(np.asarray(longitude, float)), np.atleast_1d(np.asarray(latitude, float))
    with _opened(path, bands, mean_over_deg) as raster:
        column, row = _pixels(raster, path, lon, lat)
        found = np.full((len(lon), len(bands)), np.nan)
        for points in _tiles(column, row):
            found[points] = _read(raster, column[points], row[points], bands, method)
    return found


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
    with _opened(path, bands, None) as raster:
        column, row = _pixels(raster, path, lon, lat)
        rows = [_nearest(raster, c, r, y, bands, max_km) for c, r, y in zip(column, row, lat, strict=True)]
    return np.array(rows).reshape(len(lon), len(bands))


def _nearest(
    raster: DatasetReader, column: float, row: float, lat: float, bands: list[int], max_km: float
) -> Array:
    east = KM_PER_DEGREE * raster.transform.a * np.cos(np.radians(lat))
    north = -KM_PER_DEGREE * raster.transform.e
    left, top = (max(int(x - max_km / km), 0) for x, km in ((column, east), (row, north)))
    right = min(int(column + max_km / east) + 2, raster.width)
    bottom = min(int(row + max_km / north) + 2, raster.height)
    block = _window(raster, Window(left, top, right - left, bottom - top), bands)
    y, x = np.indices(block.shape[1:])
    distance = np.hypot((x + left + 0.5 - column) * east, (y + top + 0.5 - row) * north)
    distance[np.isnan(block[0]) | (distance > max_km)] = np.inf
    best = np.unravel_index(distance.argmin(), distance.shape)
    return block[:, best[0], best[1]] if np.isfinite(distance[best]) else np.full(len(bands), np.nan)


@contextmanager
def _opened(path: Path, bands: list[int], mean_over_deg: float | None) -> Iterator[DatasetReader]:
    try:
        raster = rasterio.open(path)
    except RasterioIOError as error:
        raise TableError(f"{path}: not a readable raster ({error})") from None
    with raster:
        _check(raster, path, bands)
        if mean_over_deg is None:
            yield raster
        else:
            with _averaged(raster, mean_over_deg) as coarse:
                yield coarse


def _averaged(raster: DatasetReader, size: float) -> WarpedVRT:
    left, top = raster.bounds.left, raster.bounds.top
    width = max(1, round((raster.bounds.right - left) / size))
    height = max(1, round((top - raster.bounds.bottom) / size))
    transform = rasterio.Affine(size, 0, left, 0, -size, top)
    return WarpedVRT(raster, transform=transform, width=width, height=height, resampling=Resampling.average)


def _check(raster: DatasetReader, path: Path, bands: list[int]) -> None:
    faults = []
    if raster.crs is None or raster.crs.to_epsg() != 4326:
        faults.append(f"found projection {raster.crs}, expected EPSG:4326; reproject the file")
    if raster.transform.b or raster.transform.d or raster.transform.e > 0:
        faults.append("the raster is turned or south up, expected north up")
    missing = [str(b) for b in bands if not 1 <= b <= raster.count]
    if missing:
        faults.append(f"found {raster.count} bands, expected band {', '.join(missing)} too")
    if faults:
        raise TableError(f"{path}: " + "; ".join(faults))


def _pixels(raster: DatasetReader, path: Path, lon: Array, lat: Array) -> tuple[Array, Array]:
    column = (lon - raster.transform.c) / raster.transform.a
    row = (lat - raster.transform.f) / raster.transform.e
    inside = (column >= 0) & (column <= raster.width) & (row >= 0) & (row <= raster.height)
    if not inside.all():
        shown = ", ".join(f"({x:g}, {y:g})" for x, y in zip(lon[~inside][:5], lat[~inside][:5], strict=True))
        box = ", ".join(f"{v:g}" for v in raster.bounds)
        raise TableError(
            f"{path}: {int((~inside).sum())} of {len(lon)} points (longitude, latitude) lie outside the "
            f"raster: {shown}; it covers {box} (west, south, east, north); correct the coordinates or give a "
            "larger raster"
        )
    return column, row


def _tiles(column: Array, row: Array) -> Iterator[Indices]:
    tile = (row // TILE).astype(int) * 1_000_000 + (column // TILE).astype(int)
    for key in np.unique(tile):
        yield np.flatnonzero(tile == key)


def _read(raster: DatasetReader, column: Array, row: Array, bands: list[int], method: Method) -> Array:
    left, top = (max(int(np.floor(x.min() - 0.5)), 0) for x in (column, row))
    right = min(int(np.ceil(column.max() + 0.5)) + 1, raster.width)
    bottom = min(int(np.ceil(row.max() + 0.5)) + 1, raster.height)
    block = _window(raster, Window(left, top, right - left, bottom - top), bands)
    pick = _bilinear if method == "bilinear" else _at
    return pick(block, column - left - 0.5, row - top - 0.5).T


def _window(raster: DatasetReader, window: Window, bands: list[int]) -> Array:
    block = raster.read(bands, window=window, masked=True).astype(float).filled(np.nan)
    scale = np.array([raster.scales[b - 1] for b in bands])[:, None, None]
    offset = np.array([raster.offsets[b - 1] for b in bands])[:, None, None]
    return block * scale + offset


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
