"""Installable wind and sun around places: sums of a coarse grid within a circle, cells cut by its edge."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray
from rasterio.windows import Window

from geodata.geometry.proximity import Points
from geodata.readers.raster import opened, read_window

Array = NDArray[np.float64]

RADIUS_KM = 50.0
PARTS = 8  # along the side of a cell; of 0.25 degrees each part is about 3 km wide


def potential_mw(path: Path, longitude: ArrayLike, latitude: ArrayLike, km: float = RADIUS_KM) -> Array:
    """Return the sum of a raster of installable power within `km` of each place [MW].

    Parameters
    ----------
    path : Path
        Raster of MW per cell, in longitude and latitude.
    longitude, latitude : array_like
        Places [degrees, WGS 84].
    km : float
        Radius, a great circle.

    Notes
    -----
    Each cell is cut into 8 x 8 parts of equal power that count by their centres: the error of a full circle
    is below 2 %.
    """
    with opened(path) as raster:
        whole = np.nan_to_num(read_window(raster, Window(0, 0, raster.width, raster.height), [1])[0])
        transform = raster.transform
    row, column = np.nonzero(whole > 0)
    offset = (np.arange(PARTS) + 0.5) / PARTS
    down, right = (v.ravel() for v in np.meshgrid(offset, offset, indexing="ij"))
    lon = transform.c + transform.a * (column[:, None] + right).ravel()
    lat = transform.f + transform.e * (row[:, None] + down).ravel()
    parts = np.repeat(whole[row, column] / PARTS**2, PARTS**2)
    return Points(lon, lat).sum_within(longitude, latitude, parts, km)
