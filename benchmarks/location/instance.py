"""A location problem: sites, nodes, and exact figures of what serving them costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata.tables import TableError

Number = int | Fraction
Exact = NDArray[Any]  # of dtype object, holding Number
Mask = NDArray[np.bool_]


def exact(values: list[Any] | Exact) -> Exact:
    """Return an array of exact numbers."""
    return np.asarray(values, dtype=object)


def plain(value: Number) -> int | float:
    """Return a number for print: an int if whole, else the nearest float."""
    return int(value) if Fraction(value).denominator == 1 else float(value)


@dataclass(frozen=True)
class Instance:
    """A location problem.

    Attributes
    ----------
    opening : array (sites,)
        Cost of opening a site.
    cost : array (sites, nodes)
        Cost of serving the whole demand of a node from a site.
    demand : array (nodes,)
        What a node takes of a site's capacity; what counts of it where not all nodes must be served.
    capacity : array (sites,), optional
        Absent: no limit.
    reach : array (sites, nodes), optional
        Which site may serve which node. Absent: each.
    count : int, optional
        Sites to open, exactly. Absent: any.
    single_source : bool
        Each node is served by one site.
    cover : bool
        Nodes may stay unserved; as much demand as possible is served, costs do not count.
    weight : array (nodes,), optional
        Weights that `cost` holds already, for the mean distance.
    stated : number, optional
        Best value that the file itself names.
    nodes : list of str
        Names of the nodes, where the file has any.
    """

    opening: Exact
    cost: Exact
    demand: Exact
    capacity: Exact | None = None
    reach: Mask | None = None
    count: int | None = None
    single_source: bool = False
    cover: bool = False
    weight: Exact | None = None
    stated: Number | None = None
    nodes: list[str] = field(default_factory=list)

    @property
    def allowed(self) -> Mask:
        """Return which site may serve which node."""
        return np.ones(self.cost.shape, dtype=bool) if self.reach is None else self.reach

    @property
    def whole(self) -> bool:
        """Return whether every plan without split demand costs a whole number."""
        figures = self.demand if self.cover else np.concatenate([self.opening, self.cost.ravel()])
        return not self.split and all(Fraction(v).denominator == 1 for v in figures)

    @property
    def split(self) -> bool:
        """Return whether demand may have to be split between sites."""
        return self.capacity is not None and not self.single_source


def checked(instance: Instance, where: str) -> Instance:
    """Return the instance if it can have a plan at all.

    Raises
    ------
    TableError
        Negative figures, a node out of reach, too many sites asked for, too little capacity.
    """
    faults = list(_faults(instance))
    if faults:
        raise TableError(f"{where}: {'; '.join(faults)}")
    return instance


def _faults(instance: Instance) -> list[str]:
    sites, nodes = instance.cost.shape
    found = []
    if not sites or not nodes:
        found.append(f"found {sites} sites and {nodes} nodes, expected at least one of each")
    figures = [instance.opening, instance.cost.ravel(), instance.demand]
    if any(v < 0 for part in figures for v in part):
        found.append("found negative figures, expected costs and demand of 0 or more")
    if instance.count is not None and not 1 <= instance.count <= sites:
        found.append(f"found {instance.count} sites to open, expected 1 to {sites}")
    lost = np.flatnonzero(~instance.allowed.any(axis=0))
    if len(lost) and not instance.cover:
        names = ", ".join(instance.nodes[k] if instance.nodes else str(k + 1) for k in lost[:5])
        found.append(f"no site reaches {len(lost)} nodes ({names})")
    return found + _capacity_faults(instance)


def _capacity_faults(instance: Instance) -> list[str]:
    if instance.capacity is None:
        return []
    if any(v <= 0 for v in instance.demand) or any(v < 0 for v in instance.capacity):
        return ["found demand of 0 or less or capacity below 0, expected demand above 0 with capacities"]
    most = sum(sorted(instance.capacity, reverse=True)[: instance.count])
    if most < sum(instance.demand):
        return [f"found capacity {plain(most)} for demand {plain(sum(instance.demand))}, expected enough"]
    return []
