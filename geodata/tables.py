"""The tables that leave `geodata`: columns, units, checks, and the `Survey` that holds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from geodata.faults import fault_texts

CONFIDENCE = ("high", "medium", "low")
COOLING = (
    "chilled_water",
    "water_economiser",
    "air_economiser",
    "indirect_evaporative",
    "liquid_tower",
    "liquid_dry",
)
SIDES = ("east", "west")
KINDS = ("seat", "start_area", "own")

RuleKind = Literal[
    "hub_share", "large_in_hub_only", "pue_cap", "green_share", "residency", "information", "parameter"
]


class TableError(ValueError):
    """A table from outside is unusable; the message lists every fault and where to mend it."""


class _Model(pa.DataFrameModel):
    class Config:
        strict = True
        coerce = True


class Candidates(_Model):
    """Places that may be chosen, one row each."""

    site_id: Series[str] = pa.Field(unique=True, description="short latin name, unique")
    name_en: Series[str] = pa.Field(description="English or pinyin name")
    name_zh: Series[str] = pa.Field(description="Chinese name")
    pinyin: Series[str] = pa.Field(description="name in pinyin without tones or blanks, for search")
    kind: Series[str] = pa.Field(isin=KINDS, description="prefecture seat, cluster start area, or own")
    province: Series[str] = pa.Field(description="province-level unit, English name, a zone_id")
    prefecture: Series[str] = pa.Field(description="prefecture-level unit, English name")
    longitude: Series[float] = pa.Field(ge=-180, le=180, description="degrees east, WGS 84")
    latitude: Series[float] = pa.Field(ge=-90, le=90, description="degrees north, WGS 84")
    hub_province: Series[str] = pa.Field(description="hub_id if the province belongs to a hub, else empty")
    hub_prefecture: Series[str] = pa.Field(description="hub_id if it holds a start area, else empty")
    hub_start_area: Series[str] = pa.Field(description="hub_id if the place is a start area, else empty")
    cluster_id: Series[str] = pa.Field(description="national cluster of the start area, else empty")
    side: Series[str] = pa.Field(isin=SIDES, description="east or west, for regional cost factors and totals")
    tariff_zone: Series[str] = pa.Field(description="key of the tariff table")
    basin: Series[str] = pa.Field(description="first-grade river basin; empty if not known")
    elevation_m: Series[float] = pa.Field(ge=-200, le=9000, description="height above sea [m]")
    temperature_mean_c: Series[float] = pa.Field(ge=-30, le=40, description="annual mean dry bulb [C]")
    temperature_hot_c: Series[float] = pa.Field(ge=-20, le=50, description="dry bulb of the design hour [C]")
    wet_bulb_hot_c: Series[float] = pa.Field(ge=-20, le=40, description="wet bulb of the design hour [C]")
    energy_price_posted_cny_per_mwh: Series[float] = pa.Field(
        ge=0, description="posted, all charges by energy: energy, losses, transmission, system, funds"
    )
    demand_charge_posted_cny_per_mw_month: Series[float] = pa.Field(
        ge=0, description="posted charge on the monthly peak demand"
    )
    price_negotiated_cny_per_mwh: Series[float] = pa.Field(
        ge=0, nullable=True, description="contract price with demand charge, if known"
    )
    energy_price_spot_cny_per_mwh: Series[float] = pa.Field(
        ge=0, nullable=True, description="as posted, with the mean spot price in place of the proxy price"
    )
    emission_average_tco2_per_mwh: Series[float] = pa.Field(ge=0, le=2, description="average of the grid")
    land_price_cny_per_m2: Series[float] = pa.Field(ge=0, description="industrial land")
    labour_cny_per_year: Series[float] = pa.Field(ge=0, description="cost of one full-time post [CNY/year]")
    water_price_cny_per_m3: Series[float] = pa.Field(ge=0, description="industrial price with sewage")
    backbone_km: Series[float] = pa.Field(ge=0, description="great circle to the nearest backbone point [km]")
    existing_it_mw: Series[float] = pa.Field(ge=0, description="IT power of the known campuses here [MW]")
    it_max_mw: Series[float] = pa.Field(ge=0, nullable=True, description="user's limit; empty: none [MW]")
    confidence: Series[str] = pa.Field(isin=CONFIDENCE, description="weakest of its cost figures")


class Cooling(_Model):
    """Efficiency of each cooling technology at each candidate, from its climate."""

    site_id: Series[str]
    technology: Series[str] = pa.Field(isin=COOLING)
    pue_mean: Series[float] = pa.Field(ge=1, le=3, description="facility over IT energy, mean of the year")
    pue_peak: Series[float] = pa.Field(ge=1, le=4, description="facility over IT power in the design hour")
    wue: Series[float] = pa.Field(ge=0, le=10, description="site water, litres per kWh of IT energy")


class Zones(_Model):
    """Demand zones: where the users are."""

    zone_id: Series[str] = pa.Field(unique=True, description="province-level unit, English name")
    name_zh: Series[str]
    longitude: Series[float] = pa.Field(ge=-180, le=180)
    latitude: Series[float] = pa.Field(ge=-90, le=90)
    demand_share: Series[float] = pa.Field(ge=0, le=1, description="share of national demand")
    city_site_id: Series[str] = pa.Field(description="candidate that takes the zone's same-city load")


class Classes(_Model):
    """Workload classes."""

    class_id: Series[str] = pa.Field(unique=True)
    name_en: Series[str]
    name_zh: Series[str]
    one_way_ms_max: Series[float] = pa.Field(gt=0, description="limit, one way [ms]")
    rtt_ms_max: Series[float] = pa.Field(gt=0, description="the same limit as round trip [ms]")
    same_city: Series[bool] = pa.Field(description="placed in its own city as given load, not on arcs")
    wan_gbps_per_mw: Series[float] = pa.Field(ge=0, description="bandwidth to users per MW of IT")


class Demand(_Model):
    """New IT power needed: cumulative since the year before the horizon, at the end of the year."""

    zone_id: Series[str]
    class_id: Series[str]
    year: Series[int]
    it_mw: Series[float] = pa.Field(ge=0, description="cumulative new IT power [MW]")


class Links(_Model):
    """Network distance from each candidate to each zone."""

    site_id: Series[str]
    zone_id: Series[str]
    distance_km: Series[float] = pa.Field(ge=0, description="great circle on the ellipsoid [km]")
    one_way_ms: Series[float] = pa.Field(ge=0)
    rtt_ms: Series[float] = pa.Field(ge=0, description="round trip, central estimate")
    rtt_low_ms: Series[float] = pa.Field(ge=0, description="lower end of the error band")
    rtt_high_ms: Series[float] = pa.Field(ge=0, description="upper end of the error band")
    measured: Series[bool] = pa.Field(description="from the user's round trips, not from the distance model")


class Headroom(_Model):
    """Free grid capacity of a province by year, with the terms that make it."""

    province: Series[str]
    year: Series[int]
    headroom_mw: Series[float] = pa.Field(ge=0, description="free for new data centres, at the meter")
    peak_mw: Series[float] = pa.Field(ge=0, description="provincial peak load")
    net_export_mw: Series[float] = pa.Field(description="mean net export; negative: import")
    dependable_mw: Series[float] = pa.Field(ge=0, description="dependable capacity")
    adequate: Series[bool] = pa.Field(description="peak, reserve and headroom fit dependable and imports")


class Upgrades(_Model):
    """Priced steps that add headroom."""

    province: Series[str]
    step: Series[int] = pa.Field(ge=1)
    size_mw: Series[float] = pa.Field(ge=0, description="largest addition by this step [MW]")
    price_m_cny_per_mw: Series[float] = pa.Field(ge=0)
    earliest_year: Series[int]


class Accelerators(_Model):
    """Accelerator types and the share of each year's new IT power that the scenario gives them."""

    accelerator_id: Series[str]
    name: Series[str]
    origin: Series[str] = pa.Field(isin=("domestic", "imported"))
    year: Series[int]
    mix_share: Series[float] = pa.Field(ge=0, le=1, description="share of the year's new IT power")
    supply_cards: Series[float] = pa.Field(ge=0, nullable=True, description="cards of the year; empty: open")
    pflops_per_card: Series[float] = pa.Field(gt=0, description="dense BF16")
    system_kw_per_card: Series[float] = pa.Field(gt=0, description="IT power with host, network and optics")
    price_m_cny_per_card: Series[float] = pa.Field(ge=0, description="with its share of the server")


class CostItems(_Model):
    """Cost items by name, each with unit and source."""

    item: Series[str] = pa.Field(unique=True)
    value: Series[float]
    unit: Series[str]
    year: Series[str]
    source: Series[str]
    confidence: Series[str] = pa.Field(isin=CONFIDENCE)
    note: Series[str]


class PolicyRules(_Model):
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
    enabled: Series[bool] = pa.Field(description="in force unless the scenario says otherwise")
    document: Series[str]
    source: Series[str]
    confidence: Series[str] = pa.Field(isin=CONFIDENCE)
    note: Series[str]


class Places(_Model):
    """Hubs, clusters and known campuses, for display and existing stock."""

    place_id: Series[str] = pa.Field(unique=True)
    kind: Series[str] = pa.Field(isin=("hub", "cluster", "campus"))
    name_en: Series[str]
    name_zh: Series[str]
    hub_id: Series[str]
    province: Series[str]
    longitude: Series[float] = pa.Field(ge=-180, le=180)
    latitude: Series[float] = pa.Field(ge=-90, le=90)
    it_mw: Series[float] = pa.Field(ge=0, nullable=True, description="IT power where published [MW]")
    note: Series[str]
    source: Series[str]
    confidence: Series[str] = pa.Field(isin=CONFIDENCE)


class Figures(_Model):
    """Sources of the columns of the candidate and cooling tables; `site_id` empty: holds for all sites."""

    column: Series[str]
    site_id: Series[str]
    unit: Series[str]
    source: Series[str]
    vintage: Series[str]
    confidence: Series[str] = pa.Field(isin=CONFIDENCE)
    note: Series[str]


@dataclass(frozen=True)
class Survey:
    """All that is known of the places, as checked tables."""

    candidates: pd.DataFrame
    cooling: pd.DataFrame
    zones: pd.DataFrame
    classes: pd.DataFrame
    demand: pd.DataFrame
    links: pd.DataFrame
    headroom: pd.DataFrame
    upgrades: pd.DataFrame
    accelerators: pd.DataFrame
    costs: pd.DataFrame
    rules: pd.DataFrame
    places: pd.DataFrame
    figures: pd.DataFrame


MODELS: dict[str, type[_Model]] = {
    "candidates": Candidates,
    "cooling": Cooling,
    "zones": Zones,
    "classes": Classes,
    "demand": Demand,
    "links": Links,
    "headroom": Headroom,
    "upgrades": Upgrades,
    "accelerators": Accelerators,
    "costs": CostItems,
    "rules": PolicyRules,
    "places": Places,
    "figures": Figures,
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
