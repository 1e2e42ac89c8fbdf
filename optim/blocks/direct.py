"""Direct supply: solar and wind connected to the plant, used, exported or curtailed."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optim.inputs import MW_PER_GW, Inputs
from optim.sets import site_param
from optim.settings import EDGE, EXISTING
from optim.terms import Term


def add(m: pyo.ConcreteModel, inputs: Inputs) -> list[Term]:
    """Return cost and charges of direct supply and the income of export; declare `m.direct`.

    direct + export <= cf_solar[t] x solar + cf_wind[t] x wind; what is left is curtailed. Capacity stays, and
    all plants of a site share its potential. Direct use pays network, system and levies.

    Parameters
    ----------
    m : ConcreteModel
        With the sets of `optim.sets`, hours, and `m.halls`.
    inputs : Inputs
        Output over capacity, potential, charges.
    """
    b = m.direct = pyo.Block()
    supply = inputs.asked.supply
    for name in ("direct_gw", "export_gw"):
        most = None if name == "direct_gw" or supply.export else 0.0
        b.add_component(
            name, pyo.Var(m.energy.PYT, domain=pyo.NonNegativeReals, bounds=(0, most), dense=False)
        )
    for kind, factor in (("solar", inputs.solar), ("wind", inputs.wind)):
        _capacity(m, kind)
        values = {(s, t): v for s in m.S for t, v in enumerate(factor.loc[s].to_numpy().tolist())}
        b.add_component(f"{kind}_share", pyo.Param(m.S, m.T, initialize=values))
    b.available = pyo.Constraint(
        m.energy.PYT,
        rule=lambda b, s, c, y, t: (
            b.direct_gw[s, c, y, t] + b.export_gw[s, c, y, t]
            <= b.solar_share[s, t] * b.solar_gw[s, c, y] + b.wind_share[s, t] * b.wind_gw[s, c, y]
        ),
    )
    _export(m, inputs)
    return _terms(m, inputs)


def _capacity(m: pyo.ConcreteModel, kind: str) -> None:
    """Declare a capacity in GW within its room, which stays; none at existing halls and edge."""
    b = m.direct

    def bounds(_: Any, s: str, c: str, y: int) -> tuple[float, float | None]:
        return (0, 0) if c in (EXISTING, EDGE) else (0, None)

    b.add_component(f"{kind}_gw", pyo.Var(m.PY, domain=pyo.NonNegativeReals, bounds=bounds, dense=False))
    capacity, room = b.component(f"{kind}_gw"), m.halls.component(f"{kind}_room_gw")
    b.add_component(
        f"{kind}_within_room",
        pyo.Constraint(m.NEW_Y, rule=lambda b, s, c, y: capacity[s, c, y] <= room[s, c, y]),
    )
    b.add_component(
        f"{kind}_stays",
        pyo.Constraint(
            m.NEW_LATER, rule=lambda b, s, c, y: capacity[s, c, y] >= capacity[s, c, m.previous[y]]
        ),
    )


def available_twh(m: pyo.ConcreteModel, s: str, c: str, y: int) -> Any:
    """Return what the capacity of a plant could give in a year [TWh]."""
    b = m.direct
    return b.solar_twh_per_gw[s] * b.solar_gw[s, c, y] + b.wind_twh_per_gw[s] * b.wind_gw[s, c, y]


def _export(m: pyo.ConcreteModel, inputs: Inputs) -> None:
    """Declare: export fits the meter, and is at most a share of the yearly output."""
    b = m.direct
    hours = inputs.hours.weight_h / 1e3
    for kind, factor in (("solar", inputs.solar), ("wind", inputs.wind)):
        yearly = {s: float(factor.loc[s].to_numpy() @ hours) for s in m.S}
        b.add_component(f"{kind}_twh_per_gw", pyo.Param(m.S, initialize=yearly))
    b.export_share_max = pyo.Param(initialize=inputs.asked.supply.export_share_max)
    b.export_within_meter = pyo.Constraint(
        m.energy.PYT, rule=lambda b, s, c, y, t: b.export_gw[s, c, y, t] <= m.halls.meter_gw[s, c, y]
    )
    b.export_share = pyo.Constraint(
        m.PY,
        rule=lambda b, s, c, y: (
            sum(m.twh_per_gw[t] * b.export_gw[s, c, y, t] for t in m.T)
            <= b.export_share_max * available_twh(m, s, c, y)
        ),
    )


def _terms(m: pyo.ConcreteModel, inputs: Inputs) -> list[Term]:
    b, prices = m.direct, inputs.prices
    for kind in ("solar", "wind"):
        yearly = prices[f"{kind}_m_cny_per_mw"] * prices.annuity(f"{kind}_life_years")
        yearly += prices[f"{kind}_om_m_cny_per_mw_year"]
        b.add_component(f"{kind}_cost", pyo.Param(initialize=yearly * MW_PER_GW * inputs.scale))
    b.direct_charge = site_param(m, inputs, "direct_charge")
    b.export_price = site_param(m, inputs, "export_price")
    return [
        Term("solar", "cost", m.PY, lambda s, c, y: b.solar_cost * b.solar_gw[s, c, y]),
        Term("wind", "cost", m.PY, lambda s, c, y: b.wind_cost * b.wind_gw[s, c, y]),
        Term(
            "direct_charge",
            "cost",
            m.PY,
            lambda s, c, y: sum(m.twh_per_gw[t] * b.direct_charge[s] * b.direct_gw[s, c, y, t] for t in m.T),
        ),
        Term(
            "export_income",
            "cost",
            m.PY,
            lambda s, c, y: -sum(m.twh_per_gw[t] * b.export_price[s] * b.export_gw[s, c, y, t] for t in m.T),
        ),
    ]
