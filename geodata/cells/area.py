"""The study area: provinces, a box or the user's shapes, and the grid of cells over it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from geodata.cells.target_grid import Grid, burned, checked_crs, grid_over
from geodata.geometry.projections import WGS84
from geodata.geometry.regions import BOUNDARIES, boundaries_file
from geodata.read import builtin
from geodata.readers.vector import read_vector
from geodata.tables import TableError

Mask = NDArray[np.bool_]

WHERE = "geodata.cells.area"


class Settings(BaseModel):
    """Where candidate cells are looked for; nothing set: all provinces that are demand zones."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    provinces: tuple[str, ...] = Field((), description="English names as in the built-in table; none: all")
    bbox: tuple[float, float, float, float] | None = Field(
        None, description="west, south, east, north [degrees, WGS 84]; replaces the provinces"
    )
    file: Path | None = Field(
        None, description="polygons of any vector format and projection; they replace the provinces"
    )
    file_layer: str | None = Field(None, description="layer of that file; none: the only one")

    @model_validator(mode="after")
    def _one(self) -> Settings:
        if sum((bool(self.provinces), self.bbox is not None, self.file is not None)) > 1:
            raise ValueError("give provinces, bbox or file, not several")
        return self


@dataclass(frozen=True)
class Area:
    """Cells whose centre lies inside the study area."""

    grid: Grid
    inside: Mask

    @property
    def cells(self) -> int:
        """Number of cells inside."""
        return int(self.inside.sum())

    @property
    def km2(self) -> float:
        """Area of the cells inside [km2]."""
        return float(self.inside.sum(axis=1) @ self.grid.row_km2())


def study_area(settings: Settings, resolution_deg: float, data: Path | None) -> Area:
    """Return the cells of the study area, edges at multiples of the resolution in longitude and latitude.

    Parameters
    ----------
    settings : Settings
        Provinces, box or file.
    resolution_deg : float
        Side of a cell [degrees].
    data : Path, optional
        Data folder; provinces need its boundary layer.

    Raises
    ------
    TableError
        Unknown provinces, an empty box, an unusable file, or no boundary layer for provinces.
    """
    return area_of(_shapes(settings, data), WGS84, resolution_deg, WHERE)


def region_area(path: Path, crs: str, resolution: float, layer: str | None = None) -> Area:
    """Return the cells of a user's region on a grid of any projection.

    Parameters
    ----------
    path : Path
        Polygons, in any projection; all of them together are the region.
    crs : str
        Projection of the grid.
    resolution : float
        Side of a cell, in units of the projection; the edges lie at its multiples.
    layer : str, optional
        Layer of the file; none: the only one.

    Raises
    ------
    TableError
        An unusable file, projection or resolution, or no cell centre inside.
    """
    shapes = _polygons(path, "region", layer, checked_crs(crs))
    return area_of(shapes, crs, resolution, f"region ({path})")


def area_of(shapes: gpd.GeoSeries, crs: str, resolution: float, where: str) -> Area:
    """Return the cells whose centre lies inside polygons that are in the projection of the grid.

    Raises
    ------
    TableError
        No cell centre lies inside; begins with `where`.
    """
    left, bottom, right, top = (float(v) for v in shapes.total_bounds)
    grid = grid_over((left, bottom, right, top), crs, resolution)
    inside = burned(shapes, grid)
    if not inside.any():
        raise TableError(
            f"{where}: no cell centre lies inside the area at resolution {resolution:g} {grid.unit}; take a "
            "finer one"
        )
    return Area(grid, inside)


def _shapes(settings: Settings, data: Path | None) -> gpd.GeoSeries:
    if settings.bbox is not None:
        return gpd.GeoSeries([_checked_box(*settings.bbox)], crs=WGS84)
    if settings.file is not None:
        return _polygons(settings.file, f"{WHERE}.file", settings.file_layer, WGS84)
    return _provinces(settings.provinces, data)


def _polygons(path: Path, where: str, layer: str | None, crs: str) -> gpd.GeoSeries:
    shapes = read_vector(path, where, layer, columns=(), crs_out=crs).geometry
    kept = shapes[shapes.geom_type.isin(["Polygon", "MultiPolygon", "GeometryCollection"])]
    if kept.empty:
        kinds = ", ".join(sorted(set(shapes.geom_type.dropna()))) or "no shape"
        raise TableError(f"{where} ({path}): found {kinds}, expected polygons")
    return kept


def _checked_box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    shown = f"{west:g}, {south:g}, {east:g}, {north:g}"
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise TableError(f"{WHERE}.bbox: found {shown}, expected west < east and south < north in degrees")
    return shapely.box(west, south, east, north)


def _provinces(wanted: tuple[str, ...], data: Path | None) -> gpd.GeoSeries:
    known = builtin("provinces").set_index("name_zh")["province"]
    strange = [name for name in wanted if name not in set(known)]
    if strange:
        raise TableError(
            f"{WHERE}.provinces: found {', '.join(strange)}, expected names among {', '.join(sorted(known))}"
        )
    path = boundaries_file(data)
    if path is None:
        raise TableError(
            f"{WHERE}: provinces need the boundary layer {BOUNDARIES} of a data folder "
            f"({data or 'none given'}); give the folder, or a bbox or file instead"
        )
    return _outlines(path, [str(zh) for zh, en in known.items() if not wanted or en in wanted])


def _outlines(path: Path, wanted: list[str]) -> gpd.GeoSeries:
    try:
        layer = pyogrio.read_dataframe(path, layer="adm1", columns=["ADM1_ZH"])
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise TableError(f"{path}: not a readable boundary layer ({error}); get it again") from None
    chosen = layer["ADM1_ZH"].map(lambda name: name.startswith(tuple(wanted)))
    return layer.geometry[chosen].to_crs(WGS84)
