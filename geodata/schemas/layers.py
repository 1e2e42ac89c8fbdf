"""What the layers say of a candidate, one class a layer; a figure that no layer gives is empty."""

from __future__ import annotations

import pandera.pandas as pa
from pandera.typing import Series

from geodata.schemas.base import TableModel

GRADES = ("A", "B", "C", "D", "E")


class PowerGrid(TableModel):
    """The grid around: distances are great circles on the ellipsoid."""

    substation_km: Series[float] = pa.Field(ge=0, nullable=True, description="nearest of 220 kV or more [km]")
    substation_kv: Series[float] = pa.Field(
        ge=220, nullable=True, description="its voltage; empty: not known"
    )
    substation_tagged_km: Series[float] = pa.Field(
        ge=0, nullable=True, description="nearest of 220 kV or more among those of known voltage"
    )
    substation_330kv_km: Series[float] = pa.Field(
        ge=0, nullable=True, description="nearest of 330 kV or more"
    )
    substation_500kv_km: Series[float] = pa.Field(
        ge=0, nullable=True, description="nearest of 500 kV or more"
    )
    substation_750kv_km: Series[float] = pa.Field(
        ge=0, nullable=True, description="nearest of 750 kV or more"
    )
    substation_coverage: Series[str] = pa.Field(
        description="how complete the layer is in this province: good, fair, tags missing, poor, "
        "not testable, own; empty: no layer"
    )
    uhv_terminal_km: Series[float] = pa.Field(ge=0, nullable=True, description="nearest end of a UHV line")
    uhv_line_km: Series[float] = pa.Field(ge=0, nullable=True, description="nearest UHV line")
    plant_1gw_km: Series[float] = pa.Field(ge=0, nullable=True, description="nearest operating plant of 1 GW")
    coal_100km_gw: Series[float] = pa.Field(ge=0, nullable=True, description="operating coal within 100 km")
    gas_100km_gw: Series[float] = pa.Field(ge=0, nullable=True, description="operating gas within 100 km")
    hydro_100km_gw: Series[float] = pa.Field(ge=0, nullable=True, description="operating hydro within 100 km")
    nuclear_100km_gw: Series[float] = pa.Field(ge=0, nullable=True, description="operating nuclear, 100 km")
    wind_100km_gw: Series[float] = pa.Field(ge=0, nullable=True, description="operating wind within 100 km")
    solar_100km_gw: Series[float] = pa.Field(ge=0, nullable=True, description="known solar within 100 km")
    campus_km: Series[float] = pa.Field(ge=0, nullable=True, description="nearest known or planned campus")
    campuses_50km_count: Series[float] = pa.Field(ge=0, nullable=True, description="known campuses in 50 km")
    campuses_50km_mw: Series[float] = pa.Field(ge=0, nullable=True, description="their known IT power [MW]")
    planned_campuses_50km_count: Series[float] = pa.Field(
        ge=0, nullable=True, description="planned, in 50 km"
    )
    planned_campuses_50km_mw: Series[float] = pa.Field(
        ge=0, nullable=True, description="their known IT power"
    )


class Renewables(TableModel):
    """Wind and sun at the place, corrected to what farms of the province yield."""

    ghi_kwh_per_m2: Series[float] = pa.Field(ge=0, nullable=True, description="global horizontal, a year")
    ghi_station_km: Series[float] = pa.Field(
        ge=0, nullable=True, description="nearest radiation station [km]"
    )
    wind_speed_100m_m_per_s: Series[float] = pa.Field(ge=0, nullable=True, description="mean at 100 m")
    solar_capacity_factor: Series[float] = pa.Field(
        ge=0, le=1, nullable=True, description="mean of the year, before curtailment"
    )
    wind_capacity_factor: Series[float] = pa.Field(
        ge=0, le=1, nullable=True, description="mean of the year, before curtailment"
    )
    solar_potential_50km_mw: Series[float] = pa.Field(ge=0, nullable=True, description="installable in 50 km")
    wind_potential_50km_mw: Series[float] = pa.Field(ge=0, nullable=True, description="installable in 50 km")
    solar_curtailment_share: Series[float] = pa.Field(ge=0, le=1, nullable=True, description="lost, province")
    wind_curtailment_share: Series[float] = pa.Field(ge=0, le=1, nullable=True, description="lost, province")


class Network(TableModel):
    """The fibre network around."""

    fibre_km: Series[float] = pa.Field(ge=0, nullable=True, description="nearest point of the fibre graph")
    backbone_route_km: Series[float] = pa.Field(ge=0, nullable=True, description="route to a backbone point")
    rail_km: Series[float] = pa.Field(ge=0, nullable=True, description="nearest railway, a proxy for fibre")


class Water(TableModel):
    """Water around: distances to water bodies, and use against resources."""

    river_km: Series[float] = pa.Field(ge=0, nullable=True, description="nearest river of the layer [km]")
    river_name: Series[str] = pa.Field(description="its name; empty: none known")
    lake_km: Series[float] = pa.Field(ge=0, nullable=True, description="nearest lake; 0: inside [km]")
    province_water_use_share: Series[float] = pa.Field(
        ge=0, nullable=True, description="use over own resources; above 1 where rivers bring water in"
    )
    basin_water_use_share: Series[float] = pa.Field(ge=0, nullable=True, description="use over resources")
    prefecture_water_use_m3: Series[float] = pa.Field(ge=0, nullable=True, description="all users, a year")
    water_quota_m3: Series[float] = pa.Field(ge=0, nullable=True, description="province's cap on use, a year")
    aqueduct_stress_share: Series[float] = pa.Field(ge=0, nullable=True, description="Aqueduct bws_raw")
    aqueduct_stress_score: Series[float] = pa.Field(
        ge=0, le=5, nullable=True, description="Aqueduct bws_score"
    )


class Land(TableModel):
    """Land: terrain, cover and people."""

    relief_m: Series[float] = pa.Field(ge=0, nullable=True, description="highest less lowest within 10 km")
    land_cover: Series[str] = pa.Field(description="class of the cell; empty: not known")
    tree_cover_share: Series[float] = pa.Field(ge=0, le=1, nullable=True, description="of the cell")
    population_20km_persons: Series[float] = pa.Field(ge=0, nullable=True, description="within 20 km")


class Hazard(TableModel):
    """Hazards, and what is protected."""

    fault_km: Series[float] = pa.Field(ge=0, nullable=True, description="nearest active fault, capped")
    earthquakes_100km_count: Series[float] = pa.Field(
        ge=0, nullable=True, description="significant ones within 100 km since 1900"
    )
    earthquake_100km_magnitude: Series[float] = pa.Field(
        ge=0, le=10, nullable=True, description="largest within 100 km, all years; empty: none known"
    )
    flood_depth_m: Series[float] = pa.Field(ge=0, nullable=True, description="user's flood layer")
    ground_acceleration_g: Series[float] = pa.Field(ge=0, nullable=True, description="user's hazard layer")
    protected_area_km: Series[float] = pa.Field(ge=0, nullable=True, description="user's layer; 0: inside")


class Climate(TableModel):
    """Hours of the year in which it is cool or hot, and how far the climate was checked."""

    climate_station_km: Series[float] = pa.Field(
        ge=0, nullable=True, description="nearest station of the check, or that of the EPW file; empty: none"
    )
    temperature_check_c: Series[float] = pa.Field(
        nullable=True, description="annual mean less that of stations"
    )
    wet_bulb_check_c: Series[float] = pa.Field(
        nullable=True, description="design hour less that by ITU-R P.836"
    )
    wet_bulb_p99_c: Series[float] = pa.Field(nullable=True, description="exceeded in 1 % of the year")
    free_cooling_h: Series[float] = pa.Field(
        ge=0, le=8760, nullable=True, description="hours a year with a wet bulb below 12 C"
    )
    dry_above_27c_h: Series[float] = pa.Field(
        ge=0, le=8760, nullable=True, description="hours a year with a dry bulb above 27 C"
    )
    dry_above_32c_h: Series[float] = pa.Field(
        ge=0, le=8760, nullable=True, description="hours a year with a dry bulb above 32 C"
    )


class Attributes(PowerGrid, Renewables, Network, Water, Land, Hazard, Climate):
    """What the layers say of each candidate, one row each."""

    site_id: Series[str] = pa.Field(unique=True)
    grade: Series[str] = pa.Field(isin=GRADES, description="A: rests on good layers .. E: on hardly any")
    weak_layers: Series[str] = pa.Field(description="layers of low confidence or missing, joined by ';'")
