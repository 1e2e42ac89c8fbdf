"""What one solve leaves to the next: its best point where that still holds, its cuts in another process."""

from __future__ import annotations

import numpy as np
import pytest

from optim.warm import Planner
from optim.warm.before import kept
from optim.warm.sharing import taken
from tests import world
from tests.optim.warm.test_planner import TIGHT, options, same
from tests.optim.warm.test_sharing import with_budgets


@pytest.fixture
def solved():
    """Return a planner of a problem in parts, and its answer."""
    with Planner(world.survey(), options("decomposed")) as planner:
        yield planner, planner.solve(gap_share=TIGHT)


def test_a_point_is_kept_until_a_row_or_a_bound_is_against_it(solved):
    planner, answer = solved
    master, m = planner._problem.master, planner.m
    assert kept(master, answer.values) == pytest.approx(answer.values)
    most_gw = 1e-3 * answer.sites.query("site_id == 'w' and year == 2027")["it_mw"].sum()
    with planner.edited() as edit:
        row = edit.row(m.compute.it_new_gw, [("w", 2027)], [1.0], -np.inf, most_gw + 1e-3)
        assert kept(master, answer.values) is not None
        edit.move(row, -np.inf, most_gw - 1e-3)
        assert kept(master, answer.values) is None
    with planner.edited() as edit:
        edit.bound(m.compute.it_new_gw, [("w", 2027)], 0.0, most_gw - 1e-3)
        assert kept(master, answer.values) is None
    assert kept(master, answer.values) is not None
    assert kept(master, answer.values[:-1]) is None, "of another problem"


def test_budgets_are_not_held_against_a_point_since_they_are_shared_out_anew():
    with Planner(*with_budgets(1, "decomposed")) as planner, planner.edited() as edit:
        values = planner.solve(gap_share=TIGHT).values
        halls, master = planner.m.halls, planner._problem.master
        edit.row(halls.carbon_mt, list(halls.CARBON), [1.0] * len(halls.CARBON), -np.inf, 0.0)
        point = kept(master, values)
        columns = np.concatenate([taken(master, key) for key in master.keys])
        assert values[columns].sum() > 0
        assert (point[columns] == 0).all()
        others = np.setdiff1d(np.arange(len(values)), columns)
        assert (point[others] == values[others]).all()


def test_a_solve_again_ends_in_its_first_round(solved):
    planner, answer = solved
    again = planner.solve(gap_share=TIGHT)
    assert again.rounds == 1
    same(again, answer)


def test_cuts_that_are_known_make_the_problem_in_another_process():
    """It is solved in fewer rounds, and what it learns does not come back."""
    survey, settings = with_budgets(2, "decomposed")
    with Planner(survey, settings) as planner:
        answer = planner.solve(gap_share=TIGHT)
        known = planner.known
    counts = {group: len(each) for group, each in known.numbers.items()}
    with Planner(survey, settings, known=known) as other:
        found = other.solve(gap_share=TIGHT)
        same(found, answer)
        assert found.rounds < answer.rounds
        with other.edited() as edit:
            edit.cost(other.m.halls.carbon_mt, list(other.m.halls.CARBON), 500.0)
            other.solve(gap_share=TIGHT)
        assert other.known.standing != known.standing
        assert {group: len(each) for group, each in known.numbers.items()} == counts
        other.begin_again(known)
        assert other.known.standing == known.standing
        same(other.solve(gap_share=TIGHT), answer)
    with Planner(world.survey(), options("whole")) as whole:
        assert whole.known is None
