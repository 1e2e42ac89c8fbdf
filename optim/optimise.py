"""The door of `optim`: survey and settings in, a checked plan out."""

from __future__ import annotations

import time
from collections.abc import Callable

import pandas as pd
import pyomo.environ as pyo
from pydantic import Field

from geodata.tables import Survey, checked
from optim import results as tables_of
from optim.accelerators import accelerator_use
from optim.blocks.compute import Settings as CampusSettings
from optim.blocks.workload import Settings as WorkloadSettings
from optim.equivalents import equivalent_table
from optim.inputs import CoolingSettings, Inputs, LatencySettings, prepare
from optim.limits import limit_table
from optim.model import Model, build_model
from optim.nothing import why_nothing
from optim.rule_use import rule_table
from optim.settings import CostSettings, Frozen
from optim.solve import Marginals, Outcome, make_solver, relaxed_marginals, solve
from optim.solve import Settings as SolveSettings
from optim.tables import MODELS, InfeasibleError, Results, Solution

Say = Callable[[str], None]
OTHERWISE = (
    "no single limit explains it; look at headroom, latency, build rates, and whether the least campus costs "
    "more than optim.workload.unserved_penalty_m_cny_per_mw"
)
WIDEN = "Make a rule soft (geodata.policy.hardness), switch it off (geodata.policy.off) or widen a limit"


class Settings(Frozen):
    """Options of the optimisation."""

    campus: CampusSettings = Field(CampusSettings(), description="size and pace of campuses")
    workload: WorkloadSettings = Field(WorkloadSettings(), description="demand that cannot be placed")
    cooling: CoolingSettings = Field(CoolingSettings(), description="cooling technology")
    latency: LatencySettings = Field(LatencySettings(), description="what counts as within a class limit")
    costs: CostSettings = Field(CostSettings(), description="price basis, factors and replaced cost items")
    solve: SolveSettings = Field(SolveSettings(), description="solver, gap and limits")


def optimise(survey: Survey, settings: Settings, say: Say | None = None) -> Results:
    """Return the plan of least siting cost to the stated gap.

    Three solves: the linear relaxation (which other sites would do as well), the integer search, and the
    linear programme with the integers held, from which all tables and duals come, so that the plan is priced
    outside the search.

    Parameters
    ----------
    survey : Survey
        Checked tables.
    settings : Settings
        Options.
    say : callable, optional
        Takes one line at each step.

    Returns
    -------
    Results
        Tables of `optim.tables`, and how the solve ended.

    Raises
    ------
    InfeasibleError, TimeLimitError, SolverError
        No plan; see `optim.solve.solve`.
    geodata.tables.TableError
        Tables that do not fit together.
    """
    tell = say or (lambda line: None)
    make_solver(settings.solve)
    started = time.perf_counter()
    inputs = prepare(survey, settings.cooling, settings.latency, settings.costs)
    tell(f"building the model: {len(inputs.sites)} sites, {len(inputs.arcs)} arcs, {len(inputs.years)} years")
    model = build_model(inputs, settings.campus, settings.workload)
    seconds_build = time.perf_counter() - started
    tell("solving the linear relaxation")
    relaxed = _guarded(lambda: relaxed_marginals(model.pyomo, settings.solve, fixed=False), inputs, settings)
    tell(f"searching to a gap of {settings.solve.gap_share:.2%}, at most {settings.solve.time_limit_s:g} s")
    outcome = _guarded(lambda: solve(model.pyomo, settings.solve), inputs, settings)
    tell("pricing the plan with its integers held")
    priced = relaxed_marginals(model.pyomo, settings.solve, fixed=True)
    seconds_solve = time.perf_counter() - started - seconds_build
    return _results(survey, inputs, settings, model, outcome, relaxed, priced, (seconds_build, seconds_solve))


def _guarded(step: Callable, inputs: Inputs, settings: Settings):  # type: ignore[no-untyped-def]
    """Return what `step` returns; say which hard limits stand when there is no plan."""
    try:
        return step()
    except InfeasibleError as error:
        hard = [f"{r.rule_id} ({r.kind} {r.number:g})" for r in inputs.rules if r.hard]
        limits = [
            f"optim.campus.largest_province_share = {settings.campus.largest_province_share:g}",
            f"optim.workload.allow_unserved = {str(settings.workload.allow_unserved).lower()}",
        ]
        raise InfeasibleError(
            f"{error}. Hard rules in force: {', '.join(hard) or 'none'}. Limits: {', '.join(limits)}. "
            f"{_reasons(inputs, settings)}. {WIDEN}"
        ) from None


def why_unplaced(survey: Survey, settings: Settings) -> str:
    """Return, in words, what may keep a plan from placing any load, and what to do about it."""
    inputs = prepare(survey, settings.cooling, settings.latency, settings.costs)
    return f"no load finds a place at all: {_reasons(inputs, settings)}. {WIDEN}"


def _reasons(inputs: Inputs, settings: Settings) -> str:
    found = why_nothing(inputs, settings.campus, settings.cooling.technology)
    return "; ".join(found) or OTHERWISE


def _results(
    survey: Survey,
    inputs: Inputs,
    settings: Settings,
    model: Model,
    outcome: Outcome,
    relaxed: Marginals,
    priced: Marginals,
    seconds: tuple[float, float],
) -> Results:
    build = tables_of.build_table(model, inputs)
    costs = tables_of.cost_table(model, inputs)
    solution = _solution(
        model, inputs, settings, outcome, priced, float(costs["discounted_m_cny"].sum()), seconds
    )
    made = {
        "build": build,
        "upgrades": tables_of.upgrade_table(model),
        "flows": tables_of.flow_table(model, inputs, survey.links),
        "unserved": tables_of.unserved_table(model, inputs),
        "operation": tables_of.operation_table(model, inputs, build),
        "costs": costs,
        "accelerators": accelerator_use(survey.accelerators, new_it_by_year(build)),
        "rules": rule_table(model.pyomo, inputs, priced, relaxed),
        "prices": limit_table(model.pyomo, priced, relaxed),
        "equivalents": equivalent_table(model, inputs, build, relaxed, settings.solve.gap_share),
    }
    return Results(**{k: checked(t, MODELS[k], f"result {k}") for k, t in made.items()}, solution=solution)


def new_it_by_year(build: pd.DataFrame) -> pd.Series:
    """Return the IT power added in each year [MW], campus and given load, indexed by year."""
    standing = build.assign(it=build["it_mw"] + build["given_it_mw"]).groupby("year")["it"].sum()
    return standing.diff().fillna(standing).clip(lower=0)


def _solution(
    model: Model,
    inputs: Inputs,
    settings: Settings,
    outcome: Outcome,
    priced: Marginals,
    siting_cost: float,
    seconds: tuple[float, float],
) -> Solution:
    m = model.pyomo
    gap = max(0.0, priced.objective - outcome.bound)
    integers = sum(1 for v in m.compute.opened.values()) + sum(1 for v in m.compute.modules.values())
    return Solution(
        solver=settings.solve.solver,
        status=outcome.status,
        objective_m_cny=priced.objective,
        bound_m_cny=outcome.bound,
        gap_share=gap / siting_cost if siting_cost > 0 else 0.0,
        gap_m_cny=gap,
        siting_cost_m_cny=siting_cost,
        penalty_m_cny=tables_of.penalty_total(model, inputs),
        seconds_build=seconds[0],
        seconds_solve=seconds[1],
        columns=sum(len(c) for c in m.component_objects(pyo.Var)),
        rows=sum(len(c) for c in m.component_objects(pyo.Constraint)),
        integers=integers,
    )
