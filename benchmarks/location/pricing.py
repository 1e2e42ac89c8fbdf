"""What the model's plan costs by the problem's own figures: exact sums over the sites chosen."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pyomo.environ as pyo

from benchmarks.location.formulation import CLASS, YEAR, Scale, node_names, site_names
from benchmarks.location.instance import Instance, Number
from optim.session import Session
from optim.tables import SolverError

AGREES = 1e-6


def price(
    m: pyo.ConcreteModel, session: Session, instance: Instance, scale: Scale, opened: list[int]
) -> Number:
    """Return the cost of the plan with these sites open (the demand covered, if it is about that), exactly.

    Parameters
    ----------
    m : ConcreteModel
        With the values of the plan.
    session : Session
        Solved; it is solved once more where demand is split.
    instance, scale
        The problem and the units of the model.
    opened : list of int
        Sites, from 0.

    Raises
    ------
    SolverError
        The plan serves a node twice or not at all, or overloads a site.
    """
    if instance.cover:
        covered = instance.allowed[opened].any(axis=0)
        return sum(instance.demand[covered], start=0)
    fixed = sum(instance.opening[opened], start=0)
    if instance.single_source:
        return fixed + _assigned(m, instance, opened)
    if instance.split:
        return fixed + _shared(m, session, instance, scale, opened)
    rows = range(len(instance.demand))
    return fixed + sum(min(instance.cost[s, d] for s in opened if instance.allowed[s, d]) for d in rows)


def _assigned(m: pyo.ConcreteModel, instance: Instance, opened: list[int]) -> Number:
    """Return the cost of the assignment, each node to one open site, within capacity."""
    assigned, nodes = m.benchmark.assigned, node_names(instance)
    names = site_names(instance)
    load: dict[int, Number] = dict.fromkeys(opened, 0)
    cost: Number = 0
    for d, node in enumerate(nodes):
        held = [s for s in opened if pyo.value(assigned[names[s], node, CLASS, YEAR]) > 0.5]
        if len(held) != 1:
            raise SolverError(f"the plan serves node {d + 1} from {len(held)} open sites, expected one")
        load[held[0]] += instance.demand[d]
        cost += instance.cost[held[0], d]
    _within(instance, load)
    return cost


def _shared(
    m: pyo.ConcreteModel, session: Session, instance: Instance, scale: Scale, opened: list[int]
) -> Number:
    """Return the cost of split supply, solved again with the sites held, in whole units of demand.

    With whole demand and capacities the vertices of the transport problem are whole, so rounding only takes
    the solver's error away; the sums are checked.
    """
    names, nodes = site_names(instance), node_names(instance)
    held: list[Any] = [*m.compute.opened.values(), *m.compute.modules.values()]
    columns = session.columns_of(held)
    session.fix(columns, np.asarray([round(pyo.value(v)) for v in held], dtype=float))
    session.solve_relaxed()
    session.load(session.values())
    unit = _unit(instance)
    load: dict[int, Number] = dict.fromkeys(opened, 0)
    cost: Number = 0
    for d, node in enumerate(nodes):
        shares = {s: _whole(m, scale, names[s], node, unit) for s in opened}
        if sum(shares.values()) != instance.demand[d]:
            raise SolverError(
                f"the plan serves {sum(shares.values())} of node {d + 1}, expected {instance.demand[d]}"
            )
        for s, amount in shares.items():
            load[s] += amount
            cost += instance.cost[s, d] * Fraction(amount) / Fraction(instance.demand[d])
    _within(instance, load)
    return cost


def _unit(instance: Instance) -> Fraction:
    """Return the unit of which all demand and capacities are whole multiples."""
    figures = [*instance.demand, *(instance.capacity if instance.capacity is not None else [])]
    return Fraction(1, math.lcm(*(Fraction(v).denominator for v in figures)))


def _whole(m: pyo.ConcreteModel, scale: Scale, site: str, node: str, unit: Fraction) -> Fraction:
    served = pyo.value(m.workload.serve_gw[site, node, CLASS, YEAR]) / scale.gw
    return round(served / float(unit)) * unit


def _within(instance: Instance, load: dict[int, Number]) -> None:
    over = [s + 1 for s, v in load.items() if instance.capacity is not None and v > instance.capacity[s]]
    if over:
        raise SolverError(f"the plan overloads the sites {', '.join(map(str, over))}")


def compare(instance: Instance, value: Number, objective: float) -> None:
    """Check that the model's objective is what the instance's own figures give."""
    priced = float(sum(instance.demand) - value if instance.cover else value)
    if abs(priced - objective) > AGREES * max(1.0, abs(priced)):
        raise SolverError(f"the model says {objective!r}, the file's figures say {priced!r}")
