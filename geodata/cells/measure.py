"""The raster candidates of a survey, where they are asked for: places, scores, exclusions and their cells."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from geodata.cells.cells import CellSettings, cell_candidates
from geodata.cells.screening import Screen
from geodata.layers.power_grid import Settings as PowerGridSettings
from geodata.layers.power_grid import substations
from geodata.tables import CellScores, ExcludedCells, Exclusions, TableError, checked

COLUMNS = {"score": "score_share"}


def measure_cells(
    settings: CellSettings, grid: PowerGridSettings, data: Path | None
) -> tuple[pd.DataFrame | None, pd.DataFrame, pd.DataFrame, ExcludedCells | None]:
    """Return the places of raster candidates, their scores, what ruled other cells out, and which.

    Parameters
    ----------
    settings : CellSettings
        `enabled` false: no places and empty tables.
    grid : Settings
        Which substations count.
    data : Path or None
        Data folder.

    Returns
    -------
    places : DataFrame or None
        As `geodata.cells.cells.Cells.places`; None if not asked for.
    scores, exclusions : DataFrame
        `geodata.tables.CellScores` and `Exclusions`.
    excluded : ExcludedCells or None
        The rules that rule out each cell; None if not asked for, or too many rules.

    Raises
    ------
    TableError
        Asked for without a data folder; unusable settings or layers.
    """
    if not settings.enabled:
        return None, _empty(CellScores), _empty(Exclusions), None
    if data is None:
        raise TableError(
            "geodata.cells.enabled: raster candidates need a data folder (--data DIR, or geodata.data)"
        )
    found = cell_candidates(settings, data, substations(grid, data))
    scores = found.places[["site_id", "block_km2"]].join(found.measures, on="site_id").rename(columns=COLUMNS)
    kept = list(CellScores.to_schema().columns)
    return (
        found.places,
        checked(scores[kept], CellScores, "cells"),
        checked(found.exclusions, Exclusions, "exclusions"),
        excluded_cells(found.screen),
    )


def excluded_cells(screen: Screen) -> ExcludedCells | None:
    """Return the rules that rule out each cell of a screen, if it kept them."""
    if screen.ruled is None:
        return None
    west, _, _, north = screen.area.grid.bounds
    codes = screen.ruled.copy()
    codes[screen.free & (codes > 0)] |= 1 << len(screen.exclusions)
    found = ExcludedCells(codes, west, north, screen.area.grid.resolution)
    found.codes[~screen.area.inside] = found.void
    return found


def _empty(model: type[CellScores] | type[Exclusions]) -> pd.DataFrame:
    return checked(pd.DataFrame(columns=list(model.to_schema().columns)), model, "cells")
