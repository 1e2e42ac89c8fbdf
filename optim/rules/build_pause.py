"""Build pause: no IT power is added in the places and years of the rule."""

from __future__ import annotations

import pyomo.environ as pyo

from optim.policy import Rule
from optim.rules.rows import declare, penalty, site_rows
from optim.terms import Term


def add(m: pyo.ConcreteModel, rules: list[Rule]) -> list[Term]:
    """Return the penalty of what is added nevertheless; declare `m.build_pause`.

    IT[s,y] - IT[s,y-1] <= missed.

    Parameters
    ----------
    m : ConcreteModel
        With `m.compute`.
    rules : list of Rule
        Of kind build_pause.
    """
    b = m.build_pause = pyo.Block()
    declare(b, rules, site_rows(rules))
    b.before = pyo.Set(
        b.ROWS, initialize={(r, s, y): [m.previous[y]] if y in m.LATER else [] for r, s, y in b.ROWS}
    )
    b.row = pyo.Constraint(
        b.ROWS,
        rule=lambda b, r, s, y: (
            m.compute.it_new_gw[s, y] - sum(m.compute.it_new_gw[s, z] for z in b.before[r, s, y])
            <= b.missed[r, s, y]
        ),
    )
    return penalty(b, "build_pause")
