"""Figures of the report as inline SVG whose text the browser draws, so that Chinese needs no font here."""

from __future__ import annotations

import io
import re
import warnings
from typing import Any

import matplotlib
import matplotlib.ticker
import pandas as pd
from matplotlib.figure import Figure

from maps.style import SITE, YEARS

_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "siting",
    "text.parse_math": False,
    "font.size": 9.0,
}
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
_INK = "#4a5663"
_WIDTH_IN = 7.6


def bars(table: pd.DataFrame, label: str, name: str, legend: bool = True) -> str:
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
    """
    with matplotlib.rc_context(_STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = _drawn(table, label, legend)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata=_NO_METADATA, transparent=True)
    return _inline(text.getvalue(), name)


def _drawn(table: pd.DataFrame, label: str, legend: bool) -> Figure:
    height = 0.55 + (0.25 if legend else 0.0) + 0.21 * len(table)
    figure = Figure(figsize=(_WIDTH_IN, height))
    left = _label_width_in(table) / _WIDTH_IN
    axes = figure.add_axes((left, 0.42 / height, 0.97 - left, 0.21 * len(table) / height))
    start = pd.Series(0.0, index=table.index)
    places = range(len(table))
    for colour, (part, sizes) in zip(_colours(len(table.columns)), table.items(), strict=True):
        axes.barh(places, sizes, left=start, height=0.72, color=colour, label=str(part))
        start = start + sizes
    axes.set_yticks(places, [str(i) for i in table.index])
    axes.set_ylim(len(table) - 0.4, -0.6)
    axes.set_xlabel(label)
    axes.xaxis.set_major_formatter(matplotlib.ticker.StrMethodFormatter("{x:,.0f}"))
    axes.tick_params(length=0, colors=_INK)
    axes.grid(axis="x", color="#dde2e7", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    if legend:
        axes.legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=8, frameon=False, handlelength=1, borderaxespad=0.2
        )
    return figure


def _label_width_in(table: pd.DataFrame) -> float:
    """Return the room [inch] for the longest label; a Chinese character is as wide as two letters."""
    longest = max((sum(1 if ord(c) < 0x2E80 else 2 for c in str(i)) for i in table.index), default=0)
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
