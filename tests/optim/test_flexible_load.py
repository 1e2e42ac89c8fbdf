"""Flexible load takes something off the cost of hourly matching, the first of it most."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from benchmarks.flexible_load import (
    ANCHORS,
    DISTANCES_KM,
    KINDS,
    TRIPLE,
    curve,
    energy_cost,
    options,
    pairs,
    places,
)
from geodata.survey import Settings, survey

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def real():
    return survey(Settings())


@pytest.fixture(scope="module", params=KINDS)
def cost(real, request):
    return curve(real, TRIPLE, request.param, green_share=0.9)


def test_each_step_of_flexibility_lowers_the_cost(cost):
    assert all(a - b > 0.1 for a, b in pairwise(cost))


def test_the_first_tenth_is_worth_more_than_the_next_and_so_on(cost):
    steps = -np.diff(cost)
    assert all(a > b for a, b in pairwise(steps))


def test_matching_costs_more_than_no_rule(real, cost):
    assert cost[0] > energy_cost(places(real, TRIPLE, 0.0, green_share=None), options("both"))


def test_pairs_have_the_distances_that_were_asked_for(real):
    found = pairs(real)
    assert len(found) >= len(ANCHORS) * len(DISTANCES_KM) - 4
    assert all(min(abs(km - wanted) for wanted in DISTANCES_KM) < 20 for _, _, km in found)
