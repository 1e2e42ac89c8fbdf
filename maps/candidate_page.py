"""The candidate map: every column of a survey in one offline page, which keeps to its size."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import folium

from geodata.tables import DataWarning, Survey, TableError
from maps import candidate_columns, candidate_excluded, candidate_frame, candidate_rules, headline, tiles
from maps.candidate_columns import Classed, Column
from maps.candidate_data import packed, page_data
from maps.candidate_sources import Sources
from maps.elements import Call, group
from maps.offline import Page, part, to_html
from maps.overlays import boundaries, flows, graticule, hubs
from maps.page import Settings, corners, framed_map
from maps.popups import page_words
from maps.style import script_json
from maps.texts import texts

SCRIPTS = (
    "data",
    "classes",
    "score",
    "canvas",
    "layer",
    "excluded",
    "state",
    "panel",
    "popup",
    "save",
    "map",
)
MB = 1e6
CELLS_SHARE = 1 / 8  # of the page: excluded cells take more of it only where columns leave room
Layer = dict[str, Any] | None


@dataclass(frozen=True, eq=False)
class Frame:
    """What a page is drawn of, whichever columns it carries."""

    survey: Survey
    settings: Settings
    tiles_key: str | None


def candidate_page(
    survey: Survey,
    settings: Settings,
    column: str | None = None,
    cell_deg: float | None = None,
    tiles_key: str | None = None,
) -> str:
    """Return the candidate map of a survey as one HTML page.

    Parameters
    ----------
    survey : Survey
        Of its tables, candidates, attributes, cooling, cells, exclusions, figures, zones and places are read,
        and `excluded`.
    settings : Settings
        Language, title, boundaries, and under `candidates` the size of the page.
    column : str, optional
        Column that gives the colour at first, of numbers or of classes; none: that of the settings.
    cell_deg : float, optional
        Side of the raster cells [degrees], which are then drawn as squares.
    tiles_key : str, optional
        See `maps.tiles.source`.

    Warns
    -----
    DataWarning
        Columns were left out, or excluded cells drawn coarser, since the page would be too large.

    Raises
    ------
    TableError
        No such column; no candidate; the places alone make the page too large.
    """
    if survey.candidates.empty:
        raise TableError("the survey holds no candidate, so there is nothing to draw")
    words = texts(settings.language)
    table = candidate_columns.places(survey)
    listed = candidate_columns.listed(survey, table, settings.language)
    first = candidate_columns.chosen(listed, column or settings.column, table)
    sources = Sources(survey.figures, table["site_id"], words)
    told = {each.key: sources.of(each.key) for each in listed}
    data = page_data(survey, table, cell_deg, first, sources, settings.language)
    frame = Frame(survey, settings, tiles_key)
    finest = candidate_excluded.excluded_data(survey, words)
    kept, room = _carried(frame, data, _ordered(listed, first, settings), told, finest)
    layer = candidate_excluded.fitted(survey, words, finest, room)
    _tell_coarse(finest, layer)
    lost = [each for each in listed if each.key not in kept]
    if lost:
        _tell(lost, len(listed), settings)
    data["columns"] = [kept[each.key] for each in listed if each.key in kept]
    return _drawn(frame, data, lost, layer)


def _ordered(listed: Sequence[Classed | Column], first: str, settings: Settings) -> list[Classed | Column]:
    """Return the columns in the order in which they are carried."""
    wanted = [first, *settings.candidates.first_columns]
    return sorted(listed, key=lambda each: wanted.index(each.key) if each.key in wanted else len(wanted))


def _carried(
    frame: Frame,
    data: dict[str, Any],
    listed: Sequence[Classed | Column],
    told: dict[str, dict[str, Any]],
    layer: Layer,
) -> tuple[dict[str, dict[str, Any]], float]:
    """Return the packed columns that fit, by key, and the room for excluded cells [bytes].

    From the first column that does not fit, none is carried. Excluded cells have their share of the page.
    """
    largest = frame.settings.candidates.page_max_mb
    cells = candidate_excluded.size(layer)
    kept_free = min(cells, CELLS_SHARE * largest * MB)
    room = (
        largest * MB - len(_drawn(frame, data | {"columns": []}, listed, layer).encode()) + cells - kept_free
    )
    kept: dict[str, dict[str, Any]] = {}
    for each in listed:
        found = packed(each, told[each.key])
        size = len(script_json(found).encode()) + 1
        if size > room:
            break
        room -= size
        kept[each.key] = found
    if not kept:
        raise TableError(
            f"maps.candidates.page_max_mb: {data['count']:,} places do not fit a page of "
            f"{largest:g} MB with one column; allow a larger page, or survey fewer "
            "places (geodata.cells.count_max)"
        )
    return kept, room + kept_free


def _tell_coarse(finest: Layer, layer: Layer) -> None:
    if finest is None or (layer is not None and layer["every"] == 1):
        return
    shown = (
        f"one of each {layer['every']} x {layer['every']} excluded cells" if layer else "no excluded cells"
    )
    text = f"the page shows {shown}, to stay small (maps.candidates.page_max_mb); exclusions.tif holds all"
    warnings.warn(text, DataWarning, stacklevel=3)


def _tell(lost: Sequence[Classed | Column], count: int, settings: Settings) -> None:
    names = ", ".join(each.key for each in lost)
    warnings.warn(
        f"the page carries {count - len(lost)} of {count} columns, to stay within "
        f"{settings.candidates.page_max_mb:g} MB (maps.candidates.page_max_mb); left out: {names}; "
        "maps.candidates.first_columns names those that must be in it",
        DataWarning,
        stacklevel=3,
    )


def _drawn(frame: Frame, data: dict[str, Any], lost: Sequence[Classed | Column], excluded: Layer) -> str:
    survey, settings = frame.survey, frame.settings
    language, words = settings.language, texts(settings.language)
    title = settings.title or words["page.title_candidates"]
    top = candidate_frame.top(title, headline.weak_points(survey, None, words), words)
    ruled = candidate_rules.rules_part(survey, excluded, words)
    side = candidate_frame.side(ruled, [each.label for each in lost], settings, words)
    page = Page(language, title, top, side)
    page.page_css += part("candidate.css")
    page.page_js += "".join(part(f"candidate_{name}.js") for name in SCRIPTS)
    page_map = framed_map(survey, page)
    tiles.lay(page_map, settings, words, frame.tiles_key)
    plain = {"columns": [], "figures": [], "sites": {}, "words": page_words(words)}
    page_map.add_child(Call("data", [plain | {"confidences": candidate_frame.confidences(words)}]))
    for layer in [*_excluded(excluded, words), *_layers(survey, settings)]:
        page_map.add_child(layer)
    page_map.add_child(folium.LayerControl(collapsed=True))
    page_map.add_child(Call("ready", [corners(survey)]))
    page_map.add_child(Call("candidateMap", [data | {"corners": corners(survey)}]))
    return to_html(page_map)


def _excluded(layer: Layer, words: Mapping[str, str]) -> list[folium.FeatureGroup]:
    """Return the layer of excluded cells, off at first, if there is one."""
    if layer is None:
        return []
    made = group(words["layer.excluded"], show=False)
    made.add_child(Call("excludedCells", [layer]))
    return [made]


def _layers(survey: Survey, settings: Settings) -> list[folium.FeatureGroup]:
    """Return the layers around the candidates, the lowest first."""
    language, words = settings.language, texts(settings.language)
    own = settings.boundaries_file
    return [
        graticule.draw(words),
        *([boundaries.draw(own, words)] if own else []),
        flows.zones(survey, None, language, words),
        *[hubs.draw(survey, kind, language, words) for kind in hubs.KINDS],
    ]
