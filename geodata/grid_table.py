"""Builds the table of provincial peak, consumption and net export (`builtin/grid.csv`)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from geodata.read import builtin

MARCH = 59 * 24
MAR_DEC_HOURS = 8760 - MARCH
SOURCE = "our figures: hourly provincial load of 2018 (doi 10.5281/zenodo.8322210, V2.1), energy.csv of 2025"


def build_grid(data: Path) -> pd.DataFrame:
    """Return peak load, consumption and mean net export of each province in 2025.

    The year's consumption is that of March to December times (shape's year / shape's March to December); the
    peak of the shape is scaled the same way; net export is generation less consumption, March to December.

    Parameters
    ----------
    data : Path
        Data folder with `power/load-provincial-hourly` and `power/crosswalk`.

    Returns
    -------
    DataFrame
        Columns of `builtin/grid.csv`, one row per province.
    """
    shape = _shape(data)
    energy = builtin("energy").set_index("province")
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
    hours = pd.read_parquet(data / "power/load-provincial-hourly/hourly_demand_31_provinces.parquet")
    names = pd.read_csv(data / "power/crosswalk/province_crosswalk.csv").dropna(subset=["load31_code"])
    return hours.rename(columns=dict(zip(names["load31_code"], names["province"], strict=True)))[
        list(names["province"])
    ]
