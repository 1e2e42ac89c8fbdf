"""Compares a compiled model with what Pyomo's own compiler gives for the plain model of the same rules."""

from __future__ import annotations

from typing import Any

import numpy as np
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from scipy.sparse import csr_array

from optim.arrays import Compiled

CLOSE = 1e-12


def assert_same(compiled: Compiled, model: Any, plain: Any) -> None:
    """Matrix, sign of rows, bounds, cost, offset and integrality agree to 1e-12.

    Pyomo leaves out empty rows, columns of nothing and fixed ones, and turns some equations.
    """
    form = LinearStandardFormCompiler().write(plain, mixed_form=True, set_sense=None)
    columns = [_at(compiled.columns, model, v) for v in form.columns]
    rows = [_at(compiled.rows, model, row.constraint) for row in form.rows]
    _entries(compiled, columns)
    ours, theirs = matrix(compiled), form.A.tocsr()
    held = _held(compiled, columns)
    kinds = np.array([row.bound_type for row in form.rows], dtype=int)
    turn = np.where((kinds == 0) & ((ours[rows][:, columns] * theirs).sum(axis=1) < 0), -1.0, 1.0)
    difference = turn[:, None] * ours[rows][:, columns].toarray() - theirs.toarray()
    assert np.abs(difference).max(initial=0) <= CLOSE * max(1, np.abs(theirs.data).max(initial=0))
    shift = ours[:, held] @ compiled.lower[held]
    ends = (compiled.row_lower - shift, compiled.row_upper - shift)
    _ends(ends, rows, kinds, np.asarray(form.rhs, dtype=float) * turn)
    _empty(ours, ends, np.setdiff1d(np.arange(ours.shape[0]), rows), held)
    _columns(compiled, form, columns, held)


def matrix(compiled: Compiled) -> csr_array:
    """Return A."""
    shape = (len(compiled.row_lower), len(compiled.cost))
    return csr_array((compiled.factors, compiled.indices, compiled.starts), shape=shape)


def _at(layout: Any, model: Any, data: Any) -> int:
    """Return the column or row of our model that a variable or row of the plain one is."""
    number = layout.at(model.find_component(data.parent_component()), data.index())
    component, index = layout.owner(number)
    assert (component.name, index) == (data.parent_component().name, data.index())
    return int(number)


def _held(compiled: Compiled, columns: list[int]) -> np.ndarray:
    """Return the columns that Pyomo takes for numbers."""
    held = np.flatnonzero(compiled.lower == compiled.upper)
    return held[~np.isin(held, columns)]


def _entries(compiled: Compiled, columns: list[int]) -> None:
    """No column stands twice in a row, none has factor zero, and all that Pyomo leaves out are fixed."""
    assert compiled.indices.dtype == compiled.starts.dtype == np.int32
    assert np.all(compiled.factors != 0)
    of = np.repeat(np.arange(len(compiled.row_lower)), np.diff(compiled.starts))
    places = np.stack([of, compiled.indices])
    assert np.unique(places, axis=1).shape == places.shape
    assert set(compiled.indices.tolist()) <= {*columns, *_held(compiled, columns).tolist()}


def _ends(ends: tuple[np.ndarray, ...], rows: list[int], kinds: np.ndarray, right: np.ndarray) -> None:
    """Kind 0 is an equation, 1 has an upper end, -1 a lower one; one with both stands twice there."""
    places = np.array(rows, dtype=int)
    for end, with_end, none in ((ends[0], kinds <= 0, -np.inf), (ends[1], kinds >= 0, np.inf)):
        np.testing.assert_allclose(end[places[with_end]], right[with_end], rtol=CLOSE, atol=CLOSE)
        assert np.all(end[np.setdiff1d(places, places[with_end])] == none)


def _empty(ours: csr_array, ends: tuple[np.ndarray, ...], rest: np.ndarray, held: np.ndarray) -> None:
    """Rows that Pyomo leaves out say nothing."""
    assert np.all(ends[0][rest] <= CLOSE)
    assert np.all(ends[1][rest] >= -CLOSE)
    assert set(ours[rest].indices.tolist()) <= set(held.tolist())


def _columns(compiled: Compiled, form: Any, columns: list[int], held: np.ndarray) -> None:
    cost = form.c.toarray().sum(axis=0)
    np.testing.assert_allclose(compiled.cost[columns], cost, rtol=CLOSE, atol=CLOSE)
    offset = compiled.offset + compiled.cost[held] @ compiled.lower[held]
    np.testing.assert_allclose(offset, form.c_offset.sum(), rtol=CLOSE, atol=CLOSE)
    lower = [-np.inf if v.lb is None else v.lb for v in form.columns]
    upper = [np.inf if v.ub is None else v.ub for v in form.columns]
    np.testing.assert_allclose(compiled.lower[columns], lower, rtol=CLOSE)
    np.testing.assert_allclose(compiled.upper[columns], upper, rtol=CLOSE)
    assert compiled.integer[columns].tolist() == [not v.is_continuous() for v in form.columns]
