"""The excluded cells of a candidate map: their rules, a bit each, coarser where the page has no room."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from geodata.tables import Survey
from maps.candidate_pack import pack_codes
from maps.candidate_rules import SHADES, rule_layer, rule_name, rule_text
from maps.style import script_json

CELLS_MAX = 6_000_000  # what a browser unpacks in half a second
NOTE_BYTES = 1000  # what the page says more where the layer is coarse


def excluded_data(survey: Survey, words: Mapping[str, str], every: int = 1) -> dict[str, Any] | None:
    """Return what the page holds of the excluded cells, or None if the survey does not know them.

    Parameters
    ----------
    survey : Survey
        `excluded` and `exclusions`.
    words : Mapping
        The texts of the page's language.
    every : int
        Of each block of so many by so many cells the middle one is carried; more if a browser could not hold
        that many.

    Returns
    -------
    dict
        west, north, side [degrees], width, height; `codes` packed, a bit for each rule that rules a cell out,
        0 where it is free or outside; `rules`: name, threshold and layer of each bit; every.
    """
    found, table = survey.excluded, survey.exclusions
    if found is None or table.empty:
        return None
    step = max(every, math.ceil(math.sqrt(found.codes.size / CELLS_MAX)))
    codes = found.ruled(len(table))[step // 2 :: step, step // 2 :: step]
    rules = [
        {"name": rule_name(row, words), "text": rule_text(row, words), "layer": rule_layer(row)}
        for row in table.to_dict("records")
    ]
    return {
        "west": round(found.west, 9),
        "north": round(found.north, 9),
        "side": round(found.cell_deg * step, 9),
        "height": codes.shape[0],
        "width": codes.shape[1],
        "every": step,
        "shades": SHADES,
        "rules": rules,
        "codes": pack_codes(codes.ravel().astype(np.int64)),
    }


def fitted(
    survey: Survey, words: Mapping[str, str], finest: dict[str, Any] | None, room: float
) -> dict[str, Any] | None:
    """Return the finest layer that takes no more than `room` bytes in the page, or None.

    Parameters
    ----------
    survey, words
        As of `excluded_data`.
    finest : dict or None
        What that returned.
    room : float
        Bytes.
    """
    layer = finest
    while layer is not None and size(layer) > room:
        coarser = 2 * layer["every"]
        layer = excluded_data(survey, words, coarser) if min(layer["height"], layer["width"]) > 2 else None
    return layer


def size(layer: Mapping[str, Any] | None) -> int:
    """Return the bytes that a layer takes in the page."""
    if layer is None:
        return 0
    return len(script_json(dict(layer)).encode()) + (NOTE_BYTES if layer["every"] > 1 else 0)
