"""Even grids of sides: the augmented epsilon-constraint method (AUGMECON2, Mavrotas and Florios 2013)."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence

import numpy as np

from optim.pareto.front import Front, Row, labelled
from optim.pareto.known import Known
from optim.pareto.payoff import AUGMENT_SHARE, Payoff, slack_weights
from optim.pareto.problem import Answer, Array, Goal, Problem, told
from optim.tables import InfeasibleError, TimeLimitError

Say = Callable[[str], None]
_TINY = 1e-9


def grid_front(
    problem: Problem,
    payoff: Payoff,
    points: int,
    augment_share: float = AUGMENT_SHARE,
    same_share: float = 1e-6,
    noise_share: float = 1e-9,
    seconds: float = np.inf,
    say: Say = lambda line: None,
) -> Front:
    """Return the front on an even grid of sides between the best and worst of the payoff table.

    min f1 + augment x range of f1 x (f2 / r2 + 0.1 f3 / r3 + ...) over fk <= ek; that is AUGMECON's sum of
    slacks, since a slack is ek - fk. The goal after the first moves in the innermost loop, wide to tight.

    Parameters
    ----------
    problem : Problem
        What is solved.
    payoff : Payoff
        Its payoff table, whose rows are rows of the front too.
    points : int
        Points of the whole grid, about; each side gets the root of it.
    augment_share : float
        Weight of the slacks, as a share of the range of the first goal.
    same_share : float
        Share of a goal's range by which values may differ and count as equal.
    noise_share : float
        The same as a share of its largest value; a range within it is none, and gets one side.
    seconds : float
        Time for all of it [s]; points that are left then, and not known already, are timed out.
    say : callable
        Takes one line a point.
    """
    ends = time.perf_counter() + seconds
    noise = noise_share * np.maximum(np.abs(payoff.table).max(axis=0), _TINY)
    width = np.where(payoff.worst - payoff.best > noise, payoff.worst - payoff.best, 0.0)
    same = np.maximum(same_share * width, noise)
    known, weights = _known(payoff, same), slack_weights(width, augment_share)
    rows = [_row(problem.goals, np.full(len(width), np.inf), answer, 0.0) for answer in payoff.answers]
    for number, most in enumerate(grid := _grid(payoff.worst, width, points)):
        rows.append(row := _point(problem, known, weights, most, ends))
        say(f"point {number + 1} of {len(grid)}: {row.status}{_unsolved(row)}")
    solved = sum(row.solved for row in rows[len(width) :])
    rows = labelled(problem.goals, rows, same)
    return Front(problem.goals, payoff, rows, payoff.solves + solved)


def _unsolved(row: Row) -> str:
    return "" if row.solved or row.status == "timed_out" else ", known already"


def _known(payoff: Payoff, same: Array) -> Known:
    """Return what the payoff table says: the best first goal without sides, and at the best of each other."""
    known = Known(same)
    for k, answer in enumerate(payoff.answers):
        most = np.full(len(same), np.inf)
        if k:
            most[k] = answer.values[k]
        if answer.complete:
            known.learn(most, answer)
    return known


def per_side(points: int, sides: int) -> int:
    """Return the points of each side of a grid of about `points`.

    >>> per_side(20, 1), per_side(20, 2), per_side(20, 3)
    (20, 4, 3)
    """
    counts = range(2, max(3, points + 1))
    return min(counts, key=lambda count: abs(count**sides - points))


def _grid(worst: Array, width: Array, points: int) -> list[Array]:
    """Return the sides of all goals (the first has none) at each point."""
    count = per_side(points, len(width) - 1)
    shares = np.linspace(0.0, 1.0, count)
    axes = [worst[k] - shares * width[k] for k in range(1, len(width))]
    outer_first = itertools.product(*(np.unique(axis)[::-1] for axis in axes[::-1]))
    return [np.asarray([np.inf, *sides[::-1]]) for sides in outer_first]


def _point(problem: Problem, known: Known, weights: Array, most: Array, ends: float) -> Row:
    found, answer = known.find(most)
    if found and answer is None:
        return _nothing(problem.goals, most, "infeasible", solved=False)
    if found and answer is not None:
        return _row(problem.goals, most, answer, 0.0, solved=False)
    started = time.perf_counter()
    if started > ends:
        return _nothing(problem.goals, most, "timed_out", solved=False)
    try:
        answer = problem.solve(weights, most, known.start(most))
    except InfeasibleError:
        known.learn(most, None)
        return _nothing(problem.goals, most, "infeasible", time.perf_counter() - started)
    except TimeLimitError:
        return _nothing(problem.goals, most, "timed_out", time.perf_counter() - started)
    if answer.complete:
        known.learn(most, answer)
    return _row(problem.goals, most, answer, time.perf_counter() - started)


def _row(goals: Sequence[Goal], most: Array, answer: Answer, seconds: float, solved: bool = True) -> Row:
    status = "proven" if answer.complete else "timed_out"
    if not solved:
        status = "duplicate"
    values = told(goals, answer.values)
    return Row(_sides(goals, most), values, status, solved, seconds, answer.decision)  # type: ignore[arg-type]


def _nothing(
    goals: Sequence[Goal], most: Array, status: str, seconds: float = 0.0, solved: bool = True
) -> Row:
    values = np.full(len(goals), np.nan)
    return Row(_sides(goals, most), values, status, solved, seconds)  # type: ignore[arg-type]


def _sides(goals: Sequence[Goal], most: Array) -> Array:
    return told(goals, np.where(np.isfinite(most), most, np.nan))
