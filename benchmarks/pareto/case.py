"""A published problem: its matrix, its goals, and what is known of its front."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from geodata.tables import TableError
from optim.pareto.linear import Matrix
from optim.pareto.problem import Array, Goal, Sense

_SHOWN = 10


@dataclass(frozen=True, eq=False)
class Case:
    """A problem and what is published of it; None: nothing is.

    `payoff` has a row for each goal put first; `front` one for each point; both in the goals' own sense.
    `senses_from` says where the senses come from. Goals are counted in `unit`: one for each, or 1.
    """

    name: str
    matrix: Matrix
    goals: Sequence[Goal]
    payoff: Array | None = None
    front: Array | None = None
    senses_from: str = "the file"
    unit: Array | float = 1.0


def table_of(path: Path) -> pd.DataFrame:
    """Return a CSV file with a heading and a first column of names.

    Raises
    ------
    TableError
        There is none, or it is not such a table.
    """
    try:
        table = pd.read_csv(path, index_col=0, skipinitialspace=True)
    except FileNotFoundError:
        raise TableError(f"{path}: there is no such file") from None
    except (OSError, ValueError) as fault:
        raise TableError(f"{path}: cannot be read as CSV ({' '.join(str(fault).split())})") from None
    if table.empty:
        raise TableError(f"{path}: found no rows and columns beside the first, expected a table of numbers")
    return table


def numbers_of(path: Path, table: pd.DataFrame) -> Array:
    """Return the numbers of a table.

    Raises
    ------
    TableError
        Cells are empty or no numbers.
    """
    refuse(path, no_numbers(table))
    return as_numbers(table)


def as_numbers(table: pd.DataFrame) -> Array:
    """Return the numbers of a table, nan where a cell is none."""
    return table.apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)


def no_numbers(table: pd.DataFrame) -> list[str]:
    """Return a sentence for each cell that is empty or no finite number."""
    wrong = np.argwhere(~np.isfinite(as_numbers(table)))
    return [
        f"found {_shown(table.iloc[row, column])} in row {table.index[row]}, column {table.columns[column]}, "
        "expected a number"
        for row, column in wrong
    ]


def _shown(cell: object) -> str:
    return "no value" if pd.isna(cell) else repr(str(cell))  # type: ignore[call-overload]


def refuse(path: Path, faults: Sequence[str]) -> None:
    """Raise what is wrong in a table, if anything is: the first ten faults, and how many more there are.

    Raises
    ------
    TableError
        There are faults.
    """
    if not faults:
        return
    more = f"; and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
    raise TableError(f"{path}: {'; '.join(faults[:_SHOWN])}{more}")


def senses_of(payoff: Array | None, count: int) -> tuple[list[Sense], str]:
    """Return which way each goal is better, and where that comes from.

    A payoff table tells: a goal that is put first is at its best in its own row. Without one they are to be
    large, as in the knapsacks that the format was made for.
    """
    if payoff is None:
        return ["max"] * count, "the custom of the format"
    own = np.diagonal(payoff)
    is_least = (own <= payoff).all(axis=0) & (own < payoff).any(axis=0)
    return ["min" if least else "max" for least in is_least], "the payoff table"


def square(path: Path, payoff: Array, count: int) -> Array:
    """Return a payoff table that has a row and a column for each goal.

    Raises
    ------
    TableError
        Another size.
    """
    if payoff.shape != (count, count):
        rows, columns = payoff.shape
        raise TableError(f"{path}: found {rows} x {columns} numbers, expected {count} x {count}: one by goal")
    return payoff
