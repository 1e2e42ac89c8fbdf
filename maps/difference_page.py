"""The map of a comparison: where IT power grows and shrinks from a base to other plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import folium
import pandas as pd

from maps import panels
from maps.panel_page import Ground, Head, panel_page
from maps.style import LESS, MORE


@dataclass(frozen=True)
class Change:
    """A plan against the base.

    `places` has a row for each site and province of each year: level, place, name_en, name_zh, province,
    longitude, latitude, year, base_mw, run_mw, as_good_in (runs, by ";"). `totals` are rows of item, base,
    run, difference as text, `lines` what differs in sentences.
    """

    name: str
    places: pd.DataFrame
    totals: Sequence[Sequence[str]]
    lines: Sequence[str]


def draw_differences(ground: Ground, head: Head, base: str, changes: Sequence[Change]) -> folium.Map:
    """Return the map of how plans differ from a base: either plan, both side by side, or the difference."""
    years = sorted({int(year) for change in changes for year in change.places["year"]})
    data = {
        "base": base,
        "years": years,
        "colours": {"more": MORE, "less": LESS},
        "runs": [_run(change, years, ground) for change in changes],
    }
    sites = [c.places.loc[c.places["level"] == "site", "place"] for c in changes]
    return panel_page(
        ground, head, _legend(ground.words), "difference", data, pd.Index(pd.concat(sites).unique())
    )


def _run(change: Change, years: Sequence[int], ground: Ground) -> dict[str, Any]:
    return {
        "name": change.name,
        "sites": _rows(change.places, "site", years, ground),
        "provinces": _rows(change.places, "province", years, ground),
        "totals": [list(row) for row in change.totals],
        "lines": list(change.lines),
    }


def _rows(places: pd.DataFrame, level: str, years: Sequence[int], ground: Ground) -> list[dict[str, Any]]:
    """Return each place once, with its power in both plans for each year."""
    language, provinces = ground.settings.language, ground.places.province_names(ground.settings.language)
    table = places[places["level"] == level]
    power = table.pivot_table(["base_mw", "run_mw"], "place", "year", fill_value=0.0, dropna=False)
    power = power.reindex(columns=pd.MultiIndex.from_product([["base_mw", "run_mw"], years]), fill_value=0.0)
    known = table.drop_duplicates("place", keep="last").to_dict("records")
    return [
        {
            "key": row["place"],
            "name": row[f"name_{language}"],
            "also": provinces.get(row["province"], row["province"]) if level == "site" else "",
            "at": [round(row["latitude"], 4), round(row["longitude"], 4)],
            "base": _mw(power.loc[row["place"], "base_mw"]),
            "run": _mw(power.loc[row["place"], "run_mw"]),
            "as_good": [name for name in row["as_good_in"].split(";") if name],
        }
        for row in known
        if pd.notna(row["latitude"])
    ]


def _mw(row: pd.Series) -> list[float]:
    return [round(value, 2) for value in row.fillna(0.0).tolist()]


def _legend(words: Mapping[str, str]) -> str:
    sizes = panels.legend_heading(words["map_difference.sizes"]) + '<div class="sizes" id="sizes"></div>'
    return sizes + panels.place_signs(words)
