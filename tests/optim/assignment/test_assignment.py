"""Assignments come out at optima found in other ways, and no bound is over them."""

from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from geodata.tables import TableError
from optim.assignment.columns import price_out
from optim.assignment.master import restricted
from optim.assignment.near import near
from optim.assignment.nodes import merged
from optim.assignment.problem import Assignment
from optim.assignment.relaxed import relax
from optim.assignment.search import search
from optim.assignment.solve import Plan, Settings, assign

EXACT = Settings(gap_share=0.0, near_count=2)


def some(seed: int, sites: int = 12, zones: int = 10, tight: float = 2.5, **changes: object) -> Assignment:
    """Return a made-up problem with three classes, of which the last two are alike."""
    draw = np.random.default_rng(seed)
    at, homes = draw.uniform(0, 1000, (sites, 2)), draw.uniform(0, 1000, (zones, 2))
    km = np.hypot(*(at[:, None] - homes[None]).transpose(2, 0, 1))
    capacity = draw.uniform(0.5, 1.5, sites)
    demand = draw.uniform(0.1, 1.0, (zones, 3))
    demand *= capacity.sum() / tight / demand.sum()
    figures = {
        "opening_m_cny": draw.uniform(50, 400, sites),
        "capacity_gw": capacity,
        "site_m_cny_per_gw": np.repeat(draw.uniform(1000, 1800, (sites, 1)), 3, axis=1),
        "km": km,
        "rtt_ms": 2 + 0.02 * km,
        "network_m_cny_per_gw_km": np.array([1.0, 0.2, 0.2]),
        "rtt_ms_max": np.array([16.0, np.inf, np.inf]),
        "demand_gw": demand,
        "penalty_m_cny_per_gw": np.full(3, 9e3),
    }
    return Assignment(**(figures | changes))


def strong(problem: Assignment, whole: bool = True) -> float:
    """Return the optimum with a column and a row x <= y for each class, zone and site (or its relaxation)."""
    sites, (zones, classes) = len(problem.opening_m_cny), problem.demand_gw.shape
    i, z, k = np.nonzero(problem.rtt_ms[:, :, None] <= problem.rtt_ms_max)
    node, load, size = z * classes + k, problem.demand_gw[z, k], zones * classes
    unit = problem.km[i, z] * problem.network_m_cny_per_gw_km[k] + problem.site_m_cny_per_gw[i, k]
    missed = (problem.demand_gw * problem.penalty_m_cny_per_gw).ravel()
    cost = np.concatenate([problem.opening_m_cny, missed, unit * load])
    arc = np.arange(len(i))
    served = np.zeros((size, len(cost)))
    served[np.arange(size), sites + np.arange(size)] = 1.0
    served[node, sites + size + arc] = 1.0
    room = np.zeros((sites, len(cost)))
    limit = np.minimum(problem.capacity_gw, problem.demand_gw.sum())
    room[np.arange(sites), np.arange(sites)] = -limit
    room[i, sites + size + arc] = load
    link = np.zeros((len(arc), len(cost)))
    link[arc, i], link[arc, sites + size + arc] = -1.0, 1.0
    upper = np.vstack([room, link])
    kinds = (np.arange(len(cost)) < sites) * float(whole)
    rows = [LinearConstraint(served, 1, 1), LinearConstraint(upper, -np.inf, 0)]
    if problem.open_count is not None:
        rows.append(
            LinearConstraint(
                (np.arange(len(cost)) < sites)[None] * 1.0, problem.open_count, problem.open_count
            )
        )
    most = np.where(np.arange(len(cost)) < sites, 1.0, np.inf)
    found = milp(
        cost, constraints=rows, integrality=kinds, bounds=Bounds(0, most), options={"mip_rel_gap": 0}
    )
    assert found.status == 0
    return float(found.fun)


def transport(problem: Assignment, opened: np.ndarray) -> float:
    """Return the least cost with these sites open, class by class and arc by arc."""
    zones, classes = problem.demand_gw.shape
    sites = np.flatnonzero(opened)
    arcs = [
        (i, z, k)
        for i, z, k in product(sites, range(zones), range(classes))
        if problem.rtt_ms[i, z] <= problem.rtt_ms_max[k]
    ]
    nodes = list(product(range(zones), range(classes)))
    unit = [
        problem.km[i, z] * problem.network_m_cny_per_gw_km[k] + problem.site_m_cny_per_gw[i, k]
        for i, z, k in arcs
    ]
    cost = unit + [problem.penalty_m_cny_per_gw[k] for _, k in nodes]
    served = [[(z, k) == node for _, z, k in arcs] + [node == other for other in nodes] for node in nodes]
    room = [[i == site for i, _, _ in arcs] + [False] * len(nodes) for site in sites]
    demand = [problem.demand_gw[node] for node in nodes]
    some_room = {"A_ub": np.array(room, float), "b_ub": problem.capacity_gw[sites]} if len(sites) else {}
    found = linprog(cost, A_eq=np.array(served, float), b_eq=demand, **some_room)
    return float(found.fun + problem.opening_m_cny[sites].sum())


def cost_of(problem: Assignment, plan: Plan) -> float:
    """Return what a plan costs by its table, and check that the table is a plan."""
    table = plan.served
    i, z, k, load = (table[name].to_numpy() for name in ("site", "zone", "class_index", "load_gw"))
    served = np.zeros(problem.demand_gw.shape)
    np.add.at(served, (z, k), load)
    assert served + plan.unserved_gw == pytest.approx(problem.demand_gw, abs=1e-7)
    held = np.bincount(i, load, len(problem.capacity_gw))
    assert (held <= problem.capacity_gw * plan.opened + 1e-6).all()
    assert (problem.rtt_ms[i, z] <= problem.rtt_ms_max[k]).all()
    unit = problem.km[i, z] * problem.network_m_cny_per_gw_km[k] + problem.site_m_cny_per_gw[i, k]
    missed = (plan.unserved_gw * problem.penalty_m_cny_per_gw).sum()
    return float(unit @ load + problem.opening_m_cny[plan.opened].sum() + missed)


@pytest.mark.parametrize("seed", range(4))
def test_all_sets_of_sites_tried(seed: int) -> None:
    problem = some(seed, sites=4, zones=3, tight=1.6)
    best = min(transport(problem, np.array(opened)) for opened in product([False, True], repeat=4))
    plan = assign(problem, EXACT)
    assert plan.cost_m_cny == pytest.approx(best, rel=1e-7)
    assert cost_of(problem, plan) == pytest.approx(plan.cost_m_cny, rel=1e-7)


@pytest.mark.parametrize("tight", [1.1, 2.5, 8.0])
@pytest.mark.parametrize("seed", range(3))
def test_the_strong_form_agrees(seed: int, tight: float) -> None:
    problem = some(seed, tight=tight)
    plan = assign(problem, EXACT)
    best = strong(problem)
    assert plan.cost_m_cny == pytest.approx(best, rel=1e-6)
    assert best * (1 - 1e-6) <= plan.bound_m_cny <= best * (1 + 1e-6)
    assert cost_of(problem, plan) == pytest.approx(plan.cost_m_cny, rel=1e-7)


@pytest.mark.parametrize("count", [2, 5])
def test_a_count_of_sites(count: int) -> None:
    free = some(5, capacity_gw=np.full(12, np.inf), open_count=count)
    plan = assign(free, EXACT)
    assert plan.opened.sum() == count
    assert plan.cost_m_cny == pytest.approx(strong(free), rel=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_pricing_ends_at_the_relaxation_of_all_arcs_and_rows(seed: int) -> None:
    problem = some(seed)
    nodes = merged(problem)
    master = restricted(nodes)
    master.enter(master.missing(*near(nodes, 1)))
    relaxed, _ = price_out(master)
    assert relaxed.bound == pytest.approx(strong(problem, whole=False), rel=1e-5)
    assert len(master.key) < np.isfinite(nodes.costs(slice(None), slice(None))).sum()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("width", [0.0, 0.05])
def test_no_bound_is_over_the_optimum_at_any_prices(seed: int, width: float) -> None:
    problem = some(seed, sites=8, zones=6)
    nodes = merged(problem)
    best = strong(problem)
    master = restricted(nodes)
    master.enter(master.missing(*near(nodes, 8)))
    price = price_out(master)[0].price * np.random.default_rng(seed).uniform(0.8, 1.1, len(nodes.demand))
    relaxed = relax(nodes, price)
    assert relaxed.bound <= best * (1 + 1e-9)
    everything = np.ones(8, dtype=bool)
    none = np.zeros(0, dtype=np.int64)
    found = search(nodes, relaxed, everything, transport(problem, everything), none, width, 0.0, 60.0)
    assert found.bound <= best * (1 + 1e-7)


def test_few_arcs_enter_and_the_gap_asked_for_is_kept() -> None:
    problem = some(3, sites=25, zones=25)
    plan = assign(problem, Settings(gap_share=1e-3))
    assert plan.gap_share <= 1e-3
    assert plan.bound_m_cny <= strong(problem) * (1 + 1e-3)
    assert plan.arcs < 0.5 * 2 * 25 * 25


def test_equal_classes_are_merged_and_parted_again() -> None:
    problem = some(1)
    nodes = merged(problem)
    assert nodes.group_of[1] == nodes.group_of[2] != nodes.group_of[0]
    assert len(nodes.demand) == 20
    dearer = replace(problem, site_m_cny_per_gw=problem.site_m_cny_per_gw * np.array([1.0, 1.0, 1.0 + 1e-9]))
    assert len(merged(dearer).demand) == 30
    assert assign(dearer, EXACT).cost_m_cny == pytest.approx(assign(problem, EXACT).cost_m_cny, rel=1e-6)


def test_the_order_of_sites_does_not_matter() -> None:
    problem = some(2)
    turned = np.random.default_rng(0).permutation(12)
    sites = ("opening_m_cny", "capacity_gw", "site_m_cny_per_gw", "km", "rtt_ms")
    other = replace(problem, **{name: getattr(problem, name)[turned] for name in sites})
    one, two = assign(problem, EXACT), assign(other, EXACT)
    assert two.cost_m_cny == pytest.approx(one.cost_m_cny, rel=1e-7)
    assert (two.opened == one.opened[turned]).all()


def test_a_wider_latency_limit_never_costs_more() -> None:
    costs = [
        assign(replace(some(4), rtt_ms_max=np.array([limit, np.inf, np.inf])), EXACT).cost_m_cny
        for limit in (4.0, 8.0, 12.0, 30.0)
    ]
    assert all(wider <= cost * (1 + 1e-9) for cost, wider in pairwise(costs))
    assert costs[0] > costs[-1] * 1.01


def test_what_no_site_reaches_is_unserved_at_the_penalty() -> None:
    problem = some(0, rtt_ms_max=np.array([0.0, np.inf, np.inf]))
    plan = assign(problem, EXACT)
    assert plan.unserved_gw[:, 0] == pytest.approx(problem.demand_gw[:, 0])
    assert plan.unserved_gw[:, 1:].sum() == pytest.approx(0, abs=1e-7)
    assert plan.cost_m_cny == pytest.approx(strong(problem), rel=1e-6)


def test_where_serving_costs_more_than_the_penalty_nothing_opens() -> None:
    plan = assign(some(0, penalty_m_cny_per_gw=np.full(3, 10.0)), EXACT)
    assert not plan.opened.any()
    assert len(plan.served) == 0


def test_all_faults_at_once() -> None:
    bad = some(0, km=np.zeros((3, 3)), capacity_gw=np.full(12, np.nan), open_count=13)
    with pytest.raises(
        TableError, match=r"km: found shape \(3, 3\), expected \(12, 10\).*capacity_gw.*found 13"
    ):
        assign(bad)
    with pytest.raises(TableError, match="no demand"):
        assign(some(0, demand_gw=np.zeros((10, 3))))
