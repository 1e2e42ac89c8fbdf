"""The format of matrices: a.csv (rows by columns), b.csv (limits), c.csv (goals by columns).

Published: pareto_sols.csv (points by goals) and payoff_table.csv (goals by goals); either may be missing. All
tables have a heading and a first column of numbers. As made for knapsacks: rows <=, columns 0 or 1, goals to
be large. What differs may be said in further columns and one further file:

    b.csv   a column `sense`: <=, >= or =
    c.csv   a column `sense`: max or min; without it the payoff table tells
    x.csv   a row for each column, with `lower`, `upper` (empty: none) and `integer` (1 or 0)
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy import sparse

from benchmarks.pareto.case import (
    Case,
    as_numbers,
    no_numbers,
    numbers_of,
    refuse,
    senses_of,
    square,
    table_of,
)
from benchmarks.pareto.columns import columns_of
from geodata.tables import TableError
from optim.pareto.linear import Matrix
from optim.pareto.problem import Array, Goal, Sense

SENSE = "sense"
_ROW_SENSES = ("<=", ">=", "=")


def read_matrices(folder: Path) -> Case:
    """Return the problem of a folder.

    Raises
    ------
    TableError
        A file is missing, is no table of numbers, or does not fit the others.
    """
    rows = numbers_of(folder / "a.csv", table_of(folder / "a.csv"))
    limits, row_senses = _with_sense(folder / "b.csv", "<=", _ROW_SENSES)
    goals, goal_senses = _with_sense(folder / "c.csv", "", ("max", "min"))
    count, size = goals.shape
    _fit(folder / "b.csv", "rows", len(limits), "a.csv has rows", len(rows))
    _fit(folder / "c.csv", "columns", size, "a.csv has columns", rows.shape[1])
    if limits.shape[1] != 1:
        raise TableError(f"{folder / 'b.csv'}: found {limits.shape[1]} columns of numbers, expected one")
    payoff = _published(folder / "payoff_table.csv", count)
    if payoff is not None:
        payoff = square(folder / "payoff_table.csv", payoff, count)
    senses, source = senses_of(payoff, count)
    if goal_senses[0]:
        senses, source = [_sense(each) for each in goal_senses], "c.csv"
    path = folder / "x.csv"
    lower, upper, integer = columns_of(path, size) if path.is_file() else _zero_or_one(size)
    unit = _units(goals)
    limit, is_sense = limits[:, 0], np.asarray(row_senses)
    matrix = Matrix(
        rows=sparse.csr_array(rows),
        row_lower=np.where(is_sense != "<=", limit, -np.inf),
        row_upper=np.where(is_sense != ">=", limit, np.inf),
        lower=lower,
        upper=upper,
        integer=integer,
        goals=goals / unit[:, None],
    )
    named: list[Goal] = matrix.goals_of([f"f{k + 1}" for k in range(count)], senses)
    front = _published(folder / "pareto_sols.csv", count)
    payoff, front = (None if table is None else table / unit for table in (payoff, front))
    return Case(folder.name, matrix, named, payoff, front, source, unit)


def _zero_or_one(size: int) -> tuple[Array, Array, np.ndarray]:
    return np.zeros(size), np.ones(size), np.ones(size, dtype=bool)


def _units(goals: Array) -> Array:
    """Return the power of ten to count a small goal in, since tolerances of the solver are absolute."""
    largest = np.abs(goals).max(axis=1)
    small = (largest > 0) & (largest < 1)
    return np.where(small, 10.0 ** np.floor(np.log10(np.where(small, largest, 1.0))), 1.0)


def _sense(text: str) -> Sense:
    return "max" if text == "max" else "min"


def _fit(path: Path, what: str, found: int, other: str, expected: int) -> None:
    if found != expected:
        raise TableError(f"{path}: found {found} {what}, expected {expected}, as many as {other}")


def _with_sense(path: Path, usual: str, known: tuple[str, ...]) -> tuple[Array, list[str]]:
    """Return the numbers of a table and its column `sense`, or the usual one for each row."""
    table = table_of(path)
    if SENSE not in table:
        return numbers_of(path, table), [usual] * len(table)
    senses = [str(text).strip() for text in table[SENSE]]
    numbers = table.drop(columns=SENSE)
    strange = [
        f"found sense {sense!r} in row {row}, expected {' or '.join(known)}"
        for row, sense in zip(table.index, senses, strict=True)
        if sense not in known
    ]
    refuse(path, [*no_numbers(numbers), *strange])
    return as_numbers(numbers), senses


def _published(path: Path, count: int) -> Array | None:
    if not path.is_file():
        return None
    found = numbers_of(path, table_of(path))
    _fit(path, "columns", found.shape[1], "there are goals", count)
    return found
