"""The first stage: all build decisions up to a year, the same in every future."""

from __future__ import annotations

from typing import Any

import numpy as np

from geodata.tables import TableError
from optim.arrays import Compiled
from optim.futures.cases import FirstRows, Key
from optim.settings import EDGE

BUILT = (
    "compute.opened",
    "compute.modules",
    "halls.it_gw",
    "running.retired_gw",
    "grid.connection_gw",
    "grid.raised",
    "grid.upgrade_gw",
)
_LATE = "grid.upgrade_gw"
_NEAR = ("compute.it_new_gw", "compute.total_it_gw", "halls.meter_gw", "halls.it_gw")


def first_columns(compiled: Compiled, year: int) -> dict[Key, int]:
    """Return the columns of what is built up to a year, by component and index; same-city load is given."""
    found: dict[Key, int] = {}
    for stretch in compiled.columns:
        name = stretch.component.name
        if name in BUILT:
            for number, index in enumerate(stretch.members(), stretch.start):
                if index[-1] <= year and not (name == "halls.it_gw" and index[1] == EDGE):
                    found[name, index] = number
    return found


def common_keys(columns: dict[str, list[Key]]) -> list[Key]:
    """Return the first stage of some futures: what all of them can build.

    An upgrade that some futures have later than others is left out: the connections that would need it are
    the same in all, so none is built on it before the futures part.

    Raises
    ------
    TableError
        Futures of other sites, years or technologies.
    """
    known = [set(keys) for keys in columns.values()]
    shared = set.intersection(*known)
    lone = sorted({key for keys in known for key in keys - shared if key[0] != _LATE}, key=str)
    if lone:
        raise TableError(
            f"futures: found {len(lone)} decisions that only some futures know, such as {lone[0][0]} of "
            f"{', '.join(map(str, lone[0][1]))}; expected the same sites, years and technologies in all: a "
            "future may change figures, prices and rules"
        )
    return [key for key in next(iter(columns.values())) if key in shared]


def near_columns(compiled: Compiled, year: int) -> Any:
    """Return columns that follow from the first stage, or make up for it, in rows of its own years.

    New IT power of sites and in all, meters, same-city load, what soft rules miss.
    """
    found = []
    for stretch in compiled.columns:
        name = stretch.component.name
        if name in _NEAR or name.endswith(".missed"):
            for number, index in enumerate(stretch.members(), stretch.start):
                last = index[-1] if isinstance(index, tuple) else index
                if last <= year and (name != "halls.it_gw" or index[1] == EDGE):
                    found.append(number)
    return np.asarray(found, dtype=np.int32)


def first_rows(compiled: Compiled, columns: Any, near: Any) -> FirstRows:
    """Return the bounds of the first stage, then of columns near it, and the rows of no other column."""
    size = len(columns)
    columns = np.concatenate([columns, near]).astype(np.int32)
    place = np.full(len(compiled.cost), -1, dtype=np.int32)
    place[columns] = np.arange(len(columns), dtype=np.int32)
    counts = np.diff(compiled.starts)
    row = np.repeat(np.arange(len(counts)), counts)
    inside = np.bincount(row, place[compiled.indices] >= 0, len(counts)) == counts
    inside &= counts > 0
    entries = inside[row]
    return FirstRows(
        size,
        compiled.lower[columns],
        compiled.upper[columns],
        compiled.row_lower[inside],
        compiled.row_upper[inside],
        np.concatenate([[0], np.cumsum(counts[inside])]).astype(np.int32),
        place[compiled.indices[entries]],
        compiled.factors[entries],
    )
