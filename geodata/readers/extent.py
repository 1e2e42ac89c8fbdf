"""Whether a layer lies where it can lie: on earth, not swapped, not larger than the land."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.geometry.projections import EARTH_KM

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

AREA = (73.0, 3.0, 136.0, 54.5)  # China with its islands: west, south, east, north
LAND_KM2 = 149e6
HALF_GLOBE_DEG = 180.0
LARGE_DEG2 = 2000.0  # smaller boxes of bounds cannot hold all land
SPECK_DEG = 1e-6
METRES = 400.0


def extent_faults(frame: gpd.GeoDataFrame) -> list[str]:
    """Return what is wrong with the position of features, in words with rows counted from 1.

    Parameters
    ----------
    frame : GeoDataFrame
        No empty geometries; index: rows counted from 0; in its own projection.
    """
    geometry = frame.geometry
    if not np.isfinite(shapely.get_coordinates(geometry.to_numpy())).all():
        wrong = ~np.isfinite(geometry.bounds.to_numpy()).all(axis=1)
        return [f"coordinates that are no numbers (row {rows(frame.index[wrong])})"]
    bounds = geometry.to_crs(4326).bounds.to_numpy()
    lost = ~_on_earth(bounds)
    if not _meets_area(bounds).any() and _fits_swapped(geometry):
        return [_swapped(geometry)]
    if lost.any():
        return [_off_earth(frame[lost])]
    return _huge(geometry)


def rows(index: pd.Index) -> str:
    """Return the first five row numbers, counted from 1, and how many more."""
    more = len(index) - 5
    return ", ".join(str(i + 1) for i in index[:5]) + (f" and {more} more" if more > 0 else "")


def _on_earth(bounds: Array) -> Flags:
    with np.errstate(invalid="ignore"):
        lon, lat = np.abs(bounds[:, [0, 2]]), np.abs(bounds[:, [1, 3]])
        return np.asarray(
            np.isfinite(bounds).all(axis=1)
            & (lon <= 180 + SPECK_DEG).all(axis=1)
            & (lat <= 90 + SPECK_DEG).all(axis=1)
        )


def _meets_area(bounds: Array) -> Flags:
    west, south, east, north = AREA
    meets_lon = (bounds[:, 0] <= east) & (bounds[:, 2] >= west)
    return np.asarray(meets_lon & (bounds[:, 1] <= north) & (bounds[:, 3] >= south))


def _fits_swapped(geometry: gpd.GeoSeries) -> bool:
    """Return whether every feature lies in the area once x and y change places."""
    swapped = gpd.GeoSeries(shapely.transform(geometry.to_numpy(), _turn), crs=geometry.crs)
    bounds = swapped.to_crs(4326).bounds.to_numpy()
    west, south, east, north = AREA
    inside = (bounds >= [west, south, west, south]) & (bounds <= [east, north, east, north])
    return bool(inside.all())


def _turn(xy: Array) -> Array:
    return xy[:, ::-1]


def _swapped(geometry: gpd.GeoSeries) -> str:
    x, y = shapely.get_coordinates(geometry.iloc[0])[0]
    return (
        f"the axes look swapped: row 1 begins at x {x:g}, y {y:g}, and every feature lies in China once x "
        "and y change places; expected longitude (or easting) before latitude"
    )


def _off_earth(lost: gpd.GeoDataFrame) -> str:
    x, y = shapely.get_coordinates(lost.geometry.iloc[0])[0]
    found = f"found x {x:g}, y {y:g} in {lost.crs.to_string()[:60]} (row {rows(lost.index)})"
    if lost.crs.is_geographic and max(abs(x), abs(y)) > METRES:
        return f"{found}: the file says degrees, are these metres of another projection? name the right one"
    return (
        f"{found}, expected longitude -180 to 180 and latitude -90 to 90; mend the coordinates or projection"
    )


def _area_km2(polygons: NDArray[np.object_]) -> Array:
    """Return areas on the sphere, by the equal-area cylinder: longitude against the sine of latitude."""
    fine = shapely.segmentize(polygons, 1.0)
    flat = shapely.transform(fine, lambda x, y: (np.radians(x), np.sin(np.radians(y))), interleaved=False)
    return np.asarray(shapely.area(flat)) * EARTH_KM**2


def _huge(geometry: gpd.GeoSeries) -> list[str]:
    """Return a fault for each feature of the area that spans half the globe, or more than all land."""
    parts, owner = shapely.get_parts(geometry.to_crs(4326).to_numpy(), return_index=True)
    bounds = shapely.bounds(parts)
    span, height = bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]
    doubtful = np.flatnonzero(
        (shapely.get_dimensions(parts) == 2) & _meets_area(bounds) & (span * height > LARGE_DEG2)
    )
    faults = {}
    for i, km2 in zip(doubtful, _area_km2(parts[doubtful]), strict=True):
        if span[i] > HALF_GLOBE_DEG or km2 > LAND_KM2:
            row = int(geometry.index[owner[i]]) + 1
            faults[row] = (
                f"row {row} spans {span[i]:.0f} degrees of longitude and {km2 / 1e6:.0f} million km2"
            )
    return [
        f"{text}, expected less than {HALF_GLOBE_DEG:.0f} degrees and all land on earth "
        f"({LAND_KM2 / 1e6:.0f} million km2): cut it to the area of study, or mend its corners"
        for text in faults.values()
    ]
