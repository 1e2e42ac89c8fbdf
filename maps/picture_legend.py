"""The legend below the picture of a plan: sizes, supply, flows, signs."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from maps.projection import Window
from maps.style import nice_sizes, number, percent, site_radius
from maps.svg import tag, text

HEIGHT = 128.0
_COLUMNS = (14.0, 268.0, 470.0, 730.0)
SUPPLY = {"grid": "#aeb9c4", "solar": "#e8ab1e", "wind": "#1f7f9c"}
EDGE, INK, FLOW = "#7a3600", "#1d2733", "#35597a"
_SOFT, _SCALE = "#4a5663", 1.15


def radius(it_mw: float, largest_mw: float) -> float:
    """Return the radius of a campus [px]: its area is proportional to the IT power."""
    return _SCALE * site_radius(it_mw, largest_mw)


def flow_width(it_mw: float, largest_mw: float) -> float:
    """Return the width of a flow's line [px]."""
    return 0.7 + 5.3 * math.sqrt(it_mw / largest_mw) if largest_mw > 0 else 0.0


def legend(
    view: Window,
    sites: pd.DataFrame,
    flows: pd.DataFrame,
    told: tuple[int, float],
    words: Mapping[str, str],
) -> list[str]:
    """Return the legend.

    Parameters
    ----------
    view : Window
        What the picture shows; the legend stands below it.
    sites, flows : DataFrame
        As `maps.picture_data` makes them.
    told : tuple
        Year, and share of the drawn flows in all that crosses provinces.
    words : mapping
        The texts of the language.
    """
    top = view.height + 24
    largest = float(sites["it_mw"].max()) if len(sites) else 0.0
    rows = [(colour, words[f"picture.{source}"]) for source, colour in SUPPLY.items()]
    return [
        _heading(0, top, words["picture.sizes"].format(year=told[0])),
        *_sizes(top, largest),
        _heading(1, top, words["picture.supply"]),
        *[part for k, row in enumerate(rows) for part in _colour(top + 22 + 19 * k, *row)],
        _heading(2, top, words["picture.flows"]),
        *_flows(top, flows, told[1], words),
        _heading(3, top, words["picture.signs"]),
        *_signs(top, words),
    ]


def _heading(column: int, y: float, words: str) -> str:
    return text((_COLUMNS[column], y), words, {"font-size": 12.5, "font-weight": 650, "fill": INK})


def _row(x: float, y: float, words: str) -> str:
    return text((x, y), words, {"font-size": 11.5, "fill": _SOFT})


def _sizes(top: float, largest_mw: float) -> list[str]:
    parts, x = [], _COLUMNS[0]
    for size in nice_sizes(largest_mw):
        across = radius(size, largest_mw)
        centre = {"cx": f"{x + across + 1:.1f}", "cy": f"{top + 32:.1f}", "r": f"{across:.1f}"}
        parts.append(tag("circle", centre | {"fill": "#f0e2d6", "stroke": EDGE}))
        parts.append(_row(x, top + 68, f"{number(size, 0 if size >= 10 else 1)} MW"))
        x += max(2 * across, 48) + 18
    return parts


def _colour(y: float, colour: str, words: str) -> list[str]:
    box = {"x": _COLUMNS[1], "y": f"{y - 9.5:.1f}", "width": 12, "height": 12, "rx": 2, "fill": colour}
    return [tag("rect", box), _row(_COLUMNS[1] + 19, y, words)]


def _flows(top: float, flows: pd.DataFrame, share: float, words: Mapping[str, str]) -> list[str]:
    x = _COLUMNS[2]
    if flows.empty:
        return [_row(x, top + 22, words["picture.no_flows"])]
    largest, least = float(flows["it_mw"].max()), float(flows["it_mw"].min())
    parts = []
    for k, size in enumerate(dict.fromkeys((largest, least))):
        y = top + 20 + 19 * k
        wide = flow_width(size, largest)
        line = {"x1": x, "x2": x + 30, "y1": f"{y - 4:.1f}", "y2": f"{y - 4:.1f}", "stroke": FLOW}
        parts.append(tag("line", line | {"stroke-opacity": 0.5, "stroke-width": f"{wide:.1f}"}))
        parts.append(_row(x + 38, y, f"{number(size)} MW"))
    told = words["picture.flows_note"].format(count=len(flows), share=percent(share, 0))
    lines = told.split("|")
    return [*parts, *[_row(x, top + 62 + 16 * k, line) for k, line in enumerate(lines)]]


def _signs(top: float, words: Mapping[str, str]) -> list[str]:
    x = _COLUMNS[3]
    turned = f"translate({x + 7:.1f} {top + 16:.1f}) rotate(45)"
    diamond = {"x": -4.5, "y": -4.5, "width": 9, "height": 9, "fill": INK, "transform": turned}
    point = {"cx": x + 7, "cy": f"{top + 35:.1f}", "r": 1.6, "fill": "#aab5bf"}
    end = {"cx": x + 7, "cy": f"{top + 54:.1f}", "r": 2.6, "fill": FLOW}
    names = ("hub", "candidate", "users")
    rows = [_row(x + 22, top + 20 + 19 * k, words[f"picture.{name}"]) for k, name in enumerate(names)]
    return [tag("rect", diamond), tag("circle", point), tag("circle", end), *rows]
