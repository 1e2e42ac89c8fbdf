"""All clusters that a cheap plan can have, and the best plan made of them.

A cluster is a site with the nodes that it serves. At the prices of `knapsacks` no plan costs less than its
bound for the site plus what the cluster earns less than the site's best knapsack. So the plans up to a given
cost are made of the clusters whose bound is no larger, which can be listed if they are few, and the best of
them is a choice of clusters that serves each node once (Baldacci et al. 2002). Where even the dearest cluster
listed is over that plan, it is the best of all.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, vstack

from benchmarks.location.instance import Instance, Mask
from benchmarks.location.knapsacks import Lagrangian, units
from optim.threads import share_threads

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Found = tuple[float, Whole]
ROUNDING = 1e-9
FIRST_SHARE, WIDER = 0.003, 1.5  # first among plans up to 0.3 % over the bound
CLUSTERS_MAX, SEARCH_MAX_S = 20_000, 120.0
PRESOLVED_UP_TO = 1_500  # presolve takes longer than the search where clusters are many


@dataclass(frozen=True)
class Known:
    """The best plan known: cost (infinite: none), site of each node, whether it is the best of all."""

    value: float
    site: Whole
    proven: bool


@dataclass(frozen=True)
class Clusters:
    """Clusters: the site of each, and the nodes of each (clusters by nodes)."""

    site: Whole
    member: Mask


def of_clusters(instance: Instance, relaxed: Lagrangian, ends: float) -> Known:
    """Return the best plan of the clusters of ever dearer plans, until it is proven or they are too many.

    Parameters
    ----------
    instance : Instance
        Each node has one site.
    relaxed : Lagrangian
        At good prices.
    ends : float
        When to stop [s of the monotonic clock].
    """
    value, site, share = math.inf, np.zeros(0, dtype=np.int64), FIRST_SHARE
    step = 1.0 if instance.whole else 0.0
    while True:
        room = min(relaxed.bound + share * abs(relaxed.bound), value - step)
        pool = clusters(instance, relaxed, room, CLUSTERS_MAX)
        if pool is None:
            return Known(value, site, False)
        found, complete = best_plan(instance, pool, min(ends - time.monotonic(), SEARCH_MAX_S))
        if found is not None and found[0] < value:
            value, site = found
        if complete and value - step <= room + ROUNDING:
            return Known(value, site, True)
        if not complete or share > 1.0:
            return Known(value, site, False)
        share *= WIDER


def clusters(instance: Instance, relaxed: Lagrangian, room: float, most: int) -> Clusters | None:
    """Return all clusters of plans that cost up to `room`; None if there are more than `most`."""
    demand, capacity = units(instance)
    gain = np.where(instance.allowed, relaxed.price - instance.cost.astype(float), -np.inf)
    sites, members = [], []
    left = most
    room += ROUNDING * max(1.0, abs(room))
    for i in np.flatnonzero(relaxed.by_site <= room):
        slack = room - relaxed.by_site[i]
        found = _of_site(gain[i], demand, int(capacity[i]), relaxed.worth[i] - slack, left)
        if found is None:
            return None
        left -= len(found)
        sites.append(np.full(len(found), i))
        members.append(found)
    if not sites:
        return Clusters(np.zeros(0, dtype=np.int64), np.zeros((0, len(demand)), dtype=bool))
    return Clusters(np.concatenate(sites), np.concatenate(members))


def _of_site(gain: Array, demand: Whole, capacity: int, least: float, most: int) -> Mask | None:
    """Return the knapsacks that earn `least`; nodes are put in or left out while that can be reached."""
    usable = np.flatnonzero(np.isfinite(gain))
    reach = _reach(gain[usable], demand[usable], capacity)
    earned, room = np.zeros(1), np.full(1, capacity)
    member = np.zeros((1, len(gain)), dtype=bool)
    for at in range(len(usable) - 1, -1, -1):
        j = usable[at]
        put = room >= demand[j]
        put[put] = earned[put] + gain[j] + reach[at][room[put] - demand[j]] >= least
        kept = earned + reach[at][room] >= least
        more = member[put]
        more[:, j] = True
        member = np.concatenate([member[kept], more])
        earned, room = (
            np.concatenate([earned[kept], earned[put] + gain[j]]),
            np.concatenate([room[kept], room[put] - demand[j]]),
        )
        if len(earned) > most:
            return None
    return member


def _reach(gain: Array, demand: Whole, capacity: int) -> Array:
    """Return the most that the first nodes earn in each capacity (number of nodes by capacity)."""
    table = np.zeros((len(gain) + 1, capacity + 1))
    for j, (value, size) in enumerate(zip(gain.tolist(), demand.tolist(), strict=True)):
        table[j + 1] = table[j]
        if value > 0 and size <= capacity:
            table[j + 1, size:] = np.maximum(table[j, size:], table[j, : capacity + 1 - size] + value)
    return table


def best_plan(instance: Instance, pool: Clusters, seconds: float) -> tuple[Found | None, bool]:
    """Return the best plan of clusters (cost, site of each node), if any, and whether the search ended."""
    size, nodes = pool.member.shape
    if not size or seconds <= 0:
        return None, not size
    cost = (pool.member * instance.cost.astype(float)[pool.site]).sum(axis=1)
    cost += instance.opening.astype(float)[pool.site]
    own = csc_array((np.ones(size), (pool.site, np.arange(size))), shape=(len(instance.opening), size))
    matrix = vstack([csc_array(pool.member.T.astype(float)), csc_array(np.ones((1, size))), own]).tocsc()
    least, most = (0, len(instance.opening)) if instance.count is None else (instance.count, instance.count)
    lower = np.concatenate([np.ones(nodes), [least], np.zeros(len(instance.opening))])
    upper = np.concatenate([np.ones(nodes), [most], np.ones(len(instance.opening))])
    highs = _solver(instance, size, seconds)
    highs.passModel(
        size,
        len(lower),
        matrix.nnz,
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        cost,
        np.zeros(size),
        np.ones(size),
        lower,
        upper,
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data,
        np.ones(size, dtype=np.int32),
    )
    highs.run()
    status = highs.getModelStatus()
    complete = status in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible)
    if highs.getInfo().primal_solution_status != highspy.kSolutionStatusFeasible:
        return None, complete
    chosen = np.flatnonzero(np.asarray(highs.getSolution().col_value) > 0.5)
    site = (pool.site[chosen, None] * pool.member[chosen]).sum(axis=0)
    return (float(cost[chosen].sum()), site), complete


def _solver(instance: Instance, size: int, seconds: float) -> highspy.Highs:
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("presolve", "on" if size <= PRESOLVED_UP_TO else "off")
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.setOptionValue("mip_abs_gap", 0.99 if instance.whole else ROUNDING)
    if math.isfinite(seconds):
        highs.setOptionValue("time_limit", seconds)
    share_threads(1)
    return highs
