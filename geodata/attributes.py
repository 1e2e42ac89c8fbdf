"""What every layer says of the candidates: measured afresh, else as shipped, else stated as missing."""

from __future__ import annotations

import warnings
from pathlib import Path

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from geodata.geometry.distance import distance_km
from geodata.geometry.proximity import Points
from geodata.layers.climate_layer import measure_climate_layer
from geodata.layers.hazard import Settings as HazardSettings
from geodata.layers.hazard import measure_hazard
from geodata.layers.land import Settings as LandSettings
from geodata.layers.land import measure_land
from geodata.layers.latency import Settings as NetworkSettings
from geodata.layers.network import measure_network
from geodata.layers.power_grid import Settings as PowerGridSettings
from geodata.layers.power_grid import measure_power_grid
from geodata.layers.renewable_means import Settings as RenewablesSettings
from geodata.layers.renewables import measure_renewables
from geodata.layers.water import Settings as WaterSettings
from geodata.layers.water import measure_water
from geodata.measured import Measured
from geodata.read import builtin
from geodata.schemas.layers import Renewables
from geodata.tables import Attributes, DataWarning, checked
from geodata.trust import graded

SAME_PLACE_KM = 1.0
BORROW_KM = 50.0  # as far as the climate of a new place is borrowed
KEY = ["column", "site_id"]
NEEDS_DATA = "no such layer in a data folder, and none of the shipped places is here; survey with --data DIR"


class LayerSettings(BaseModel):
    """The layers that describe the surroundings of a candidate."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    power_grid: PowerGridSettings = Field(PowerGridSettings(), description="substations, lines, plants")
    renewables: RenewablesSettings = Field(RenewablesSettings(), description="wind and sun")
    network: NetworkSettings = Field(NetworkSettings(), description="latency and fibre")
    water: WaterSettings = Field(WaterSettings(), description="water")
    land: LandSettings = Field(LandSettings(), description="land and population")
    hazard: HazardSettings = Field(HazardSettings(), description="faults, earthquakes, floods, protection")


def measure_attributes(
    places: pd.DataFrame,
    weather: pd.DataFrame,
    campuses: pd.DataFrame,
    settings: LayerSettings,
    data: Path | None = None,
    tables: Path | None = None,
) -> Measured:
    """Return the columns of all layers side by side, without grade, and where each figure comes from.

    Parameters
    ----------
    places : DataFrame
        `site_id`, `kind`, `province`, `prefecture`, `longitude`, `latitude`.
    weather : DataFrame
        Result of `geodata.layers.climate.measure_climate`.
    campuses : DataFrame
        Result of `geodata.places.list_campuses`.
    settings : LayerSettings
        One part a layer; the user's own files.
    data : Path, optional
        Data folder; without one, what built-in tables, the user's files and the shipped survey allow, and
        the same for layers that it lacks (told).
    tables : Path, optional
        Folder of tables that stand in for built-in ones.
    """
    fresh = measure_layers(places, weather, campuses, settings, data, tables)
    whole = with_shipped(fresh, places, tables)
    taken = sorted(set(lost_columns(fresh)) - set(lost_columns(whole)))
    if data is not None and taken:
        text = f"the data folder {data} lacks the layers of {', '.join(taken)}: the shipped survey is read"
        warnings.warn(text, DataWarning, stacklevel=3)
    return whole


def measure_layers(
    places: pd.DataFrame,
    weather: pd.DataFrame,
    campuses: pd.DataFrame,
    settings: LayerSettings,
    data: Path | None,
    tables: Path | None = None,
) -> Measured:
    """Return what the layers themselves say, as `measure_attributes` without the shipped survey."""
    parts = [
        measure_power_grid(places, settings.power_grid, data, campuses, tables),
        measure_renewables(places, settings.renewables, data, tables),
        measure_climate_layer(weather),
        measure_network(places, settings.network, data, tables),
        measure_water(places, settings.water, data, tables),
        measure_land(places, settings.land, data),
        measure_hazard(places, settings.hazard, data),
    ]
    return Measured(
        pd.concat([part.table for part in parts], axis=1),
        pd.concat([part.figures for part in parts], ignore_index=True),
    )


def with_grades(attributes: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Return `geodata.tables.Attributes`: the layers' columns with the grade of each place.

    Parameters
    ----------
    attributes : DataFrame
        Index site_id.
    figures : DataFrame
        All rows of `geodata.tables.Figures`, those of the candidate table too.
    """
    grades = graded(attributes.index, figures)
    whole = attributes.join(grades).rename_axis("site_id").reset_index()
    return checked(whole[list(Attributes.to_schema().columns)], Attributes, "attributes")


def with_shipped(fresh: Measured, places: pd.DataFrame, tables: Path | None = None) -> Measured:
    """Return the measurement with columns that no layer gave taken from the shipped survey of the same place.

    Parameters
    ----------
    fresh : Measured
        Result of `measure_layers`.
    places : DataFrame
        `site_id`, `longitude`, `latitude`.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    Measured
        A place that is not shipped, or that lies over 1 km from where it was surveyed, stays empty and says
        so; wind and sun alone are borrowed from a shipped place within 50 km, at low confidence.
    """
    shipped = builtin("attributes", tables).set_index("site_id")
    figures = builtin("attribute_figures", tables)
    columns = [c for c in lost_columns(fresh) if c in shipped.columns]
    if not columns:
        return fresh
    known = _known(places, shipped)
    here = shipped.loc[known, columns].reindex(fresh.table.index)
    stay = fresh.figures[~fresh.figures["column"].isin(columns)]
    rows = figures[figures["column"].isin(columns) & figures["site_id"].isin(["", *known])]
    others = places[~places["site_id"].isin(known)]
    fields = [c for c in columns if c in Renewables.to_schema().columns and not c.endswith("_km")]
    lent, told = _borrowed(others, shipped[["longitude", "latitude", *fields]], rows)
    here.loc[lent.index, fields] = lent[fields]
    text = [c for c in columns if not pd.api.types.is_numeric_dtype(shipped[c])]
    here[text] = here[text].fillna("")
    away = _away(rows, others["site_id"])
    away = away[~pd.MultiIndex.from_frame(away[KEY]).isin(pd.MultiIndex.from_frame(told[KEY]))]
    return Measured(fresh.table.assign(**here), pd.concat([stay, rows, told, away], ignore_index=True))


def lost_columns(layers: Measured) -> list[str]:
    """Return the columns that no layer gave."""
    rows = layers.figures[(layers.figures["site_id"] == "") & (layers.figures["confidence"] == "missing")]
    return [c for c in layers.table.columns if c in set(rows["column"])]


def _known(places: pd.DataFrame, shipped: pd.DataFrame) -> list[str]:
    """Return the ids of places that were surveyed where they are."""
    here = places.set_index("site_id")
    both = here.index.intersection(shipped.index)
    a, b = here.loc[both], shipped.loc[both]
    km = distance_km(a["longitude"], a["latitude"], b["longitude"], b["latitude"])
    return list(both[km <= SAME_PLACE_KM])


def _borrowed(
    places: pd.DataFrame, shipped: pd.DataFrame, rows: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return wind and sun of the nearest shipped place within 50 km, and rows that say so; no distances."""
    points = Points(shipped["longitude"], shipped["latitude"])
    row, km = points.nearest(places["longitude"], places["latitude"])
    near = km <= BORROW_KM
    sites = places["site_id"][near].to_numpy()
    lent = shipped.iloc[row[near]].set_axis(pd.Index(sites, name="site_id"))
    names = shipped.index[row[near]]
    notes = [f"taken from {name}, {d:.0f} km away" for name, d in zip(names, km[near], strict=True)]
    told = _general(rows, list(lent.columns)).assign(confidence="low", observation="").drop(columns="note")
    each = pd.DataFrame({"site_id": sites, "note": notes}, dtype="str")
    return lent, told.merge(each, how="cross")[list(rows.columns)]


def _away(rows: pd.DataFrame, sites: pd.Series) -> pd.DataFrame:
    general = _general(rows, list(rows["column"]))
    told = general.assign(confidence="missing", source=NEEDS_DATA, note="", observation="")
    return told.merge(pd.DataFrame({"site_id": sites}), how="cross")[list(rows.columns)]


def _general(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return rows[(rows["site_id"] == "") & rows["column"].isin(columns)].drop(columns="site_id")
