"""The fixed HTML of a candidate map: heading, and the panel whose controls the page's script fills in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from maps.page import Settings
from maps.style import html_text


def top(title: str, weak: Sequence[str], words: Mapping[str, str]) -> str:
    """Return the heading, with what is weak behind the figures folded below it."""
    lines = "".join(f"<li>{html_text(line)}</li>" for line in weak)
    summary = html_text(words["weak.title_candidates"])
    banner = f'<details class="weak"><summary>{summary}</summary><ul>{lines}</ul></details>' if lines else ""
    return f'<header class="top"><h1>{html_text(title)}</h1>{banner}</header>'


def side(ruled: str, lost: Sequence[str], settings: Settings, words: Mapping[str, str]) -> str:
    """Return the panel beside the map.

    Parameters
    ----------
    ruled : str
        HTML that tells what ruled raster cells out, of `maps.candidate_rules`; empty: there are none.
    lost : sequence of str
        Labels of the columns that the page does not carry.
    settings : Settings
        For the size of the page.
    words : Mapping
        The texts of the page's language.
    """
    parts = [
        _part("colour", words, '<div id="colour"></div><div id="legend" class="legendrows"></div>', True),
        _part("score", words, _SCORE, True),
        _part("filter", words, '<div id="filters"></div>', True),
        _part("ruled", words, ruled, False) if ruled else "",
        _part("share", words, _share(words), False),
        _lost(lost, settings, words),
    ]
    label = html_text(words["cmap.head.panel"])
    return (
        f'<aside class="side" aria-label="{label}"><details class="fold" open><summary>{label}'
        '<span id="left" role="status"></span></summary><p id="strange" role="alert" hidden></p>'
        f'{"".join(parts)}</details></aside><div id="mini" aria-hidden="true"></div>'
    )


_SCORE = '<div id="weights"></div><p id="formula" class="note"></p><ol id="best"></ol>'


def _part(key: str, words: Mapping[str, str], body: str, opened: bool) -> str:
    heading = html_text(words[f"cmap.head.{key}"])
    return (
        f'<details class="part {key}"{" open" if opened else ""}><summary>{heading}</summary>{body}</details>'
    )


def _share(words: Mapping[str, str]) -> str:
    said = {key: html_text(words[f"cmap.head.{key}"]) for key in ("link", "copy", "save", "all_columns")}
    return (
        f'<label><span>{said["link"]}</span><input id="link" type="text" readonly></label>'
        f'<div class="inline"><button type="button" id="copy">{said["copy"]}</button>'
        '<span id="copied" role="status"></span></div>'
        f'<div class="inline"><button type="button" id="save">{said["save"]}</button></div>'
        '<label class="tick"><input id="all_columns" type="checkbox">'
        f"<span>{said['all_columns']}</span></label>"
    )


def _lost(lost: Sequence[str], settings: Settings, words: Mapping[str, str]) -> str:
    if not lost:
        return ""
    items = "".join(f"<li>{html_text(name)}</li>" for name in lost)
    told = words["cmap.head.lost"].format(count=len(lost), mb=f"{settings.candidates.page_max_mb:g}")
    heading = html_text(words["cmap.head.part_lost"])
    body = f'<p class="note">{html_text(told)}</p><ul>{items}</ul>'
    return f'<details class="part lost"><summary>{heading}</summary>{body}</details>'


def confidences(words: Mapping[str, str]) -> dict[str, str]:
    """Return the wording of each confidence, for pop-ups of hubs and campuses."""
    return {level: words[f"cmap.ui.confidence_{level}"] for level in ("high", "medium", "low", "missing")}
