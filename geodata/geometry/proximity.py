"""Nearest points and sums around, over many places: a tree in space, exact distances on the ellipsoid."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod
from scipy.spatial import cKDTree

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

EARTH_KM = 6371.0088
CANDIDATES = 4  # a sphere's nearest few; the ellipsoid's nearest is among them
GEOD = Geod(ellps="WGS84")


def unit_vectors(longitude: ArrayLike, latitude: ArrayLike) -> Array:
    """Return points on the unit sphere, (n, 3), from degrees."""
    lon, lat = np.radians(np.asarray(longitude, float)), np.radians(np.asarray(latitude, float))
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


class Points:
    """Points of a layer, ready for questions from many places."""

    def __init__(self, longitude: ArrayLike, latitude: ArrayLike) -> None:
        self.longitude = np.asarray(longitude, float)
        self.latitude = np.asarray(latitude, float)
        self._tree = cKDTree(unit_vectors(self.longitude, self.latitude)) if len(self.longitude) else None

    def nearest(self, longitude: ArrayLike, latitude: ArrayLike) -> tuple[Indices, Array]:
        """Return the row of the nearest point and its distance [km]; without points -1 and NaN."""
        lon, lat = np.atleast_1d(np.asarray(longitude, float)), np.atleast_1d(np.asarray(latitude, float))
        if self._tree is None:
            return np.full(len(lon), -1), np.full(len(lon), np.nan)
        count = min(CANDIDATES, len(self.longitude))
        rows = self._tree.query(unit_vectors(lon, lat), k=count)[1].reshape(len(lon), count)
        east, north = np.repeat(lon, count), np.repeat(lat, count)
        km = GEOD.inv(east, north, self.longitude[rows].ravel(), self.latitude[rows].ravel())[2]
        km = np.asarray(km).reshape(rows.shape) / 1000
        best = km.argmin(axis=1)[:, None]
        return np.take_along_axis(rows, best, 1)[:, 0], np.take_along_axis(km, best, 1)[:, 0]

    def nearest_km(self, longitude: ArrayLike, latitude: ArrayLike) -> Array:
        """Return the distance to the nearest point [km]; NaN without points."""
        return self.nearest(longitude, latitude)[1]

    def sum_within(self, longitude: ArrayLike, latitude: ArrayLike, value: ArrayLike, km: float) -> Array:
        """Return for each place the sum of `value` over the points within `km`, on the sphere."""
        lon = np.atleast_1d(np.asarray(longitude, float))
        if self._tree is None:
            return np.zeros(len(lon))
        amount = np.asarray(value, float)
        chord = 2 * np.sin(km / EARTH_KM / 2)
        found = self._tree.query_ball_point(unit_vectors(lon, latitude), chord)
        return np.array([amount[rows].sum() for rows in found])


def along(lines: ArrayLike, step_km: float = 1.0) -> Points:
    """Return points along lines (longitude, latitude), at most `step_km` apart, for distances to lines."""
    coarse = np.asarray(lines, dtype=object)
    fine = shapely.segmentize(coarse, step_km / 111.2)
    xy = shapely.get_coordinates(fine)
    return Points(xy[:, 0], xy[:, 1])
