"""Figures of the report as inline SVG whose text the browser draws, so that Chinese needs no font here."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Sequence
from typing import Any, Literal

import matplotlib
import matplotlib.ticker
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from maps.style import AREAS, LINES, SITE, YEARS

_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "siting",
    "text.parse_math": False,
    "font.size": 9.0,
}
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
INK = "#4a5663"
WIDTH_IN = 7.6


def bars(table: pd.DataFrame, label: str, name: str, legend: bool = True, colours: Sequence[str] = ()) -> str:
    """Return a chart of horizontal bars, the first row on top, the columns stacked.

    Parameters
    ----------
    table : DataFrame
        One bar per row, named by the index; one part per column, non-negative, in the unit of `label`.
    label : str
        Title of the axis, with the unit.
    name : str
        Prefix of the identifiers in the SVG, unique on the page.
    legend : bool
        Whether the columns are named.
    colours : sequence of str
        One for each column; shades for the years if not given.
    """
    return as_svg(lambda: _bars(table, label, legend, colours or _colours(len(table.columns))), name)


def day(areas: pd.DataFrame, lines: pd.DataFrame, labels: tuple[str, str], name: str) -> str:
    """Return a chart of the 24 hours of a day: areas stacked, lines over them; what is nought is left out.

    Parameters
    ----------
    areas, lines : DataFrame
        One row per hour, in order; one part per column, in the unit of the second label.
    labels : tuple of str
        Titles of the hours and of the amounts.
    name : str
        Prefix of the identifiers in the SVG, unique on the page.
    """
    return as_svg(lambda: _day(areas, lines, labels), name)


def as_svg(draw: Callable[[], Figure], name: str) -> str:
    """Return a figure as an SVG element; `name` goes before its identifiers."""
    with matplotlib.rc_context(_STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        text = io.StringIO()
        draw().savefig(text, format="svg", metadata=_NO_METADATA, transparent=True)
    return _inline(text.getvalue(), name)


def _day(areas: pd.DataFrame, lines: pd.DataFrame, labels: tuple[str, str]) -> Figure:
    figure = Figure(figsize=(WIDTH_IN, 3.1))
    axes = figure.add_axes((0.09, 0.14, 0.88, 0.68))
    hours, base = range(len(areas) + 1), pd.Series(0.0, index=areas.index)
    for colour, (part, sizes) in zip(AREAS, areas.items(), strict=False):
        if not sizes.any():
            continue
        top = base + sizes
        axes.fill_between(
            hours, _held(base), _held(top), step="post", color=colour, linewidth=0, label=str(part)
        )
        base = top
    for (colour, dash), (part, sizes) in zip(LINES, lines.items(), strict=False):
        axes.step(
            hours, _held(sizes), where="post", color=colour, linestyle=dash, linewidth=1.4, label=str(part)
        )
    axes.set_xlim(0, len(areas))
    axes.set_ylim(bottom=0)
    axes.set_xticks(range(0, len(areas) + 1, 3))
    axes.set_xlabel(labels[0])
    axes.set_ylabel(labels[1])
    plain_axes(axes, "y")
    axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, handlelength=1.4, borderaxespad=0.2
    )
    return figure


def _held(values: pd.Series) -> list[float]:
    """Return the values, the last one twice, so that the last hour has its width."""
    return [*map(float, values), float(values.iloc[-1])]


def plain_axes(axes: Axes, grid: Literal["x", "y"]) -> None:
    """Give axes thousands commas, a faint grid along one axis, and no frame."""
    shown = axes.xaxis if grid == "x" else axes.yaxis
    shown.set_major_formatter(matplotlib.ticker.StrMethodFormatter("{x:,.12g}"))
    axes.tick_params(length=0, colors=INK)
    axes.grid(axis=grid, color="#dde2e7", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)


def _bars(table: pd.DataFrame, label: str, legend: bool, colours: Sequence[str]) -> Figure:
    height = 0.55 + (0.25 if legend else 0.0) + 0.21 * len(table)
    figure = Figure(figsize=(WIDTH_IN, height))
    left = label_width_in([str(i) for i in table.index]) / WIDTH_IN
    axes = figure.add_axes((left, 0.42 / height, 0.97 - left, 0.21 * len(table) / height))
    start = pd.Series(0.0, index=table.index)
    places = range(len(table))
    for colour, (part, sizes) in zip(colours, table.items(), strict=True):
        axes.barh(places, sizes, left=start, height=0.72, color=colour, label=str(part))
        start = start + sizes
    axes.set_yticks(places, [str(i) for i in table.index])
    axes.set_ylim(len(table) - 0.4, -0.6)
    axes.set_xlabel(label)
    plain_axes(axes, "x")
    if legend:
        axes.legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=8, frameon=False, handlelength=1, borderaxespad=0.2
        )
    return figure


def label_width_in(labels: Sequence[str]) -> float:
    """Return the room [inch] for the longest label; a Chinese character is as wide as two letters."""
    longest = max((sum(1 if ord(c) < 0x2E80 else 2 for c in label) for label in labels), default=0)
    return min(3.2, 0.25 + 0.074 * longest)


def _colours(count: int) -> list[str]:
    return [SITE] if count == 1 else [YEARS[place % len(YEARS)] for place in range(count)]


def _inline(svg: str, name: str) -> str:
    """Return the SVG element alone, scaled by the page, with its own identifiers and no style sheet."""
    svg = re.sub(r"<style.*?</style>", "", svg[svg.index("<svg") :], flags=re.DOTALL)
    svg = re.sub(r"font-family:[^;\"]*;?", "", svg)
    svg = (
        svg.replace('id="', f'id="{name}-')
        .replace("url(#", f"url(#{name}-")
        .replace('href="#', f'href="#{name}-')
    )
    return re.sub(r'<svg ([^>]*?)width="[\d.]+pt" height="[\d.]+pt"', r'<svg role="img" \1', svg, count=1)
