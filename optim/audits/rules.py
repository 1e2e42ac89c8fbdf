"""Audit of policy rules: what each demands, what the plan has, and what the table of rules says of it."""

from __future__ import annotations

import pandas as pd

from optim.audits.case import PLANT, SITE, Case
from optim.audits.checks import Check, at, at_most, equal, in_rows, keyed, none_of, steps
from optim.audits.energy_costs import surcharge
from optim.audits.hourly import Hourly, annual_cooling
from optim.audits.rule_energy import green_sides, supply_sides
from optim.audits.served import reachable_nodes
from optim.policy import Rule, allowed_mw
from optim.settings import EXISTING

_KEYS = ["place", "year"]
_SITE_KINDS = ("pue_cap", "wue_cap", "large_in_hub_only", "build_pause")
_LEAST_MW = 1e-3


def audit_rules(case: Case, hourly: Hourly) -> list[Check]:
    """Return the checks of each rule: it holds but for what a soft rule misses, and is shown as it is.

    Needs and haves are in MW, or GWh of rules on energy, by place and year; rules on single sites by year.
    """
    checks: list[Check] = []
    for rule in case.rules:
        sides = _sides(case, hourly, rule)
        shown = case.results.rules[case.results.rules["rule_id"] == rule.rule_id]
        keys = ["year"] if rule.kind in _SITE_KINDS else _KEYS
        table = shown.set_index(keys)
        missed = keyed(shown, keys, "missed") if not rule.hard else 0.0 * keyed(shown, keys, "missed")
        name = f"rule {rule.rule_id} ({rule.kind})"
        number = pd.Series(_number(case, rule), index=table.index, dtype=float)
        checks += [
            at_most(name, sides["need"], sides["have"].add(missed, fill_value=0.0)),
            equal(f"{name} is shown as it is reached", sides["value"], table["value"].astype(float)),
            equal(f"{name} is shown with its limit", number, table["number"].astype(float)),
            at_most(
                f"{name} misses nothing if it is hard", keyed(shown, keys, "missed") * rule.hard, 0.0 * missed
            ),
        ]
    return [*checks, _rows(case), _held(case)]


def _rows(case: Case) -> Check:
    """Return the check that rules shown are in force, each place and year once."""
    table = case.results.rules
    known = {(r.rule_id, y) for r in case.rules for y in r.years}
    pairs = zip(table["rule_id"], table["year"], strict=True)
    wrong = table.duplicated(["rule_id", *_KEYS]) | ~pd.Series([p in known for p in pairs], index=table.index)
    return none_of("rules shown are in force", table, wrong, ["rule_id", *_KEYS])


def _held(case: Case) -> Check:
    table = case.results.rules
    kept = {(r.rule_id, y) for r in case.rules for y in r.kept_years}
    after = pd.Series(
        [p in kept for p in zip(table["rule_id"], table["year"], strict=True)], index=table.index
    )
    wrong = table["held_after_end"].astype(bool) != after.astype(bool)
    return none_of("rules kept after their end are marked", table, wrong, ["rule_id", *_KEYS])


def _number(case: Case, rule: Rule) -> float:
    if rule.kind == "build_pause":
        return 0.0
    if rule.kind in _SITE_KINDS:
        return allowed_mw(rule, case.settings.campus.campus_min_mw)
    return rule.number


def _sides(case: Case, hourly: Hourly, rule: Rule) -> pd.DataFrame:
    """Return need, have and value by place and year; by year for rules on single sites."""
    if rule.kind in _SITE_KINDS:
        return _site_sides(case, rule)
    if rule.kind == "green_share":
        return green_sides(case, hourly, rule)
    if rule.kind in ("self_use", "curtailment_cap"):
        return supply_sides(case, rule)
    of_kind = {"hub_share": _hub_share, "residency": _residency, "rack_use": _rack_use}
    if rule.kind in of_kind:
        return of_kind[rule.kind](case, rule)
    return _surcharge(case, hourly, rule) if rule.kind == "energy_surcharge" else _domestic_share(case, rule)


def share_sides(part: pd.Series, whole: pd.Series, number: float, empty: float) -> pd.DataFrame:
    """Return the sides of a rule part >= number x whole; `empty` is the value where the whole is nothing."""
    part = part.reindex(whole.index, fill_value=0.0)
    value = (part / whole.where(whole > _LEAST_MW)).fillna(empty)
    return pd.DataFrame({"need": whole * number, "have": part, "value": value})


def _everywhere(rule: Rule, places: list[str] | None = None) -> pd.MultiIndex:
    return pd.MultiIndex.from_product(
        [list(rule.places) if places is None else places, rule.years], names=_KEYS
    )


def _placed(rule: Rule, table: pd.DataFrame, column: str, index: pd.MultiIndex) -> pd.Series:
    """Return the sums of a column over the sites of each place and the years of the rule."""
    rows = [
        keyed(table[table["site_id"].isin(sites)].assign(place=place), _KEYS, column)
        for place, sites in rule.places.items()
    ]
    return pd.concat(rows).reindex(index, fill_value=0.0).astype(float)


def _hub_share(case: Case, rule: Rule) -> pd.DataFrame:
    build = case.results.build.assign(it=case.results.build["it_mw"] + case.results.build["given_it_mw"])
    index = _everywhere(rule)
    total = at(
        index.get_level_values("year"), keyed(build, ["year"], "it").reindex(case.years, fill_value=0.0)
    )
    return share_sides(_placed(rule, build, "it", index), pd.Series(total, index=index), rule.number, 0.0)


def _residency(case: Case, rule: Rule) -> pd.DataFrame:
    flows, demand = case.results.flows, case.survey.demand
    asked = set(demand.loc[demand["class_id"] == rule.class_id, "zone_id"])
    reached = {z for z, c in reachable_nodes(case) if c == rule.class_id}
    index = _everywhere(rule, [p for p in rule.places if p in asked & reached])
    mine = flows[flows["class_id"] == rule.class_id].assign(place=flows["zone_id"])
    inside = mine[case.province(mine["site_id"]).to_numpy() == mine["place"].to_numpy()]
    whole = keyed(mine, _KEYS, "it_mw").reindex(index, fill_value=0.0)
    return share_sides(keyed(inside, _KEYS, "it_mw"), whole, rule.number, 1.0)


def _rack_use(case: Case, rule: Rule) -> pd.DataFrame:
    """Return the sides: new campuses ask for use of the existing halls left standing in their place."""
    stock, build = case.results.stock, case.results.build
    held = [p for p, sites in rule.places.items() if case.survey.stock["site_id"].isin(sites).any()]
    index = _everywhere(rule, held)
    columns = ("stock_mw", "used_before_mw", "used_mw", "retired_mw")
    standing, before, put, retired = (_placed(rule, stock, c, index) for c in columns)
    opened = (_placed(rule, build, "opened", index) > 0).astype(float)
    left = standing - retired
    value = ((before + put) / left.where(left > _LEAST_MW)).fillna(1.0)
    have = before + put + rule.number * retired
    return pd.DataFrame({"need": rule.number * standing * opened, "have": have, "value": value})


def _domestic_share(case: Case, rule: Rule) -> pd.DataFrame:
    table, types = case.results.accelerator_sites, case.survey.accelerators
    home = set(types.loc[types["origin"] == "domestic", "accelerator_id"])
    index = _everywhere(rule)
    part = _placed(rule, table[table["accelerator_id"].isin(home)], "it_mw", index)
    return share_sides(part, _placed(rule, table, "it_mw", index), rule.number, 1.0)


def _surcharge(case: Case, hourly: Hourly, rule: Rule) -> pd.DataFrame:
    """Return the mean surcharge on what existing halls buy; the rule acts on cost alone."""
    table = case.results.operation
    halls = table[table["technology"] == EXISTING]
    rate = surcharge(case, hourly.keys, [rule])
    paid = (
        at(pd.MultiIndex.from_frame(halls[PLANT]), pd.Series(rate, index=hourly.keys)) * halls["purchase_mwh"]
    )
    index = _everywhere(rule)
    bought = _placed(rule, halls, "purchase_mwh", index)
    sides = share_sides(_placed(rule, halls.assign(paid=paid), "paid", index), bought, 0.0, 0.0)
    return sides.assign(need=0.0, have=0.0)


def _site_sides(case: Case, rule: Rule) -> pd.DataFrame:
    """Return what sites hold over what the rule leaves them, summed, and the largest site, by year."""
    held = _held_by_site(case, rule)
    sites = [s for members in rule.places.values() for s in members]
    held = held[held.index.get_level_values("site_id").isin(sites)]
    held = held[held.index.get_level_values("year").isin(rule.years)]
    allowed = _number(case, rule)
    years = pd.Index(rule.years, name="year")
    need = held.clip(lower=allowed).groupby(level="year").sum().reindex(years, fill_value=0.0)
    have = (held * 0.0 + allowed).groupby(level="year").sum().reindex(years, fill_value=0.0)
    value = held.groupby(level="year").max().reindex(years, fill_value=0.0)
    return pd.DataFrame({"need": need, "have": have, "value": value})


def _held_by_site(case: Case, rule: Rule) -> pd.Series:
    """Return what a rule on single sites counts there [MW]."""
    if rule.kind == "build_pause":
        wide = steps(case.results.build, ["site_id"], "it_mw", case.years)
        return in_rows(wide.diff(axis=1).fillna(wide).clip(lower=0))
    if rule.kind == "large_in_hub_only":
        return _large(case, rule)
    figure = annual_cooling(
        case, pd.MultiIndex.from_frame(case.new[PLANT]), "pue_mean" if rule.kind == "pue_cap" else "wue"
    )
    return keyed(case.new[figure.to_numpy(dtype=float) > rule.number], SITE, "it_mw")


def _large(case: Case, rule: Rule) -> pd.Series:
    if not rule.local_load_exempt:
        return keyed(case.results.build, SITE, "it_mw")
    flows = case.results.flows
    away = flows["merged"] | (case.province(flows["site_id"]).to_numpy() != flows["zone_id"].to_numpy())
    return keyed(flows[away], SITE, "it_mw")
