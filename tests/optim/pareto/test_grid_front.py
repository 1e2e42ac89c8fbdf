"""Fronts on even grids, their labels, and the payoff table."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from optim.pareto import Answer, Goal, Row, grid_front, knee, payoff, prices
from optim.pareto.front import labelled
from optim.pareto.known import Known
from optim.pareto.linear import LinearProblem, Matrix
from optim.tables import InfeasibleError, TimeLimitError

NONE = np.full(2, np.nan)


def a_triangle():
    """Return max x, max 3 x + 4 y with x <= 20, y <= 40, 5 x + 4 y <= 200 (Mavrotas 2009)."""
    matrix = Matrix(
        sparse.csr_array(np.asarray([[5.0, 4.0]])),
        np.asarray([-np.inf]),
        np.asarray([200.0]),
        np.zeros(2),
        np.asarray([20.0, 40.0]),
        np.zeros(2, dtype=bool),
        np.asarray([[1.0, 0.0], [3.0, 4.0]]),
    )
    return LinearProblem(matrix, matrix.goals_of(["x", "sum"], ["max", "max"]))


def front_of(points):
    problem = a_triangle()
    return grid_front(problem, payoff(problem), points)


def test_payoff_table_is_lexicographic():
    found = payoff(a_triangle())
    assert found.table.ravel() == pytest.approx([-20, -160, -8, -184])
    assert found.solves == 4


def test_payoff_takes_the_rest_in_order_where_the_first_goal_leaves_a_choice():
    # y alone: at its best of 40 any x up to 8 will do; the first of the rest takes x as large as it can be.
    matrix = a_triangle()._matrix
    goals = np.asarray([[0.0, 1.0], [1.0, 0.0]])
    loose = Matrix(**{**vars(matrix), "goals": goals})
    problem = LinearProblem(loose, loose.goals_of(["y", "x"], ["max", "max"]))
    assert payoff(problem).table.ravel() == pytest.approx([-40, -8, -25, -20])


def test_points_of_a_line_lie_on_it_and_are_all_proven():
    front = front_of(10)
    values = np.asarray([row.values for row in front.points])
    assert len(front.points) == 10
    assert values[:, 1] == pytest.approx(200.0 - 2.0 * values[:, 0])
    assert {row.status for row in front.rows} == {"proven", "duplicate"}
    assert front.count("duplicate") == 2  # the ends of the grid are those of the payoff table


def test_price_along_the_front_is_its_slope():
    front = front_of(5)
    values = -np.asarray([row.values for row in front.points])[::-1]
    assert prices(values)[:-1] == pytest.approx(0.5)


def test_slacks_keep_a_point_off_the_front_that_is_best_in_the_first_goal_only():
    # y first: at any side of x up to 8, y is 40; without its slack x could stay at that side.
    goals = np.asarray([[0.0, 1.0], [1.0, 0.0]])
    loose = Matrix(**{**vars(a_triangle()._matrix), "goals": goals})
    problem = LinearProblem(loose, loose.goals_of(["y", "x"], ["max", "max"]))
    most = np.asarray([np.inf, -5.0])
    assert problem.solve(np.asarray([1.0, 1e-3]), most).values == pytest.approx([-40.0, -8.0])


class _Listed:
    """A problem of four points, which counts its solves."""

    goals = (Goal("a"), Goal("b"), Goal("c"))

    def __init__(self, late_below=-1.0):
        self.points = np.asarray([[0, 9, 9], [3, 3, 6], [6, 2, 3], [9, 9, 0], [9, 0, 9.0]])
        self.asked, self.late_below = [], late_below

    def solve(self, weights, most, start=None):
        self.asked.append(most)
        if most[1] < self.late_below:
            raise TimeLimitError("late")
        fits = self.points[(self.points <= most).all(axis=1)]
        if not len(fits):
            raise InfeasibleError("none")
        return Answer(fits[(fits @ weights).argmin()], True)


def test_three_goals_bypass_known_points_and_leave_early_where_there_is_none():
    problem = _Listed()
    found = payoff(problem)
    before = len(problem.asked)
    front = grid_front(problem, found, 100)
    assert len(front.rows) == 3 + 100
    assert len(problem.asked) - before < 25
    assert front.solves == len(problem.asked)
    assert len(front.points) == 5
    assert front.count("infeasible") > 0
    assert front.count("dominated") == front.count("timed_out") == 0
    for row in (row for row in front.rows if not row.solved and row.status == "duplicate"):
        assert (row.values[1:] <= row.epsilon[1:] + 1e-9).all()


def test_what_is_known_without_a_solve_is_what_a_solve_would_say():
    problem = _Listed()
    front = grid_front(problem, payoff(problem), 64)
    for row in front.rows[3:]:
        fits = problem.points[(problem.points[:, 1:] <= row.epsilon[1:] + 1e-9).all(axis=1)]
        if row.status == "infeasible":
            assert not len(fits)
        else:
            assert row.values[0] == fits[:, 0].min()


def test_a_time_out_is_no_infeasible_point_and_says_nothing_of_others():
    problem = _Listed()
    found = payoff(problem)
    problem.late_below = 4.0
    front = grid_front(problem, found, 25)
    late = [row for row in front.rows if row.status == "timed_out"]
    assert late
    assert all(np.isnan(row.values).all() and row.epsilon[1] < 4.0 for row in late)


def test_points_left_when_the_time_is_over_are_timed_out_and_not_solved():
    problem = a_triangle()
    said = []
    front = grid_front(problem, payoff(problem), 10, seconds=-1.0, say=said.append)
    late = [row for row in front.rows if row.status == "timed_out"]
    assert len(late) == 8  # the two ends are known from the payoff table
    assert not any(row.solved for row in late)
    assert front.solves == 4
    assert "point 2 of 10: timed_out" in said


def test_labels_keep_equal_and_beaten_points_apart():
    goals = (Goal("a"), Goal("b", "max"))
    made = [
        ([1, 5], "proven"),
        ([1, 5], "proven"),
        ([2, 5], "proven"),
        ([0, 4], "timed_out"),
        ([0, 1], "proven"),
    ]
    rows = [Row(NONE, np.asarray(v, dtype=float), status) for v, status in made]
    found = [row.status for row in labelled(goals, rows, np.full(2, 1e-9))]
    assert found == ["proven", "duplicate", "dominated", "timed_out", "proven"]


def test_known_sides_answer_tighter_ones_that_their_answer_meets():
    known = Known(np.zeros(2))
    known.learn(np.asarray([np.inf, 9.0]), Answer(np.asarray([1.0, 4.0]), True))
    known.learn(np.asarray([np.inf, 2.0]), None)
    assert known.find(np.asarray([np.inf, 5.0]))[1] is not None
    assert known.find(np.asarray([np.inf, 3.0])) == (False, None)
    assert known.find(np.asarray([np.inf, 1.0])) == (True, None)
    assert known.find(np.asarray([np.inf, 10.0])) == (False, None)


def test_knee_is_the_point_furthest_below_the_chord():
    found = knee(np.asarray([[0.0, 10.0], [1.0, 4.0], [5.0, 1.0], [10.0, 0.0]]))
    assert found is not None
    assert found.number == 1
    assert found.distance_share == pytest.approx((1.0 - 0.1 - 0.4) / 2**0.5)


def test_a_straight_front_and_one_of_two_points_have_no_knee():
    assert knee(np.asarray([[0.0, 1.0], [1.0, 0.0]])) is None
    assert knee(np.asarray([[0.0, 2.0], [1.0, 1.5], [2.0, 0.0]])) is None
