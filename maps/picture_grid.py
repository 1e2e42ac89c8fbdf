"""Lines of longitude and latitude on the picture of a plan, and their degrees at the frame."""

from __future__ import annotations

import numpy as np

from maps.projection import Array, Window
from maps.svg import tag, text

_STEPS = (30.0, 20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1)
_LINES, _POINTS = 4, 121
_LATITUDES = 85.0


def graticule(view: Window) -> str:
    """Return the lines."""
    lines = [view.at(*line) for _, line in [*_meridians(view), *_parallels(view)]]
    path = "".join(_path(x, y) for x, y in lines)
    style = {"fill": "none", "stroke": "#dde3e9", "stroke-width": 0.8, "clip-path": "url(#picture-frame)"}
    return tag("path", {"class": "graticule", "d": path} | style)


def degrees(view: Window) -> list[str]:
    """Return the degrees: of longitude along the lower edge, of latitude along the left."""
    shown = []
    for value, line in _meridians(view):
        x, y = view.at(*line)
        at = _crossing(y, x, view.height - 1)
        if at is not None and 14 < at < view.width - 14:
            shown.append(
                _degree((at, view.height - 6), f"{_told(value)}°{'E' if value >= 0 else 'W'}", "middle")
            )
    for value, line in _parallels(view):
        x, y = view.at(*line)
        at = _crossing(x, y, 1.0)
        if at is not None and 14 < at < view.height - 16:
            shown.append(_degree((5, at - 3), f"{_told(value)}°{'N' if value >= 0 else 'S'}", "start"))
    return shown


def _degree(place: tuple[float, float], words: str, anchor: str) -> str:
    return text(place, words, {"font-size": 10, "fill": "#7b8794", "text-anchor": anchor})


def _told(value: float) -> str:
    return f"{abs(value):g}"


def _meridians(view: Window) -> list[tuple[float, tuple[Array, Array]]]:
    low, high = _reach(view)[0]
    up = np.linspace(*_clipped(_reach(view)[1]), _POINTS)
    return [(value, (np.full(_POINTS, value), up)) for value in _ticks(low, high, _step(view))]


def _parallels(view: Window) -> list[tuple[float, tuple[Array, Array]]]:
    low, high = _clipped(_reach(view)[1])
    across = np.linspace(*_reach(view)[0], _POINTS)
    return [(value, (across, np.full(_POINTS, value))) for value in _ticks(low, high, _step(view))]


def _reach(view: Window) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return longitudes and latitudes that the frame may show, somewhat more than it does."""
    wide, high = (np.degrees(side / view.px_per_unit) for side in (view.width, view.height))
    middle = view.projection
    across = min(170.0, wide / max(np.cos(np.radians(middle.latitude)), 0.2))
    return (middle.longitude - across, middle.longitude + across), (
        middle.latitude - high,
        middle.latitude + high,
    )


def _clipped(ends: tuple[float, float]) -> tuple[float, float]:
    return max(ends[0], -_LATITUDES), min(ends[1], _LATITUDES)


def _step(view: Window) -> float:
    """Return the step of the lines [degrees], so that the height of the frame holds about four."""
    high = float(np.degrees(view.height / view.px_per_unit))
    return min(_STEPS, key=lambda step: abs(high / step - _LINES))


def _ticks(low: float, high: float, step: float) -> list[float]:
    return [float(value) for value in np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step]


def _crossing(along: Array, other: Array, edge: float) -> float | None:
    """Return where a line crosses an edge, as its other coordinate; None if it does not."""
    below = along < edge
    places = np.flatnonzero(below[1:] != below[:-1])
    if not len(places):
        return None
    at = int(places[0])
    share = (edge - along[at]) / (along[at + 1] - along[at])
    return float(other[at] + share * (other[at + 1] - other[at]))


def _path(x: Array, y: Array) -> str:
    points = [f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True) if np.isfinite(a + b)]
    return "M" + "L".join(points) if points else ""
