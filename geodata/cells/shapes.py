"""Vector layers of any format and projection on a grid: which cells they cover, how near they are."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from numpy.typing import ArrayLike, NDArray
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
from rasterio.features import rasterize
from rasterio.warp import transform_bounds
from scipy.spatial import cKDTree

from geodata.cells.target_grid import GEOD, WGS84, Bounds, Grid, same_crs
from geodata.readers.extent import extent_faults
from geodata.readers.vector import read_vector
from geodata.tables import DataWarning, TableError

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

STRAIGHT_DEG = 0.05  # an edge is straight in its own projection: points this close keep it so in another
STRAIGHT_M = 5000.0
KM_PER_DEGREE = 111.2
EARTH_KM = 6371.0088
HAIR = 1e-9
DAMAGED = (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError)
OTHERS = (".csv", ".xlsx", ".parquet", ".zip", ".tgz", ".gz", ".tar")


def read_shapes(
    path: Path, where: str, layer: str | None = None, bounds: Bounds | None = None, crs: str = WGS84
) -> gpd.GeoSeries:
    """Return the geometries of a vector file in a projection, sound and without heights.

    Unlike `geodata.readers.vector.read_vector`, which goes by way of WGS 84, edges stay straight in the
    file's own projection: a square of 100 km there would else be 200 m off in the middle of its sides.

    Parameters
    ----------
    path : Path
        Any file that pyogrio reads; tables of points, Parquet and archives as `read_vector` does.
    where : str
        Scenario key or argument that names the file; begins every message.
    layer : str, optional
        Layer of a file that has several; none: the first.
    bounds : tuple of float, optional
        Only what meets these bounds of `crs`.
    crs : str
        Projection of the result.

    Raises
    ------
    TableError
        No such file or layer, not readable, without projection or shapes, not on earth, or out of reach of
        `crs`.
    """
    place = f"{where} ({path})"
    if path.suffix.lower() in OTHERS:
        return reprojected(read_vector(path, where, layer).geometry, crs, place)
    try:
        name = layer or _first(path, place)
        about = pyogrio.read_info(path, layer=name)
        _check(about, place)
        shapes = _read(path, name, _box(bounds, crs, about["crs"]), place)
    except (*DAMAGED, OSError) as error:
        raise TableError(f"{place}: {_unread(path, error)}") from None
    return reprojected(_sound(shapes, place), crs, place)


def _first(path: Path, place: str) -> str | None:
    """Return the first layer with shapes; that there are others is told."""
    names = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    if len(names) > 1:
        text = f"{place}: found layers {', '.join(names)}, took the first; name the one that is meant"
        warnings.warn(text, DataWarning, stacklevel=3)
    return names[0] if names else None


def _read(path: Path, layer: str | None, box: Bounds | None, place: str) -> gpd.GeoSeries:
    """Return the shapes as they are; what the reader warns of is told."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        shapes = pyogrio.read_dataframe(path, layer=layer, columns=[], bbox=box).geometry
    for text in sorted({str(each.message) for each in caught}):
        warnings.warn(f"{place}: {text}", DataWarning, stacklevel=3)
    return shapes


def _unread(path: Path, error: Exception) -> str:
    if not path.exists():
        return "no such file, expected a vector layer"
    cause = str(error).split(";")[0].split("\n")[0]
    return f"not a readable vector layer ({cause}); cut off, or of another format"


def _check(about: dict[str, Any], place: str) -> None:
    flat = about["geometry_type"] is None
    faults = {
        "the layer has no shapes, expected points, lines or polygons": flat or about["features"] == 0,
        "the file does not say its projection, expected one (for example EPSG:4326); write it into the "
        "file": not flat and about["crs"] is None,
    }
    found = [text for text, wrong in faults.items() if wrong]
    if found:
        raise TableError(f"{place}: " + "; ".join(found))


def _box(bounds: Bounds | None, crs: str, to: str) -> Bounds | None:
    """Return the bounds in another projection; None, for everything, where they have none there."""
    if bounds is None:
        return None
    west, south, east, north = transform_bounds(crs, to, *bounds)
    return (west, south, east, north) if np.isfinite([west, south, east, north]).all() else None


def lonlat_points(longitude: ArrayLike, latitude: ArrayLike, place: str) -> gpd.GeoSeries:
    """Return points from degrees (WGS 84); TableError, begun with `place`, where they lie on no globe."""
    lon, lat = np.asarray(longitude, float), np.asarray(latitude, float)
    wrong = ~((np.abs(lon) <= 180) & (np.abs(lat) <= 90))
    if wrong.any():
        i = int(np.flatnonzero(wrong)[0])
        raise TableError(
            f"{place}: point {i + 1} ({lon[i]:g}, {lat[i]:g}) is no longitude and latitude; swapped?"
        )
    return gpd.GeoSeries(shapely.points(lon, lat), crs=WGS84)


def _sound(shapes: gpd.GeoSeries, place: str) -> gpd.GeoSeries:
    """Return the shapes without empty ones, heights and crossings; what was mended is told."""
    kept = shapes[~(shapes.isna() | shapes.is_empty)].force_2d()
    if kept.empty:
        return _nothing(shapes, place)
    faults = extent_faults(gpd.GeoDataFrame(geometry=kept))
    if faults:
        raise TableError(f"{place}: " + "; ".join(faults))
    bad = ~kept.is_valid
    told = {
        f"{len(shapes) - len(kept)} empty shapes left out": len(kept) < len(shapes),
        f"{int(bad.sum())} invalid shapes mended (edges that cross, rings that touch)": bool(bad.any()),
    }
    texts = [text for text, so in told.items() if so]
    if texts:
        warnings.warn(f"{place}: " + "; ".join(texts), DataWarning, stacklevel=2)
    return kept.where(~bad, kept.make_valid(method="structure", keep_collapsed=False)) if bad.any() else kept


def _nothing(shapes: gpd.GeoSeries, place: str) -> gpd.GeoSeries:
    """Return the shapes if there are none in the bounds asked for; else all of them are empty, a fault."""
    if len(shapes):
        raise TableError(f"{place}: none of the {len(shapes)} shapes has a geometry, expected one at each")
    return shapes


def reprojected(shapes: gpd.GeoSeries, crs: str, place: str) -> gpd.GeoSeries:
    """Return shapes in another projection, long edges with points between so that they stay straight.

    Raises
    ------
    TableError
        A shape lies out of reach of the projection; begins with `place`.
    """
    if same_crs(shapes.crs, crs):
        return shapes.set_crs(crs, allow_override=True)
    metre = shapes.crs.axis_info[0].unit_conversion_factor
    step = STRAIGHT_DEG if shapes.crs.is_geographic else STRAIGHT_M / metre
    moved = shapes.segmentize(step).to_crs(crs)
    if not np.isfinite(shapely.get_coordinates(moved.to_numpy())).all():
        raise TableError(f"{place}: some of its shapes lie out of reach of the projection {crs}")
    return moved


def burned(shapes: gpd.GeoSeries, grid: Grid, all_touched: bool = False) -> Mask:
    """Return the cells whose centre lies in a polygon, or into which a point or line falls, (rows, columns).

    Parameters
    ----------
    shapes : GeoSeries
        In the projection of the grid.
    grid : Grid
        Cells.
    all_touched : bool
        Take every cell that a polygon touches.
    """
    parts = shapely.get_parts(shapely.get_parts(shapes.to_numpy()))  # collections hold multi-parts
    flat = shapely.get_dimensions(parts) == 2
    found = np.zeros(grid.shape, dtype="uint8")
    for chosen, touched in ((parts[flat], all_touched), (parts[~flat], True)):
        if len(chosen):
            burn = ((shape, 1) for shape in chosen)
            rasterize(burn, out=found, transform=grid.transform, all_touched=touched)
    return found.astype(bool)


class Near:
    """Points in space, for distances on the ellipsoid from very many places."""

    def __init__(self, longitude: ArrayLike, latitude: ArrayLike) -> None:
        self._tree = cKDTree(space_km(longitude, latitude))

    def km(self, longitude: ArrayLike, latitude: ArrayLike, within_km: float = np.inf) -> Array:
        """Return the distance to the nearest point [km]; infinite where it is over `within_km`.

        The chord c between two points of the ellipsoid, bent to an arc of the mean radius R, 2 R asin(c/2R);
        within 1e-5 of the geodesic up to 500 km.
        """
        there = space_km(np.ravel(longitude), np.ravel(latitude))
        chord = np.asarray(self._tree.query(there, distance_upper_bound=chord_km(within_km))[0])
        near = np.isfinite(chord)
        chord[near] = 2 * EARTH_KM * np.arcsin(np.minimum(chord[near] / (2 * EARTH_KM), 1))
        return np.asarray(chord).reshape(np.shape(longitude))


def chord_km(arc_km: float) -> float:
    """Return the straight line between two points so far apart on the earth, and a hair more [km]."""
    if not np.isfinite(arc_km):
        return float(np.inf)
    return float(2 * EARTH_KM * np.sin(min(arc_km / EARTH_KM, np.pi) / 2) * (1 + HAIR))


def along_outlines(shapes: gpd.GeoSeries, step_km: float) -> Near | None:
    """Return lines and outlines (WGS 84) as points at most `step_km` apart; None where there is no shape."""
    fine = shapely.segmentize(shapes.to_numpy(), step_km / KM_PER_DEGREE)
    xy = np.unique(shapely.get_coordinates(fine), axis=0)
    return Near(xy[:, 0], xy[:, 1]) if len(xy) else None


def space_km(longitude: ArrayLike, latitude: ArrayLike) -> Array:
    """Return points of the WGS 84 ellipsoid in space, (n, 3) [km] from the centre of the earth."""
    lon, lat = np.radians(np.asarray(longitude, float)), np.radians(np.asarray(latitude, float))
    normal = GEOD.a / 1000 / np.sqrt(1 - GEOD.es * np.sin(lat) ** 2)
    flat = normal * np.cos(lat)
    return np.column_stack([flat * np.cos(lon), flat * np.sin(lon), normal * (1 - GEOD.es) * np.sin(lat)])
