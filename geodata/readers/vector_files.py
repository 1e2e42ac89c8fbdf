"""Reads one vector file of any format as it is: layers of GDAL, GeoParquet, tables with coordinates."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
from pyproj import Transformer

from geodata.geometry.projections import WGS84
from geodata.read import numbers, read_file
from geodata.readers.repairs import sound, told_with
from geodata.tables import DataWarning, TableError

Box = tuple[float, float, float, float]
Kind = Literal["line", "polygon"]

KINDS = {"line": "lines", "polygon": "polygons"}
IN_ARCHIVE = "/vsizip/"  # how GDAL names a file inside an archive: /vsizip/{archive}/file
TABLES = (".csv", ".xlsx")
LONGITUDE = ("longitude", "lon", "lng", "long", "x", "经度")
LATITUDE = ("latitude", "lat", "y", "纬度")
DAMAGED = (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError)
LOOKED_AT = 1000  # features of a layer of which none meets the box


def read_features(
    path: Path,
    place: str,
    layer: str | None,
    bbox: Box | None,
    crs: str | None,
    columns: Sequence[str] | None = None,
    kind: Kind | None = None,
    crs_box: str = WGS84,
) -> gpd.GeoDataFrame:
    """Return the features of a file in its own projection, nothing mended but the encoding of a shapefile.

    Parameters
    ----------
    path : Path
        File of any format but an archive.
    place : str
        Scenario key and file, for the messages.
    layer, bbox, crs, columns, kind : optional
        As in `geodata.readers.vector.read_vector`; a reader thins out by box and columns what it can.
    crs_box : str
        Projection of the box.
    """
    ending = path.suffix.lower()
    if ending in TABLES:
        return _table(path, place, crs)
    if ending == ".parquet":
        return _geoparquet(path, place, crs)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            frame = _layer(path, place, _layer_name(path, place, layer, kind), bbox, columns, crs_box)
        except DAMAGED as error:
            raise TableError(
                f"{place}: not a readable layer ({_cause(error)}); cut off, or of another format"
            ) from None
    for text in sorted({str(each.message) for each in caught}):
        warnings.warn(text if place in text else f"{place}: {text}", DataWarning, stacklevel=2)
    return frame


def _cause(error: Exception) -> str:
    return str(error).split(";")[0].split("\n")[0]


def layer_names(path: Path) -> dict[str, str]:
    """Return the layers of a file with their kind of geometry, in lower case; none if it is not readable."""
    try:
        return {str(name): str(shape).lower() for name, shape in pyogrio.list_layers(path)}
    except DAMAGED:
        return {}


def _layer(
    path: Path, place: str, name: str, bbox: Box | None, columns: Sequence[str] | None, crs_box: str
) -> gpd.GeoDataFrame:
    info = pyogrio.read_info(path, layer=name)
    _check_shapefile(path, place)
    box = bbox if bbox is None or info["crs"] is None else _box_in(info["crs"], bbox, crs_box)
    some = columns is not None and set(columns) <= set(info["fields"])  # else all, for the message
    options = {"layer": name, "bbox": box, "columns": columns if some else None}
    frame = _decoded(path, place, options)
    if frame.empty and box is not None and info["features"]:  # else a swapped layer is merely elsewhere
        sound(_decoded(path, place, options | {"bbox": None, "max_features": LOOKED_AT}), place)
    if bbox is None and info["features"] > len(frame):
        raise TableError(
            f"{place}: cut off: the file announces {info['features']} features and holds {len(frame)}; get "
            "it again"
        )
    return frame


def _layer_name(path: Path, place: str, layer: str | None, kind: Kind | None) -> str:
    """Return the layer to read: the one that is named, or the only one with geometries (of the kind)."""
    listed = [(str(name), shape) for name, shape in pyogrio.list_layers(path)]
    shaped = [name for name, shape in listed if shape is not None]
    if layer is not None and layer not in [name for name, _ in listed]:
        raise TableError(f"{place}: no layer {layer!r}, expected one of {', '.join(n for n, _ in listed)}")
    if layer is not None and layer not in shaped:
        raise TableError(f"{place}: layer {layer!r} is a table without geometries, expected a layer of a map")
    fitting = [name for name, shape in listed if kind and kind in str(shape).lower()]
    if layer is not None or len(shaped) == 1 or len(fitting) == 1:
        return layer or (fitting or shaped)[0]
    if shaped:
        shown = ", ".join(f"{name} ({shape})" for name, shape in listed) if kind else ", ".join(shaped)
        wanted = f"one of {KINDS[kind]}: export the one meant" if kind else "the name of one"
        raise TableError(f"{place}: found layers {shown}, expected {wanted}")
    raise TableError(f"{place}: found no layer with geometries")


def _check_shapefile(path: Path, place: str) -> None:
    """Compare the lengths of a shapefile and its attributes with what their headers say; readers do not."""
    if path.suffix.lower() != ".shp" or not path.is_file():
        return
    with path.open("rb") as file:
        _check_length(path, 2 * int.from_bytes(file.read(28)[24:28], "big"), place)  # in words of 16 bits
    attributes = path.with_suffix(".dbf")
    if attributes.exists():
        with attributes.open("rb") as file:
            head = file.read(12)
        rows, start, width = (int.from_bytes(head[a:b], "little") for a, b in ((4, 8), (8, 10), (10, 12)))
        _check_length(attributes, start + rows * width, place)


def _check_length(path: Path, announced: int, place: str) -> None:
    found = path.stat().st_size
    if found < announced:
        told = f"{path.name} has {found} bytes of {announced} that it announces"
        raise TableError(f"{place}: cut off: {told}; get it again")


def _decoded(path: Path, place: str, options: dict[str, Any]) -> gpd.GeoDataFrame:
    """Return the layer; the text of a shapefile that names no encoding is UTF-8, else GB 18030 (GBK)."""
    named = path.suffix.lower() != ".shp" or path.with_suffix(".cpg").exists()
    for encoding in (None,) if named else ("UTF-8", "GB18030"):
        try:
            frame = pyogrio.read_dataframe(path, encoding=encoding, **options)
        except UnicodeDecodeError:
            continue
        if encoding == "GB18030":
            warnings.warn("the text is not UTF-8; read as Chinese (GB 18030)", stacklevel=2)
        return frame
    raise TableError(f"{place}: the text is neither UTF-8 nor GBK; write a .cpg file with its encoding")


def _box_in(crs: str, box: Box, crs_box: str) -> Box | None:
    west, south, east, north = Transformer.from_crs(crs_box, crs, always_xy=True).transform_bounds(*box)
    return (west, south, east, north) if np.isfinite([west, south, east, north]).all() else None


def _geoparquet(path: Path, place: str, crs: str | None) -> gpd.GeoDataFrame:
    try:
        return gpd.read_parquet(path)
    except (ValueError, OSError) as error:
        if "geo metadata" not in str(error).lower():
            raise TableError(f"{place}: not a readable Parquet file ({_cause(error)}); cut off?") from None
    return _table(path, place, crs)


def _table(path: Path, place: str, crs: str | None) -> gpd.GeoDataFrame:
    """Return a table with two columns of coordinates as points."""
    key = place.split(" (")[0]
    with told_with(key):
        table = read_file(path, key)
    x, y = (_coordinate(table, names, place) for names in (LONGITUDE, LATITUDE))
    table = numbers(table, [x, y], place)
    points = gpd.points_from_xy(table[x], table[y])
    points[table[[x, y]].isna().any(axis=1).to_numpy()] = None
    return gpd.GeoDataFrame(table, geometry=points, crs=4326 if crs is None else None)


def _coordinate(table: pd.DataFrame, names: tuple[str, ...], place: str) -> str:
    found = [c for c in table.columns if str(c).lower() in names]
    if len(found) != 1:
        what = f"columns {', '.join(found)}" if found else f"columns {', '.join(map(str, table.columns))}"
        raise TableError(f"{place}: found {what}, expected one of {', '.join(names)}")
    return str(found[0])
