"""Figures of ranges: from where to where places go, with marks, and shares with their errors."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from maps.charts import INK, WIDTH_IN, as_svg, label_width_in, plain_axes
from maps.style import CLASSES, SITE

_ROW_IN = 0.22
_MARKS = (("o", SITE), ("D", INK), ("x", CLASSES[0]))


def ranges(table: pd.DataFrame, marks: Mapping[str, str], label: str, name: str) -> str:
    """Return a chart with a line from `low` to `high` for each row, the first on top, and marks on it.

    Parameters
    ----------
    table : DataFrame
        Index: names of the rows; columns low, high, and those of `marks`, in the unit of `label`.
    marks : Mapping
        Column -> its name in the legend, at most three.
    label : str
        Title of the axis, with the unit.
    name : str
        Prefix of the identifiers in the SVG, unique on the page.
    """
    return as_svg(lambda: _ranges(table, marks, label), name)


def shares(table: pd.DataFrame, label: str, name: str) -> str:
    """Return bars of shares [0 to 1] in per cent, with their errors as lines.

    Parameters
    ----------
    table : DataFrame
        Index: names of the rows; columns share, half_width.
    label : str
        Title of the axis, with the unit.
    name : str
        Prefix of the identifiers in the SVG, unique on the page.
    """
    return as_svg(lambda: _shares(table, label), name)


def _frame(table: pd.DataFrame, label: str, top_in: float) -> tuple[Figure, Axes]:
    rows_in = _ROW_IN * max(1, len(table))
    height = rows_in + 0.5 + top_in
    figure = Figure(figsize=(WIDTH_IN, height))
    left = label_width_in([str(i) for i in table.index]) / WIDTH_IN
    axes = figure.add_axes((left, 0.45 / height, 0.96 - left, rows_in / height))
    axes.set_yticks(range(len(table)), [str(i) for i in table.index])
    axes.set_ylim(len(table) - 0.5, -0.5)
    axes.set_xlabel(label)
    return figure, axes


def _ranges(table: pd.DataFrame, marks: Mapping[str, str], label: str) -> Figure:
    figure, axes = _frame(table, label, top_in=0.3)
    places = range(len(table))
    axes.hlines(places, table["low"], table["high"], color="#9fb6c6", linewidth=5)
    for (sign, colour), (column, text) in zip(_MARKS, marks.items(), strict=False):
        axes.scatter(table[column], places, s=22, marker=sign, color=colour, label=text, zorder=3)
    plain_axes(axes, "x")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, borderaxespad=0.2)
    return figure


def _shares(table: pd.DataFrame, label: str) -> Figure:
    figure, axes = _frame(table, label, top_in=0.05)
    places = range(len(table))
    axes.barh(places, 100 * table["share"], height=0.66, color=CLASSES[0])
    low, high = (100 * (table["share"] + sign * table["half_width"]).clip(0, 1) for sign in (-1, 1))
    axes.hlines(places, low, high, color=INK, linewidth=1.2)
    axes.set_xlim(0, max(100.0, float(100 * table["share"].max())))
    plain_axes(axes, "x")
    return figure
