"""Nearest points and sums around, over many places: a tree in space, exact distances on the ellipsoid."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from geodata.geometry.distance import distance_km
from geodata.geometry.projections import EARTH_KM, GEOD, KM_PER_DEGREE

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

HAIR = 1e-9


def space_km(longitude: ArrayLike, latitude: ArrayLike) -> Array:
    """Return points of the WGS 84 ellipsoid in space, (n, 3) [km] from the centre of the earth."""
    lon, lat = np.radians(np.asarray(longitude, float)), np.radians(np.asarray(latitude, float))
    normal = GEOD.a / 1000 / np.sqrt(1 - GEOD.es * np.sin(lat) ** 2)
    flat = normal * np.cos(lat)
    return np.column_stack([flat * np.cos(lon), flat * np.sin(lon), normal * (1 - GEOD.es) * np.sin(lat)])


def chord_km(arc_km: float) -> float:
    """Return the straight line between two points so far apart on the earth, and a hair more [km]."""
    if not np.isfinite(arc_km):
        return float(np.inf)
    return float(2 * EARTH_KM * np.sin(min(arc_km / EARTH_KM, np.pi) / 2) * (1 + HAIR))


class Points:
    """Points of a layer in space, ready for questions from many places."""

    def __init__(self, longitude: ArrayLike, latitude: ArrayLike) -> None:
        self.longitude = np.asarray(longitude, float)
        self.latitude = np.asarray(latitude, float)
        self._tree = cKDTree(space_km(self.longitude, self.latitude)) if len(self.longitude) else None

    def nearest(self, longitude: ArrayLike, latitude: ArrayLike) -> tuple[Indices, Array]:
        """Return the row of the nearest point and its distance [km]; without points -1 and NaN."""
        lon, lat = np.atleast_1d(np.asarray(longitude, float)), np.atleast_1d(np.asarray(latitude, float))
        if self._tree is None:
            return np.full(len(lon), -1), np.full(len(lon), np.nan)
        row = np.asarray(self._tree.query(space_km(lon, lat))[1])
        return row, distance_km(lon, lat, self.longitude[row], self.latitude[row])

    def nearest_km(self, longitude: ArrayLike, latitude: ArrayLike) -> Array:
        """Return the distance to the nearest point [km]; NaN without points."""
        return self.nearest(longitude, latitude)[1]

    def near_km(self, longitude: ArrayLike, latitude: ArrayLike, within_km: float = np.inf) -> Array:
        """Return the distance to the nearest point [km] of very many places; infinite over `within_km`.

        The chord c between two points of the ellipsoid, bent to an arc of the mean radius R, 2 R asin(c/2R);
        within 1e-5 of the geodesic up to 500 km. In the shape of `longitude`; NaN without points.
        """
        if self._tree is None:
            return np.full(np.shape(longitude), np.nan)
        there = space_km(np.ravel(longitude), np.ravel(latitude))
        chord = np.asarray(self._tree.query(there, distance_upper_bound=chord_km(within_km))[0])
        near = np.isfinite(chord)
        chord[near] = 2 * EARTH_KM * np.arcsin(np.minimum(chord[near] / (2 * EARTH_KM), 1))
        return np.asarray(chord).reshape(np.shape(longitude))

    def within(self, longitude: ArrayLike, latitude: ArrayLike, km: float) -> list[list[int]]:
        """Return for each place the rows of the points within `km`."""
        places = space_km(np.atleast_1d(longitude), np.atleast_1d(latitude))
        if self._tree is None:
            return [[] for _ in places]
        return list(self._tree.query_ball_point(places, np.full(len(places), chord_km(km))))

    def sum_within(self, longitude: ArrayLike, latitude: ArrayLike, value: ArrayLike, km: float) -> Array:
        """Return for each place the sum of `value` over the points within `km`."""
        amount = np.asarray(value, float)
        return np.array([amount[rows].sum() for rows in self.within(longitude, latitude, km)])


def along(lines: ArrayLike, step_km: float = 1.0) -> Points:
    """Return points along lines and outlines (WGS 84), at most `step_km` apart, for distances to them."""
    fine = shapely.segmentize(np.asarray(lines, dtype=object), step_km / KM_PER_DEGREE)
    xy = np.unique(shapely.get_coordinates(fine), axis=0)
    return Points(xy[:, 0], xy[:, 1])
