"""Solves draws: each from the same state, so that its answer does not depend on the draws before it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from geodata.tables import Survey
from optim.inputs import MW_PER_GW, Inputs, prepare
from optim.options import Settings, alone
from optim.plant_energy import Array
from optim.robust.corners import (
    Known,
    Plants,
    Priced,
    basis_of,
    known_of,
    make_corner_pricing,
    priced_plants,
    statuses,
)
from optim.robust.factors import Factors, noisy
from optim.stop import Stop
from optim.tables import PlanError
from optim.warm.answer import unserved_mw
from optim.warm.master import MasterProblem
from optim.warm.solved import Solved
from optim.warm.whole import WholeProblem
from optim.whole import is_whole
from optim.workers import workers

GAP_SHARE = 1e-3
LEVELS = (0.8, 0.9, 1.0, 1.15)  # closer below 1: there wind and sun give way to the grid
_ROUND, _SMALL = 6, 1e-9
Say = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Base:
    """What every process of the draws knows: the problem without errors, and what its solve left."""

    survey: Survey
    settings: Settings
    integers: bool
    gap_share: float
    basis: Any = None
    priced: Priced | None = None
    known: Known | None = None


@dataclass(frozen=True, eq=False)
class Drawn:
    """The optimum of a draw: status, IT power of each site's campus in the last year [MW], cost [M CNY].

    `gap_share`: how far the cost may be from the optimum; in parts, by what its cuts lack.
    """

    status: str
    it_mw: Array
    objective_m_cny: float
    gap_share: float
    penalty_m_cny: float
    unserved_mw: float
    seconds: float
    message: str = ""


def solved_base(
    survey: Survey,
    settings: Settings,
    integers: bool,
    ends: tuple[float, float],
    gap_share: float = GAP_SHARE,
    say: Say = lambda _: None,
) -> tuple[Base, Drawn]:
    """Return what draws begin from, and the optimum without errors.

    Parameters
    ----------
    survey, settings : Survey, Settings
        The problem.
    integers : bool
        Search for plans with whole campuses and modules.
    ends : tuple of float
        Least and largest factor on a tariff, over all draws and places.
    gap_share : float
        Gap between cost and bound of a draw, relative; with integers that of the settings counts.
    say : callable
        Takes one line at each step.

    Raises
    ------
    PlanError
        There is no plan without errors; or whole plans are asked of a problem that is solved in parts.
    """
    inputs = prepare(survey, settings)
    start = Base(survey, alone(settings), integers, gap_share)
    if is_whole(inputs, settings.solve):
        base, solved = _whole(start, inputs)
        return base, solved
    if integers:
        raise PlanError(
            "--integers: this problem is solved in parts (optim.solve.method, whole_hours_max), where a draw "
            "with whole campuses takes minutes and its gap is wider than most differences; leave it out"
        )
    return _decomposed(start, settings, inputs, ends, say)


def _whole(start: Base, inputs: Inputs) -> tuple[Base, Drawn]:
    began = time.perf_counter()
    problem = WholeProblem(inputs, start.survey.accelerators, start.settings, Stop())
    relaxed = problem.solve(False, start.gap_share, start.settings.solve.time_limit_s)
    basis = statuses(problem.session.basis)
    base = Base(start.survey, start.settings, start.integers, start.gap_share, basis)
    solved = _search(problem, base) if start.integers else relaxed
    return base, _drawn(problem, solved, time.perf_counter() - began)


def _search(problem: WholeProblem | MasterProblem, base: Base) -> Solved:
    solve = base.settings.solve
    gap_share = solve.gap_share if base.integers else base.gap_share
    return problem.solve(base.integers, gap_share, solve.time_limit_s)


def _decomposed(
    start: Base, settings: Settings, inputs: Inputs, ends: tuple[float, float], say: Say
) -> tuple[Base, Drawn]:
    """Return the base of a problem in parts: solved once, its cuts priced at other levels of the tariff."""
    began, count = time.perf_counter(), settings.solve.workers
    here = start.settings.model_copy(
        update={"solve": start.settings.solve.model_copy(update={"workers": count})}
    )
    problem = MasterProblem(inputs, start.survey.accelerators, here, say, Stop())
    try:
        solved = problem.solve(False, start.gap_share, here.solve.time_limit_s)
        drawn = _drawn(problem, solved, time.perf_counter() - began)
    finally:
        problem.close()
    say("pricing plants at other tariffs")
    keys = [key for key, first in problem.master.twins.items() if key[2] == first]
    priced = priced_plants(inputs, keys, settings.penalty_m_cny_per_gw)
    levels = tariff_levels(ends)
    with workers(count, make_corner_pricing, (priced, levels)) as pool:
        known = known_of(problem.master, priced, levels, pool.ask)
    base = Base(start.survey, start.settings, False, start.gap_share, None, priced, known)
    return base, drawn


def tariff_levels(ends: tuple[float, float]) -> Array:
    """Return the factors on tariffs at which cuts are priced: both ends, 1, and some between.

    >>> tariff_levels((0.7, 1.2)).tolist(), tariff_levels((1.0, 1.0)).tolist()
    ([0.7, 0.8, 0.9, 1.0, 1.15, 1.2], [1.0])
    """
    low, high = min(ends[0], 1.0), max(ends[1], 1.0)
    return np.unique([low, *(level for level in LEVELS if low < level < high), 1.0, high])


def make_solve(base: Base) -> Callable[[int, Factors], Drawn]:
    """Return a function (number, factors) -> the optimum of a draw; its status says if there is none."""
    inputs = prepare(base.survey, base.settings)

    def solve(number: int, factors: Factors) -> Drawn:
        began = time.perf_counter()
        try:
            problem = _problem(base, noisy(inputs, factors), factors)
            return _drawn(problem, _search(problem, base), time.perf_counter() - began)
        except PlanError as error:
            none = np.full(len(inputs.sites), np.nan)
            lost = (np.nan, np.nan, np.nan, np.nan, time.perf_counter() - began, str(error))
            return Drawn(type(error).__name__.removesuffix("Error").lower(), none, *lost)

    return solve


def _problem(base: Base, inputs: Inputs, factors: Factors) -> WholeProblem | MasterProblem:
    types = base.survey.accelerators
    if base.known is None:
        whole = WholeProblem(inputs, types, base.settings, Stop())
        whole.session.start_from(basis_of(base.basis))
        return whole
    return _DrawnMaster(base, inputs, factors)


class _DrawnMaster(MasterProblem):
    """The master of a draw, with the base's cuts at the tariffs of the draw."""

    def __init__(self, base: Base, inputs: Inputs, factors: Factors) -> None:
        assert base.known is not None
        assert base.priced is not None
        self.say, self.stop = lambda _: None, Stop()
        factor = {str(s): float(v) for s, v in factors["tariffs"].items()}
        self._ask: Any = Plants(base.priced, base.known.bases, factor)
        self._build(inputs, base.survey.accelerators, base.settings)
        base.known.enter(self.master.cuts, factor)


def _drawn(problem: WholeProblem | MasterProblem, solved: Solved, seconds: float) -> Drawn:
    m, inputs = problem.model.pyomo, problem.inputs
    compiled, year = problem.session.compiled, problem.inputs.years[-1]
    columns = problem.session.columns_at(m.compute.it_new_gw, [(s, year) for s in inputs.sites])
    it_mw = np.maximum(0.0, solved.values[columns]) * MW_PER_GW
    unserved = unserved_mw(inputs, m, compiled, solved.values)
    gap = (solved.objective - solved.bound) / max(abs(solved.objective), _SMALL)
    costs = (solved.objective, max(0.0, gap), solved.penalty)
    return Drawn(solved.status, it_mw.round(_ROUND) + 0.0, *costs, unserved, seconds)
