"""Grid: connection of each site, provincial headroom with priced upgrades, purchase at two-part tariffs."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optim.inputs import Inputs
from optim.terms import Term


def add(m: pyo.ConcreteModel, inputs: Inputs) -> list[Term]:
    """Return purchase as supply, its cost and emissions, connection and upgrade cost; declare `m.grid`.

    Variables: connection_gw[s,y] at the meter, upgrade_gw[p,k,y], both cumulative; purchase_twh[s,y].

    Parameters
    ----------
    m : ConcreteModel
        With `m.compute` and the given load.
    inputs : Inputs
        Headroom, upgrades, tariff and emission factor.
    """
    b = m.grid = pyo.Block()
    _steps(m, inputs)
    b.connection_gw = pyo.Var(m.S, m.Y, domain=pyo.NonNegativeReals, dense=False)
    b.purchase_twh = pyo.Var(m.S, m.Y, domain=pyo.NonNegativeReals, dense=False)
    b.upgrade_gw = pyo.Var(b.STEPS_Y, domain=pyo.NonNegativeReals, dense=False)
    b.headroom_gw = pyo.Param(
        m.P, m.Y, initialize={(p, y): inputs.headroom_gw[p, y] for p in m.P for y in m.Y}
    )
    b.pue_peak = pyo.Param(m.S, initialize=inputs.site["pue_peak"].to_dict())
    _constraints(m)
    return [*_purchase_terms(m, inputs), *_capacity_terms(m, inputs)]


def _steps(m: pyo.ConcreteModel, inputs: Inputs) -> None:
    """Declare the upgrade steps, the years in which each can be had, their size and cost."""
    b = m.grid
    table = {(str(row["province"]), int(row["step"])): row for row in inputs.upgrades.to_dict("records")}
    begun = [(*key, y) for key, row in table.items() for y in inputs.years if y >= row["earliest_year"]]
    b.STEPS = pyo.Set(dimen=2, initialize=list(table))
    b.STEPS_Y = pyo.Set(dimen=3, initialize=begun)
    later = [(*k, y) for *k, y in b.STEPS_Y if (*k, y - 1) in b.STEPS_Y]
    b.STEPS_LATER = pyo.Set(dimen=3, initialize=later)
    open_steps = {(p, y): [k for q, k, z in b.STEPS_Y if (q, z) == (p, y)] for p in m.P for y in m.Y}
    b.OPEN_STEPS = pyo.Set(m.P, m.Y, initialize=open_steps)
    b.size_gw = pyo.Param(b.STEPS, initialize={key: row["size_gw"] for key, row in table.items()})
    b.step_cost = pyo.Param(b.STEPS, initialize={key: row["cost"] for key, row in table.items()})


def _constraints(m: pyo.ConcreteModel) -> None:
    b = m.grid
    b.meter_peak = pyo.Constraint(
        m.S,
        m.Y,
        rule=lambda b, s, y: (
            b.pue_peak[s] * (m.compute.it_gw[s, y] + m.given_gw[s, y]) <= b.connection_gw[s, y]
        ),
    )
    b.connection_stays = pyo.Constraint(
        m.S, m.LATER, rule=lambda b, s, y: b.connection_gw[s, y] >= b.connection_gw[s, m.previous[y]]
    )
    b.headroom = pyo.Constraint(
        m.P,
        m.Y,
        rule=lambda b, p, y: (
            sum(b.connection_gw[s, y] for s in m.SITES[p])
            <= b.headroom_gw[p, y] + sum(b.upgrade_gw[p, k, y] for k in b.OPEN_STEPS[p, y])
        ),
    )
    b.upgrade_size = pyo.Constraint(
        b.STEPS_Y, rule=lambda b, p, k, y: b.upgrade_gw[p, k, y] <= b.size_gw[p, k]
    )
    b.upgrade_stays = pyo.Constraint(
        b.STEPS_LATER, rule=lambda b, p, k, y: b.upgrade_gw[p, k, y] >= b.upgrade_gw[p, k, m.previous[y]]
    )


def _purchase_terms(m: pyo.ConcreteModel, inputs: Inputs) -> list[Term]:
    """Return supply, energy and demand charge, emissions; billed is the monthly peak of the IT load."""
    b = m.grid
    b.billed_share = pyo.Param(initialize=inputs.billed_share)
    b.energy_price = pyo.Param(m.S, initialize=inputs.site["energy"].to_dict())
    b.demand_charge = pyo.Param(m.S, initialize=inputs.site["demand_charge"].to_dict())
    b.emission_factor = pyo.Param(m.S, initialize=inputs.site["emissions"].to_dict())
    b.carbon_price = pyo.Param(initialize=inputs.prices["carbon_cny_per_tco2"] * inputs.price_factor)

    def billed_gw(s: str, y: int) -> Any:
        return b.billed_share * b.pue_peak[s] * (m.compute.it_gw[s, y] + m.given_gw[s, y])

    return [
        Term("purchase", "supply", m.SY, lambda s, y: b.purchase_twh[s, y]),
        Term("energy", "cost", m.SY, lambda s, y: b.energy_price[s] * b.purchase_twh[s, y]),
        Term("demand_charge", "cost", m.SY, lambda s, y: b.demand_charge[s] * billed_gw(s, y)),
        Term("grid", "emissions", m.SY, lambda s, y: b.emission_factor[s] * b.purchase_twh[s, y]),
        Term(
            "carbon", "cost", m.SY, lambda s, y: b.carbon_price * b.emission_factor[s] * b.purchase_twh[s, y]
        ),
    ]


def _capacity_terms(m: pyo.ConcreteModel, inputs: Inputs) -> list[Term]:
    b = m.grid
    b.connection_cost = pyo.Param(m.S, initialize=inputs.site["connection"].to_dict())
    return [
        Term("connection", "cost", m.SY, lambda s, y: b.connection_cost[s] * b.connection_gw[s, y]),
        Term("upgrades", "cost", b.STEPS_Y, lambda p, k, y: b.step_cost[p, k] * b.upgrade_gw[p, k, y]),
    ]
