"""Figures that compare: bars of several plans side by side, a waterfall of a difference, curves."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from maps.charts import INK, WIDTH_IN, as_svg, label_width_in, plain_axes
from maps.style import CLASSES, LESS, MORE, number

_BAR_IN = 0.11
_BASE = "#9aa5b1"
_ROW_IN = 0.23
_MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")


def side_by_side(table: pd.DataFrame, label: str, name: str) -> str:
    """Return a chart of horizontal bars in groups, the first row on top, the first column in grey.

    Parameters
    ----------
    table : DataFrame
        One group per row, named by the index; one bar per column, in the unit of `label`.
    label : str
        Title of the axis, with the unit.
    name : str
        Prefix of the identifiers in the SVG, unique on the page.
    """
    return as_svg(lambda: _side_by_side(table, label), name)


def waterfall(steps: pd.Series, total: str, label: str, name: str, band: float = 0.0) -> str:
    """Return a chart of steps from nought to their sum, one below the other.

    Parameters
    ----------
    steps : Series
        What each step adds, named by the index, in the unit of `label`.
    total : str
        Name of the last bar, the sum.
    label : str
        Title of the axis, with the unit.
    name : str
        Prefix of the identifiers in the SVG, unique on the page.
    band : float
        Half width of a grey band about nought: a sum inside it says nothing.
    """
    return as_svg(lambda: _waterfall(steps, total, label, band), name)


def curves(lines: pd.DataFrame, labels: tuple[str, str], name: str) -> str:
    """Return a chart of curves with a mark at each point.

    Parameters
    ----------
    lines : DataFrame
        One curve per column; the index goes along the first axis; missing values are left out.
    labels : tuple of str
        Titles of both axes, with units.
    name : str
        Prefix of the identifiers in the SVG, unique on the page.
    """
    return as_svg(lambda: _curves(lines, labels), name)


def _frame(rows_in: float, names: list[str], top_in: float = 0.08) -> tuple[Figure, Axes]:
    """Return a figure whose axes have room for the names on the left and a title below."""
    height = rows_in + 0.5 + top_in
    figure = Figure(figsize=(WIDTH_IN, height))
    left = label_width_in(names) / WIDTH_IN
    return figure, figure.add_axes((left, 0.45 / height, 0.95 - left, rows_in / height))


def _side_by_side(table: pd.DataFrame, label: str) -> Figure:
    count = len(table.columns)
    group_in = max(_BAR_IN * count + 0.08, 0.19)
    figure, axes = _frame(group_in * len(table), [str(i) for i in table.index], top_in=0.3)
    thick = 0.82 / count
    colours = [_BASE, *(CLASSES[k % len(CLASSES)] for k in range(count - 1))]
    for k, (colour, (part, sizes)) in enumerate(zip(colours, table.items(), strict=True)):
        places = [row + (k - (count - 1) / 2) * thick for row in range(len(table))]
        axes.barh(places, sizes, height=thick * 0.94, color=colour, label=str(part))
    axes.set_yticks(range(len(table)), [str(i) for i in table.index])
    axes.set_ylim(len(table) - 0.5, -0.5)
    axes.set_xlabel(label)
    plain_axes(axes, "x")
    axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1), ncols=6, frameon=False, handlelength=1, borderaxespad=0.2
    )
    return figure


def _waterfall(steps: pd.Series, total: str, label: str, band: float) -> Figure:
    names = [*map(str, steps.index), total]
    figure, axes = _frame(_ROW_IN * len(names), names)
    ends = steps.cumsum()
    starts = ends - steps
    if band > 0:
        axes.axvspan(-band, band, color="#e9edf0", zorder=0)
    axes.axvline(0, color=INK, linewidth=0.8, zorder=1)
    for place, (start, step) in enumerate(zip(starts, steps, strict=True)):
        axes.barh(place, step, left=start, height=0.7, color=MORE if step > 0 else LESS)
        axes.plot([start + step] * 2, [place - 0.35, place + 1.35], color=INK, linewidth=0.6)
    whole = float(ends.iloc[-1]) if len(ends) else 0.0
    axes.barh(len(steps), whole, height=0.7, color=INK)
    _values(axes, [*steps, whole], [*map(float, starts), 0.0])
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlabel(label)
    plain_axes(axes, "x")
    _room(axes, [0.0, -band, band, *ends])
    return figure


def _room(axes: Axes, values: list[float]) -> None:
    """Leave room for a figure at both ends of the axis."""
    low, high = min(values), max(values)
    room = 0.13 * (high - low or 1.0)
    axes.set_xlim(low - room, high + room)


def _values(axes: Axes, steps: list[float], starts: list[float]) -> None:
    """Write each step at the far end of its bar."""
    for place, (step, start) in enumerate(zip(steps, starts, strict=True)):
        right = step >= 0
        axes.annotate(
            ("+" if step > 0 else "") + number(step),
            (start + step, place),
            xytext=(4 if right else -4, 0),
            textcoords="offset points",
            ha="left" if right else "right",
            va="center",
            fontsize=8,
            color=INK,
        )


def _curves(lines: pd.DataFrame, labels: tuple[str, str]) -> Figure:
    figure = Figure(figsize=(WIDTH_IN, 3.6))
    axes = figure.add_axes((0.1, 0.13, 0.87, 0.72))
    for k, (part, values) in enumerate(lines.items()):
        known = values.dropna()
        axes.plot(
            [float(x) for x in known.index],
            known.to_numpy(),
            color=CLASSES[k % len(CLASSES)],
            marker=_MARKS[k % len(_MARKS)],
            markersize=4.5,
            linewidth=1.5,
            label=str(part),
        )
    axes.set_xlabel(labels[0])
    axes.set_ylabel(labels[1])
    plain_axes(axes, "y")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False, borderaxespad=0.2)
    return figure
