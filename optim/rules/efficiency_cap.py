"""Caps on PUE and WUE: no large halls of a technology where its yearly mean lies over the cap."""

from __future__ import annotations

import pandas as pd
import pyomo.environ as pyo

from optim.inputs import MW_PER_GW
from optim.policy import Rule, allowed_mw
from optim.rules.rows import declare, penalty, site_rows
from optim.terms import Term


def add(m: pyo.ConcreteModel, kind: str, rules: list[Rule], figure: pd.Series) -> list[Term]:
    """Return the penalty of capacity over the cap; declare a block named after the kind.

    sum over the technologies whose figure exceeds the number of IT[s,c,y] <= threshold + missed at each site
    in scope; the threshold is 0 if every campus is at least that large.

    Parameters
    ----------
    m : ConcreteModel
        With `m.compute` and `m.halls`.
    kind : {"pue_cap", "wue_cap"}
        Name of the block.
    rules : list of Rule
        Of that kind.
    figure : Series
        Yearly mean PUE, or WUE [L/kWh], by plant.
    """
    b = pyo.Block()
    m.add_component(kind, b)
    over = {
        (r.rule_id, s): [c for c in m.NEW_OF[s] if figure[(s, c)] > r.number]
        for r in rules
        for sites in r.places.values()
        for s in sites
    }
    declare(b, rules, [(r, s, y) for r, s, y in site_rows(rules) if over[r, s]])
    keys = sorted({(r, s) for r, s, _ in b.ROWS})
    b.PAIRS = pyo.Set(dimen=2, initialize=keys)
    b.OVER = pyo.Set(b.PAIRS, initialize={key: over[key] for key in keys})
    smallest = m.compute.campus_min_gw.value * MW_PER_GW
    b.allowed_gw = pyo.Param(
        b.RULES, initialize={r.rule_id: allowed_mw(r, smallest) / MW_PER_GW for r in rules}
    )
    b.row = pyo.Constraint(
        b.ROWS,
        rule=lambda b, r, s, y: (
            sum(m.halls.it_gw[s, c, y] for c in b.OVER[r, s]) <= b.allowed_gw[r] + b.missed[r, s, y]
        ),
    )
    return penalty(b, kind)
