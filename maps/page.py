"""What every map has in common: its settings, their check before long work, and the empty map in its page."""

from __future__ import annotations

from pathlib import Path

import folium
from pydantic import Field

from geodata.tables import Survey
from maps import tiles
from maps.candidate_settings import CandidateSettings
from maps.offline import Page, framed
from maps.overlays import boundaries
from maps.texts import Language


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


def check(settings: Settings, tiles_key: str | None = None) -> None:
    """Raise TableError if the map could not be drawn with these boundaries and tiles; before long work."""
    tiles.source(settings, tiles_key)
    if settings.boundaries_file is not None:
        boundaries.lines(settings.boundaries_file)


def corners(survey: Survey) -> list[list[float]]:
    """Return the south-western and north-eastern corner of all candidates, as latitude and longitude."""
    places = survey.candidates[["latitude", "longitude"]]
    return [places.min().tolist(), places.max().tolist()]


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
