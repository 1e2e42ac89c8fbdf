"""Weighted distance and covering: of tables or graphs, and the set-covering files of OR-Library."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.location.instance import Exact, Instance, Mask, Number, exact
from benchmarks.location.numbers import Numbers, read_text
from benchmarks.location.tracts import Tracts
from geodata.tables import TableError


def within(distance: Exact, joined: Mask, radius: Number, names: list[str] | None = None) -> Instance:
    """Return the least number of sites so that each node has one within the radius."""
    near = joined & (distance <= radius).astype(bool)
    sites, nodes = distance.shape
    return Instance(
        exact([1] * sites),
        np.zeros((sites, nodes), dtype=object),
        exact([1] * nodes),
        reach=near,
        nodes=names or [],
    )


def least_distance(tracts: Tracts, count: int) -> Instance:
    """Return the least weighted distance from `count` sites to all nodes."""
    cost = tracts.distance * tracts.weight
    sites, nodes = cost.shape
    zeros, ones = exact([0] * sites), exact([1] * nodes)
    return Instance(
        zeros, cost, ones, reach=tracts.known, count=count, weight=tracts.weight, nodes=tracts.nodes
    )


def most_covered(tracts: Tracts, count: int, radius: Number) -> Instance:
    """Return the largest weight of nodes within the radius of some of `count` sites."""
    near = tracts.known & (tracts.distance <= radius).astype(bool)
    nothing = np.zeros(near.shape, dtype=object)
    return Instance(exact([0] * len(near)), nothing, tracts.weight, reach=near, count=count, cover=True)


def read_scp(path: Path) -> Instance:
    """Return an OR-Library set-covering problem: columns are sites, rows are nodes.

    Parameters
    ----------
    path : Path
        "rows columns", the cost of each column, then of each row the number of columns that cover it and
        which (scp41 ...); or, as in the railway files, of each column its cost, the number of rows it covers
        and which.
    """
    faults, text = [], read_text(path)
    for form in (_by_row, _by_column):
        try:
            return form(Numbers(path, text))
        except TableError as fault:
            faults.append(str(fault))
    raise TableError(
        f"{faults[0]} (nor is it a list by columns; a table or graph of distances needs --radius)"
    )


def _by_row(numbers: Numbers) -> Instance:
    rows, columns = _size(numbers)
    opening = numbers.numbers(columns, "costs of the columns")
    near = np.zeros((columns, rows), dtype=bool)
    for row in range(rows):
        near[_members(numbers, columns, f"columns that cover row {row + 1}"), row] = True
    numbers.end()
    return _set_cover(opening, near)


def _by_column(numbers: Numbers) -> Instance:
    rows, columns = _size(numbers)
    opening, near = [], np.zeros((columns, rows), dtype=bool)
    for column in range(columns):
        opening.append(numbers.number(f"cost of column {column + 1}"))
        near[column, _members(numbers, rows, f"rows that column {column + 1} covers")] = True
    numbers.end()
    return _set_cover(exact(opening), near)


def _size(numbers: Numbers) -> tuple[int, int]:
    return numbers.count("number of rows"), numbers.count("number of columns")


def _members(numbers: Numbers, most: int, what: str) -> list[int]:
    found = [numbers.count(what) for _ in range(numbers.count(f"number of {what}"))]
    if any(not 1 <= v <= most for v in found):
        raise TableError(f"{numbers.path}: found {what} outside 1 to {most}")
    return [v - 1 for v in found]


def _set_cover(opening: Exact, near: Mask) -> Instance:
    sites, nodes = near.shape
    return Instance(opening, np.zeros((sites, nodes), dtype=object), exact([1] * nodes), reach=near)
