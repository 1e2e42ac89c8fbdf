"""The front door: the best plan of an assignment found, and a bound that holds for every plan.

Bound: the larger of two. The Lagrangian bound (`optim.assignment.relaxed`) counts every site, every arc
within its latency limit and every row x <= y, and at the end of pricing equals the linear relaxation of the
whole problem (`optim.assignment.columns`); the bound of the integer search holds for all arcs because those
it leaves out are pooled at a cost that no plan is below (`optim.assignment.search`). The cost is that of a
plan over all arcs.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from optim.assignment.columns import price_out
from optim.assignment.master import Master, restricted
from optim.assignment.near import near
from optim.assignment.nodes import Nodes, merged
from optim.assignment.problem import Array, Assignment, Mask, Whole, checked
from optim.assignment.relaxed import Relaxed, relax
from optim.assignment.search import search

TRIALS = 40  # of closing a site
ROUNDING = 1e-9  # smallest gap that is told from none
FULL = 1e-6  # of a site, under which it counts as closed
WIDTHS = (0.01, 0.03, 0.1, 0.3, math.inf)


class Settings(BaseModel):
    """How an assignment is solved."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gap_share: float = Field(1e-3, ge=0, description="Relative gap between cost and bound at which to stop")
    near_count: int = Field(5, ge=1, description="Cheapest arcs of each node to begin with")
    time_limit_s: float = Field(math.inf, gt=0, description="Time limit of the integer search [s]")


@dataclass(frozen=True)
class Plan:
    """A plan of an assignment.

    Attributes
    ----------
    opened : array of bool (sites,)
        Open sites.
    served : DataFrame
        site, zone, class_index (all from 0), load_gw: who is served from where.
    unserved_gw : array (zones, classes)
        Load left unserved.
    cost_m_cny : float
        Cost, penalty of unserved load included.
    bound_m_cny : float
        No plan costs less.
    arcs : int
        Arcs that entered the model, of all that the latency limits allow.
    """

    opened: Mask
    served: pd.DataFrame
    unserved_gw: Array
    cost_m_cny: float
    bound_m_cny: float
    arcs: int

    @property
    def gap_share(self) -> float:
        """Return cost over bound, less 1, relative to the cost."""
        return max(0.0, 1.0 - self.bound_m_cny / self.cost_m_cny) if self.cost_m_cny > 0 else 0.0


def assign(problem: Assignment, settings: Settings | None = None) -> Plan:
    """Return a plan within the gap of the best, if the time limit allows.

    Parameters
    ----------
    problem : Assignment
        Sites, zones, classes and what serving costs.
    settings : Settings, optional
        Gap, time limit.

    Raises
    ------
    TableError
        The problem's figures do not fit each other.
    SolverError
        HiGHS fails.
    """
    asked = settings or Settings()
    ends = time.monotonic() + asked.time_limit_s
    nodes = merged(checked(problem))
    master = restricted(nodes)
    master.enter(master.missing(*near(nodes, asked.near_count)))
    relaxed, values = price_out(master)
    gap = max(asked.gap_share, ROUNDING)
    best = _closed(master, relaxed, _tried(master, _rounded(nodes, values)), values, gap)
    bound = relaxed.bound
    for width in WIDTHS:
        left = ends - time.monotonic()
        if best.value - bound <= gap * best.value or left <= 0:
            break
        linked = master.key[master.linked]
        found = search(nodes, relaxed, best.opened, best.value, linked, width, gap, left)
        bound = max(bound, found.bound)
        if found.opened is not None and (found.opened != best.opened).any():
            best = min(best, _tried(master, found.opened), key=lambda tried: tried.value)
    return _plan(nodes, best, bound, len(master.key))


@dataclass(frozen=True)
class _Tried:
    """A plan over all arcs with given sites: cost [M CNY], shares of arcs, unserved shares of nodes."""

    value: float
    opened: Mask
    site: Whole
    node: Whole
    share: Array
    unserved: Array


def _rounded(nodes: Nodes, values: Array) -> Mask:
    """Return the sites that the relaxation opens in part; the largest parts where their number is given."""
    part, count = values[: len(nodes.capacity)], nodes.problem.open_count
    if count is None:
        return np.asarray(part > FULL)
    opened = np.zeros(len(part), dtype=bool)
    opened[np.argsort(-part, kind="stable")[:count]] = True
    return opened


def _closed(master: Master, relaxed: Relaxed, best: _Tried, values: Array, gap: float) -> _Tried:
    """Return the plan after closing sites that the relaxation opens in part, least first, where it pays."""
    nodes, part = master.nodes, values[: len(best.opened)]
    partly = np.flatnonzero(best.opened & (part < 1.0 - FULL) & (nodes.problem.open_count is None))
    for site in partly[np.argsort(part[partly], kind="stable")][:TRIALS]:
        if best.value - relaxed.bound <= gap * best.value:
            break
        fewer = best.opened.copy()
        fewer[site] = False
        if relax(nodes, relaxed.price, fewer).bound < best.value:
            best = min(best, _tried(master, fewer), key=lambda tried: tried.value)
    return best


def _tried(master: Master, opened: Mask) -> _Tried:
    """Return the best plan over all arcs with these sites open."""
    _, values = price_out(master, opened)
    sites, many = len(opened), len(master.nodes.demand)
    share = values[master.ahead : master.ahead + len(master.key)]
    used = share > 0
    node, site, unserved = master.node[used], master.site[used], values[sites : sites + many]
    cost = master.nodes.costs_of(site, node) @ share[used]
    cost += master.nodes.problem.opening_m_cny[opened].sum() + master.nodes.penalty @ unserved
    return _Tried(float(cost), opened, site, node, share[used], unserved)


def _plan(nodes: Nodes, tried: _Tried, bound: float, arcs: int) -> Plan:
    """Return the plan with the load of each node given back to its classes, by their part of the demand."""
    problem = nodes.problem
    parts, left = [], np.zeros(problem.demand_gw.shape)
    for k, group in enumerate(nodes.group_of):
        in_group = nodes.group == group
        left[nodes.zone[in_group], k] = tried.unserved[in_group] * problem.demand_gw[nodes.zone[in_group], k]
        kept = in_group[tried.node]
        zone = nodes.zone[tried.node[kept]]
        load = tried.share[kept] * problem.demand_gw[zone, k]
        parts.append(
            pd.DataFrame({"site": tried.site[kept], "zone": zone, "class_index": k, "load_gw": load})
        )
    served = pd.concat(parts, ignore_index=True)
    return Plan(tried.opened, served[served["load_gw"] > 0], left, tried.value, bound, arcs)
