"""In which province and prefecture points lie, from the boundary layer of a data folder."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from numpy.typing import ArrayLike, NDArray
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from geodata.geometry.nearest_shape import nearest_shape, shape_at
from geodata.measured import layer_file
from geodata.read import builtin
from geodata.tables import TableError

Array = NDArray[np.float64]

BOUNDARIES = "power/boundaries-ocha-2020/chn_admbnda_ocha_2020.gpkg"
SOURCE = "OCHA Common Operational Dataset, administrative boundaries of China"
VINTAGE = "2020-09-10"
COLUMNS = ["ADM1_PCODE", "ADM1_ZH", "ADM2_EN", "ADM2_ZH"]
COAST_KM = 30.0  # the layer's coast is coarse; farther out lies no province
MERGED = {"莱芜市": ("济南市", "Jinan")}  # part of Jinan since 2019
NO_ZONES = {"CN071": "Taiwan", "CN081": "Hong Kong", "CN082": "Macao"}
FOOTNOTE = "[\\[\u3014].*"
KINDS = re.compile(
    r"( (Li|Li and Miao))?( Autonomous)? (County|City|Forestry District)$| (Municipality|Prefecture|League).*"
)


def boundaries_file(data: Path | None) -> Path | None:
    """Return the boundary layer of a data folder, None where there is none."""
    return layer_file(data, BOUNDARIES)


def locate(longitude: ArrayLike, latitude: ArrayLike, data: Path) -> pd.DataFrame:
    """Return the province and prefecture of points; outside all polygons those of the nearest within 30 km.

    Parameters
    ----------
    longitude, latitude : array_like
        Points [degrees, WGS 84].
    data : Path
        Data folder with the boundary layer.

    Returns
    -------
    DataFrame
        In the order of the points: `province` and `prefecture` as in the built-in tables, "" where none;
        `prefecture_zh`; `region_km`, 0 inside, else the distance to the nearest polygon [km], NaN without
        coordinates; `nearest_region`, the province-level unit inside or nearest, also where that is no
        demand zone (Hong Kong, Macao, Taiwan) or too far.

    Raises
    ------
    TableError
        The layer is missing or not readable.
    """
    units = _layer(data)
    lon, lat = (np.atleast_1d(np.asarray(v, float)) for v in (longitude, latitude))
    return _described(units, *_found(lon, lat, units))


def locate_in(longitude: ArrayLike, latitude: ArrayLike, province: ArrayLike, data: Path) -> pd.DataFrame:
    """Return for points the nearest prefecture of a named province each, and how far it is [km].

    The layer's rivers and borders are coarse, so that a place may lie a little outside its own province.

    Parameters
    ----------
    longitude, latitude : array_like
        Points [degrees, WGS 84].
    province : array_like
        Name of a province for each point.
    data : Path
        As in `locate`.

    Returns
    -------
    DataFrame
        `prefecture`, `region_km`; "" and NaN where there is no such province.
    """
    units = _layer(data)
    lon, lat = (np.atleast_1d(np.asarray(v, float)) for v in (longitude, latitude))
    names = np.asarray(province, dtype=object)
    prefecture, km = np.full(len(lon), "", dtype=object), np.full(len(lon), np.nan)
    for name in set(names) & set(units["province"]) - {""}:
        here, own = names == name, units[units["province"] == name]
        row, km[here] = _found(lon[here], lat[here], own)
        prefecture[here] = own["prefecture"].to_numpy()[row]
    return pd.DataFrame({"prefecture": prefecture.astype(str), "region_km": km})


def _layer(data: Path) -> gpd.GeoDataFrame:
    path = boundaries_file(data)
    if path is None:
        raise TableError(f"{data}: no boundary layer {BOUNDARIES}, expected one to tell where points lie")
    return _units(path, path.stat().st_mtime_ns)


def _found(lon: Array, lat: Array, units: gpd.GeoDataFrame) -> tuple[NDArray[np.int64], Array]:
    """Return the number of the unit around or nearest to each point, and its distance [km]; -1, NaN: none."""
    shapes = units.geometry.to_numpy()
    row = shape_at(shapes, lon, lat)
    km = np.where(row >= 0, 0.0, np.nan)
    lost = np.flatnonzero((row < 0) & np.isfinite(lon + lat))
    if len(lost):
        row[lost], km[lost] = nearest_shape(shapes, lon[lost], lat[lost])
    return row, km


def _described(units: gpd.GeoDataFrame, row: NDArray[np.int64], km: Array) -> pd.DataFrame:
    known = (row >= 0) & (np.nan_to_num(km, nan=np.inf) <= COAST_KM)
    table = units.drop(columns="geometry").iloc[np.maximum(row, 0)].reset_index(drop=True)
    near = table["nearest_region"].where(row >= 0, "")
    named = {c: table[c].where(known, "") for c in ("province", "prefecture", "prefecture_zh")}
    return pd.DataFrame(named).assign(region_km=km, nearest_region=near)


@lru_cache(maxsize=2)
def _units(path: Path, changed: int) -> gpd.GeoDataFrame:
    """Return the prefecture-level units with our names; `changed` makes a new version of the file be read."""
    layer = _adm2(path)
    zone = ~layer["ADM1_PCODE"].isin(NO_ZONES)
    province = _provinces(layer["ADM1_ZH"]).where(zone, "")
    names = _prefectures(layer)
    names.loc[~zone] = ""
    return gpd.GeoDataFrame(names, geometry=layer.geometry, crs=4326).assign(
        province=province, nearest_region=province.where(zone, layer["ADM1_PCODE"].map(NO_ZONES))
    )


def _adm2(path: Path) -> gpd.GeoDataFrame:
    try:
        return pyogrio.read_dataframe(path, layer="adm2")[[*COLUMNS, "geometry"]]
    except (DataSourceError, DataLayerError, FeatureError, KeyError) as error:
        raise TableError(f"{path}: not a readable boundary layer ({error}); get it again") from None


def _provinces(full: pd.Series) -> pd.Series:
    """Return our name of the province whose Chinese name begins the full one; none: ""."""
    known = builtin("provinces")
    short = dict(zip(known["name_zh"], known["province"], strict=True))
    return full.map(lambda name: next((en for zh, en in short.items() if name.startswith(zh)), ""))


def _prefectures(layer: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return `prefecture` and `prefecture_zh`: as the seats have them, or the unit's own without its kind."""
    own = builtin("seat_names").set_index("prefecture_zh")["prefecture"]
    chinese = layer["ADM2_ZH"].str.replace(FOOTNOTE, "", regex=True)
    english = layer["ADM2_EN"].str.replace(KINDS, "", regex=True).map(_plain)
    names = chinese.map(own).fillna(english)
    for gone, (zh, en) in MERGED.items():
        names, chinese = names.mask(chinese == gone, en), chinese.mask(chinese == gone, zh)
    return pd.DataFrame({"prefecture": names.astype(str), "prefecture_zh": chinese})


def _plain(name: str) -> str:
    """Return a name without accents, apostrophes straight."""
    return unicodedata.normalize("NFKD", name.replace("\u2019", "'")).encode("ascii", "ignore").decode()
