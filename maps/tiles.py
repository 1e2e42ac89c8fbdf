"""Background tiles of a provider, none by default; those in GCJ-02 are met by shifting what is drawn."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

import folium
from pydantic import BaseModel, ConfigDict, Field, field_validator

from geodata.tables import TableError
from maps.elements import Call
from maps.offline import Page, part
from maps.style import html_text

KEY = "SITING_TIANDITU_KEY"
Datum = Literal["wgs84", "gcj02"]


@dataclass(frozen=True)
class Source:
    """Where tiles come from: addresses from the lowest layer up, hosts, attribution (HTML), datum."""

    addresses: tuple[str, ...]
    hosts: str
    attribution: str
    datum: Datum
    zoom_max: int


_TIANDITU = (
    "https://t{{s}}.tianditu.gov.cn/{name}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={name}"
    "&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk="
)
SOURCES = {
    "osm": Source(
        ("https://tile.openstreetmap.org/{z}/{x}/{y}.png",),
        "",
        '&copy; <a href="https://www.openstreetmap.org/copyright">OpenStreetMap</a> contributors',
        "wgs84",
        19,
    ),
    "tianditu": Source(
        tuple(_TIANDITU.format(name=name) for name in ("vec", "cva")),
        "01234567",
        '&copy; 国家地理信息公共服务平台 <a href="https://www.tianditu.gov.cn/">天地图 Tianditu</a>',
        "wgs84",
        18,
    ),
    "gaode": Source(
        ("https://webrd0{s}.is.autonavi.com/appmaptile?lang=zh_cn&size=1&scale=1&style=8&x={x}&y={y}&z={z}",),
        "1234",
        '&copy; <a href="https://www.amap.com/">高德地图 Gaode (AutoNavi)</a>',
        "gcj02",
        18,
    ),
}


class TileSettings(BaseModel):
    """Which background the map has; a page without one asks for nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tiles: str = Field(
        "none", description="background: none, osm, tianditu, gaode, or an address with {z}, {x} and {y}"
    )
    tiles_attribution: str = Field("", description="whose tiles they are, shown on the map; of an address")
    tiles_datum: Datum = Field("wgs84", description="wgs84, or gcj02 if they are shifted; of an address")

    @field_validator("tiles")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if value in ("none", *SOURCES) or all(sign in value for sign in ("{z}", "{x}", "{y}")):
            return value
        raise ValueError("expected none, osm, tianditu, gaode, or an address that holds {z}, {x} and {y}")


def source(settings: TileSettings, key: str | None = None) -> Source | None:
    """Return where the tiles of the settings come from, or None.

    Parameters
    ----------
    settings : TileSettings
        Provider or address.
    key : str, optional
        Of Tianditu; the environment variable `KEY` if not given.

    Raises
    ------
    TableError
        Tianditu without a key.
    """
    if settings.tiles == "none":
        return None
    if settings.tiles not in SOURCES:
        told = html_text(settings.tiles_attribution)
        return Source((settings.tiles,), "abc", told, settings.tiles_datum, 19)
    found = SOURCES[settings.tiles]
    return _with_key(found, key or os.environ.get(KEY, "")) if settings.tiles == "tianditu" else found


def _with_key(found: Source, key: str) -> Source:
    if not key.strip():
        raise TableError(
            f"maps.tiles: tianditu needs a key; expected one in the environment variable {KEY} or after "
            "--tiles-key (console.tianditu.gov.cn gives them)"
        )
    addresses = tuple(address + quote(key.strip(), safe="") for address in found.addresses)
    return Source(addresses, found.hosts, found.attribution, found.datum, found.zoom_max)


def lay(
    page_map: folium.Map, settings: TileSettings, words: Mapping[str, str], key: str | None = None
) -> None:
    """Put the tiles of the settings, if any, below a map that is in an offline page."""
    found = source(settings, key)
    if found is None:
        return
    page = page_map.get_root()
    assert isinstance(page, Page)
    page.page_js += part("tiles.js")
    if found.datum == "gcj02":
        page_map.crs = "GCJ02"
    options = {"attribution": found.attribution, "maxZoom": found.zoom_max, "subdomains": found.hosts or "a"}
    note = words[f"tiles.note_{settings.tiles}" if settings.tiles in SOURCES else "tiles.note_address"]
    shifted = " " + words["tiles.note_gcj02"] if found.datum == "gcj02" else ""
    page_map.add_child(Call("tiles", [found.addresses, options, note + shifted]))
