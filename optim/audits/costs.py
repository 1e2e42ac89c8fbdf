"""Audit of costs: every item of every site and year recomputed from the tables, then the totals."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.tables import Survey
from optim.audits.checks import Check, at, equal, keyed
from optim.economics import Money
from optim.finance import annuity_factor
from optim.settings import CostSettings
from optim.tables import Results

_KEYS = ["site_id", "year"]
_LIQUID = ("liquid_tower", "liquid_dry")


def audit_costs(
    survey: Survey, technology: str, module_mw: float, settings: CostSettings, prices: Money, results: Results
) -> list[Check]:
    """Return the checks of cost items, discounting and the siting cost.

    Parameters
    ----------
    survey : Survey
        Candidates, upgrades, classes, links.
    technology : str
        Cooling technology of the plan.
    module_mw : float
        Size of a module; shells are paid by module.
    settings : CostSettings
        Price basis and factors.
    prices : Money
        Cost items.
    results : Results
        The plan.
    """
    scale = settings.all_price_factor
    items = {
        **_by_capacity(survey, technology, module_mw, settings, prices, results),
        **_by_connection(survey, prices, results),
        **_by_energy(survey, settings, prices, results),
        "wan": _bandwidth(survey, prices, results),
    }
    found = {str(item): keyed(rows, _KEYS, "cost_m_cny") for item, rows in results.costs.groupby("item")}
    none = keyed(results.costs.iloc[:0], _KEYS, "cost_m_cny")
    checks = [equal(f"cost of {i} [M CNY]", v * scale, found.get(i, none)) for i, v in items.items()]
    unknown = sorted(set(found) - set(items) - {"upgrades"})
    assert not unknown, f"cost items without an audit: {unknown}"
    return [*checks, _upgrades(survey, prices, scale, results), *_totals(prices, results)]


def _by_capacity(
    survey: Survey, technology: str, module_mw: float, settings: CostSettings, prices: Money, results: Results
) -> dict[str, pd.Series]:
    build = results.build.set_index(_KEYS)
    site = build.index.get_level_values("site_id")
    place = survey.candidates.set_index("site_id")
    mw = build["modules"] * module_mw + build["given_it_mw"]
    by_side = {"east": settings.east_shell_factor, "west": settings.west_shell_factor}
    shell = prices["shell_m_cny_per_mw"] * at(site, place["side"].map(by_side)) * mw
    liquid = prices["liquid_cooling_m_cny_per_mw"] * mw * (technology in _LIQUID)
    land = prices["land_m2_per_mw"] * at(site, place["land_price_cny_per_m2"]) * mw / 1e6
    return {
        "shell": shell * prices.annuity("shell_life_years"),
        "liquid_cooling": liquid * prices.annuity("liquid_cooling_life_years"),
        "maintenance": (shell + liquid) * prices["maintenance_share_per_year"],
        "land": land * prices.annuity("land_life_years"),
        "staff": prices["staff_per_mw"] * at(site, place["labour_cny_per_year"]) / 1e6 * mw,
    }


def _by_connection(survey: Survey, prices: Money, results: Results) -> dict[str, pd.Series]:
    build = results.build.set_index(_KEYS)
    backbone = survey.candidates.set_index("site_id")["backbone_km"]
    fibre_km = prices["fibre_routes"] * at(build.index.get_level_values("site_id"), backbone)
    line = prices["campus_line_m_cny_per_km"] * prices["campus_line_km"] * build["opened"]
    fibre = prices["fibre_m_cny_per_km"] * fibre_km * build["opened"]
    connection = prices["connection_m_cny_per_mw"] * build["connection_mw"]
    return {
        "line": line * prices.annuity("line_life_years"),
        "fibre": fibre * prices.annuity("fibre_life_years"),
        "connection": connection * prices.annuity("connection_life_years"),
    }


def _by_energy(
    survey: Survey, settings: CostSettings, prices: Money, results: Results
) -> dict[str, pd.Series]:
    use = results.operation.set_index(_KEYS)
    site = use.index.get_level_values("site_id")
    place = survey.candidates.set_index("site_id")
    energy = place["energy_price_posted_cny_per_mwh"].astype(float)
    demand = place["demand_charge_posted_cny_per_mw_month"].astype(float)
    if settings.price_basis == "spot":
        energy = place["energy_price_spot_cny_per_mwh"].fillna(energy)
    if settings.price_basis == "negotiated":
        energy = place["price_negotiated_cny_per_mwh"].fillna(energy)
        demand = demand.where(place["price_negotiated_cny_per_mwh"].isna(), 0.0)
    factor = settings.energy_price_factor / 1e6
    return {
        "energy": use["purchase_mwh"] * at(site, energy) * factor,
        "demand_charge": use["billed_peak_mw"] * at(site, demand) * 12 * factor,
        "certificates": use["certificates_mwh"] * prices["certificate_cny_per_mwh"] / 1e6,
        "carbon": use["emissions_tco2"] * prices["carbon_cny_per_tco2"] / 1e6,
        "water": use["water_m3"] * at(site, place["water_price_cny_per_m3"]) / 1e6,
    }


def _bandwidth(survey: Survey, prices: Money, results: Results) -> pd.Series:
    """Return the cost of bandwidth; merged classes pay the mean rate over the mean distance to all zones."""
    rate = survey.classes.set_index("class_id")["wan_gbps_per_mw"]
    share = survey.zones.set_index("zone_id")["demand_share"]
    links = survey.links.assign(weight=at(survey.links["zone_id"], share) / share.sum())
    mean_km = (links["distance_km"] * links["weight"]).groupby(links["site_id"]).sum()
    flows = results.flows.merge(
        survey.links[["site_id", "zone_id", "distance_km"]], on=["site_id", "zone_id"]
    )
    merged = set(flows.loc[flows["merged"], "class_id"])
    pool = survey.demand[survey.demand["class_id"].isin(merged)].groupby("class_id")["it_mw"].sum()
    mean_rate = float((rate.reindex(pool.index) * pool).sum() / pool.sum()) if len(pool) else 0.0
    km = np.where(flows["merged"], at(flows["site_id"], mean_km), flows["distance_km"])
    gbps = flows["it_mw"] * np.where(flows["merged"], mean_rate, at(flows["class_id"], rate))
    cost = gbps * prices["wan_m_cny_per_gbps_year_1000km"] * km / 1e3
    return keyed(flows.assign(cost=cost), _KEYS, "cost")


def _upgrades(survey: Survey, prices: Money, scale: float, results: Results) -> Check:
    yearly = annuity_factor(prices["discount_share_per_year"], prices["connection_life_years"])
    price = survey.upgrades.set_index(["province", "step"])["price_m_cny_per_mw"]
    used = results.upgrades
    pairs = pd.MultiIndex.from_frame(used[["province", "step"]])
    cost = used["upgrade_mw"] * at(pairs, price) * yearly * scale
    expected = keyed(used.assign(cost=cost), ["province", "year"], "cost")
    rows = results.costs[results.costs["item"] == "upgrades"]
    return equal("cost of upgrades [M CNY]", expected, keyed(rows, ["province", "year"], "cost_m_cny"))


def _totals(prices: Money, results: Results) -> list[Check]:
    costs, solution = results.costs, results.solution
    factor = (1.0 + prices["discount_share_per_year"]) ** (prices["price_year"] - costs["year"])
    total = pd.Series([solution.siting_cost_m_cny], index=["siting cost"])
    whole = pd.Series([solution.objective_m_cny], index=["objective"])
    parts = solution.siting_cost_m_cny + solution.penalty_m_cny
    gap = pd.Series([max(0.0, solution.objective_m_cny - solution.bound_m_cny)], index=["gap"])
    return [
        equal("costs are discounted once [M CNY]", costs["cost_m_cny"] * factor, costs["discounted_m_cny"]),
        equal(
            "siting cost is the sum of its items [M CNY]",
            pd.Series([_sum(costs)], index=["siting cost"]),
            total,
        ),
        equal(
            "objective is siting cost plus penalties [M CNY]", pd.Series([parts], index=["objective"]), whole
        ),
        equal("gap is objective less bound [M CNY]", gap, pd.Series([solution.gap_m_cny], index=["gap"])),
        equal(
            "gap share is gap over siting cost",
            pd.Series([solution.gap_m_cny / _sum(costs) if _sum(costs) > 0 else 0.0], index=["gap"]),
            pd.Series([solution.gap_share], index=["gap"]),
        ),
    ]


def _sum(costs: pd.DataFrame) -> float:
    return float(costs["discounted_m_cny"].sum())
