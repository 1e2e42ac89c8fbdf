"""Mends the geometries of a layer, and tells what was mended; refuses what cannot be."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from geodata.readers.extent import extent_faults, rows
from geodata.tables import DataWarning, TableError

FAMILIES = ("points", "lines", "polygons", "collections")
FAMILY = np.array([0, 1, 1, 2, 0, 1, 2, 3])  # by shapely's type numbers, Point to GeometryCollection


@contextmanager
def told_with(where: str) -> Iterator[None]:
    """Put the scenario key in front of a fault that names only the file."""
    try:
        yield
    except TableError as error:
        text = str(error)
        raise TableError(text if where in text else f"{where}: {text}") from None


def sound(frame: gpd.GeoDataFrame, where: str, crs: str | None = None) -> gpd.GeoDataFrame:
    """Return a layer with every geometry present, valid and flat; what was mended is warned of.

    Parameters
    ----------
    frame : GeoDataFrame
        As read.
    where : str
        File and scenario key, for the messages.
    crs : str, optional
        Projection where the layer names none.

    Raises
    ------
    TableError
        No feature, no projection, or features that lie where none can lie (`geodata.readers.extent`).
    """
    if frame.empty:
        raise TableError(f"{where}: the layer has no features, expected one at least")
    named = with_crs(frame.reset_index(drop=True), where, crs)
    present, told = _present(named)
    if present.empty:
        raise TableError(f"{where}: none of the {len(named)} features has a geometry, expected one at each")
    faults = extent_faults(present)
    if faults:
        raise TableError(f"{where}: " + "; ".join(faults))
    valid, mended = _valid(present)
    told += [*mended, *_doubts(valid)]
    if told:
        warnings.warn(f"{where}: " + "; ".join(told), DataWarning, stacklevel=2)
    return valid.reset_index(drop=True)


def with_crs(frame: gpd.GeoDataFrame, where: str, crs: str | None) -> gpd.GeoDataFrame:
    """Return the layer with its own projection, or with `crs` if it has none; two that differ are a fault.

    Raises
    ------
    TableError
        No projection, or two.
    """
    try:
        wanted = None if crs is None else CRS.from_user_input(crs)
    except CRSError:
        raise TableError(f"{where}: {crs!r} is no projection, expected one such as EPSG:4326") from None
    if frame.crs is not None and (frame.crs.is_engineering or frame.crs.name.startswith("Undefined")):
        frame = frame.set_crs(None, allow_override=True)  # what a GeoPackage says that knows none
    if frame.crs is None and wanted is None:
        raise TableError(
            f"{where}: the layer does not say its projection, expected one (for example EPSG:4326); write it "
            "into the file (the .prj beside a shapefile; `ogr2ogr -a_srs EPSG:4326 NEW OLD`)"
        )
    if frame.crs is None:
        return frame.set_crs(wanted)
    if wanted is not None and not frame.crs.equals(wanted, ignore_axis_order=True):
        raise TableError(f"{where}: the layer says {frame.crs.name}, the scenario {crs}; drop one of the two")
    return frame


def _present(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the features that have a geometry, without heights."""
    shapes = frame.geometry.to_numpy()
    gone = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    told = (
        [f"left out {gone.sum()} features without geometry (row {rows(frame.index[gone])})"]
        if gone.any()
        else []
    )
    high = shapely.has_z(shapes) | shapely.has_m(shapes)
    if high.any():
        told.append(f"dropped the heights or measures of {high.sum()} features")
    flat = frame.set_geometry(gpd.GeoSeries(shapely.force_2d(shapes), frame.index, frame.crs))
    return flat[~gone], told


def _valid(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the features with crossing or open rings mended; those of which nothing stays are left out."""
    shapes = frame.geometry.to_numpy()
    wrong = ~shapely.is_valid(shapes)
    if not wrong.any():
        return frame, []
    reason = shapely.is_valid_reason(shapes[wrong][0]).split("[")[0].lower()
    told = [f"mended {wrong.sum()} invalid geometries (row {rows(frame.index[wrong])}: {reason})"]
    mended = shapes.copy()
    mended[wrong] = shapely.make_valid(shapes[wrong], method="structure", keep_collapsed=False)
    gone = shapely.is_empty(mended)
    if gone.any():
        told.append(f"left out {gone.sum()} of them, of which no area stays (row {rows(frame.index[gone])})")
    return frame.set_geometry(gpd.GeoSeries(mended, frame.index, frame.crs))[~gone], told


def _doubts(frame: gpd.GeoDataFrame) -> list[str]:
    """Return what was left as it is but may not be meant: the same geometry twice, several kinds."""
    shapes = frame.geometry.to_numpy()
    again = pd.Series(shapely.to_wkb(shapely.normalize(shapes)), index=frame.index).duplicated()
    told = [f"{again.sum()} features repeat the geometry of another (row {rows(frame.index[again])}); kept"]
    kinds, counts = np.unique(FAMILY[shapely.get_type_id(shapes)], return_counts=True)
    mix = ", ".join(f"{n} {FAMILIES[k]}" for k, n in zip(kinds, counts, strict=True))
    return (told if again.any() else []) + ([f"mixed geometries: {mix}; kept"] if len(kinds) > 1 else [])
