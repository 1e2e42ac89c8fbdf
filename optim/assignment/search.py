"""The integer search over few arcs, with a bound that holds for all of them.

Only arcs near their price enter: those with cost + rent of the site <= (1 + width) x V of the node, at the
prices V and rents w of the linear relaxation. All others are pooled, so that the model stays a relaxation
of the whole problem and its bound holds. A GW from site i to node j over an absent arc costs c[i,j] >=
-w[i] + s[j], where s[j] = the least of (c[i,j] + w[i]) over the absent arcs of j. So a pool takes GW from
any open site, within its capacity, at -w[i], and gives them to any node at s[j]: every plan of the whole
problem is one of this model and costs no less there. s[j] > (1 + width) x V[j] is the penalty of that
slack. With the pool unused, the model's plan is one of the problem; where it is used, the sites' plan is
priced anew over all arcs, and if the gap is still open the search is done again with more arcs.

Sites are held open or closed where the Lagrangian bound of the contrary is over the best plan: binaries may
be.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from optim.assignment.master import Master, restricted
from optim.assignment.nodes import Nodes
from optim.assignment.problem import Array, Mask, Whole
from optim.assignment.relaxed import BLOCK, Relaxed

Indices = NDArray[np.int32]
_INFINITY = highspy.kHighsInf


@dataclass(frozen=True)
class Searched:
    """Sites that a search opened (None: no plan found), and a bound for all plans [M CNY]."""

    opened: Mask | None
    bound: float


def search(
    nodes: Nodes,
    relaxed: Relaxed,
    known: Mask,
    value: float,
    linked: Whole,
    width: float,
    gap: float,
    seconds: float,
) -> Searched:
    """Return the best sites among few arcs, and a bound that holds for all.

    Parameters
    ----------
    nodes : Nodes
        The problem.
    relaxed : Relaxed
        At the best prices.
    known : array of bool (sites,)
        Sites of the best plan so far.
    value : float
        What that plan costs [M CNY].
    linked : array
        Keys of arcs that need their row share <= opened.
    width : float
        Arcs enter whose cost is up to this share over the price of the node.
    gap : float
        Relative gap at which the search ends.
    seconds : float
        Time limit [s].
    """
    over = relaxed.by_site > value
    closed, held = over & (relaxed.net > 0), over & (relaxed.net < 0)
    key, spare = _few(nodes, relaxed, ~closed, width)
    model = restricted(nodes)
    model.enter(key)
    model.link(np.flatnonzero(np.isin(model.key, linked)))
    _pool(model, relaxed.rent, spare, ~closed)
    _whole(model, held, ~closed)
    _begin(model, known)
    model.highs.setOptionValue("mip_rel_gap", gap)
    model.solve(seconds)
    info = model.highs.getInfo()
    found = info.primal_solution_status == highspy.kSolutionStatusFeasible
    opened = model.values()[: len(known)] > 0.5 if found else None
    return Searched(opened, min(float(info.mip_dual_bound) * model.unit, value))


def _few(nodes: Nodes, relaxed: Relaxed, usable: Mask, width: float) -> tuple[Whole, Array]:
    """Return the keys of the arcs that enter, and the least cost + rent among those that do not [M CNY]."""
    many = len(nodes.demand)
    step = max(1, BLOCK // many)
    keys, spare = [], np.full(many, np.inf)
    for at in range(0, len(usable), step):
        cost = nodes.costs(slice(at, at + step), slice(None))
        cost += relaxed.rent[at : at + step, None] * nodes.demand
        cost[~usable[at : at + step]] = np.inf
        enters = cost <= (1.0 + width) * relaxed.price
        keys.append(np.flatnonzero(enters) + at * many)
        cost[enters] = np.inf
        spare = np.minimum(spare, cost.min(axis=0))
    return np.concatenate(keys), spare


def _pool(model: Master, rent: Array, spare: Array, usable: Mask) -> None:
    """Add the pool: a column for each site that gives, one for each node that takes, a row that balances."""
    nodes, highs = model.nodes, model.highs
    many, balance, counted = len(spare), highs.getNumRow(), nodes.demand.sum()
    empty = np.zeros(0, dtype=np.int32)
    highs.addRows(1, np.zeros(1), np.zeros(1), 0, np.zeros(1, dtype=np.int32), empty, np.zeros(0))
    give = np.flatnonzero(usable)
    rows = np.column_stack([many + give, np.full(len(give), balance)]).astype(np.int32).ravel()
    values = np.column_stack([np.ones(len(give)), nodes.capacity[give] / counted]).ravel()
    cost = -rent[give] * nodes.capacity[give] / model.unit
    _columns(highs, cost, rows, values)
    take = np.flatnonzero(np.isfinite(spare))
    rows = np.column_stack([take, np.full(len(take), balance)]).astype(np.int32).ravel()
    values = np.column_stack([np.ones(len(take)), -nodes.demand[take] / counted]).ravel()
    _columns(highs, spare[take] / model.unit, rows, values)


def _columns(highs: highspy.Highs, cost: Array, rows: Indices, values: Array) -> None:
    """Add columns with two entries each."""
    size = len(cost)
    if size:
        starts = np.arange(0, 2 * size, 2, dtype=np.int32)
        highs.addCols(size, cost, np.zeros(size), np.full(size, _INFINITY), len(rows), starts, rows, values)


def _whole(model: Master, held: Mask, usable: Mask) -> None:
    """Make the sites whole, and hold those whose state is known."""
    columns = np.arange(len(held), dtype=np.int32)
    model.highs.changeColsBounds(len(held), columns, held.astype(float), usable.astype(float))
    kinds = np.full(len(held), int(highspy.HighsVarType.kInteger), dtype=np.uint8)
    model.highs.changeColsIntegrality(len(held), columns, kinds)


def _begin(model: Master, known: Mask) -> None:
    """Begin with the sites of a plan; HiGHS adds the rest."""
    model.highs.setSolution(len(known), np.arange(len(known), dtype=np.int32), known.astype(float))
