"""Signs that coordinates are those of a Chinese web map: said by the file, or seen at known places."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from geodata.geometry.distance import distance_km
from geodata.geometry.proximity import Points
from geodata.readers.gcj02 import Datum, from_datum
from geodata.readers.postgis import is_address
from geodata.readers.site_files import TEXT, WHERE, Source

SAID = {
    "gcj02": re.compile(r"gcj-?_?0?2|火星坐标|高德坐标|腾讯坐标|amap|gaode", re.IGNORECASE),
    "bd09": re.compile(r"bd-?_?09|百度坐标|百度经纬度", re.IGNORECASE),
}
MAPS = {
    "gcj02": re.compile(r"高德|腾讯|tencent", re.IGNORECASE),
    "bd09": re.compile(r"百度|baidu", re.IGNORECASE),
}
OF_COORDINATES = re.compile(
    r"map|地图|坐标|coord|crs|datum|source|来源|lon|lng|lat|经度|纬度", re.IGNORECASE
)  # a column of this name speaks of a map when it says Tencent, not of the operator
AT_KM, OFF_KM, PLACES = 0.06, 0.15, 2


def datum_hints(source: Source, raw: pd.DataFrame, sites: pd.DataFrame, known: pd.DataFrame) -> list[str]:
    """Return what speaks for GCJ-02 or BD-09 though the scenario says WGS 84; none is proof.

    Parameters
    ----------
    source : Source
        File and settings.
    raw : DataFrame
        The table as it came.
    sites, known : DataFrame
        `longitude`, `latitude` of the user's sites and of seats and start areas.
    """
    if source.datum != "wgs84":
        return []
    return [hint for datum in ("gcj02", "bd09") if (hint := _hint(datum, source, raw, sites, known))]


def _hint(datum: Datum, source: Source, raw: pd.DataFrame, sites: pd.DataFrame, known: pd.DataFrame) -> str:
    why = _said(datum, source, raw) or _seen(datum, sites, known)
    if not why:
        return ""
    return (
        f"{why}: are these {datum.upper()} coordinates of a Chinese web map, 100 to 1000 m off? If so set "
        f"{WHERE[:-4]}datum to {datum}"
    )


def _said(datum: Datum, source: Source, raw: pd.DataFrame) -> str:
    """Return where file name, description, columns or cells name the datum."""
    words = {"the file's name or description says": _about(source)}
    words |= {f"column {c} says": str(c) for c in raw.columns}
    for column in raw.columns.difference([*TEXT, *(source.columns.get(c, c) for c in TEXT)]):
        if not pd.api.types.is_numeric_dtype(raw[column]):
            words[f"cells of column {column} say"] = " ".join(map(str, raw[column].dropna().unique()[:200]))
    for where, text in words.items():
        found = SAID[datum].search(text) or (OF_COORDINATES.search(where) and MAPS[datum].search(text))
        if found:
            return f"{where} '{found[0]}'"
    return ""


def _about(source: Source) -> str:
    """Return name and descriptions of a file; those of a database stay unread."""
    if is_address(source.path):
        return source.layer or ""
    path, texts = Path(source.path), [source.layer or ""]
    if path.suffix.lower() in (".gpkg", ".shp", ".geojson", ".json", ".fgb", ".kml", ".gml", ".tab"):
        try:
            info = pyogrio.read_info(path, layer=source.layer)
            texts += [str(info[key]) for key in ("layer_name", "crs", "layer_metadata", "dataset_metadata")]
        except (DataSourceError, DataLayerError):
            return path.name
    return " ".join([path.name, *texts])


def _seen(datum: Datum, sites: pd.DataFrame, known: pd.DataFrame) -> str:
    """Return how many sites lie at a known place once brought back, and not as they are."""
    lon, lat = from_datum(sites["longitude"], sites["latitude"], datum)
    places = Points(known["longitude"], known["latitude"])
    row, km = places.nearest(lon, lat)
    near = known.iloc[row]
    off = distance_km(sites["longitude"], sites["latitude"], near["longitude"], near["latitude"])
    count = int(((km < AT_KM) & (off > OFF_KM)).sum())
    return f"{count} sites lie where such a map shows known places" if count >= PLACES else ""
