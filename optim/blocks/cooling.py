"""Cooling: facility load and site water of the installed IT, technology fixed by the scenario."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optim.inputs import Inputs
from optim.terms import Term


def add(m: pyo.ConcreteModel, inputs: Inputs) -> list[Term]:
    """Return the facility load, the water drawn and its cost; declare `m.cooling`.

    Load [TWh] = IT [GW] x hours x load share x mean PUE; water [million m3] = IT energy [TWh] x WUE [L/kWh].

    Parameters
    ----------
    m : ConcreteModel
        With `m.compute` and the given load.
    inputs : Inputs
        PUE, WUE and water price by site.
    """
    b = m.cooling = pyo.Block()
    b.it_twh_per_gw = pyo.Param(initialize=inputs.it_twh_per_gw)
    b.pue_mean = pyo.Param(m.S, initialize=inputs.site["pue_mean"].to_dict())
    b.wue = pyo.Param(m.S, initialize=inputs.site["wue"].to_dict())
    b.water_price = pyo.Param(m.S, initialize=inputs.site["water"].to_dict())

    def it_twh(s: str, y: int) -> Any:
        return b.it_twh_per_gw * (m.compute.it_gw[s, y] + m.given_gw[s, y])

    return [
        Term("facility", "load", m.SY, lambda s, y: b.pue_mean[s] * it_twh(s, y)),
        Term("site_water", "water", m.SY, lambda s, y: b.wue[s] * it_twh(s, y)),
        Term("water", "cost", m.SY, lambda s, y: b.water_price[s] * b.wue[s] * it_twh(s, y)),
    ]
