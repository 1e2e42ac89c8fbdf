"""The search among plans with one site for each node: only over arcs that a better plan can use."""

from __future__ import annotations

import math
import time

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from benchmarks.location.clusters import Known, of_clusters
from benchmarks.location.formulation import CLASS, YEAR, Array, Scale, node_names, site_names
from benchmarks.location.instance import Instance, Mask
from benchmarks.location.knapsacks import Lagrangian, best_prices
from optim.claims import Run
from optim.session import Session
from optim.tables import InfeasibleError

FIRST_SHARE, WIDER = 0.01, 3.0  # first look at arcs of plans up to 1 % over the bound
FOUND_GAP_SHARE = 0.02  # of the first plan, which need not be the best
HEURISTICS = 0.05
ROUNDING = 1e-6

Columns = NDArray[np.int32]


def narrowed(
    m: pyo.ConcreteModel, session: Session, instance: Instance, scale: Scale, time_limit_s: float
) -> Run:
    """Return the run that proves the best plan.

    Where the relaxation is near enough, the best plan is found among clusters (`clusters`), and the model
    prices it. Else first a good plan among arcs that cheap plans may use, then the best one: arcs that only
    plans as dear as that use (`knapsacks`) are left out, and for the prices the knapsack of each site bounds
    what its arcs save.

    Parameters
    ----------
    m, session, instance, scale
        The model, unsolved.
    time_limit_s : float
        For the whole [s].
    """
    ends = time.monotonic() + time_limit_s
    relaxed = best_prices(instance)
    arcs = _columns(m, session, instance)
    plan = of_clusters(instance, relaxed, ends)
    if plan.proven:
        return _taken_over(session, arcs, plan)
    _limit_savings(m, session, instance, relaxed, arcs)
    session.highs.setOptionValue("mip_pscost_minreliable", 1)
    value = _first_plan(session, relaxed, arcs, ends) / scale.m_cny
    start = session.values()
    if plan.value < value:
        value = _taken_over(session, arcs, plan).objective / scale.m_cny
        start = session.values()
    room = value - 1.0 + ROUNDING if instance.whole else value
    used = (arcs >= 0) & (start[arcs] > 0.5)
    _hold(session, arcs, (relaxed.by_arc > room + ROUNDING * abs(room) * (not instance.whole)) & ~used)
    return session.solve_integer(0.0, max(ends - time.monotonic(), 0.0), start, 0.0)


def _taken_over(session: Session, arcs: Columns, plan: Known) -> Run:
    """Return the model's own run with the arcs of a plan held, all others left out."""
    used = np.zeros(arcs.shape, dtype=bool)
    used[plan.site, np.arange(arcs.shape[1])] = True
    _hold(session, arcs, ~used)
    return session.solve_integer(0.0, math.inf, None, HEURISTICS)


def _columns(m: pyo.ConcreteModel, session: Session, instance: Instance) -> Columns:
    """Return the columns of `assigned` (sites by nodes), -1 where there is none."""
    sites, nodes = site_names(instance), node_names(instance)
    columns = np.full(instance.cost.shape, -1, dtype=np.int32)
    at = np.nonzero(instance.allowed)
    keys = [(sites[i], nodes[j], CLASS, YEAR) for i, j in zip(*at, strict=True)]
    columns[at] = session.columns_of([m.benchmark.assigned[key] for key in keys])
    return columns


def _first_plan(session: Session, relaxed: Lagrangian, arcs: Columns, ends: float) -> float:
    """Return the cost of a good plan in the model's unit, found among few arcs; more, if those hold none."""
    share = FIRST_SHARE
    while True:
        left_out = relaxed.by_arc > relaxed.bound * (1 + share)
        _hold(session, arcs, left_out)
        try:
            left_s = max(ends - time.monotonic(), 0.0)
            return session.solve_integer(FOUND_GAP_SHARE, left_s, None, HEURISTICS).objective
        except InfeasibleError:
            if not (left_out & (arcs >= 0)).any():
                raise
            share = share * WIDER if share < 1.0 else math.inf


def _hold(session: Session, arcs: Columns, left_out: Mask) -> None:
    """Hold the arcs left out at 0, and give the others back their bounds."""
    session.free(arcs[~left_out])
    session.fix(arcs[left_out], np.zeros(int(left_out.sum())))


def _limit_savings(
    m: pyo.ConcreteModel, session: Session, instance: Instance, relaxed: Lagrangian, arcs: Columns
) -> None:
    """Add rows k[i] x opened[i] - sum over j of (v[j] - c[i,j]) x assigned[i,j] >= 0."""
    opened = session.columns_of([m.compute.opened[s, YEAR] for s in site_names(instance)])
    saving: Array = relaxed.price - instance.cost.astype(float)
    starts: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for i, row in enumerate(arcs):
        starts.append(len(columns))
        known = np.flatnonzero(row >= 0)
        columns += [int(opened[i]), *row[known].tolist()]
        values += [float(relaxed.worth[i]), *(-saving[i, known]).tolist()]
    session.add_rows(
        np.zeros(len(arcs)),
        np.asarray(starts, dtype=np.int32),
        np.asarray(columns, dtype=np.int32),
        np.asarray(values, dtype=float),
    )
