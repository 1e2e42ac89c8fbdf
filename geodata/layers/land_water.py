"""Land price, labour cost, water price and river basin of a candidate, and the national cost items."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from geodata.read import builtin
from geodata.tables import CostItems, TableError, checked

COLUMNS = {
    "land_price": "land_price_cny_per_m2",
    "labour": "labour_cny_per_year",
    "water_price": "water_price_cny_per_m3",
}


def measure_local(places: pd.DataFrame, tables: Path | None = None) -> pd.DataFrame:
    """Return land price, labour cost, water price and basin of each place.

    Of the rows of `local_prices.csv` that fit a place the narrowest holds: prefecture, province, side, all.

    Parameters
    ----------
    places : DataFrame
        site_id, province, prefecture, side.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    DataFrame
        Index site_id: land_price_cny_per_m2, labour_cny_per_year, water_price_cny_per_m3, basin.

    Raises
    ------
    TableError
        A place for which an item has no row.
    """
    rows = builtin("local_prices", tables)
    found = {column: _narrowest(places, rows[rows["item"] == item]) for item, column in COLUMNS.items()}
    basins = builtin("basins", tables).set_index(["province", "prefecture"])["basin"]
    keys = zip(places["province"], places["prefecture"], strict=True)
    found["basin"] = [basins.get((p, q), basins.get((p, ""), "")) for p, q in keys]
    return pd.DataFrame(found, index=places["site_id"].to_numpy()).rename_axis("site_id")


def _narrowest(places: pd.DataFrame, rows: pd.DataFrame) -> list[float]:
    price = rows.set_index(["side", "province", "prefecture"])["value"].to_dict()
    found = []
    for side, province, prefecture in zip(
        places["side"], places["province"], places["prefecture"], strict=True
    ):
        keys = (("", province, prefecture), ("", province, ""), (side, "", ""), ("", "", ""))
        found.append(next((price[key] for key in keys if key in price), np.nan))
    if np.isnan(found).any():
        raise TableError(f"local_prices.csv: no {', '.join(rows['item'].unique())} for some places")
    return found


def measure_costs(tables: Path | None = None) -> pd.DataFrame:
    """Return the cost items (`geodata.tables.CostItems`)."""
    rows = builtin("costs", tables).drop(columns="vintage")
    return checked(rows.assign(year=rows["year"].astype(int).astype("str")), CostItems, "costs.csv")
