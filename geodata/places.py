"""Hubs, clusters and known campuses, and the campuses that stand at each candidate."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from geodata.candidates import all_places
from geodata.geometry.proximity import Points
from geodata.read import builtin, numbers, read_file, truth
from geodata.readers.own_sites import position_checks
from geodata.tables import Places, TableError, checked

WHERE = "geodata.campuses_file"
NEAR_KM = 25.0
FILE_COLUMNS = ("name", "longitude", "latitude", "it_mw", "province", "prefecture")
PLACE = list(Places.to_schema().columns)


def list_campuses(path: Path | None, tables: Path | None = None) -> pd.DataFrame:
    """Return the known campuses and those of the user's file.

    Parameters
    ----------
    path : Path, optional
        CSV, XLSX or Parquet: name, longitude, latitude, it_mw; optional province, prefecture.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    DataFrame
        place_id, name_en, province, prefecture, longitude, latitude, it_mw [MW], existing, source,
        confidence, note.

    Raises
    ------
    TableError
        Every fault of the user's file.
    """
    rows = builtin("campuses", tables)
    rows = rows.assign(existing=truth(rows["existing"], "campuses.csv"))
    return rows if path is None else pd.concat([rows, _own(path, all_places(tables))], ignore_index=True)


def _own(path: Path, known: pd.DataFrame) -> pd.DataFrame:
    where = f"{WHERE} ({path})"
    table = read_file(path, WHERE)
    missing = [c for c in FILE_COLUMNS[:4] if c not in table.columns]
    unknown = [c for c in table.columns if c not in FILE_COLUMNS]
    if missing or unknown:
        found = [f"missing column {c}" for c in missing] + [f"unknown column {c}" for c in unknown]
        raise TableError(f"{where}: {'; '.join(found)}; expected {', '.join(FILE_COLUMNS)}")
    whole = table.assign(**{c: "" for c in FILE_COLUMNS[4:] if c not in table.columns})
    whole = numbers(whole, ["longitude", "latitude", "it_mw"], where)
    faults = _faults(whole, known)
    if faults:
        raise TableError(f"{where}: " + "; ".join(faults))
    ids = [f"campus-own-{i + 1}" for i in range(len(whole))]
    return whole.rename(columns={"name": "name_en"}).assign(
        place_id=ids, existing=True, source="user's table", confidence="medium", note=""
    )


def _faults(table: pd.DataFrame, known: pd.DataFrame) -> list[str]:
    where = table[["longitude", "latitude"]]
    empty = table[["longitude", "latitude", "it_mw"]].isna().any(axis=1) | (table["name"] == "")
    zero = (where == 0).all(axis=1)
    checks = {
        "an empty cell": empty,
        "the same name twice": table["name"].duplicated(keep=False),
        "it_mw below 0": table["it_mw"] < 0,
        "coordinates (0, 0)": zero,
    }
    placed = position_checks(table[~empty & ~zero], known)
    checks |= {what: wrong.reindex(table.index, fill_value=False) for what, wrong in placed.items()}
    return [
        f"{what} (row {', '.join(str(i + 1) for i in table.index[w][:5])})"
        for what, w in checks.items()
        if w.any()
    ]


def existing_it_mw(candidates: pd.DataFrame, campuses: pd.DataFrame) -> pd.Series:
    """Return the IT power of the campuses that stand at each candidate [MW], index site_id.

    A campus counts once: at the nearest candidate of its own prefecture, else at the nearest within 25 km.
    Planned campuses and those without published power do not count, so this is a lower bound.
    """
    standing = campuses[campuses["existing"] & campuses["it_mw"].notna()]
    total = standing["it_mw"].groupby(home_sites(candidates, standing)).sum()
    return total.reindex(candidates["site_id"].to_numpy(), fill_value=0.0).rename_axis("site_id")


def home_sites(candidates: pd.DataFrame, campuses: pd.DataFrame) -> pd.Series:
    """Return the candidate at which each campus counts; "": none. Index as of `campuses`.

    The nearest candidate of its own prefecture, else the nearest within 25 km.
    """
    return pd.Series(
        [_home(candidates, row) for _, row in campuses.iterrows()], index=campuses.index, dtype="str"
    )


def _home(candidates: pd.DataFrame, campus: pd.Series) -> str:
    same = candidates[["province", "prefecture"]] == campus[["province", "prefecture"]]
    home = candidates[same.all(axis=1)]
    near = home if len(home) else candidates
    row, km = Points(near["longitude"], near["latitude"]).nearest(campus["longitude"], campus["latitude"])
    return str(near["site_id"].iloc[row[0]]) if len(home) or km[0] <= NEAR_KM else ""


def measure_places(campuses: pd.DataFrame, tables: Path | None = None) -> pd.DataFrame:
    """Return hubs (at the mean of their clusters), clusters and campuses (`geodata.tables.Places`)."""
    clusters = builtin("clusters", tables)
    hubs = builtin("hubs", tables)
    middle = clusters.groupby("hub_id")[["longitude", "latitude"]].mean()
    hub_rows = hubs.assign(
        place_id="hub-" + hubs["hub_id"], kind="hub", province=hubs["provinces"], it_mw=float("nan")
    )
    hub_rows = hub_rows.join(middle, on="hub_id").assign(note=hubs["role"])
    cluster_rows = clusters.assign(
        place_id="cluster-" + clusters["cluster_id"], kind="cluster", it_mw=float("nan")
    )
    held = {p: h for h, ps in zip(hubs["hub_id"], hubs["provinces"], strict=True) for p in ps.split(";")}
    campus_rows = campuses.assign(
        kind="campus", name_zh=campuses["name_en"], hub_id=campuses["province"].map(held).fillna("")
    )
    rows = pd.concat([hub_rows[PLACE], cluster_rows[PLACE], campus_rows[PLACE]], ignore_index=True)
    return checked(rows, Places, "places")
