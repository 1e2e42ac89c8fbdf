"""The payoff table: each goal at its best, and the others as good as they can be then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optim.pareto.problem import Answer, Array, Problem

AUGMENT_SHARE = 1e-3
_SAME_SHARE, _SHRINK = 1e-9, 0.1


@dataclass(frozen=True, eq=False)
class Payoff:
    """One answer for each goal put first; goals as minimised. `solves` is how often it was solved."""

    answers: list[Answer]
    solves: int

    @property
    def table(self) -> Array:
        """Return the values, a row for each goal put first."""
        return np.asarray([answer.values for answer in self.answers])

    @property
    def best(self) -> Array:
        """Return the best value of each goal."""
        return np.asarray(self.table.min(axis=0))

    @property
    def worst(self) -> Array:
        """Return the worst value of each goal in the table; of three goals or more a front may go further."""
        return np.asarray(self.table.max(axis=0))


def payoff(problem: Problem, slack_share: float = _SAME_SHARE) -> Payoff:
    """Return the payoff table by lexicographic optimisation: one goal first, then the rest in their order.

    Parameters
    ----------
    problem : Problem
        What is solved.
    slack_share : float
        Share of its value that a goal may give up when the next ones are optimised; for values on a grid
        none.

    Raises
    ------
    InfeasibleError, TimeLimitError
        As of `Problem.solve`.
    """
    count = len(problem.goals)
    orders = [[first, *(k for k in range(count) if k != first)] for first in range(count)]
    answers = [_lexicographic(problem, order, slack_share) for order in orders]
    return Payoff(answers, count * count)


def _lexicographic(problem: Problem, order: list[int], slack_share: float) -> Answer:
    count = len(order)
    most, answer = np.full(count, np.inf), None
    complete = True
    for goal in order:
        answer = problem.solve(np.eye(count)[goal], most.copy(), answer.decision if answer else None)
        complete &= answer.complete
        best = float(answer.values[goal])
        most[goal] = best if problem.goals[goal].step else best + slack_share * max(1.0, abs(best))
    assert answer is not None, "a problem has goals"
    return Answer(answer.values, complete, answer.decision)


def payoff_by_sides(
    problem: Problem, slack_share: float | None, augment_share: float = AUGMENT_SHARE
) -> Payoff:
    """Return the payoff table without a side on the first goal, which may be dear to hold.

    Each goal is optimised alone. Then the first one, the others with the small weights of their slacks: once
    without sides, and once with a side at the best of each other goal.

    Parameters
    ----------
    problem : Problem
        What is solved.
    slack_share : float, optional
        Share of its range by which a goal may pass its best then. None: what a goal is alone is its row, for
        problems in which the first goal counts then as well, if less.
    augment_share : float
        As of `optim.pareto.grid_front`.

    Raises
    ------
    InfeasibleError, TimeLimitError
        As of `Problem.solve`.
    """
    count = len(problem.goals)
    alone = [problem.solve(each, np.full(count, np.inf)) for each in np.eye(count)]
    table = np.asarray([answer.values for answer in alone])
    width = table.max(axis=0) - table.min(axis=0)
    answers = []
    for goal in reversed(range(count)):  # what was optimised last is near
        if goal and slack_share is None:
            answers.append(alone[goal])
            continue
        most = np.full(count, np.inf)
        if goal and slack_share is not None:
            most[goal] = table[goal, goal] + slack_share * max(width[goal], _SAME_SHARE)
        answer = problem.solve(slack_weights(width, augment_share), most, alone[goal].decision)
        complete = answer.complete and alone[goal].complete
        answers.append(Answer(answer.values, complete, answer.decision))
    return Payoff(answers[::-1], 2 * count if slack_share is not None else count + 1)


def slack_weights(width: Array, augment_share: float) -> Array:
    """Return weights of goals: 1, and of each slack its part of the range, a tenth from one to the next."""
    width = np.where(width > 0, width, 1.0)
    weights = np.ones(len(width))
    for k in range(1, len(width)):
        weights[k] = augment_share * _SHRINK ** (k - 1) * width[0] / width[k]
    return weights
