"""PUE cap: no campus at or above the large size where the mean PUE lies over the cap."""

from __future__ import annotations

import pyomo.environ as pyo

from optim.inputs import MW_PER_GW
from optim.policy import Rule, allowed_mw
from optim.rules.rows import declare, penalty, site_rows
from optim.terms import Term


def add(m: pyo.ConcreteModel, rules: list[Rule], pue_mean: dict[str, float]) -> list[Term]:
    """Return the penalty of capacity over the cap; declare `m.pue_cap`.

    IT[s,y] <= threshold + missed at each site in scope whose mean PUE exceeds the number; the threshold is 0
    if every campus is at least that large.

    Parameters
    ----------
    m : ConcreteModel
        With `m.compute`.
    rules : list of Rule
        Of kind pue_cap.
    pue_mean : dict
        site_id -> mean PUE of the scenario's technology.
    """
    b = m.pue_cap = pyo.Block()
    cap = {r.rule_id: r.number for r in rules}
    declare(b, rules, [(r, s, y) for r, s, y in site_rows(rules) if pue_mean[s] > cap[r]])
    smallest = m.compute.campus_min_gw.value * MW_PER_GW
    b.allowed_gw = pyo.Param(
        b.RULES, initialize={r.rule_id: allowed_mw(r, smallest) / MW_PER_GW for r in rules}
    )
    b.row = pyo.Constraint(
        b.ROWS, rule=lambda b, r, s, y: m.compute.it_gw[s, y] <= b.allowed_gw[r] + b.missed[r, s, y]
    )
    return penalty(b, "pue_cap")
