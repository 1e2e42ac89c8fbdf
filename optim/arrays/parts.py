"""A model that falls into independent parts: the matrix of each."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from optim.arrays.axes import Numbers
from optim.arrays.compile import Compiled


@dataclass(frozen=True, eq=False)
class Part:
    """Some columns of a compiled model with all rows that hold them; fields as of `Compiled`.

    Attributes
    ----------
    numbers : array
        Number of each column in the whole model, rising.
    """

    numbers: Numbers
    cost: Numbers
    lower: Numbers
    upper: Numbers
    integer: Numbers
    row_lower: Numbers
    row_upper: Numbers
    starts: Numbers
    indices: Numbers
    factors: Numbers
    sense: int = 1
    offset: float = 0.0


def parts_of(compiled: Compiled, owner: Callable[[int], Hashable]) -> dict[Hashable, Part]:
    """Return the parts of a model by owner; parts share no row.

    Many small models of one form are built at once and then parted, so that each rule is evaluated once.

    Parameters
    ----------
    compiled : Compiled
        The whole; its offset is left out.
    owner : callable
        Takes the number of a column, returns what it belongs to. It is asked for one column of those that
        rows join, and of those without a row that have a cost; other columns without a row are left out.

    Raises
    ------
    ValueError
        A row without columns cannot hold.
    """
    count, size = len(compiled.row_lower), len(compiled.cost)
    matrix = sparse.csr_array((compiled.factors, compiled.indices, compiled.starts), shape=(count, size))
    label, names = _owned(compiled, _joined(matrix), owner)
    columns, column_ends = _in_order(label[:size], len(names))
    rows, row_ends = _in_order(label[size:], len(names))
    place = np.zeros(size, dtype=np.int32)
    place[columns] = np.arange(len(columns)) - np.repeat(column_ends[:-1], np.diff(column_ends))
    matrix = matrix[rows]
    found = {}
    for number, name in enumerate(names):
        of_rows = slice(*row_ends[number : number + 2])
        of_columns = slice(*column_ends[number : number + 2])
        found[name] = _part(compiled, matrix, place, columns[of_columns], rows[of_rows], of_rows.start)
    return found


def _joined(matrix: sparse.csr_array) -> Numbers:
    """Return a number for each column, then for each row: the same for all that rows join."""
    count, size = matrix.shape
    starts = np.concatenate([np.zeros(size, matrix.indptr.dtype), matrix.indptr])
    ones = np.ones(matrix.nnz, dtype=np.int8)
    graph = sparse.csr_array((ones, matrix.indices, starts), shape=(size + count, size + count))
    joined: Numbers = connected_components(graph, directed=False)[1]
    return joined


def _owned(
    compiled: Compiled, joined: Numbers, owner: Callable[[int], Hashable]
) -> tuple[Numbers, list[Hashable]]:
    """Return the number of the owner of each column, then of each row (-1: left out), and the owners."""
    size = len(compiled.cost)
    kinds, first = np.unique(joined[:size], return_index=True)
    empty = np.setdiff1d(joined[size:], kinds)
    bare = np.isin(joined[size:], empty)
    if np.any(compiled.row_lower[bare] > 0) or np.any(compiled.row_upper[bare] < 0):
        raise ValueError("found a row without columns that cannot hold")
    kept = np.isin(kinds, joined[size:]) | (compiled.cost[first] != 0)
    numbers: dict[Hashable, int] = {}
    owned = np.full(joined.max() + 1, -1)
    for kind, column in zip(kinds[kept].tolist(), first[kept].tolist(), strict=True):
        owned[kind] = numbers.setdefault(owner(column), len(numbers))
    return owned[joined], list(numbers)


def _in_order(label: Numbers, count: int) -> tuple[Numbers, Numbers]:
    """Return the positions with a label in the order of the labels, and where each label starts and ends."""
    order = np.argsort(label, kind="stable")[np.count_nonzero(label < 0) :]
    return order, np.concatenate([[0], np.cumsum(np.bincount(label[order], minlength=count))])


def _part(
    compiled: Compiled,
    matrix: sparse.csr_array,
    place: Numbers,
    columns: Numbers,
    rows: Numbers,
    first: int,
) -> Part:
    """Return the part of some columns and of as many rows from the row `first` of the sorted matrix on."""
    starts = matrix.indptr[first : first + len(rows) + 1]
    inside = slice(starts[0], starts[-1])
    return Part(
        columns,
        compiled.cost[columns],
        compiled.lower[columns],
        compiled.upper[columns],
        compiled.integer[columns],
        compiled.row_lower[rows],
        compiled.row_upper[rows],
        (starts - starts[0]).astype(np.int32),
        place[matrix.indices[inside]],
        matrix.data[inside],
        compiled.sense,
    )
