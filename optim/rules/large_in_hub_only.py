"""Large sites in hubs only: outside, a site stays small or serves its own province."""

from __future__ import annotations

import pyomo.environ as pyo

from optim.inputs import MW_PER_GW
from optim.policy import Rule, allowed_mw
from optim.rules.rows import declare, penalty, site_rows
from optim.terms import Term


def add(m: pyo.ConcreteModel, rules: list[Rule], province: dict[str, str]) -> list[Term]:
    """Return the penalty of capacity over the threshold; declare `m.large_in_hub_only`.

    Outside the hubs IT[s,y] <= threshold + missed; where local load is exempt, the load served for other
    provinces instead of all IT. The threshold is 0 if every campus is at least that large.

    Parameters
    ----------
    m : ConcreteModel
        With `m.compute` and `m.workload`.
    rules : list of Rule
        Of kind large_in_hub_only.
    province : dict
        site_id -> province, which is also its zone.
    """
    b = m.large_in_hub_only = pyo.Block()
    declare(b, rules, site_rows(rules))
    exempt = {r.rule_id for r in rules if r.local_load_exempt}
    away: dict[str, list[tuple[str, str]]] = {s: [] for s in province}
    for s, d, w in m.workload.ARCS:
        if d != province[s]:
            away[s].append((d, w))
    keys = sorted({(r, s) for r, s, _ in b.ROWS})
    b.PAIRS = pyo.Set(dimen=2, initialize=keys)
    b.AWAY = pyo.Set(b.PAIRS, dimen=2, initialize={(r, s): away[s] if r in exempt else [] for r, s in keys})
    b.counts_it = pyo.Param(b.RULES, initialize={r.rule_id: 0 if r.rule_id in exempt else 1 for r in rules})
    smallest = m.compute.campus_min_gw.value
    allowed = {r.rule_id: allowed_mw(r, smallest * MW_PER_GW) / MW_PER_GW for r in rules}
    b.allowed_gw = pyo.Param(b.RULES, initialize=allowed)
    b.row = pyo.Constraint(
        b.ROWS,
        rule=lambda b, r, s, y: (
            b.counts_it[r] * m.compute.it_new_gw[s, y]
            + sum(m.workload.serve_gw[s, d, w, y] for d, w in b.AWAY[r, s])
            <= b.allowed_gw[r] + b.missed[r, s, y]
        ),
    )
    return penalty(b, "large_in_hub_only")
