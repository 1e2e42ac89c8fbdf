"""Running load: what a site serves runs in halls that fit it, within their IT power."""

from __future__ import annotations

import pyomo.environ as pyo

from optim.inputs import Inputs
from optim.settings import EDGE
from optim.terms import Term


def add(m: pyo.ConcreteModel, inputs: Inputs) -> list[Term]:
    """Return the cost of keeping and refitting existing halls; declare `m.running`.

    sum over halls of run[s,c,f,y] = load share x load of group f served at s; sum over groups of run[s,c,f,y]
    <= load share x IT power. Idle existing halls may be put to use (then they stay in use) or retired.

    Parameters
    ----------
    m : ConcreteModel
        With `m.halls`, `m.workload`, `m.accelerators` and the given load.
    inputs : Inputs
        Load share, existing stock.
    """
    b = m.running = pyo.Block()
    b.load_share = pyo.Param(initialize=inputs.load_share)
    technologies: dict[tuple[str, str], list[str]] = {key: [] for key in m.workload.SITE_GROUPS}
    for s, c, f in m.RUNS:
        if (s, f) in technologies:
            technologies[s, f].append(c)
    b.RUN_IN = pyo.Set(m.workload.SITE_GROUPS, initialize=technologies)
    b.served = pyo.Constraint(
        m.workload.SITE_GROUPS,
        m.Y,
        rule=lambda b, s, f, y: (
            sum(m.halls.run_gw[s, c, f, y] for c in b.RUN_IN[s, f])
            == b.load_share * m.accelerators.power_gw[s, f, y]
        ),
    )
    b.within_it = pyo.Constraint(
        m.PY,
        rule=lambda b, s, c, y: (
            sum(m.halls.run_gw[s, c, f, y] for f in m.GROUPS_OF[s, c])
            <= b.load_share * m.halls.it_gw[s, c, y]
        ),
    )
    _edge(m)
    _days(m, inputs)
    return _stock(m, inputs)


def _edge(m: pyo.ConcreteModel) -> None:
    """Declare: same-city load runs where it is given."""
    b = m.running
    b.edge_it = pyo.Constraint(
        m.EDGE, m.Y, rule=lambda b, s, y: m.halls.it_gw[s, EDGE, y] == m.given_gw[s, y]
    )
    b.edge_run = pyo.Constraint(
        m.EDGE, m.Y, rule=lambda b, s, y: m.halls.run_gw[s, EDGE, EDGE, y] == b.load_share * m.given_gw[s, y]
    )


def _days(m: pyo.ConcreteModel, inputs: Inputs) -> None:
    """Declare movement between sites by day: it sums to 0 over sites each day, and over each site's year."""
    b, halls = m.running, m.halls
    b.move_share = pyo.Param(initialize=inputs.asked.load.day_move_share)
    weight = inputs.hours.weight_h[::24] / 24.0
    moving = sorted({f for _, _, f in m.MOVES})
    b.MOVING = pyo.Set(initialize=moving)
    b.MOVE_DAYS = pyo.Set(initialize=list(range(len(weight))) if moving else [])
    b.day_weight = pyo.Param(b.MOVE_DAYS, initialize={d: float(weight[d]) for d in b.MOVE_DAYS})
    members = {f: [(s, c) for s, c, g in m.MOVES if g == f] for f in moving}
    b.MOVED_AT = pyo.Set(b.MOVING, dimen=2, initialize=members)
    b.moves_within = pyo.Constraint(
        halls.MOVES_YD,
        rule=lambda b, s, c, f, y, d: (
            halls.moved_gw[s, c, f, y, d] <= b.move_share * halls.run_gw[s, c, f, y]
        ),
    )
    b.moves_away = pyo.Constraint(
        halls.MOVES_YD,
        rule=lambda b, s, c, f, y, d: (
            -halls.moved_gw[s, c, f, y, d] <= b.move_share * halls.run_gw[s, c, f, y]
        ),
    )
    b.moved_by_day = pyo.Constraint(
        b.MOVING,
        m.Y,
        b.MOVE_DAYS,
        rule=lambda b, f, y, d: sum(halls.moved_gw[s, c, f, y, d] for s, c in b.MOVED_AT[f]) == 0,
    )
    b.moved_by_year = pyo.Constraint(
        m.MOVES,
        m.Y,
        rule=lambda b, s, c, f, y: (
            sum(b.day_weight[d] * halls.moved_gw[s, c, f, y, d] for d in b.MOVE_DAYS) == 0
        ),
    )


def _stock(m: pyo.ConcreteModel, inputs: Inputs) -> list[Term]:
    b, table = m.running, inputs.plants.table
    existing = "existing"
    limit = {s: float(table.loc[(s, existing), "limit_gw"]) for s in m.EXISTING}
    peak = {s: float(table.loc[(s, existing), "pue_peak"]) for s in m.EXISTING}
    for name in ("keep", "refit"):
        values = {s: float(table.loc[(s, existing), name]) for s in m.EXISTING}
        b.add_component(f"{name}_cost", pyo.Param(m.EXISTING, initialize=values))
    b.idle_gw = pyo.Param(m.EXISTING, initialize=limit)
    b.existing_peak = pyo.Param(m.EXISTING, initialize=peak)
    b.retired_gw = pyo.Var(m.EXISTING, m.Y, domain=pyo.NonNegativeReals, dense=False)
    b.EXISTING_Y = pyo.Set(dimen=2, initialize=[(s, y) for s in m.EXISTING for y in m.Y])
    it = m.halls.it_gw
    b.within_stock = pyo.Constraint(
        b.EXISTING_Y, rule=lambda b, s, y: it[s, existing, y] + b.retired_gw[s, y] <= b.idle_gw[s]
    )
    b.retired_stays = pyo.Constraint(
        m.EXISTING, m.LATER, rule=lambda b, s, y: b.retired_gw[s, y] >= b.retired_gw[s, m.previous[y]]
    )
    b.used_stays = pyo.Constraint(
        m.EXISTING, m.LATER, rule=lambda b, s, y: it[s, existing, y] >= it[s, existing, m.previous[y]]
    )
    b.existing_meter = pyo.Constraint(
        b.EXISTING_Y,
        rule=lambda b, s, y: m.halls.meter_gw[s, existing, y] == b.existing_peak[s] * it[s, existing, y],
    )
    return [
        Term(
            "stock_keep",
            "cost",
            b.EXISTING_Y,
            lambda s, y: b.keep_cost[s] * (b.idle_gw[s] - b.retired_gw[s, y]),
        ),
        Term("stock_refit", "cost", b.EXISTING_Y, lambda s, y: b.refit_cost[s] * it[s, existing, y]),
    ]
