"""Distances between stores and census tracts: the San Francisco files, and tables like them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.location.instance import Exact, Mask, exact
from benchmarks.location.numbers import as_number, read_text
from geodata.tables import TableError

COLUMNS = {"name": "a site", "DestinationName": "a demand node", "distance": "a distance"}
NODE, WEIGHT = "NAME", "POP2000"


@dataclass(frozen=True)
class Tracts:
    """Sites, nodes, distance (sites by nodes), which pairs the file names, and weight of the nodes."""

    sites: list[str]
    nodes: list[str]
    distance: Exact
    known: Mask
    weight: Exact


def read_tracts(path: Path, weight: str) -> Tracts:
    """Return distances and weights.

    Parameters
    ----------
    path : Path
        Table of distances with columns name, DestinationName, distance and perhaps demand; or the folder
        that holds it (the one table whose name has `distance`) and the table of demand (its name has
        `demand`).
    weight : str
        Column of weights in the table of demand (rows by NAME), if there is one; without the table, in that
        of distances; there `POP2000` is called `demand`.

    Raises
    ------
    TableError
        Columns, rows or numbers are missing, or pairs occur twice.
    """
    file = _one(path, "distance") if path.is_dir() else path
    table = _table(file, list(COLUMNS))
    sites, nodes = list(dict.fromkeys(table["name"])), list(dict.fromkeys(table["DestinationName"]))
    at = pd.Index(sites).get_indexer(table["name"]), pd.Index(nodes).get_indexer(table["DestinationName"])
    if twice := int(table.duplicated(["name", "DestinationName"]).sum()):
        raise TableError(f"{file}: found {twice} pairs twice, expected each pair of site and node once")
    distance = np.zeros((len(sites), len(nodes)), dtype=object)
    distance[at] = _figures(file, table["distance"])
    known = np.zeros(distance.shape, dtype=bool)
    known[at] = True
    return Tracts(sites, nodes, distance, known, _weights(path, file, table, nodes, weight))


def _one(folder: Path, part: str) -> Path:
    found = sorted(p for p in folder.glob("*.csv") if part in p.name.lower())
    if len(found) != 1:
        raise TableError(f"{folder}: found {len(found)} tables with {part!r} in their name, expected one")
    return found[0]


def _table(file: Path, columns: list[str]) -> pd.DataFrame:
    read_text(file)
    try:
        table = pd.read_csv(
            file, dtype=str, keep_default_na=False, skipinitialspace=True, encoding="utf-8-sig"
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as fault:
        raise TableError(f"{file}: found no table: {fault}") from None
    if lost := [c for c in columns if c not in table.columns]:
        raise TableError(f"{file}: found no column {', '.join(lost)}, expected {', '.join(columns)}")
    if table.empty:
        raise TableError(f"{file}: found no rows")
    return table


def _figures(file: Path, column: pd.Series) -> Exact:
    values = [as_number(text.strip()) for text in column]
    if bad := [k for k, v in enumerate(values) if v is None]:
        raise TableError(
            f"{file}: found {column.iloc[bad[0]]!r} in {column.name}, line {bad[0] + 2}, expected a number"
        )
    return exact(values)


def _weights(path: Path, file: Path, table: pd.DataFrame, nodes: list[str], weight: str) -> Exact:
    """Return the weight of each node, from the table of demand of a folder or from the one of distances."""
    if path.is_dir():
        file, key, column = _one(path, "demand"), NODE, weight
        table = _table(file, [key, column])
    else:
        key, column = "DestinationName", "demand" if weight == WEIGHT else weight
        table = _table(file, [key, column]).drop_duplicates([key, column])
    if table[key].duplicated().any():
        raise TableError(f"{file}: found nodes with two weights, expected one {column} for each {key}")
    if lost := sorted(set(nodes) - set(table[key])):
        raise TableError(f"{file}: found no {key} {', '.join(lost[:5])}, expected all {len(nodes)} nodes")
    return _figures(file, table.set_index(key)[column].reindex(nodes))
