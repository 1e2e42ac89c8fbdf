"""Reads the user's vector layers: files of any format and projection, archives, PostGIS; checked, mended."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike

from geodata.geometry.projections import WGS84, reprojected
from geodata.readers.archives import unpack
from geodata.readers.postgis import is_address, read_table
from geodata.readers.repairs import sound, told_with, with_crs
from geodata.readers.vector_files import IN_ARCHIVE, KINDS, Box, Kind, read_features
from geodata.tables import TableError

LAYERS = (".shp", ".gpkg", ".geojson", ".json", ".fgb", ".parquet", ".kml", ".gml", ".tab", ".csv", ".xlsx")
ARCHIVES = (".zip", ".tgz", ".gz", ".tar")
SOUTH, NORTH = -60.0, 85.0


def read_vector(
    path: Path | str,
    where: str,
    layer: str | None = None,
    bbox: Box | None = None,
    columns: Sequence[str] | None = None,
    crs: str | None = None,
    kind: Kind | None = None,
    crs_out: str = WGS84,
) -> gpd.GeoDataFrame:
    """Return the features of a layer, by default in EPSG:4326; what was mended is warned of (`DataWarning`).

    Parameters
    ----------
    path : Path or str
        GeoJSON, GeoPackage, shapefile (also zipped), FlatGeobuf, GeoParquet or another format of
        GDAL; CSV, XLSX or Parquet with longitude and latitude; or the address of a PostGIS database.
    where : str
        What the layer is for, or the scenario key that names it; begins every message.
    layer : str, optional
        Layer of a file with several, file of an archive with several, or table of a database.
    bbox : tuple, optional
        West, south, east, north in the projection of the result; features that meet it.
    columns : sequence of str, optional
        Attributes to keep; none: all.
    crs : str, optional
        Projection where the file names none.
    kind : {"line", "polygon"}, optional
        What the layer must hold; of a file with several layers, the only one of this kind is read.
    crs_out : str
        Projection of the result; edges stay straight in that of the file.

    Raises
    ------
    TableError
        No such file, unreadable or cut off, no or several layers, no projection, no feature, axes swapped,
        coordinates that are not on earth, polygons larger than all land; another kind of geometry.
    """
    if is_address(path):
        if layer is None:
            raise TableError(f"{where}: a database needs the name of a table, expected it as layer")
        with told_with(where):
            return _chosen(_moved(read_table(str(path), layer), crs_out, where), bbox, columns, kind, where)
    file = Path(path)
    place = f"{where} ({file})"
    _check_there(file, where)
    with _unpacked(file, layer, where) as (inner, wanted):
        frame = read_features(inner, place, wanted, bbox, crs, columns, kind, crs_out)
    sounded = with_crs(frame, place, crs) if bbox is not None and frame.empty else sound(frame, place, crs)
    return _chosen(_moved(sounded, crs_out, place), bbox, columns, kind, place)


def box_around(longitude: ArrayLike, latitude: ArrayLike, margin_deg: float = 5.0) -> Box:
    """Return west, south, east, north of places with a margin [degrees]."""
    lon, lat = np.asarray(longitude, float), np.asarray(latitude, float)
    west, east = max(lon.min() - margin_deg, -180.0), min(lon.max() + margin_deg, 180.0)
    return west, max(lat.min() - margin_deg, SOUTH), east, min(lat.max() + margin_deg, NORTH)


def _check_there(path: Path, where: str) -> None:
    if str(path).startswith(IN_ARCHIVE):
        return
    if path.is_dir() and path.suffix.lower() != ".gdb":
        raise TableError(f"{where}: {path} is a folder, expected a file")
    if not path.exists():
        raise TableError(f"{where}: no file {path}")
    if path.is_file() and path.stat().st_size == 0:
        raise TableError(f"{where} ({path}): the file is empty, expected a layer")


@contextmanager
def _unpacked(path: Path, layer: str | None, where: str) -> Iterator[tuple[Path, str | None]]:
    """Give the file to read and the layer in it; an archive is unpacked for the while."""
    if path.suffix.lower() not in ARCHIVES:
        yield path, layer
        return
    with tempfile.TemporaryDirectory() as folder:
        with told_with(where):
            files = unpack(path, Path(folder) / "unpacked")
        yield _only(files, layer, f"{where} ({path})")


def _only(files: list[Path], layer: str | None, place: str) -> tuple[Path, str | None]:
    folders = {p for f in files for p in f.parents if p.suffix.lower() == ".gdb"}
    loose = [f for f in files if f.suffix.lower() in LAYERS and not f.name.startswith(".")]
    found = sorted([*folders, *loose])
    named = [f for f in found if layer in (f.stem, f.name)]
    if len(named) == 1:
        return named[0], None
    if len(found) != 1:
        names = ", ".join(sorted(f.name for f in found)) or "none"
        raise TableError(f"{place}: layers in the archive: {names}; expected one, or its name as layer")
    return found[0], layer


def _moved(frame: gpd.GeoDataFrame, crs: str, place: str) -> gpd.GeoDataFrame:
    return frame.set_geometry(reprojected(frame.geometry, crs, place))


def _chosen(
    frame: gpd.GeoDataFrame,
    bbox: Box | None,
    columns: Sequence[str] | None,
    kind: Kind | None,
    place: str,
) -> gpd.GeoDataFrame:
    """Return the features that meet the box, with the attributes asked for."""
    lost = [c for c in columns or () if c not in frame.columns]
    if lost:
        there = ", ".join(str(c) for c in frame.columns if c != frame.geometry.name)
        raise TableError(f"{place}: missing column {', '.join(lost)}; found {there}")
    if bbox is not None:
        frame = frame[frame.intersects(shapely.box(*bbox))].reset_index(drop=True)
    other = sorted(set(frame.geom_type[~frame.geom_type.str.lower().str.contains(kind)])) if kind else []
    if other:
        raise TableError(f"{place}: found {', '.join(other)}, expected {KINDS[kind or 'line']}")
    return frame if columns is None else frame[[*columns, frame.geometry.name]]
