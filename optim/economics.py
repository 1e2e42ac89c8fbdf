"""Cost items and tariffs -> yearly coefficients of each site, in million CNY, GW, TWh and million m3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
import pandas as pd

from geodata.tables import TableError
from optim.finance import annuity_factor
from optim.settings import CostSettings

HOURS_PER_YEAR = 8760
MONTHS_PER_YEAR = 12
LIQUID = ("liquid_tower", "liquid_dry")


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


def site_coefficients(
    candidates: pd.DataFrame, cooling: pd.DataFrame, technology: str, prices: Money, settings: CostSettings
) -> pd.DataFrame:
    """Return what one GW, TWh or campus costs a year at each site, indexed by site_id.

    Parameters
    ----------
    candidates, cooling : DataFrame
        Survey tables.
    technology : str
        Cooling technology of every site.
    prices : Money
        Cost items.
    settings : CostSettings
        Factors and price basis.

    Returns
    -------
    DataFrame
        pue_mean, pue_peak, wue and, in million CNY a year: shell, liquid_cooling, land, maintenance, staff
        (per GW IT), connection (per GW at the meter), line, fibre (per campus), energy (per TWh at the
        meter), demand_charge (per GW billed), water (per million m3); emissions [Mt/TWh].
    """
    sites = candidates.set_index("site_id")
    table = cooling[cooling["technology"] == technology].set_index("site_id").reindex(sites.index)
    missing = list(table.index[table["pue_mean"].isna()])
    if missing:
        raise TableError(
            f"cooling table: found no row of {technology} for {', '.join(missing[:5])}, expected one"
        )
    out = table[["pue_mean", "pue_peak", "wue"]].copy()
    scale = settings.all_price_factor
    factor = np.where(sites["side"] == "east", settings.east_shell_factor, settings.west_shell_factor)
    shell_m_cny_per_gw = prices["shell_m_cny_per_mw"] * 1e3 * factor * scale
    liquid = prices["liquid_cooling_m_cny_per_mw"] * 1e3 * scale if technology in LIQUID else 0.0
    out["shell"] = shell_m_cny_per_gw * prices.annuity("shell_life_years")
    out["liquid_cooling"] = liquid * prices.annuity("liquid_cooling_life_years")
    out["maintenance"] = (shell_m_cny_per_gw + liquid) * prices["maintenance_share_per_year"]
    land_m_cny_per_gw = sites["land_price_cny_per_m2"] * prices["land_m2_per_mw"] * 1e3 / 1e6
    out["land"] = land_m_cny_per_gw * scale * prices.annuity("land_life_years")
    out["staff"] = sites["labour_cny_per_year"] * prices["staff_per_mw"] * 1e3 / 1e6 * scale
    return out.join(_network_coefficients(sites, prices, scale)).join(
        _energy_coefficients(sites, settings, scale)
    )


def _network_coefficients(sites: pd.DataFrame, prices: Money, scale: float) -> pd.DataFrame:
    line = prices["campus_line_m_cny_per_km"] * prices["campus_line_km"] * prices.annuity("line_life_years")
    fibre = prices["fibre_m_cny_per_km"] * prices["fibre_routes"] * prices.annuity("fibre_life_years")
    connection = prices["connection_m_cny_per_mw"] * 1e3 * prices.annuity("connection_life_years")
    return pd.DataFrame(
        {
            "connection": connection * scale,
            "line": line * scale,
            "fibre": fibre * scale * sites["backbone_km"],
        },
        index=sites.index,
    )


def _energy_coefficients(sites: pd.DataFrame, settings: CostSettings, scale: float) -> pd.DataFrame:
    in_use = tariff(sites.reset_index(), settings)
    per_gw_year = in_use["demand_cny_per_mw_month"] * MONTHS_PER_YEAR * 1e3 / 1e6
    return pd.DataFrame(
        {
            "energy": in_use["energy_cny_per_mwh"] * scale,
            "demand_charge": per_gw_year * scale,
            "water": sites["water_price_cny_per_m3"] * scale,
            "emissions": sites["emission_average_tco2_per_mwh"],
        }
    )
