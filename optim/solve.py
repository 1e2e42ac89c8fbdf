"""Solving: solver by name, gap, time limit; a time-out is never called infeasible."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any, Literal

import pyomo.environ as pyo
from pydantic import Field
from pyomo.contrib.solver.common.base import SolverBase
from pyomo.contrib.solver.common.factory import SolverFactory
from pyomo.contrib.solver.common.results import Results, TerminationCondition

from optim.settings import Frozen
from optim.tables import InfeasibleError, SolverError, TimeLimitError
from optim.threads import share_threads

Index = tuple[Any, ...]
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
    """How a solve ended: status optimal (to the gap) or time_limit (a plan, gap larger than asked)."""

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


def solve(m: pyo.ConcreteModel, settings: Settings) -> Outcome:
    """Return how the search ended, with the best plan loaded into `m`.

    Parameters
    ----------
    m : ConcreteModel
        The model.
    settings : Settings
        Gap and time limit.

    Raises
    ------
    InfeasibleError
        The solver proved that no plan exists.
    TimeLimitError
        The time limit came before any plan; says nothing about feasibility.
    SolverError
        Anything else.
    """
    solver = make_solver(settings)
    solver.config.rel_gap = settings.gap_share
    started = time.perf_counter()
    results = solver.solve(m)
    seconds = time.perf_counter() - started
    _raise_without_plan(results, settings)
    results.solution_loader.load_vars()
    done = results.termination_condition == TerminationCondition.convergenceCriteriaSatisfied
    bound = -math.inf if results.objective_bound is None else float(results.objective_bound)
    return Outcome("optimal" if done else "time_limit", float(results.incumbent_objective), bound, seconds)


def _raise_without_plan(results: Results, settings: Settings) -> None:
    condition = results.termination_condition
    if condition in _INFEASIBLE:
        raise InfeasibleError("no plan meets all hard rules and limits")
    if results.incumbent_objective is not None and math.isfinite(results.incumbent_objective):
        return
    if condition == TerminationCondition.maxTimeLimit:
        raise TimeLimitError(
            f"no plan was found within optim.solve.time_limit_s = {settings.time_limit_s:g}; "
            "this does not mean that there is none: give more time or a wider optim.solve.gap_share"
        )
    raise SolverError(f"{settings.solver} ended without a plan: {condition.name}")


@dataclass(frozen=True)
class Marginals:
    """Duals and reduced costs of a linear solve, by component and index; a missing key is 0."""

    objective: float
    duals: dict[str, dict[Index, float]]
    reduced_costs: dict[str, dict[Index, float]]


def integer_variables(m: pyo.ConcreteModel) -> list[Any]:
    """Return the integer variables of `m`."""
    return [v for v in m.component_data_objects(pyo.Var) if not v.is_continuous()]


def relaxed_marginals(m: pyo.ConcreteModel, settings: Settings, fixed: bool) -> Marginals:
    """Return duals and reduced costs with integrality dropped, or with the integers held at their values.

    Parameters
    ----------
    m : ConcreteModel
        Left as it was, but for the values of the variables.
    settings : Settings
        Solver.
    fixed : bool
        True: bounds of the integers are set to their rounded values, so that they get reduced costs too.
    """
    integers = integer_variables(m)
    kept = [(v, v.domain, v.lb, v.ub) for v in integers]
    for v, _, low, high in kept:
        v.domain = pyo.Reals  # and with it go the bounds 0 and 1 of a Binary
        v.setlb(round(v.value) if fixed else low)
        v.setub(round(v.value) if fixed else high)
    try:
        return _marginals(m, settings)
    finally:
        for v, domain, low, high in kept:
            v.domain = domain
            v.setlb(low)
            v.setub(high)


def _marginals(m: pyo.ConcreteModel, settings: Settings) -> Marginals:
    results = make_solver(settings).solve(m)
    _raise_without_plan(results, settings)
    if results.termination_condition != TerminationCondition.convergenceCriteriaSatisfied:
        raise TimeLimitError(
            "the linear solve that prices the plan ran out of time; raise optim.solve.time_limit_s"
        )
    loader = results.solution_loader
    loader.load_vars()
    duals: dict[str, dict[Index, float]] = {}
    for constraint, value in loader.get_duals().items():
        duals.setdefault(constraint.parent_component().name, {})[_key(constraint)] = value
    reduced: dict[str, dict[Index, float]] = {}
    for variable, value in loader.get_reduced_costs().items():
        reduced.setdefault(variable.parent_component().name, {})[_key(variable)] = value
    return Marginals(float(results.incumbent_objective), duals, reduced)


def _key(component: Any) -> Index:
    index = component.index()
    return index if isinstance(index, tuple) else (index,)
