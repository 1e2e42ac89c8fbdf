"""Audit of policy rules and penalties, from the tables."""

from __future__ import annotations

import pandas as pd

from geodata.tables import Survey
from optim.audits.checks import Check, at, at_most, equal, keyed
from optim.policy import Rule, allowed_mw, rules_in_force
from optim.tables import Results

_LIMIT = {"central": "rtt_ms", "allow": "rtt_low_ms", "refuse": "rtt_high_ms"}


def audit_rules(survey: Survey, technology: str, campus_min_mw: float, results: Results) -> list[Check]:
    """Return one check per rule in force: what it demands, less what a soft rule misses, against the plan.

    Parameters
    ----------
    survey : Survey
        Rules, candidates, cooling.
    technology : str
        Cooling technology of the plan.
    campus_min_mw : float
        Least size of a campus.
    results : Results
        The plan.
    """
    years = tuple(sorted({int(y) for y in survey.demand["year"]}))
    cooling = survey.cooling[survey.cooling["technology"] == technology].set_index("site_id")["pue_mean"]
    rules = rules_in_force(survey.rules, survey.candidates, years)
    checks = []
    for rule in rules:
        need, have = _sides(rule, survey, cooling, campus_min_mw, results)
        have = have.add(_missed(rule, results.rules), fill_value=0.0)
        checks.append(at_most(f"rule {rule.rule_id} ({rule.kind})", need, have))
    return checks


def _missed(rule: Rule, used: pd.DataFrame) -> pd.Series:
    keys = ["year"] if rule.kind in ("pue_cap", "large_in_hub_only") else ["place", "year"]
    return keyed(used[used["rule_id"] == rule.rule_id], keys, "missed")


def _sides(
    rule: Rule, survey: Survey, pue: pd.Series, campus_min_mw: float, results: Results
) -> tuple[pd.Series, pd.Series]:
    """Return what the rule needs and what the plan has, by place and year; by year for rules on sites."""
    if rule.kind == "hub_share":
        return _hub_share(rule, results)
    if rule.kind == "green_share":
        return _green_share(rule, results)
    if rule.kind == "residency":
        return _residency(rule, survey, results)
    return _large(rule, survey, pue, campus_min_mw, results)


def _hub_share(rule: Rule, results: Results) -> tuple[pd.Series, pd.Series]:
    build = results.build.assign(it=results.build["it_mw"] + results.build["given_it_mw"])
    build = build[build["year"].isin(rule.years)]
    need = keyed(build.assign(place="all"), ["place", "year"], "it") * rule.number
    inside = build[build["site_id"].isin(rule.places["all"])]
    return need, keyed(inside.assign(place="all"), ["place", "year"], "it").reindex(
        need.index, fill_value=0.0
    )


def _green_share(rule: Rule, results: Results) -> tuple[pd.Series, pd.Series]:
    place_of = {s: place for place, sites in rule.places.items() for s in sites}
    table = results.operation[results.operation["year"].isin(rule.years)]
    table = table.assign(place=table["site_id"].map(place_of)).dropna(subset="place")
    need = keyed(table, ["place", "year"], "purchase_mwh") * rule.number / 1e3
    return need, keyed(table, ["place", "year"], "certificates_mwh") / 1e3


def _residency(rule: Rule, survey: Survey, results: Results) -> tuple[pd.Series, pd.Series]:
    province = survey.candidates.set_index("site_id")["province"]
    flows = results.flows[
        (results.flows["class_id"] == rule.class_id) & results.flows["year"].isin(rule.years)
    ]
    flows = flows[flows["zone_id"].isin(list(rule.places))].rename(columns={"zone_id": "place"})
    need = keyed(flows, ["place", "year"], "it_mw") * rule.number
    inside = flows[flows["site_id"].map(province) == flows["place"]]
    return need, keyed(inside, ["place", "year"], "it_mw").reindex(need.index, fill_value=0.0)


def _large(
    rule: Rule, survey: Survey, pue: pd.Series, campus_min_mw: float, results: Results
) -> tuple[pd.Series, pd.Series]:
    """Return capacity above the threshold over all sites in question by year, against nothing."""
    sites = [s for members in rule.places.values() for s in members]
    allowed = allowed_mw(rule, campus_min_mw)
    if rule.kind == "pue_cap":
        sites = [s for s in sites if pue[s] > rule.number]
    held = results.build
    if rule.kind == "large_in_hub_only" and rule.local_load_exempt:
        province = survey.candidates.set_index("site_id")["province"]
        flows = results.flows
        held = flows[flows["merged"] | (flows["site_id"].map(province) != flows["zone_id"])]
    held = held[held["site_id"].isin(sites) & held["year"].isin(rule.years)]
    over = (keyed(held, ["site_id", "year"], "it_mw") - allowed).clip(lower=0).groupby(level="year").sum()
    return over, pd.Series(0.0, index=over.index)


def audit_penalty(survey: Survey, undecided: str, weight_m_cny_per_mw: float, results: Results) -> Check:
    """Return the check of the penalties: unserved load that some site could reach, and missed soft rules.

    Parameters
    ----------
    survey : Survey
        Links, classes, rules, costs.
    undecided : str
        Which end of the error band decides.
    weight_m_cny_per_mw : float
        Weight of one MW unserved for a year.
    results : Results
        The plan.
    """
    reachable = _reachable(survey, undecided)
    keys = pd.MultiIndex.from_frame(results.unserved[["zone_id", "class_id"]])
    lost = keyed(results.unserved[keys.isin(reachable)], ["year"], "it_mw") * weight_m_cny_per_mw
    price = survey.rules.set_index("rule_id")["price_m_cny_per_unit"].astype(float).fillna(0.0)
    missed = results.rules.assign(cost=results.rules["missed"] * at(results.rules["rule_id"], price))
    yearly = lost.add(keyed(missed, ["year"], "cost"), fill_value=0.0)
    items = survey.costs.set_index("item")["value"]
    price_year, rate = items["price_year"], items["discount_share_per_year"]
    total = sum(float(v) * (1.0 + rate) ** (price_year - int(str(y))) for y, v in yearly.items())
    found = pd.Series([results.solution.penalty_m_cny], index=["penalty"])
    return equal(
        "penalties of unserved load and missed rules [M CNY]", pd.Series([total], index=["penalty"]), found
    )


def _reachable(survey: Survey, undecided: str) -> pd.MultiIndex:
    pairs = survey.links.merge(survey.classes[["class_id", "rtt_ms_max"]], how="cross")
    fits = pairs[pairs[_LIMIT[undecided]] <= pairs["rtt_ms_max"]]
    return pd.MultiIndex.from_frame(fits[["zone_id", "class_id"]].drop_duplicates())
