"""Water around a candidate: rivers, lakes, use against resources, caps, and Aqueduct's stress."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from geodata.by_place import Case, Part, joined, told
from geodata.geometry.nearest_shape import nearest_shape
from geodata.layers.aqueduct import aqueduct
from geodata.layers.water_use import basin_use, prefecture_use, province_use, water_quota
from geodata.measured import Measured, figure, layer_file, missing
from geodata.readers.vector import box_around, read_vector
from geodata.schemas.layers import Water

LAYER = "water/natural-earth-10m/ne_10m_water_cn.gpkg"
RIVERS, LAKES = "ne_10m_rivers_lake_centerlines", "ne_10m_lakes"
NAME_COLUMNS = ("name", "name_en", "name_alt")
SOURCE = "Natural Earth 1:10m rivers and lakes (public domain)"
VINTAGE = "2017"
SCREEN = "generalised to 1:10 million, without small rivers and discharge: nearness, not availability"
LAKE_SCREEN = "generalised to 1:10 million, large lakes and reservoirs only"
OWN = "user's file"
FAR_KM = 100.0  # farther: the layer lacks what lies between
FAR_NOTE = "none of the layer within {:g} km; it lacks smaller {} and some large ones"
WHERE = "geodata.water"


class Settings(BaseModel):
    """Water layers of the user, and the year of the caps."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rivers_file: Path | None = Field(
        None, description="own rivers (lines, any projection); replace the layer"
    )
    rivers_name_column: str = Field("", description="their column with the name; empty: none")
    lakes_file: Path | None = Field(
        None, description="own lakes (polygons, any projection); replace the layer"
    )
    basins_file: Path | None = Field(
        None, description="own river basins (polygons); replace the basin of the prefecture"
    )
    basins_column: str = Field("basin", description="their column with the name, as in basin_balance.csv")
    aqueduct_file: Path | None = Field(
        None,
        description="WRI Aqueduct 4.0: annual baseline (CSV, GeoPackage, GeoDatabase, Shapefile), rankings "
        "(XLSX), or the ZIP archive with one of these",
    )
    quota_year: Literal[2020, 2030] = Field(2030, description="year of the provincial caps on water use")
    quota_share: float | None = Field(
        None,
        ge=0,
        le=1,
        description="share of each province's cap, or of what it leaves, for the data centres of the plan; "
        "none: no quota",
    )
    quota_of: Literal["cap", "unused"] = Field(
        "unused", description="quota_share is of the cap, or of cap less use (means of 2010-2014)"
    )
    quota_factor: float = Field(
        1.0, ge=0, description="multiplies every quota, derived or own; below 1: a drought"
    )
    quotas_file: Path | None = Field(
        None,
        description="own quotas (CSV, XLSX, Parquet): quota_id, kind (basin, province, cluster), place, "
        "year, water_m3; optional source, vintage, confidence, note",
    )


def measure_water(
    places: pd.DataFrame, settings: Settings, data: Path | None, tables: Path | None = None
) -> Measured:
    """Return what is known of water around each place (`geodata.schemas.layers.Water`), and its sources.

    Parameters
    ----------
    places : DataFrame
        `site_id`, `province`, `prefecture`, `longitude`, `latitude`.
    settings : Settings
        The user's own layers.
    data : Path, optional
        Data folder; without it rivers and lakes are missing, the figures of provinces and basins remain.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Raises
    ------
    TableError
        A layer or table that is there but not usable.
    """
    parts = (
        _rivers(places, settings, data),
        _lakes(places, settings, data),
        province_use(places, tables),
        basin_use(places, settings.basins_file, settings.basins_column, tables),
        prefecture_use(places, tables),
        water_quota(places, settings.quota_year, tables),
        aqueduct(settings.aqueduct_file, places),
    )
    return joined(places, parts, Water)


def _rivers(places: pd.DataFrame, settings: Settings, data: Path | None) -> Part:
    own, path = settings.rivers_file, layer_file(data, LAYER)
    lon, lat = places["longitude"].to_numpy(), places["latitude"].to_numpy()
    names = tuple(filter(None, (settings.rivers_name_column,))) if own else NAME_COLUMNS
    if own is not None:
        lines = read_vector(
            own, f"{WHERE}.rivers_file", bbox=box_around(lon, lat), columns=names, kind="line"
        )
    elif path is not None:
        lines = read_vector(path, "rivers", RIVERS, columns=names, kind="line")
    else:
        return {}, missing(["river_km", "river_name"], "river layer", SCREEN)
    row, km = nearest_shape(lines.geometry.to_numpy(), lon, lat)
    known = lines[list(names)].bfill(axis=1).iloc[:, 0] if names else pd.Series("", index=lines.index)
    found = known.fillna("").astype("str").to_numpy()[row]
    source = (OWN, "", "medium", "") if own else (SOURCE, VINTAGE, "medium", SCREEN)
    river = figure("river_km", "km to the nearest river of the layer", *source)
    rows = told(river, places["site_id"], _far(km, "rivers", own))
    nameless = [(found == "", "missing", "the layer has no name for it")]
    rows += told(figure("river_name", "name of that river", *source), places["site_id"], nameless)
    return {"river_km": km, "river_name": found.astype(object)}, rows


def _lakes(places: pd.DataFrame, settings: Settings, data: Path | None) -> Part:
    own, path = settings.lakes_file, layer_file(data, LAYER)
    lon, lat = places["longitude"].to_numpy(), places["latitude"].to_numpy()
    if own is not None:
        lakes = read_vector(own, f"{WHERE}.lakes_file", bbox=box_around(lon, lat), columns=(), kind="polygon")
    elif path is not None:
        lakes = read_vector(path, "lakes", LAKES, columns=(), kind="polygon")
    else:
        return {}, missing(["lake_km"], "lake layer", LAKE_SCREEN)
    km = nearest_shape(lakes.geometry.to_numpy(), lon, lat)[1]
    source = (OWN, "", "medium", "") if own else (SOURCE, VINTAGE, "medium", LAKE_SCREEN)
    lake = figure("lake_km", "km to the nearest lake, 0 inside", *source)
    return {"lake_km": np.asarray(km)}, told(lake, places["site_id"], _far(km, "lakes", own))


def _far(km: NDArray[np.float64], what: str, own: Path | None) -> list[Case]:
    """Return where the layer is too poor for a distance to mean much; the user's own speaks for itself."""
    return [] if own else [(km > FAR_KM, "low", FAR_NOTE.format(FAR_KM, what))]
