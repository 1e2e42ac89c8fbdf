"""Prices of the relaxation: what a variable costs and, at the duals, what it takes from all other sites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from optim.marginals import Marginals

SHARED = (
    "workload.demand",
    "compute.it_of_all",
    "compute.province_build_rate_first",
    "compute.province_build_rate",
    "grid.headroom",
    "resilience.largest_province_share",
    "resilience.largest_site_share",
    "resilience.province_counts",
    "resilience.essential_load",
    "resilience.fit_halls",
    "resilience.reserve",
    "accelerators.bought_first",
    "accelerators.bought_later",
    "hub_share.row",
    "large_in_hub_only.row",
    "pue_cap.row",
    "wue_cap.row",
    "residency.row",
    "rack_use.row",
    "build_pause.row",
    "domestic_share.row",
    "budgets.rtt",
)


@dataclass(frozen=True)
class NetPrices:
    """Discounted price of one unit of a variable, by identity; what is not in the model costs nothing.

    `cost` is its own cost; `net` adds what it takes of the constraints that sites share, at their duals.
    """

    cost: dict[int, float]
    net: dict[int, float]

    def own(self, variable: Any) -> float:
        """Return the own cost of one unit [M CNY]."""
        return self.cost.get(id(variable), 0.0)

    def of(self, variable: Any) -> float:
        """Return the net price of one unit [M CNY]."""
        return self.net.get(id(variable), 0.0)

    def taken(self, variable: Any) -> float:
        """Return the value of what one unit takes of shared constraints, without its own cost [M CNY]."""
        return self.of(variable) - self.own(variable)


def net_prices(m: pyo.ConcreteModel, relaxed: Marginals) -> NetPrices:
    """Return c - A'duals over the constraints that sites share (`SHARED`).

    Parameters
    ----------
    m : ConcreteModel
        Whole or master.
    relaxed : Marginals
        Of its linear relaxation.
    """
    compiled = LinearStandardFormCompiler().write(m, mixed_form=True)
    cost = np.asarray(compiled.c.todense(), dtype=float).ravel()
    duals = np.zeros(len(compiled.rows))
    for k, row in enumerate(compiled.rows):
        name = row.constraint.parent_component().name
        if name in SHARED:
            duals[k] = relaxed.duals.get(name, {}).get(_key(row.constraint), 0.0)
    net = cost - np.asarray(compiled.A.T @ duals, dtype=float).ravel()
    names = [id(variable) for variable in compiled.columns]
    return NetPrices(
        dict(zip(names, cost.tolist(), strict=True)), dict(zip(names, net.tolist(), strict=True))
    )


def _key(component: Any) -> tuple[Any, ...]:
    index = component.index()
    return index if isinstance(index, tuple) else (index,)
