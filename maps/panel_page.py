"""Pages of a map with a panel beside it, whose controls change what the map shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import folium
import pandas as pd

from maps import place_tables, popups, tiles
from maps.elements import Call
from maps.offline import Page, part
from maps.overlays import boundaries, graticule, hubs
from maps.page import Settings, map_from
from maps.place_tables import Places
from maps.style import html_text
from maps.texts import texts


@dataclass(frozen=True)
class Ground:
    """What such a page lies on: places, how it is drawn, and the key of its tiles, if they need one."""

    places: Places
    settings: Settings
    tiles_key: str | None = None

    @property
    def words(self) -> Mapping[str, str]:
        """Return the texts of the page's language."""
        return texts(self.settings.language)


@dataclass(frozen=True)
class Head:
    """What stands above the map: title, sentences, and what is left open, under its heading."""

    title: str
    lines: Sequence[str] = ()
    notes_title: str = ""
    notes: Sequence[str] = ()


def panel_page(
    ground: Ground, head: Head, legend: str, subject: str, data: Mapping[str, Any], sites: pd.Index
) -> folium.Map:
    """Return a map with a panel.

    Parameters
    ----------
    ground : Ground
        Places, settings, key of tiles.
    head : Head
        What stands above the map.
    legend : str
        HTML of the legend's rows.
    subject : str
        Name of the script (``maps/NAME.js``) and of its function, which gets `data`.
    data : mapping
        Plain values; the script writes them as text.
    sites : Index
        Sites that the page may show; the search box finds them.
    """
    words, language = ground.words, ground.settings.language
    page = Page(language, head.title, _top(head), _legend(legend, words) + _PANEL)
    page.page_js += part("panel.js") + part("panel_chart.js") + part(f"{subject}.js")
    page.page_css += part("panel.css")
    known = ground.places.sites[ground.places.sites["site_id"].isin(sites)]
    shown = known if len(known) else ground.places.sites
    corners = [f(shown[["latitude", "longitude"]]).tolist() for f in (pd.DataFrame.min, pd.DataFrame.max)]
    page_map = map_from(corners[0], page)
    tiles.lay(page_map, ground.settings, words, ground.tiles_key)
    empty: dict[str, Any] = {"columns": [], "figures": [], "sites": {}, "confidences": {}}
    page_map.add_child(Call("data", [empty | {"words": popups.page_words(words)}]))
    for layer in _layers(ground):
        page_map.add_child(layer)
    page_map.add_child(folium.LayerControl(collapsed=True))
    page_map.add_child(Call("search", [place_tables.search_entries(ground.places, sites, language, words)]))
    page_map.add_child(Call("ready", [corners]))
    page_map.add_child(Call(subject, [{**data, "corners": corners, "words": _script_words(subject, words)}]))
    return page_map


_PANEL = '<aside class="panel" id="panel"></aside>'


def _layers(ground: Ground) -> list[folium.FeatureGroup]:
    words, own = ground.words, ground.settings.boundaries_file
    return [
        graticule.draw(words),
        *([boundaries.draw(own, words)] if own else []),
        *[_hubs(ground, kind) for kind in hubs.KINDS],
    ]


def _hubs(ground: Ground, kind: str) -> folium.FeatureGroup:
    """Return the layer of a kind of place; only hubs are shown at first, so that circles are seen."""
    language = ground.settings.language
    provinces = ground.places.province_names(language)
    layer = hubs.layer(ground.places.hubs, provinces, kind, language, ground.words)
    layer.show = kind == "hub"
    return layer


def _script_words(subject: str, words: Mapping[str, str]) -> dict[str, str]:
    """Return the texts that a script writes, without the prefix of their keys, and signs between them."""
    prefix = f"map_{subject}."
    signs = {key: words[f"list.{key}"] for key in ("colon", "semicolon", "comma")}
    return signs | {key.removeprefix(prefix): text for key, text in words.items() if key.startswith(prefix)}


def _top(head: Head) -> str:
    told = "".join(f"<li>{html_text(line)}</li>" for line in head.lines)
    left = "".join(f"<li>{html_text(line)}</li>" for line in head.notes)
    summary = html_text(head.notes_title)
    banner = f'<details class="weak"><summary>{summary}</summary><ul>{left}</ul></details>' if left else ""
    lines = f'<ul class="headline told">{told}</ul>' if told else ""
    return f'<header class="top"><h1>{html_text(head.title)}</h1>{lines}{banner}</header>'


def _legend(rows: str, words: Mapping[str, str]) -> str:
    title = html_text(words["legend.title"])
    return f'<details class="legend" open><summary>{title}</summary>{rows}</details>'
