"""Exact fronts against all solutions, one by one."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import sparse

from optim.pareto import Answer, Goal, exact_front, payoff
from optim.pareto.linear import LinearProblem, Matrix, step_of
from optim.pareto.zones import Zones
from optim.tables import InfeasibleError, TimeLimitError


def a_knapsack(seed, goals, items=9, rows=2, factor=1.0):
    draw = np.random.default_rng(seed)
    weights = draw.integers(5, 40, (rows, items)).astype(float)
    profits = draw.integers(1, 30, (goals, items)).astype(float) * factor
    room = np.floor(weights.sum(axis=1) / 2)
    return Matrix(
        sparse.csr_array(weights),
        np.full(rows, -np.inf),
        room,
        np.zeros(items),
        np.ones(items),
        np.ones(items, dtype=bool),
        profits,
    )


def an_assignment(seed, goals, size=3):
    draw = np.random.default_rng(seed)
    costs = draw.integers(1, 20, (goals, size * size)).astype(float)
    who, what = np.divmod(np.arange(size * size), size)
    rows = np.concatenate([who == np.arange(size)[:, None], what == np.arange(size)[:, None]]).astype(float)
    one, cells = np.ones(2 * size), size * size
    return Matrix(
        sparse.csr_array(rows), one, one, np.zeros(cells), np.ones(cells), np.ones(cells, dtype=bool), costs
    )


def all_values(matrix, signs):
    """Return the values of every solution, as minimised."""
    found = set()
    for x in itertools.product((0.0, 1.0), repeat=len(matrix.lower)):
        activity = matrix.rows @ np.asarray(x)
        if (activity >= matrix.row_lower).all() and (activity <= matrix.row_upper).all():
            found.add(tuple(np.round(matrix.goals @ np.asarray(x) * signs, 9)))
    return found


def not_beaten(values):
    table = np.asarray(sorted(values))
    kept = [tuple(v) for v in table if not ((table <= v).all(axis=1) & (table < v).any(axis=1)).any()]
    return set(kept)


def front_of(matrix, senses):
    problem = LinearProblem(matrix, matrix.goals_of([f"f{k}" for k in range(len(senses))], senses))
    return exact_front(problem, payoff(problem), problem.highest)


def as_minimised(front):
    signs = np.asarray([goal.sign for goal in front.goals])
    return [tuple(np.round(row.values * signs, 9)) for row in front.points]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("goals", [2, 3, 4])
def test_all_points_of_a_knapsack_are_found_and_no_other(seed, goals):
    matrix, senses = a_knapsack(seed, goals), ["max"] * goals
    front = front_of(matrix, senses)
    assert front.exact
    assert sorted(as_minimised(front)) == sorted(not_beaten(all_values(matrix, -np.ones(goals))))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("senses", [["min", "min"], ["min", "max"], ["min", "min", "max"]])
def test_all_points_of_an_assignment_are_found_whatever_the_senses(seed, senses):
    matrix = an_assignment(seed, len(senses))
    signs = np.asarray([1.0 if sense == "min" else -1.0 for sense in senses])
    front = front_of(matrix, senses)
    assert sorted(as_minimised(front)) == sorted(not_beaten(all_values(matrix, signs)))


def test_points_lie_on_grids_of_other_steps_than_one():
    matrix = a_knapsack(3, 2, factor=0.25)
    front = front_of(matrix, ["max", "max"])
    assert {goal.step for goal in front.goals} == {0.25}
    assert sorted(as_minimised(front)) == sorted(not_beaten(all_values(matrix, -np.ones(2))))


def test_two_goals_take_a_solve_a_point_and_one_more():
    front = front_of(a_knapsack(1, 2), ["max", "max"])
    inner = len(front.points) - 2
    assert front.solves == 4 + inner + 1


def test_no_more_solves_than_points_and_what_is_left_between_them():
    front = front_of(a_knapsack(2, 3, items=10), ["max"] * 3)
    assert front.solves <= 9 + 3 * len(front.points)


def test_goals_too_large_for_one_sum_are_optimised_one_after_the_other(monkeypatch):
    matrix = a_knapsack(1, 3)
    at_once = front_of(matrix, ["max"] * 3)
    monkeypatch.setattr("optim.pareto.exact._AT_ONCE", 1.0)
    apart = front_of(matrix, ["max"] * 3)
    assert as_minimised(apart) == as_minimised(at_once)
    assert apart.solves > at_once.solves


def test_steps_are_the_common_grid_of_the_factors():
    whole = np.ones(3, dtype=bool)
    assert step_of(np.asarray([6.0, 9.0, 0.0]), whole) == 3.0
    assert step_of(np.asarray([0.5, 0.2, 1.0]), whole) == pytest.approx(0.1)
    assert step_of(np.asarray([1.0, np.pi, 0.0]), whole) is None
    assert step_of(np.asarray([1.0, 2.0, 0.0]), np.asarray([True, False, True])) is None


def test_a_split_zone_leaves_no_point_out():
    zones = Zones(np.ones(2), np.zeros(2))
    zones.split(np.asarray([0.0, 8.0]))
    zones.split(np.asarray([6.0, 0.0]))
    assert zones.next().tolist() == [6.0, 8.0]
    zones.split(np.asarray([3.0, 4.0]))
    zones.drop(np.asarray([6.0, 8.0]))
    assert len(zones) == 2


class _Late:
    """A problem that has no time at one of its sides."""

    goals = (Goal("a", "min", 1.0), Goal("b", "min", 1.0))

    def __init__(self, fault):
        self.fault = fault

    def solve(self, weights, most, start=None):
        points = [np.asarray(p, dtype=float) for p in ((0, 9), (2, 5), (4, 3), (9, 0))]
        if most[1] == 8:
            return self.fault()
        fits = [p for p in points if (p <= most).all()]
        if not fits:
            raise InfeasibleError("none")
        return Answer(min(fits, key=lambda p: float(weights @ p)), True)


def test_a_time_out_is_told_and_is_not_called_infeasible():
    def late():
        raise TimeLimitError("late")

    problem = _Late(late)
    front = exact_front(problem, payoff(problem), np.asarray([9.0, 9.0]))
    assert not front.exact
    assert (front.count("timed_out"), front.count("infeasible")) == (1, 0)


def test_a_point_that_is_not_proven_is_kept_apart():
    problem = _Late(lambda: Answer(np.asarray([3.0, 6.0]), False))
    front = exact_front(problem, payoff(problem), np.asarray([9.0, 9.0]))
    assert not front.exact
    assert [row.values.tolist() for row in front.rows if row.status == "timed_out"] == [[3.0, 6.0]]
    assert [3.0, 6.0] not in [row.values.tolist() for row in front.points]


def test_no_time_at_all_leaves_the_payoff_points():
    matrix = a_knapsack(1, 2)
    problem = LinearProblem(matrix, matrix.goals_of(["a", "b"], ["max", "max"]))
    front = exact_front(problem, payoff(problem), problem.highest, seconds=0.0)
    assert (len(front.points), front.exact) == (2, False)
