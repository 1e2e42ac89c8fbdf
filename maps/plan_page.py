"""The map of a plan: a slider over its years, sites with their supply, flows, limits, and a panel a site."""

from __future__ import annotations

from collections.abc import Mapping

import folium

from geodata.tables import Survey
from maps import headline, names, plan_legend, popups, tiles
from maps.elements import Call, group
from maps.offline import Page, part
from maps.overlays import boundaries, candidates, flows, graticule, hubs
from maps.page import Settings, corners, framed_map
from maps.plan_data import Extras, plan_data
from maps.style import html_text
from maps.texts import Language, texts
from optim.tables import Results

SCRIPTS = ("plan_map.js", "plan_layers.js", "plan_charts.js", "plan_site.js", "plan_panel.js")
STYLES = "plan_map.css"


def draw_plan(
    survey: Survey,
    results: Results,
    settings: Settings,
    extras: Extras | None = None,
    tiles_key: str | None = None,
) -> folium.Map:
    """Return the map of a plan over all its years.

    Parameters
    ----------
    survey, results : Survey, Results
        Places and plan.
    settings : Settings
        Language, title, colour column of the candidates, year shown first, boundaries, tiles, smallest flow.
    extras : Extras, optional
        Ultra-high-voltage lines, and what `siting explain` found.
    tiles_key : str, optional
        See `maps.tiles.source`.

    Returns
    -------
    folium.Map
        `maps.offline.to_html` turns it into one self-contained file.

    Raises
    ------
    TableError
        If the column or the year is not there, or the boundary file cannot be used.
    """
    candidates.column_values(survey, settings.column)  # an unknown column is refused before anything is made
    more = extras or Extras()
    words, year = texts(settings.language), headline.last_year(results, settings.year)
    page_map = framed_map(survey, _page(survey, results, settings, more, words))
    tiles.lay(page_map, settings, words, tiles_key)
    page_map.add_child(Call("data", [popups.page_data(survey, settings.language, words)]))
    for layer in _layers(survey, results, settings, more, words):
        page_map.add_child(layer)
    page_map.add_child(folium.LayerControl(collapsed=False))
    entries = candidates.search_entries(survey, settings.language)
    entries += hubs.search_entries(survey, settings.language, words)
    data = plan_data(survey, results, more, year, settings.flows_min_mw, settings.language, words)
    page_map.add_child(Call("plan.start", [data]))
    page_map.add_child(Call("search", [entries]))
    page_map.add_child(Call("ready", [corners(survey)]))
    return page_map


def _page(
    survey: Survey, results: Results, settings: Settings, extras: Extras, words: Mapping[str, str]
) -> Page:
    title = settings.title or words["page.title"]
    weak = "".join(f"<li>{html_text(line)}</li>" for line in headline.weak_points(survey, results, words))
    banner = (
        f'<details class="weak"><summary>{html_text(words["weak.title"])}</summary><ul>{weak}</ul></details>'
    )
    top = (
        f'<header class="top"><h1>{html_text(title)}</h1><ul class="headline"></ul>{banner}</header>'
        '<div class="years"></div>'
    )
    page = Page(settings.language, title, top, plan_legend.legend(survey, results, settings, extras, words))
    page.page_css += part(STYLES)
    page.page_js += "".join(part(name) for name in SCRIPTS)
    return page


def _layers(
    survey: Survey, results: Results, settings: Settings, extras: Extras, words: Mapping[str, str]
) -> list[folium.FeatureGroup]:
    """Return every layer, the lowest first; what changes with the year is drawn by the page's script."""
    language, own = settings.language, settings.boundaries_file
    places = candidates.draw(survey, settings.column, language, words)
    places.show = settings.column != Settings.model_fields["column"].default
    return [
        graticule.draw(words),
        *([boundaries.draw(own, words)] if own else []),
        *([_drawn(words["plan.layer_uhv"], "uhv", show=False)] if len(extras.lines) else []),
        *_flow_layers(survey, results, language, words),
        places,
        _drawn(words["layer.given"], "given", show=False),
        _drawn(words["layer.stock"], "stock", show=False),
        _drawn(words["plan.layer_sites"], "sites"),
        _drawn(words["layer.equivalents"], "equivalents", show=False),
        *_limit_layers(survey, words),
        flows.zones(survey, headline.last_year(results, None), language, words),
        *[hubs.draw(survey, kind, language, words) for kind in hubs.KINDS],
    ]


def _drawn(name: str, kind: str, place: int | None = None, show: bool = True) -> folium.FeatureGroup:
    """Return a layer that the page's script fills."""
    layer = group(name, show=show)
    layer.add_child(Call("plan.layer", [kind, place]))
    return layer


def _flow_layers(
    survey: Survey, results: Results, language: Language, words: Mapping[str, str]
) -> list[folium.FeatureGroup]:
    """Return a layer for each class that is served; one from a national pool starts hidden."""
    merged = results.flows.groupby("class_id")["merged"].all()
    shown = names.class_names(survey, language).items()
    return [
        _drawn(
            f"{words['layer.flows']}{words['list.colon']}{name}",
            "flows",
            place,
            show=not merged[str(class_id)],
        )
        for place, (class_id, name) in enumerate(shown)
        if class_id in merged.index
    ]


def _limit_layers(survey: Survey, words: Mapping[str, str]) -> list[folium.FeatureGroup]:
    layers = [_drawn(words["plan.layer_headroom"], "headroom", show=False)]
    return layers + ([_drawn(words["plan.layer_quotas"], "quotas", show=False)] if len(survey.quotas) else [])
