"""Lines or polygons around places, from a vector file that may hold several layers."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import pyogrio
from numpy.typing import ArrayLike
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import Transformer

from geodata.readers.repairs import sound
from geodata.readers.vector import read_vector
from geodata.tables import TableError

Kind = Literal["line", "polygon"]
Box = tuple[float, float, float, float]

NAMES = {"line": "lines", "polygon": "polygons"}
PLAIN = (".gpkg", ".gdb", ".sqlite", ".kml", ".gml")  # may hold several layers
SOUTH, NORTH = -60.0, 85.0


def read_layer(
    path: Path,
    where: str,
    kind: Kind,
    columns: tuple[str, ...] = (),
    layer: str | None = None,
    near: Box | None = None,
) -> gpd.GeoDataFrame:
    """Return the lines or polygons of a layer in WGS 84, sound, with the columns asked for.

    Parameters
    ----------
    path : Path
        Any file that `geodata.readers.vector.read_vector` reads.
    where : str
        What the file is for, or the scenario key that names it; begins every message.
    kind : {"line", "polygon"}
        What the layer must hold.
    columns : tuple of str
        Columns that are needed.
    layer : str, optional
        Name of the layer; none: the only one of this kind.
    near : tuple, optional
        West, south, east, north [degrees]: only what meets this box.

    Raises
    ------
    TableError
        As `read_vector`; several layers of this kind; other shapes.
    """
    name = layer or _only_layer(path, kind, where)
    return _of_kind(read_vector(path, where, name, near, columns), kind, f"{where} ({path})")


def read_inside(
    path: str, where: str, kind: Kind, columns: tuple[str, ...], layer: str | None, near: Box
) -> gpd.GeoDataFrame:
    """Return the same of a layer inside an archive, by its GDAL name (/vsizip/...), without unpacking it."""
    try:
        crs = pyogrio.read_info(path, layer=layer)["crs"]
        box = Transformer.from_crs(4326, crs, always_xy=True).transform_bounds(*near) if crs else None
        found = pyogrio.read_dataframe(path, layer=layer, bbox=box)
    except (DataSourceError, DataLayerError) as error:
        cause = str(error).split("\n")[0]
        raise TableError(f"{where} ({path}): not a readable layer ({cause}); get it again") from None
    lost = [c for c in columns if c not in found]
    if lost:
        raise TableError(
            f"{where} ({path}): missing column {', '.join(lost)}; found {', '.join(found.columns[:-1])}"
        )
    return _of_kind(sound(found, f"{where} ({path})"), kind, f"{where} ({path})")


def layer_names(path: Path | str) -> dict[str, str]:
    """Return the layers of a file with their kind of geometry, in lower case; none if it is not readable."""
    try:
        return {str(name): str(shape).lower() for name, shape in pyogrio.list_layers(path)}
    except (DataSourceError, DataLayerError):
        return {}


def _only_layer(path: Path, kind: Kind, where: str) -> str | None:
    """Return the only layer that fits where a file holds several; none: let the reader judge."""
    layers = layer_names(path) if path.suffix.lower() in PLAIN else {}
    fitting = [name for name, shape in layers.items() if kind in shape]
    if len(layers) < 2 or len(fitting) == 1:
        return fitting[0] if fitting else None
    found = ", ".join(f"{name} ({shape})" for name, shape in layers.items())
    raise TableError(
        f"{where} ({path}): found the layers {found}; expected one of {NAMES[kind]}: export the one meant"
    )


def _of_kind(layer: gpd.GeoDataFrame, kind: Kind, place: str) -> gpd.GeoDataFrame:
    other = sorted(set(layer.geom_type[~layer.geom_type.str.lower().str.contains(kind)]))
    if other:
        raise TableError(f"{place}: found {', '.join(other)}, expected {NAMES[kind]}")
    return layer.reset_index(drop=True)


def box_around(longitude: ArrayLike, latitude: ArrayLike, margin_deg: float = 5.0) -> Box:
    """Return west, south, east, north of places with a margin [degrees]."""
    lon, lat = np.asarray(longitude, float), np.asarray(latitude, float)
    west, east = max(lon.min() - margin_deg, -180.0), min(lon.max() + margin_deg, 180.0)
    return west, max(lat.min() - margin_deg, SOUTH), east, min(lat.max() + margin_deg, NORTH)
