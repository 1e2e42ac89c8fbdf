"""Hub share: at least a share of all new IT stands in the hubs."""

from __future__ import annotations

import pyomo.environ as pyo

from optim.policy import Rule
from optim.rules.rows import declare, penalty, place_rows, sites_of
from optim.terms import Term


def add(m: pyo.ConcreteModel, rules: list[Rule]) -> list[Term]:
    """Return the penalty of the missing share; declare `m.hub_share`.

    sum over hub sites of IT[s,y] + missed >= number x sum over all sites of IT[s,y], given load included, IT
    cumulative since the start of the plan.

    Parameters
    ----------
    m : ConcreteModel
        With `m.compute` and the given load.
    rules : list of Rule
        Of kind hub_share.
    """
    b = m.hub_share = pyo.Block()
    declare(b, rules, place_rows(rules))
    sites_of(b, rules)
    b.row = pyo.Constraint(
        b.ROWS,
        rule=lambda b, r, place, y: (
            sum(m.compute.it_new_gw[s, y] + m.given_gw[s, y] for s in b.SITES_OF[r, place])
            + b.missed[r, place, y]
            >= b.number[r] * m.compute.total_it_gw[y]
        ),
    )
    return penalty(b, "hub_share")
