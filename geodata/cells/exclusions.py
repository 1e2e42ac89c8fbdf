"""Hard no-go rules for raster cells: each one predicate, with the reason that it writes down."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from geodata.cells.area import region_area
from geodata.cells.exclusion_rules import (
    exclude_cover,
    exclude_crowded,
    exclude_far,
    exclude_faults,
    exclude_high,
    exclude_rugged,
    exclude_steep,
    exclude_water,
)
from geodata.cells.own_exclusions import Forced, OwnLayer, exclude_forced, exclude_own
from geodata.cells.screening import Exclusion, Progress, Screen, rule_out
from geodata.cells.target_grid import Grid

WHERE = "geodata.cells.exclusions"
GRID_LAYER = "substations of 220 kV and more"
FIBRE_LAYER = "rail corridors and backbone points"


class Settings(BaseModel):
    """What rules a cell out; None (or nothing listed) switches an exclusion off."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    elevation_max_m: float | None = Field(
        3050.0,
        description="higher cells; limit of server classes A1 to A4, ASHRAE TC 9.9 guidelines",
    )
    relief_max_m: float | None = Field(
        600.0,
        gt=0,
        description="cells with more from lowest to highest ground around; an index, no slope",
    )
    relief_within_km: float = Field(10.0, gt=0, le=100, description="how far around relief is taken")
    slope_max_deg: float = Field(8.0, ge=0, le=90, description="steeper cells of `slope_file`")
    slope_file: Path | None = Field(None, description="slope raster in degrees; none: slope is not asked")
    cover_codes: tuple[int, ...] = Field(
        (14, 15, 19, 20), description="land cover, GLCNMO: mangrove, wetland, snow and ice, water bodies"
    )
    cover_file: Path | None = Field(None, description="own land cover raster with codes of its own")
    urban_codes: tuple[int, ...] = Field(
        (),
        description="land cover that counts as built-up (GLCNMO: 18); none: its cells are 37 km wide",
    )
    built_up_max_persons_per_km2: float | None = Field(
        1500.0,
        gt=0,
        description="cells with more people; UN threshold of an urban centre",
    )
    water_min_km: float | None = Field(1.0, ge=0, description="cells in a lake or nearer to a lake or river")
    protected_file: Path | None = Field(None, description="protected areas, polygons of any vector format")
    protected_min_km: float = Field(0.0, ge=0, description="cells inside them or nearer than this")
    fault_min_km: float | None = Field(
        2.0, gt=0, description="cells nearer to an active fault; the code asks 0.4 km, the traces are coarse"
    )
    grid_max_km: float | None = Field(
        50.0, gt=0, description="cells farther from a substation of 220 kV or more"
    )
    fibre_max_km: float | None = Field(50.0, gt=0, description="cells farther from fibre or its proxy")
    own: tuple[OwnLayer, ...] = Field((), description="own layers, each a reason")
    force_include: Forced = Field(
        (),
        description="points (longitude, latitude) or a file of points or polygons: always free",
    )
    force_exclude: Forced = Field(
        (), description="points or a file of points or polygons: never free, not even if force-included"
    )


def list_exclusions(
    settings: Settings, grid: Grid, data: Path | None, substations: pd.DataFrame, fibre: pd.DataFrame
) -> list[Exclusion]:
    """Return the exclusions that are switched on, in the order in which a cell is asked.

    Parameters
    ----------
    settings : Settings
        Thresholds and the user's layers.
    grid : Grid
        Cells of the whole area.
    data : Path, optional
        Data folder.
    substations, fibre : DataFrame
        longitude, latitude [degrees, WGS 84]; no rows where there is no layer.

    Raises
    ------
    TableError
        A layer that is there but not usable.
    """
    s = settings
    listed = [
        exclude_forced(s.force_exclude, grid, f"{WHERE}.force_exclude"),
        exclude_high(s.elevation_max_m, grid, data),
        exclude_rugged(s.relief_max_m, s.relief_within_km, grid, data),
        exclude_steep(s.slope_max_deg, s.slope_file, grid, f"{WHERE}.slope_file"),
        exclude_cover("land_cover", s.cover_codes, s.cover_file, grid, data, f"{WHERE}.cover_file"),
        exclude_cover("built_up_cover", s.urban_codes, s.cover_file, grid, data, f"{WHERE}.cover_file"),
        exclude_crowded(s.built_up_max_persons_per_km2, grid, data),
        exclude_water(s.water_min_km, grid, data),
        _protected(s.protected_file, s.protected_min_km, grid),
        exclude_faults(s.fault_min_km, grid, data),
        exclude_far("grid", s.grid_max_km, substations, GRID_LAYER),
        exclude_far("fibre", s.fibre_max_km, fibre, FIBRE_LAYER),
        *(exclude_own(layer, grid, f"{WHERE}.own[{i}].file") for i, layer in enumerate(s.own)),
    ]
    return [exclusion for exclusion in listed if exclusion is not None]


def _protected(path: Path | None, limit_km: float, grid: Grid) -> Exclusion | None:
    if path is None:
        return None
    layer = OwnLayer(file=path, reason="protected_area", buffer_km=limit_km)
    return exclude_own(layer, grid, f"{WHERE}.protected_file")


def availability(
    region: Path,
    layers: Sequence[OwnLayer],
    crs: str,
    resolution: float,
    region_layer: str | None = None,
    progress: Progress | None = None,
) -> Screen:
    """Return the cells of a region, on a grid of any projection, that no layer rules out.

    Parameters
    ----------
    region : Path
        Polygons of any vector format and projection; cells whose centre lies inside count.
    layers : sequence of OwnLayer
        Rasters with the values to rule out, and vectors.
    crs : str
        Projection of the grid.
    resolution : float
        Side of a cell in units of the projection; edges at its multiples.
    region_layer : str, optional
        Layer of the region's file.
    progress : callable, optional
        Called with tiles done and in all.

    Returns
    -------
    Screen
        `area.cells` inside, `free_share` of them available.

    Raises
    ------
    TableError
        Unusable region, layer, projection or resolution.
    """
    area = region_area(region, crs, resolution, region_layer)
    listed = [exclude_own(layer, area.grid, layer.reason) for layer in layers]
    return rule_out(area, listed, progress=progress)
