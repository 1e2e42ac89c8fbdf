"""Tables of places: candidates, their cooling, what is shown on maps, and where figures come from."""

from __future__ import annotations

import pandera.pandas as pa
from pandera.typing import Series

from geodata.schemas.base import CONFIDENCE, COOLING, KINDS, SIDES, TableModel


class Candidates(TableModel):
    """Places that may be chosen, one row each."""

    site_id: Series[str] = pa.Field(unique=True, description="short latin name, unique")
    name_en: Series[str] = pa.Field(description="English or pinyin name")
    name_zh: Series[str] = pa.Field(description="Chinese name")
    pinyin: Series[str] = pa.Field(description="name in pinyin without tones or blanks, for search")
    kind: Series[str] = pa.Field(isin=KINDS, description="seat, start area, own, or raster cell")
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
    direct_charge_cny_per_mwh: Series[float] = pa.Field(
        ge=0,
        description="what directly supplied energy still pays: the posted energy price without its energy "
        "component, so losses, transmission by energy, system charge, funds",
    )
    export_price_cny_per_mwh: Series[float] = pa.Field(
        ge=0, description="what surplus wind and sun of the site earn at the grid, a careful figure"
    )
    emission_average_tco2_per_mwh: Series[float] = pa.Field(ge=0, le=2, description="average of the grid")
    emission_marginal_tco2_per_mwh: Series[float] = pa.Field(
        ge=0, le=2, description="of the plants that answer a change of load: fossil plants, part of the year"
    )
    land_price_cny_per_m2: Series[float] = pa.Field(ge=0, description="industrial land")
    labour_cny_per_year: Series[float] = pa.Field(ge=0, description="cost of one full-time post [CNY/year]")
    water_price_cny_per_m3: Series[float] = pa.Field(ge=0, description="industrial price with sewage")
    backbone_km: Series[float] = pa.Field(ge=0, description="great circle to the nearest backbone point [km]")
    existing_it_mw: Series[float] = pa.Field(ge=0, description="IT power of the known campuses here [MW]")
    it_max_mw: Series[float] = pa.Field(ge=0, nullable=True, description="user's limit; empty: none [MW]")
    site_headroom_mw: Series[float] = pa.Field(
        ge=0, nullable=True, description="user's free grid capacity at the site, at the meter; empty: unknown"
    )
    confidence: Series[str] = pa.Field(isin=CONFIDENCE, description="weakest of its cost figures")


class Cooling(TableModel):
    """Efficiency of each cooling technology at each candidate, from its climate."""

    site_id: Series[str]
    technology: Series[str] = pa.Field(isin=COOLING)
    pue_mean: Series[float] = pa.Field(ge=1, le=3, description="facility over IT energy, mean of the year")
    pue_peak: Series[float] = pa.Field(ge=1, le=4, description="facility over IT power in the design hour")
    wue: Series[float] = pa.Field(ge=0, le=10, description="site water, litres per kWh of IT energy")


class Places(TableModel):
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


class Figures(TableModel):
    """Sources of the columns of the candidate and cooling tables; `site_id` empty: holds for all sites."""

    column: Series[str]
    site_id: Series[str]
    unit: Series[str]
    source: Series[str]
    vintage: Series[str]
    confidence: Series[str] = pa.Field(isin=(*CONFIDENCE, "missing"))
    note: Series[str]
    observation: Series[str] = pa.Field(description="column with the distance to the nearest observation")
