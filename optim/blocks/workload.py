"""Workload: every class and zone is served over arcs that fit its latency, or reported as unserved."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyomo.environ as pyo
from pydantic import Field

from optim.inputs import MW_PER_GW, Inputs
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

    Variables: serve_gw[s,d,w,y] on the arcs that fit, unserved_gw[d,w,y]. The merged classes are one node.

    Parameters
    ----------
    m : ConcreteModel
        With the sets of `optim.model` and `m.compute`.
    inputs : Inputs
        Arcs and demand.
    settings : Settings
        What happens to load without a place.
    """
    b = m.workload = pyo.Block()
    arcs = list(inputs.arcs[["site_id", "zone_id", "class_id"]].itertuples(index=False, name=None))
    nodes = sorted({(d, w) for d, w, _ in inputs.demand_gw})
    b.ARCS = pyo.Set(dimen=3, initialize=[a for a in arcs if a[1:] in set(nodes)])
    b.NODES = pyo.Set(dimen=2, initialize=nodes)
    b.ARCS_Y = pyo.Set(dimen=4, initialize=[(*a, y) for a in b.ARCS for y in inputs.years])
    b.NODES_Y = pyo.Set(dimen=3, initialize=[(*n, y) for n in nodes for y in inputs.years])
    b.REACH = pyo.Set(b.NODES, initialize=_grouped([((d, w), s) for s, d, w in b.ARCS], nodes))
    b.SERVED = pyo.Set(m.S, dimen=2, initialize=_grouped([(s, (d, w)) for s, d, w in b.ARCS], inputs.sites))
    b.serve_gw = pyo.Var(b.ARCS_Y, domain=pyo.NonNegativeReals, dense=False)
    most = None if settings.allow_unserved else 0.0
    b.unserved_gw = pyo.Var(b.NODES_Y, domain=pyo.NonNegativeReals, bounds=(0, most), dense=False)
    _constraints(m, inputs)
    return _terms(m, inputs, settings)


def _grouped(pairs: list[tuple[Any, Any]], keys: Iterable[Any]) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = {key: [] for key in keys}
    for key, member in pairs:
        groups[key].append(member)
    return groups


def _constraints(m: pyo.ConcreteModel, inputs: Inputs) -> None:
    b = m.workload
    b.demand_gw = pyo.Param(b.NODES_Y, initialize=inputs.demand_gw, default=0.0)
    b.demand = pyo.Constraint(
        b.NODES_Y,
        rule=lambda b, d, w, y: (
            sum(b.serve_gw[s, d, w, y] for s in b.REACH[d, w]) + b.unserved_gw[d, w, y]
            == b.demand_gw[d, w, y]
        ),
    )
    b.served_within_it = pyo.Constraint(
        m.S,
        m.Y,
        rule=lambda b, s, y: sum(b.serve_gw[s, d, w, y] for d, w in b.SERVED[s]) <= m.compute.it_gw[s, y],
    )


def _terms(m: pyo.ConcreteModel, inputs: Inputs, settings: Settings) -> list[Term]:
    b = m.workload
    rows = inputs.arcs[["site_id", "zone_id", "class_id", "wan"]].itertuples(index=False, name=None)
    wan = {(s, d, w): cost for s, d, w, cost in rows}
    b.wan_cost = pyo.Param(b.ARCS, initialize={a: wan[a] for a in b.ARCS})
    b.penalty = pyo.Param(initialize=settings.unserved_penalty_m_cny_per_mw * MW_PER_GW)
    return [
        Term("wan", "cost", b.ARCS_Y, lambda s, d, w, y: b.wan_cost[s, d, w] * b.serve_gw[s, d, w, y]),
        Term("unserved", "penalty", b.NODES_Y, lambda d, w, y: b.penalty * b.unserved_gw[d, w, y]),
    ]
