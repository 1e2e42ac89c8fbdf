"""A bound from any duals: never above the optimum, and equal to it at the optimum's duals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import sparse

from optim.arrays.parts import Part
from optim.certificate import Programme, lower_bound, programme_of
from optim.hot import HotModel

INF = math.inf


def a_programme(seed):
    """Return a feasible programme drawn at random: some columns without a bound, some rows with two sides."""
    draw = np.random.default_rng(seed)
    matrix = sparse.csr_array(np.where(draw.random((12, 8)) < 0.5, draw.uniform(-1, 3, (12, 8)), 0.0))
    upper = np.where(draw.random(8) < 0.5, INF, 5.0)
    middle = matrix @ np.minimum(draw.uniform(0, 2, 8), upper)
    row_lower = np.where(draw.random(12) < 0.3, -INF, middle - draw.random(12))
    row_upper = np.where(draw.random(12) < 0.5, INF, middle + draw.random(12))
    return Programme(matrix, draw.uniform(0.5, 2, 8), 3.0, row_lower, row_upper, np.zeros(8), upper)


def solved(programme):
    """Return the model in the solver, solved."""
    matrix = programme.rows
    hot = HotModel(
        Part(
            numbers=np.arange(8),
            cost=programme.cost,
            lower=programme.lower,
            upper=programme.upper,
            integer=np.zeros(8, dtype=bool),
            row_lower=programme.row_lower,
            row_upper=programme.row_upper,
            starts=matrix.indptr.astype(np.int32),
            indices=matrix.indices.astype(np.int32),
            factors=matrix.data,
            offset=programme.offset,
        )
    )
    hot.solve_relaxed()
    return hot


@pytest.mark.parametrize("seed", range(6))
def test_the_optimal_duals_give_the_optimum(seed):
    programme = a_programme(seed)
    hot = solved(programme)
    assert hot.lower_bound(known=1e6) == pytest.approx(hot.objective(), rel=1e-9)
    assert lower_bound(programme, hot.duals(), 1e6) == pytest.approx(hot.objective(), rel=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_no_duals_give_more_than_the_optimum(seed):
    programme = a_programme(seed)
    hot = solved(programme)
    draw = np.random.default_rng(seed)
    for size in (1e-9, 1e-3, 1.0, 100.0):
        for _ in range(20):
            duals = hot.duals() + size * draw.normal(size=12)
            assert lower_bound(programme, duals, 1e6) <= hot.objective() + 1e-9


def test_small_errors_of_the_duals_cost_little():
    programme = a_programme(1)
    hot = solved(programme)
    duals = hot.duals() + 1e-9 * np.random.default_rng(1).normal(size=12)
    assert lower_bound(programme, duals, 1e6) == pytest.approx(hot.objective(), rel=1e-4)


def test_the_bound_says_nothing_of_what_costs_more_than_is_known():
    programme = a_programme(2)
    hot = solved(programme)
    assert lower_bound(programme, hot.duals(), known=hot.objective() - 1.0) <= hot.objective() - 1.0


def test_rows_added_later_count():
    hot = solved(a_programme(3))
    before = hot.objective()
    more = hot.values().sum() + 0.1
    hot.add_rows(np.asarray([more]), np.zeros(1, dtype=np.int32), np.arange(8, dtype=np.int32), np.ones(8))
    hot.solve_relaxed()
    assert hot.objective() > before
    assert hot.lower_bound(known=1e6) == pytest.approx(hot.objective(), rel=1e-9)
    assert programme_of(hot.highs).rows.shape == (13, 8)


def test_a_central_point_has_a_bound_close_to_its_cost():
    hot = solved(a_programme(4))
    hot.centre(1e-8)
    assert hot.lower_bound(known=1e6) == pytest.approx(hot.objective(), rel=1e-6)
