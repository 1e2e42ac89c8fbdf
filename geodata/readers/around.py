"""Statistics of a raster within a circle around each place, cells counted by the part that lies inside."""

from __future__ import annotations

import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from exactextract import exact_extract
from numpy.typing import ArrayLike, NDArray
from rasterio.warp import transform

from geodata.geometry.projections import GEOD, WGS84
from geodata.readers.raster import bounds_wgs84, opened
from geodata.tables import DataWarning, TableError

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

CORNERS = 72
SMALL_CELLS = 4_000_000  # a raster of so many is read once, not in a window for each place


def circles(longitude: ArrayLike, latitude: ArrayLike, km: float) -> gpd.GeoSeries:
    """Return a circle of this radius on the ellipsoid around each place, as polygons in WGS 84.

    The corners lie a little outside, so that the polygon of n corners has the circle's area:
    r' = r / sqrt(sin(2 pi / n) / (2 pi / n)).
    """
    lon, lat = np.asarray(longitude, float), np.asarray(latitude, float)
    azimuth = np.tile(np.linspace(0, 360, CORNERS, endpoint=False), len(lon))
    far = np.full(len(azimuth), km * 1000 / np.sqrt(np.sinc(2 / CORNERS)))
    x, y, _ = GEOD.fwd(np.repeat(lon, CORNERS), np.repeat(lat, CORNERS), azimuth, far)
    corners = np.column_stack([x, y]).reshape(len(lon), CORNERS, 2)
    return gpd.GeoSeries(shapely.polygons(corners) if len(lon) else [], crs=WGS84)


def around(
    path: Path, longitude: ArrayLike, latitude: ArrayLike, km: float, operations: dict[str, str]
) -> pd.DataFrame:
    """Return statistics of the first band within `km` of each place, in the order of the places.

    Parameters
    ----------
    path : Path
        A raster of any format and projection.
    longitude, latitude : array_like
        Places [degrees, WGS 84].
    km : float
        Radius [km].
    operations : dict
        What exactextract computes, by name of the column; `AREA` stands for the area of the part of a
        cell that lies inside [km2].

    Raises
    ------
    TableError
        The raster is not usable.
    """
    if not len(np.asarray(longitude)):
        return pd.DataFrame({name: pd.Series(dtype=float) for name in operations})
    with opened(path) as raster:
        shapes = gpd.GeoDataFrame(geometry=circles(longitude, latitude, km).to_crs(raster.crs))
        word = "area_spherical_km2" if raster.crs.is_geographic else "area_cartesian"
        asked = [f"{name}={text.replace('AREA', word)}" for name, text in operations.items()]
        small = raster.width * raster.height <= SMALL_CELLS
        way = "raster-sequential" if small else "feature-sequential"
        found = exact_extract(raster, shapes, asked, output="pandas", strategy=way).astype(float)
        side_km = 1.0 if raster.crs.is_geographic else raster.crs.linear_units_factor[1] / 1000
        areas = {name: side_km**2 for name, text in operations.items() if "AREA" in text}
        return found.assign(**{name: found[name] * each for name, each in areas.items()})[list(operations)]


def on_raster(path: Path, longitude: ArrayLike, latitude: ArrayLike) -> Mask:
    """Return which places lie on a raster."""
    with opened(path) as raster:
        lon, lat = np.asarray(longitude, float), np.asarray(latitude, float)
        x, y = (np.asarray(v) for v in transform(WGS84, raster.crs, lon, lat))
        left, bottom, right, top = raster.bounds
    across = (x >= min(left, right)) & (x <= max(left, right))
    return across & (y >= min(bottom, top)) & (y <= max(bottom, top))


def covered(path: Path, longitude: ArrayLike, latitude: ArrayLike, where: str) -> Mask:
    """Return which places lie on a user's raster; those beside it are told.

    Raises
    ------
    TableError
        Not usable, or none of the places lies on it.
    """
    inside = on_raster(path, longitude, latitude)
    if inside.all():
        return inside
    with opened(path) as raster:
        box = ", ".join(f"{v:g}" for v in bounds_wgs84(raster))
    beside = f"{int((~inside).sum())} of {len(inside)} places lie beside the raster"
    text = f"{where} ({path}): {beside}, which covers {box}"
    if not inside.any():
        raise TableError(f"{text} (west, south, east, north); give a raster of this area")
    warnings.warn(f"{text}; the figure is missing there", DataWarning, stacklevel=3)
    return inside
