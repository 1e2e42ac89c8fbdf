"""The proven best plan of a location problem."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyomo.environ as pyo

from benchmarks.location.formulation import TECHNOLOGY, YEAR, Array, Scale, build, scale_of, site_names
from benchmarks.location.instance import Instance, Number
from benchmarks.location.knapsacks import fits
from benchmarks.location.narrowing import narrowed
from benchmarks.location.pricing import compare, price
from benchmarks.location.search import good_sites
from optim.claims import Run
from optim.session import Session

HEURISTICS = 0.05  # share of the search that HiGHS spends on finding plans, its own default
UNREACHED = 1e6  # cost of a pair out of reach over the dearest one, in the search for a start


@dataclass(frozen=True)
class Solution:
    """The best plan.

    Attributes
    ----------
    value : number
        Its cost, or the demand covered, exactly.
    bound : float
        What no plan can beat, by the solver.
    proven : bool
        The search was completed.
    opened : list of int
        Sites, from 0.
    """

    value: Number
    bound: float
    proven: bool
    opened: list[int]


def solve(instance: Instance, time_limit_s: float = math.inf) -> Solution:
    """Return the best plan of the blocks' model for an instance, re-priced.

    Parameters
    ----------
    instance : Instance
        Checked.
    time_limit_s : float
        Time limit of the search [s].

    Raises
    ------
    InfeasibleError, TimeLimitError, SolverError
        No plan; or the model's plan costs other than what the instance says.
    """
    scale = scale_of(instance)
    m = build(instance, scale).pyomo
    session = Session(m, threads=1)
    unit = scale.gw if instance.cover else scale.m_cny
    if instance.whole:
        session.highs.setOptionValue("mip_abs_gap", 0.99 * unit)  # whole values: nothing lies in between
    run = _search(m, session, instance, scale, time_limit_s)
    session.load(session.values())
    opened = [k for k, s in enumerate(site_names(instance)) if pyo.value(m.compute.opened[s, YEAR]) > 0.5]
    value = price(m, session, instance, scale, opened)
    compare(instance, value, run.objective / unit)
    bound = run.bound / unit
    return Solution(
        value, float(sum(instance.demand)) - bound if instance.cover else bound, run.complete, opened
    )


def _search(
    m: pyo.ConcreteModel, session: Session, instance: Instance, scale: Scale, time_limit_s: float
) -> Run:
    """Return the solver's run, started in the way that suits the problem."""
    if fits(instance):
        return narrowed(m, session, instance, scale, time_limit_s)
    if instance.capacity is not None:
        return session.solve_integer(0.0, time_limit_s, None, HEURISTICS)
    # The start is near the best and the relaxation tight: look neither for plans nor for what to branch on.
    session.highs.setOptionValue("mip_pscost_minreliable", 0)
    return session.solve_integer(0.0, time_limit_s, _start(m, session, instance), 0.0)


def _start(m: pyo.ConcreteModel, session: Session, instance: Instance) -> Array:
    """Return a point with good sites open; HiGHS adds the rest."""
    cost = instance.cost.astype(float)
    if instance.cover:
        cost = np.where(instance.allowed, 0.0, instance.demand.astype(float))
    else:
        dearest = max(float(cost.max()), float(max(instance.opening)), 1.0)
        cost = np.where(instance.allowed, cost, UNREACHED * dearest)
    chosen = good_sites(instance.opening.astype(float), cost, instance.count)
    names = site_names(instance)
    variables = [m.compute.opened[names[k], YEAR] for k in chosen]
    variables += [m.compute.modules[names[k], TECHNOLOGY, YEAR] for k in chosen]
    point = np.zeros(session.compiled.columns.size)
    columns = session.columns_of(variables)
    point[columns[columns >= 0]] = 1.0
    return point
