"""A good set of sites to start the proof from: the best swap, opening or closing while it pays, many
starts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Sites = list[int]
STARTS, PAIRS, SEED = 30, 300_000, 1  # fewer starts where sites x nodes x starts would be over PAIRS


def good_sites(opening: Array, cost: Array, count: int | None) -> Sites:
    """Return sites that no swap, opening or closing of one site makes cheaper, without capacities.

    Parameters
    ----------
    opening : array (sites,)
        Cost of a site.
    cost : array (sites, nodes)
        Cost of serving a node, large where it may not be.
    count : int, optional
        Sites to open; else as many as pay.
    """
    draw = np.random.default_rng(SEED)
    starts = [_greedy(opening, cost, count)]
    size = len(starts[0])
    starts += [
        [int(k) for k in draw.permutation(len(opening))[:size]]
        for _ in range(min(STARTS, PAIRS // cost.size))
    ]
    found = [_improved(opening, cost, start, count) for start in starts]
    return min(found, key=lambda chosen: value_of(opening, cost, chosen))


def _improved(opening: Array, cost: Array, chosen: Sites, count: int | None) -> Sites:
    while True:
        better = _step(opening, cost, chosen, count)
        if better is None:
            return sorted(chosen)
        chosen = better


def value_of(opening: Array, cost: Array, chosen: Sites) -> float:
    """Return the cost of sites, each node served by the cheapest of them."""
    return float(opening[chosen].sum() + cost[chosen].min(axis=0).sum())


def _greedy(opening: Array, cost: Array, count: int | None) -> Sites:
    """Return sites added one by one, each the one that makes the sum least."""
    chosen: Sites = []
    served = np.full(cost.shape[1], np.inf)
    while len(chosen) < (count or len(opening)):
        total = opening + np.minimum(cost, served).sum(axis=1)
        total[chosen] = np.inf
        best = int(total.argmin())
        if count is None and total[best] >= served.sum():
            break
        chosen.append(best)
        served = np.minimum(served, cost[best])
    return chosen


def _step(opening: Array, cost: Array, chosen: Sites, count: int | None) -> Sites | None:
    """Return the best neighbour if it is cheaper by more than rounding."""
    found, least = None, value_of(opening, cost, chosen) * (1 - 1e-12) - 1e-9
    for leaving in [*chosen, None] if count is None else chosen:
        rest = [s for s in chosen if s != leaving]
        served = cost[rest].min(axis=0) if rest else np.full(cost.shape[1], np.inf)
        total = opening[rest].sum() + opening + np.minimum(cost, served).sum(axis=1)
        total[rest] = np.inf
        best = int(total.argmin())
        if total[best] < least:
            found, least = [*rest, best], total[best]
        closed = opening[rest].sum() + served.sum()
        if count is None and closed < least:
            found, least = rest, closed
    return found
