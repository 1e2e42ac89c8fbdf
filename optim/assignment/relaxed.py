"""The bound of an assignment at given prices: every site, every arc and every row x <= y counted.

Let each node j pay V[j] for being served whole, no more than leaving it unserved costs, and drop the rule
that it is served once. Then every site fills its capacity on its own with the arcs that earn most per GW,
each node at most once: a knapsack whose last item may be cut, worth k[i]. No plan costs less than

    sum of V  +  the sum over sites, opened where that pays, of (opening[i] - k[i])        (Lagrangian bound)

Its best value over V is that of the linear relaxation with a row share[i,j] <= opened[i] for every arc,
since a knapsack with cut items has no gap of its own (Geoffrion 1974). Arcs that no model holds are priced
here too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optim.assignment.nodes import Nodes
from optim.assignment.problem import Array, Mask, Whole

BLOCK = 1_000_000  # pairs looked at together


@dataclass(frozen=True)
class Relaxed:
    """The relaxed problem at some prices.

    Attributes
    ----------
    price : array (nodes,)
        V [M CNY per node].
    bound : float
        No plan costs less [M CNY].
    net : array (sites,)
        opening - k, less what the last site costs that is opened where their number is given: below 0 where
        the relaxed plan opens.
    rent : array (sites,)
        What a further GW of capacity is worth at the site [M CNY per GW].
    site, node, share : arrays
        Arcs of the sites that the relaxed plan opens, and the share of the node on each.
    """

    price: Array
    bound: float
    net: Array
    rent: Array
    site: Whole
    node: Whole
    share: Array

    @property
    def by_site(self) -> Array:
        """Return a bound [M CNY] for plans where a site is open or closed unlike in the relaxed plan."""
        return self.bound + np.abs(self.net)


def relax(nodes: Nodes, price: Array, opened: Mask | None = None) -> Relaxed:
    """Return the relaxed problem at prices.

    Parameters
    ----------
    nodes : Nodes
        The problem.
    price : array (nodes,)
        V [M CNY per node]; what exceeds the penalty of leaving the node unserved is cut off.
    opened : array of bool (sites,), optional
        Sites that are open, the others closed; the bound is then that of plans with these sites.
    """
    price = np.minimum(price, nodes.penalty)
    opening = nodes.problem.opening_m_cny
    step = max(1, BLOCK // len(price))
    parts = [_fill(nodes, price, slice(at, at + step)) for at in range(0, len(opening), step)]
    site, node, share, profit = (np.concatenate([part[k] for part in parts]) for k in range(4))
    rent = np.concatenate([part[4] for part in parts])
    net = opening - np.bincount(site, profit * share, len(opening))
    chosen, last = _chosen(net, nodes.problem.open_count) if opened is None else (opened, 0.0)
    kept = chosen[site]
    bound = float(price.sum() + net[chosen].sum())
    return Relaxed(price, bound, net - last, rent, site[kept], node[kept], share[kept])


def _chosen(net: Array, count: int | None) -> tuple[Mask, float]:
    """Return the sites that the relaxed plan opens; what the last of them costs, if their number is given."""
    if count is None:
        return net < 0, 0.0
    order = np.argsort(net, kind="stable")[:count]
    chosen = np.zeros(len(net), dtype=bool)
    chosen[order] = True
    return chosen, float(net[order[-1]])


def _fill(nodes: Nodes, price: Array, sites: slice) -> tuple[Whole, Whole, Array, Array, Array]:
    """Return arcs in the knapsacks of some sites (site, node, share, profit of the whole), and rents."""
    profit = price - nodes.costs(sites, slice(None))
    site, node = np.nonzero(profit > 0)
    profit = profit[site, node]
    demand = nodes.demand[node]
    order = np.lexsort((-profit / demand, site))
    site, node, profit, demand = site[order], node[order], profit[order], demand[order]
    capacity = nodes.capacity[sites]
    before = np.cumsum(demand) - demand
    first = np.searchsorted(site, np.arange(len(capacity)))
    start = np.append(before, 0.0)[np.minimum(first, len(before))]
    room = capacity[site] - (before - start[site])
    share = np.clip(room / demand, 0.0, 1.0)
    rent = np.zeros(len(capacity))
    cut = share < 1.0
    np.maximum.at(rent, site[cut], (profit / demand)[cut])
    kept = share > 0
    return site[kept] + sites.start, node[kept], share[kept], profit[kept], rent
