"""Grid: provincial headroom with its terms, priced upgrade steps, emission factors."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from geodata.layers.grid_table import build_grid, can_build
from geodata.read import builtin, truth
from geodata.tables import Headroom, TableError, Upgrades, checked

STEPS = (1, 2, 3)


class Settings(BaseModel):
    """Free grid capacity."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    band: Literal["low", "central", "high"] = Field(
        "central", description="column of the headroom recipe, a guess"
    )
    cut_to_limits: bool = Field(
        False,
        description="headroom ends where dependable capacity and all lines inward could not carry more; else "
        "that is only flagged",
    )
    connection_steps_kv: tuple[float, ...] = Field(
        (220, 500),
        description="voltages at which a site may be connected, of voltage_steps.csv (110, 220, 330, 500); "
        "the lowest is the base step",
    )
    decision_year: int = Field(2026, ge=2020, le=2030, description="year in which upgrades are ordered")
    upgrade_delay_years: int = Field(
        0, ge=0, le=10, description="years by which every upgrade step comes later than the recipe says"
    )


def measure_headroom(
    settings: Settings, years: list[int], tables: Path | None = None, data: Path | None = None
) -> pd.DataFrame:
    """Return the free grid capacity of each province and year, with the terms that make it.

    headroom = (a x peak + b x max(net export, 0)) x (1 + g) ^ max(year - decision year, 0);
    adequate if headroom + reserve x peak <= dependable capacity + mean net import;
    within limits if headroom + reserve x peak <= dependable capacity + ratings of all lines inward.

    Parameters
    ----------
    settings : Settings
        Band and decision year.
    years : list of int
        Planning years.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.
    data : Path, optional
        Data folder: peak and net export are made afresh from its hourly load, unless `tables` gives them.

    Returns
    -------
    DataFrame
        `geodata.tables.Headroom`.

    References
    ----------
    The terms a, b, g are assumptions of `headroom_recipe.csv`; peak and net export: `grid.csv`; lines:
    `transfer_limits.csv`.
    """
    term = recipe(settings.band, tables)
    grid = grid_table(tables, data)[["province", "peak_mw", "net_export_mw"]]
    start = term["share_of_peak"] * grid["peak_mw"] + term["share_of_net_export"] * grid[
        "net_export_mw"
    ].clip(lower=0)
    grid = grid.assign(start_mw=start, dependable_mw=grid["province"].map(dependable(settings.band, tables)))
    rows = grid.merge(pd.DataFrame({"year": years}), how="cross")
    growth = (1 + term["growth_per_year"]) ** (rows["year"] - settings.decision_year).clip(lower=0)
    rows = rows.merge(import_limits(years, tables), on=["province", "year"], how="left")
    firm, peak = rows["dependable_mw"], term["reserve_factor"] * rows["peak_mw"]
    wanted = rows["start_mw"] * growth
    most = (firm + rows["import_limit_mw"] - peak).fillna(np.inf)
    rows = rows.assign(
        headroom_mw=wanted.clip(upper=most.clip(lower=0)) if settings.cut_to_limits else wanted,
        within_limits=wanted <= most,
    )
    need = rows["headroom_mw"] + peak
    rows = rows.assign(adequate=need <= firm - rows["net_export_mw"].clip(upper=0))
    return checked(rows[list(Headroom.to_schema().columns)], Headroom, "headroom")


def grid_table(tables: Path | None = None, data: Path | None = None) -> pd.DataFrame:
    """Return peak, consumption and net export by province: the user's, from the data folder, or built in."""
    own = tables is not None and (tables / "grid.csv").exists()
    if own or data is None or not can_build(data):
        return builtin("grid", tables)
    return build_grid(data, tables)


def import_limits(years: list[int], tables: Path | None = None) -> pd.DataFrame:
    """Return the ratings of the lines into each province by year [MW]: province, year, import_limit_mw.

    A line counts from its year on, at both ends unless it carries power one way. All lines full at once is
    more than can be had: the senders would need as much to spare.
    """
    lines = builtin("transfer_limits", tables)
    lines = lines[truth(lines["used"], "transfer_limits.csv")]
    both = lines[~truth(lines["one_way"], "transfer_limits.csv")]
    inward = pd.concat(
        [
            lines.assign(province=lines["to_province"]),
            both.assign(province=both["from_province"]),
        ]
    )
    table = inward.merge(pd.DataFrame({"year": years}), how="cross").query("from_year <= year")
    total = table.groupby(["province", "year"])["limit_mw"].sum()
    return total.rename("import_limit_mw").reset_index()


def measure_upgrades(
    settings: Settings, tables: Path | None = None, data: Path | None = None
) -> pd.DataFrame:
    """Return the priced steps that add headroom; the last is so large that it never binds.

    Parameters
    ----------
    settings, tables, data
        As of `measure_headroom`.

    Returns
    -------
    DataFrame
        `geodata.tables.Upgrades`; size = share of the provincial peak, earliest year = decision year + delays
        of the step and of all.
    """
    term = recipe(settings.band, tables)
    peak = grid_table(tables, data)[["province", "peak_mw"]]
    ordered = settings.decision_year + settings.upgrade_delay_years
    steps = pd.DataFrame(
        {
            "step": STEPS,
            "size": [term[f"upgrade_{k}_size"] for k in STEPS],
            "price_m_cny_per_mw": [term[f"upgrade_{k}_price"] for k in STEPS],
            "earliest_year": [ordered + int(term[f"upgrade_{k}_delay"]) for k in STEPS],
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


def measure_emissions(places: pd.DataFrame, tables: Path | None = None) -> pd.DataFrame:
    """Return the emission factors of the grid at each place [tCO2/MWh].

    Parameters
    ----------
    places : DataFrame
        site_id, province.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    DataFrame
        Index site_id: emission_average_tco2_per_mwh (`emissions.csv`) and emission_marginal_tco2_per_mwh
        (`emissions_marginal.csv`: fossil power times the share of the year in which it is at the margin).

    Raises
    ------
    TableError
        A province without factor.
    """
    province = places.set_index("site_id")["province"]
    average = builtin("emissions", tables).set_index("province")["emission_average"]
    rows = builtin("emissions_marginal", tables).set_index("province")
    marginal = rows["fossil_tco2_per_mwh"] * rows["at_margin_share"]
    names = {"emissions": average, "emissions_marginal": marginal}
    lost = {file: sorted(set(province) - set(factor.index)) for file, factor in names.items()}
    faults = [f"{file}.csv: no factor for {', '.join(names)}" for file, names in lost.items() if names]
    if faults:
        raise TableError("; ".join(faults))
    columns = {"emission_average_tco2_per_mwh": average, "emission_marginal_tco2_per_mwh": marginal}
    return pd.DataFrame({name: province.map(factor) for name, factor in columns.items()})
