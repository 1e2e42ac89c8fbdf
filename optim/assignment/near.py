"""The arcs to begin with: of each node the cheapest few."""

from __future__ import annotations

import numpy as np

from optim.assignment.nodes import Nodes
from optim.assignment.problem import Whole
from optim.assignment.relaxed import BLOCK


def near(nodes: Nodes, count: int) -> tuple[Whole, Whole]:
    """Return the `count` cheapest arcs of each node, with the opening cost spread over the site's capacity.

    Parameters
    ----------
    nodes : Nodes
        The problem.
    count : int
        Arcs of a node; all of them where there are fewer.

    Returns
    -------
    site, node : arrays
        One entry for each arc.
    """
    sites, many = len(nodes.capacity), len(nodes.demand)
    step = max(1, BLOCK // sites)
    parts = [_near(nodes, slice(at, min(at + step, many)), min(count, sites)) for at in range(0, many, step)]
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


def _near(nodes: Nodes, part: slice, count: int) -> tuple[Whole, Whole]:
    cost = nodes.costs(slice(None), part)
    spread = nodes.problem.opening_m_cny / nodes.capacity
    cost += spread[:, None] * nodes.demand[part]
    site = np.argpartition(cost, count - 1, axis=0)[:count]
    node = np.broadcast_to(np.arange(cost.shape[1]), site.shape)
    known = np.isfinite(cost[site, node])
    return site[known], node[known] + part.start
