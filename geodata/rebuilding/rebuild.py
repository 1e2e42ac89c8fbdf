"""Rebuilds the shipped survey from the layers of a data folder: figures of ours whose licence allows it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from geodata.attributes import LayerSettings, lost_columns, measure_layers
from geodata.candidates import all_places, builtin_places
from geodata.layers.chronology import hours_of
from geodata.layers.climate import Settings as ClimateSettings
from geodata.layers.climate import measure_climate
from geodata.layers.renewable_weather import lacking_hours
from geodata.layers.survey_climate import build_surveyed, lacking
from geodata.measured import Measured
from geodata.places import list_campuses
from geodata.profiles.shipped import build_shipped

# share-alike, not for commerce, or of unknown terms: read where a user has the layer, not shipped
NOT_SHIPPED = {
    "substation_km": "OpenStreetMap (ODbL)",
    "substation_kv": "OpenStreetMap (ODbL)",
    "substation_tagged_km": "OpenStreetMap (ODbL)",
    "substation_330kv_km": "OpenStreetMap (ODbL)",
    "substation_500kv_km": "OpenStreetMap (ODbL)",
    "substation_750kv_km": "OpenStreetMap (ODbL)",
    "substation_coverage": "OpenStreetMap (ODbL)",
    "fault_km": "GEM active faults (CC BY-SA)",
    "rail_km": "railway layer of unknown origin",
    "fibre_km": "rests on the railway layer",
    "backbone_route_km": "rests on the railway layer",
    "land_cover": "GLCNMO, terms of reuse not verified",
    "tree_cover_share": "GLCNMO, terms of reuse not verified",
    "population_20km_persons": "GPW (CC BY) through a copy of which the terms forbid commerce (CC BY-NC-SA)",
    "solar_100km_gw": "Wiki-Solar, no licence text of its own",
}
DECIMALS = 6
TABLES = (
    "surveyed",
    "attributes",
    "attribute_figures",
    "profile_days",
    "profile_calendar",
    "profile_shapes",
)


def rebuilt(data: Path, tables: Path | None = None) -> dict[str, pd.DataFrame]:
    """Return the shipped tables of a survey by name, made anew from a data folder.

    Parameters
    ----------
    data : Path
        Data folder; tables and columns whose layers it lacks are left out.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    dict
        `surveyed` (climate), `attributes` and `attribute_figures` (the layers, less `NOT_SHIPPED`),
        `profile_days`, `profile_calendar` and `profile_shapes` (days chosen over the candidates); for every
        prefecture seat and start area.
    """
    places = all_places(tables).sort_values("site_id").reset_index(drop=True)
    surveyed = {} if lacking(data) else {"surveyed": build_surveyed(places, data)}
    weather = measure_climate(places[["site_id", "longitude", "latitude"]], ClimateSettings(), data, tables)
    campuses, settings = list_campuses(None, tables), LayerSettings()
    layers = measure_layers(places, weather, campuses, settings, data, tables)
    alone = measure_layers(places, weather, campuses, settings, None, tables)
    chosen = builtin_places(tables)
    hours = hours_of(weather.loc[chosen["site_id"]], chosen["longitude"], ClimateSettings())
    days = {} if lacking_hours(data) else build_shipped(chosen, hours.dry_bulb_c, hours.wet_bulb_c, data)
    return surveyed | shipped_layers(places, layers, alone) | days


def shipped_layers(places: pd.DataFrame, layers: Measured, alone: Measured) -> dict[str, pd.DataFrame]:
    """Return `attributes` and `attribute_figures`: the columns that may ship, and that need a data folder.

    Parameters
    ----------
    places : DataFrame
        `site_id`, `longitude`, `latitude`.
    layers, alone : Measured
        Results of `geodata.attributes.measure_layers` with the data folder and without one.
    """
    wanted = set(lost_columns(alone)) - set(lost_columns(layers)) - set(NOT_SHIPPED)
    kept = layers.table[[c for c in layers.table.columns if c in wanted]]
    where = places.set_index("site_id")[["longitude", "latitude"]]
    table = where.join(kept).round(DECIMALS).rename_axis("site_id").reset_index()
    figures = layers.figures[layers.figures["column"].isin(wanted)]
    return {"attributes": table, "attribute_figures": figures.fillna("").reset_index(drop=True)}
