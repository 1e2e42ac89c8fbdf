"""Published points where a front is not found whole: each has to be attainable, and no other may beat it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Literal

import numpy as np

from optim.pareto.problem import Array, Problem
from optim.tables import InfeasibleError, TimeLimitError

SAME = 1e-6
_STEEP = 1e3  # largest gain of one goal for what another gives up within SAME
Verdict = Literal["stands", "falls", "late"]


def verdicts(problem: Problem, points: Iterable[Array], width: Array, ends: float = np.inf) -> list[Verdict]:
    """Return of each point whether it stands on the front; late: the time ended before that was known.

    Parameters
    ----------
    problem : Problem
        What the points are published of.
    points : iterable of array
        Values of all goals, as minimised.
    width : array
        Range of each goal, by which gains are weighed.
    ends : float
        Moment of `time.perf_counter` after which none is looked at [s].
    """
    return [_verdict(problem, point, width) if time.perf_counter() < ends else "late" for point in points]


def _verdict(problem: Problem, point: Array, width: Array) -> Verdict:
    try:
        return _sided(problem, point, width)
    except TimeLimitError:
        return "late"


def _sided(problem: Problem, point: Array, width: Array) -> Verdict:
    """Look at all that is as good as the point; where nothing is, at what is as good but for rounding."""
    slack = SAME * np.maximum(1.0, np.abs(point))
    weights = 1.0 / np.maximum(width, 1e3 * slack)
    try:
        return _beaten(problem, weights, point, point - slack)
    except InfeasibleError:
        pass
    try:
        return _beaten(problem, weights, point + slack, point - _STEEP * slack)
    except InfeasibleError:
        return "falls"


def _beaten(problem: Problem, weights: Array, most: Array, better: Array) -> Verdict:
    answer = problem.solve(weights, most)
    if (answer.values < better).any():
        return "falls"
    return "stands" if answer.complete else "late"
