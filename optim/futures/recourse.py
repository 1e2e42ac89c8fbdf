"""One future, hot in the solver: the best that it makes of a first stage."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from optim.arrays import ArrayModel
from optim.futures.cases import Array, FirstRows, Future, Key, Outcome
from optim.futures.elastic import Elastic
from optim.futures.energy import Energy, SharedCuts
from optim.futures.stage import first_columns, first_rows, near_columns
from optim.inputs import MW_PER_GW, prepare
from optim.model import fill_model
from optim.session import Session
from optim.tables import InfeasibleError
from optim.warm.rounds import Relaxed
from optim.warm.solved import penalty_costs
from optim.whole import is_whole

_BANDS = (0.0, 1e-9, 1e-7)  # a first stage from another solve is feasible to its tolerance
_LACK = 1e-6
_GAP_SHARE = 1e-7
_NO_SITES = pd.DataFrame(columns=["site_id", "province", "side", "year", "it_mw"])


class Recourse:
    """A future with its first stage free or held.

    In the whole form every hour is in the matrix; else energy stands as cuts, tightened at each answer.

    Parameters
    ----------
    future : Future
        Survey and settings.
    year : int
        Last year of the first stage.
    integers : bool
        Keep openings, modules and voltages whole (whole form only).
    known : SharedCuts
        Cuts of plants that other futures here have as well.
    """

    def __init__(self, future: Future, year: int, integers: bool, known: SharedCuts) -> None:
        settings = future.settings
        self.name = future.name
        self.inputs = prepare(future.survey, settings)
        self.is_whole = is_whole(self.inputs, settings.solve)
        form = "whole" if self.is_whole else "master"
        types = future.survey.accelerators
        self.model = fill_model(ArrayModel(name=form), self.inputs, types, settings, form)  # type: ignore[arg-type]
        self.session = Session(self.model.pyomo, settings.solve.threads, settings.solve.seed)
        self._solve_settings = settings.solve
        self._integers = integers and self.is_whole
        self._energy = None
        if not self.is_whole:
            self._energy = Energy(self.inputs, self.model, self.session, settings, known)
        self._penalties = penalty_costs(self.model, self.session.compiled.columns)
        self._all = first_columns(self.session.compiled, year)
        self._near = near_columns(self.session.compiled, year)
        self._keys: list[Key] = []
        self._columns = np.zeros(0, dtype=np.int32)
        self._elastic: Elastic | None = None

    def keys(self, _: Any = None) -> list[Key]:
        """Return the decisions of the first stage, as this future knows them."""
        return list(self._all)

    def rows(self, keys: list[Key]) -> FirstRows:
        """Return the bounds of a first stage and the rows that speak of nothing else."""
        self._take(keys)
        return first_rows(self.session.compiled, self._columns, self._near)

    def _take(self, keys: list[Key]) -> None:
        """Take these for the first stage, if others were; a worker may be new."""
        if keys != self._keys:
            self._keys, self._elastic = keys, None
            self._columns = np.asarray([self._all[key] for key in keys], dtype=np.int32)

    def alone(self, what: tuple[list[Key], float]) -> Outcome:
        """Return the plan of this future if it is known from the start; what is given as for `at`."""
        keys, gap_share = what
        self._take(keys)
        self.session.free(self._columns)
        try:
            return self._outcome(False, gap_share)
        except InfeasibleError as error:
            raise InfeasibleError(f"future {self.name}: {error}") from None

    def at(self, what: tuple[list[Key], Array, float]) -> Outcome:
        """Return the best that this future makes of a first stage; how far off one is that it cannot have.

        Parameters
        ----------
        what : (list of Key, array, float)
            What the first stage decides, and how; share of the cost by which energy may be short, where it
            stands as cuts.
        """
        keys, first, gap_share = what
        self._take(keys)
        lower, upper = self._bounds()
        held = np.clip(first, lower, upper)
        held = np.where(self._whole(), np.round(held), held) if self._integers else held
        for band in _BANDS:
            self._hold(np.maximum(lower, held - band), np.minimum(upper, held + band))
            try:
                return self._outcome(True, gap_share)
            except InfeasibleError:
                continue
        return self._beyond(first)

    def _hold(self, lower: Array, upper: Array) -> None:
        self.session.highs.changeColsBounds(len(self._columns), self._columns, lower, upper)

    def _bounds(self) -> tuple[Array, Array]:
        compiled = self.session.compiled
        return compiled.lower[self._columns], compiled.upper[self._columns]

    def _whole(self) -> Any:
        return self.session.compiled.integer[self._columns]

    def _beyond(self, first: Array) -> Outcome:
        self._elastic = self._elastic or Elastic(self.session, self._columns)
        lack, slope = self._elastic.at(first)
        return Outcome(math.inf, 0.0, first, slope, _NO_SITES, max(lack, _LACK))

    def _outcome(self, is_held: bool, gap_share: float) -> Outcome:
        if self._energy:
            return self._in_parts(self._energy.solve(gap_share), is_held)
        session = self.session
        session.solve_relaxed()
        cost, values = session.objective(), session.values()
        slope = session.reduced_costs()[self._columns]
        if self._integers:
            limits = self._solve_settings
            run = session.solve_integer(_GAP_SHARE, limits.time_limit_s, None, limits.heuristic_share)
            cost, values = run.objective, session.values()
        penalty = float(self._penalties @ values)
        return Outcome(cost, penalty, values[self._columns], slope, self._sites(values))

    def _in_parts(self, found: Relaxed, is_held: bool) -> Outcome:
        best, columns = found.best, self._columns
        first, slope = best.values[columns], found.outer.slopes[columns]
        # The cut is that of the master at its optimum, elsewhere within the band of what is held.
        moved = float(slope @ (first - found.outer.values[columns])) if is_held else 0.0
        return Outcome(
            cost_m_cny=best.cost,
            penalty_m_cny=float(self._penalties @ best.values) + best.penalties,
            first=first,
            slope=slope,
            sites=self._sites(best.values),
            short_m_cny=best.cost - found.bound - moved,
        )

    def _sites(self, values: Array) -> pd.DataFrame:
        stretch = self.session.compiled.columns[self.model.pyomo.compute.it_new_gw]
        it_mw = np.clip(values[stretch.start : stretch.stop], 0.0, None) * MW_PER_GW
        table = pd.DataFrame(list(stretch.members()), columns=["site_id", "year"]).assign(it_mw=it_mw)
        for column in ("province", "side"):
            table[column] = table["site_id"].map(self.inputs.site[column])
        return table[list(_NO_SITES.columns)]


def make_recourse(shared: tuple[dict[str, Future], int, bool]) -> Callable[[Any, Any], Any]:
    """Return a function (future, (what, argument)) -> what `Recourse` answers; futures are made as asked."""
    futures, year, integers = shared
    hot: dict[str, Recourse] = {}
    known = SharedCuts()

    def solve(name: str, question: tuple[str, Any]) -> Any:
        if name not in hot:
            hot[name] = Recourse(futures[name], year, integers, known)
        what, argument = question
        return getattr(hot[name], what)(argument)

    return solve
