"""The nearest line or polygon to places, and the polygon that they lie in."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer

from geodata.geometry.distance import distance_km
from geodata.geometry.projections import WGS84

Array = NDArray[np.float64]
Indices = NDArray[np.int64]
Shapes = NDArray[np.object_]

# near is near in all directions alike, and within some percent alike all over China
CONFORMAL = "+proj=lcc +lat_1=25 +lat_2=47 +lat_0=36 +lon_0=105 +ellps=WGS84"
SOUTH, NORTH = -60.0, 85.0
STRAIGHT_DEG = 0.1  # edges are straight in degrees; points this close keep them so in the projection


def nearest_shape(shapes: ArrayLike, longitude: ArrayLike, latitude: ArrayLike) -> tuple[Indices, Array]:
    """Return the row of the nearest shape to each place and its distance, 0 inside a polygon [km].

    The nearest point is found in a conformal projection of China, the distance to it on the ellipsoid.

    Parameters
    ----------
    shapes : array_like
        Lines or polygons in WGS 84, at least one.
    longitude, latitude : array_like
        Places [degrees, WGS 84].
    """
    points = shapely.points(np.asarray(longitude, float), np.asarray(latitude, float))
    flat, known = _flat(points), _flat(shapely.segmentize(np.asarray(shapes, dtype=object), STRAIGHT_DEG))
    row = np.asarray(shapely.STRtree(known).nearest(flat), dtype=int)
    ends = shapely.get_coordinates(shapely.shortest_line(flat, known[row])).reshape(-1, 2, 2)
    back = Transformer.from_crs(CONFORMAL, WGS84, always_xy=True)
    lon, lat = back.transform(ends[:, 1, 0], ends[:, 1, 1])
    km = distance_km(longitude, latitude, lon, lat)
    inside = (ends[:, 0] == ends[:, 1]).all(axis=1)
    return row, np.where(inside, 0.0, km)


def shape_at(shapes: ArrayLike, longitude: ArrayLike, latitude: ArrayLike) -> Indices:
    """Return the row of the first polygon that covers each place, edges included; -1: none."""
    points = shapely.points(np.asarray(longitude, float), np.asarray(latitude, float))
    shape, point = shapely.STRtree(points).query(np.asarray(shapes, dtype=object), predicate="intersects")
    found = np.full(len(points), -1)
    order = np.argsort(-shape, kind="stable")
    found[point[order]] = shape[order]
    return found


def _flat(shapes: Shapes) -> Shapes:
    there = Transformer.from_crs(WGS84, CONFORMAL, always_xy=True)
    return shapely.transform(
        shapes, lambda x, y: there.transform(x, np.clip(y, SOUTH, NORTH)), interleaved=False
    )
