"""National hubs, clusters and known campuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import folium
import pandas as pd

from geodata.tables import Survey
from maps import names
from maps.elements import Call, group
from maps.style import number
from maps.texts import Language

KINDS = ("campus", "cluster", "hub")


def draw(survey: Survey, kind: str, language: Language, words: Mapping[str, str]) -> folium.FeatureGroup:
    """Return the layer of one kind of place: hubs with names, clusters as squares, campuses off at first."""
    return layer(survey.places, names.zone_names(survey, language), kind, language, words)


def layer(
    places: pd.DataFrame,
    provinces: Mapping[str, str],
    kind: str,
    language: Language,
    words: Mapping[str, str],
) -> folium.FeatureGroup:
    """Return the layer of `draw` from a table of places and the names of provinces."""
    rows = [
        [
            row["latitude"],
            row["longitude"],
            row[f"name_{language}"] if kind == "hub" else "",
            row[f"name_{language}"],
            _popup(row, provinces, language, words),
        ]
        for row in places[places["kind"] == kind].to_dict("records")
    ]
    made = group(words[f"layer.{kind}"], show=kind != "campus")
    made.add_child(Call("icons", [rows, kind]))
    return made


def _popup(
    row: Mapping[Any, Any], provinces: Mapping[str, str], language: Language, words: Mapping[str, str]
) -> dict[str, Any]:
    other = row["name_zh"] if language == "en" else row["name_en"]
    size = [[words["popup.known_it"], f"{number(row['it_mw'])} MW"]] if pd.notna(row["it_mw"]) else []
    return {
        "key": f"place {row['place_id']}",
        "title": row[f"name_{language}"],
        "also": _also(row, other, words),
        "rows": [
            [words["column.province"], provinces.get(row["province"], row["province"])],
            *size,
            [words["popup.source"], row["source"], "", row["confidence"]],
        ],
        "note": row["note"],
    }


def _also(row: Mapping[Any, Any], other: str, words: Mapping[str, str]) -> str:
    return " · ".join(part for part in (other, words[f"kind_of_place.{row['kind']}"]) if part)


def search_entries(survey: Survey, language: Language, words: Mapping[str, str]) -> list[dict[str, object]]:
    """Return what the search box knows of hubs, clusters and campuses."""
    return [
        {
            "key": f"place {row['place_id']}",
            "names": [row[f"name_{language}"], row["name_zh"], row["name_en"]],
            "also": words[f"kind_of_place.{row['kind']}"],
            "latitude": row["latitude"],
            "longitude": row["longitude"],
        }
        for row in survey.places.to_dict("records")
    ]
