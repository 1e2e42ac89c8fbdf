"""What a plan reaches of each policy rule on capacity and load, from the solved model."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optim.inputs import MW_PER_GW
from optim.policy import Rule
from optim.settings import EXISTING

_LEAST = 1e-6


def _of(variable: Any) -> float:
    return max(0.0, variable.value or 0.0)


def _share(part: float, whole: float, empty: float) -> float:
    return part / whole if whole > _LEAST else empty


def hub_share(m: pyo.ConcreteModel, rule: Rule, place: str, y: int) -> float:
    """Return the share of the place in all new IT."""
    inside = sum(_of(m.compute.it_new_gw[s, y]) + m.given_gw[s, y] for s in rule.places[place])
    return _share(inside, _of(m.compute.total_it_gw[y]), 0.0)


def residency(m: pyo.ConcreteModel, rule: Rule, place: str, y: int) -> float:
    """Return the share of the class that is served inside the place, 1 without demand."""
    load, node = m.workload, (place, rule.class_id)
    inside = sum(_of(load.serve_gw[s, *node, y]) for s in m.residency.INSIDE[rule.rule_id, place])
    return _share(inside, load.demand_gw[*node, y] - _of(load.unserved_gw[*node, y]), 1.0)


def rack_use(m: pyo.ConcreteModel, rule: Rule, place: str, y: int) -> float:
    """Return the use of the existing halls left standing in the place, 1 if none is."""
    b, key = m.rack_use, (rule.rule_id, place)
    put = sum(_of(m.halls.it_gw[s, EXISTING, y]) for s in b.HALLS[key])
    retired = sum(_of(m.running.retired_gw[s, y]) for s in b.HALLS[key])
    return _share(b.used_gw[key] + put, b.standing_gw[key] - retired, 1.0)


def domestic_share(m: pyo.ConcreteModel, rule: Rule, place: str, y: int) -> float:
    """Return the share of domestic types in the accelerators' IT power of the place, 1 without any."""
    b, chosen = m.domestic_share, m.accelerators.it_type_gw
    sites = b.SITES_OF[rule.rule_id, place]
    home, whole = (sum(_of(chosen[s, a, y]) for s in sites for a in types) for types in (b.HOME, b.ALL))
    return _share(home, whole, 1.0)


def site_mw(m: pyo.ConcreteModel, rule: Rule, site: str, y: int) -> float:
    """Return what a rule on single sites counts there [MW]."""
    if rule.kind == "build_pause":
        before = sum(_of(m.compute.it_new_gw[site, z]) for z in m.build_pause.before[rule.rule_id, site, y])
        return max(0.0, _of(m.compute.it_new_gw[site, y]) - before) * MW_PER_GW
    if rule.kind != "large_in_hub_only":
        over = m.component(rule.kind).OVER[rule.rule_id, site]
        return sum(_of(m.halls.it_gw[site, c, y]) for c in over) * MW_PER_GW
    if rule.local_load_exempt:
        away = m.large_in_hub_only.AWAY[rule.rule_id, site]
        return sum(_of(m.workload.serve_gw[site, d, w, y]) for d, w in away) * MW_PER_GW
    return _of(m.compute.it_new_gw[site, y]) * MW_PER_GW
