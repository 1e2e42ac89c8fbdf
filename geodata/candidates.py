"""The places that may be chosen: prefecture seats and start areas, and the user's own."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, field_serializer

from geodata.geometry.distance import distance_km
from geodata.geometry.proximity import Points
from geodata.read import builtin
from geodata.readers.gcj02 import Datum
from geodata.readers.own_sites import read_sites
from geodata.readers.postgis import is_address, shown
from geodata.readers.site_files import Source
from geodata.tables import TableError

SAME_PLACE_KM = 15.0
OWN_PLACE_KM = 5.0
PLACE = [
    "site_id",
    "name_en",
    "name_zh",
    "pinyin",
    "kind",
    "province",
    "prefecture",
    "longitude",
    "latitude",
    "cluster_id",
    "confidence",
]
OWN = {"it_max_mw": np.nan, "site_headroom_mw": np.nan, "price_own_cny_per_mwh": np.nan}


class Settings(BaseModel):
    """Which places are candidates."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sites_file: Path | str | None = Field(
        None,
        description="own sites: a table (CSV, XLSX, Parquet), a layer (GeoPackage, GeoJSON, shapefile, ...) "
        "or the address of a PostGIS database; columns name, longitude, latitude (a layer: name); optional "
        "name_zh, province, prefecture, it_max_mw, site_headroom_mw, price_negotiated_cny_per_mwh",
    )
    sites_layer: str | None = Field(None, description="layer of a file with several, table of a database")
    sites_columns: dict[str, str] = Field(
        {}, description="which column of the file is which of ours, e.g. {name: Project, it_max_mw: P_max}"
    )
    sites_crs: str | None = Field(
        None, description="projection of the coordinates, e.g. EPSG:4526; none: a table's are EPSG:4326"
    )
    sites_datum: Datum = Field(
        "wgs84", description="wgs84, or gcj02 or bd09 for coordinates taken from a Chinese web map"
    )
    replace_builtin: bool = Field(False, description="only the own sites, none of the built-in places")
    builtin_kept: Literal["all", "hubs"] = Field(
        "all",
        description="built-in places that stay: all, or those of hub provinces and the capital of each "
        "province",
    )

    @field_serializer("sites_file")
    def _without_password(self, value: Path | str | None) -> str | None:
        """Return the file or address as it may be written into a run folder."""
        return shown(str(value)) if value and is_address(value) else None if value is None else str(value)


def list_places(
    settings: Settings,
    tables: Path | None = None,
    data: Path | None = None,
    cells: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the candidates with their names, coordinates, hubs and side, one row each.

    Parameters
    ----------
    settings : Settings
        Own sites, and whether the built-in ones stay.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.
    data : Path, optional
        Data folder; its boundary layer tells in which province own sites lie.
    cells : DataFrame, optional
        Raster candidates with the columns of `PLACE`; one within 5 km of another candidate gives way.

    Returns
    -------
    DataFrame
        `PLACE` columns, `it_max_mw`, `site_headroom_mw` [MW], `price_own_cny_per_mwh`, `side`,
        `hub_province`, `hub_prefecture`, `hub_start_area`; sorted by site_id.

    Raises
    ------
    TableError
        Faults of the user's file, or no candidate at all.
    """
    places = builtin_places(tables).assign(**OWN)
    if settings.builtin_kept == "hubs":
        places = places[_of_hubs(places, tables)]
    if settings.replace_builtin:
        places = places.iloc[:0]
    if settings.sites_file is not None:
        own = read_sites(_source(settings, settings.sites_file), all_places(tables), data)
        places = pd.concat([_apart(places, own), own], ignore_index=True)
    if cells is not None:
        free = _apart(cells[PLACE], places).assign(**OWN)
        places = pd.concat([places, free], ignore_index=True)
    if places.empty:
        raise TableError(
            "candidates: no candidates, since replace_builtin is set, sites_file names no file and "
            "geodata.cells gives none"
        )
    return _with_hubs(places, tables)


def _of_hubs(places: pd.DataFrame, tables: Path | None) -> pd.Series:
    """Return whether each place lies in a hub's province or is the capital of its province."""
    capital = places["province"].map(builtin("provinces", tables).set_index("province")["capital"])
    return places["province"].isin(list(hub_of_province(tables))) | (places["prefecture"] == capital)


def _apart(places: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Return the places that lie over 5 km from all others."""
    near = Points(others["longitude"], others["latitude"]).nearest_km(places["longitude"], places["latitude"])
    return places[~(near <= OWN_PLACE_KM)]


def _source(settings: Settings, path: Path | str) -> Source:
    return Source(
        path, settings.sites_layer, settings.sites_columns, settings.sites_crs, settings.sites_datum
    )


def all_places(tables: Path | None = None) -> pd.DataFrame:
    """Return every prefecture seat and every start area, those that are one place both."""
    seats = builtin("seats", tables).assign(kind="seat", cluster_id="")
    areas = builtin("start_areas", tables).assign(kind="start_area")
    return pd.concat([areas[PLACE], seats[PLACE]], ignore_index=True)


def builtin_places(tables: Path | None = None) -> pd.DataFrame:
    """Return seats and start areas; a seat gives way to a start area of its prefecture within 15 km."""
    places = all_places(tables)
    seats, areas = places[places["kind"] == "seat"], places[places["kind"] == "start_area"]
    pairs = seats.merge(areas, on=["province", "prefecture"], suffixes=("", "_area"))
    km = distance_km(pairs["longitude"], pairs["latitude"], pairs["longitude_area"], pairs["latitude_area"])
    gone = pairs.loc[km <= SAME_PLACE_KM, "site_id"]
    return places[~places["site_id"].isin(gone)].sort_values("site_id").reset_index(drop=True)


def _with_hubs(places: pd.DataFrame, tables: Path | None) -> pd.DataFrame:
    provinces = builtin("provinces", tables).set_index("province")
    clusters = builtin("clusters", tables).set_index("cluster_id")["hub_id"]
    areas = builtin("start_areas", tables)
    held = dict(
        zip(
            zip(areas["province"], areas["prefecture"], strict=True),
            areas["cluster_id"].map(clusters),
            strict=True,
        )
    )
    keys = zip(places["province"], places["prefecture"], strict=True)
    return places.assign(
        side=places["province"].map(provinces["side"]),
        hub_province=places["province"].map(hub_of_province(tables)).fillna(""),
        hub_prefecture=[held.get(key, "") for key in keys],
        hub_start_area=places["cluster_id"].map(clusters).fillna(""),
    )


def hub_of_province(tables: Path | None = None) -> dict[str, str]:
    """Return the hub_id of each province that belongs to a hub."""
    hubs = builtin("hubs", tables)
    return {
        p: h
        for h, provinces in zip(hubs["hub_id"], hubs["provinces"], strict=True)
        for p in provinces.split(";")
    }


def hub_ids(tables: Path | None = None) -> set[str]:
    """Return the names of the hubs."""
    return set(builtin("hubs", tables)["hub_id"])
