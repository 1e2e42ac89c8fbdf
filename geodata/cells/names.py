"""Names of raster cells: stable ids, and the province and prefecture in which they lie."""

from __future__ import annotations

import re
import warnings
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.candidates import all_places
from geodata.geometry.proximity import Points
from geodata.geometry.regions import boundaries_file, locate
from geodata.read import builtin
from geodata.tables import DataWarning

Array = NDArray[np.float64]

DECIMALS_MAX = 6


def find_regions(longitude: Array, latitude: Array, data: Path | None) -> pd.DataFrame:
    """Return where cells lie.

    Parameters
    ----------
    longitude, latitude : array
        Centres [degrees, WGS 84].
    data : Path, optional
        Data folder; without its boundary layer the region is that of the nearest built-in place, which is
        told.

    Returns
    -------
    DataFrame
        province, prefecture, prefecture_zh ("" outside the demand zones), located (by the boundary layer);
        in the order of the cells.
    """
    if data is not None and boundaries_file(data) is not None:
        found = locate(longitude, latitude, data)
        return found[["province", "prefecture", "prefecture_zh"]].assign(located=True)
    known = all_places()
    row, _ = Points(known["longitude"], known["latitude"]).nearest(longitude, latitude)
    text = "cells: no boundary layer to tell provinces; each takes those of the nearest built-in place"
    warnings.warn(text, DataWarning, stacklevel=3)
    found = known.iloc[row].reset_index(drop=True)
    return found[["province", "prefecture"]].assign(prefecture_zh=found["name_zh"], located=False)


def name_cells(cells: pd.DataFrame, resolution_deg: float) -> pd.DataFrame:
    """Return cells with ids and names.

    Parameters
    ----------
    cells : DataFrame
        longitude, latitude, province, prefecture, prefecture_zh.
    resolution_deg : float
        Side of a cell: as many decimals are written as it needs.

    Returns
    -------
    DataFrame
        With site_id, name_en, name_zh, pinyin, kind (cell), cluster_id ("").
    """
    decimals = _decimals(resolution_deg)
    place = [_place(x, y, decimals) for x, y in zip(cells["longitude"], cells["latitude"], strict=True)]
    chinese, pinyin = _seat_names(cells)
    return cells.assign(
        site_id=[f"cell-{lat}-{lon}".lower() for lat, lon in place],
        name_en=[f"{name} {lat} {lon}" for name, (lat, lon) in zip(cells["prefecture"], place, strict=True)],
        name_zh=[f"{name} {lat} {lon}" for name, (lat, lon) in zip(chinese, place, strict=True)],
        pinyin=[_plain(f"{name}{lat}{lon}") for name, (lat, lon) in zip(pinyin, place, strict=True)],
        kind="cell",
        cluster_id="",
        longitude=cells["longitude"].round(DECIMALS_MAX + 2),
        latitude=cells["latitude"].round(DECIMALS_MAX + 2),
    )


def _plain(text: str) -> str:
    return re.sub("[^a-z0-9]", "", text.lower())


def _decimals(resolution_deg: float) -> int:
    """Return how many decimals tell the middle of one cell from another's, two at least."""
    exponent = (Decimal(repr(resolution_deg)) / 2).normalize().as_tuple().exponent
    return min(max(2, -int(exponent)), DECIMALS_MAX)


def _place(longitude: float, latitude: float, decimals: int) -> tuple[str, str]:
    north, east = "N" if latitude >= 0 else "S", "E" if longitude >= 0 else "W"
    return f"{abs(latitude):.{decimals}f}{north}", f"{abs(longitude):.{decimals}f}{east}"


def _seat_names(cells: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return Chinese name and pinyin of the seat of each cell's prefecture, or its own where it has none."""
    seats = builtin("seats").drop_duplicates(["province", "prefecture"]).set_index(["province", "prefecture"])
    found = seats.reindex(pd.MultiIndex.from_frame(cells[["province", "prefecture"]]))
    chinese = found["name_zh"].where(found["name_zh"].notna(), cells["prefecture_zh"].to_numpy())
    pinyin = found["pinyin"].where(found["pinyin"].notna(), cells["prefecture"].to_numpy())
    return chinese.tolist(), pinyin.tolist()
