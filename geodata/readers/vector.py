"""Reads the user's vector layers: files of any format and projection, archives, PostGIS; checked, mended."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import shapely

from geodata.catalogue.archives import unpack
from geodata.readers.postgis import is_address, read_table
from geodata.readers.repairs import sound, told_with
from geodata.readers.vector_files import Box, read_features
from geodata.tables import TableError

LAYERS = (".shp", ".gpkg", ".geojson", ".json", ".fgb", ".parquet", ".kml", ".gml", ".tab", ".csv", ".xlsx")
ARCHIVES = (".zip", ".tgz", ".gz", ".tar")


def read_vector(
    path: Path | str,
    where: str,
    layer: str | None = None,
    bbox: Box | None = None,
    columns: Sequence[str] | None = None,
    crs: str | None = None,
) -> gpd.GeoDataFrame:
    """Return the features of a layer in EPSG:4326; what was mended is warned of (`DataWarning`).

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
        West, south, east, north [degrees, WGS 84]; features that meet it.
    columns : sequence of str, optional
        Attributes to keep; none: all.
    crs : str, optional
        Projection where the file names none.

    Raises
    ------
    TableError
        No such file, unreadable or cut off, no or several layers, no projection, no feature, axes swapped,
        coordinates that are not on earth, polygons larger than all land.
    """
    if is_address(path):
        if layer is None:
            raise TableError(f"{where}: a database needs the name of a table, expected it as layer")
        with told_with(where):
            return _chosen(read_table(str(path), layer), bbox, columns, where)
    file = Path(path)
    place = f"{where} ({file})"
    _check_there(file, where)
    with _unpacked(file, layer, where) as (inner, wanted):
        frame = read_features(inner, place, wanted, bbox, crs)
    sounded = sound(frame, place, crs) if bbox is None or not frame.empty else frame.to_crs(4326)
    return _chosen(sounded, bbox, columns, place)


def _check_there(path: Path, where: str) -> None:
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


def _chosen(
    frame: gpd.GeoDataFrame, bbox: Box | None, columns: Sequence[str] | None, place: str
) -> gpd.GeoDataFrame:
    """Return the features that meet the box, with the attributes asked for."""
    lost = [c for c in columns or () if c not in frame.columns]
    if lost:
        there = ", ".join(str(c) for c in frame.columns if c != frame.geometry.name)
        raise TableError(f"{place}: missing column {', '.join(lost)}; found {there}")
    if bbox is not None:
        frame = frame[frame.intersects(shapely.box(*bbox))].reset_index(drop=True)
    return frame if columns is None else frame[[*columns, frame.geometry.name]]
