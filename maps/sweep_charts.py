"""Charts of a sweep: how far each axis moves a figure, a figure along one axis, and over two."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from maps.charts import as_svg
from maps.style import CLASSES, SITE, number

_WIDTH_IN = 7.6
_INK, _GRID = "#4a5663", "#dde2e7"
_HEAT = "YlGnBu"


def tornado(table: pd.DataFrame, label: str, name: str) -> str:
    """Return bars from the least to the most of a figure, one an axis, the widest on top.

    Parameters
    ----------
    table : DataFrame
        axis, low, high, low_value, high_value, in the order of the bars.
    label : str
        Title of the scale, with the unit.
    name : str
        Prefix of the identifiers in the SVG, unique on the page.
    """
    return as_svg(lambda: _tornado(table, label), name)


def lines(table: pd.DataFrame, labels: tuple[str, str], name: str, dots: bool = False) -> str:
    """Return one line a column over the index; dots alone where the points are a sample.

    Parameters
    ----------
    table : DataFrame
        Index: values of the axis, numbers or words, in order; empty cells are gaps.
    labels : tuple of str
        Titles of the axis and of the figures.
    name : str
        Prefix of the identifiers in the SVG, unique on the page.
    dots : bool
        Draw no lines.
    """
    return as_svg(lambda: _lines(table, labels, dots), name)


def heat(table: pd.DataFrame, labels: tuple[str, str], name: str) -> str:
    """Return a figure over two axes as coloured cells with their numbers.

    Parameters
    ----------
    table : DataFrame
        Index and columns: values of two axes; empty cells stay blank.
    labels : tuple of str
        Title of the columns, and what is shown.
    name : str
        Prefix of the identifiers in the SVG, unique on the page.
    """
    return as_svg(lambda: _heat(table, labels), name)


def _tornado(table: pd.DataFrame, label: str) -> Figure:
    height = 0.7 + 0.42 * len(table)
    figure = Figure(figsize=(_WIDTH_IN, height))
    axes = figure.add_axes((0.37, 0.5 / height, 0.53, 0.42 * len(table) / height))
    low, high = table["low"].to_numpy(float), table["high"].to_numpy(float)
    span = float(high.max() - low.min()) or 1.0
    axes.barh(range(len(table)), high - low, left=low, height=0.55, color=SITE)
    for k, row in enumerate(table.to_dict("records")):
        for place, value, side in ((row["low"], row["low_value"], -1), (row["high"], row["high_value"], 1)):
            align: Any = "left" if side > 0 else "right"
            axes.text(place + side * 0.01 * span, k, shown(value), va="center", ha=align, color=_INK)
    axes.set_yticks(range(len(table)), [str(axis) for axis in table["axis"]])
    axes.set_ylim(len(table) - 0.5, -0.5)
    axes.set_xlim(low.min() - 0.12 * span, high.max() + 0.12 * span)
    axes.set_xlabel(label)
    _plain(axes, "x")
    return figure


def _lines(table: pd.DataFrame, labels: tuple[str, str], dots: bool) -> Figure:
    figure = Figure(figsize=(_WIDTH_IN, 3.0))
    legend = len(table.columns) > 1
    axes = figure.add_axes((0.13, 0.16, 0.61 if legend else 0.83, 0.78))
    numeric = pd.api.types.is_numeric_dtype(table.index) and table.index.dtype != bool
    places = table.index.to_numpy() if numeric else list(range(len(table)))
    for k, (series, values) in enumerate(table.items()):
        colour = SITE if not legend else CLASSES[k % len(CLASSES)]
        dash = "-" if k < len(CLASSES) else "--"
        (line,) = axes.plot(places, values.to_numpy(float), color=colour, label=str(series), linestyle=dash)
        line.set(marker="o", markersize=3.5, linewidth=0 if dots else 1.4)
    if not numeric:
        axes.set_xticks(list(places), [shown(value) for value in table.index])
    axes.set_xlabel(labels[0])
    axes.set_ylabel(labels[1])
    _plain(axes, "y")
    if legend:
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.02), frameon=False, handlelength=1.4)
    return figure


def _heat(table: pd.DataFrame, labels: tuple[str, str]) -> Figure:
    height = 1.0 + 0.36 * len(table)
    figure = Figure(figsize=(_WIDTH_IN, height))
    axes = figure.add_axes((0.17, 0.55 / height, 0.8, 0.36 * len(table) / height))
    values = table.to_numpy(float)
    axes.pcolormesh(values, cmap=_HEAT, edgecolors="white", linewidth=1.0)
    low, high = float(pd.DataFrame(values).min().min()), float(pd.DataFrame(values).max().max())
    for row in range(values.shape[0]):
        for column in range(values.shape[1]):
            value = values[row, column]
            if value == value:
                ink = "white" if high > low and (value - low) / (high - low) > 0.45 else _INK
                axes.text(column + 0.5, row + 0.5, shown(value), ha="center", va="center", color=ink, size=8)
    axes.set_xticks([k + 0.5 for k in range(len(table.columns))], [shown(value) for value in table.columns])
    axes.set_yticks([k + 0.5 for k in range(len(table))], [shown(value) for value in table.index])
    axes.set_xlabel(labels[0])
    axes.set_title(labels[1], fontsize=9, color=_INK, loc="left")
    axes.tick_params(length=0, colors=_INK)
    axes.spines[:].set_visible(False)
    return figure


def shown(value: Any) -> str:
    """Return a value as short text."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return number(float(value)) if abs(value) >= 1000 else f"{value:.4g}"


def _plain(axes: Axes, grid: Any) -> None:
    axes.tick_params(length=0, colors=_INK)
    axes.grid(axis=grid, color=_GRID, linewidth=0.6)
    axes.ticklabel_format(axis=grid, style="plain", useOffset=False)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
