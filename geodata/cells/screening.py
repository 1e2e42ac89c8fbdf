"""The mask routine: which cells of an area are free, and how many each exclusion rules out."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.cells.area import Area
from geodata.cells.target_grid import Grid
from geodata.schemas.excluded_cells import RULES_MAX, Codes, no_codes
from geodata.tables import DataWarning, TableError

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Ruling = tuple[Mask, Mask]
Progress = Callable[[int, int], None]

TILE = 256  # cells along the side of a tile
THREADS = 2
FINER = 1.5  # a layer's cells are coarse where they are so many times larger than the grid's
COUNTS = ("first_count", "first_km2", "all_count", "all_km2", "void_count")


@dataclass(frozen=True)
class Exclusion:
    """One reason for which cells are ruled out.

    `ruled` is the predicate: from a tile of the grid to the cells that it rules out, and those of which its
    layer says nothing (they stay). None: the layer is not there, nothing is ruled out.
    """

    reason: str
    text: str
    layer: str = ""
    ruled: Callable[[Grid], Ruling] | None = None
    layer_cell: float | None = None
    own: bool = False
    beats_include: bool = False


@dataclass(frozen=True)
class Screen:
    """The cells of an area that no exclusion rules out, and what each exclusion does.

    `ruled`: bit k of a cell is set where exclusion k rules it out, force-included or not; None: not kept.
    """

    area: Area
    free: Mask
    exclusions: pd.DataFrame
    ruled: Codes | None = None

    @property
    def free_cells(self) -> int:
        """Number of free cells."""
        return int(self.free.sum())

    @property
    def free_km2(self) -> float:
        """Area of the free cells [km2]."""
        return Area(self.area.grid, self.free).km2

    @property
    def free_share(self) -> float:
        """Share of the cells inside that are free."""
        return self.free_cells / self.area.cells


def rule_out(
    area: Area,
    exclusions: Sequence[Exclusion],
    included: Mask | None = None,
    tile: int = TILE,
    progress: Progress | None = None,
    which: bool = False,
) -> Screen:
    """Return the free cells: inside the area and ruled out by nothing, or force-included.

    Tile by tile, so that no layer is ever held whole. The result does not depend on the size of the tiles nor
    on the order of the exclusions; `first_*` of the table does depend on the order.

    Parameters
    ----------
    area : Area
        Cells inside the study area.
    exclusions : sequence of Exclusion
        In the order in which a cell is asked.
    included : array of bool, optional
        Cells that stay although an exclusion rules them out, unless that exclusion `beats_include`.
    tile : int
        Cells along the side of a tile.
    progress : callable, optional
        Called with tiles done and tiles in all.
    which : bool
        Keep, of each cell, which exclusions rule it out: two bytes a cell, or four.

    Returns
    -------
    Screen
        `exclusions` has a row for each: reason, text, layer, layer_cell (side and unit), applied,
        `first_count` and `first_km2` (ruled out by this and none before it; inside = free + these),
        `all_count` and `all_km2` (ruled out by it at all), `void_count` (the layer says nothing there).

    Raises
    ------
    TableError
        A layer is unreadable, or a user's layer says nothing of any cell.
    """
    _tell_coarse(exclusions, area.grid)
    free = np.zeros(area.grid.shape, dtype=bool)
    kept = np.zeros_like(free) if included is None else included
    ruled = no_codes(area.grid.shape, len(exclusions)) if which else None
    tiles = [t for t in area.grid.tiles(tile) if area.inside[area.grid.slices(t)].any()]
    total = np.zeros((len(exclusions), len(COUNTS)))
    with ThreadPoolExecutor(min(THREADS, os.cpu_count() or 1)) as pool:
        work = pool.map(lambda t: _tile(t, area, exclusions, kept, ruled), tiles)
        for done, (part, (left, counts)) in enumerate(zip(tiles, work, strict=True), 1):
            free[area.grid.slices(part)] = left
            total += counts
            if progress:
                progress(done, len(tiles))
    table = _table(exclusions, total, area.grid)
    _tell_void(exclusions, table, area.cells)
    if which and ruled is None:
        _tell_many(len(exclusions))
    return Screen(area, free, table, ruled)


def _tile(
    tile: Grid, area: Area, exclusions: Sequence[Exclusion], kept: Mask, ruled_by: Codes | None
) -> tuple[Mask, Array]:
    """Return the free cells of a tile and the counts of each exclusion; its bits go into `ruled_by`."""
    here = area.grid.slices(tile)
    inside, row_km2 = area.inside[here], tile.row_km2()
    left = inside.copy()
    counts = np.zeros((len(exclusions), len(COUNTS)))
    for number, exclusion in enumerate(exclusions):
        if exclusion.ruled is None:
            continue
        ruled, void = exclusion.ruled(tile)
        out = ruled & inside
        first = out & left if exclusion.beats_include else out & left & ~kept[here]
        left &= ~first
        if ruled_by is not None:
            ruled_by[here][out] |= 1 << number
        counts[number] = [*_size(first, row_km2), *_size(out, row_km2), (void & inside).sum()]
    return left, counts


def _size(cells: Mask, row_km2: Array) -> tuple[int, float]:
    in_row = cells.sum(axis=1)
    return int(in_row.sum()), float(in_row @ row_km2)


def _table(exclusions: Sequence[Exclusion], total: Array, grid: Grid) -> pd.DataFrame:
    head = pd.DataFrame(
        {
            "reason": [e.reason for e in exclusions],
            "text": [e.text for e in exclusions],
            "layer": [e.layer for e in exclusions],
            "layer_cell": [f"{e.layer_cell:.4g} {grid.unit}" if e.layer_cell else "" for e in exclusions],
            "applied": [e.ruled is not None for e in exclusions],
        }
    )
    counts = pd.DataFrame(total, columns=list(COUNTS))
    whole = [c for c in COUNTS if c.endswith("_count")]
    return pd.concat([head, counts.astype(dict.fromkeys(whole, int))], axis=1)


def _tell_coarse(exclusions: Sequence[Exclusion], grid: Grid) -> None:
    """Warn once for each layer whose cells are larger than those of the grid."""
    coarse: dict[str, list[Exclusion]] = {}
    for exclusion in exclusions:
        if exclusion.layer_cell and exclusion.layer_cell > FINER * grid.resolution:
            coarse.setdefault(exclusion.layer, []).append(exclusion)
    for layer, group in coarse.items():
        warnings.warn(
            f"cells of {grid.resolution:g} {grid.unit} are finer than the layer that decides on "
            f"{' and '.join(e.reason for e in group)}: {layer} has cells of {group[0].layer_cell:.4g}; "
            "neighbours are alike",
            DataWarning,
            stacklevel=3,
        )


def _tell_many(count: int) -> None:
    text = f"which exclusion rules out which cell is kept for at most {RULES_MAX} of them, found {count}"
    warnings.warn(f"{text}: not kept", DataWarning, stacklevel=4)


def _tell_void(exclusions: Sequence[Exclusion], table: pd.DataFrame, cells: int) -> None:
    lost = [e.reason for e in exclusions if e.ruled is None]
    if lost:
        warnings.warn(
            f"not applied, since their layers are not there: {', '.join(lost)}", DataWarning, stacklevel=3
        )
    for exclusion, void in zip(exclusions, table["void_count"], strict=True):
        if void == cells and exclusion.own:
            raise TableError(
                f"{exclusion.layer}: no value (no data) at any of the {cells} cells of the area; "
                "is it the right file and band, and is its mark for void pixels right?"
            )
        if void:
            name = "" if exclusion.reason == exclusion.layer else f"{exclusion.reason}: "
            warnings.warn(
                f"{name}{exclusion.layer} has no value at {void} of {cells} cells of the area "
                f"({100 * void / cells:.1f} %); it does not rule these out",
                DataWarning,
                stacklevel=3,
            )
