"""Builds the tables of wind by prefecture and of sun and wind by province (`builtin/`) from a data folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import rasterio

from geodata.geometry.regions import BOUNDARIES, locate
from geodata.layers.renewable_weather import GHI_FILE, HOURS, POTENTIAL_FILES, provincial_hours
from geodata.layers.renewable_weather import SOURCE as WEATHER_SOURCE
from geodata.measured import read_layer_csv
from geodata.readers.sampling import sample

WIND_FILE = "power/renewable-sites-pvwind/wind100m_cf_by_prefecture.csv"
WIND_SOURCE = (
    "our means by prefecture of PV-Wind-China (rongwang-fudan, MIT licence): mean onshore output over "
    "capacity at 100 m of a reanalysis of 0.5 x 0.625 degrees"
)
RESOURCE_SOURCE = (
    f"our means over the installable land of each province: radiation of CDSRD; {WEATHER_SOURCE}"
)


def build_wind_prefecture(data: Path) -> pd.DataFrame:
    """Return the mean reanalysis output of each prefecture, columns of `builtin/wind_prefecture.csv`.

    Parameters
    ----------
    data : Path
        Data folder with `power/renewable-sites-pvwind` and the boundary layer.
    """
    wind = read_layer_csv(data / WIND_FILE, ["ADM2_PCODE", "CF_mean", "n_cells"])
    units = pyogrio.read_dataframe(data / BOUNDARIES, layer="adm2")[["ADM2_PCODE", "geometry"]]
    inside = units.geometry.representative_point()
    names = locate(inside.x, inside.y, data)[["province", "prefecture"]]
    table = wind.merge(pd.concat([units["ADM2_PCODE"], names], axis=1), on="ADM2_PCODE")
    table = table[table["province"] != ""].assign(sum=table["CF_mean"] * table["n_cells"])
    both = table.groupby(["province", "prefecture"])[["sum", "n_cells"]].sum()
    area = both["n_cells"] / both.groupby("province")["n_cells"].transform("sum")
    columns = {
        "reanalysis_output_share": (both["sum"] / both["n_cells"]).round(4),
        "area_share": area.round(6),
        "source": WIND_SOURCE,
        "vintage": "2012-2018",
        "confidence": "low",
    }
    return pd.DataFrame(columns, index=both.index).reset_index()


def build_province_resource(data: Path) -> pd.DataFrame:
    """Return radiation and uncorrected output of each province, columns of `builtin/province_resource.csv`.

    Parameters
    ----------
    data : Path
        Data folder with `renewables` and the boundary layer.
    """
    cells = land_cells(data)
    cells["ghi"] = sample(data / GHI_FILE, cells["longitude"], cells["latitude"], [1])[:, 0]
    known = cells[cells["ghi"].notna() & (cells["province"] != "")]
    sums = known.assign(product=known["ghi"] * known["mw"]).groupby("province")[["product", "mw"]].sum()
    solar, wind = (provincial_hours(data, kind).sum() for kind in ("solar", "wind"))
    columns = {
        "ghi_kwh_per_m2": (sums["product"] / sums["mw"]).round(1),
        "era5_solar_share": (solar / HOURS).round(5),
        "era5_wind_share": (wind / HOURS).round(5),
        "source": RESOURCE_SOURCE,
        "vintage": "2008-2017 radiation, 2020 output",
        "confidence": "medium",
    }
    return pd.DataFrame(columns).rename_axis("province").reset_index()


def land_cells(data: Path) -> pd.DataFrame:
    """Return the cells with installable solar: longitude, latitude, mw, province."""
    with rasterio.open(data / POTENTIAL_FILES["solar"]) as raster:
        mw = raster.read(1, masked=True).astype(float).filled(0)
        row, column = np.nonzero(mw > 0)
        longitude, latitude = raster.xy(row, column)
    cells = pd.DataFrame({"longitude": longitude, "latitude": latitude, "mw": mw[row, column]})
    return cells.assign(province=locate(cells["longitude"], cells["latitude"], data)["province"])
