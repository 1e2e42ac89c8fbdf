"""The payoff table: each goal at its best, and the others as good as they can be then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optim.pareto.problem import Answer, Array, Problem

_SAME_SHARE = 1e-9


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
