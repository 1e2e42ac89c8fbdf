"""Parts of a legend: headings, rows, and the signs of places."""

from __future__ import annotations

from collections.abc import Mapping

from maps.style import html_text


def signs(words: Mapping[str, str]) -> str:
    """Return the legend's part on the signs of hubs, clusters, campuses and zones."""
    return place_signs(words) + _sign("zone", words["layer.zones"])


def place_signs(words: Mapping[str, str]) -> str:
    """Return the same without zones."""
    places = [_sign(kind, words[f"layer.{kind}"]) for kind in ("hub", "cluster", "campus")]
    return "".join([legend_heading(words["legend.signs"]), *places])


def legend_heading(text: str) -> str:
    """Return a heading inside the legend."""
    return f"<h2>{html_text(text)}</h2>"


def legend_row(key: str, text: str) -> str:
    """Return a row of the legend: a sign and its meaning."""
    return f'<div class="row"><span class="key">{key}</span><span>{html_text(text)}</span></div>'


def _sign(kind: str, text: str) -> str:
    return (
        f'<div class="row"><span class="key place {kind}"><i></i></span><span>{html_text(text)}</span></div>'
    )
