"""The user's own boundary lines; by default the map draws none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import folium

from geodata.tables import TableError
from maps.elements import Call, group

_STYLE = {"color": "#66727e", "weight": 1, "fill": False, "className": "boundary"}
_SHAPES = ("Polygon", "MultiPolygon", "LineString", "MultiLineString")
_LARGEST_CHARACTERS = 2_500_000


def draw(file: Path, words: Mapping[str, str]) -> folium.FeatureGroup:
    """Return the layer of the lines in a GeoJSON file (WGS 84).

    Parameters
    ----------
    file : Path
        The user's file: features of polygons or lines; only shapes are taken, no names.
    words : Mapping
        The texts of the page's language.

    Raises
    ------
    TableError
        If the file cannot be read, holds no lines or polygons, or is too large for a page of 5 MB.
    """
    shapes = _shapes(file)
    if len(json.dumps(shapes)) > _LARGEST_CHARACTERS:
        raise TableError(f"{file}: boundary lines take more than 2.5 MB; simplify them before drawing")
    layer = group(words["layer.boundaries"])
    layer.add_child(Call("boundaries", [shapes, _STYLE]))
    return layer


def _shapes(file: Path) -> list[dict[str, Any]]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        features = content["features"] if content["type"] == "FeatureCollection" else [content]
        found = [f["geometry"] for f in features if f["geometry"] and f["geometry"]["type"] in _SHAPES]
        shapes = [{"type": g["type"], "coordinates": _rounded(g["coordinates"])} for g in found]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TableError(f"{file}: not a readable GeoJSON file of features ({error!r})") from None
    if not shapes:
        raise TableError(
            f"{file}: no polygon or line in it; expected GeoJSON features in longitude and latitude"
        )
    return shapes


def _rounded(coordinates: Any) -> Any:
    return (
        [_rounded(c) for c in coordinates] if isinstance(coordinates, list) else round(float(coordinates), 3)
    )
