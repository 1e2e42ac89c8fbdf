"""All candidates, coloured by one column in quantile classes."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from itertools import pairwise

import folium
import pandas as pd

from geodata.tables import Survey, TableError
from maps import names
from maps.elements import Call, group
from maps.style import DASH, UNKNOWN, breaks, class_of, number, scale, unit_of
from maps.texts import Language

_STYLE = {"color": "#3d4853", "weight": 0.8, "fillOpacity": 0.9, "className": "candidate"}
_PLACE = ("longitude", "latitude")


def column_values(survey: Survey, column: str) -> pd.Series:
    """Return the values that colour the candidates.

    Raises
    ------
    TableError
        If `column` is not a numeric column of the candidate table; the message lists those that are, and
        those whose names are near.
    """
    numeric = [c for c in survey.candidates.select_dtypes("number").columns if c not in _PLACE]
    if column not in numeric:
        near = get_close_matches(column, numeric)
        raise TableError(
            f"map column {column!r} is not one of the candidates' numbers: {', '.join(numeric)}"
            + (f"; did you mean {' or '.join(near)}?" if near else "")
        )
    return survey.candidates[column]


def draw(survey: Survey, column: str, language: Language, words: Mapping[str, str]) -> folium.FeatureGroup:
    """Return the layer of all candidates as small circles; the pop-up shows every figure with its source."""
    values = column_values(survey, column)
    limits = breaks(values)
    colours = scale(len(limits) + 1)
    rows = [
        [
            round(y, 4),
            round(x, 4),
            4.5,
            colours[class_of(value, limits)] if pd.notna(value) else UNKNOWN,
            f"{name}{words['list.colon']}{number(value)} {unit_of(column, words)}",
            {"site": site_id},
        ]
        for site_id, name, x, y, value in zip(
            survey.candidates["site_id"],
            survey.candidates[f"name_{language}"],
            survey.candidates["longitude"],
            survey.candidates["latitude"],
            values,
            strict=True,
        )
    ]
    layer = group(words["layer.candidates"])
    layer.add_child(Call("circles", [rows, _STYLE]))
    return layer


def classes(survey: Survey, column: str, words: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return colour and wording of each class of the scale, for the legend."""
    values = column_values(survey, column)
    limits = breaks(values)
    ends = [float(values.min()), *limits, float(values.max())]
    digits = _digits(ends)
    shown = [f"{number(a, digits)} {DASH} {number(b, digits)}" for a, b in pairwise(ends)]
    rows = list(zip(scale(len(shown)), shown, strict=True)) if values.notna().any() else []
    return [*rows, (UNKNOWN, words["legend.unknown"])] if values.isna().any() else rows


def _digits(ends: list[float]) -> int:
    """Return the fewest decimals that keep neighbouring limits apart."""
    return next((d for d in range(4) if len({round(e, d) for e in ends}) == len(set(ends))), 4)


def search_entries(survey: Survey, language: Language) -> list[dict[str, object]]:
    """Return what the search box knows of each candidate: names in Chinese, pinyin, English, and where."""
    provinces, first = names.zone_names(survey, language), f"name_{language}"
    return [
        {
            "key": row["site_id"],
            "names": [row[first], row["name_zh"], row["pinyin"], row["name_en"]],
            "also": provinces[row["province"]],
            "latitude": row["latitude"],
            "longitude": row["longitude"],
        }
        for row in survey.candidates.to_dict("records")
    ]
