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


@dataclass(frozen=True, eq=False)
class Case:
    """A problem and what is published of it; None: nothing is.

    `payoff` has a row for each goal put first; `front` one for each point; both in the goals' own sense.
    `senses_from` says where the senses come from.
    """

    name: str
    matrix: Matrix
    goals: Sequence[Goal]
    payoff: Array | None = None
    front: Array | None = None
    senses_from: str = "the file"


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
        raise TableError(f"{path}: cannot be read as CSV ({fault})") from None
    if table.empty:
        raise TableError(f"{path}: found no rows and columns beside the first, expected a table of numbers")
    return table


def numbers_of(path: Path, table: pd.DataFrame) -> Array:
    """Return the numbers of a table.

    Raises
    ------
    TableError
        A cell is empty or no number; names the first.
    """
    numbers = table.apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
    wrong = np.argwhere(~np.isfinite(numbers))
    if len(wrong):
        row, column = wrong[0]
        text = table.iloc[row, column]
        raise TableError(
            f"{path}: found {text!r} in row {table.index[row]}, column {table.columns[column]}, "
            "expected a number"
        )
    return numbers


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
