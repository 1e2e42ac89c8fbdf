"""The places that may be chosen: prefecture seats and start areas, and the user's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from geodata.distance import distance_km, nearest_km
from geodata.own_sites import read_sites
from geodata.read import builtin
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


class Settings(BaseModel):
    """Which places are candidates."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sites_file: Path | None = Field(
        None,
        description="own sites (CSV, XLSX, Parquet): name, longitude, latitude; optional name_zh, province, "
        "prefecture, it_max_mw, price_negotiated_cny_per_mwh",
    )
    replace_builtin: bool = Field(False, description="only the own sites, none of the built-in places")


def list_places(settings: Settings, tables: Path | None = None) -> pd.DataFrame:
    """Return the candidates with their names, coordinates, hubs and side, one row each.

    Parameters
    ----------
    settings : Settings
        Own sites, and whether the built-in ones stay.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    DataFrame
        `PLACE` columns, `it_max_mw` [MW], `price_own_cny_per_mwh`, `side`, `hub_province`, `hub_prefecture`,
        `hub_start_area`; sorted by site_id.

    Raises
    ------
    TableError
        Faults of the user's file, or no candidate at all.
    """
    if settings.replace_builtin and settings.sites_file is None:
        raise TableError(
            "candidates: no candidates, since replace_builtin is set and sites_file names no file"
        )
    known = builtin_places(tables)
    if settings.sites_file is None:
        return _with_hubs(known.assign(it_max_mw=np.nan, price_own_cny_per_mwh=np.nan), tables)
    own = read_sites(settings.sites_file, all_places(tables))
    kept = known.iloc[:0] if settings.replace_builtin else known[nearest_km(known, own) > OWN_PLACE_KM]
    return _with_hubs(pd.concat([kept, own], ignore_index=True), tables)


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
