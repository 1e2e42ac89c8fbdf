"""Why a plan builds little or nothing: the limits that close sites or provinces, in words."""

from __future__ import annotations

import math

from optim.blocks.compute import Settings as CampusSettings
from optim.inputs import MW_PER_GW, Inputs
from optim.policy import Rule


def why_nothing(inputs: Inputs, campus: CampusSettings, technology: str) -> list[str]:
    """Return the limits that alone can keep load from being placed, a phrase each.

    Parameters
    ----------
    inputs : Inputs
        Sites and rules in force.
    campus : CampusSettings
        Sizes, pace and the largest share of a province.
    technology : str
        Cooling of the scenario, on which the caps on PUE bear.
    """
    caps = [_cap(r, inputs, technology) for r in inputs.rules if r.kind == "pue_cap"]
    hubs = [_outside(r, inputs) for r in inputs.rules if r.kind == "large_in_hub_only"]
    limits = [*_province_texts(inputs, campus), *_site_texts(inputs, campus)]
    return [text for text in [*caps, *hubs, *limits, _given(inputs)] if text]


def _given(inputs: Inputs) -> str:
    """Return where most same-city load stands; it is given, so a limit that it breaks leaves no plan."""
    if not inputs.given_gw:
        return ""
    (site, year), most = max(inputs.given_gw.items(), key=lambda item: item[1])
    load = f"{most * MW_PER_GW:g} MW of same-city load in {year}"
    return f"{load} stand at {site} and cannot be left unserved, whatever the limits of its province"


def _cap(rule: Rule, inputs: Inputs, technology: str) -> str:
    sites = sorted({s for group in rule.places.values() for s in group})
    closed = inputs.site.loc[sites, "pue_mean"]
    closed = closed[closed > rule.number]
    if closed.empty:
        return ""
    reach = f"mean PUE {closed.min():.3f} to {closed.max():.3f}"
    found = f"{rule.rule_id} (PUE {rule.number:g}) closes {len(closed)} of {len(inputs.sites)} sites"
    return f"{found} to large campuses, since optim.cooling.technology = {technology} has a {reach} there"


def _outside(rule: Rule, inputs: Inputs) -> str:
    count = sum(len(sites) for sites in rule.places.values())
    found = f"{rule.rule_id} keeps campuses of {rule.number:g} MW or more from {count} of "
    return f"{found}{len(inputs.sites)} sites, which lie outside the hubs" if count else ""


def _province_texts(inputs: Inputs, campus: CampusSettings) -> list[str]:
    count, share = len(inputs.provinces), campus.largest_province_share
    if count * share >= 1:
        return []
    need = f"expected at least {1 / count:g}" if count > 1 else "expected 1"
    found = f"optim.campus.largest_province_share = {share:g} cannot hold with sites in {count} "
    return [found + f"{'provinces' if count > 1 else 'province'}; {need}, or sites in more provinces"]


def _site_texts(inputs: Inputs, campus: CampusSettings) -> list[str]:
    most = inputs.site["it_max_gw"].fillna(math.inf).max() * MW_PER_GW
    limits = {
        "optim.campus.campus_max_mw": campus.campus_max_mw,
        "it_max_mw of the largest site": most,
        "optim.campus.site_build_rate_mw_per_year over the years": campus.site_build_rate_mw_per_year
        * len(inputs.years),
    }
    limits["the demand of the largest year"] = _most_demand_mw(inputs)
    least = campus.campus_min_mw
    return [
        f"{name} = {value:g} MW is less than a campus must hold (optim.campus.campus_min_mw = {least:g})"
        for name, value in limits.items()
        if value < least and math.ceil(value / campus.module_mw) * campus.module_mw < least
    ]


def _most_demand_mw(inputs: Inputs) -> float:
    """Return the demand of the largest year, same-city load included [MW]."""
    loads = [(y, v) for (_, _, y), v in inputs.demand_gw.items()]
    loads += [(y, v) for (_, y), v in inputs.given_gw.items()]
    return max(sum(v for y, v in loads if y == year) for year in inputs.years) * MW_PER_GW
