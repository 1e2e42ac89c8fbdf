"""Rows of a constraint in compressed row form, written for its whole index set at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy.sparse import coo_array

from optim.arrays.axes import Axis, Numbers, Values, combine, constant, flat, full, leaves, spread
from optim.arrays.linear import Linear, Term


@dataclass(frozen=True, eq=False)
class Entries:
    """Entries row after row: their number by row, in all, and what writes their columns and factors."""

    counts: Numbers
    size: int
    write: Callable[[Numbers, Numbers], None]

    def arrays(self) -> tuple[Numbers, Numbers]:
        """Return columns and factors."""
        columns, factors = np.empty(self.size, np.int32), np.empty(self.size)
        self.write(columns, factors)
        return columns, factors


@dataclass(frozen=True, eq=False)
class Rows:
    """lower <= entries x columns <= upper."""

    entries: Entries
    lower: Numbers
    upper: Numbers


def entries_of(terms: tuple[Term, ...], axes: tuple[Axis, ...], column_count: int) -> Entries:
    """Return the entries of the rows along `axes`, no column twice in a row.

    Where each row has the same number of entries for each term, they are written as a grid, without sorting;
    else they are gathered row by row.
    """
    spans = [leaves((*axes, *term.factor.axes, *term.column.axes)) for term in terms]
    even = all(axis in span for span in spans for axis in axes)
    if not even or _may_meet(terms, spans, axes):
        return _gathered(terms, spans, axes, column_count)
    width = sum(_size(span[len(axes) :]) for span in spans)
    counts = np.broadcast_to(np.int32(width), _size(axes))
    return Entries(counts, width * len(counts), partial(_write_grid, terms, spans, axes))


def stored(counts: Numbers, columns: Numbers, factors: Numbers) -> Entries:
    """Return entries that are there already."""

    def write(to_columns: Numbers, to_factors: Numbers) -> None:
        to_columns[:], to_factors[:] = columns, factors

    return Entries(counts, len(columns), write)


def _write_grid(
    terms: tuple[Term, ...],
    spans: list[tuple[Axis, ...]],
    axes: tuple[Axis, ...],
    columns: Numbers,
    factors: Numbers,
) -> None:
    """Write the entries of each term side by side, for all rows."""
    shape = tuple(axis.size for axis in axes)
    width = sum(_size(span[len(axes) :]) for span in spans)
    grids = (columns.reshape(*shape, width), factors.reshape(*shape, width))
    start = 0
    for term, span in zip(terms, spans, strict=True):
        wide = _size(span[len(axes) :])
        for grid, values in zip(grids, (term.column, term.factor), strict=True):
            if wide == 1:
                source = spread(values, span)
                grid[..., start] = source.reshape(source.shape[: len(axes)])
            else:
                grid[..., start : start + wide] = full(values, span).reshape(*shape, wide)
        start += wide


def _may_meet(terms: tuple[Term, ...], spans: list[tuple[Axis, ...]], axes: tuple[Axis, ...]) -> bool:
    """Return whether two entries of a row may have the same column."""
    for term, span in zip(terms, spans, strict=True):
        summed = {other for axis in span[len(axes) :] for other in (axis, *axis.up)}
        if not summed - set(axes) <= term.apart:
            return True
    pairs = [(k, j) for k in range(len(terms)) for j in range(k) if terms[k].variable == terms[j].variable]
    if any(len(spans[k]) > len(axes) for pair in pairs for k in pair):
        return True
    return any(combine(np.equal, terms[k].column, terms[j].column).data.any() for k, j in pairs)


def _gathered(
    terms: tuple[Term, ...], spans: list[tuple[Axis, ...]], axes: tuple[Axis, ...], column_count: int
) -> Entries:
    """Return rows of any length; entries of one column are added up."""
    number = row_numbers(axes)
    rows = [full(number, span).ravel() for span in spans]
    columns = [full(term.column, span).ravel() for term, span in zip(terms, spans, strict=True)]
    factors = [full(term.factor, span).ravel() for term, span in zip(terms, spans, strict=True)]
    places = (np.concatenate(rows), np.concatenate(columns))
    matrix = coo_array((np.concatenate(factors), places), shape=(_size(axes), column_count)).tocsr()
    return stored(np.diff(matrix.indptr), matrix.indices, matrix.data)


def row_numbers(axes: tuple[Axis, ...]) -> Values:
    """Return the number of each row."""
    sizes = [axis.size for axis in axes]
    return Values(np.arange(_size(axes), dtype=np.int32).reshape(sizes), axes)


def without_zeros(starts: Numbers, columns: Numbers, factors: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return starts, columns and factors without entries of factor zero."""
    kept = factors != 0
    if kept.all():
        return starts, columns, factors
    before = np.concatenate([np.zeros(1, np.int32), np.cumsum(kept, dtype=np.int32)])
    return before[starts], columns[kept], factors[kept]


def turned(rows: Rows, where: Numbers) -> Rows:
    """Return the rows with both sides times -1 at some of them."""
    if not where.any():
        return rows
    entries, sign = rows.entries, np.where(where, -1.0, 1.0)

    def write(columns: Numbers, factors: Numbers) -> None:
        entries.write(columns, factors)
        factors *= np.repeat(sign, entries.counts)

    ends = np.where(where, -rows.upper, rows.lower), np.where(where, -rows.lower, rows.upper)
    return Rows(replace(entries, write=write), *ends)


def rows_of(form: Linear, ends: tuple[Values, Values], axes: tuple[Axis, ...], column_count: int) -> Rows:
    """Return lower - constant <= terms <= upper - constant for the rows along `axes`."""
    lower, upper = (flat(combine(np.subtract, end, form.constant), axes) for end in ends)
    return Rows(entries_of(form.terms, axes, column_count), lower, upper)


def filled(terms: tuple[Term, ...], axes: tuple[Axis, ...]) -> Numbers:
    """Return, by row, whether the terms have any entry there, be its factor zero."""
    found = np.zeros(_size(axes), dtype=bool)
    for term in terms:
        span = leaves((*axes, *term.factor.axes, *term.column.axes))
        if all(axis in span for axis in axes) and _size(span[len(axes) :]):
            return np.ones_like(found)
        found[full(row_numbers(axes), span)] = True
    return found


def _size(axes: tuple[Axis, ...]) -> int:
    return int(np.prod([axis.size for axis in axes], dtype=np.int64))


FREE = (constant(-np.inf), constant(np.inf))
