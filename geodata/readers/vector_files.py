"""Reads one vector file of any format as it is: layers of GDAL, GeoParquet, tables with coordinates."""

from __future__ import annotations

import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
from pyproj import Transformer

from geodata.read import numbers, read_file
from geodata.readers.repairs import sound, told_with
from geodata.tables import DataWarning, TableError

Box = tuple[float, float, float, float]

TABLES = (".csv", ".xlsx")
LONGITUDE = ("longitude", "lon", "lng", "long", "x", "经度")
LATITUDE = ("latitude", "lat", "y", "纬度")
DAMAGED = (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError)
LOOKED_AT = 1000  # features of a layer of which none meets the box


def read_features(
    path: Path, place: str, layer: str | None, bbox: Box | None, crs: str | None
) -> gpd.GeoDataFrame:
    """Return the features of a file in its own projection, nothing mended but the encoding of a shapefile.

    Parameters
    ----------
    path : Path
        File of any format but an archive.
    place : str
        Scenario key and file, for the messages.
    layer, bbox, crs : optional
        As in `geodata.readers.vector.read_vector`; the box thins out what a reader can thin out.
    """
    ending = path.suffix.lower()
    if ending in TABLES:
        return _table(path, place, crs)
    if ending == ".parquet":
        return _geoparquet(path, place, crs)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            frame = _layer(path, place, layer, bbox)
        except DAMAGED as error:
            raise TableError(
                f"{place}: not a readable layer ({_cause(error)}); cut off, or of another format"
            ) from None
    for text in sorted({str(each.message) for each in caught}):
        warnings.warn(text if place in text else f"{place}: {text}", DataWarning, stacklevel=2)
    return frame


def _cause(error: Exception) -> str:
    return str(error).split(";")[0].split("\n")[0]


def _layer(path: Path, place: str, layer: str | None, bbox: Box | None) -> gpd.GeoDataFrame:
    name = _layer_name(path, place, layer)
    info = pyogrio.read_info(path, layer=name)
    _check_shapefile(path, place)
    box = bbox if bbox is None or info["crs"] is None else _box_in(info["crs"], bbox)
    frame = _decoded(path, name, box, place)
    if frame.empty and box is not None and info["features"]:
        sound(_decoded(path, name, None, place, LOOKED_AT), place)  # else a swapped layer is merely elsewhere
    if bbox is None and info["features"] > len(frame):
        raise TableError(
            f"{place}: cut off: the file announces {info['features']} features and holds {len(frame)}; get "
            "it again"
        )
    return frame


def _layer_name(path: Path, place: str, layer: str | None) -> str:
    """Return the layer to read: the one that is named, or the only one with geometries."""
    listed = [(str(name), kind) for name, kind in pyogrio.list_layers(path)]
    shaped = [name for name, kind in listed if kind is not None]
    if layer is not None and layer not in [name for name, _ in listed]:
        raise TableError(f"{place}: no layer {layer!r}, expected one of {', '.join(n for n, _ in listed)}")
    if layer is not None and layer not in shaped:
        raise TableError(f"{place}: layer {layer!r} is a table without geometries, expected a layer of a map")
    if layer is None and len(shaped) != 1:
        found = (
            f"layers {', '.join(shaped)}, expected the name of one" if shaped else "no layer with geometries"
        )
        raise TableError(f"{place}: found {found}")
    return layer or shaped[0]


def _check_shapefile(path: Path, place: str) -> None:
    """Compare the lengths of a shapefile and its attributes with what their headers say; readers do not."""
    if path.suffix.lower() != ".shp":
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


def _decoded(
    path: Path, layer: str, box: Box | None, place: str, most: int | None = None
) -> gpd.GeoDataFrame:
    """Return the layer; the text of a shapefile that names no encoding is UTF-8, else GB 18030 (GBK)."""
    named = path.suffix.lower() != ".shp" or path.with_suffix(".cpg").exists()
    for encoding in (None,) if named else ("UTF-8", "GB18030"):
        try:
            frame = pyogrio.read_dataframe(path, layer=layer, bbox=box, encoding=encoding, max_features=most)
        except UnicodeDecodeError:
            continue
        if encoding == "GB18030":
            warnings.warn("the text is not UTF-8; read as Chinese (GB 18030)", stacklevel=2)
        return frame
    raise TableError(f"{place}: the text is neither UTF-8 nor GBK; write a .cpg file with its encoding")


def _box_in(crs: str, box: Box) -> Box | None:
    west, south, east, north = Transformer.from_crs(4326, crs, always_xy=True).transform_bounds(*box)
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
