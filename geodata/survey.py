"""The front door: calls the parts of the survey in order and returns the checked tables."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from pydantic import Field

from geodata.attributes import LayerSettings, measure_attributes, with_grades
from geodata.candidates import Settings as CandidateSettings
from geodata.candidates import hub_ids, list_places
from geodata.catalogue.sources import shortened
from geodata.cells.cells import CellSettings
from geodata.cells.measure import measure_cells
from geodata.country import country_faults
from geodata.figures import measure_figures, weakest
from geodata.layers.chronology import hours_of
from geodata.layers.class_hours import measure_class_hours
from geodata.layers.climate import UNITS as CLIMATE_UNITS
from geodata.layers.climate import Settings as ClimateSettings
from geodata.layers.climate import climate_figures, measure_climate
from geodata.layers.compute import Settings as ComputeSettings
from geodata.layers.compute import measure_accelerators
from geodata.layers.connection import measure_voltage_steps
from geodata.layers.cooling import Settings as CoolingSettings
from geodata.layers.cooling import measure_cooling
from geodata.layers.demand import Settings as DemandSettings
from geodata.layers.demand import measure_classes, measure_demand, measure_zones
from geodata.layers.grid import Settings as GridSettings
from geodata.layers.grid import measure_emissions, measure_headroom, measure_upgrades
from geodata.layers.land_water import measure_costs, measure_local
from geodata.layers.network import backbone_km, measure_links
from geodata.layers.policy import Settings as PolicySettings
from geodata.layers.policy import measure_policy
from geodata.layers.tariff_hours import measure_tariff_hours
from geodata.layers.tariff_parts import measure_tariff_parts
from geodata.layers.tariffs import Settings as TariffSettings
from geodata.layers.tariffs import measure_tariffs
from geodata.layers.water_quotas import measure_quotas
from geodata.places import existing_it_mw, list_campuses, measure_places
from geodata.profiles.cooling import measure_cooling_hours
from geodata.profiles.days import Settings as DaySettings
from geodata.profiles.measure import measure_profiles
from geodata.read import BUILTIN
from geodata.stock import Settings as StockSettings
from geodata.stock import measure_stock
from geodata.tables import Candidates, Cooling, DataWarning, Links, Survey, TableError, checked

Say = Callable[[str], None]


class Settings(LayerSettings):
    """The survey of places: one part each, and where the data are."""

    candidates: CandidateSettings = Field(CandidateSettings(), description="which places are candidates")
    cells: CellSettings = Field(CellSettings(), description="candidates from raster cells")
    demand: DemandSettings = Field(DemandSettings(), description="how much new computing is needed")
    tariffs: TariffSettings = Field(TariffSettings(), description="electricity prices")
    grid: GridSettings = Field(GridSettings(), description="free grid capacity")
    compute: ComputeSettings = Field(ComputeSettings(), description="accelerators")
    stock: StockSettings = Field(StockSettings(), description="existing halls")
    policy: PolicySettings = Field(PolicySettings(), description="policy rules")
    climate: ClimateSettings = Field(ClimateSettings(), description="climate of places")
    cooling: CoolingSettings = Field(CoolingSettings(), description="cooling relations")
    profiles: DaySettings = Field(DaySettings(), description="days that stand for the year")
    campuses_file: Path | None = Field(
        None, description="campuses that stand already (CSV, XLSX, Parquet): name, longitude, latitude, it_mw"
    )
    data: Path | None = Field(
        None, description="data folder to survey afresh; none: the shipped survey is read"
    )
    tables: Path | None = Field(
        None, description="folder of CSV tables that stand in for built-in ones of the same name"
    )


def survey(settings: Settings, say: Say = lambda _: None) -> Survey:
    """Return all that is known of the places.

    Parameters
    ----------
    settings : Settings
        One part each.
    say : callable
        Called with a short text at each step.

    Returns
    -------
    Survey
        Tables as in `geodata.tables`.

    Raises
    ------
    TableError
        A table from outside is unusable; the message lists its faults and where to mend them.
    """
    tables, data, years = settings.tables, settings.data, settings.demand.years
    _check_folders(settings)
    say("listing places")
    cells, scores, exclusions = measure_cells(settings.cells, settings.power_grid, data)
    sites = list_places(settings.candidates, tables, data, cells)
    campuses = list_campuses(settings.campuses_file, tables)
    say("surveying climate and prices")
    weather = measure_climate(sites[["site_id", "longitude", "latitude"]], settings.climate, data, tables)
    prices = measure_tariffs(sites, settings.tariffs, tables)
    say("surveying grid, renewables, network, water, land")
    layers = measure_attributes(sites, weather, campuses, settings, data, tables)
    figures = measure_figures(sites, prices, [climate_figures(weather), layers.figures], tables)
    say("choosing days that stand for the year")
    hours = hours_of(weather, sites["longitude"], settings.climate)
    renewables, chosen_by = settings.renewables, settings.profiles
    days, months, profiles = measure_profiles(sites, layers.table, hours, renewables, chosen_by, data, tables)
    say("joining the tables")
    chosen = _candidates(sites, weather, prices, campuses, tables)
    zones = measure_zones(chosen, tables)
    classes = measure_classes(tables)
    return Survey(
        candidates=chosen,
        cooling=checked(measure_cooling(weather, settings.cooling, tables), Cooling, "cooling"),
        zones=zones,
        classes=classes,
        demand=measure_demand(settings.demand, zones, classes, tables),
        links=checked(measure_links(chosen, zones, settings.network, data, tables), Links, "links"),
        headroom=measure_headroom(settings.grid, years, tables, data),
        upgrades=measure_upgrades(settings.grid, tables, data),
        accelerators=measure_accelerators(settings.compute, years, tables),
        stock=measure_stock(sites, campuses, settings.stock, tables),
        voltage_steps=measure_voltage_steps(settings.grid, tables),
        quotas=measure_quotas(settings.water, years, chosen, tables),
        costs=measure_costs(tables),
        rules=measure_policy(settings.policy, set(zones["zone_id"]), hub_ids(tables), tables),
        places=measure_places(campuses, tables),
        figures=figures,
        attributes=with_grades(layers.table, figures),
        days=days,
        day_months=months,
        profiles=profiles,
        cooling_hours=measure_cooling_hours(hours, days, settings.cooling, tables),
        class_hours=measure_class_hours(classes, tables),
        tariff_hours=measure_tariff_hours(settings.tariffs, tables),
        tariff_parts=measure_tariff_parts(tables),
        cells=scores[scores["site_id"].isin(sites["site_id"])].reset_index(drop=True),
        exclusions=exclusions,
    )


def _check_folders(settings: Settings) -> None:
    named = {"data": settings.data, "tables": settings.tables}
    lost = [
        f"geodata.{key}: no folder {path}"
        for key, path in named.items()
        if path is not None and not path.is_dir()
    ]
    lost += [] if lost or settings.tables is None else _strangers(settings.tables)
    lost += [] if lost or settings.tables is None else country_faults(settings.tables)
    if lost:
        raise TableError("; ".join(lost))
    short = [] if settings.data is None else shortened(settings.data)
    if short:
        text = f"{settings.data}: {', '.join(short)}: smaller than in the catalogue; another version, or cut"
        warnings.warn(f"{text} off? see `siting data verify`", DataWarning, stacklevel=3)


def _strangers(folder: Path) -> list[str]:
    known = {path.name for path in BUILTIN.glob("*.csv")}
    strange = sorted(path.name for path in folder.glob("*.csv") if path.name not in known)
    return [f"geodata.tables ({folder}): {name} has the name of no built-in table" for name in strange]


def _candidates(
    sites: pd.DataFrame,
    weather: pd.DataFrame,
    prices: pd.DataFrame,
    campuses: pd.DataFrame,
    tables: Path | None,
) -> pd.DataFrame:
    """Return the candidate table: what each part says of the sites, side by side."""
    table = sites.set_index("site_id", drop=False).rename_axis(None)
    parts: list[pd.DataFrame | pd.Series] = [
        weather[list(CLIMATE_UNITS)],
        prices.drop(columns="tariff_confidence"),
        measure_local(sites, tables),
        measure_emissions(sites, tables),
        backbone_km(sites, tables),
        existing_it_mw(sites, campuses).rename("existing_it_mw"),
    ]
    whole = table.join(parts)
    weak = weakest([table["confidence"], prices["tariff_confidence"], weather["confidence"]])
    contract = whole["price_own_cny_per_mwh"].fillna(whole["price_negotiated_cny_per_mwh"])
    whole = whole.assign(confidence=weak, price_negotiated_cny_per_mwh=contract)
    return checked(whole[list(Candidates.to_schema().columns)], Candidates, "candidates")
