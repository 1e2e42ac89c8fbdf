"""The user's own boundary lines; by default the map draws none."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from pathlib import Path

import folium
import geopandas as gpd
import numpy as np
import shapely

from geodata.tables import TableError
from maps.elements import Call, group

_STYLE = {"color": "#66727e", "weight": 1, "fill": False, "className": "boundary"}
_AREAS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_LINES = (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING)
LARGEST_CHARACTERS = 1_000_000
_FIRST_DEGREES, _LAST_DEGREES = 0.002, 0.5


def draw(file: Path, words: Mapping[str, str]) -> folium.FeatureGroup:
    """Return the layer of the lines in a user's file, and its note on depiction in the legend.

    Parameters
    ----------
    file : Path
        GeoPackage, Shapefile or GeoJSON of polygons or lines in any coordinate system; only shapes are taken,
        no names. A border that two polygons share is drawn once.
    words : Mapping
        The texts of the page's language.

    Raises
    ------
    TableError
        If the file cannot be read, holds no lines or polygons, or says no coordinate system.
    """
    layer = group(words["layer.boundaries"])
    note = words["boundaries.note"].format(file=file.name)
    layer.add_child(Call("boundaries", [lines(file), _STYLE, note]))
    return layer


def lines(file: Path) -> list[list[list[float]]]:
    """Return the lines of a file as [latitude, longitude] in WGS 84, simplified to a megabyte of text.

    Raises
    ------
    TableError
        As of `draw`.
    """
    whole = _borders(_shapes(file))
    tolerance = _FIRST_DEGREES
    while True:
        found = _rounded(shapely.simplify(whole, tolerance))
        if len(json.dumps(found, separators=(",", ":"))) <= LARGEST_CHARACTERS:
            return found
        if tolerance > _LAST_DEGREES:
            raise TableError(
                f"{file}: its lines take more than {LARGEST_CHARACTERS / 1e6:g} MB even when they are "
                "simplified; expected fewer, such as the outlines of provinces"
            )
        tolerance *= 1.5


def _shapes(file: Path) -> np.ndarray:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of layers not asked for; what cannot be used is refused below
            table = gpd.read_file(file, columns=[])
    except Exception as error:  # of GDAL, whose kinds of error are many
        raise TableError(f"{file}: not a readable file of shapes ({error})") from None
    shapes = table.geometry.dropna() if isinstance(table, gpd.GeoDataFrame) else gpd.GeoSeries()
    shapes = shapes[np.isin(shapely.get_type_id(shapes.to_numpy()), [*_AREAS, *_LINES])]
    if shapes.empty:
        raise TableError(f"{file}: no polygon or line in it; expected boundaries as polygons or lines")
    if shapes.crs is None:
        raise TableError(
            f"{file}: does not say its coordinate system; expected one, such as a .prj beside the .shp"
        )
    return np.asarray(shapely.force_2d(shapes.to_crs("EPSG:4326").to_numpy()))


def _borders(shapes: np.ndarray) -> np.ndarray:
    """Return lines between junctions: what two polygons share is one line."""
    areas = np.isin(shapely.get_type_id(shapes), _AREAS)
    parts = np.where(areas, shapely.boundary(shapes), shapes)
    merged = shapely.line_merge(shapely.union_all(parts))
    return np.asarray(shapely.get_parts(merged))


def _rounded(parts: np.ndarray) -> list[list[list[float]]]:
    """Return points to a hundred metres; lines that shrink to a point are left out."""
    found = [np.round(shapely.get_coordinates(part)[:, ::-1], 3) for part in parts]
    kept = [points[np.r_[True, (np.diff(points, axis=0) != 0).any(axis=1)]] for points in found]
    return [points.tolist() for points in kept if len(points) > 1]
