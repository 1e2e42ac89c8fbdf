"""Halls: what a plant is asked to run, and the budgets that its energy has to keep to.

These variables are all that the hourly energy of a plant sees of the rest of the model.
"""

from __future__ import annotations

import pyomo.environ as pyo

from optim.inputs import Inputs
from optim.rules.energy_rules import green_rows


def add(m: pyo.ConcreteModel, inputs: Inputs) -> None:
    """Declare `m.halls`.

    it_gw[s,c,y] IT power in use; run_gw[s,c,f,y] mean running IT load of a group; meter_gw[s,c,y] largest
    draw from the grid; moved_gw[s,c,f,y,d] load of a day over that mean; green_twh[s,c,y,r] green energy over
    what rule r asks of the plant, negative if less; water_mm3[s,c,y] water allowed, where a quota or budget
    holds; carbon_mt[s,c,y] emissions allowed, where a budget holds; solar_room_gw, wind_room_gw[s,c,y] the
    plant's part of the site's potential, of which the site may use potential_share.

    Parameters
    ----------
    m : ConcreteModel
        With the sets of `optim.sets`.
    inputs : Inputs
        Rules and quotas.
    """
    b = m.halls = pyo.Block()
    b.it_gw = pyo.Var(m.PY, domain=pyo.NonNegativeReals, dense=False)
    b.run_gw = pyo.Var(m.RUNS_Y, domain=pyo.NonNegativeReals, dense=False)
    b.meter_gw = pyo.Var(m.PY, domain=pyo.NonNegativeReals, dense=False)
    days = range(len(inputs.hours.days))
    moves = [(s, c, f, y, d) for s, c, f in m.MOVES for y in m.Y for d in days]
    b.MOVES_YD = pyo.Set(dimen=5, initialize=moves)
    b.moved_gw = pyo.Var(b.MOVES_YD, domain=pyo.Reals, dense=False)
    b.GREEN = pyo.Set(dimen=4, initialize=green_rows(inputs.rules, m.PY))
    b.green_twh = pyo.Var(b.GREEN, domain=pyo.Reals, dense=False)
    limited = inputs.water_limited
    b.WATER = pyo.Set(dimen=3, initialize=[(s, c, y) for s, c, y in m.PY if (s, y) in limited])
    b.water_mm3 = pyo.Var(b.WATER, domain=pyo.NonNegativeReals, dense=False)
    b.CARBON = pyo.Set(dimen=3, initialize=list(m.PY) if inputs.counts_carbon else [])
    b.carbon_mt = pyo.Var(b.CARBON, domain=pyo.NonNegativeReals, dense=False)
    supply = inputs.asked.supply
    share = supply.potential_share if supply.direct else 0.0
    for kind in ("solar", "wind"):
        _room(m, kind, {s: share * float(inputs.site.loc[s, f"{kind}_max_gw"]) for s in m.S})


def _room(m: pyo.ConcreteModel, kind: str, most: dict[str, float]) -> None:
    b = m.halls
    b.add_component(f"{kind}_room_gw", pyo.Var(m.NEW_Y, domain=pyo.NonNegativeReals, dense=False))
    b.add_component(f"{kind}_max_gw", pyo.Param(m.S, initialize=most))


def share_potential(m: pyo.ConcreteModel) -> None:
    """Declare: the rooms of a site's plants fit its potential."""
    b = m.halls
    b.SHARED = pyo.Set(dimen=2, initialize=[(s, y) for s in m.S if len(m.NEW_OF[s]) for y in m.Y])
    b.solar_potential = pyo.Constraint(
        b.SHARED,
        rule=lambda b, s, y: sum(b.solar_room_gw[s, c, y] for c in m.NEW_OF[s]) <= b.solar_max_gw[s],
    )
    b.wind_potential = pyo.Constraint(
        b.SHARED,
        rule=lambda b, s, y: sum(b.wind_room_gw[s, c, y] for c in m.NEW_OF[s]) <= b.wind_max_gw[s],
    )
