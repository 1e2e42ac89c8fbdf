"""Solving: solver by name, gap, time limit; a time-out is never called infeasible."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyomo.environ as pyo
from pydantic import Field
from pyomo.contrib.solver.common.base import SolverBase
from pyomo.contrib.solver.common.factory import SolverFactory
from pyomo.contrib.solver.common.results import Results, TerminationCondition

from optim.claims import Run, check_claim, check_point
from optim.dask_client import Address
from optim.settings import Frozen
from optim.standard import StandardForm, standard_form
from optim.stop import Stop
from optim.tables import InfeasibleError, SolverError, TimeLimitError
from optim.threads import share_threads

SOLVERS = ("highs", "gurobi_persistent", "gurobi_direct", "scip_direct")
_INFEASIBLE = (
    TerminationCondition.provenInfeasible,
    TerminationCondition.locallyInfeasible,
    TerminationCondition.infeasibleOrUnbounded,
)


class Settings(Frozen):
    """How hard to search."""

    method: Literal["auto", "whole", "decomposed"] = Field(
        "auto",
        description="whole: one model with every hour; decomposed: a master problem with cuts for the energy "
        "of each plant; auto: whole up to whole_hours_max",
    )
    whole_hours_max: int = Field(
        3_000, ge=0, description="plants x years x hours up to which auto takes the whole model"
    )
    cut_gap_share: float = Field(
        1e-3,
        gt=0,
        lt=1,
        description="share of the cost by which cuts may be short when they are tight enough",
    )
    rounds_max: int = Field(
        40, ge=1, description="most rounds of cuts with all campuses, and of cuts for a plan that is held"
    )
    searches_max: int = Field(3, ge=1, description="most integer searches")
    workers: int = Field(2, ge=1, le=64, description="processes that price the energy of plants")
    scheduler: Address | None = Field(
        None,
        description="address of a Dask scheduler, such as tcp://host:8786: its workers price the energy of "
        "plants, in place of processes here (decomposed form)",
    )
    solver: str = Field(
        "highs",
        description="solver of the whole model: highs, gurobi_persistent, gurobi_direct or scip_direct; the "
        "decomposed form is solved by highs",
    )
    gap_share: float = Field(1e-3, gt=0, lt=1, description="relative gap at which the search may stop")
    time_limit_s: float = Field(600.0, gt=0, description="time limit of the search [s]")
    threads: int = Field(2, ge=1, le=256, description="threads of the solver")
    heuristic_share: float = Field(
        0.5, ge=0, le=1, description="share of the search spent on finding plans rather than proving (HiGHS)"
    )
    seed: int = Field(1, ge=0, description="random seed of the solver")


@dataclass(frozen=True)
class Outcome:
    """How a solve ended: optimal (to the gap), or time_limit or interrupted (gap larger than asked)."""

    status: str
    objective: float
    bound: float
    seconds: float


def make_solver(settings: Settings) -> SolverBase:
    """Return the solver, ready to use.

    Parameters
    ----------
    settings : Settings
        Name, gap, threads, seed. Pyomo's newer interfaces are used, since they honour the time limit.

    Raises
    ------
    SolverError
        If the name is unknown or the solver is not installed.
    """
    if settings.solver not in SOLVERS:
        raise SolverError(
            f"optim.solve.solver: found {settings.solver!r}, expected one of {', '.join(SOLVERS)}"
        )
    solver = SolverFactory(settings.solver)
    if not solver.available():
        raise SolverError(
            f"optim.solve.solver: {settings.solver} is not installed here; highs comes with the package"
        )
    solver.config.load_solutions = False
    solver.config.raise_exception_on_nonoptimal_result = False
    solver.config.threads = settings.threads
    solver.config.time_limit = settings.time_limit_s
    if settings.solver == "highs":
        share_threads(settings.threads)
        solver.config.solver_options = {
            "random_seed": settings.seed,
            "mip_heuristic_effort": settings.heuristic_share,
        }
    return solver


def solve(
    m: pyo.ConcreteModel, settings: Settings, stop: Stop | None = None, form: StandardForm | None = None
) -> Outcome:
    """Return how the search ended, with the best plan loaded into `m`.

    Parameters
    ----------
    m : ConcreteModel
        The model.
    settings : Settings
        Gap and time limit.
    stop : Stop, optional
        A wish that may end the search. HiGHS heeds it; other solvers run until their time is over.
    form : StandardForm, optional
        Of the model, if it is known already.

    Raises
    ------
    InfeasibleError
        The solver proved that no plan exists.
    TimeLimitError
        The time limit came before any plan; says nothing about feasibility.
    StoppedError
        The search was ended before any plan.
    FalseOptimumError
        The plan, its cost or the bound are not what the solver says (`optim.claims`).
    SolverError
        Anything else.
    """
    solver = make_solver(settings)
    solver.config.rel_gap = settings.gap_share
    started = time.perf_counter()
    results = run_solver(solver, m, stop)
    seconds = time.perf_counter() - started
    raise_without_plan(results, settings, stop)
    results.solution_loader.load_vars()
    done = results.termination_condition == TerminationCondition.convergenceCriteriaSatisfied
    bound = -math.inf if results.objective_bound is None else float(results.objective_bound)
    run = Run(float(results.incumbent_objective), bound, done)
    _check(form or standard_form(m), run)
    early = "interrupted" if stop and stop.is_wanted else "time_limit"
    return Outcome("optimal" if done else early, run.objective, bound, seconds)


def run_solver(solver: SolverBase, m: pyo.ConcreteModel, stop: Stop | None) -> Results:
    """Return what the solver found until it ended, or a wish to stop ended it."""

    def cancel() -> None:
        if highs := getattr(solver, "_solver_model", None):
            highs.cancelSolve()

    if stop is None:
        return solver.solve(m)
    with _quiet_about_interrupts():
        return stop.run(lambda: solver.solve(m), cancel)


@contextmanager
def _quiet_about_interrupts() -> Iterator[None]:
    """Keep back what Pyomo warns of when a user ends HiGHS: it does not know that status."""
    log = logging.getLogger("pyomo.contrib.solver.solvers.highs")

    def is_other(record: logging.LogRecord) -> bool:
        return "kInterrupt" not in record.getMessage()

    log.addFilter(is_other)
    try:
        yield
    finally:
        log.removeFilter(is_other)


def _check(form: StandardForm, run: Run) -> None:
    """Refuse the values in a model, and what the solver says of them, if they do not hold outside of it."""
    values = np.asarray([v.value for v in form.variables], dtype=float)
    names = {"row": form.rows, "column": form.variables}
    check_point(form.part, [], values, lambda kind, number: str(names[kind][number].name))
    cost = float(form.part.cost @ values) + form.part.offset
    check_claim(run, cost, known=run.objective)


def raise_without_plan(results: Results, settings: Settings, stop: Stop | None = None) -> None:
    """Raise the error that says why there is no plan, if there is none."""
    condition = results.termination_condition
    if condition in _INFEASIBLE:
        raise InfeasibleError("no plan meets all hard rules and limits")
    if results.incumbent_objective is not None and math.isfinite(results.incumbent_objective):
        return
    if stop:
        stop.check()
    if condition == TerminationCondition.maxTimeLimit:
        raise TimeLimitError(
            f"no plan was found within optim.solve.time_limit_s = {settings.time_limit_s:g}; "
            "this does not mean that there is none: give more time or a wider optim.solve.gap_share"
        )
    raise SolverError(f"{settings.solver} ended without a plan: {condition.name}")
