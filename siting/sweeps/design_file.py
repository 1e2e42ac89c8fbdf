"""The table of `--design`: a column a key, a row a point."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from geodata.read import read_file
from geodata.readers.yaml_file import parse
from geodata.tables import TableError
from siting.scenario import ScenarioError

_ROWS_TOLD = 5


def read_design(path: Path) -> tuple[list[str], list[dict[str, Any]], list[str]]:
    """Return the keys, the points, and what is wrong with cells; a point lacks cells that are empty or wrong.

    Raises
    ------
    ScenarioError
        The file cannot be read, or has no rows.
    """
    try:
        table = read_file(path, "--design")
    except TableError as error:
        raise ScenarioError(str(error)) from None
    if table.empty or not len(table.columns):
        raise ScenarioError(f"--design {path}: found no rows, expected keys as columns and a point a row")
    names = [str(name).strip() for name in table.columns]
    points: list[dict[str, Any]] = [{} for _ in range(len(table))]
    faults: list[str] = []
    for name, column in zip(names, table.to_numpy(dtype=object).T, strict=True):
        faults += _read_column(f"--design {path}", name, list(column), points)
    return names, points, faults


def _read_column(where: str, name: str, cells: Sequence[Any], points: Sequence[dict[str, Any]]) -> list[str]:
    """Put the values of a column into the points; return what is wrong with cells, each text once."""
    wrong: dict[str, list[int]] = {}
    for row, (cell, point) in enumerate(zip(cells, points, strict=True), 1):
        try:
            value = _cell(cell)
        except (yaml.YAMLError, ValueError):  # ValueError: a date that is none
            wrong.setdefault(str(cell), []).append(row)
            continue
        if value is not None and value != "":
            point[name] = value
    return [
        f"{where}: column {name}: found {cell!r}, expected a YAML value{rows_at(rows)}"
        for cell, rows in wrong.items()
    ]


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return parse(value) if value.strip() else None
    number = value.item() if hasattr(value, "item") else value
    return None if isinstance(number, float) and math.isnan(number) else number


def rows_at(rows: Sequence[int]) -> str:
    """Return the first rows, counted from 1, in brackets.

    >>> rows_at([2, 4])
    ' (row 2, 4)'
    """
    more = ", ..." if len(rows) > _ROWS_TOLD else ""
    return f" (row {', '.join(map(str, rows[:_ROWS_TOLD]))}{more})"
