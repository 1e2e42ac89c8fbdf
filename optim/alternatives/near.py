"""The near-optimal plans: every point whose cost is within a slack of the optimum, asked for its extremes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from optim.alternatives.settings import Asked
from optim.inputs import MW_PER_GW
from optim.plant_energy import Array
from optim.session import Session
from optim.tables import PlanError
from optim.warm import Answer, Planner
from optim.warm.edits import Edits
from optim.warm.master import MasterProblem
from optim.whole import is_whole

Say = Callable[[str], None]
MORE_SHARE, LOST_SHARE = 1e-3, 1e-5  # IT power that may stand over that of the optimum, and be unserved
_ROUND, _TINY, _LEAST_MW = 6, 1e-7, 1.0


@dataclass(frozen=True, eq=False)
class Point:
    """A plan near the optimum.

    Attributes
    ----------
    it_mw : Series
        IT power of new campuses in the last year [MW], by site.
    slack_share : float
        By how much it costs more than the optimum at the most, its energy priced.
    reached : bool
        Whether it is within the slack.
    rounds : int
        Solves that it took.
    """

    it_mw: pd.Series
    slack_share: float
    reached: bool
    rounds: int


class Near:
    """The plans within a slack of the optimum, in the solver.

    In the decomposed form the energy of plants stands in the cost row as cuts. Each point is priced, the cuts
    that it breaks enter, and it is looked for again, until its true cost is within the slack.
    """

    def __init__(
        self, planner: Planner, asked: Asked, say: Say = lambda _: None, base: Answer | None = None
    ) -> None:
        self.planner, self._asked, self._say = planner, asked, say
        self.sites = pd.Index(planner.inputs.sites, name="site_id")
        solve = planner.settings.solve
        gap = solve.gap_share if asked.integers else asked.gap_share
        if asked.integers and not is_whole(planner.inputs, solve):
            raise PlanError(
                "--integers: this problem is solved in parts (optim.solve.method, whole_hours_max), where "
                "each alternative with whole campuses would take minutes; leave it out"
            )
        self.base: Answer = base or planner.solve(asked.integers, gap)
        self.base_mw = self._it_mw(self.base.values)

    @contextmanager
    def within(self, slack_share: float) -> Iterator[Edits]:
        """Hold the cost within a slack of the optimum inside the block."""
        with self.planner.edited(goes_on=False) as edit:
            self._most = self.base.objective_m_cny * (1.0 + slack_share)
            edit.cost_row(self._most)
            self._as_much(edit)
            self._cost = self._session.cost.copy()
            self._offset = self._session.cost_of(np.zeros(len(self._cost)))
            yield edit

    def _as_much(self, edit: Edits) -> None:
        """Let no plan spend the slack on idle halls, or leave load unserved, in any year."""
        m, values = self.planner.m, self.base.values
        nodes: dict[int, list[Any]] = {y: [] for y in self.planner.inputs.years}
        for key in m.workload.unserved_gw.index_set():
            nodes[key[-1]].append(key)
        for year, keys in nodes.items():
            placed = self._session.at(m.compute.total_it_gw, year, values)
            edit.row(m.compute.total_it_gw, [year], [1.0], -np.inf, placed * (1.0 + MORE_SHARE))
            lost = float(values[self._session.columns_at(m.workload.unserved_gw, keys)].sum())
            ones, most = [1.0] * len(keys), max(0.0, lost) + LOST_SHARE * placed
            edit.row(m.workload.unserved_gw, keys, ones, -np.inf, most)

    def least(self, edit: Edits, weights: Mapping[str, float]) -> Point:
        """Return the plan within the slack at which the weighted sum of the sites' IT power [MW] is least.

        Raises
        ------
        PlanError
            No such plan, which cannot be but for tolerances; or the solver failed.
        """
        m, year = self.planner.m, self.planner.inputs.years[-1]
        keys = [(site, year) for site in weights]
        factors = [float(weights[site]) * MW_PER_GW for site in weights]
        slack = self._most - self.base.objective_m_cny
        # Where many plans are best, the cheap ones of them: all the slack weighs as much as a megawatt.
        edit.only_cost([(m.compute.it_new_gw, keys, factors)], _LEAST_MW / max(slack, _TINY))
        point = self._settled()
        goal = float(sum(weights[site] * point.it_mw[site] for site in weights))
        self._say(f"{goal:,.0f} at {point.slack_share:.2%} more, {point.rounds} rounds")
        return point

    def _settled(self) -> Point:
        """Return the optimum of the goal in the solver, its cost being true.

        Cost is convex: on the way from the optimum to a plan that costs too much once its energy is priced
        there is one that does not.
        """
        base, least = self.base.values, self.base.objective_m_cny
        allowed = self._most + _TINY * abs(least)
        for number in range(1, self._asked.rounds_max + 1):
            end = self._solved(number == 1)
            for way in (1.0, 1.0 - self._asked.spare_share):
                values = base + way * (end - base)
                cost = self._true_cost(values)
                if cost <= allowed:
                    return Point(self._it_mw(values), cost / least - 1.0, True, number)
        return Point(self._it_mw(values), cost / least - 1.0, False, number)

    def _solved(self, is_first: bool) -> Array:
        """Return the optimum of the goal with the cuts there are; another goal leaves no basis of use."""
        session, solve = self._session, self.planner.settings.solve
        if self._asked.integers:
            session.solve_integer(solve.gap_share, solve.time_limit_s, None, solve.heuristic_share)
        elif not isinstance(self.planner._problem, MasterProblem):
            session.solve_relaxed()
        elif is_first:
            session.solve_relaxed(method="interior")
        else:
            session.vertex()
        return session.values()

    def _true_cost(self, values: Array) -> float:
        """Return the cost of a plan, its energy priced [M CNY]."""
        return float(self._cost @ values) + self._offset + self._short(values)

    def _short(self, values: Array) -> float:
        """Return what the cuts lack at a point [M CNY]; those that it breaks enter the master."""
        problem = self.planner._problem
        if not isinstance(problem, MasterProblem):
            return 0.0
        master = problem.master
        master.learn(values)
        missing = master.cuts.broken(values)
        master.cuts.enter(list(missing))
        return master.shortfall(missing)

    @property
    def _session(self) -> Session:
        return self.planner._problem.session

    def _it_mw(self, values: Array) -> pd.Series:
        m, year = self.planner.m, self.planner.inputs.years[-1]
        columns = self._session.columns_at(m.compute.it_new_gw, [(s, year) for s in self.sites])
        it_mw: Any = np.maximum(0.0, values[columns]) * MW_PER_GW
        return pd.Series(it_mw.round(_ROUND) + 0.0, index=self.sites)
