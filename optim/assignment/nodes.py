"""Nodes of demand after classes are merged, and the cost of each arc to them, worked out when asked for.

Two classes whose latency limit, network cost, penalty and site costs are the same take the same arcs at the
same cost, so their load of a zone is one node: any plan of the merged problem, split by demand, is a plan
of the classes at the same cost, and the other way round. The planner merges its classes alike, by what they
ask of a plant (`optim.groups`) and without latency limits into a pool over all zones (`optim.arcs`); here
nodes keep their zone, since network cost depends on it. Latency is a filter in both: an arc over the limit
does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optim.assignment.problem import Array, Assignment, Whole


@dataclass(frozen=True)
class Nodes:
    """Merged demand.

    Attributes
    ----------
    problem : Assignment
        What it was merged from.
    first : array (groups,)
        A class of each group, which stands for all of it.
    group_of : array (classes,)
        Group of each class.
    zone, group : array (nodes,)
        Of each node.
    demand : array (nodes,)
        Load [GW], above 0.
    capacity : array (sites,)
        Largest load of a site [GW], never over the whole demand.
    """

    problem: Assignment
    first: Whole
    group_of: Whole
    zone: Whole
    group: Whole
    demand: Array
    capacity: Array

    @property
    def kind(self) -> Whole:
        """Return the class that stands for each node."""
        return self.first[self.group]

    @property
    def penalty(self) -> Array:
        """Return the cost of leaving a whole node unserved [M CNY]."""
        return self.problem.penalty_m_cny_per_gw[self.kind] * self.demand

    def costs(self, sites: slice, nodes: slice) -> Array:
        """Return the cost of serving whole nodes from sites [M CNY], `inf` over the latency limit."""
        p, zone, kind = self.problem, self.zone[nodes], self.kind[nodes]
        found = p.km[sites][:, zone] * p.network_m_cny_per_gw_km[kind]
        found += p.site_m_cny_per_gw[sites][:, kind]
        found *= self.demand[nodes]
        found[p.rtt_ms[sites][:, zone] > p.rtt_ms_max[kind]] = np.inf
        return found

    def costs_of(self, sites: Whole, nodes: Whole) -> Array:
        """Return the cost of single arcs within the limit [M CNY]."""
        p, zone, kind = self.problem, self.zone[nodes], self.kind[nodes]
        unit = p.km[sites, zone] * p.network_m_cny_per_gw_km[kind] + p.site_m_cny_per_gw[sites, kind]
        return unit * self.demand[nodes]


def merged(problem: Assignment) -> Nodes:
    """Return the nodes of a problem: zones by groups of classes that cost and reach alike."""
    traits = np.vstack(
        [
            problem.rtt_ms_max,
            problem.network_m_cny_per_gw_km,
            problem.penalty_m_cny_per_gw,
            problem.site_m_cny_per_gw,
        ]
    )
    _, first, group_of = np.unique(traits, axis=1, return_index=True, return_inverse=True)
    group_of = group_of.ravel()
    load = np.zeros((len(problem.demand_gw), len(first)))
    np.add.at(load.T, group_of, problem.demand_gw.T)
    zone, group = np.nonzero(load > 0)
    capacity = np.minimum(problem.capacity_gw, load.sum())
    return Nodes(problem, first, group_of, zone, group, load[zone, group], capacity)
