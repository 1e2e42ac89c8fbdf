"""Raster cells as candidates: study area, exclusions, contiguous blocks, representatives with spacing."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from geodata.candidates import PLACE
from geodata.cells.area import Area, study_area
from geodata.cells.area import Settings as AreaSettings
from geodata.cells.exclusions import Settings as ExclusionSettings
from geodata.cells.exclusions import list_exclusions
from geodata.cells.names import find_regions, name_cells
from geodata.cells.own_exclusions import Forced, forced, read_forced
from geodata.cells.representatives import Blocks, choose, find_blocks
from geodata.cells.scores import MEASURES, measure_scores, rank_cells, room_km
from geodata.cells.scores import Settings as ScoreSettings
from geodata.cells.screening import Progress, Screen, rule_out
from geodata.layers.corridors import RAIL
from geodata.layers.fibre import fibre_points
from geodata.layers.power_grid import Settings as PowerGridSettings
from geodata.layers.power_grid import substations as read_substations
from geodata.measured import layer_file
from geodata.tables import DataWarning

Mask = NDArray[np.bool_]

WHERE = "geodata.cells"


class CellSettings(BaseModel):
    """Candidates from raster cells."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = Field(False, description="add raster cells to the candidates; needs a data folder")
    resolution_deg: float = Field(0.05, gt=0, le=5, description="side of a cell in longitude and latitude")
    area: AreaSettings = Field(AreaSettings(), description="where cells are looked for")
    exclusions: ExclusionSettings = Field(ExclusionSettings(), description="what rules a cell out")
    score: ScoreSettings = Field(ScoreSettings(), description="what makes a free cell better")
    block_min_km2: float = Field(
        1.0, ge=0, description="least contiguous free area of a campus; 1 km2 for some 200 to 300 MW"
    )
    spacing_km: float = Field(25.0, ge=0, description="least distance between representatives")
    count_max: int = Field(300, ge=1, description="most representatives in all")
    per_province_count_max: int | None = Field(
        10, ge=1, description="most representatives of a province, so that every part has some; none: any"
    )
    per_block_count_max: int | None = Field(
        None, ge=1, description="most representatives of a block; none: any"
    )


@dataclass(frozen=True)
class Cells:
    """Candidates of kind cell, and how they came about.

    `places`: columns of `geodata.candidates.PLACE`, with block, block_km2 and score; best first.
    `measures`: by site_id the figures behind the score and their ranks (`geodata.cells.scores`).
    `exclusions`: a row for each exclusion (`geodata.cells.screening.rule_out`).
    `blocks`: a row for each block (`geodata.cells.representatives.find_blocks`), with candidates_count.
    `totals`: cells_count and km2 inside, free, and in blocks that are large enough.
    `screen`: the grid, its free cells, and which exclusions rule out the others.
    """

    places: pd.DataFrame
    measures: pd.DataFrame
    exclusions: pd.DataFrame
    blocks: pd.DataFrame
    totals: pd.DataFrame
    screen: Screen


def cell_candidates(
    settings: CellSettings,
    data: Path | None,
    substations: pd.DataFrame | None = None,
    fibre: pd.DataFrame | None = None,
    progress: Progress | None = None,
) -> Cells:
    """Return candidates from raster cells.

    Parameters
    ----------
    settings : CellSettings
        Area, resolution, exclusions, blocks, score.
    data : Path, optional
        Data folder; without it only exclusions on the user's own layers hold, which is told.
    substations : DataFrame, optional
        longitude, latitude of substations of 220 kV and more; none: those of the data folder.
    fibre : DataFrame, optional
        longitude, latitude along fibre routes; none: `geodata.layers.fibre.fibre_points` of the data folder.
    progress : callable, optional
        Called with tiles done and tiles in all.

    Raises
    ------
    TableError
        Unusable settings or layers, or no free cell at all.
    """
    known = read_substations(PowerGridSettings(), data) if substations is None else substations
    cable = _fibre(data) if fibre is None else fibre
    area = study_area(settings.area, settings.resolution_deg, data)
    listed = list_exclusions(settings.exclusions, area.grid, data, known, cable)
    included, wanted = _included(settings.exclusions.force_include, area)
    screen = rule_out(area, listed, included, progress=progress, which=True)
    blocks = find_blocks(screen.free, area.grid, settings.block_min_km2)
    cells = _in_zones(_eligible(screen, blocks, wanted), data)
    figures = measure_scores(cells["longitude"].to_numpy(), cells["latitude"].to_numpy(), data, known, cable)
    figures = figures.assign(room_km=cells["room_km"])
    ranked = figures.join(rank_cells(figures, settings.score))
    _tell(cells, figures, settings.score)
    return _result(_chosen(cells.join(ranked.drop(columns="room_km")), settings), screen, blocks)


def _fibre(data: Path | None) -> pd.DataFrame:
    """Return the points of the fibre graph; none without its corridors: cities alone are too far apart."""
    route = None if layer_file(data, RAIL) is None else fibre_points(data)
    columns = {} if route is None else {"longitude": route.longitude, "latitude": route.latitude}
    return pd.DataFrame(columns, columns=["longitude", "latitude"])


def _included(listed: Forced, area: Area) -> tuple[Mask, Mask]:
    """Return the cells that stay whatever rules them out, and of these the ones that must be candidates."""
    where = f"{WHERE}.exclusions.force_include"
    shapes = read_forced(listed, where)
    points = shapes[shapes.geom_type.isin(["Point", "MultiPoint"])].explode()
    wanted = forced(points, area.grid)
    beyond = ~points.intersects(shapely.box(*area.grid.bounds))
    outside = int(beyond.sum()) + int((wanted & ~area.inside).sum())
    if outside:
        text = f"{where}: {outside} points lie outside the area and are left out"
        warnings.warn(text, DataWarning, stacklevel=3)
    return forced(shapes, area.grid) & area.inside, wanted & area.inside


def _eligible(screen: Screen, blocks: Blocks, wanted: Mask) -> pd.DataFrame:
    """Return the free cells of blocks that are large enough, and those wanted, from the north-west on."""
    grid, table = screen.area.grid, blocks.table
    large = np.append(False, table["large_enough"].to_numpy())
    row, column = np.nonzero(screen.free & (large[blocks.number] | wanted))
    x, y = grid.centres()
    block = blocks.number[row, column]
    return pd.DataFrame(
        {
            "longitude": x[column],
            "latitude": y[row],
            "block": block,
            "block_km2": table["km2"].to_numpy()[block - 1],
            "room_km": room_km(screen.free, grid)[row, column],
            "wanted": wanted[row, column],
        }
    )


def _tell(cells: pd.DataFrame, figures: pd.DataFrame, score: ScoreSettings) -> None:
    """Warn where there is no candidate, or where a figure that counts in the score is not known."""
    unknown = [m for m, share in score.shares().items() if share > 0 and figures[m].isna().all()]
    if cells.empty:
        text = "no cell is free in a block that is large enough: no candidates"
    elif unknown:
        text = f"not known of any cell, so left out of the score: {', '.join(unknown)}"
    else:
        return
    warnings.warn(f"{WHERE}: {text}", DataWarning, stacklevel=3)


def _in_zones(cells: pd.DataFrame, data: Path | None) -> pd.DataFrame:
    """Return the cells with the regions in which they lie; those in no demand zone are left out, and told."""
    whole = cells.join(find_regions(cells["longitude"].to_numpy(), cells["latitude"].to_numpy(), data))
    known = whole["province"] != ""
    if not known.all():
        text = f"{WHERE}: {int((~known).sum())} free cells lie in no demand zone and are left out"
        warnings.warn(text, DataWarning, stacklevel=3)
    return whole[known].reset_index(drop=True)


def _chosen(cells: pd.DataFrame, settings: CellSettings) -> pd.DataFrame:
    """Return the representatives with their names: those that had to be chosen, then by falling score."""
    most = {"block": settings.per_block_count_max, "province": settings.per_province_count_max}
    limits = {column: count for column, count in most.items() if count is not None}
    first = np.flatnonzero(cells["wanted"])
    rows = choose(cells, first, settings.spacing_km, settings.count_max, limits)
    return name_cells(cells.iloc[rows].reset_index(drop=True), settings.resolution_deg)


def _result(chosen: pd.DataFrame, screen: Screen, blocks: Blocks) -> Cells:
    doubt = ~chosen["located"] | (not screen.exclusions["applied"].all())
    doubt |= chosen[list(MEASURES)].isna().any(axis=1)
    places = chosen.assign(confidence=np.where(doubt, "low", "medium"))
    count = chosen["block"].value_counts().reindex(blocks.table["block"], fill_value=0)
    ranks = [c for c in chosen.columns if c.startswith("rank_")]
    return Cells(
        places=places[[*PLACE, "block", "block_km2", "score"]],
        measures=chosen.set_index("site_id")[[*MEASURES, *ranks, "score"]],
        exclusions=screen.exclusions,
        blocks=blocks.table.assign(candidates_count=count.to_numpy()),
        totals=_totals(screen, blocks.table),
        screen=screen,
    )


def _totals(screen: Screen, blocks: pd.DataFrame) -> pd.DataFrame:
    large = blocks[blocks["large_enough"]]
    cells = [screen.area.cells, screen.free_cells, int(large["cells_count"].sum())]
    km2 = [screen.area.km2, screen.free_km2, float(large["km2"].sum())]
    return pd.DataFrame({"cells": ["inside", "free", "in large blocks"], "cells_count": cells, "km2": km2})
