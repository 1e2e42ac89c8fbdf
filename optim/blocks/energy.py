"""Energy of the plants, hour by hour: balance, deferred load, peaks and water."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optim.blocks import green, storage, tariff
from optim.blocks.direct import add as add_direct
from optim.hours import HOURS_PER_DAY
from optim.inputs import Inputs
from optim.sets import site_param
from optim.terms import Term


def add(m: pyo.ConcreteModel, inputs: Inputs, penalty_m_cny_per_gw: float) -> list[Term]:
    """Return what the plants' energy costs, emits and draws of water; declare `m.energy` and its parts.

    purchase + direct + discharge = charge + pue[c,t] x IT load, where
    IT load[t] = sum over groups of shape x (run + moved) + backlog[t-1] - backlog[t], at most
    load_share_max x IT power, or what the halls lack is weighed, so that any load has a cost. The backlog of
    a window of h hours is at most the work of the last h hours.

    Parameters
    ----------
    m : ConcreteModel
        With the sets of `optim.sets`, hours, and `m.halls`.
    inputs : Inputs
        Hours, plants, prices.
    penalty_m_cny_per_gw : float
        Weight of a GW that meter or halls lack, a TWh that a green rule lacks, a million m3 or Mt over what
        is allowed.
    """
    b = m.energy = pyo.Block()
    b.PYT = pyo.Set(dimen=4, initialize=[(s, c, y, t) for s, c, y in m.PY for t in m.T])
    b.purchase_gw = pyo.Var(b.PYT, domain=pyo.NonNegativeReals, dense=False)
    _load(m, inputs)
    direct_terms = add_direct(m, inputs)
    storage_terms = storage.add(m, inputs)
    b.pue = pyo.Param(m.PLANTS, m.T, initialize=_by_hour(inputs.plants.pue, m))
    b.balance = pyo.Constraint(
        b.PYT,
        rule=lambda b, s, c, y, t: (
            b.purchase_gw[s, c, y, t] + m.direct.direct_gw[s, c, y, t] + m.storage.discharge_gw[s, c, y, t]
            == m.storage.charge_gw[s, c, y, t] + b.pue[s, c, t] * load_gw(m, s, c, y, t)
        ),
    )
    return [
        *direct_terms,
        *storage_terms,
        *tariff.add(m, inputs, penalty_m_cny_per_gw),
        *green.add(m, inputs, penalty_m_cny_per_gw),
        *_water(m, inputs, penalty_m_cny_per_gw),
    ]


def _by_hour(table: Any, m: pyo.ConcreteModel) -> dict[tuple[str, str, int], float]:
    return {(s, c, t): v for s, c in m.PLANTS for t, v in enumerate(table.loc[(s, c)].to_numpy().tolist())}


def arrivals_gw(m: pyo.ConcreteModel, s: str, c: str, y: int, t: int, shape: Any, groups: Any) -> Any:
    """Return the load that arrives, `shape` [1] by group and hour, over some groups of a plant [GW]."""
    hour, day = m.hour_of[t], m.day_of[t]
    return sum(shape[f, hour] * m.halls.run_gw[s, c, f, y] for f in groups[0]) + sum(
        shape[f, hour] * m.halls.moved_gw[s, c, f, y, day] for f in groups[1]
    )


def load_gw(m: pyo.ConcreteModel, s: str, c: str, y: int, t: int) -> Any:
    """Return the IT load of a plant in an hour [GW]."""
    b = m.energy
    arriving = arrivals_gw(m, s, c, y, t, b.shape, (m.GROUPS_OF[s, c], m.MOVERS_OF[s, c]))
    before = m.previous_hour[t]
    return arriving + sum(
        b.backlog_gwh[s, c, k, y, before] - b.backlog_gwh[s, c, k, y, t] for k in b.WINDOWS_OF[s, c]
    )


def _load(m: pyo.ConcreteModel, inputs: Inputs) -> None:
    """Declare deferred load: backlog_gwh[s,c,k,y,t] of the groups that may wait k hours."""
    b, table, shape = m.energy, inputs.groups.table, inputs.groups.shape
    window = {str(f): int(k) for f, k in table["window_h"].items()}
    factors = {(f, h): float(shape.loc[f, h]) for f in m.F for h in range(HOURS_PER_DAY)}
    work = {
        (f, h): sum(factors[f, (h - j) % HOURS_PER_DAY] for j in range(window[f]))
        for f in m.F
        for h in range(HOURS_PER_DAY)
    }
    b.shape = pyo.Param(m.F, range(HOURS_PER_DAY), initialize=factors)
    b.window_work = pyo.Param(m.F, range(HOURS_PER_DAY), initialize=work)
    keys = sorted({(s, c, window[f]) for s, c, f in m.RUNS if window[f]})
    b.WAITING = pyo.Set(dimen=3, initialize=keys)
    windows: dict[tuple[str, str], list[int]] = {p: [] for p in m.PLANTS}
    for s, c, k in keys:
        windows[s, c].append(k)
    b.WINDOWS_OF = pyo.Set(m.PLANTS, initialize=windows)
    for name, source in (("WAITERS", m.RUNS), ("MOVING_WAITERS", m.MOVES)):
        members = {key: [f for s, c, f in source if (s, c, window[f]) == key] for key in keys}
        b.add_component(name, pyo.Set(b.WAITING, initialize=members))
    b.WAITING_YT = pyo.Set(dimen=5, initialize=[(*k, y, t) for k in keys for y in m.Y for t in m.T])
    b.backlog_gwh = pyo.Var(b.WAITING_YT, domain=pyo.NonNegativeReals, dense=False)
    b.load_share_max = pyo.Param(initialize=inputs.prices["load_share_max"])
    _waiting(m)


def _waiting(m: pyo.ConcreteModel) -> None:
    b = m.energy
    b.done_not_negative = pyo.Constraint(
        b.WAITING_YT,
        rule=lambda b, s, c, k, y, t: (
            arrivals_gw(m, s, c, y, t, b.shape, (b.WAITERS[s, c, k], b.MOVING_WAITERS[s, c, k]))
            + b.backlog_gwh[s, c, k, y, m.previous_hour[t]]
            - b.backlog_gwh[s, c, k, y, t]
            >= 0
        ),
    )
    b.within_window = pyo.Constraint(
        b.WAITING_YT,
        rule=lambda b, s, c, k, y, t: (
            b.backlog_gwh[s, c, k, y, t]
            <= arrivals_gw(m, s, c, y, t, b.window_work, (b.WAITERS[s, c, k], b.MOVING_WAITERS[s, c, k]))
        ),
    )
    b.over_gw = pyo.Var(m.PY, domain=pyo.NonNegativeReals, dense=False)
    b.within_it = pyo.Constraint(
        b.PYT,
        rule=lambda b, s, c, y, t: (
            load_gw(m, s, c, y, t) <= b.load_share_max * m.halls.it_gw[s, c, y] + b.over_gw[s, c, y]
        ),
    )


def _water(m: pyo.ConcreteModel, inputs: Inputs, penalty: float) -> list[Term]:
    """Return water drawn and its price; a quota binds the plants that `m.halls.WATER` names."""
    b = m.energy
    b.wue = pyo.Param(m.PLANTS, m.T, initialize=_by_hour(inputs.plants.wue, m))
    b.water_price = site_param(m, inputs, "water")
    b.water_over_mm3 = pyo.Var(m.halls.WATER, domain=pyo.NonNegativeReals, dense=False)
    b.short_price = pyo.Param(initialize=penalty)

    def water_mm3(s: str, c: str, y: int) -> Any:
        return sum(m.twh_per_gw[t] * b.wue[s, c, t] * load_gw(m, s, c, y, t) for t in m.T)

    b.water_quota = pyo.Constraint(
        m.halls.WATER,
        rule=lambda b, s, c, y: water_mm3(s, c, y) <= m.halls.water_mm3[s, c, y] + b.water_over_mm3[s, c, y],
    )
    return [
        Term("site_water", "water", m.PY, water_mm3),
        Term("water", "cost", m.PY, lambda s, c, y: b.water_price[s] * water_mm3(s, c, y)),
        Term(
            "water_over",
            "penalty",
            m.halls.WATER,
            lambda s, c, y: b.short_price * b.water_over_mm3[s, c, y],
            is_lack=True,
        ),
        Term("halls_over", "penalty", m.PY, lambda s, c, y: b.short_price * b.over_gw[s, c, y], is_lack=True),
    ]
