"""Rack use: no new halls in a place whose existing halls are used less than a share."""

from __future__ import annotations

import pandas as pd
import pyomo.environ as pyo

from optim.policy import Rule
from optim.rules.rows import declare, penalty, place_rows
from optim.settings import EXISTING
from optim.terms import Term


def add(m: pyo.ConcreteModel, rules: list[Rule], stock: pd.DataFrame) -> list[Term]:
    """Return the penalty of unused racks; declare `m.rack_use`.

    used before + put to use + number x retired + missed >= number x standing x opened[s,y], over the existing
    halls of the place, for each of its sites: use of what is left standing reaches the number before a campus
    opens.

    Parameters
    ----------
    m : ConcreteModel
        With `m.compute`, `m.halls` and `m.running`.
    rules : list of Rule
        Of kind rack_use.
    stock : DataFrame
        standing_gw, used_gw of existing halls, by site_id.
    """
    b = m.rack_use = pyo.Block()
    members = {(r.rule_id, place): list(sites) for r in rules for place, sites in r.places.items()}
    halls = {key: [s for s in sites if s in stock.index] for key, sites in members.items()}
    rows = [(r, place, y) for r, place, y in place_rows(rules) if halls[r, place]]
    declare(b, rules, rows)
    b.PLACES = pyo.Set(dimen=2, initialize=[key for key, sites in halls.items() if sites])
    b.HALLS = pyo.Set(b.PLACES, initialize={key: halls[key] for key in b.PLACES})
    b.standing_gw = pyo.Param(
        b.PLACES, initialize={k: float(stock.loc[halls[k], "standing_gw"].sum()) for k in b.PLACES}
    )
    b.used_gw = pyo.Param(
        b.PLACES, initialize={k: float(stock.loc[halls[k], "used_gw"].sum()) for k in b.PLACES}
    )
    b.SITE_ROWS = pyo.Set(
        dimen=4, initialize=[(r, place, s, y) for r, place, y in rows for s in members[r, place]]
    )
    b.row = pyo.Constraint(
        b.SITE_ROWS,
        rule=lambda b, r, place, s, y: (
            b.used_gw[r, place]
            + sum(
                m.halls.it_gw[k, EXISTING, y] + b.number[r] * m.running.retired_gw[k, y]
                for k in b.HALLS[r, place]
            )
            + b.missed[r, place, y]
            >= b.number[r] * b.standing_gw[r, place] * m.compute.opened[s, y]
        ),
    )
    return penalty(b, "rack_use")
