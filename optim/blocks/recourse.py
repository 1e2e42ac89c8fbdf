"""Recourse: stands for the plants' energy in the master problem, as cuts on its least cost."""

from __future__ import annotations

import pyomo.environ as pyo

from optim.inputs import Inputs
from optim.terms import Term

_TWH_PER_GW = 8.784  # a year of full load
_SPARE_M_CNY = 1e3


def add(m: pyo.ConcreteModel, inputs: Inputs) -> list[Term]:
    """Return the cost of energy as a free variable that cuts hold up; declare `m.recourse`.

    energy_m_cny[s,c,y] >= value + gradient x (halls - point) for every cut (see `optim.cuts`). Its lower
    bound is never reached: twice what the export of the site's whole potential earns, and 1 bn CNY. One far
    below would cost the interior point many iterations.

    Parameters
    ----------
    m : ConcreteModel
        With the sets of `optim.sets`.
    inputs : Inputs
        Potential and export price of the sites.
    """
    b = m.recourse = pyo.Block()
    site = inputs.site
    export_twh = (
        _TWH_PER_GW * inputs.asked.supply.export_share_max * (site["solar_max_gw"] + site["wind_max_gw"])
    )
    lowest = (-_SPARE_M_CNY - 2.0 * site["export_price"].abs() * export_twh).to_dict()
    bounds = {(s, c, y): (lowest[s], None) for s, c, y in m.PY}
    b.energy_m_cny = pyo.Var(m.PY, domain=pyo.Reals, bounds=bounds, dense=False)
    return [Term("energy_cut", "cost", m.PY, lambda s, c, y: b.energy_m_cny[s, c, y])]
