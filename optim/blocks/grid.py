"""Grid: connection of each site by voltage step, provincial headroom with priced upgrades."""

from __future__ import annotations

import pandas as pd
import pyomo.environ as pyo
from pydantic import Field

from optim.inputs import Inputs
from optim.sets import grouped, site_param
from optim.settings import EDGE, Frozen
from optim.terms import Term


class Settings(Frozen):
    """Connection of sites."""

    firm_share: float = Field(
        1.0,
        ge=0,
        le=1,
        description="share of the IT power in use that the connection carries in the hottest hour, whatever "
        "battery and direct supply give",
    )


def add(m: pyo.ConcreteModel, inputs: Inputs, settings: Settings) -> list[Term]:
    """Return connection, voltage step and upgrade cost; declare `m.grid`.

    Variables: connection_gw[s,y] at the meter, raised[s,k,y] in {0,1} for each voltage step above the first,
    upgrade_gw[p,k,y]; all cumulative.

    Parameters
    ----------
    m : ConcreteModel
        With `m.compute`, `m.halls` and the given load.
    inputs : Inputs
        Headroom, upgrades, voltage steps.
    settings : Settings
        What the connection must carry.
    """
    b = m.grid = pyo.Block()
    _steps(m, inputs)
    b.connection_gw = pyo.Var(m.S, m.Y, domain=pyo.NonNegativeReals, dense=False)
    b.upgrade_gw = pyo.Var(b.STEPS_Y, domain=pyo.NonNegativeReals, dense=False)
    b.headroom_gw = pyo.Param(
        m.P, m.Y, initialize={(p, y): inputs.headroom_gw[p, y] for p in m.P for y in m.Y}
    )
    peak = inputs.plants.table["pue_peak"]
    b.pue_peak = pyo.Param(m.PLANTS, initialize={k: float(peak[k]) for k in m.PLANTS})
    b.firm_share = pyo.Param(initialize=settings.firm_share)
    _connection(m)
    _headroom(m)
    return [*_voltage(m, inputs), *_terms(m, inputs)]


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


def _connection(m: pyo.ConcreteModel) -> None:
    b = m.grid
    b.METERED = pyo.Set(dimen=3, initialize=[(s, c, y) for s, y in m.SY for c in m.METERED_OF[s]])
    b.meter_peak = pyo.Constraint(
        b.METERED,
        rule=lambda b, s, c, y: (
            b.firm_share * b.pue_peak[s, c] * m.halls.it_gw[s, c, y] <= m.halls.meter_gw[s, c, y]
        ),
    )
    b.meters = pyo.Constraint(
        m.SY,
        rule=lambda b, s, y: sum(m.halls.meter_gw[s, c, y] for c in m.METERED_OF[s]) <= b.connection_gw[s, y],
    )
    b.connection_stays = pyo.Constraint(
        m.S, m.LATER, rule=lambda b, s, y: b.connection_gw[s, y] >= b.connection_gw[s, m.previous[y]]
    )


def _headroom(m: pyo.ConcreteModel) -> None:
    b = m.grid
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


def _voltage(m: pyo.ConcreteModel, inputs: Inputs) -> list[Term]:
    """Return the cost of lines and bays; a campus has the first voltage, higher ones come on top in order."""
    b, first_year = m.grid, min(inputs.years)
    capacity, cost, lead = (column(inputs.steps, name) for name in ("capacity_gw", "cost", "lead_years"))
    higher = [(s, k) for s, k in capacity if k > 1]
    years = [(*key, y) for key in higher for y in m.Y if y >= first_year + lead[key]]
    gain = {(s, k): capacity[s, k] - capacity[s, k - 1] for s, k in higher}
    b.RAISES = pyo.Set(dimen=3, initialize=years)
    known = set(years)
    b.RAISES_LATER = pyo.Set(dimen=3, initialize=[(s, k, y) for s, k, y in years if (s, k, y - 1) in known])
    b.RAISES_ON = pyo.Set(dimen=3, initialize=[(s, k, y) for s, k, y in years if (s, k - 1, y) in known])
    b.RAISES_OF = pyo.Set(m.S, m.Y, initialize=grouped([((s, y), k) for s, k, y in years], list(m.SY)))
    b.raised = pyo.Var(b.RAISES, domain=pyo.Binary, dense=False)
    b.HIGHER = pyo.Set(dimen=2, initialize=sorted(gain))
    b.gain_gw = pyo.Param(b.HIGHER, initialize=gain)
    b.base_gw = pyo.Param(m.S, initialize={s: capacity[s, 1] for s in m.S})
    _voltage_rows(m, inputs)
    b.line_cost = pyo.Param(m.S, initialize={s: cost[s, 1] for s in m.S})
    b.raise_cost = pyo.Param(b.HIGHER, initialize={key: cost[key] for key in gain})
    return [
        Term("line", "cost", m.SY, lambda s, y: b.line_cost[s] * m.compute.opened[s, y]),
        Term("voltage", "cost", b.RAISES, lambda s, k, y: b.raise_cost[s, k] * b.raised[s, k, y]),
    ]


def column(table: pd.DataFrame, name: str) -> dict[tuple[str, int], float]:
    """Return a column of the voltage steps by site and step."""
    return {(s, k): float(v) for (s, k), v in zip(table.index.to_list(), table[name], strict=True)}


def _voltage_rows(m: pyo.ConcreteModel, inputs: Inputs) -> None:
    """Declare: a campus fits its voltage and the site's headroom; same-city load has the city's lines."""
    b = m.grid
    edge = {
        (s, y): float(b.pue_peak[s, EDGE]) * m.given_gw[s, y] if (s, EDGE) in m.PLANTS else 0.0
        for s, y in m.SY
    }
    b.edge_gw = pyo.Param(m.SY, initialize=edge)
    b.within_voltage = pyo.Constraint(
        m.SY,
        rule=lambda b, s, y: (
            b.connection_gw[s, y] - b.edge_gw[s, y]
            <= b.base_gw[s] * m.compute.opened[s, y]
            + sum(b.gain_gw[s, k] * b.raised[s, k, y] for k in b.RAISES_OF[s, y])
        ),
    )
    b.raised_if_open = pyo.Constraint(
        b.RAISES, rule=lambda b, s, k, y: b.raised[s, k, y] <= m.compute.opened[s, y]
    )
    b.raised_in_order = pyo.Constraint(
        b.RAISES_ON, rule=lambda b, s, k, y: b.raised[s, k, y] <= b.raised[s, k - 1, y]
    )
    b.raised_stays = pyo.Constraint(
        b.RAISES_LATER, rule=lambda b, s, k, y: b.raised[s, k, y] >= b.raised[s, k, m.previous[y]]
    )
    own = {str(s): float(v) for s, v in inputs.site["site_headroom_gw"].dropna().items()}
    b.site_headroom_gw = pyo.Param(sorted(own), initialize=own)
    b.site_headroom = pyo.Constraint(
        sorted(own), m.Y, rule=lambda b, s, y: b.connection_gw[s, y] <= b.site_headroom_gw[s]
    )


def _terms(m: pyo.ConcreteModel, inputs: Inputs) -> list[Term]:
    b = m.grid
    b.connection_cost = site_param(m, inputs, "connection")
    return [
        Term("connection", "cost", m.SY, lambda s, y: b.connection_cost[s] * b.connection_gw[s, y]),
        Term("upgrades", "cost", b.STEPS_Y, lambda p, k, y: b.step_cost[p, k] * b.upgrade_gw[p, k, y]),
    ]
