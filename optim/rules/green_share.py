"""Green share: certificates cover at least a share of the energy bought in each place."""

from __future__ import annotations

import pyomo.environ as pyo

from optim.policy import Rule
from optim.rules.rows import declare, penalty, place_rows, sites_of
from optim.terms import Term


def add(m: pyo.ConcreteModel, rules: list[Rule]) -> list[Term]:
    """Return the penalty of missing green energy; declare `m.green_share`.

    sum of certificates[s,y] + missed >= number x sum of purchase[s,y] over the sites of the place, by year.

    Parameters
    ----------
    m : ConcreteModel
        With `m.grid` and `m.certificates`.
    rules : list of Rule
        Of kind green_share; their price is per GWh missed.
    """
    b = m.green_share = pyo.Block()
    declare(b, rules, place_rows(rules))
    sites_of(b, rules)
    b.row = pyo.Constraint(
        b.ROWS,
        rule=lambda b, r, place, y: (
            sum(m.certificates.certificates_twh[s, y] for s in b.SITES_OF[r, place]) + b.missed[r, place, y]
            >= b.number[r] * sum(m.grid.purchase_twh[s, y] for s in b.SITES_OF[r, place])
        ),
    )
    return penalty(b, "green_share")
