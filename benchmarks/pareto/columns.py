"""x.csv: bounds of columns, and which of them are whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.pareto.case import as_numbers, no_numbers, refuse, table_of
from geodata.tables import TableError
from optim.pareto.problem import Array

NAMES = ["lower", "upper", "integer"]
_WHOLE = 1e-9


def columns_of(path: Path, size: int) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Return lower and upper bounds and which columns are whole; bounds of whole ones are whole too.

    Raises
    ------
    TableError
        Not a row for each column, or rows that say nothing possible.
    """
    table = table_of(path)
    lost = [name for name in NAMES if name not in table]
    if lost:
        raise TableError(f"{path}: found no column {', '.join(lost)}, expected {', '.join(NAMES)}")
    if len(table) != size:
        raise TableError(f"{path}: found {len(table)} rows, expected {size}, as many as a.csv has columns")
    told = table[NAMES]
    lower, upper, integer = as_numbers(told.fillna({"lower": -np.inf, "upper": np.inf})).T
    refuse(path, [*_no_cells(told), *_not_flags(told, integer), *_empty(told, lower, upper, integer == 1)])
    low, high = _inwards(lower, upper, integer == 1)
    return low, high, integer == 1


def _inwards(lower: Array, upper: Array, integer: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Return bounds, of whole columns the whole numbers within."""
    low, high = np.ceil(lower - _WHOLE), np.floor(upper + _WHOLE)
    return np.where(integer, low, lower), np.where(integer, high, upper)


def _no_cells(told: pd.DataFrame) -> list[str]:
    """Return a sentence for each cell that is no number; an empty or endless bound is none."""
    return no_numbers(told.fillna({"lower": 0, "upper": 0}).replace([-np.inf, np.inf], 0))


def _not_flags(told: pd.DataFrame, integer: Array) -> list[str]:
    wrong = np.isfinite(integer) & ~np.isin(integer, (0, 1))
    return [
        f"found integer {integer[k]:g} in row {told.index[k]}, expected 0 or 1" for k in np.flatnonzero(wrong)
    ]


def _empty(told: pd.DataFrame, lower: Array, upper: Array, integer: NDArray[np.bool_]) -> list[str]:
    """Return a sentence for each row between whose bounds there is no value."""
    low, high = _inwards(lower, upper, integer)
    wrong = (low > high) | (lower == np.inf) | (upper == -np.inf)
    return [
        f"found lower {lower[k]:g} and upper {upper[k]:g} in row {told.index[k]}, expected "
        f"{'a whole number' if integer[k] else 'a value'} between them"
        for k in np.flatnonzero(wrong)
    ]
