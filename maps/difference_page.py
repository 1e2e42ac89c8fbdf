"""The map of a comparison: where IT power grows and shrinks from a base to other plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import folium
import pandas as pd

from geodata.tables import Survey
from maps import panels, popups
from maps.elements import Call
from maps.offline import Page
from maps.overlays import candidates, differences, flows, graticule, hubs
from maps.page import corners, framed_map
from maps.style import html_text, nice_sizes
from maps.texts import Language, texts


@dataclass(frozen=True)
class Change:
    """A plan against the base: its name, and its sites (see `maps.overlays.differences.draw`)."""

    name: str
    sites: pd.DataFrame


def draw_differences(
    survey: Survey,
    base: str,
    changes: Sequence[Change],
    head: tuple[str, Sequence[str], Sequence[str]],
    language: Language,
) -> folium.Map:
    """Return the map of how plans differ from a base, those after the first hidden at first.

    Parameters
    ----------
    survey : Survey
        Places of the base.
    base : str
        Name of the base.
    changes : sequence of Change
        The plans.
    head : tuple
        Title, sentences below it, and what the comparison leaves open.
    language : str
        ``en`` or ``zh``.
    """
    words = texts(language)
    largest = max((float(c.sites["difference_mw"].abs().max()) for c in changes if len(c.sites)), default=0.0)
    page = Page(language, head[0], _top(head, words), _legend(largest, words))
    page_map = framed_map(survey, page)
    data = {"columns": [], "figures": [], "sites": {}, "confidences": {}, "words": popups.page_words(words)}
    page_map.add_child(Call("data", [data]))
    for layer in _layers(survey, base, changes, largest, language):
        page_map.add_child(layer)
    page_map.add_child(folium.LayerControl(collapsed=False))
    entries = candidates.search_entries(survey, language) + hubs.search_entries(survey, language, words)
    page_map.add_child(Call("search", [entries]))
    page_map.add_child(Call("ready", [corners(survey)]))
    return page_map


def _layers(
    survey: Survey, base: str, changes: Sequence[Change], largest: float, language: Language
) -> list[folium.FeatureGroup]:
    words = texts(language)
    sites = [
        differences.draw(
            change.sites,
            side,
            words[f"compare.map.layer_{side}"].format(run=change.name),
            (base, change.name),
            largest,
            place == 0,
            (language, words),
        )
        for place, change in enumerate(changes)
        for side in differences.KINDS
    ]
    places = [hubs.draw(survey, kind, language, words) for kind in hubs.KINDS]
    return [graticule.draw(words), *sites, flows.zones(survey, None, language, words), *places]


def _top(head: tuple[str, Sequence[str], Sequence[str]], words: Mapping[str, str]) -> str:
    title, lines, notes = head
    told = "".join(f"<li>{html_text(line)}</li>" for line in lines)
    open_points = "".join(f"<li>{html_text(line)}</li>" for line in notes)
    summary = html_text(words["compare.map.notes"])
    banner = (
        f'<details class="weak"><summary>{summary}</summary><ul>{open_points}</ul></details>' if notes else ""
    )
    lines_list = f'<ul class="headline told">{told}</ul>'
    return f'<header class="top"><h1>{html_text(title)}</h1>{lines_list}{banner}</header>'


def _legend(largest_mw: float, words: Mapping[str, str]) -> str:
    rows = "".join(
        panels.legend_row(_dot(change, side), words[f"compare.change.{change}"])
        for side, kinds in differences.KINDS.items()
        for change in reversed(kinds)
    )
    circles = "".join(
        panels.circle(size, largest_mw, "#8a97a4", "#4a5663") for size in nice_sizes(largest_mw)
    )
    sizes = (
        panels.legend_heading(words["compare.map.sizes"]) + f'<div class="sizes">{circles}</div>'
        if circles
        else ""
    )
    signs = panels.signs(words)
    title = html_text(words["legend.title"])
    return f'<details class="legend" open><summary>{title}</summary>{rows}{sizes}{signs}</details>'


def _dot(change: str, side: str) -> str:
    colour = differences.COLOURS[side]
    filled = change in ("gained", "lost")
    dash = "dashed" if change == "shrunk" else "solid"
    look = (
        f"background:{colour};border-color:{differences.EDGES[colour]}"
        if filled
        else f"border:2px {dash} {colour}"
    )
    return f'<i class="dot change" style="{look}"></i>'
