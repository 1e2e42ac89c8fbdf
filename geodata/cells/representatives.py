"""Contiguous blocks of free cells, and the few cells that represent them, apart from each other."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.ndimage import label
from scipy.spatial import cKDTree

from geodata.cells.target_grid import Grid
from geodata.geometry.proximity import chord_km, space_km

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Indices = NDArray[np.int64]

CHORD_ERROR = 2e-5  # of the distance: spacing holds on the ellipsoid


@dataclass(frozen=True)
class Blocks:
    """Number of the block of each cell, 0 where none, and a row for each block."""

    number: NDArray[np.integer]
    table: pd.DataFrame


def find_blocks(free: Mask, grid: Grid, min_km2: float) -> Blocks:
    """Return the contiguous blocks of free cells: cells that share a side; corners do not join.

    Parameters
    ----------
    free : array of bool
        Free cells.
    grid : Grid
        Their grid.
    min_km2 : float
        Area from which a block is large enough [km2].

    Returns
    -------
    Blocks
        `table`: block (counted from 1), cells_count, km2, longitude and latitude (mean of the centres of its
        cells), large_enough.
    """
    number, count = label(free)
    row, column = np.nonzero(free)
    block = number[row, column]
    x, y = grid.centres()
    cells = np.bincount(block, minlength=count + 1)[1:]
    km2, lon, lat = (
        np.bincount(block, weight, minlength=count + 1)[1:]
        for weight in (grid.row_km2()[row], x[column], y[row])
    )
    table = {"block": np.arange(1, count + 1), "cells_count": cells, "km2": km2}
    place = {"longitude": lon / cells, "latitude": lat / cells, "large_enough": km2 >= min_km2}
    return Blocks(number, pd.DataFrame(table | place))


def choose(
    cells: pd.DataFrame, first: Indices, spacing_km: float, count_max: int, limits: dict[str, int]
) -> Indices:
    """Return the rows of the representatives: those of `first`, then by falling score.

    A cell is passed over if it is nearer than the spacing to one chosen before, or if its block or
    province has its number. Cells of `first` are chosen whatever their distance.

    Parameters
    ----------
    cells : DataFrame
        longitude, latitude, score, and the columns of `limits`.
    first : array of int
        Rows that must be chosen.
    spacing_km : float
        Least distance between representatives [km].
    count_max : int
        Most representatives in all.
    limits : dict
        Column of `cells`, and most representatives with the same value in it.
    """
    groups = [
        (cells[column].to_numpy(), most, Counter(cells[column].iloc[first]))
        for column, most in limits.items()
    ]
    near = _Spaced(cells, spacing_km)
    near.take(first)
    chosen = list(first)
    for row in np.argsort(-cells["score"].to_numpy(), kind="stable"):
        if len(chosen) >= count_max:
            break
        if near.passed[row] or any(count[of[row]] >= most for of, most, count in groups):
            continue
        near.take(np.array([row]))
        chosen.append(row)
        for of, _, count in groups:
            count[of[row]] += 1
    return np.array(chosen, dtype=int)


class _Spaced:
    """Cells in space, and which of them are taken or too near to one taken."""

    def __init__(self, cells: pd.DataFrame, spacing_km: float) -> None:
        self._points = space_km(cells["longitude"], cells["latitude"])
        self._tree = cKDTree(self._points) if len(cells) and spacing_km > 0 else None
        self._chord = chord_km(spacing_km * (1 + CHORD_ERROR))
        self.passed = np.zeros(len(cells), dtype=bool)

    def take(self, rows: Indices) -> None:
        """Mark cells and all that are too near to them."""
        self.passed[rows] = True
        if self._tree is not None:
            for near in self._tree.query_ball_point(self._points[rows], self._chord):
                self.passed[near] = True
