"""The front door: tables in, a map out, with every overlay called in order."""

from __future__ import annotations

from pathlib import Path

import folium
from pydantic import Field

from geodata.tables import Survey
from maps import headline, panels, popups, tiles
from maps.candidate_settings import CandidateSettings
from maps.elements import Call
from maps.offline import Page, framed
from maps.overlays import boundaries, build, candidates, flows, graticule, hubs
from maps.texts import Language, texts
from optim.tables import Results


class Settings(tiles.TileSettings):
    """What the map shows, and in which language."""

    language: Language = Field("en", description="language of all wording: en or zh")
    title: str = Field("", description="heading of the page; a general one if empty")
    column: str = Field(
        "energy_price_posted_cny_per_mwh", description="numeric candidate column that gives the colour"
    )
    year: int | None = Field(None, description="year of sites and flows; the last of the plan if not given")
    boundaries_file: Path | None = Field(
        None, description="the user's own boundaries (GeoPackage, Shapefile, GeoJSON); none by default"
    )
    candidates: CandidateSettings = Field(CandidateSettings(), description="the candidate map")
    flows_min_mw: float = Field(5.0, gt=0, description="smallest flow that is drawn as a line [MW of IT]")


def draw(
    survey: Survey, results: Results | None, settings: Settings, tiles_key: str | None = None
) -> folium.Map:
    """Return the map of a survey and, if there is one, of its plan.

    Parameters
    ----------
    survey : Survey
        Places and their figures.
    results : Results or None
        The plan; without it the candidates are drawn alone.
    settings : Settings
        Language, colour column, year, boundaries, tiles, smallest flow.
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
    words = texts(settings.language)
    year = settings.year if results is None else headline.last_year(results, settings.year)
    page_map = _empty_map(survey, results, year, settings)
    tiles.lay(page_map, settings, words, tiles_key)
    page_map.add_child(Call("data", [popups.page_data(survey, settings.language, words)]))
    for layer in _layers(survey, results, year, settings):
        page_map.add_child(layer)
    entries = candidates.search_entries(survey, settings.language)
    entries += hubs.search_entries(survey, settings.language, words)
    page_map.add_child(folium.LayerControl(collapsed=False))
    page_map.add_child(Call("search", [entries]))
    page_map.add_child(Call("ready", [corners(survey)]))
    return page_map


def check(settings: Settings, tiles_key: str | None = None) -> None:
    """Raise TableError if the map could not be drawn with these boundaries and tiles; before long work."""
    tiles.source(settings, tiles_key)
    if settings.boundaries_file is not None:
        boundaries.lines(settings.boundaries_file)


def _layers(
    survey: Survey, results: Results | None, year: int | None, settings: Settings
) -> list[folium.FeatureGroup]:
    """Return every layer, the lowest first."""
    language, words = settings.language, texts(settings.language)
    own = settings.boundaries_file
    lines, sites, equal = [], [], []
    if results is not None and year is not None:
        lines = flows.lines(survey, results, year, settings.flows_min_mw, language, words)
        sites = [
            f(survey, results, year, language, words)
            for f in (build.same_city, build.existing, build.campuses)
        ]
        equal = [build.equivalents(survey, results, language, words)]
    return [
        graticule.draw(words),
        *([boundaries.draw(own, words)] if own else []),
        *lines,
        candidates.draw(survey, settings.column, language, words),
        *sites,
        *equal,
        flows.zones(survey, year, language, words),
        *[hubs.draw(survey, kind, language, words) for kind in hubs.KINDS],
    ]


def corners(survey: Survey) -> list[list[float]]:
    """Return the south-western and north-eastern corner of all candidates, as latitude and longitude."""
    places = survey.candidates[["latitude", "longitude"]]
    return [places.min().tolist(), places.max().tolist()]


def _empty_map(survey: Survey, results: Results | None, year: int | None, settings: Settings) -> folium.Map:
    language, words = settings.language, texts(settings.language)
    title = settings.title or words["page.title" if results else "page.title_candidates"]
    page = Page(
        language,
        title,
        panels.top(title, survey, results, year, language, words),
        panels.legend(survey, results, settings.column, year, settings.flows_min_mw, language, words),
    )
    return framed_map(survey, page)


def framed_map(survey: Survey, page: Page) -> folium.Map:
    """Return an empty map, without tiles, inside a page."""
    return map_from(corners(survey)[0], page)


def map_from(corner: list[float], page: Page) -> folium.Map:
    """Return an empty map that begins at a latitude and longitude, inside a page."""
    page_map = folium.Map(
        location=corner,
        tiles=None,
        zoom_start=4,
        min_zoom=2,
        max_zoom=11,
        zoom_snap=0.25,
        zoom_delta=0.5,
        world_copy_jump=False,
    )
    return framed(page_map, page)
