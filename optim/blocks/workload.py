"""Workload: every class and zone is served over arcs that fit its latency, or reported as unserved."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo
from pydantic import Field

from optim.inputs import MW_PER_GW, Inputs
from optim.sets import grouped
from optim.settings import Frozen
from optim.terms import Term


class Settings(Frozen):
    """Demand that cannot be placed."""

    allow_unserved: bool = Field(
        True, description="report load that finds no place; false: the plan is infeasible"
    )
    unserved_penalty_m_cny_per_mw: float = Field(
        100.0, gt=0, description="weight of one MW unserved for a year in the search, kept out of cost totals"
    )


def add(m: pyo.ConcreteModel, inputs: Inputs, settings: Settings) -> list[Term]:
    """Return the bandwidth cost and the penalty of unserved load; declare `m.workload`.

    Variables: serve_gw[s,d,w,y] on the arcs that fit, unserved_gw[d,w,y]. Merged classes of one load group
    are one node.

    Parameters
    ----------
    m : ConcreteModel
        With the sets of `optim.sets`.
    inputs : Inputs
        Arcs and demand.
    settings : Settings
        What happens to load without a place.
    """
    b = m.workload = pyo.Block()
    nodes = sorted({(d, w) for d, w, _ in inputs.demand_gw})
    keys = ["site_id", "zone_id", "class_id"]
    arcs = list(inputs.arcs[keys].itertuples(index=False, name=None))
    b.ARCS = pyo.Set(dimen=3, initialize=arcs)
    b.NODES = pyo.Set(dimen=2, initialize=nodes)
    b.ARCS_Y = pyo.Set(dimen=4, initialize=[(*a, y) for a in arcs for y in inputs.years])
    b.NODES_Y = pyo.Set(dimen=3, initialize=[(*n, y) for n in nodes for y in inputs.years])
    b.REACH = pyo.Set(b.NODES, initialize=grouped([((d, w), s) for s, d, w in arcs], nodes))
    by_group = [((s, f), (d, w)) for (s, d, w), f in zip(arcs, inputs.arcs["load_group"], strict=True)]
    members = grouped(by_group, sorted({key for key, _ in by_group}))
    b.SITE_GROUPS = pyo.Set(dimen=2, initialize=list(members))
    b.SERVED = pyo.Set(b.SITE_GROUPS, dimen=2, initialize=members)
    b.serve_gw = pyo.Var(b.ARCS_Y, domain=pyo.NonNegativeReals, dense=False)
    most = None if settings.allow_unserved else 0.0
    b.unserved_gw = pyo.Var(b.NODES_Y, domain=pyo.NonNegativeReals, bounds=(0, most), dense=False)
    b.demand_gw = pyo.Param(b.NODES_Y, initialize=inputs.demand_gw, default=0.0)
    b.demand = pyo.Constraint(
        b.NODES_Y,
        rule=lambda b, d, w, y: (
            sum(b.serve_gw[s, d, w, y] for s in b.REACH[d, w]) + b.unserved_gw[d, w, y]
            == b.demand_gw[d, w, y]
        ),
    )
    return [*_bandwidth(m, inputs), _penalty(m, settings)]


def served_gw(m: pyo.ConcreteModel, s: str, f: str, y: int) -> Any:
    """Return the load of a group that a site serves [GW]."""
    return sum(m.workload.serve_gw[s, d, w, y] for d, w in m.workload.SERVED[s, f])


def _penalty(m: pyo.ConcreteModel, settings: Settings) -> Term:
    b = m.workload
    b.penalty = pyo.Param(initialize=settings.unserved_penalty_m_cny_per_mw * MW_PER_GW)
    return Term("unserved", "penalty", b.NODES_Y, lambda d, w, y: b.penalty * b.unserved_gw[d, w, y])


def _bandwidth(m: pyo.ConcreteModel, inputs: Inputs) -> list[Term]:
    """Return the cost of each product: waves by distance, transit at the price of the site's side."""
    b = m.workload
    product = product_of(inputs)
    wave_price = inputs.prices["wan_m_cny_per_gbps_year_1000km"] * inputs.scale
    transit = inputs.site["transit"]
    rows = inputs.arcs.assign(product=product).set_index(["site_id", "zone_id", "class_id"])
    terms = []
    for name in ("wave", "transit"):
        mine = rows[rows["product"] == name]
        site_price = transit.reindex(mine.index.get_level_values("site_id")).to_numpy(dtype=float)
        price = wave_price * mine["km"] / 1e3 if name == "wave" else site_price
        cost = dict(zip(mine.index.to_list(), (mine["wan_gbps"] * price).tolist(), strict=True))
        b.add_component(f"{name}_ARCS_Y", pyo.Set(dimen=4, initialize=[(*a, y) for a in cost for y in m.Y]))
        b.add_component(f"{name}_PAIRS", pyo.Set(dimen=3, initialize=list(cost)))
        b.add_component(f"{name}_cost", pyo.Param(b.component(f"{name}_PAIRS"), initialize=cost))
        terms.append(_product_term(m, name))
    return terms


def product_of(inputs: Inputs) -> list[str]:
    """Return the product that carries each arc of `inputs.arcs`."""
    return [inputs.asked.bandwidth.users if users else "wave" for users in inputs.arcs["users"]]


def _product_term(m: pyo.ConcreteModel, name: str) -> Term:
    b = m.workload
    cost, index = b.component(f"{name}_cost"), b.component(f"{name}_ARCS_Y")
    return Term(name, "cost", index, lambda s, d, w, y: cost[s, d, w] * b.serve_gw[s, d, w, y])
