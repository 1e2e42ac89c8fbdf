"""The user's own candidate sites: reading and checking."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

from geodata.distance import nearest, nearest_km
from geodata.read import numbers, read_file
from geodata.tables import TableError

NEEDED = ("name", "longitude", "latitude")
OPTIONAL = ("name_zh", "province", "prefecture", "it_max_mw", "price_negotiated_cny_per_mwh")
NUMERIC = ("longitude", "latitude", "it_max_mw", "price_negotiated_cny_per_mwh")
WHERE = "geodata.candidates.sites_file"
AREA_KM = 500.0
OTHER_PROVINCE_KM = 100.0
TWIN_KM = 0.5


def read_sites(path: Path, known: pd.DataFrame) -> pd.DataFrame:
    """Return the user's sites with the columns of a place.

    A missing province or prefecture is that of the nearest known place.

    Parameters
    ----------
    path : Path
        CSV, XLSX or Parquet: name, longitude, latitude; optional name_zh, province, prefecture, it_max_mw,
        price_negotiated_cny_per_mwh.
    known : DataFrame
        Seats and start areas: province, prefecture, longitude, latitude.

    Returns
    -------
    DataFrame
        site_id `own-...`, kind `own`, `it_max_mw` [MW], `price_own_cny_per_mwh`, NaN where the file is empty.

    Raises
    ------
    TableError
        Every fault of the file in one message.
    """
    where = f"{WHERE} ({path})"
    table = _filled(read_file(path, WHERE), where)
    faults = [*_cell_faults(table), *_place_faults(table, known)]
    if faults:
        raise TableError(f"{where}: " + "; ".join(faults))
    row, _ = nearest(table, known)
    here = known.iloc[row].reset_index(drop=True)
    return pd.DataFrame(
        {
            "site_id": site_ids(table["name"]),
            "name_en": table["name"],
            "name_zh": table["name_zh"].where(table["name_zh"] != "", table["name"]),
            "pinyin": table["name"].str.lower().str.replace(r"[^a-z0-9]", "", regex=True),
            "kind": "own",
            "province": table["province"].where(table["province"] != "", here["province"]),
            "prefecture": table["prefecture"].where(table["prefecture"] != "", here["prefecture"]),
            "longitude": table["longitude"],
            "latitude": table["latitude"],
            "cluster_id": "",
            "confidence": "medium",
            "it_max_mw": table["it_max_mw"],
            "price_own_cny_per_mwh": table["price_negotiated_cny_per_mwh"],
        }
    )


def _filled(table: pd.DataFrame, where: str) -> pd.DataFrame:
    missing = [c for c in NEEDED if c not in table.columns]
    unknown = [c for c in table.columns if c not in NEEDED + OPTIONAL]
    if missing or unknown:
        found = [f"missing column {c}" for c in missing] + [f"unknown column {c}" for c in unknown]
        raise TableError(
            f"{where}: {'; '.join(found)}; expected {', '.join(NEEDED)} and, if known, {', '.join(OPTIONAL)}"
        )
    if table.empty:
        raise TableError(f"{where}: no rows, expected one site a row")
    whole = table.assign(**{c: "" for c in OPTIONAL if c not in table.columns})
    text = [c for c in NEEDED + OPTIONAL if c not in NUMERIC]
    return numbers(whole, list(NUMERIC), where).assign(**{c: whole[c].fillna("").astype("str") for c in text})


def _cell_faults(table: pd.DataFrame) -> list[str]:
    checks = {
        "name is empty": table["name"] == "",
        "longitude or latitude is empty": table[["longitude", "latitude"]].isna().any(axis=1),
        "the same name twice": table["name"].duplicated(keep=False) & (table["name"] != ""),
        "coordinates (0, 0)": (table["longitude"] == 0) & (table["latitude"] == 0),
        "it_max_mw below 0": table["it_max_mw"] < 0,
        "price_negotiated_cny_per_mwh below 0": table["price_negotiated_cny_per_mwh"] < 0,
        "price_negotiated_cny_per_mwh above 10000: is the unit right?": table["price_negotiated_cny_per_mwh"]
        > 10_000,
        "price_negotiated_cny_per_mwh below 10: is it in CNY per kWh?": table[
            "price_negotiated_cny_per_mwh"
        ].between(0.01, 10),
    }
    return [f"{what} (row {rows(wrong)})" for what, wrong in checks.items() if wrong.any()]


def rows(wrong: pd.Series) -> str:
    """Return the first row numbers, counted from 1, at which `wrong` holds, and how many more."""
    found = [i + 1 for i in np.flatnonzero(wrong)]
    return ", ".join(map(str, found[:5])) + (f" and {len(found) - 5} more" if len(found) > 5 else "")


def _place_faults(table: pd.DataFrame, known: pd.DataFrame) -> list[str]:
    sound = table[["longitude", "latitude"]].notna().all(axis=1) & (
        table[["longitude", "latitude"]] != 0
    ).any(axis=1)
    places = table[sound]
    if places.empty:
        return []
    checks = position_checks(places, known)
    far = pd.concat(checks, axis=1).any(axis=1)
    checks |= {
        "province is not one of the demand zones": ~places["province"].isin(["", *known["province"]]),
        "site lies in another province than stated": _elsewhere(places[~far], known).reindex(
            places.index, fill_value=False
        ),
        f"sites less than {TWIN_KM} km apart": _twins(places[~far]).reindex(places.index, fill_value=False),
    }
    wrong = {what: w.reindex(table.index, fill_value=False) for what, w in checks.items()}
    return [f"{what} (row {rows(w)})" for what, w in wrong.items() if w.any()]


def position_checks(places: pd.DataFrame, known: pd.DataFrame) -> dict[str, pd.Series]:
    """Return, for each fault of coordinates that are given, the places that have it.

    Parameters
    ----------
    places, known : DataFrame
        `longitude`, `latitude`; `known` holds the places of the area.
    """
    far = pd.Series(_far(places["longitude"], places["latitude"], known), index=places.index)
    swapped = far & ~_far(places["latitude"], places["longitude"], known)
    return {
        "longitude and latitude look swapped": swapped,
        f"more than {AREA_KM:.0f} km from any known place of the area": far & ~swapped,
    }


def _far(longitude: pd.Series, latitude: pd.Series, known: pd.DataFrame) -> np.ndarray:
    inside = (longitude.abs() <= 180) & (latitude.abs() <= 90)
    km = np.full(len(longitude), np.inf)
    points = pd.DataFrame({"longitude": longitude, "latitude": latitude})[inside]
    if len(points):
        km[inside] = nearest_km(points, known)
    return km > AREA_KM


def _elsewhere(places: pd.DataFrame, known: pd.DataFrame) -> pd.Series:
    """Return where the nearest place of the stated province is over 100 km farther than the nearest place."""
    wrong = pd.Series(False, index=places.index)
    for province, group in places.groupby("province"):
        own = known[known["province"] == province]
        if len(own):
            wrong[group.index] = nearest_km(group, own) > nearest_km(group, known) + OTHER_PROVINCE_KM
    return wrong


def _twins(places: pd.DataFrame) -> pd.Series:
    twin = [
        len(places) > 1 and nearest_km(places.loc[[i]], places.drop(index=i))[0] < TWIN_KM
        for i in places.index
    ]
    return pd.Series(twin, index=places.index, dtype=bool)


def site_ids(names: pd.Series) -> pd.Series:
    """Return `own-<latin letters and digits>`, or `own-<row>` where the name has none or is not unique so."""
    slug = names.str.lower().map(lambda n: re.sub(r"[^a-z0-9]+", "-", n).strip("-"))
    row = pd.Series(np.arange(1, len(names) + 1).astype(str), index=names.index)
    return "own-" + slug.where((slug != "") & ~slug.duplicated(keep=False), row)
