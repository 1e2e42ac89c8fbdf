"""Projections: whether two are the same, and shapes brought from one to another with their edges straight."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS, Geod

from geodata.tables import TableError

WGS84 = "EPSG:4326"
GEOD = Geod(ellps="WGS84")
EARTH_KM = 6371.0088
KM_PER_DEGREE = 111.2
STRAIGHT_DEG = 0.05  # an edge is straight in its own projection: points this close keep it so in another
STRAIGHT_M = 5000.0


def same_crs(one: object, other: object) -> bool:
    """Return whether two projections are the same, whatever the order of their axes."""
    return bool(CRS.from_user_input(one).equals(CRS.from_user_input(other), ignore_axis_order=True))


def reprojected(shapes: gpd.GeoSeries, crs: str, place: str) -> gpd.GeoSeries:
    """Return shapes in another projection, long edges with points between so that they stay straight.

    Without them a square of 100 km would be 200 m off in the middle of its sides.

    Raises
    ------
    TableError
        A shape lies out of reach of the projection; begins with `place`.
    """
    if same_crs(shapes.crs, crs):
        return shapes.set_crs(crs, allow_override=True)
    moved = shapes.segmentize(_straight(shapes.crs)).to_crs(crs)
    if not np.isfinite(shapely.get_coordinates(moved.to_numpy())).all():
        raise TableError(f"{place}: some of its shapes lie out of reach of the projection {crs}")
    return moved


def _straight(crs: CRS) -> float:
    """Return how close points along an edge must be, in units of its projection."""
    return STRAIGHT_DEG if crs.is_geographic else STRAIGHT_M / crs.axis_info[0].unit_conversion_factor
