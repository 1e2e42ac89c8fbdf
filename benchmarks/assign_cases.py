"""Made-up problems for `benchmarks.assign`, and contestants: each returns cost and bound of its plan."""

from __future__ import annotations

import highspy
import numpy as np
from numpy.typing import NDArray

from optim.assignment.nodes import Nodes, merged
from optim.assignment.problem import Assignment
from optim.assignment.solve import Settings, assign

SHARES = (0.10, 0.30, 0.25, 0.35)  # of the demand: real-time, interactive, near-line, training
LIMITS_MS = (20.0, 40.0, np.inf, np.inf)
NETWORK = (0.4, 0.4, 0.05, 0.05)  # M CNY per GW and km
TOTAL_GW, ROOM = 30.0, 4.0  # demand, and capacity over demand
GAPS = {"assignment": 1e-3, "medians": 1e-6, "few_medians": 1e-6}
Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Found = tuple[float, float]


def problem(kind: str, size: int) -> Assignment:
    """Return a problem of `size` sites and zones: four classes, or medians."""
    if kind == "assignment":
        return four_classes(size)
    return medians(size, max(2, size // 10 if kind == "medians" else size // 30))


def four_classes(size: int) -> Assignment:
    """Return sites and zones in 3000 x 2500 km, energy dearer to the east, two classes alike."""
    draw = np.random.default_rng(1)
    at, homes = (draw.uniform(0, 1, (size, 2)) * [3000, 2500] for _ in range(2))
    km = np.hypot(*(at[:, None] - homes[None]).transpose(2, 0, 1))
    weight = draw.lognormal(0, 1, size)
    price_cny_per_mwh = 300 + 200 * at[:, 0] / 3000 + draw.normal(0, 25, size)
    energy = price_cny_per_mwh * 8760 * 1.2 * 0.6 / 1e3  # M CNY per GW and year: PUE, load
    capacity = draw.uniform(0.5, 1.5, size)
    capacity *= TOTAL_GW * ROOM / capacity.sum()
    fixed = 6000 / size * draw.uniform(0.5, 1.5, size)
    return Assignment(
        opening_m_cny=capacity * draw.uniform(250, 400, size) + fixed,
        capacity_gw=capacity,
        site_m_cny_per_gw=np.repeat(energy[:, None], 4, axis=1),
        km=km,
        rtt_ms=2 * (1.0 + km * 1.4 * 4.9e-3),
        network_m_cny_per_gw_km=np.asarray(NETWORK),
        rtt_ms_max=np.asarray(LIMITS_MS),
        demand_gw=TOTAL_GW * (weight / weight.sum())[:, None] * np.asarray(SHARES),
        penalty_m_cny_per_gw=np.full(4, 2e4),
    )


def medians(size: int, count: int) -> Assignment:
    """Return a p-median problem: weighted distance in a square of 100 km, no capacity, `count` sites."""
    draw = np.random.default_rng(1)
    at, homes = draw.uniform(0, 100, (size, 2)), draw.uniform(0, 100, (size, 2))
    one = np.ones(1)
    return Assignment(
        opening_m_cny=np.zeros(size),
        capacity_gw=np.full(size, np.inf),
        site_m_cny_per_gw=np.zeros((size, 1)),
        km=np.hypot(*(at[:, None] - homes[None]).transpose(2, 0, 1)),
        rtt_ms=np.ones((size, size)),
        network_m_cny_per_gw_km=one,
        rtt_ms_max=one * np.inf,
        demand_gw=draw.integers(1, 100, (size, 1)).astype(float),
        penalty_m_cny_per_gw=one * 1e4,
        open_count=count,
    )


def ours(given: Assignment, gap: float) -> Found:
    """Solve by `optim.assignment`."""
    plan = assign(given, Settings(gap_share=gap))
    return plan.cost_m_cny, plan.bound_m_cny


def strong(given: Assignment, gap: float) -> Found:
    """Solve by HiGHS with a column and a row x <= y for each site, zone and class within the limit."""
    zones, classes = given.demand_gw.shape
    zone, kind = (part.ravel() for part in np.indices((zones, classes)))
    each = np.arange(classes)
    capacity = np.minimum(given.capacity_gw, given.demand_gw.sum())
    return _strong(Nodes(given, each, each, zone, kind, given.demand_gw.ravel(), capacity), gap)


def strong_merged(given: Assignment, gap: float) -> Found:
    """Solve the same with classes merged first."""
    return _strong(merged(given), gap)


def spopt(given: Assignment, gap: float) -> Found:
    """Solve by the PMedian of spopt, with the solver that comes with PuLP (CBC)."""
    from pulp import PULP_CBC_CMD
    from spopt.locate import PMedian

    model = PMedian.from_cost_matrix(given.km.T, given.demand_gw[:, 0], p_facilities=given.open_count)
    model = model.solve(PULP_CBC_CMD(msg=False, gapRel=gap), results=False)
    value = float(model.problem.objective.value())
    return value, value * (1 - gap)


def _strong(nodes: Nodes, gap: float) -> Found:
    """Return what HiGHS finds. Columns: opened, unserved, arcs; rows: served, capacity, count, x <= y."""
    cost = nodes.costs(slice(None), slice(None))
    site, node = np.nonzero(np.isfinite(cost))
    cost = cost[site, node]
    sites, many, arcs = len(nodes.capacity), len(nodes.demand), len(site)
    count = nodes.problem.open_count
    least, most = (0, sites) if count is None else (count, count)
    highs = highspy.Highs()
    for name, value in (("output_flag", False), ("threads", 1), ("mip_rel_gap", gap)):
        highs.setOptionValue(name, value)
    free, zeros = np.full(arcs, -np.inf), np.zeros(arcs)
    lower = np.concatenate([np.ones(many), np.full(sites, -np.inf), [least], free])
    upper = np.concatenate([np.ones(many), np.zeros(sites), [most], zeros])
    nothing = np.zeros(0, dtype=np.int32)
    highs.addRows(len(lower), lower, upper, 0, np.zeros(len(lower), dtype=np.int32), nothing, np.zeros(0))
    link = many + sites + 1 + np.arange(arcs)
    of_site = np.split(link, np.searchsorted(site, np.arange(1, sites)))
    rows = [np.concatenate([[many + k, many + sites], own]) for k, own in enumerate(of_site)]
    values = [np.concatenate([[-1.0, 1.0], np.full(len(own), -1.0)]) for own in of_site]
    opening = nodes.problem.opening_m_cny
    _columns(highs, opening, 1.0, np.concatenate(rows), np.concatenate(values), [len(row) for row in rows])
    _columns(highs, nodes.penalty, np.inf, np.arange(many), np.ones(many), [1] * many)
    use = nodes.demand[node] / nodes.capacity[site]
    entries = np.column_stack([np.ones(arcs), use, np.ones(arcs)]).ravel()
    _columns(highs, cost, np.inf, np.column_stack([node, many + site, link]).ravel(), entries, [3] * arcs)
    whole = np.full(sites, int(highspy.HighsVarType.kInteger), dtype=np.uint8)
    highs.changeColsIntegrality(sites, np.arange(sites, dtype=np.int32), whole)
    highs.run()
    info = highs.getInfo()
    return float(info.objective_function_value), float(info.mip_dual_bound)


def _columns(
    highs: highspy.Highs, cost: Array, most: float, rows: Whole, values: Array, sizes: list[int]
) -> None:
    """Add columns from 0 to `most`, with so many entries each."""
    starts = (np.cumsum(sizes) - sizes).astype(np.int32)
    size = len(cost)
    limits = np.zeros(size), np.full(size, most)
    highs.addCols(size, cost, *limits, len(rows), starts, rows.astype(np.int32), values)
