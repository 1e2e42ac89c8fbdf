"""All points of a front whose goals lie on a grid: sides step by step, so that none is passed over.

A point is better than all that are known only inside a zone {f < u} that no known point beats; each new point
splits the zones that hold it (Klamroth, Lacour and Vanderpooten 2015). A zone is searched by the augmented
epsilon-constraint: the least f1, then the least sum of the rest, over fk <= uk - step. With two goals that is
the plain way along the front, one step below the last point.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from optim.pareto.front import Front, Row, Status, labelled
from optim.pareto.known import Known
from optim.pareto.payoff import Payoff
from optim.pareto.problem import Answer, Array, Problem, told
from optim.pareto.zones import Zones
from optim.tables import InfeasibleError, TimeLimitError

Say = Callable[[str], None]
_TOLD = 100
_AT_ONCE = 1e7  # largest weight of the first goal; above it the rest is optimised after it


def exact_front(
    problem: Problem,
    payoff: Payoff,
    highest: Array,
    seconds: float = np.inf,
    say: Say = lambda line: None,
) -> Front:
    """Return all points of the front; `exact` is false if the time ended a solve or the whole.

    Parameters
    ----------
    problem : Problem
        Every goal has a step.
    payoff : Payoff
        Its payoff table.
    highest : array
        A value that each goal, as minimised, cannot pass.
    seconds : float
        Time for all of it [s].
    say : callable
        Takes one line now and then.
    """
    search = _Search(problem, payoff, highest)
    ends, is_sure = time.perf_counter() + seconds, all(answer.complete for answer in payoff.answers)
    while (zone := search.zones.next()) is not None:
        if time.perf_counter() > ends:
            is_sure = False
            break
        before = search.solves
        is_sure &= search.look(zone)
        if search.solves // _TOLD > before // _TOLD:
            say(f"{search.solves} solves, {len(search.zones.points)} points, {len(search.zones)} zones left")
    rows = labelled(problem.goals, search.rows, 0.1 * search.step)
    return Front(problem.goals, payoff, rows, payoff.solves + search.solves, is_sure)


@dataclass
class _Search:
    """The search of one zone after the other."""

    problem: Problem
    payoff: Payoff
    highest: Array
    rows: list[Row] = field(default_factory=list)
    solves: int = 0

    def __post_init__(self) -> None:
        """Begin with the points of the payoff table and what they say of sides."""
        steps = [goal.step for goal in self.problem.goals]
        assert all(steps), "an exact front needs goals on a grid"
        self.step = np.asarray(steps, dtype=float)
        self.zones = Zones(self.step, self.payoff.best)
        self.known = Known(0.1 * self.step)
        for k, answer in enumerate(self.payoff.answers):
            most = np.full(len(steps), np.inf)
            most[k] = np.inf if k == 0 else answer.values[k]
            self._take(most, answer, 0.0)

    def look(self, zone: Array) -> bool:
        """Return whether the zone was searched to its end; a new point splits zones, else this one goes."""
        most = np.where(np.arange(len(zone)) == 0, np.inf, zone - self.step)
        is_known, answer = self.known.find(most)
        if not is_known:
            started = time.perf_counter()
            try:
                answer = self._solve(most)
            except (InfeasibleError, TimeLimitError) as fault:
                return self._without(zone, most, isinstance(fault, TimeLimitError), started)
            self._take(most, answer, time.perf_counter() - started)
        self.zones.drop(zone)
        return answer is None or answer.complete

    def _solve(self, most: Array) -> Answer:
        """Return the answer of least f1 and then of the least sum of the rest, in steps."""
        self.solves += 1
        rest = 1.0 / self.step
        room = np.minimum(most, self.highest) - self.payoff.best
        rest[0] = (1.0 + (room / self.step)[1:].sum()) / self.step[0]
        start = self.known.start(most)
        if rest[0] * self.step[0] <= _AT_ONCE:
            return self.problem.solve(rest, most, start)
        first = self.problem.solve(np.eye(len(most))[0], most, start)
        self.solves += 1
        rest[0] = 0.0
        held = np.where(np.arange(len(most)) == 0, first.values, most)
        second = self.problem.solve(rest, held, first.decision)
        return Answer(second.values, first.complete and second.complete, second.decision)

    def _take(self, most: Array, answer: Answer, seconds: float) -> None:
        """Keep what came of a solve; an answer that is not proven splits nothing."""
        status: Status = "proven" if answer.complete else "timed_out"
        if answer.complete:
            self.known.learn(most, answer)
            self.zones.split(answer.values)
        values = told(self.problem.goals, answer.values)
        self.rows.append(Row(self._sides(most), values, status, True, seconds, answer.decision))

    def _without(self, zone: Array, most: Array, is_late: bool, started: float) -> bool:
        if not is_late:
            self.known.learn(most, None)
        self.zones.drop(zone)
        nothing = np.full(len(zone), np.nan)
        status: Status = "timed_out" if is_late else "infeasible"
        self.rows.append(Row(self._sides(most), nothing, status, True, time.perf_counter() - started))
        return not is_late

    def _sides(self, most: Array) -> Array:
        return told(self.problem.goals, np.where(np.isfinite(most), most, np.nan))
