"""Sites that would do as well: the reduced cost of one more campus at each site left empty."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyomo.environ as pyo

from optim.inputs import MW_PER_GW, Inputs
from optim.model import Model
from optim.solve import Marginals
from optim.terms import of

_HUB_KIND, _PUE_KIND = "large_in_hub_only", "pue_cap"


def equivalent_table(
    model: Model, inputs: Inputs, build: pd.DataFrame, relaxed: Marginals, gap_share: float
) -> pd.DataFrame:
    """Return `Equivalents` rows, least extra cost first.

    One campus of usual size, open from the first year to the last, is priced as a new column of the
    relaxation: extra = its own cost + the scarce limits that it uses (headroom, pace, shares), at their duals
    - what it saves, by taking load over its arcs at the duals of demand, dearest first. By duality no plan of
    the relaxation gains more from it.

    Parameters
    ----------
    model : Model
        Its cost terms give the cost of the campus.
    inputs : Inputs
        Sites, arcs, demand, rules.
    build : DataFrame
        `optim.tables.Build`: which sites are taken, and the usual size.
    relaxed : Marginals
        Duals of the linear relaxation.
    gap_share : float
        Extra over the cost of the campus up to which a site counts as good as the chosen ones.
    """
    standing = build[(build["opened"] == 1) & (build["year"] == inputs.years[-1])]
    pace_gw = pyo.value(model.pyomo.compute.site_rate_gw)
    size_gw = min(float(standing["it_mw"].median()) / MW_PER_GW, pace_gw) if len(standing) else pace_gw
    taken = set(standing["site_id"]) | _refused(model, inputs)
    cost = campus_cost(model, inputs, size_gw)
    rows = []
    for site in (s for s in inputs.sites if s not in taken):
        own = sum(cost[site, y] for y in inputs.years)
        scarce = sum(_scarce(model, inputs, relaxed, site, y) * size_gw for y in inputs.years)
        saved = sum(_saved(model, inputs, relaxed, site, y, size_gw) for y in inputs.years)
        extra = max(0.0, own + scarce - saved)
        rows.append((site, inputs.site["province"][site], extra, extra / own, extra / own <= gap_share))
    columns = ["site_id", "province", "reduced_cost_m_cny", "extra_share", "within_gap"]
    return (
        pd.DataFrame(rows, columns=columns).sort_values("extra_share", kind="stable").reset_index(drop=True)
    )


def _refused(model: Model, inputs: Inputs) -> set[str]:
    """Return sites where a hard rule allows no campus."""
    m = model.pyomo
    smallest = m.compute.campus_min_gw.value
    refused = set()
    for rule in (r for r in inputs.rules if r.hard and r.kind in (_HUB_KIND, _PUE_KIND)):
        block = m.component(rule.kind)
        if rule.kind == _HUB_KIND and rule.local_load_exempt:
            continue
        if pyo.value(block.allowed_gw[rule.rule_id]) < smallest:
            refused |= {s for r, s, _ in block.ROWS if r == rule.rule_id}
    return refused


def campus_cost(model: Model, inputs: Inputs, size_gw: float) -> dict[tuple[str, int], float]:
    """Return the discounted cost of a full campus at each site and year [M CNY], from the model's own terms.

    Parameters
    ----------
    model : Model
        Its variables are set to the campus for the evaluation and put back.
    inputs : Inputs
        Efficiency by site.
    size_gw : float
        IT power of the campus [GW].
    """
    m = model.pyomo
    terms = [t for t in of(model.terms, "cost") if t.index is m.SY]
    pue, peak = inputs.site["pue_mean"], inputs.site["pue_peak"]
    full = {
        m.compute.opened: lambda s: 1.0,
        m.compute.modules: lambda s: size_gw / m.compute.module_gw.value,
        m.compute.it_gw: lambda s: size_gw,
        m.grid.connection_gw: lambda s: size_gw * peak[s],
        m.grid.purchase_twh: lambda s: size_gw * inputs.it_twh_per_gw * pue[s],
        m.certificates.certificates_twh: lambda s: 0.0,
    }
    kept = {variable: {k: v.value for k, v in variable.items()} for variable in full}
    found = {}
    for s, y in m.SY:
        sides = []
        for scale in (1.0, 0.0):
            for variable, value in full.items():
                variable[s, y].set_value(value(s) * scale, skip_validation=True)
            sides.append(sum(pyo.value(t.rule(s, y)) for t in terms))
        found[s, y] = (sides[0] - sides[1]) * inputs.discount[y]
    for variable, values in kept.items():
        variable.set_values(values, skip_validation=True)
    return found


def _scarce(model: Model, inputs: Inputs, relaxed: Marginals, site: str, year: int) -> float:
    """Return the value of the limits that one GW of IT uses up [M CNY per GW], from their duals."""
    m, province, peak = model.pyomo, inputs.site["province"][site], inputs.site["pue_peak"][site]

    def dual(name: str, *key: Any) -> float:
        return relaxed.duals.get(name, {}).get(key, 0.0)

    share = m.compute.largest_share.value
    whole = sum(dual("compute.largest_province_share", p, year) for p in inputs.provinces)
    used = peak * dual("grid.headroom", province, year)
    used += dual("compute.province_build_rate_first", province, year)
    used += dual("compute.largest_province_share", province, year) - share * whole
    owed = 0.0
    for rule in inputs.rules:
        price = {place: dual(f"{rule.kind}.row", rule.rule_id, place, year) for place in rule.places}
        inside = {place for place, sites in rule.places.items() if site in sites}
        if rule.kind == "hub_share":
            owed += sum(v * (rule.number - (place in inside)) for place, v in price.items())
        if rule.kind == "green_share":
            energy = inputs.it_twh_per_gw * inputs.site["pue_mean"][site]
            owed += sum(price[place] for place in inside) * rule.number * energy
    return owed - used


def _saved(model: Model, inputs: Inputs, relaxed: Marginals, site: str, year: int, size_gw: float) -> float:
    """Return what a campus saves by taking load at the duals of demand, dearest first [M CNY]."""
    load = model.pyomo.workload
    barred = _barred(model, inputs, site)
    duals = relaxed.duals.get("workload.demand", {})
    offers = [
        (duals.get((d, w, year), 0.0) - inputs.discount[year] * load.wan_cost[site, d, w], (d, w))
        for d, w in load.SERVED[site]
        if (d, w) not in barred
    ]
    left, saved = size_gw, 0.0
    for worth, (d, w) in sorted(offers, reverse=True):
        taken = min(left, load.demand_gw[d, w, year])
        saved += max(0.0, worth) * taken
        left -= taken
    return saved


def _barred(model: Model, inputs: Inputs, site: str) -> set[tuple[str, str]]:
    """Return the nodes that a hard rule keeps the site from serving."""
    block = model.pyomo.component(_HUB_KIND)
    hard = [r.rule_id for r in inputs.rules if r.kind == _HUB_KIND and r.hard and r.local_load_exempt]
    return {node for r in hard if (r, site) in block.PAIRS for node in block.AWAY[r, site]}
