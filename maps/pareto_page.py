"""The map of a Pareto front: the sites of each of its points, and the front as a chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import folium
import pandas as pd

from maps import panels, place_tables
from maps.panel_page import Ground, Head, panel_page
from maps.style import SITE

SHOWN = ("proven", "dominated", "timed_out")


@dataclass(frozen=True)
class FrontView:
    """A front: its goals and prices as (column, title with unit), points and places as in its folder."""

    goals: Sequence[tuple[str, str]]
    prices: Sequence[tuple[str, str]]
    points: pd.DataFrame
    places: pd.DataFrame


def draw_front(ground: Ground, head: Head, view: FrontView) -> folium.Map:
    """Return the map of a front's points; a slider goes along those that are proven."""
    language = ground.settings.language
    known = view.places[view.places["site_id"].isin(ground.places.sites["site_id"])]
    order = known.groupby("site_id")["it_mw"].sum().sort_values(ascending=False, kind="stable").index
    years = sorted({int(year) for year in known["year"]})
    rows = place_tables.site_rows(ground.places, order, language)
    numbers = {site: k for k, site in enumerate(order)}
    data = {
        "goals": [title for _, title in view.goals],
        "prices": [title for _, title in view.prices],
        "years": years,
        "points": [_point(row, view) for row in view.points.to_dict("records") if row["status"] in SHOWN],
        "counts": {status: int(n) for status, n in view.points["status"].value_counts().items()},
        "sites": [row | {"mw": {}} for row in rows],
        "power": _power(known, numbers, years),
        "provinces": _provinces(ground, order, language),
    }
    return panel_page(ground, head, _legend(ground.words), "pareto", data, order)


def _point(row: Mapping[Any, Any], view: FrontView) -> dict[str, Any]:
    return {
        "point": int(row["point"]),
        "status": row["status"],
        "knee": bool(row["knee"]),
        "values": [_value(row[column]) for column, _ in view.goals],
        "prices": [_value(row[column]) for column, _ in view.prices],
    }


def _value(value: Any) -> float | None:
    return float(f"{value:.7g}") if pd.notna(value) else None


def _power(places: pd.DataFrame, numbers: Mapping[str, int], years: Sequence[int]) -> list[list[float]]:
    """Return [point, number of the site, MW of each year] of all that is more than nought."""
    table = places.pivot_table("it_mw", ["point", "site_id"], "year", aggfunc="sum", fill_value=0.0)
    table = table[(table > 0).any(axis=1)].reindex(columns=list(years), fill_value=0.0)
    return [
        [int(point), numbers[site], *(round(mw, 2) for mw in row)]
        for (point, site), row in zip(table.index, table.to_numpy().tolist(), strict=True)
    ]


def _provinces(ground: Ground, order: pd.Index, language: str) -> dict[str, Any]:
    """Return the names of provinces, and of each site the number of its province and whether it is west."""
    sites = ground.places.sites.set_index("site_id").loc[order]
    names = list(dict.fromkeys(sites["province_zh" if language == "zh" else "province"]))
    column = sites["province_zh" if language == "zh" else "province"]
    return {
        "names": names,
        "of": [names.index(name) for name in column],
        "west": (sites["side"] == "west").tolist(),
    }


def _legend(words: Mapping[str, str]) -> str:
    ring = '<i class="dot change" style="border:2px dashed #4a5663"></i>'
    rows = [
        panels.legend_row(f'<i class="dot change" style="background:{SITE}"></i>', words["map_pareto.site"]),
        panels.legend_row(ring, words["map_pareto.ghost"]),
    ]
    sizes = panels.legend_heading(words["map_pareto.sizes"]) + '<div class="sizes" id="sizes"></div>'
    return "".join(rows) + sizes + panels.place_signs(words)
