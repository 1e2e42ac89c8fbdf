"""Audit of how much depends on one place: shares, number of provinces, reserve; quotas and budgets."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optim.audits.case import SITE, Case
from optim.audits.checks import Check, at, at_most, equal, keyed
from optim.settings import EDGE, LIQUID


def audit_places(case: Case) -> list[Check]:
    """Return the checks of shares, provinces and reserve."""
    asked = case.settings.resilience
    build = case.results.build.assign(province=case.province(case.results.build["site_id"]).to_numpy())
    build["it"] = build["it_mw"] + build["given_it_mw"]
    total = keyed(build, ["year"], "it")
    by_province, by_site = keyed(build, ["province", "year"], "it"), keyed(build, SITE, "it_mw")
    checks = [
        _share("largest share of a province [MW]", by_province, total, asked.largest_province_share),
        _share("largest share of a site [MW]", by_site, total, asked.largest_site_share),
        _count(case, build),
    ]
    return checks if asked.reserve == "none" else [*checks, _reserve(case)]


def _share(name: str, part: pd.Series, total: pd.Series, share: float) -> Check:
    if share >= 1:
        return at_most(name, part, part)
    limit = at(part.index.get_level_values("year"), total) * share
    return at_most(name, part, pd.Series(limit, index=part.index))


def _count(case: Case, build: pd.DataFrame) -> Check:
    asked = case.settings.resilience
    least = asked.provinces_min_count if asked.provinces_min_count > 1 else 0
    last = keyed(build[build["year"] == case.years[-1]], ["province"], "it_mw")
    found = float((last >= asked.province_min_mw * (1 - 1e-6)).sum())
    return at_most(
        "provinces that hold new IT",
        pd.Series([float(least)], index=["asked"]),
        pd.Series([found], index=["asked"]),
    )


def _reserve(case: Case) -> Check:
    """Return the check that halls elsewhere carry the essential load after the loss of any one place."""
    groups, runs, new = case.groups, case.results.runs, case.new
    essential = groups.index[groups["essential"].astype(bool) & (groups.index != EDGE)]
    wet = bool(groups.loc[essential, "needs_liquid"].any())
    fit = new[new["technology"].isin(LIQUID)] if wet else new
    lost_by = fit["site_id"] if case.settings.resilience.reserve == "site" else case.province(fit["site_id"])
    fit = fit.assign(lost=lost_by.to_numpy())
    of_place = keyed(fit, ["lost", "year"], "it_mw")
    year = of_place.index.get_level_values("year")
    left = at(year, keyed(fit, ["year"], "it_mw")) - of_place
    running = keyed(runs[runs["load_group"].isin(essential)], ["year"], "run_mw").reindex(
        case.years, fill_value=0.0
    )
    need = pd.Series(at(year, running), index=of_place.index)
    return at_most("halls elsewhere carry essential load [MW]", need, left * case.prices["load_share_max"])


def audit_quotas(case: Case) -> list[Check]:
    """Return a check for each quota: the water of all plants of its place in each year [m3]."""
    column = {"basin": "basin", "province": "province", "cluster": "cluster_id"}
    water = case.results.operation
    checks = []
    for quota, rows in case.survey.quotas.groupby("quota_id"):
        row = rows.iloc[0]
        members = case.sites.index[case.sites[column[str(row["kind"])]] == row["place"]]
        drawn = keyed(water[water["site_id"].isin(members)], ["year"], "water_m3")
        limit = rows.set_index("year")["water_m3"].astype(float)
        drawn = drawn[drawn.index.isin(limit.index)]
        checks.append(at_most(f"water quota {quota} [m3]", drawn, limit))
    return checks


def audit_budgets(case: Case) -> list[Check]:
    """Return a check for each budget over all sites and years."""
    return [
        at_most(f"{label} over all years [{unit}]", pd.Series([used], ["all"]), pd.Series([most], ["all"]))
        for label, unit, used, most in budgets_of(case)
    ]


def budgets_of(case: Case) -> list[tuple[str, str, float, float]]:
    """Return label, unit, use and number of each budget that is asked for."""
    asked, used = case.settings.budgets, case.results.operation
    flows = case.results.flows.merge(
        case.survey.links[["site_id", "zone_id", "rtt_ms"]],
        on=["site_id", "zone_id"],
        suffixes=("", "_of_link"),
    )
    served_mw = float(flows["it_mw"].sum())
    trips = float((flows["it_mw"] * flows["rtt_ms_of_link"]).sum())
    sides = [
        ("carbon_budget", "Mt CO2", float(used["emissions_tco2"].sum()) / 1e6, asked.carbon_max_mt),
        ("water_budget", "million m3", float(used["water_m3"].sum()) / 1e6, asked.water_max_million_m3),
        ("round_trip_budget", "ms", trips / served_mw if served_mw else 0.0, asked.rtt_mean_max_ms),
    ]
    return [(*side[:3], side[3]) for side in sides if side[3] is not None and np.isfinite(side[3])]


def audit_provinces(case: Case) -> Check:
    """Return the check that each cost is booked in the province of its site."""
    costs = case.results.costs[case.results.costs["site_id"] != ""]
    wrong = case.province(costs["site_id"]).to_numpy() != costs["province"].to_numpy()
    found = pd.Series([float(wrong.sum())], index=["costs"])
    return equal("costs are booked in the province of their site [rows]", found * 0.0, found)
