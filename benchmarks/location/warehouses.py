"""Warehouse location: OR-Library files (cap41 ... capc) and UflLib files (B1.1, D1.1 ...)."""

from __future__ import annotations

from pathlib import Path

from benchmarks.location.instance import Exact, Instance, Number, exact
from benchmarks.location.numbers import Numbers, as_number, read_text
from geodata.tables import TableError

WORD = "capacity"


def read_capacitated(path: Path, capacity: Number | None) -> Instance:
    """Return an OR-Library problem in which demand may be split.

    Parameters
    ----------
    path : Path
        "sites nodes", then "capacity, opening cost" of each site, then of each node its demand and what
        serving all of it costs from each site.
    capacity : number, optional
        Capacity of every site, in place of the file's; needed where the file has the word `capacity`.

    Raises
    ------
    TableError
        The file is not of this form, or has the word and no capacity is given.
    """
    numbers = Numbers(path)
    found, opening, demand, cost = _warehouses(numbers)
    if capacity is None and any(v is None for v in found):
        raise TableError(f"{path}: found the word 'capacity' in place of numbers: give one with --capacity")
    limits = found if capacity is None else [capacity] * len(found)
    return Instance(opening, cost, demand, capacity=exact(limits))


def read_uncapacitated(path: Path) -> Instance:
    """Return an OR-Library problem without its capacities; demand does not count."""
    _, opening, demand, cost = _warehouses(Numbers(path))
    return Instance(opening, cost, _ones(len(demand)))


def _warehouses(numbers: Numbers) -> tuple[list[Number | None], Exact, Exact, Exact]:
    sites, nodes = numbers.count("number of sites"), numbers.count("number of nodes")
    limits: list[Number | None] = []
    opening: list[Number] = []
    for _ in range(sites):
        limits.append(_limit(numbers))
        opening.append(numbers.number("opening cost of a site"))
    demand, rows = [], []
    for node in range(nodes):
        demand.append(numbers.number(f"demand of node {node + 1}"))
        rows.append(numbers.numbers(sites, f"costs of node {node + 1}"))
    numbers.end()
    return limits, exact(opening), exact(demand), exact(rows).reshape(nodes, sites).T


def _limit(numbers: Numbers) -> Number | None:
    """Return the next capacity; None where the file has the word in its place."""
    word = numbers.word("capacity of a site")
    if word.lower() == WORD:
        return None
    value = as_number(word)
    if value is None:
        raise TableError(f"{numbers.path}: found {word!r}, expected a capacity or the word 'capacity'")
    return value


def read_ufllib(path: Path) -> Instance:
    """Return a UflLib problem.

    Parameters
    ----------
    path : Path
        A line "FILE: name"; then "sites nodes 0" and of each site its number, opening cost and the cost of
        each node. UflLib files in the OR-Library form are read as such.
    """
    text = read_text(path)
    title, _, rest = text.lstrip().partition("\n")
    numbers = Numbers(path, rest if title.upper().startswith("FILE") else text)
    sites, nodes = numbers.count("number of sites"), numbers.count("number of nodes")
    if numbers.left != 1 + sites * (nodes + 2) and numbers.left == 2 * sites + nodes * (sites + 1):
        numbers.at = 0
        _, opening, _, cost = _warehouses(numbers)
        return Instance(opening, cost, _ones(nodes))
    numbers.number("the 0 after the sizes")
    opening_of: list[Number] = []
    rows = []
    for site in range(sites):
        if numbers.count(f"number of site {site + 1}") not in (site, site + 1):
            raise TableError(f"{path}: found site {numbers.words[numbers.at - 1]}, expected {site + 1}")
        opening_of.append(numbers.number(f"opening cost of site {site + 1}"))
        rows.append(numbers.numbers(nodes, f"costs of site {site + 1}"))
    numbers.end()
    return Instance(exact(opening_of), exact(rows).reshape(sites, nodes), _ones(nodes))


def _ones(size: int) -> Exact:
    return exact([1] * size)
