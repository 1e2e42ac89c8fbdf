"""SVG written by hand: elements, text that stays text, slices, and a figure as a file of its own."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from maps.style import html_text

FONTS = (
    "-apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', Arial, 'Noto Sans CJK SC', "
    "'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', 'WenQuanYi Micro Hei', sans-serif"
)
_HEAD, _FOOT, _SIDE = 46.0, 26.0, 14.0
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def tag(name: str, attributes: Mapping[str, object], content: str = "") -> str:
    """Return an element; the values of its attributes are made safe, its content is taken as it is."""
    given = "".join(f' {key}="{html_text(value)}"' for key, value in attributes.items())
    return f"<{name}{given}>{content}</{name}>" if content else f"<{name}{given}/>"


def text(place: tuple[float, float], words: object, attributes: Mapping[str, object]) -> str:
    """Return a text at a place [px]."""
    where = {"x": f"{place[0]:.1f}", "y": f"{place[1]:.1f}"}
    return tag("text", where | dict(attributes), html_text(words) or " ")


def slices(place: tuple[float, float], radius: float, parts: Sequence[tuple[float, str]]) -> list[str]:
    """Return the slices of a round chart from noon on: share and colour of each; nothing for a share of 0."""
    drawn, start = [], 0.0
    for share, colour in parts:
        if share >= 1 - 1e-9:
            return [_disc(place, radius, colour)]
        if share > 1e-9:
            drawn.append(_slice(place, radius, (start, start + share), colour))
            start += share
    return drawn


def _disc(place: tuple[float, float], radius: float, colour: str) -> str:
    return tag(
        "circle", {"cx": f"{place[0]:.1f}", "cy": f"{place[1]:.1f}", "r": f"{radius:.1f}", "fill": colour}
    )


def _slice(place: tuple[float, float], radius: float, ends: tuple[float, float], colour: str) -> str:
    (x1, y1), (x2, y2) = (_on_circle(place, radius, end) for end in ends)
    large = int(ends[1] - ends[0] > 0.5)
    arc = f"A{radius:.1f},{radius:.1f} 0 {large} 1 {x2:.1f},{y2:.1f}"
    path = f"M{place[0]:.1f},{place[1]:.1f}L{x1:.1f},{y1:.1f}{arc}Z"
    return tag("path", {"d": path, "fill": colour})


def _on_circle(place: tuple[float, float], radius: float, share: float) -> tuple[float, float]:
    angle = 2 * math.pi * share
    return place[0] + radius * math.sin(angle), place[1] - radius * math.cos(angle)


def figure(parts: Sequence[str], size: tuple[float, float], title: str) -> str:
    """Return an SVG element that the page scales; `title` is what a screen reader says."""
    head = {
        "xmlns": "http://www.w3.org/2000/svg",
        "role": "img",
        "viewBox": f"0 0 {size[0]:.0f} {size[1]:.0f}",
    }
    return tag("svg", head, "\n".join([tag("title", {}, html_text(title)), *parts]))


def size_of(svg: str) -> tuple[float, float]:
    """Return width and height of a figure's drawing."""
    found = re.search(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"', svg)
    if not found:
        raise ValueError("expected a figure with a viewBox")
    return float(found[1]), float(found[2])


def standalone(svg: str, title: str, foot: str, width_px: float, language: str) -> str:
    """Return a figure as a file of its own: on white, with fonts, a title above and a line below.

    Parameters
    ----------
    svg : str
        The figure as it stands in a page.
    title, foot : str
        What it shows; where it is from.
    width_px : float
        Width at which it is shown [px].
    language : str
        Of its words, so that Chinese is set with Chinese forms.
    """
    wide, high = size_of(svg)
    scale = (width_px - 2 * _SIDE) / wide
    height_px = high * scale + _HEAD + _FOOT
    inner = svg.replace(
        "<svg ", f'<svg x="{_SIDE}" y="{_HEAD}" width="{wide * scale:.1f}" height="{high * scale:.1f}" ', 1
    )
    head = {
        "xmlns": "http://www.w3.org/2000/svg",
        "xmlns:xlink": "http://www.w3.org/1999/xlink",
        "lang": language,
        "width": f"{width_px:.0f}",
        "height": f"{height_px:.0f}",
        "viewBox": f"0 0 {width_px:.0f} {height_px:.0f}",
        "font-family": FONTS,
    }
    parts = [
        tag("rect", {"width": "100%", "height": "100%", "fill": "#ffffff"}),
        text((_SIDE, 28), title, {"font-size": 17, "font-weight": 650, "fill": "#1d2733"}),
        inner,
        text((_SIDE, height_px - 10), foot, {"font-size": 11, "fill": "#4a5663"}),
    ]
    whole = tag("svg", head, "\n".join(parts))
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + _NOT_XML.sub("\ufffd", whole) + "\n"
