"""The figures of each candidate for its pop-up: value, unit, source, vintage and confidence."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from geodata.tables import Survey
from maps import names
from maps.style import DASH, number, unit_of
from maps.texts import Language

COLUMNS = (
    "energy_price_posted_cny_per_mwh",
    "demand_charge_posted_cny_per_mw_month",
    "price_negotiated_cny_per_mwh",
    "energy_price_spot_cny_per_mwh",
    "direct_charge_cny_per_mwh",
    "export_price_cny_per_mwh",
    "pue_mean",
    "emission_average_tco2_per_mwh",
    "emission_marginal_tco2_per_mwh",
    "temperature_mean_c",
    "temperature_hot_c",
    "wet_bulb_hot_c",
    "elevation_m",
    "land_price_cny_per_m2",
    "labour_cny_per_year",
    "water_price_cny_per_m3",
    "backbone_km",
    "existing_it_mw",
    "it_max_mw",
    "site_headroom_mw",
)
_LEVELS = ("high", "medium", "low")


def page_data(survey: Survey, language: Language, words: Mapping[str, str]) -> dict[str, Any]:
    """Return what the page's script needs to write pop-ups.

    Parameters
    ----------
    survey : Survey
        Places and where their figures come from.
    language : str
        ``en`` or ``zh``.
    words : Mapping
        The texts of that language.

    Returns
    -------
    dict
        `columns` (label, unit), `figures` (source text, confidence), `sites` by id with a list of
        (column, value, figure) each, and the words that the script writes.
    """
    sources = _sources(survey, words)
    figures: dict[tuple[str, str], int] = {}
    sites = {
        str(row["site_id"]): {
            "name": row[f"name_{language}"],
            "also": _also(row, survey, language, words),
            "values": [
                (
                    place,
                    value,
                    figures.setdefault(_source(sources, column, row["site_id"], words), len(figures)),
                )
                for place, (column, value) in enumerate(_values(row))
                if value
            ],
        }
        for row in _rows(survey)
    }
    return {
        "columns": [{"label": words[f"column.{c}"], "unit": unit_of(c, words)} for c in COLUMNS],
        "figures": [{"text": text, "confidence": level} for text, level in figures],
        "confidences": {level: words[f"confidence.{level}"] for level in _LEVELS},
        "sites": sites,
        "words": page_words(words),
    }


def page_words(words: Mapping[str, str]) -> dict[str, str]:
    """Return the words that the page's script writes."""
    keys = ("search", "nothing", "layers", "close", "zoom_in", "zoom_out")
    return {key: words[f"page.{key}"] for key in keys}


def _rows(survey: Survey) -> list[dict[Hashable, Any]]:
    pue = survey.cooling.groupby("site_id")["pue_mean"].agg(["min", "max"])
    table = survey.candidates.merge(
        pue.rename(columns={"min": "pue_low", "max": "pue_high"}),
        left_on="site_id",
        right_index=True,
        how="left",
    )
    return table.to_dict("records")


def _values(row: Mapping[Hashable, Any]) -> list[tuple[str, str]]:
    return [(column, _value(row, column)) for column in COLUMNS]


def _value(row: Mapping[Hashable, Any], column: str) -> str:
    if column != "pue_mean":
        return number(row[column]) if pd.notna(row[column]) else ""
    if pd.isna(row["pue_low"]):
        return ""
    low, high = number(row["pue_low"], 2), number(row["pue_high"], 2)
    return low if low == high else f"{low} {DASH} {high}"


def _also(row: Mapping[Hashable, Any], survey: Survey, language: Language, words: Mapping[str, str]) -> str:
    other = row["name_zh"] if language == "en" else row["name_en"]
    province = names.zone_names(survey, language)[str(row["province"])]
    parts = [other, province, words[f"kind_of_place.{row['kind']}"]]
    return " · ".join(str(p) for p in parts if p)


def _sources(survey: Survey, words: Mapping[str, str]) -> dict[tuple[str, str], tuple[str, str]]:
    return {
        (row["column"], row["site_id"]): (_source_text(row, words), row["confidence"])
        for row in survey.figures.to_dict("records")
    }


def _source_text(row: Mapping[Hashable, Any], words: Mapping[str, str]) -> str:
    parts = [row["source"], row["vintage"], row["note"]]
    return words["list.semicolon"].join(str(p) for p in parts if p)


def _source(
    sources: Mapping[tuple[str, str], tuple[str, str]], column: str, site_id: str, words: Mapping[str, str]
) -> tuple[str, str]:
    """Return source and confidence: the row of the site, else the general one, else that none is known."""
    general = sources.get((column, ""), (words["page.no_source"], "low"))
    return sources.get((column, site_id), general)
