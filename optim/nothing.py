"""Why a plan builds little or nothing: the limits that close sites or provinces, in words."""

from __future__ import annotations

import math

import pandas as pd

from optim.inputs import MW_PER_GW, Inputs
from optim.options import Settings
from optim.policy import Rule
from optim.settings import LIQUID

_FIGURES = {"pue_cap": ("PUE", "pue_mean"), "wue_cap": ("WUE", "wue")}


def why_nothing(inputs: Inputs, settings: Settings) -> list[str]:
    """Return the limits that alone can keep load from being placed, a phrase each.

    Parameters
    ----------
    inputs : Inputs
        Sets and rules in force.
    settings : Settings
        Sizes, pace, technologies and the largest share of a province.
    """
    caps = [_cap(r, inputs) for r in inputs.rules if r.kind in _FIGURES]
    hubs = [_outside(r, inputs) for r in inputs.rules if r.kind == "large_in_hub_only"]
    paused = [_paused(r, inputs) for r in inputs.rules if r.kind == "build_pause"]
    limits = [*_province_texts(inputs, settings), *_site_texts(inputs, settings), *_supply(inputs, settings)]
    return [
        text
        for text in [*caps, *hubs, *paused, *limits, _no_liquid(inputs, settings), _given(inputs)]
        if text
    ]


def _given(inputs: Inputs) -> str:
    """Return where most same-city load stands; it is given, so a limit that it breaks leaves no plan."""
    if not inputs.given_gw:
        return ""
    (site, year), most = max(inputs.given_gw.items(), key=lambda item: item[1])
    load = f"{most * MW_PER_GW:g} MW of same-city load in {year}"
    return f"{load} stand at {site} and cannot be left unserved, whatever the limits of its province"


def _cap(rule: Rule, inputs: Inputs) -> str:
    """Return the sites at which every technology lies over the cap."""
    name, column = _FIGURES[rule.kind]
    figure = inputs.plants.table[column].loc[inputs.plants.new]
    sites = {s for group in rule.places.values() for s in group}
    best = figure.groupby(level="site_id").min()
    closed = best[best.index.isin(sites) & (best > rule.number)]
    if closed.empty:
        return ""
    reach = f"{closed.min():.3f} to {closed.max():.3f}"
    found = f"{rule.rule_id} ({name} {rule.number:g}) closes {len(closed)} of {len(inputs.sites)} sites"
    return f"{found} to large campuses, since the best technology allowed there has a mean {name} of {reach}"


def _outside(rule: Rule, inputs: Inputs) -> str:
    count = sum(len(sites) for sites in rule.places.values())
    found = f"{rule.rule_id} keeps campuses of {rule.number:g} MW or more from {count} of "
    return f"{found}{len(inputs.sites)} sites, which lie outside the hubs" if count else ""


def _paused(rule: Rule, inputs: Inputs) -> str:
    count = len({s for sites in rule.places.values() for s in sites})
    years = f"{min(rule.years)} to {max(rule.years)}"
    return f"{rule.rule_id} pauses new halls at {count} of {len(inputs.sites)} sites from {years}"


def _no_liquid(inputs: Inputs, settings: Settings) -> str:
    """Return the load groups that no technology allowed fits."""
    if set(settings.cooling.technologies) & set(LIQUID):
        return ""
    wet = inputs.groups.table["needs_liquid"]
    named = ", ".join(str(g) for g in wet.index[wet & (wet.index != "edge")])
    found = ", ".join(settings.cooling.technologies)
    return f"{named} need liquid-cooled halls, but optim.cooling.technologies = {found}" if named else ""


def _province_texts(inputs: Inputs, settings: Settings) -> list[str]:
    count, share = len(inputs.provinces), settings.resilience.largest_province_share
    texts = []
    if count * share < 1:
        need = f"expected at least {1 / count:g}" if count > 1 else "expected 1"
        found = f"optim.resilience.largest_province_share = {share:g} cannot hold with sites in {count} "
        texts.append(f"{found}{'provinces' if count > 1 else 'province'}; {need}, or sites in more provinces")
    if settings.resilience.provinces_min_count > count:
        asked = f"optim.resilience.provinces_min_count = {settings.resilience.provinces_min_count}"
        texts.append(f"{asked}, but the sites lie in {count}")
    return texts


def _site_texts(inputs: Inputs, settings: Settings) -> list[str]:
    campus = settings.campus
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


def _supply(inputs: Inputs, settings: Settings) -> list[str]:
    """Return that accelerators are chosen under supply, and what quotas leave of water."""
    texts = []
    if settings.accelerators.choice == "open" and settings.accelerators.supply_binds:
        texts.append("cards are limited by type and year (optim.accelerators.supply_binds)")
    dry: pd.DataFrame = inputs.quotas[inputs.quotas["water_mm3"] <= 0]
    if len(dry):
        texts.append(f"water quotas of 0: {', '.join(sorted(set(dry['quota_id'])))}")
    return texts
