"""Audit of the cost of building: halls, land, lines, supply, existing halls, accelerators."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optim.audits.case import PLANT, SITE, Case, base_technology
from optim.audits.checks import at, keyed
from optim.audits.grid import voltage_steps
from optim.audits.served import bandwidth
from optim.finance import annuity_factor
from optim.settings import EDGE, EXISTING, LIQUID

Items = dict[str, pd.Series]


def hall_costs(case: Case) -> Items:
    """Return what halls cost a year by plant and year [M CNY]; the city's by IT power."""
    halls, prices, costs = case.results.halls, case.prices, case.settings.costs
    halls = halls[halls["technology"] != EXISTING]
    index = pd.MultiIndex.from_frame(halls[PLANT])
    modules = halls["modules"] * case.settings.campus.module_mw
    mw = modules.where(halls["technology"] != EDGE, halls["it_mw"]).to_numpy(dtype=float)
    by_side = {"east": costs.east_shell_factor, "west": costs.west_shell_factor}
    region = at(index.get_level_values("site_id"), case.sites["side"].map(by_side).astype(float))
    liquid = base_technology(case, index.get_level_values("technology")).isin(LIQUID)
    shell = pd.Series(prices["shell_m_cny_per_mw"] * region * mw, index=index)
    pipes = pd.Series(prices["liquid_cooling_m_cny_per_mw"] * mw * liquid, index=index)
    return {
        "shell": shell * prices.annuity("shell_life_years"),
        "liquid_cooling": pipes * prices.annuity("liquid_cooling_life_years"),
        "maintenance": (shell + pipes) * prices["maintenance_share_per_year"],
    }


def site_costs(case: Case) -> Items:
    """Return what a site costs a year beside its halls, by site and year [M CNY]."""
    prices, build = case.prices, case.results.build.set_index(SITE)
    site = build.index.get_level_values("site_id")
    modules = keyed(case.new, SITE, "modules").reindex(build.index, fill_value=0.0)
    mw = modules * case.settings.campus.module_mw + build["given_it_mw"]
    land = prices["land_m2_per_mw"] * at(site, case.sites["land_price_cny_per_m2"]) * mw / 1e6
    fibre = prices["fibre_m_cny_per_km"] * prices["fibre_routes"] * at(site, case.sites["backbone_km"])
    connection = prices["connection_m_cny_per_mw"] * build["connection_mw"]
    items = {
        "land": land * prices.annuity("land_life_years"),
        "staff": prices["staff_per_mw"] * at(site, case.sites["labour_cny_per_year"]) / 1e6 * mw,
        "fibre": fibre * build["opened"] * prices.annuity("fibre_life_years"),
        "connection": connection * prices.annuity("connection_life_years"),
        **_lines(case, build),
    }
    return {name: _of_site(cost) for name, cost in items.items()}


def _of_site(cost: pd.Series) -> pd.Series:
    """Return a cost by site and year as one by site, technology (none) and year."""
    index = pd.MultiIndex.from_arrays(
        [cost.index.get_level_values(0), [""] * len(cost), cost.index.get_level_values("year")], names=PLANT
    )
    return pd.Series(cost.to_numpy(dtype=float), index=index)


def _lines(case: Case, build: pd.DataFrame) -> Items:
    """Return the lines of the first voltage, and those of higher ones on top up to that of the campus."""
    known = voltage_steps(case)
    near = case.survey.attributes.set_index("site_id").reindex(build.index.get_level_values("site_id"))
    reached = at(build["voltage_kv"], known["step"].astype(float))
    out = {"line": np.zeros(len(build)), "voltage": np.zeros(len(build))}
    for kv, row in known.iterrows():
        km = near[_substation(float(str(kv)))].astype(float).fillna(case.prices["campus_line_km"])
        capital = km.to_numpy(dtype=float) * float(row["line_m_cny_per_km"]) + float(row["bay_m_cny"])
        held = build["opened"].to_numpy() if row["step"] == 1 else (reached >= row["step"])
        out["line" if row["step"] == 1 else "voltage"] += capital * held
    life = case.prices.annuity("line_life_years")
    return {name: pd.Series(cost * life, index=build.index) for name, cost in out.items()}


def _substation(kv: float) -> str:
    """Return the column of the nearest substation of at least a voltage."""
    if kv <= 220:
        return "substation_km"
    return next((f"substation_{v}kv_km" for v in (330, 500) if kv <= v), "substation_750kv_km")


def supply_costs(case: Case) -> Items:
    """Return what direct supply and batteries cost a year, by plant and year [M CNY]."""
    prices, supply = case.prices, case.results.supply
    mw = {name: keyed(supply, PLANT, name) for name in ("solar_mw", "wind_mw", "battery_mw", "battery_mwh")}

    def yearly(kind: str) -> float:
        capital = prices[f"{kind}_m_cny_per_mw"] * prices.annuity(f"{kind}_life_years")
        return capital + prices[f"{kind}_om_m_cny_per_mw_year"]

    cells = prices["battery_m_cny_per_mwh"] * prices.annuity("battery_life_years")
    return {
        "solar": mw["solar_mw"] * yearly("solar"),
        "wind": mw["wind_mw"] * yearly("wind"),
        "battery": mw["battery_mw"] * yearly("battery") + mw["battery_mwh"] * cells,
    }


def bandwidth_costs(case: Case) -> Items:
    """Return what bandwidth costs, by site and year [M CNY]: waves by distance, transit by side."""
    table, prices = bandwidth(case), case.prices
    transit = {side: prices[f"transit_{side}_m_cny_per_gbps_year"] for side in ("east", "west")}
    side = at(table["site_id"], case.sites["side"].map(transit).astype(float))
    wave = prices["wan_m_cny_per_gbps_year_1000km"] * table["km"] / 1e3
    table["cost"] = table["wan_gbps"] * np.where(table["product"] == "wave", wave, side)
    return {
        name: _of_site(keyed(table[table["product"] == name], SITE, "cost")) for name in ("wave", "transit")
    }


def stock_costs(case: Case) -> Items:
    """Return what idle existing halls cost: keeping them until they retire, refitting those put to use."""
    prices, table = case.prices, case.results.stock
    known = case.survey.stock.set_index("site_id").astype({"it_mw": float, "used_share": float})
    index = pd.MultiIndex.from_product([known.index, [EXISTING], case.years], names=PLANT)
    idle = at(index.get_level_values("site_id"), known["it_mw"] * (1.0 - known["used_share"]))
    rows = table.assign(technology=EXISTING)
    retired = keyed(rows, PLANT, "retired_mw").reindex(index, fill_value=0.0)
    refit = prices["stock_refit_m_cny_per_mw"] * prices.annuity("refit_life_years")
    return {
        "stock_keep": prices["stock_keep_m_cny_per_mw_year"] * (idle - retired),
        "stock_refit": refit * keyed(rows, PLANT, "used_mw"),
    }


def accelerator_costs(case: Case) -> Items:
    """Return what accelerators cost a year by site [M CNY]; those of the mix stand apart."""
    table = case.results.accelerator_sites
    known = case.survey.accelerators.set_index(["accelerator_id", "year"])
    per_mw = known["price_m_cny_per_card"] / known["system_kw_per_card"] * 1e3
    rate = case.prices["discount_share_per_year"]
    yearly = per_mw * [annuity_factor(rate, float(life)) for life in known["life_years"]]
    pairs = pd.MultiIndex.from_frame(table[["accelerator_id", "year"]])
    return {
        "accelerators": _of_site(keyed(table.assign(cost=table["it_mw"] * at(pairs, yearly)), SITE, "cost"))
    }


def upgrade_costs(case: Case) -> Items:
    """Return what headroom upgrades cost a year, by province (in place of the site) and year [M CNY]."""
    price = case.survey.upgrades.set_index(["province", "step"])["price_m_cny_per_mw"].astype(float)
    used = case.results.upgrades
    cost = used["upgrade_mw"] * at(pd.MultiIndex.from_frame(used[["province", "step"]]), price)
    yearly = cost * case.prices.annuity("connection_life_years")
    return {"upgrades": _of_site(keyed(used.assign(cost=yearly), ["province", "year"], "cost"))}
