"""Builds the table of provincial peak, consumption and net export (`builtin/grid.csv`)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from geodata.measured import layer_file, read_layer_csv
from geodata.read import builtin
from geodata.tables import TableError

LOAD_FILE = "power/load-provincial-hourly/hourly_demand_31_provinces.parquet"
NAMES_FILE = "power/crosswalk/province_crosswalk.csv"
HOURS = 8760
MARCH = 59 * 24
MAR_DEC_HOURS = HOURS - MARCH
SOURCE = "our figures: hourly provincial load of 2018 (doi 10.5281/zenodo.8322210, V2.1), energy.csv of 2025"


def can_build(data: Path | None) -> bool:
    """Return whether a data folder holds the layers of `build_grid`."""
    return all(layer_file(data, layer) is not None for layer in (LOAD_FILE, NAMES_FILE))


def build_grid(data: Path, tables: Path | None = None) -> pd.DataFrame:
    """Return peak load, consumption and mean net export of each province in 2025.

    The year's consumption is that of March to December times (shape's year / shape's March to December); the
    peak of the shape is scaled the same way; net export is generation less consumption, March to December.

    Parameters
    ----------
    data : Path
        Data folder with `power/load-provincial-hourly` and `power/crosswalk`.
    tables : Path, optional
        Folder of tables that stand in for built-in ones (`energy.csv`).

    Returns
    -------
    DataFrame
        Columns of `builtin/grid.csv`, one row per province.

    Raises
    ------
    TableError
        The hourly load or its names are not usable.
    """
    shape = _shape(data)
    energy = builtin("energy", tables).set_index("province")
    lost = energy.index.difference(shape.columns)
    if len(lost):
        raise TableError(
            f"{data / NAMES_FILE}: names no load of {', '.join(lost)}, expected every province; cut off? see "
            "`siting data verify`"
        )
    part_twh = shape.iloc[MARCH:].sum() / 1e6
    scale = energy["consumption_mar_dec_twh"] / part_twh
    surplus_twh = energy["generation_mar_dec_twh"] - energy["consumption_mar_dec_twh"]
    table = pd.DataFrame(
        {
            "peak_mw": (shape.max() * scale).round(0),
            "consumption_twh": (shape.sum() / 1e6 * scale).round(1),
            "net_export_mw": (surplus_twh * 1e6 / MAR_DEC_HOURS).round(0),
        }
    ).loc[energy.index]
    return (
        table.rename_axis("province")
        .reset_index()
        .assign(source=SOURCE, vintage="2025", confidence="low", note="peak is not a published load")
    )


def _shape(data: Path) -> pd.DataFrame:
    """Return the hourly load of 2018 [MW], one column per province."""
    path = data / LOAD_FILE
    names = read_layer_csv(data / NAMES_FILE, ["load31_code", "province"]).dropna()
    try:
        hours = pd.read_parquet(path)[list(names["load31_code"])]
    except Exception as error:
        raise TableError(f"{path}: not a readable layer ({error}); see `siting data verify`") from None
    if len(hours) != HOURS or not (hours > 0).all(axis=None):
        raise TableError(
            f"{path}: found {len(hours)} hours or a load that is not above 0; expected {HOURS} hours of load"
        )
    return hours.set_axis(names["province"], axis=1)
