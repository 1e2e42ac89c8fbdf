"""Audit of policy rules on energy: green shares by year, month and hour, self-use, curtailment."""

from __future__ import annotations

import pandas as pd

from optim.audits.case import PLANT, Case
from optim.audits.hourly import Hourly
from optim.audits.load import rings
from optim.policy import Rule
from optim.settings import EDGE, EXISTING

_KEYS = ["place", "year"]
_LEAST_GWH = 1e-6
_MWH_PER_GWH = 1e3


def green_sides(case: Case, hourly: Hourly, rule: Rule) -> pd.DataFrame:
    """Return need, have [GWh] and least green share by place and year; existing halls are left out.

    By year the plants of a place settle together; by month and hour each does by itself, but for same-city
    load, which has no direct supply.
    """
    if rule.accounting == "monthly":
        green, used = _by_month(case, hourly)
    else:
        table = case.results.operation.set_index(PLANT)
        used = table["purchase_mwh"] + table["direct_mwh"]
        green = table["direct_mwh"] + table["export_mwh"] * (rule.accounting != "hourly")
        green += table["certificates_mwh"] * (rule.accounting == "certificates")
    alone = rule.accounting in ("monthly", "hourly")
    without = (EXISTING, EDGE) if alone else (EXISTING,)
    rows = _rows(rule, pd.DataFrame({"green": green, "used": used}) / _MWH_PER_GWH, without)
    if not alone:
        rows = rows.groupby(_KEYS, as_index=False)[["green", "used"]].sum()
    rows["need"] = rows["green"].clip(lower=rule.number * rows["used"])
    held = rows[rows["used"] > _LEAST_GWH]
    return _gathered(rule, rows.rename(columns={"green": "have"}), (held["green"] / held["used"], "min"), 1.0)


def supply_sides(case: Case, rule: Rule) -> pd.DataFrame:
    """Return need, have [GWh] and worst share of self-use or curtailment, by place and year."""
    table = case.results.operation.set_index(PLANT)[["direct_mwh", "export_mwh", "curtailed_mwh"]]
    rows = _rows(rule, table / _MWH_PER_GWH, (EXISTING, EDGE))
    output = rows["direct_mwh"] + rows["export_mwh"] + rows["curtailed_mwh"]
    part = rows["direct_mwh"] if rule.kind == "self_use" else rows["curtailed_mwh"]
    rows["need"] = part.clip(lower=rule.number * output)
    rows["have"] = part if rule.kind == "self_use" else rule.number * output
    share = (part / output)[output > _LEAST_GWH]
    if rule.kind == "self_use":
        return _gathered(rule, rows, (share, "min"), 1.0)
    return _gathered(rule, rows, (share, "max"), 0.0)


def _by_month(case: Case, hourly: Hourly) -> tuple[pd.Series, pd.Series]:
    """Return direct supply and export, and consumption, by plant, year and month [MWh]."""
    months = case.hours.month_days
    green, used = {}, {}
    power = (hourly["direct_mw"] + hourly["export_mw"], hourly["purchase_mw"] + hourly["direct_mw"])
    days = [rings(p).sum(axis=2) for p in power]
    for month, rows in months.groupby("month"):
        weight, day = rows["weight_days"].to_numpy(dtype=float), rows["day"].to_numpy(dtype=int)
        green[month], used[month] = (pd.Series(d[:, day] @ weight, index=hourly.keys) for d in days)
    both = [pd.concat(part, names=["month"]).reorder_levels([1, 2, 3, 0]) for part in (green, used)]
    return both[0], both[1]


def _rows(rule: Rule, table: pd.DataFrame, without: tuple[str, ...]) -> pd.DataFrame:
    """Return the rows of the rule's places and years, with their place."""
    place = {site: name for name, sites in rule.places.items() for site in sites}
    rows = table.reset_index()
    rows = rows[~rows["technology"].isin(without) & rows["year"].isin(rule.years)]
    return rows.assign(place=rows["site_id"].map(place)).dropna(subset="place")


def _gathered(rule: Rule, rows: pd.DataFrame, share: tuple[pd.Series, str], empty: float) -> pd.DataFrame:
    """Return the sums of need and have and the worst share, by place and year."""
    index = pd.MultiIndex.from_product([list(rule.places), rule.years], names=_KEYS)
    sums = rows.groupby(_KEYS)[["need", "have"]].sum().reindex(index, fill_value=0.0).astype(float)
    keys = [rows.loc[share[0].index, key] for key in _KEYS]
    worst = share[0].groupby(keys).agg(share[1])
    return sums.assign(value=worst.reindex(index).fillna(empty).astype(float))
