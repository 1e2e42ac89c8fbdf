"""Cost items and tariffs -> yearly coefficients of each site, in million CNY, GW, TWh and million m3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import pandas as pd

from geodata.tables import Survey, TableError
from optim.finance import annuity_factor
from optim.settings import CostSettings

HOURS_PER_YEAR = 8760
MONTHS_PER_YEAR = 12


@dataclass(frozen=True)
class Money:
    """Values of the cost items, with the settings' replacements."""

    items: Mapping[str, float]

    def __getitem__(self, item: str) -> float:
        """Return the value of a cost item in its own unit."""
        if item not in self.items:
            raise TableError(
                f"cost table: found no item {item}, expected it; add the row or set optim.costs.items"
            )
        return self.items[item]

    def annuity(self, life_item: str) -> float:
        """Return the annuity factor for the life held in `life_item` [1/year]."""
        return annuity_factor(self["discount_share_per_year"], self[life_item])


def money(costs: pd.DataFrame, settings: CostSettings) -> Money:
    """Return the cost items, those named in `settings.items` replaced.

    Parameters
    ----------
    costs : DataFrame
        `geodata.tables.CostItems`.
    settings : CostSettings
        Replacements by item name.

    Raises
    ------
    TableError
        If a replacement names no item of the table, or a life is not above 0.
    """
    items = dict(zip(costs["item"], costs["value"].astype(float), strict=True))
    unknown = [f"{key}{_hint(key, items)}" for key in settings.items if key not in items]
    if unknown:
        raise TableError(f"optim.costs.items: found {', '.join(unknown)}, expected items of the cost table")
    values = {**items, **settings.items}
    ageless = [key for key, value in values.items() if key.endswith("_life_years") and value <= 0]
    if ageless:
        raise TableError(f"cost table or optim.costs.items: {', '.join(ageless)}: expected more than 0 years")
    return Money(values)


def _hint(key: str, items: Mapping[str, float]) -> str:
    near = get_close_matches(key, items, n=1)
    return f" (did you mean {near[0]}?)" if near else ""


def tariff(candidates: pd.DataFrame, settings: CostSettings) -> pd.DataFrame:
    """Return the two-part tariff in use at each site, indexed by site_id.

    Parameters
    ----------
    candidates : DataFrame
        `geodata.tables.Candidates`.
    settings : CostSettings
        `price_basis` and `energy_price_factor`.

    Returns
    -------
    DataFrame
        energy_cny_per_mwh, demand_cny_per_mw_month, basis (the column that was used). A negotiated price is
        delivered, so no demand charge comes on top.
    """
    table = candidates.set_index("site_id")
    energy = table["energy_price_posted_cny_per_mwh"].astype(float)
    demand = table["demand_charge_posted_cny_per_mw_month"].astype(float)
    basis = pd.Series("posted", index=table.index)
    if settings.price_basis == "spot":
        known = table["energy_price_spot_cny_per_mwh"].notna()
        energy, basis = table["energy_price_spot_cny_per_mwh"].where(known, energy), basis.mask(known, "spot")
    if settings.price_basis == "negotiated":
        known = table["price_negotiated_cny_per_mwh"].notna()
        energy, basis = (
            table["price_negotiated_cny_per_mwh"].where(known, energy),
            basis.mask(known, "negotiated"),
        )
        demand = demand.mask(known, 0.0)
    factor = settings.energy_price_factor
    return pd.DataFrame(
        {"energy_cny_per_mwh": energy * factor, "demand_cny_per_mw_month": demand * factor, "basis": basis}
    )


def site_coefficients(survey: Survey, prices: Money, settings: CostSettings) -> pd.DataFrame:
    """Return what one GW, TWh or campus costs a year at each site, indexed by site_id.

    Parameters
    ----------
    survey : Survey
        Candidates and attributes.
    prices : Money
        Cost items.
    settings : CostSettings
        Factors and price basis.

    Returns
    -------
    DataFrame
        In million CNY a year: land, staff (per GW IT), connection (per GW at the meter), fibre (per campus),
        energy, direct_charge, export_price (per TWh), demand_charge (per GW billed in all months), water (per
        million m3), transit (per Gbps); emissions and emissions_marginal [Mt/TWh]; solar_max_gw, wind_max_gw:
        potential within 50 km, 0 where none is known.
    """
    sites = survey.candidates.set_index("site_id")
    scale = settings.all_price_factor
    in_use = tariff(survey.candidates, settings)
    transit = {side: prices[f"transit_{side}_m_cny_per_gbps_year"] for side in ("east", "west")}
    land_m_cny_per_gw = sites["land_price_cny_per_m2"] * prices["land_m2_per_mw"] * 1e3 / 1e6
    potential = survey.attributes.set_index("site_id").reindex(sites.index)
    table = pd.DataFrame(
        {
            "land": land_m_cny_per_gw * prices.annuity("land_life_years"),
            "staff": sites["labour_cny_per_year"] * prices["staff_per_mw"] * 1e3 / 1e6,
            "connection": prices["connection_m_cny_per_mw"] * 1e3 * prices.annuity("connection_life_years"),
            "fibre": _fibre(prices) * sites["backbone_km"],
            "energy": in_use["energy_cny_per_mwh"],
            "demand_charge": in_use["demand_cny_per_mw_month"] * MONTHS_PER_YEAR * 1e3 / 1e6,
            "direct_charge": sites["direct_charge_cny_per_mwh"] * settings.energy_price_factor,
            "export_price": sites["export_price_cny_per_mwh"] * settings.energy_price_factor,
            "water": sites["water_price_cny_per_m3"],
            "transit": sites["side"].map(transit),
        }
    )
    return (table.astype(float) * scale).assign(
        emissions=sites["emission_average_tco2_per_mwh"],
        emissions_marginal=sites["emission_marginal_tco2_per_mwh"],
        solar_max_gw=potential["solar_potential_50km_mw"].astype(float).fillna(0.0) / 1e3,
        wind_max_gw=potential["wind_potential_50km_mw"].astype(float).fillna(0.0) / 1e3,
    )


def _fibre(prices: Money) -> float:
    return prices["fibre_m_cny_per_km"] * prices["fibre_routes"] * prices.annuity("fibre_life_years")


def voltage_costs(survey: Survey, prices: Money, settings: CostSettings) -> pd.DataFrame:
    """Return capacity and yearly cost of each voltage step at each site.

    The line goes to the nearest substation of that voltage where the survey knows one, else over
    `campus_line_km`.

    Returns
    -------
    DataFrame
        Indexed by (site_id, step from 1 on): voltage_kv, capacity_gw, cost [M CNY a year], lead_years.
    """
    steps = survey.voltage_steps.sort_values("voltage_kv")
    near = survey.attributes.set_index("site_id").reindex(survey.candidates["site_id"])
    parts = []
    for step, row in enumerate(steps.to_dict("records"), start=1):
        km = _distance_km(near, float(row["voltage_kv"])).fillna(prices["campus_line_km"])
        capital = km * float(row["line_m_cny_per_km"]) + float(row["bay_m_cny"])
        part = pd.DataFrame({"cost": capital * prices.annuity("line_life_years") * settings.all_price_factor})
        parts.append(
            part.assign(
                step=step,
                voltage_kv=float(row["voltage_kv"]),
                capacity_gw=float(row["capacity_mw"]) / 1e3,
                lead_years=int(row["lead_years"]),
            )
        )
    return pd.concat(parts).rename_axis("site_id").set_index("step", append=True).sort_index()


def _distance_km(near: pd.DataFrame, voltage_kv: float) -> pd.Series:
    columns = {220.0: "substation_km", 330.0: "substation_330kv_km", 500.0: "substation_500kv_km"}
    fitting = [name for kv, name in columns.items() if kv >= voltage_kv]
    return near[fitting[0] if fitting else "substation_750kv_km"].astype(float)
