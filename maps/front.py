"""Figures of a Pareto front as plain SVG: a curve, curves of pairs, and parallel coordinates."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from maps.style import CLASSES, SITE, html_text, number

Array = NDArray[np.float64]
_INK, _RULE, _OTHER = "#4a5663", "#dde2e7", "#b8b8b8"
_LEFT, _TOP, _BOTTOM, _RIGHT = 78.0, 14.0, 46.0, 14.0
_TICKS = 5


def curve(
    points: pd.DataFrame, pair: tuple[str, str], labels: Mapping[str, str], size: tuple[int, int], line: bool
) -> str:
    """Return a figure of two goals; the first is on the vertical axis.

    Parameters
    ----------
    points : DataFrame
        The goals as columns, and on_front, knee (bool), point (number shown when pointed at).
    pair : tuple of str
        Columns of the vertical and the horizontal axis.
    labels : mapping
        Column -> title with its unit.
    size : tuple of int
        Width and height.
    line : bool
        Join the points on the front.
    """
    shown = points.dropna(subset=list(pair))
    width, height = size
    across = _Axis(shown[pair[1]], _LEFT, width - _RIGHT)
    up = _Axis(shown[pair[0]], height - _BOTTOM, _TOP)
    parts = [*_frame(across, up, size), *_titles(labels[pair[0]], labels[pair[1]], size)]
    front = shown[shown["on_front"]].sort_values(pair[1])
    if line:
        places = [
            (across.at(x), up.at(y)) for x, y in front[[pair[1], pair[0]]].itertuples(index=False, name=None)
        ]
        parts.append(_line(places, CLASSES[0], 1.4))
    for row in shown.sort_values(["knee", "on_front"]).to_dict("records"):
        parts.append(_dot(across.at(row[pair[1]]), up.at(row[pair[0]]), row, labels, pair))
    return _svg(parts, size)


def pairs(points: pd.DataFrame, goals: Sequence[str], labels: Mapping[str, str]) -> list[str]:
    """Return a figure for each pair of goals, with a line where there are two goals only."""
    size = (760, 420) if len(goals) == 2 else (420, 300)
    all_pairs = itertools.combinations(goals, 2)
    return [curve(points, pair, labels, size, line=len(goals) == 2) for pair in all_pairs]


def parallel(points: pd.DataFrame, goals: Sequence[str], labels: Mapping[str, str]) -> str:
    """Return parallel coordinates of the points on the front: an axis a goal, low values below."""
    size = (760, 380)
    front = points[points["on_front"]].sort_values("knee")
    places = np.linspace(_LEFT, size[0] - _LEFT, len(goals))
    axes = [_Axis(front[goal], size[1] - _BOTTOM, _TOP + 22.0) for goal in goals]
    parts: list[str] = []
    for x, axis, goal in zip(places, axes, goals, strict=True):
        parts += _upright(float(x), axis, labels[goal])
    for row in front.to_dict("records"):
        ends = [(float(x), axis.at(row[goal])) for x, axis, goal in zip(places, axes, goals, strict=True)]
        colour, thick = (SITE, 2.4) if row["knee"] else (CLASSES[0], 1.0)
        parts.append(_line(ends, colour, thick, _told(row, labels, goals)))
    return _svg(parts, size)


class _Axis:
    """A linear scale from values to places, with round ticks."""

    def __init__(self, values: pd.Series, low: float, high: float) -> None:
        least, most = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
        room = 0.04 * (most - least) or 0.02 * abs(most) or 1.0
        self.least, self.most, self.low, self.high = least - room, most + room, low, high

    def at(self, value: float) -> float:
        """Return the place of a value."""
        share = (value - self.least) / (self.most - self.least)
        return self.low + share * (self.high - self.low)

    @property
    def ticks(self) -> Array:
        """Return round values inside the scale."""
        rough = (self.most - self.least) / _TICKS
        base = 10.0 ** np.floor(np.log10(rough))
        step = base * min((1.0, 2.0, 5.0, 10.0), key=lambda k: abs(k * base - rough))
        return np.arange(np.ceil(self.least / step), np.floor(self.most / step) + 1) * step


def _frame(across: _Axis, up: _Axis, size: tuple[int, int]) -> list[str]:
    parts = []
    for value in up.ticks:
        y = up.at(value)
        parts.append(
            f'<line x1="{_LEFT}" x2="{size[0] - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{_RULE}"/>'
        )
        parts.append(_text(_LEFT - 7, y + 3.5, number(value), "end"))
    bottom = size[1] - _BOTTOM
    for value in across.ticks:
        x = across.at(value)
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{bottom}" stroke="{_RULE}"/>')
        parts.append(_text(x, bottom + 15, number(value), "middle"))
    return parts


def _titles(up: str, across: str, size: tuple[int, int]) -> list[str]:
    middle = (size[1] - _BOTTOM + _TOP) / 2
    turned = f'transform="rotate(-90 13 {middle:.1f})"'
    return [
        _text((size[0] + _LEFT - _RIGHT) / 2, size[1] - 10, across, "middle"),
        _text(13, middle, up, "middle", turned),
    ]


def _upright(x: float, axis: _Axis, title: str) -> list[str]:
    line = f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{axis.low}" y2="{axis.high}" stroke="{_INK}"/>'
    ticks = [_text(x - 6, axis.at(value) + 3.5, number(value), "end") for value in axis.ticks]
    return [line, *ticks, _text(x, axis.high - 10, title, "middle")]


def _line(places: Sequence[tuple[float, float]], colour: str, thick: float, told: str = "") -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    title = f"<title>{html_text(told)}</title>" if told else ""
    return (
        f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{thick}">{title}</polyline>'
    )


def _dot(x: float, y: float, row: Mapping[Any, Any], labels: Mapping[str, str], goals: Sequence[str]) -> str:
    colour = SITE if row["knee"] else CLASSES[0] if row["on_front"] else _OTHER
    radius = 5.5 if row["knee"] else 3.4
    told = f"<title>{html_text(_told(row, labels, goals))}</title>"
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}">{told}</circle>'


def _told(row: Mapping[Any, Any], labels: Mapping[str, str], goals: Sequence[str]) -> str:
    figures = "; ".join(f"{labels[goal]}: {number(row[goal])}" for goal in goals)
    return f"{row['point']}: {figures}"


def _text(x: float, y: float, text: str, anchor: str, more: str = "") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="11" fill="{_INK}"'
    return f"<text {place} {more}>{html_text(text)}</text>"


def _svg(parts: Sequence[str], size: tuple[int, int]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {size[0]} {size[1]}">'
    return "\n".join([head, *parts, "</svg>"])
