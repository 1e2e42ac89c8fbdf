"""Duals and reduced costs of the model in Pyomo: of its relaxation, or with the integers held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyomo.environ as pyo
from pyomo.contrib.solver.common.results import TerminationCondition

from optim.solve import Settings, make_solver, raise_without_plan, run_solver
from optim.stop import Stop
from optim.tables import TimeLimitError

Index = tuple[Any, ...]
_FEASIBLE_GW = 1e-8  # the audit allows 10 W; the 100 W that HiGHS allows are much beside a small battery


@dataclass(frozen=True)
class Marginals:
    """Duals and reduced costs of a linear solve, by component and index; a missing key is 0."""

    objective: float
    duals: dict[str, dict[Index, float]]
    reduced_costs: dict[str, dict[Index, float]]


def integer_variables(m: pyo.ConcreteModel) -> list[Any]:
    """Return the integer variables of `m`."""
    return [v for v in m.component_data_objects(pyo.Var) if not v.is_continuous()]


def relaxed_marginals(
    m: pyo.ConcreteModel, settings: Settings, fixed: bool, stop: Stop | None = None
) -> Marginals:
    """Return duals and reduced costs with integrality dropped, or with the integers held at their values.

    Parameters
    ----------
    m : ConcreteModel
        Left as it was, but for the values of the variables.
    settings : Settings
        Solver.
    fixed : bool
        True: bounds of the integers are set to their rounded values, so that they get reduced costs too.
    stop : Stop, optional
        A wish that may end the solve.
    """
    integers = integer_variables(m)
    kept = [(v, v.domain, v.lb, v.ub) for v in integers]
    for v, _, low, high in kept:
        v.domain = pyo.Reals  # and with it go the bounds 0 and 1 of a Binary
        v.setlb(round(v.value) if fixed else low)
        v.setub(round(v.value) if fixed else high)
    try:
        return _marginals(m, settings, stop)
    finally:
        for v, domain, low, high in kept:
            v.domain = domain
            v.setlb(low)
            v.setub(high)


def _marginals(m: pyo.ConcreteModel, settings: Settings, stop: Stop | None) -> Marginals:
    solver = make_solver(settings)
    if settings.solver == "highs":
        solver.config.solver_options["primal_feasibility_tolerance"] = _FEASIBLE_GW
    results = run_solver(solver, m, stop)
    raise_without_plan(results, settings, stop)
    if stop:
        stop.check()
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
