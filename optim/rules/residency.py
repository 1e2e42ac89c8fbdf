"""Residency: at least a share of a class is served inside the user's own province."""

from __future__ import annotations

import pyomo.environ as pyo

from optim.policy import Rule
from optim.rules.rows import declare, penalty, place_rows
from optim.terms import Term


def add(m: pyo.ConcreteModel, rules: list[Rule], province: dict[str, str]) -> list[Term]:
    """Return the penalty of load served elsewhere; declare `m.residency`.

    sum of serve[s,d,w,y] over sites of province d + missed >= number x (demand - unserved).

    Parameters
    ----------
    m : ConcreteModel
        With `m.workload`.
    rules : list of Rule
        Of kind residency; `class_id` names the class.
    province : dict
        site_id -> province, which is also its zone.
    """
    b = m.residency = pyo.Block()
    class_of = {r.rule_id: r.class_id for r in rules}
    nodes = set(m.workload.NODES)
    declare(b, rules, [(r, d, y) for r, d, y in place_rows(rules) if (d, class_of[r]) in nodes])
    keys = sorted({(r, d) for r, d, _ in b.ROWS})
    inside = {(r, d): [s for s in m.workload.REACH[d, class_of[r]] if province[s] == d] for r, d in keys}
    b.PLACES = pyo.Set(dimen=2, initialize=keys)
    b.INSIDE = pyo.Set(b.PLACES, initialize=inside)
    b.class_of = pyo.Param(b.RULES, initialize=class_of, within=pyo.Any)
    b.row = pyo.Constraint(
        b.ROWS,
        rule=lambda b, r, d, y: (
            sum(m.workload.serve_gw[s, d, b.class_of[r], y] for s in b.INSIDE[r, d]) + b.missed[r, d, y]
            >= b.number[r]
            * (m.workload.demand_gw[d, b.class_of[r], y] - m.workload.unserved_gw[d, b.class_of[r], y])
        ),
    )
    return penalty(b, "residency")
