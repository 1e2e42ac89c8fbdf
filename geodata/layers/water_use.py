"""Use of water against what there is: by province, basin and prefecture, and the caps on it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.by_place import Part, cases_of, told
from geodata.geometry.nearest_shape import shape_at
from geodata.measured import figure
from geodata.read import builtin
from geodata.readers.vector import box_around, read_vector
from geodata.tables import TableError

Mask = NDArray[np.bool_]

SHARE = "use over resources"
YEARLY = "m3/year"
MIXED = "by the basin of most of the prefecture; the province has several"
OWN_BASINS = "geodata.water.basins_file"


def province_use(places: pd.DataFrame, tables: Path | None = None) -> Part:
    """Return province_water_use_share: mean use over mean own resources of 2010-2014."""
    rows = _by(places, builtin("province_water", tables), ["province"])
    return _part(places, "province_water_use_share", rows["use_m3"] / rows["resources_m3"], rows, SHARE)


def water_quota(places: pd.DataFrame, year: int, tables: Path | None = None) -> Part:
    """Return water_quota_m3: the province's cap on total use in `year` [m3/year].

    Raises
    ------
    TableError
        No caps for this year.
    """
    caps = builtin("water_quotas", tables)
    years = sorted(int(y) for y in caps["year"].unique())
    if year not in years:
        known = ", ".join(map(str, years))
        raise TableError(f"geodata.water.quota_year: found {year}, expected a year with caps: {known}")
    rows = _by(places, caps[caps["year"] == year], ["province"])
    return _part(places, "water_quota_m3", rows["cap_m3"], rows.assign(note=f"cap of {year}"), YEARLY)


def prefecture_use(places: pd.DataFrame, tables: Path | None = None) -> Part:
    """Return prefecture_water_use_m3: use of all sectors where the Yellow River's layer reaches [m3/year]."""
    rows = _by(places, builtin("prefecture_water", tables), ["province", "prefecture"])
    silent = "only prefectures of the Yellow River basin have a figure"
    return _part(places, "prefecture_water_use_m3", rows["use_m3"], rows, YEARLY, silent)


def basin_use(places: pd.DataFrame, own: Path | None, column: str, tables: Path | None = None) -> Part:
    """Return basin_water_use_share: withdrawal of 2025 over long-term resources of the place's basin.

    Parameters
    ----------
    places : DataFrame
        `site_id`, `province`, `prefecture`, `longitude`, `latitude`.
    own : Path, optional
        User's polygons, which replace the basin of the prefecture.
    column : str
        Their column with the name of the basin, as in `basin_balance.csv`.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.
    """
    balance = builtin("basin_balance", tables)
    basin, mixed = _basins(places, tables) if own is None else _own_basins(places, own, column, balance)
    rows = _by(pd.DataFrame({"basin": basin}), balance, ["basin"])
    weak = mixed & (rows["confidence"] != "low") & rows["source"].notna()
    rows = rows.assign(confidence=rows["confidence"].mask(weak, "low"), note=rows["note"].mask(weak, MIXED))
    return _part(places, "basin_water_use_share", rows["withdrawal_m3"] / rows["resources_m3"], rows, SHARE)


def _basins(places: pd.DataFrame, tables: Path | None) -> tuple[list[str], Mask]:
    """Return the basin of each place by its prefecture or province, and whether the province has several."""
    known = builtin("basins", tables)
    of = dict(zip(zip(known["province"], known["prefecture"], strict=True), known["basin"], strict=True))
    keys = list(zip(places["province"], places["prefecture"], strict=True))
    several = set(known.loc[known["prefecture"] != "", "province"])
    return [of.get(key, of.get((key[0], ""), "")) for key in keys], places["province"].isin(
        several
    ).to_numpy()


def _own_basins(
    places: pd.DataFrame, path: Path, column: str, balance: pd.DataFrame
) -> tuple[list[str], Mask]:
    lon, lat = places["longitude"].to_numpy(), places["latitude"].to_numpy()
    layer = read_vector(path, OWN_BASINS, bbox=box_around(lon, lat, 1.0), columns=(column,), kind="polygon")
    names = layer[column].fillna("").astype("str").to_numpy()
    row = shape_at(layer.geometry.to_numpy(), lon, lat)
    found = [str(names[i]) if i >= 0 else "" for i in row]
    strange = sorted(set(found) - {"", *balance["basin"]})
    if strange:
        expected = ", ".join(balance["basin"])
        raise TableError(
            f"{OWN_BASINS} ({path}): column {column}: found {', '.join(strange[:5])}, expected {expected}; "
            "give others with their balance in a table basin_balance.csv of geodata.tables"
        )
    return found, np.zeros(len(places), dtype=bool)


def _by(places: pd.DataFrame, rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return the row of the table for each place, in the order of the places; empty where there is none."""
    return places[keys].merge(rows, on=keys, how="left").reset_index(drop=True)


def _part(
    places: pd.DataFrame,
    column: str,
    values: pd.Series,
    rows: pd.DataFrame,
    unit: str,
    silent: str = "not in the table",
) -> Part:
    """Return the column and its figures; what most places have in common stands in the general row."""
    known = rows["source"].notna().to_numpy()
    told_rows = [figure(column, unit, "", "", "missing", silent)]
    if known.any():
        common = rows.loc[known, ["source", "vintage", "confidence", "note"]].astype("str").value_counts()
        general = figure(column, unit, *min(common.index[common == common.max()]))
        cases = cases_of(rows["confidence"].fillna(""), rows["note"].fillna(""), ~known, silent)
        told_rows = told(general, places["site_id"], cases)
    return {column: values.to_numpy(dtype=float)}, told_rows
