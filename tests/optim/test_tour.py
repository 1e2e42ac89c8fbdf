"""A short way through points."""

import itertools

import numpy as np
import pytest

from optim.tour import pieces, tour


def length(points, order):
    return float(np.abs(np.diff(points[order], axis=0)).sum())


@pytest.mark.parametrize("seed", range(4))
def test_it_goes_through_every_point_once_and_is_shorter_than_as_given(seed):
    points = np.random.default_rng(seed).random((60, 3))
    order = tour(points)
    assert sorted(order) == list(range(60))
    assert order[0] == 0
    assert length(points, order) < 0.5 * length(points, list(range(60)))


def test_a_grid_is_walked_without_a_jump():
    points = np.asarray(list(itertools.product(range(5), range(4))), dtype=float)
    assert length(points, tour(points)) == pytest.approx(19.0)


def test_what_is_dear_moves_least():
    points = np.asarray(list(itertools.product([0.0, 1.0], [0.0, 9.0])))
    assert np.abs(np.diff(points[tour(points), 1])).sum() == 9.0


def test_no_point_and_one_point():
    assert tour(np.zeros((0, 2))) == []
    assert tour(np.zeros((1, 2))) == [0]
    assert pieces([], 3) == []
    assert pieces([0, 1], 5) == [[0], [1]]
