"""The picture of a plan: a still map as SVG, for reports and print, drawn from the tables alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from geodata.tables import Survey
from maps import picture_data, picture_grid
from maps.overlays.boundaries import lines
from maps.picture_labels import Labels
from maps.picture_legend import EDGE, FLOW, HEIGHT, INK, SUPPLY, flow_width, legend, radius
from maps.projection import Window, window
from maps.style import number
from maps.svg import figure, html_text, slices, tag
from maps.texts import Language, texts
from optim.tables import Results

WIDTH = 960.0
_HEIGHTS = (420.0, 720.0)
_MARGIN, _FLOWS, _NAMED, _BEND = 34.0, 30, 12, 0.16


@dataclass(frozen=True)
class Picture:
    """A still map and the tables behind it."""

    svg: str
    sites: pd.DataFrame
    flows: pd.DataFrame


def picture(
    survey: Survey, results: Results, year: int, language: Language, own: Path | None = None
) -> Picture:
    """Return the still map of a plan.

    Parameters
    ----------
    survey, results : Survey, Results
        Places and plan.
    year : int
        Year of sites and flows.
    language : str
        ``en`` or ``zh``.
    own : Path, optional
        The user's own GeoJSON of boundary lines; none are drawn without it.

    Raises
    ------
    TableError
        If the boundary file cannot be used.
    """
    sites = picture_data.campuses(survey, results, year)
    flows = picture_data.flows(survey, results, year, _FLOWS)
    view = window(picture_data.extent(survey), WIDTH, _HEIGHTS, _MARGIN)
    words, size = texts(language), (WIDTH, view.height + HEIGHT)
    share = picture_data.flow_share(survey, results, year, flows)
    layers = [
        _ground(view),
        *_lines(view, own),
        *_candidates(view, survey),
        *_flow_lines(view, flows),
        *_circles(view, sites, language),
        *_signs(view, survey, sites, language),
        *picture_grid.degrees(view),
        *legend(view, sites, flows, (year, share), words),
    ]
    return Picture(figure(layers, size, words["picture.title"].format(year=year)), sites, flows)


def _ground(view: Window) -> str:
    frame = {"width": f"{view.width:.0f}", "height": f"{view.height:.0f}"}
    clip = tag("clipPath", {"id": "picture-frame"}, tag("rect", frame))
    return tag("defs", {}, clip) + tag("rect", frame | {"fill": "#f5f7f9"}) + picture_grid.graticule(view)


def _lines(view: Window, own: Path | None) -> list[str]:
    """Return the user's boundary lines."""
    if own is None:
        return []
    paths = [_path(view, line) for line in lines(own)]
    style = {"fill": "none", "stroke": "#97a3af", "stroke-width": 0.8, "clip-path": "url(#picture-frame)"}
    return [tag("path", {"class": "boundary", "d": "".join(paths)} | style)]


def _path(view: Window, line: list[list[float]]) -> str:
    x, y = view.at([point[1] for point in line], [point[0] for point in line])
    return "M" + "L".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True) if math.isfinite(a + b))


def _candidates(view: Window, survey: Survey) -> list[str]:
    """Return every candidate as a faint point, in one path."""
    x, y = view.at(survey.candidates["longitude"], survey.candidates["latitude"])
    path = "".join(f"M{a:.1f},{b:.1f}h0" for a, b in zip(x, y, strict=True))
    style = {"stroke": "#c3ccd4", "stroke-width": 2.6, "stroke-linecap": "round", "fill": "none"}
    return [tag("path", {"class": "candidates", "d": path} | style)]


def _flow_lines(view: Window, flows: pd.DataFrame) -> list[str]:
    largest = float(flows["it_mw"].max()) if len(flows) else 0.0
    return [_flow_line(view, row, largest) for row in flows[::-1].to_dict("records")]


def _flow_line(view: Window, row: dict[Any, Any], largest_mw: float) -> str:
    (x1, y1), (x2, y2) = (
        view.place(row["longitude"], row["latitude"]),
        view.place(row["to_longitude"], row["to_latitude"]),
    )
    bent = (x1 + x2) / 2 + _BEND * (y2 - y1), (y1 + y2) / 2 - _BEND * (x2 - x1)
    path = f"M{x1:.1f},{y1:.1f}Q{bent[0]:.1f},{bent[1]:.1f} {x2:.1f},{y2:.1f}"
    told = f"{row['from_province']} → {row['to_zone']}: {number(row['it_mw'])} MW"
    style = {"fill": "none", "stroke": FLOW, "stroke-opacity": 0.42, "stroke-linecap": "round"}
    wide = {"stroke-width": f"{flow_width(row['it_mw'], largest_mw):.1f}"}
    end = {"cx": f"{x2:.1f}", "cy": f"{y2:.1f}", "r": 2.4, "fill": FLOW}
    return tag("path", {"class": "flow", "d": path} | style | wide, tag("title", {}, html_text(told))) + tag(
        "circle", end
    )


def _circles(view: Window, sites: pd.DataFrame, language: Language) -> list[str]:
    """Return the campuses, largest first, so that small ones lie on top."""
    largest = float(sites["it_mw"].max()) if len(sites) else 0.0
    return [_circle(view, row, largest, language) for row in sites.to_dict("records")]


def _circle(view: Window, row: dict[Any, Any], largest_mw: float, language: Language) -> str:
    place, size = view.place(row["longitude"], row["latitude"]), radius(row["it_mw"], largest_mw)
    energy = [row[f"{source}_mwh"] for source in SUPPLY]
    total = sum(energy)
    parts = [
        (amount / total if total else 0.0, colour)
        for amount, colour in zip(energy, SUPPLY.values(), strict=True)
    ]
    told = tag("title", {}, html_text(f"{row[f'name_{language}']}: {number(row['it_mw'])} MW"))
    edge = {
        "cx": f"{place[0]:.1f}",
        "cy": f"{place[1]:.1f}",
        "r": f"{size:.1f}",
        "fill": "none",
        "stroke": EDGE,
    }
    return tag("g", {"class": "site"}, "".join([told, *slices(place, size, parts), tag("circle", edge)]))


def _signs(view: Window, survey: Survey, sites: pd.DataFrame, language: Language) -> list[str]:
    """Return hubs with their names, then names of the largest campuses where there is room."""
    hubs = picture_data.hubs(survey, language)
    labels, largest = Labels(view), float(sites["it_mw"].max()) if len(sites) else 0.0
    diamonds = [_diamond(view.place(row["longitude"], row["latitude"])) for row in hubs.to_dict("records")]
    for row in hubs.to_dict("records"):
        labels.add(view.place(row["longitude"], row["latitude"]), row["name"], 7.0, strong=True)
    for row in sites.head(_NAMED).to_dict("records"):
        place = view.place(row["longitude"], row["latitude"])
        labels.add(place, row[f"name_{language}"], radius(row["it_mw"], largest), strong=False)
    return [*diamonds, *labels.drawn]


def _diamond(place: tuple[float, float]) -> str:
    turned = f"translate({place[0]:.1f} {place[1]:.1f}) rotate(45)"
    shape = {
        "x": -4.5,
        "y": -4.5,
        "width": 9,
        "height": 9,
        "fill": INK,
        "stroke": "#ffffff",
        "stroke-width": 1.6,
    }
    return tag("rect", shape | {"class": "hub", "transform": turned})
