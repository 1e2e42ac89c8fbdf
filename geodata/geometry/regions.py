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
import shapely
from numpy.typing import ArrayLike, NDArray
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError
from pyproj import Geod, Transformer

from geodata.measured import layer_file
from geodata.read import builtin
from geodata.tables import TableError

Array = NDArray[np.float64]

BOUNDARIES = "power/boundaries-ocha-2020/chn_admbnda_ocha_2020.gpkg"
SOURCE = "OCHA Common Operational Dataset, administrative boundaries of China"
VINTAGE = "2020-09-10"
COLUMNS = ["ADM1_PCODE", "ADM1_ZH", "ADM2_EN", "ADM2_ZH"]
COAST_KM = 30.0  # the layer's coast is coarse; farther out lies no province
CONFORMAL = "+proj=merc +lon_0=105 +ellps=WGS84"  # near is near in all directions alike
POLE = 85.0
MERGED = {"莱芜市": ("济南市", "Jinan")}  # part of Jinan since 2019
NO_ZONES = {"CN071": "Taiwan", "CN081": "Hong Kong", "CN082": "Macao"}
FOOTNOTE = "[\\[\u3014].*"
KINDS = re.compile(
    r"( (Li|Li and Miao))?( Autonomous)? (County|City|Forestry District)$| (Municipality|Prefecture|League).*"
)
GEOD = Geod(ellps="WGS84")


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
    units, points = _layer(data), _points(longitude, latitude)
    return _described(units, *_found(points, units))


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
    units, points = _layer(data), _points(longitude, latitude)
    names = np.asarray(province, dtype=object)
    prefecture, km = np.full(len(points), "", dtype=object), np.full(len(points), np.nan)
    for name in set(names) & set(units["province"]) - {""}:
        here, own = names == name, units[units["province"] == name]
        row, km[here] = _found(points[here], own)
        prefecture[here] = own["prefecture"].to_numpy()[row]
    return pd.DataFrame({"prefecture": prefecture.astype(str), "region_km": km})


def _layer(data: Path) -> gpd.GeoDataFrame:
    path = boundaries_file(data)
    if path is None:
        raise TableError(f"{data}: no boundary layer {BOUNDARIES}, expected one to tell where points lie")
    return _units(path, path.stat().st_mtime_ns)


def _points(longitude: ArrayLike, latitude: ArrayLike) -> NDArray[np.object_]:
    return shapely.points(
        np.atleast_1d(np.asarray(longitude, float)), np.atleast_1d(np.asarray(latitude, float))
    )


def _found(points: NDArray[np.object_], units: gpd.GeoDataFrame) -> tuple[NDArray[np.int64], Array]:
    """Return the number of the unit around or nearest to each point, and its distance [km]; -1, NaN: none."""
    row = _inside(points, units)
    km = np.where(row >= 0, 0.0, np.nan)
    lost = np.flatnonzero((row < 0) & np.isfinite(shapely.get_x(points) + shapely.get_y(points)))
    row[lost], km[lost] = _nearest(points[lost], units)
    return row, km


def _inside(points: NDArray[np.object_], units: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Return the number of the unit that covers each point, the first where two share an edge; -1: none."""
    found = np.full(len(points), -1)
    unit, point = shapely.STRtree(points).query(units.geometry.to_numpy(), predicate="intersects")
    order = np.argsort(-unit, kind="stable")
    found[point[order]] = unit[order]
    return found


def _nearest(points: NDArray[np.object_], units: gpd.GeoDataFrame) -> tuple[NDArray[np.int64], Array]:
    """Return the nearest unit of each point, found in a conformal projection, and its distance [km]."""
    edges, owner = _edges(units)
    flat = _flat(points)
    edge = np.asarray(shapely.STRtree(edges).nearest(flat))
    ends = shapely.get_coordinates(shapely.shortest_line(flat, edges[edge])).reshape(-1, 2, 2)
    back = Transformer.from_crs(CONFORMAL, "EPSG:4326", always_xy=True)
    lon, lat = back.transform(ends[:, 1, 0], ends[:, 1, 1])
    km = np.asarray(GEOD.inv(shapely.get_x(points), shapely.get_y(points), lon, lat)[2]) / 1000
    return owner[edge], km


def _edges(units: gpd.GeoDataFrame) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Return every edge of the outlines in the conformal projection, and the number of its unit."""
    parts, unit = shapely.get_parts(units.geometry.to_numpy(), return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    corners, ring = shapely.get_coordinates(_flat(rings), return_index=True)
    same = ring[1:] == ring[:-1]
    pairs = np.stack([corners[:-1][same], corners[1:][same]], axis=1)
    return shapely.linestrings(pairs), unit[part[ring[1:][same]]]


def _flat(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    there = Transformer.from_crs("EPSG:4326", CONFORMAL, always_xy=True)
    return shapely.transform(
        shapes, lambda x, y: there.transform(x, np.clip(y, -POLE, POLE)), interleaved=False
    )


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
