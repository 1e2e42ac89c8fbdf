"""A lower bound of a linear programme from any duals, worked out outside the solver.

For min c x, row_lower <= A x <= row_upper, lower <= x <= upper, and any y, with d = c - A' y,

    c x >= sum over rows of min(y row_lower, y row_upper) + sum over columns of min(d lower, d upper)

(weak duality; Neumaier and Shcherbina 2004). So duals need not be exact, nor come from a basis: each error
costs some of the bound, never its truth. A column without a bound of its own gets one that the rows imply.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Array = NDArray[np.float64]
_PASSES = 8


@dataclass(frozen=True, eq=False)
class Programme:
    """min cost x + offset, row_lower <= rows x <= row_upper, lower <= x <= upper."""

    rows: sparse.csr_array
    cost: Array
    offset: float
    row_lower: Array
    row_upper: Array
    lower: Array
    upper: Array


def programme_of(highs: highspy.Highs) -> Programme:
    """Return the linear programme that HiGHS holds, rows added later included."""
    lp = highs.getLp()
    matrix = lp.a_matrix_
    entries = (np.asarray(matrix.value_), np.asarray(matrix.index_), np.asarray(matrix.start_))
    by_row = matrix.format_ == highspy.MatrixFormat.kRowwise
    kind = sparse.csr_array if by_row else sparse.csc_array
    bounds = (lp.row_lower_, lp.row_upper_, lp.col_lower_, lp.col_upper_)
    rows = kind(entries, shape=(lp.num_row_, lp.num_col_)).tocsr()
    return Programme(rows, np.asarray(lp.col_cost_), lp.offset_, *(np.asarray(each) for each in bounds))


def lower_bound(programme: Programme, duals: Array, known: float) -> float:
    """Return a bound that no solution is below.

    Parameters
    ----------
    programme : Programme
        The linear programme.
    duals : array
        One for each row: how much the optimum rises with the row's bound.
    known : float
        A cost; of solutions that cost more nothing is asked, so the bound is at most this.
    """
    lower, upper = _cheap(programme, *_implied(programme), known)
    held = np.where(duals > 0, np.isfinite(programme.row_lower), np.isfinite(programme.row_upper))
    y = np.where(held, duals, 0.0)
    d = programme.cost - programme.rows.T @ y
    of_rows = _least(y, programme.row_lower, programme.row_upper)
    return float(min(known, programme.offset + of_rows.sum() + _least(d, lower, upper).sum()))


def _least(factor: Array, lower: Array, upper: Array) -> Array:
    """Return the least of factor x over lower <= x <= upper."""
    side = np.where(factor > 0, lower, upper)
    return np.multiply(factor, side, out=np.zeros(len(factor)), where=factor != 0)


def _implied(programme: Programme) -> tuple[Array, Array]:
    """Return bounds of the columns that they and the rows imply."""
    rows = programme.rows.tocoo()
    limit = np.concatenate([programme.row_upper, -programme.row_lower])
    row = np.concatenate([rows.row, rows.row + len(programme.row_upper)])
    column, factor = np.tile(rows.col, 2), np.concatenate([rows.data, -rows.data])
    counts = np.isfinite(limit[row])
    row, column, factor = row[counts], column[counts], factor[counts]
    lower, upper = programme.lower, programme.upper
    for _ in range(_PASSES):
        most = _most(row, column, factor, limit, (lower, upper))
        up, down = upper.copy(), lower.copy()
        np.minimum.at(up, column[factor > 0], most[factor > 0])
        np.maximum.at(down, column[factor < 0], most[factor < 0])
        if np.array_equal(up, upper) and np.array_equal(down, lower):
            break
        lower, upper = down, up
    return lower, upper


def _most(row: Array, column: Array, factor: Array, limit: Array, bounds: tuple[Array, Array]) -> Array:
    """Return for each entry how far its column may go (up if its factor is over 0) by its row."""
    least = factor * np.where(factor > 0, bounds[0][column], bounds[1][column])
    free = ~np.isfinite(least)
    least = np.where(free, 0.0, least)
    others_free = np.bincount(row, free, len(limit))[row] - free
    others = np.bincount(row, least, len(limit))[row] - least
    without = np.where(factor > 0, np.inf, -np.inf)
    return np.where(others_free > 0, without, (limit[row] - others) / factor)


def _cheap(programme: Programme, lower: Array, upper: Array, known: float) -> tuple[Array, Array]:
    """Return the bounds, with those that hold for all solutions which cost no more than `known`."""
    cost = programme.cost
    least = _least(cost, lower, upper)
    if not np.isfinite(least).all():
        return lower, upper
    room = known - programme.offset - (least.sum() - least)
    priced = np.divide(room, cost, out=np.zeros(len(cost)), where=cost != 0)
    return (
        np.where(cost < 0, np.maximum(lower, priced), lower),
        np.where(cost > 0, np.minimum(upper, priced), upper),
    )
