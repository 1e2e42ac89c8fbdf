"""The front door: calls the parts of the survey in order and returns the checked tables."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

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
from geodata.layers.latency import Settings as NetworkSettings
from geodata.layers.network import backbone_km, measure_links
from geodata.layers.policy import Settings as PolicySettings
from geodata.layers.policy import measure_policy
from geodata.layers.tariff_hours import measure_tariff_hours
from geodata.layers.tariff_parts import measure_tariff_parts
from geodata.layers.tariffs import Settings as TariffSettings
from geodata.layers.tariffs import measure_tariffs
from geodata.layers.water import Settings as WaterSettings
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
Made = TypeVar("Made")
ZONED = ["site_id", "name_en", "name_zh", "province", "longitude", "latitude"]
WATERED = ["site_id", "province", "basin", "cluster_id"]
QUOTA_KEYS = ("quota_share", "quota_of", "quota_factor", "quotas_file")


class Call(Protocol):
    """How a part of the survey is made: by calling it, or from what is known (`geodata.resurvey`)."""

    def __call__(self, make: Callable[..., Made], *arguments: Any) -> Made:
        """Return what `make` returns for these arguments."""


def called(make: Callable[..., Made], *arguments: Any) -> Made:
    """Return what `make` returns for these arguments."""
    return make(*arguments)


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


def survey(settings: Settings, say: Say = lambda _: None, part: Call = called) -> Survey:
    """Return all that is known of the places.

    Parameters
    ----------
    settings : Settings
        One part each.
    say : callable
        Called with a short text at each step.
    part : callable, optional
        Makes each part from its arguments, which are all that the part depends on.

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
    cells, scores, exclusions, excluded = part(measure_cells, settings.cells, settings.power_grid, data)
    sites = part(list_places, settings.candidates, tables, data, cells)
    campuses = part(list_campuses, settings.campuses_file, tables)
    say("surveying climate and prices")
    spots = sites[["site_id", "longitude", "latitude"]]
    weather = part(measure_climate, spots, settings.climate, data, tables)
    prices = part(measure_tariffs, sites, settings.tariffs, tables)
    say("surveying grid, renewables, network, water, land")
    layers = part(measure_attributes, sites, weather, campuses, _layers_of(settings), data, tables)
    told = [part(climate_figures, weather), layers.figures]
    figures = part(measure_figures, sites, prices, told, tables)
    say("choosing days that stand for the year")
    hours = part(hours_of, weather, sites["longitude"], settings.climate)
    days, months, profiles = part(
        measure_profiles, sites, layers.table, hours, settings.renewables, settings.profiles, data, tables
    )
    say("joining the tables")
    chosen = part(_candidates, sites, weather, prices, campuses, tables)
    zones = part(measure_zones, chosen[ZONED], tables)
    classes = part(measure_classes, tables)
    return Survey(
        candidates=chosen,
        cooling=part(_cooling, weather, settings.cooling, tables),
        zones=zones,
        classes=classes,
        demand=part(measure_demand, settings.demand, zones, classes, tables),
        links=part(_links, chosen[ZONED], zones, settings.network, data, tables),
        headroom=part(measure_headroom, settings.grid, years, tables, data),
        upgrades=part(measure_upgrades, settings.grid, tables, data),
        accelerators=part(measure_accelerators, settings.compute, years, tables),
        stock=part(measure_stock, sites, campuses, settings.stock, tables),
        voltage_steps=part(measure_voltage_steps, settings.grid, tables),
        quotas=part(measure_quotas, settings.water, years, chosen[WATERED], tables),
        costs=part(measure_costs, tables),
        rules=part(measure_policy, settings.policy, set(zones["zone_id"]), hub_ids(tables), tables),
        places=part(measure_places, campuses, tables),
        figures=figures,
        attributes=part(with_grades, layers.table, figures),
        days=days,
        day_months=months,
        profiles=profiles,
        cooling_hours=part(measure_cooling_hours, hours, days, settings.cooling, tables),
        class_hours=part(measure_class_hours, classes, tables),
        tariff_hours=part(measure_tariff_hours, settings.tariffs, tables),
        tariff_parts=part(measure_tariff_parts, tables),
        cells=part(_scores_of, scores, sites),
        exclusions=exclusions,
        excluded=excluded,
    )


def _layers_of(settings: Settings) -> LayerSettings:
    """Return what the layers read: quotas are made elsewhere."""
    parts = {name: getattr(settings, name) for name in LayerSettings.model_fields}
    quotas = {name: WaterSettings.model_fields[name].default for name in QUOTA_KEYS}
    return LayerSettings(**parts | {"water": settings.water.model_copy(update=quotas)})


def _cooling(weather: pd.DataFrame, settings: CoolingSettings, tables: Path | None) -> pd.DataFrame:
    return checked(measure_cooling(weather, settings, tables), Cooling, "cooling")


def _links(
    places: pd.DataFrame,
    zones: pd.DataFrame,
    settings: NetworkSettings,
    data: Path | None,
    tables: Path | None,
) -> pd.DataFrame:
    return checked(measure_links(places, zones, settings, data, tables), Links, "links")


def _scores_of(scores: pd.DataFrame, sites: pd.DataFrame) -> pd.DataFrame:
    return scores[scores["site_id"].isin(sites["site_id"])].reset_index(drop=True)


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
