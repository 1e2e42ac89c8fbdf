"""Battery of a plant: losses in charging, discharging and standing, a ring within each day."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optim.inputs import MW_PER_GW, Inputs
from optim.settings import EDGE, EXISTING
from optim.terms import Term


def add(m: pyo.ConcreteModel, inputs: Inputs) -> list[Term]:
    """Return the cost of the battery; declare `m.storage`.

    stored[t] = (1 - loss) stored[t-1] + eta_in charge - discharge / eta_out; stored <= battery_gwh;
    charge + discharge <= battery_gw. Capacity stays.

    Parameters
    ----------
    m : ConcreteModel
        With the sets of `optim.sets` and hours.
    inputs : Inputs
        Cost items.
    """
    b = m.storage = pyo.Block()
    prices, allowed = inputs.prices, inputs.asked.supply.battery

    def bounds(_: Any, s: str, c: str, y: int) -> tuple[float, float | None]:
        return (0, None) if allowed and c not in (EXISTING, EDGE) else (0, 0)

    for name in ("charge_gw", "discharge_gw", "stored_gwh"):
        b.add_component(name, pyo.Var(m.energy.PYT, domain=pyo.NonNegativeReals, dense=False))
    b.battery_gw = pyo.Var(m.PY, domain=pyo.NonNegativeReals, bounds=bounds, dense=False)
    b.battery_gwh = pyo.Var(m.PY, domain=pyo.NonNegativeReals, bounds=bounds, dense=False)
    b.keep = pyo.Param(initialize=1.0 - prices["battery_loss_share_per_h"])
    b.eta_in = pyo.Param(initialize=prices["battery_charge_efficiency_share"])
    b.per_eta_out = pyo.Param(initialize=1.0 / prices["battery_discharge_efficiency_share"])
    _constraints(m)
    life = prices.annuity("battery_life_years")
    power = prices["battery_m_cny_per_mw"] * life + prices["battery_om_m_cny_per_mw_year"]
    b.power_cost = pyo.Param(initialize=power * MW_PER_GW * inputs.scale)
    b.energy_cost = pyo.Param(initialize=prices["battery_m_cny_per_mwh"] * life * MW_PER_GW * inputs.scale)
    return [
        Term(
            "battery",
            "cost",
            m.PY,
            lambda s, c, y: b.power_cost * b.battery_gw[s, c, y] + b.energy_cost * b.battery_gwh[s, c, y],
        )
    ]


def _constraints(m: pyo.ConcreteModel) -> None:
    b, hours = m.storage, m.energy.PYT
    b.level = pyo.Constraint(
        hours,
        rule=lambda b, s, c, y, t: (
            b.stored_gwh[s, c, y, t]
            == b.keep * b.stored_gwh[s, c, y, m.previous_hour[t]]
            + b.eta_in * b.charge_gw[s, c, y, t]
            - b.per_eta_out * b.discharge_gw[s, c, y, t]
        ),
    )
    b.within_energy = pyo.Constraint(
        hours, rule=lambda b, s, c, y, t: b.stored_gwh[s, c, y, t] <= b.battery_gwh[s, c, y]
    )
    b.within_power = pyo.Constraint(
        hours,
        rule=lambda b, s, c, y, t: (
            b.charge_gw[s, c, y, t] + b.discharge_gw[s, c, y, t] <= b.battery_gw[s, c, y]
        ),
    )
    for name in ("battery_gw", "battery_gwh"):
        capacity = b.component(name)
        b.add_component(f"{name}_stays", _stays(m, capacity))


def _stays(m: pyo.ConcreteModel, capacity: pyo.Var) -> pyo.Constraint:
    return pyo.Constraint(
        m.NEW_LATER, rule=lambda b, s, c, y: capacity[s, c, y] >= capacity[s, c, m.previous[y]]
    )
