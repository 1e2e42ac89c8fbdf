"""The user's own candidate sites: checked, and placed in a province."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geodata.geometry.proximity import Points, space_km
from geodata.geometry.regions import COAST_KM, NO_ZONES, boundaries_file, locate, locate_in
from geodata.readers.datum_hints import datum_hints
from geodata.readers.extent import rows as rows_of
from geodata.readers.site_files import Source, read_site_rows
from geodata.tables import DataWarning, TableError

AREA_KM = 500.0
OTHER_PROVINCE_KM = 100.0
BORDER_KM = 5.0  # the boundary layer is coarse
TWIN_KM = 0.5
LARGEST_MW = 10_000.0
ROWS_SHOWN = 10


def read_sites(source: Source, known: pd.DataFrame, data: Path | None = None) -> pd.DataFrame:
    """Return the user's sites with the columns of a place.

    A missing province or prefecture is that of the boundary layer of the data folder, else that of the
    nearest known place.

    Parameters
    ----------
    source : Source
        File or database, with layer, columns, projection and datum.
    known : DataFrame
        Seats and start areas: province, prefecture, longitude, latitude.
    data : Path, optional
        Data folder; with its boundary layer every site must lie in a province of the model.

    Returns
    -------
    DataFrame
        site_id `own-...`, kind `own`, `it_max_mw` and `site_headroom_mw` [MW], `price_own_cny_per_mwh`; NaN
        where the file is empty.

    Raises
    ------
    TableError
        Every fault of the file in one message.
    """
    table, raw = read_site_rows(source)
    folder = data if boundaries_file(data) is not None else None
    faults = [*_cell_faults(table), *_place_faults(table, known, folder)]
    if faults:
        raise TableError(f"{source.where}: " + "; ".join(faults))
    hints = datum_hints(source, raw, table, known)
    if hints:
        warnings.warn(f"{source.where}: " + "; ".join(hints), DataWarning, stacklevel=2)
    return _as_places(table, _homes(table, known, folder))


def _as_places(table: pd.DataFrame, homes: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "site_id": site_ids(table["name"]),
            "name_en": table["name"],
            "name_zh": table["name_zh"].where(table["name_zh"] != "", table["name"]),
            "pinyin": table["name"].str.lower().str.replace(r"[^a-z0-9]", "", regex=True),
            "kind": "own",
            "province": homes["province"],
            "prefecture": table["prefecture"].where(table["prefecture"] != "", homes["prefecture"]),
            "longitude": table["longitude"],
            "latitude": table["latitude"],
            "cluster_id": "",
            "confidence": "medium",
            "it_max_mw": table["it_max_mw"],
            "site_headroom_mw": table["site_headroom_mw"],
            "price_own_cny_per_mwh": table["price_negotiated_cny_per_mwh"],
        }
    ).reset_index(drop=True)


def _homes(table: pd.DataFrame, known: pd.DataFrame, data: Path | None) -> pd.DataFrame:
    """Return province and prefecture of each site: as stated, else by polygon, else of the nearest place."""
    lon, lat, stated = table["longitude"], table["latitude"], table["province"]
    if data is None:
        row = Points(known["longitude"], known["latitude"]).nearest(lon, lat)[0]
        homes = known.iloc[row][["province", "prefecture"]].set_index(table.index)
        return homes.assign(province=stated.where(stated != "", homes["province"]))
    homes = locate(lon, lat, data).set_index(table.index)
    across = (stated != "") & (stated != homes["province"])
    own = locate_in(lon[across], lat[across], stated[across], data)["prefecture"]
    homes.loc[across, "prefecture"] = own.to_numpy()
    return homes.assign(province=stated.where(stated != "", homes["province"]))


def _cell_faults(table: pd.DataFrame) -> list[str]:
    price = table["price_negotiated_cny_per_mwh"]
    checks = {
        "name is empty": table["name"] == "",
        "longitude or latitude is empty": table[["longitude", "latitude"]].isna().any(axis=1),
        "the same name twice": table["name"].duplicated(keep=False) & (table["name"] != ""),
        "coordinates (0, 0)": (table["longitude"] == 0) & (table["latitude"] == 0),
        "price_negotiated_cny_per_mwh below 0": price < 0,
        "price_negotiated_cny_per_mwh above 10000: is the unit right?": price > 10_000,
        "price_negotiated_cny_per_mwh below 10: is it in CNY per kWh?": price.between(0.01, 10),
    }
    for column in ("it_max_mw", "site_headroom_mw"):
        checks[f"{column} below 0"] = table[column] < 0
        checks[f"{column} above {LARGEST_MW:.0f}: is it in kW?"] = table[column] > LARGEST_MW
    return [f"{what} (row {rows(wrong)})" for what, wrong in checks.items() if wrong.any()]


def rows(wrong: pd.Series) -> str:
    """Return the first row numbers, counted from 1, at which `wrong` holds, and how many more."""
    return rows_of(wrong.index[wrong])


def _place_faults(table: pd.DataFrame, known: pd.DataFrame, data: Path | None) -> list[str]:
    where = table[["longitude", "latitude"]]
    places = table[where.notna().all(axis=1) & (where != 0).any(axis=1)]
    if places.empty:
        return []
    checks = position_checks(places, known)
    swapped, far = checks.values()
    off_earth = (places["longitude"].abs() > 180) | (places["latitude"].abs() > 90)
    sound = places[~swapped & ~(far if data is None else off_earth)]
    if data is None:
        checks["site lies in another province than stated"] = _elsewhere(sound, known)
    else:
        checks = {next(iter(checks)): swapped, "no place on earth": off_earth & ~swapped}
    checks["province is not one of the demand zones"] = ~places["province"].isin(["", *known["province"]])
    checks[f"sites less than {TWIN_KM} km apart"] = _twins(sound)
    texts = [f"{what} (row {rows(wrong)})" for what, wrong in checks.items() if wrong.any()]
    return texts if data is None else [*texts, *_region_faults(sound, known, data)]


def _region_faults(places: pd.DataFrame, known: pd.DataFrame, data: Path) -> list[str]:
    """Return, row by row, the sites that lie in no province of the model, or in another than stated."""
    lon, lat, stated = places["longitude"], places["latitude"], places["province"]
    found = locate(lon, lat, data).set_index(places.index)
    home = found["province"] != ""
    texts = [_abroad(i, row) for i, row in zip(places.index[~home], found[~home].itertuples(), strict=True)]
    across = home & stated.isin(known["province"]) & (stated != found["province"])
    km = locate_in(lon[across], lat[across], stated[across], data)["region_km"].to_numpy()
    wrong = places.index[across][km > found.loc[across, "region_km"].to_numpy() + BORDER_KM]
    texts += [
        f"row {i + 1} lies in another province than stated: in {found['province'][i]}, not in {stated[i]}"
        for i in wrong
    ]
    return texts[:ROWS_SHOWN] + (
        [f"and {len(texts) - ROWS_SHOWN} more rows"] if len(texts) > ROWS_SHOWN else []
    )


def _abroad(index: int, found: tuple) -> str:
    region, km = found.nearest_region, found.region_km  # type: ignore[attr-defined]
    if region in NO_ZONES.values() and km <= COAST_KM:
        return f"row {index + 1} lies in {region}, which is no demand zone of the model"
    return f"row {index + 1} lies in no province: abroad or at sea; nearest {region}, {km:.0f} km"


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
    inside = ((longitude.abs() <= 180) & (latitude.abs() <= 90)).to_numpy()
    km = np.full(len(longitude), np.inf)
    km[inside] = Points(known["longitude"], known["latitude"]).nearest_km(longitude[inside], latitude[inside])
    return km > AREA_KM


def _elsewhere(places: pd.DataFrame, known: pd.DataFrame) -> pd.Series:
    """Return where the nearest place of the stated province is over 100 km farther than the nearest place."""
    wrong = pd.Series(False, index=places.index)
    lon, lat = places["longitude"], places["latitude"]
    nearest = pd.Series(
        Points(known["longitude"], known["latitude"]).nearest_km(lon, lat), index=places.index
    )
    for province, group in places.groupby("province"):
        own = known[known["province"] == province]
        if len(own):
            km = Points(own["longitude"], own["latitude"]).nearest_km(group["longitude"], group["latitude"])
            wrong[group.index] = km > nearest[group.index] + OTHER_PROVINCE_KM
    return wrong


def _twins(places: pd.DataFrame) -> pd.Series:
    if len(places) < 2:
        return pd.Series(False, index=places.index)
    points = space_km(places["longitude"], places["latitude"])
    apart_km = np.asarray(cKDTree(points).query(points, k=2)[0])[:, 1]
    return pd.Series(apart_km < TWIN_KM, index=places.index)


def site_ids(names: pd.Series) -> pd.Series:
    """Return `own-<latin letters and digits>`, or `own-<row>` where the name has none or is not unique so."""
    slug = names.str.lower().map(lambda n: re.sub(r"[^a-z0-9]+", "-", n).strip("-"))
    row = pd.Series((names.index + 1).astype(str), index=names.index)
    return "own-" + slug.where((slug != "") & ~slug.duplicated(keep=False), row)
