"""Audit of the tables of limits, of sites as good as the chosen ones, and of the year of 8760 hours."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optim.audits.accelerators import to_be_had
from optim.audits.case import PLANT, SITE, Case
from optim.audits.checks import Check, at, equal, in_rows, keyed, none_of, steps
from optim.audits.grid import city_mw, voltage_steps
from optim.audits.places import budgets_of

_KEYS = ["limit", "place", "year"]
_YEARLY = ("energy", "demand_charge", "direct_charge", "export_income", "certificates", "carbon", "water")
_SUPPLY = ("solar", "wind", "battery")


def audit_limits(case: Case) -> list[Check]:
    """Return the checks of the table of limits: how far each is used, and how much there is."""
    shown = case.results.prices.set_index(_KEYS)
    sides = pd.concat([*_grid(case), *_places(case), *_pace(case), *_scarce(case), *_budgets(case)])
    known = sides.reindex(shown.index).fillna(np.inf)
    headroom = shown[shown.index.get_level_values("limit") == "headroom"]
    wanted = pd.MultiIndex.from_product(
        [["headroom"], sorted(set(case.sites["province"])), case.years], names=_KEYS
    )
    count = pd.Series(1.0, index=wanted)
    return [
        equal("limits are used as shown", known["used"], shown["used_mw"].astype(float)),
        equal("limits are as large as shown", known["most"], shown["limit_mw"].astype(float)),
        equal("headroom of every province and year is shown", count, pd.Series(1.0, index=headroom.index)),
    ]


def _named(limit: str, used: pd.Series, most: pd.Series) -> pd.DataFrame:
    table = pd.DataFrame({"used": used, "most": most.reindex(used.index)})
    table.index = pd.MultiIndex.from_tuples([(limit, *key) for key in table.index], names=_KEYS)
    return table


def _grid(case: Case) -> list[pd.DataFrame]:
    build, known = case.results.build, voltage_steps(case)
    connection = keyed(build, SITE, "connection_mw")
    table = build.set_index(SITE)
    capacity = pd.Series(at(table["voltage_kv"], known["capacity_mw"]), index=table.index).fillna(0.0)
    by_province = build.assign(province=case.province(build["site_id"]).to_numpy())
    headroom = keyed(case.survey.headroom, ["province", "year"], "headroom_mw")
    bought = keyed(case.results.upgrades, ["province", "year"], "upgrade_mw")
    used = keyed(by_province, ["province", "year"], "connection_mw").reindex(headroom.index, fill_value=0.0)
    own = pd.Series(
        at(table.index.get_level_values("site_id"), case.sites["site_headroom_mw"]), index=table.index
    )
    return [
        _named("headroom", used, headroom.add(bought, fill_value=0.0)),
        _named("site_voltage", connection - city_mw(case, connection.index), capacity * table["opened"]),
        _named("site_headroom", connection, own),
    ]


def _places(case: Case) -> list[pd.DataFrame]:
    build = case.results.build.assign(province=case.province(case.results.build["site_id"]).to_numpy())
    build["it"] = build["it_mw"] + build["given_it_mw"]
    total = keyed(build, ["year"], "it")
    out = []
    for limit, used in (
        ("largest_province_share", keyed(build, ["province", "year"], "it")),
        ("largest_site_share", keyed(build, SITE, "it_mw")),
    ):
        names = sorted(set(case.sites["province"])) if "province" in limit else case.sites.index
        index = pd.MultiIndex.from_product([names, case.years])
        of_all = total.reindex(case.years, fill_value=0.0)[index.get_level_values(1)].to_numpy()
        share = getattr(case.settings.resilience, limit)
        out.append(_named(limit, used.reindex(index, fill_value=0.0), pd.Series(of_all * share, index)))
    return out


def _pace(case: Case) -> list[pd.DataFrame]:
    campus, build = case.settings.campus, case.results.build
    it = steps(build, ["site_id"], "it_mw", case.years)
    opened = keyed(build, SITE, "opened")
    by_province = it.groupby(case.province(it.index)).sum()
    added = [in_rows(wide.diff(axis=1).fillna(wide)) for wide in (it, by_province)]
    return [
        _named("site_build_rate", added[0], opened * campus.site_build_rate_mw_per_year),
        _named("province_build_rate", added[1], added[1] * 0.0 + campus.province_build_rate_mw_per_year),
    ]


def _scarce(case: Case) -> list[pd.DataFrame]:
    """Return the supply of accelerators and the water quotas (million m3)."""
    bought = keyed(case.results.accelerators, ["accelerator_id", "year"], "it_mw")
    out = [_named("accelerator_supply", bought, to_be_had(case))]
    column = {"basin": "basin", "province": "province", "cluster": "cluster_id"}
    water = case.results.operation
    for quota, rows in case.survey.quotas.groupby("quota_id"):
        members = case.sites.index[case.sites[column[str(rows.iloc[0]["kind"])]] == rows.iloc[0]["place"]]
        limit = rows.set_index("year")["water_m3"].astype(float) / 1e6
        drawn = keyed(water[water["site_id"].isin(members)], ["year"], "water_m3") / 1e6
        sides = (drawn.reindex(limit.index, fill_value=0.0), limit)
        index = pd.MultiIndex.from_product([[quota], limit.index])
        out.append(_named("water_quota", *(pd.Series(s.to_numpy(), index=index) for s in sides)))
    return out


def _budgets(case: Case) -> list[pd.DataFrame]:
    """Return the budgets over all years, each under the last one."""
    found = []
    for label, _, used, most in budgets_of(case):
        index = pd.MultiIndex.from_tuples([("all", case.years[-1])])
        found.append(_named(label, pd.Series([used], index), pd.Series([most], index)))
    return found


def audit_equivalents(case: Case) -> list[Check]:
    """Return the checks of the sites that would do as well: they are empty, and marked by the gap."""
    table, build = case.results.equivalents, case.results.build
    standing = build[(build["opened"] == 1) & (build["year"] == case.years[-1])]["site_id"]
    taken = table["site_id"].isin(standing) | ~table["site_id"].isin(case.sites.index)
    near = table["extra_share"] <= case.settings.solve.gap_share
    lone = (table["reduced_cost_m_cny"] > 0) != (table["extra_share"] > 0)
    return [
        none_of("sites as good as the chosen ones are empty", table, taken, ["site_id"]),
        none_of("sites within the gap are marked", table, near != table["within_gap"], ["site_id"]),
        none_of("sites that cost more do so in both figures", table, lone, ["site_id"]),
    ]


def audit_redispatch(case: Case) -> list[Check]:
    """Return the checks of the year of 8760 hours, if it was run: all plants, their days, numbers."""
    table, last = case.results.redispatch, case.years[-1]
    if table.empty:
        return []
    found = table.set_index(PLANT)
    use = case.results.operation[case.results.operation["year"] == last].set_index(PLANT)
    costs = case.results.costs[case.results.costs["item"].isin([*_YEARLY, *_SUPPLY])]
    spent = keyed(costs[(costs["year"] == last) & (costs["technology"] != "")], PLANT, "cost_m_cny")
    peak = case.results.billing[case.results.billing["year"] == last].groupby(PLANT)["billed_peak_mw"].max()
    numbers = table.select_dtypes("number")
    wrong = ~np.isfinite(numbers.to_numpy(dtype=float)).all(axis=1)
    return [
        equal(
            "each plant runs through the year",
            use["it_energy_mwh"] * 0.0 + 1.0,
            found["days_m_cny"] * 0.0 + 1.0,
        ),
        equal("cost of the days beside the year [M CNY]", spent, found["days_m_cny"].astype(float)),
        equal("purchase of the days beside the year [MWh]", use["purchase_mwh"], found["days_purchase_mwh"]),
        equal("peak of the days beside the year [MW]", peak, found["days_peak_mw"]),
        none_of("figures of the year are numbers", table, pd.Series(wrong), PLANT),
    ]
