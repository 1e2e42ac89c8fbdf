"""The tables that leave `geodata`: columns, units, checks, and the `Survey` that holds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from geodata.schemas.base import CONFIDENCE, TableModel
from geodata.schemas.cells import CellScores, Exclusions
from geodata.schemas.excluded_cells import ExcludedCells
from geodata.schemas.faults import fault_texts
from geodata.schemas.hours import (
    ClassHours,
    CoolingHours,
    DayMonths,
    Days,
    Profiles,
    TariffHours,
    TariffParts,
)
from geodata.schemas.layers import Attributes
from geodata.schemas.sites import Candidates, Cooling, Figures, Places
from geodata.schemas.supply import Accelerators, Quotas, Stock, VoltageSteps

RuleKind = Literal[
    "hub_share",
    "large_in_hub_only",
    "pue_cap",
    "wue_cap",
    "green_share",
    "self_use",
    "curtailment_cap",
    "residency",
    "rack_use",
    "domestic_share",
    "energy_surcharge",
    "build_pause",
    "information",
    "parameter",
]
ACCOUNTING = ("", "certificates", "annual", "monthly", "hourly")


TRAFFIC = ("users", "sites")


class PlannerError(Exception):
    """An error meant for people: the message says what was found, what was expected, where to mend it."""

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows in place of the way through our code."""
        return [f"{type(self).__name__}: {self}"]


class TableError(PlannerError, ValueError):
    """A table from outside is unusable; the message lists every fault and where to mend it."""


class DataWarning(UserWarning):
    """Something in the data that was mended, or that the user should know; the command line prints it."""


class Zones(TableModel):
    """Demand zones: where the users are."""

    zone_id: Series[str] = pa.Field(unique=True, description="province-level unit, English name")
    name_zh: Series[str]
    longitude: Series[float] = pa.Field(ge=-180, le=180)
    latitude: Series[float] = pa.Field(ge=-90, le=90)
    demand_share: Series[float] = pa.Field(ge=0, le=1, description="share of national demand")
    city_site_id: Series[str] = pa.Field(description="candidate that takes the zone's same-city load")


class Classes(TableModel):
    """Workload classes."""

    class_id: Series[str] = pa.Field(unique=True)
    name_en: Series[str]
    name_zh: Series[str]
    one_way_ms_max: Series[float] = pa.Field(gt=0, description="limit, one way [ms]")
    rtt_ms_max: Series[float] = pa.Field(gt=0, description="the same limit as round trip [ms]")
    same_city: Series[bool] = pa.Field(description="placed in its own city as given load, not on arcs")
    wan_gbps_per_mw: Series[float] = pa.Field(ge=0, description="bandwidth per MW of IT; to whom: `traffic`")
    deferrable_h: Series[float] = pa.Field(ge=0, description="longest delay of work [h]; 0: none")
    needs_liquid: Series[bool] = pa.Field(description="its racks are too dense for air")
    movable: Series[bool] = pa.Field(description="may be moved to another site by the day")
    essential: Series[bool] = pa.Field(description="must be served when a site or province is lost")
    traffic: Series[str] = pa.Field(isin=TRAFFIC, description="its bandwidth is to users, or between sites")


class Demand(TableModel):
    """New IT power needed: cumulative since the year before the horizon, at the end of the year."""

    zone_id: Series[str]
    class_id: Series[str]
    year: Series[int]
    it_mw: Series[float] = pa.Field(ge=0, description="cumulative new IT power [MW]")


class Links(TableModel):
    """Network distance from each candidate to each zone."""

    site_id: Series[str]
    zone_id: Series[str]
    distance_km: Series[float] = pa.Field(ge=0, description="great circle on the ellipsoid [km]")
    route_km: Series[float] = pa.Field(ge=0, description="way of the light in fibre, as modelled [km]")
    one_way_ms: Series[float] = pa.Field(ge=0)
    rtt_ms: Series[float] = pa.Field(ge=0, description="round trip, central estimate")
    rtt_low_ms: Series[float] = pa.Field(ge=0, description="lower end of the error band")
    rtt_high_ms: Series[float] = pa.Field(ge=0, description="upper end of the error band")
    measured: Series[bool] = pa.Field(description="from the user's round trips, not from the distance model")


class Headroom(TableModel):
    """Free grid capacity of a province by year, with the terms that make it."""

    province: Series[str]
    year: Series[int]
    headroom_mw: Series[float] = pa.Field(ge=0, description="free for new data centres, at the meter")
    peak_mw: Series[float] = pa.Field(ge=0, description="provincial peak load")
    net_export_mw: Series[float] = pa.Field(description="mean net export; negative: import")
    dependable_mw: Series[float] = pa.Field(ge=0, description="dependable capacity")
    import_limit_mw: Series[float] = pa.Field(
        ge=0, nullable=True, description="ratings of all lines inward; empty: not known"
    )
    adequate: Series[bool] = pa.Field(description="peak, reserve and headroom fit dependable and imports")
    within_limits: Series[bool] = pa.Field(
        description="they fit dependable capacity and all that the lines inward could carry"
    )


class Upgrades(TableModel):
    """Priced steps that add headroom."""

    province: Series[str]
    step: Series[int] = pa.Field(ge=1)
    size_mw: Series[float] = pa.Field(ge=0, description="largest addition by this step [MW]")
    price_m_cny_per_mw: Series[float] = pa.Field(ge=0)
    earliest_year: Series[int]


class CostItems(TableModel):
    """Cost items by name, each with unit and source."""

    item: Series[str] = pa.Field(unique=True)
    value: Series[float]
    unit: Series[str]
    year: Series[str]
    source: Series[str]
    confidence: Series[str] = pa.Field(isin=CONFIDENCE)
    note: Series[str]


class PolicyRules(TableModel):
    """Policy rules as data; `kind` names the function that turns a row into constraints."""

    rule_id: Series[str] = pa.Field(unique=True)
    kind: Series[str] = pa.Field(description="one of RuleKind; information and parameter rows bind nothing")
    scope: Series[str] = pa.Field(description="hubs, province, all, or province or hub ids joined by ';'")
    hub_scope: Series[str] = pa.Field(description="province, prefecture or start_area, or empty")
    class_id: Series[str] = pa.Field(description="workload class; empty: all")
    number: Series[float] = pa.Field(nullable=True, description="the limit")
    unit: Series[str]
    large_from_mw: Series[float] = pa.Field(nullable=True, description="IT power of a large site [MW]")
    local_load_exempt: Series[bool] = pa.Field(description="load of the site's own province does not count")
    from_year: Series[int]
    to_year: Series[int] = pa.Field(description="last year of the document's target")
    after_end: Series[str] = pa.Field(isin=("keep", "lapse"))
    hard: Series[bool]
    price_m_cny_per_unit: Series[float] = pa.Field(nullable=True, description="if soft: per unit missed")
    accounting: Series[str] = pa.Field(
        isin=ACCOUNTING,
        description="of green_share: what counts, and over which span supply must match use; certificates: "
        "they and the direct supply of the year both count; else empty",
    )
    pue_from: Series[float] = pa.Field(
        ge=1, le=3, nullable=True, description="of energy_surcharge: the PUE above which energy is charged"
    )
    enabled: Series[bool] = pa.Field(description="in force unless the scenario says otherwise")
    document: Series[str]
    source: Series[str]
    confidence: Series[str] = pa.Field(isin=CONFIDENCE)
    note: Series[str]


@dataclass(frozen=True)
class Survey:
    """All that is known of the places: checked tables, and a grid if raster cells were looked at.

    `excluded`: which row of `exclusions` rules out which cell; None without raster candidates, or not kept.
    """

    candidates: pd.DataFrame
    cooling: pd.DataFrame
    zones: pd.DataFrame
    classes: pd.DataFrame
    demand: pd.DataFrame
    links: pd.DataFrame
    headroom: pd.DataFrame
    upgrades: pd.DataFrame
    accelerators: pd.DataFrame
    stock: pd.DataFrame
    voltage_steps: pd.DataFrame
    quotas: pd.DataFrame
    costs: pd.DataFrame
    rules: pd.DataFrame
    places: pd.DataFrame
    figures: pd.DataFrame
    attributes: pd.DataFrame
    days: pd.DataFrame
    day_months: pd.DataFrame
    profiles: pd.DataFrame
    cooling_hours: pd.DataFrame
    class_hours: pd.DataFrame
    tariff_hours: pd.DataFrame
    tariff_parts: pd.DataFrame
    cells: pd.DataFrame
    exclusions: pd.DataFrame
    excluded: ExcludedCells | None = None


MODELS: dict[str, type[TableModel]] = {
    "candidates": Candidates,
    "cooling": Cooling,
    "zones": Zones,
    "classes": Classes,
    "demand": Demand,
    "links": Links,
    "headroom": Headroom,
    "upgrades": Upgrades,
    "accelerators": Accelerators,
    "stock": Stock,
    "voltage_steps": VoltageSteps,
    "quotas": Quotas,
    "costs": CostItems,
    "rules": PolicyRules,
    "places": Places,
    "figures": Figures,
    "attributes": Attributes,
    "days": Days,
    "day_months": DayMonths,
    "profiles": Profiles,
    "cooling_hours": CoolingHours,
    "class_hours": ClassHours,
    "tariff_hours": TariffHours,
    "tariff_parts": TariffParts,
    "cells": CellScores,
    "exclusions": Exclusions,
}


def checked(table: pd.DataFrame, model: type[pa.DataFrameModel], where: str) -> pd.DataFrame:
    """Return `table` with the model's columns and types.

    Parameters
    ----------
    table : DataFrame
        Rows as read.
    model : type
        One of the models of this module.
    where : str
        File or table name for the message.

    Raises
    ------
    TableError
        All faults at once: column, what was found, what was expected, rows (counted from 1 below the header).
    """
    try:
        return model.validate(table, lazy=True).reset_index(drop=True)
    except pa.errors.SchemaErrors as error:
        raise TableError(f"{where}: " + "; ".join(fault_texts(error.failure_cases))) from None
