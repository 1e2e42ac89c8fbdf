"""Audit of the cost of energy: purchase hour by hour, demand charge, direct supply, carbon, water."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optim.audits.case import PLANT, Case
from optim.audits.checks import Array, at, keyed
from optim.audits.hourly import Hourly, annual_cooling, at_plants
from optim.policy import Rule
from optim.settings import EXISTING

Items = dict[str, pd.Series]


def energy_costs(case: Case, hourly: Hourly) -> Items:
    """Return what energy costs by plant and year [M CNY]."""
    sites, costs, prices = case.sites, case.settings.costs, case.prices
    site = hourly.keys.get_level_values("site_id")
    use = case.results.operation.set_index(PLANT).reindex(hourly.keys, fill_value=0.0)
    direct, export = (at(site, sites[c]) * costs.energy_price_factor for c in _DIRECT)
    months = keyed(case.results.billing, PLANT, "billed_peak_mw").reindex(hourly.keys, fill_value=0.0)
    cost = {
        "energy": hourly.yearly(hourly["purchase_mw"] * prices_of(case, hourly)),
        "demand_charge": months * at(site, _demand_charge(case)),
        "direct_charge": hourly.yearly(hourly["direct_mw"]) * direct,
        "export_income": hourly.yearly(hourly["export_mw"]) * -export,
        "certificates": use["certificates_mwh"] * prices["certificate_cny_per_mwh"],
        "carbon": use["emissions_tco2"] * prices["carbon_cny_per_tco2"],
        "water": use["water_m3"] * at(site, sites["water_price_cny_per_m3"]),
    }
    return {name: series / 1e6 for name, series in cost.items()}


_DIRECT = ("direct_charge_cny_per_mwh", "export_price_cny_per_mwh")


def _energy_price(case: Case) -> pd.Series:
    """Return the mean energy price of each site [CNY/MWh]."""
    posted = case.sites["energy_price_posted_cny_per_mwh"].astype(float)
    column = {"spot": "energy_price_spot_cny_per_mwh", "negotiated": "price_negotiated_cny_per_mwh"}
    basis = case.settings.costs.price_basis
    known = case.sites[column[basis]].astype(float) if basis in column else posted
    return known.fillna(posted) * case.settings.costs.energy_price_factor


def _demand_charge(case: Case) -> pd.Series:
    """Return the charge on the peak of a month [CNY/MW]; none beside a negotiated price."""
    charge = case.sites["demand_charge_posted_cny_per_mw_month"].astype(float)
    if case.settings.costs.price_basis == "negotiated":
        charge = charge.where(case.sites["price_negotiated_cny_per_mwh"].isna(), 0.0)
    return charge * case.settings.costs.energy_price_factor


def prices_of(case: Case, hourly: Hourly) -> Array:
    """Return the price of each hour at each plant, surcharge included [CNY/MWh]."""
    zones = _zone_factors(case)
    factor = 1.0 + case.settings.costs.time_of_use_factor * (zones - 1.0)
    zone = case.sites["tariff_zone"]
    by_site = factor.reindex(zone).fillna(1.0).set_axis(zone.index).mul(_energy_price(case), axis=0)
    return at_plants(hourly, by_site) + surcharge(case, hourly.keys, case.rules)[:, None]


def _zone_factors(case: Case) -> pd.DataFrame:
    """Return the price of each hour over the mean of the year (zones by hours).

    The price of an hour is the mean over the months for which its day stands, by their days.
    """
    table = case.survey.tariff_hours
    months = case.hours.month_days
    days = table.merge(months, on="month").assign(
        part=lambda t: t["energy_price_cny_per_mwh"].astype(float) * t["weight_days"]
    )
    sums = days.groupby(["tariff_zone", "day", "hour"])[["part", "weight_days"]].sum()
    price = (sums["part"] / sums["weight_days"]).unstack(["day", "hour"]).sort_index(axis=1)
    if price.empty:
        return pd.DataFrame(columns=range(case.hours.count), dtype=float)
    price = price.set_axis(range(price.shape[1]), axis=1)
    mean = (price * case.hours.weight_h).sum(axis=1) / case.hours.weight_h.sum()
    return price.div(mean.where(mean > 0), axis=0).fillna(1.0)


def surcharge(case: Case, keys: pd.MultiIndex, rules: list[Rule]) -> Array:
    """Return what existing halls pay on top [CNY/MWh]: number x share of energy over that PUE."""
    old = np.asarray(keys.get_level_values("technology") == EXISTING)
    pue = annual_cooling(case, keys, "pue_mean").to_numpy(dtype=float)
    out = np.zeros(len(keys))
    for rule in (r for r in rules if r.kind == "energy_surcharge"):
        sites = [s for members in rule.places.values() for s in members]
        mine = (
            old
            & keys.get_level_values("site_id").isin(sites)
            & keys.get_level_values("year").isin(rule.years)
        )
        out += mine * rule.number * np.clip(1.0 - rule.pue_from / pue, 0.0, None)
    return out
