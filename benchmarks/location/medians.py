"""p-median problems: OR-Library graphs (pmed1 ...) and points with capacity (pmedcap01 ...)."""

from __future__ import annotations

from fractions import Fraction
from math import floor, isqrt, lcm
from pathlib import Path

import numpy as np

from benchmarks.location.instance import Exact, Instance, Mask, Number, exact
from benchmarks.location.numbers import Numbers, as_number
from geodata.tables import TableError

_FAR = np.iinfo(np.int64).max // 4


def read_graph(path: Path) -> tuple[Exact, Mask, int]:
    """Return all shortest distances of an OR-Library graph, which pairs are joined, and p.

    Parameters
    ----------
    path : Path
        "vertices edges p", then "i j length" of each edge, both ways alike. Of edges named twice the last
        counts.
    """
    numbers = Numbers(path)
    size, edges, chosen = (numbers.count(f"number of {what}") for what in ("vertices", "edges", "medians"))
    length: dict[tuple[int, int], Number] = {}
    for _ in range(edges):
        pair = sorted(numbers.count("vertex of an edge") for _ in range(2))
        if not 1 <= pair[0] <= pair[1] <= size:
            raise TableError(f"{path}: found edge {pair[0]} {pair[1]}, expected vertices 1 to {size}")
        length[pair[0] - 1, pair[1] - 1] = numbers.number("length of an edge")
    numbers.end()
    if any(v < 0 for v in length.values()):
        raise TableError(f"{path}: found lengths below 0, expected 0 or more")
    return (*_shortest(size, length), chosen)


def _shortest(size: int, length: dict[tuple[int, int], Number]) -> tuple[Exact, Mask]:
    """Return distances, exactly: in whole parts of the common denominator of all lengths."""
    unit = lcm(*(v.denominator for v in length.values()))
    distance = np.full((size, size), _FAR, dtype=np.int64)
    for (i, j), value in length.items():
        distance[i, j] = distance[j, i] = int(value * unit)
    np.fill_diagonal(distance, 0)
    for k in range(size):
        np.minimum(distance, distance[:, [k]] + distance[[k], :], out=distance)
    joined = distance < _FAR
    whole = np.where(joined, distance, 0).astype(object)
    return whole if unit == 1 else whole * Fraction(1, unit), joined


def read_pmed(path: Path) -> Instance:
    """Return an OR-Library p-median problem on a graph: each vertex is a site and a node of demand 1."""
    distance, joined, chosen = read_graph(path)
    ones = exact([1] * len(distance))
    return Instance(ones * 0, distance, ones, reach=joined, count=chosen)


def read_pmedcap(path: Path, problem: int | None) -> Instance:
    """Return an OR-Library capacitated p-median problem.

    Parameters
    ----------
    path : Path
        "number best"; "points p capacity"; then "number x y demand" of each point. Every point is a site and
        a node, served by one site; distance is Euclidean, rounded down. Several problems in one file follow
        their count.
    problem : int, optional
        Number of the problem in a file of several.
    """
    numbers = Numbers(path)
    if _several(numbers):
        numbers.count("number of problems")
    found: dict[int, Instance] = {}
    while numbers.left or not found:
        key, instance = _points(numbers)
        found[key] = instance
    if problem is None and len(found) == 1:
        return next(iter(found.values()))
    if problem not in found:
        names = ", ".join(str(k) for k in found)
        raise TableError(f"{path}: found the problems {names}: choose one of them with --problem")
    return found[problem]


def _several(numbers: Numbers) -> bool:
    """Return whether the first number is a count of problems: one problem alone would not fill the file."""
    values = [as_number(word) for word in numbers.words]
    single = len(values) > 2 and isinstance(values[2], int) and len(values) == 5 + 4 * values[2]
    left, at = values[0] if values else None, 1
    while isinstance(left, int) and left > 0 and at + 2 < len(values):
        points = values[at + 2]
        left, at = left - 1, at + 5 + 4 * points if isinstance(points, int) else len(values) + 1
    return left == 0 and at == len(values) and not single


def _points(numbers: Numbers) -> tuple[int, Instance]:
    key, stated = numbers.count("number of the problem"), numbers.number("best known value")
    size, chosen = numbers.count("number of points"), numbers.count("number of medians")
    capacity = numbers.number("capacity")
    rows = numbers.numbers(4 * size, f"number, x, y, demand of each of {size} points").reshape(size, 4)
    if list(rows[:, 0]) != list(range(1, size + 1)):
        raise TableError(f"{numbers.path}: found points out of order, expected 1 to {size}")
    distance = [[isqrt(floor((x - u) ** 2 + (y - v) ** 2)) for u, v in rows[:, 1:3]] for x, y in rows[:, 1:3]]
    return key, Instance(
        opening=exact([0] * size),
        cost=exact(distance).reshape(size, size),
        demand=rows[:, 3],
        capacity=exact([capacity] * size),
        count=chosen,
        single_source=True,
        stated=stated,
    )
