"""Which arcs a cheap plan can use, where every node has one site and sites have capacity.

Let each node j pay a price v[j] for being served, and drop the rule that it is served once. Then every site
fills its capacity on its own, with the nodes that pay most over their cost: a knapsack, worth k[i]. No plan
costs less than sum(v) + the `count` least of (opening[i] - k[i]) (Pirkul 1987; Ceselli and Righini 2005),
nor one that uses arc (i, j) less than that with j put into knapsack i. The relaxation of the model alone
leaves several per cent; this, well under one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from benchmarks.location.instance import Instance, Mask

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
UNITS_MAX = 5_000  # capacity in units of demand up to which knapsacks are filled exactly
ROUNDS, PATIENCE, STEP, STEP_LEAST = 800, 12, 1.0, 2e-3
AIM = 1.03  # steps aim at this over the bound


@dataclass(frozen=True)
class Lagrangian:
    """The relaxed problem at some prices.

    Attributes
    ----------
    price : array (nodes,)
        v.
    worth : array (sites,)
        k.
    bound : float
        What no plan costs less than.
    by_site : array (sites,)
        The same for plans that use the site.
    by_arc : array (sites, nodes)
        The same for plans that use the arc.
    lack : array (nodes,)
        1 - how often the relaxed plan serves a node: the direction in which prices should go.
    """

    price: Array
    worth: Array
    bound: float
    by_site: Array
    by_arc: Array
    lack: Array


def fits(instance: Instance) -> bool:
    """Return whether there are knapsacks, small enough to be filled exactly."""
    return instance.single_source and int(units(instance)[1].max()) <= UNITS_MAX


def best_prices(instance: Instance) -> Lagrangian:
    """Return the relaxed problem at prices that make its bound large, found by steps along `lack`."""
    near = np.where(instance.allowed, instance.cost.astype(float), np.inf)
    low = np.sort(near, axis=0)[max(1, len(near) // 10)]
    price = np.where(np.isfinite(low), low, 0.0)
    best = now = relax(instance, price)
    step, stale = STEP, 0
    for _ in range(ROUNDS):
        if step < STEP_LEAST or not now.lack.any():
            break
        length = step * (AIM * abs(best.bound) - now.bound) / float(now.lack @ now.lack)
        now = relax(instance, now.price + length * now.lack)
        stale = 0 if now.bound > best.bound else stale + 1
        best = now if stale == 0 else best
        if stale > PATIENCE:
            now, step, stale = best, step / 2, 0
    return best


def relax(instance: Instance, price: Array) -> Lagrangian:
    """Return the relaxed problem at prices."""
    profit = np.where(instance.allowed, price - instance.cost.astype(float), -np.inf)
    demand, capacity = units(instance)
    table, taken = _fill(profit, demand, capacity)
    sites = np.arange(len(capacity))
    worth = table[sites, capacity]
    net = instance.opening.astype(float) - worth
    order = np.argsort(net, kind="stable")
    size = int((net < 0).sum()) if instance.count is None else instance.count
    chosen, last = order[:size], 0.0 if instance.count is None else net[order[size - 1]]
    bound = float(price.sum() + net[chosen].sum())
    by_site = bound + np.maximum(net - last, 0.0)
    rest = capacity[:, None] - demand
    without = np.where(rest < 0, -np.inf, table[sites[:, None], np.maximum(rest, 0)])
    by_arc = by_site[:, None] + np.maximum(worth[:, None] - profit - without, 0.0)
    return Lagrangian(price, worth, bound, by_site, by_arc, 1.0 - taken[chosen].sum(axis=0))


def _fill(profit: Array, demand: Whole, capacity: Whole) -> tuple[Array, Mask]:
    """Return the best profit of each site for each capacity up to its own, and the nodes in its knapsack."""
    most = int(capacity.max())
    table = np.zeros((len(profit), most + 1))
    better = np.zeros((profit.shape[1], len(profit), most + 1), dtype=bool)
    for j, size in enumerate(demand):
        rows = np.flatnonzero(profit[:, j] > 0)
        if size <= most and len(rows):
            put = table[rows, : most + 1 - size] + profit[rows, j, None]
            better[j, rows, size:] = put > table[rows, size:]
            table[rows, size:] = np.maximum(put, table[rows, size:])
    return table, _taken(better, demand, capacity)


def _taken(better: Mask, demand: Whole, capacity: Whole) -> Mask:
    """Return the nodes in each site's knapsack, followed back from its capacity."""
    sites, left = np.arange(len(capacity)), capacity.copy()
    taken = np.zeros((len(capacity), len(demand)), dtype=bool)
    for j in range(len(demand) - 1, -1, -1):
        taken[:, j] = better[j, sites, left]
        left = left - demand[j] * taken[:, j]
    return taken


def units(instance: Instance) -> tuple[Whole, Whole]:
    """Return demand and capacity in a unit of which all demand is a multiple; capacity rounded down."""
    unit = math.lcm(*(Fraction(v).denominator for v in instance.demand))
    limits = instance.demand if instance.capacity is None else instance.capacity
    most = sum(instance.demand)
    return (
        np.asarray([int(v * unit) for v in instance.demand], dtype=np.int64),
        np.asarray([int(min(v, most) * unit) for v in limits], dtype=np.int64),
    )
