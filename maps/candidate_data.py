"""What a candidate map's page holds as data: places, names, columns with their sources, all packed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from geodata.tables import Survey
from maps.candidate_columns import Classed, Column
from maps.candidate_pack import pack_codes, pack_list, pack_numbers, pack_texts
from maps.candidate_sources import Sources
from maps.overlays import hubs
from maps.texts import Language, texts

SCALE = ("#fde725", "#5ec962", "#21918c", "#3b528b", "#440154")
CLASSES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#4d4d4d", "#f0e442")
COLOURS: dict[str, Any] = {
    "scale": SCALE,
    "classes": CLASSES,
    "others": "#a58a6b",
    "unknown": "#9aa5b1",
    "out": "#dde2e7",
    "below": "#f9cda9",
    "above": "#d55e00",
}
PLACE_DIGITS = 5  # of a degree: a metre


def page_data(
    survey: Survey,
    table: pd.DataFrame,
    cell_deg: float | None,
    first: str,
    sources: Sources,
    language: Language,
) -> dict[str, Any]:
    """Return what the page holds beside its columns.

    Parameters
    ----------
    survey : Survey
        For hubs, clusters and campuses, which the search finds too.
    table : DataFrame
        Result of `maps.candidate_columns.places`.
    cell_deg : float or None
        Side of raster cells.
    first : str
        Column that gives the colour at first.
    sources : Sources
        Those of every column.
    language : str
        ``en`` or ``zh``.
    """
    words = texts(language)
    digits, names = place_names(table, language)
    squares = np.array((table["kind"] == "cell") & (cell_deg is not None), dtype=np.int64)
    return {
        "count": len(table),
        "cell_deg": cell_deg or 0,
        "column": first,
        **{c: pack_numbers(table[c].to_numpy(float), PLACE_DIGITS) for c in ("latitude", "longitude")},
        "squares": pack_codes(squares),
        "place_digits": digits,
        "names": {key: pack_texts(named) for key, named in names.items()},
        "name_columns": ["name_en", "name_zh"] if language == "en" else ["name_zh", "name_en"],
        "figures": pack_list(sources.texts),
        "confidence": sources.confidence,
        "groups": {k.removeprefix("cmap.group."): w for k, w in words.items() if k.startswith("cmap.group.")},
        "places": hubs.search_entries(survey, language, words),
        "colours": COLOURS,
        "words": {key: words[f"list.{key}"] for key in ("colon", "semicolon")}
        | {k.removeprefix("cmap.ui."): w for k, w in words.items() if k.startswith("cmap.ui.")},
    }


def place_names(table: pd.DataFrame, language: Language) -> tuple[int, dict[str, list[str]]]:
    """Return ids and names; those of raster cells have marks where they hold the cell's own coordinates.

    Marks are filled in by the page: 1 and 2 are latitude and longitude as in 41.025N, 3 and 4 the same in
    small letters, 5 and 6 without the dot. So the names of a hundred thousand cells are a few hundred texts.

    Returns
    -------
    digits : int
        Decimals of the coordinates that were found in ids; 0: none was found.
    names : dict
        id, name (in the language), other (in the other one), pinyin.
    """
    first, other = ("name_en", "name_zh") if language == "en" else ("name_zh", "name_en")
    columns = {"id": "site_id", "name": first, "other": other, "pinyin": "pinyin"}
    plain = {key: [re.sub(r"[\x00-\x1f]", " ", str(v)) for v in table[c]] for key, c in columns.items()}
    rounded = table[["latitude", "longitude"]].round(PLACE_DIGITS).to_numpy()
    for digits in range(2, PLACE_DIGITS + 1):
        marks = [_marks(y, x, digits) for y, x in rounded]
        if any(m[2][0] in name and m[3][0] in name for m, name in zip(marks, plain["id"], strict=True)):
            return digits, {
                key: [_marked(name, m) for name, m in zip(found, marks, strict=True)]
                for key, found in plain.items()
            }
    return 0, plain


def _marks(latitude: float, longitude: float, digits: int) -> list[tuple[str, str]]:
    y = f"{abs(latitude):.{digits}f}{'S' if latitude < 0 else 'N'}"
    x = f"{abs(longitude):.{digits}f}{'W' if longitude < 0 else 'E'}"
    small = [y.lower(), x.lower()]
    found = [y, x, *small, *(each.replace(".", "") for each in small)]
    return [(text, chr(number)) for number, text in enumerate(found, 1)]


def _marked(text: str, marks: Sequence[tuple[str, str]]) -> str:
    for place, mark in marks:
        text = text.replace(place, mark)
    return text


def packed(column: Classed | Column, source: dict[str, Any]) -> dict[str, Any]:
    """Return a column as the page reads it; `source` as `Sources.of` returns it."""
    head = {"key": column.key, "label": column.label} | source
    if isinstance(column, Column):
        more = {"kind": "number", "unit": column.unit, "group": column.group, "better": column.better}
        return head | more | {"data": pack_numbers(column.values.to_numpy(float))}
    codes = {value: number for number, value in enumerate(column.wording, 1)}
    data = pack_codes(np.array([codes.get(value, 0) for value in column.values], dtype=np.int64))
    more = {"kind": "class", "unit": "", "group": "classes", "better": ""}
    wording = {"ordered": column.ordered, "known": list(codes), "wording": list(column.wording.values())}
    return head | more | wording | {"data": data}
