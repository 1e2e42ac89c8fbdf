"""Grid: provincial headroom with its terms, priced upgrade steps, emission factors."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from geodata.read import builtin
from geodata.tables import Headroom, TableError, Upgrades, checked

STEPS = (1, 2, 3)


class Settings(BaseModel):
    """Free grid capacity."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    band: Literal["low", "central", "high"] = Field(
        "central", description="column of the headroom recipe, a guess"
    )
    decision_year: int = Field(2026, ge=2020, le=2030, description="year in which upgrades are ordered")


def measure_headroom(settings: Settings, years: list[int], tables: Path | None = None) -> pd.DataFrame:
    """Return the free grid capacity of each province and year, with the terms that make it.

    headroom = (a x peak + b x max(net export, 0)) x (1 + g) ^ max(year - decision year, 0);
    adequate if headroom + reserve x peak <= dependable capacity + mean net import.

    Parameters
    ----------
    settings : Settings
        Band and decision year.
    years : list of int
        Planning years.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    DataFrame
        `geodata.tables.Headroom`.

    References
    ----------
    The terms a, b, g are assumptions of `headroom_recipe.csv`; peak and net export: `grid.csv`.
    """
    term = recipe(settings.band, tables)
    grid = builtin("grid", tables)[["province", "peak_mw", "net_export_mw"]]
    start = term["share_of_peak"] * grid["peak_mw"] + term["share_of_net_export"] * grid[
        "net_export_mw"
    ].clip(lower=0)
    grid = grid.assign(start_mw=start, dependable_mw=grid["province"].map(dependable(settings.band, tables)))
    rows = grid.merge(pd.DataFrame({"year": years}), how="cross")
    growth = (1 + term["growth_per_year"]) ** (rows["year"] - settings.decision_year).clip(lower=0)
    rows = rows.assign(headroom_mw=rows["start_mw"] * growth)
    need = rows["headroom_mw"] + term["reserve_factor"] * rows["peak_mw"]
    rows = rows.assign(adequate=need <= rows["dependable_mw"] - rows["net_export_mw"].clip(upper=0))
    return checked(rows[list(Headroom.to_schema().columns)], Headroom, "headroom")


def measure_upgrades(settings: Settings, tables: Path | None = None) -> pd.DataFrame:
    """Return the priced steps that add headroom; the last is so large that it never binds.

    Returns
    -------
    DataFrame
        `geodata.tables.Upgrades`; size = share of the provincial peak, earliest year = decision year + delay.
    """
    term = recipe(settings.band, tables)
    peak = builtin("grid", tables)[["province", "peak_mw"]]
    steps = pd.DataFrame(
        {
            "step": STEPS,
            "size": [term[f"upgrade_{k}_size"] for k in STEPS],
            "price_m_cny_per_mw": [term[f"upgrade_{k}_price"] for k in STEPS],
            "earliest_year": [settings.decision_year + int(term[f"upgrade_{k}_delay"]) for k in STEPS],
        }
    )
    rows = peak.merge(steps, how="cross")
    rows = rows.assign(size_mw=rows["size"] * rows["peak_mw"])
    return checked(rows[list(Upgrades.to_schema().columns)], Upgrades, "upgrades")


def recipe(band: str, tables: Path | None = None) -> pd.Series:
    """Return the terms of the headroom recipe in one band, by name."""
    return builtin("headroom_recipe", tables).set_index("term")[band]


def dependable(band: str, tables: Path | None = None) -> pd.Series:
    """Return the capacity that can be counted on at the peak [MW], by province."""
    capacity = builtin("capacity", tables)
    term = recipe(band, tables)
    firm = capacity["capacity_mw"] * ("dependable_" + capacity["technology"]).map(term)
    return firm.groupby(capacity["province"]).sum()


def measure_emissions(places: pd.DataFrame, tables: Path | None = None) -> pd.Series:
    """Return the average emission factor of the grid at each place [tCO2/MWh], index site_id."""
    factors = builtin("emissions", tables).set_index("province")["emission_average"]
    found = places.set_index("site_id")["province"].map(factors)
    if found.isna().any():
        raise TableError(
            f"emissions.csv: no factor for {', '.join(sorted(set(places['province']) - set(factors.index)))}"
        )
    return found
