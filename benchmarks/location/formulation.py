"""A location problem in the planning model: sites, halls, campuses, workload, running load, accelerators.

A facility is a candidate site, its capacity the largest IT power of its campus, its opening cost the fibre
that every open campus pays; a customer is a zone with demand, and what serving it costs is the wave that
carries its traffic. Energy, water, cooling and policy are absent. On top stand rows that the planner has no
use for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyomo.environ as pyo
from numpy.typing import NDArray

from benchmarks.location.instance import Instance
from optim.blocks import accelerators, compute, halls, running, workload
from optim.economics import Money
from optim.groups import Groups
from optim.hours import Hours
from optim.inputs import MW_PER_GW, Asked, Inputs
from optim.model import Model
from optim.plants import Plants
from optim.reach import Reach
from optim.sets import declare_sets
from optim.settings import SupplySettings
from optim.terms import merge, of, total

YEAR, CLASS, TECHNOLOGY, PROVINCE = 1, "load", "liquid_dry", "all"
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Scale:
    """Unit of the model: GW in one unit of demand, M CNY in one unit of cost."""

    gw: float
    m_cny: float


def scale_of(instance: Instance) -> Scale:
    """Return units in which mean demand is 1 GW and the dearest figure about 1,000 M CNY."""
    demand = float(sum(instance.demand)) / len(instance.demand)
    dearest = max(float(max(instance.opening)), float(instance.cost.max()), 1e-9)
    return Scale(1.0 / demand if demand > 0 else 1.0, 10.0 ** (3 - round(np.log10(dearest))))


def site_names(instance: Instance) -> list[str]:
    """Return a site_id for each site."""
    return [f"s{k + 1}" for k in range(len(instance.opening))]


def node_names(instance: Instance) -> list[str]:
    """Return a zone_id for each node."""
    return [f"n{k + 1}" for k in range(len(instance.demand))]


def as_inputs(instance: Instance, scale: Scale) -> Inputs:
    """Return the problem as inputs of the planning model, of one year and one load group."""
    sites, nodes = site_names(instance), node_names(instance)
    plants = pd.MultiIndex.from_product([sites, [TECHNOLOGY]], names=["site_id", "technology"])
    demand = instance.demand.astype(float) * scale.gw
    none = pd.DataFrame()
    return Inputs(
        sites=tuple(sites),
        zones=tuple(nodes),
        provinces=(PROVINCE,),
        years=(YEAR,),
        site=_sites(instance, scale),
        plants=Plants(pd.DataFrame(0.0, plants, ["shell", "liquid_cooling", "maintenance"]), none, none),
        steps=none,
        groups=_groups(),
        hours=Hours((), np.zeros(0), none),
        price=none,
        solar=none,
        wind=none,
        reach=Reach(none, (), none, none, none, none),
        given_gw={},
        arcs=_arcs(instance, scale),
        demand_gw={(node, CLASS, YEAR): float(v) for node, v in zip(nodes, demand, strict=True)},
        headroom_gw={},
        upgrades=none,
        quotas=pd.DataFrame({"sites": [], "year": []}),
        rules=[],
        prices=Money({"load_share": 1.0, "wan_m_cny_per_gbps_year_1000km": 1e3}),
        discount={YEAR: 1.0},
        asked=Asked(supply=SupplySettings(direct=False, battery=False, export=False)),
        rtt_ms={},
    )


def _sites(instance: Instance, scale: Scale) -> pd.DataFrame:
    most = sum(instance.demand)
    limits = [most] * len(instance.opening) if instance.capacity is None else instance.capacity
    return pd.DataFrame(
        {
            "province": PROVINCE,
            "it_max_gw": [float(min(v, most)) * scale.gw for v in limits],
            "fibre": instance.opening.astype(float) * scale.m_cny,
            "land": 0.0,
            "staff": 0.0,
            "transit": 0.0,
            "solar_max_gw": 0.0,
            "wind_max_gw": 0.0,
        },
        index=pd.Index(site_names(instance), name="site_id"),
    )


def _groups() -> Groups:
    traits = {"window_h": 0, "needs_liquid": False, "movable": False, "essential": False}
    table = pd.DataFrame(traits, index=pd.Index([CLASS], name="load_group"))
    return Groups(table, pd.Series({CLASS: CLASS}), pd.DataFrame(1.0, table.index, range(24)))


def _arcs(instance: Instance, scale: Scale) -> pd.DataFrame:
    """Return an arc of each pair in reach; a wave costs 1 M CNY a year per km and Gbps, a GW has 1 Gbps."""
    site, node = np.nonzero(instance.allowed)
    demand = np.maximum(instance.demand.astype(float)[node] * scale.gw, np.finfo(float).tiny)
    cost = instance.cost[site, node].astype(float) * scale.m_cny
    return pd.DataFrame(
        {
            "site_id": np.asarray(site_names(instance))[site],
            "zone_id": np.asarray(node_names(instance))[node],
            "class_id": CLASS,
            "load_group": CLASS,
            "wan_gbps": 1.0,
            "users": False,
            "km": cost / demand,
        }
    )


def campus_settings(instance: Instance, scale: Scale) -> compute.Settings:
    """Return sizes and rates that do not bind: one module holds the largest campus."""
    most = float(sum(instance.demand)) * scale.gw * MW_PER_GW
    return compute.Settings(
        module_mw=most,
        campus_min_mw=0.0,
        campus_max_mw=most,
        site_build_rate_mw_per_year=most,
        province_build_rate_mw_per_year=most,
    )


def build(instance: Instance, scale: Scale) -> Model:
    """Return the blocks of the planning model with the problem's figures, and the rows of the benchmark."""
    inputs = as_inputs(instance, scale)
    load = workload.Settings(allow_unserved=instance.cover, unserved_penalty_m_cny_per_mw=1.0 / MW_PER_GW)
    m = pyo.ConcreteModel(name="location")
    declare_sets(m, inputs, list(inputs.plants.table.index), inputs.years)
    _given(m, inputs)
    halls.add(m, inputs)
    terms = merge(
        [
            compute.add(m, inputs, campus_settings(instance, scale)),
            workload.add(m, inputs, load),
            accelerators.add(m, inputs, pd.DataFrame(), accelerators.Settings()),
            running.add(m, inputs),
        ]
    )
    counted = [*of(terms, "cost"), *of(terms, "penalty")]
    m.discount = pyo.Param(m.Y, initialize=inputs.discount)
    m.objective = pyo.Objective(rule=lambda m: sum(total(t, m.discount) for t in counted), sense=pyo.minimize)
    _benchmark(m, instance)
    return Model(m, terms)


def _given(m: pyo.ConcreteModel, inputs: Inputs) -> None:
    """Declare what `optim.model` declares for all blocks: one province, no same-city load."""
    m.P = pyo.Set(initialize=inputs.provinces)
    m.SITES = pyo.Set(m.P, initialize={PROVINCE: list(inputs.sites)})
    m.EDGE_Y = pyo.Set(dimen=2, initialize=[])
    m.given_gw = pyo.Param(m.S, m.Y, initialize={}, default=0.0)
    m.given_province_gw = pyo.Param(m.P, m.Y, default=0.0)
    m.given_total_gw = pyo.Param(m.Y, default=0.0)


def _benchmark(m: pyo.ConcreteModel, instance: Instance) -> None:
    """Declare a count of sites, single sourcing, and rows that tighten the relaxation.

    one_hall: modules[s] = opened[s], as one module holds a whole campus and costs nothing.
    linked: serve[s,d] <= demand[d] x opened[s]. covered, in its place where no arc costs anything:
    unserved[d] + demand[d] x (sites in reach that are open) >= demand[d]. whole: serve[s,d] = demand[d] x
    assigned[s,d]."""
    b = m.benchmark = pyo.Block()
    serve, opened, demand = m.workload.serve_gw, m.compute.opened, m.workload.demand_gw
    counts = [] if instance.count is None else [instance.count]
    b.COUNTS = pyo.Set(initialize=counts)
    b.count = pyo.Constraint(b.COUNTS, m.Y, rule=lambda b, k, y: sum(opened[s, y] for s in m.S) == k)
    b.one_hall = pyo.Constraint(m.NEW_Y, rule=lambda b, s, c, y: m.compute.modules[s, c, y] == opened[s, y])
    b.SOURCED = pyo.Set(dimen=4, initialize=m.workload.ARCS_Y if instance.single_source else [])
    b.assigned = pyo.Var(b.SOURCED, domain=pyo.Binary, dense=False)
    b.whole = pyo.Constraint(
        b.SOURCED, rule=lambda b, s, d, w, y: serve[s, d, w, y] == demand[d, w, y] * b.assigned[s, d, w, y]
    )
    free = not any(v > 0 for v in instance.cost.ravel()) and instance.capacity is None
    b.LINKED = pyo.Set(dimen=4, initialize=[] if free else m.workload.ARCS_Y)
    b.linked = pyo.Constraint(
        b.LINKED, rule=lambda b, s, d, w, y: serve[s, d, w, y] <= demand[d, w, y] * opened[s, y]
    )
    b.COVERED = pyo.Set(dimen=3, initialize=m.workload.NODES_Y if free else [])
    b.covered = pyo.Constraint(
        b.COVERED,
        rule=lambda b, d, w, y: (
            m.workload.unserved_gw[d, w, y]
            + demand[d, w, y] * sum(opened[s, y] for s in m.workload.REACH[d, w])
            >= demand[d, w, y]
        ),
    )
