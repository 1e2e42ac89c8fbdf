"""The fixed HTML of a candidate map: heading, and the panel whose controls the page's script fills in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from maps.page import Settings
from maps.style import html_text, number
from maps.texts import named


def top(title: str, weak: Sequence[str], words: Mapping[str, str]) -> str:
    """Return the heading, with what is weak behind the figures folded below it."""
    lines = "".join(f"<li>{html_text(line)}</li>" for line in weak)
    summary = html_text(words["weak.title_candidates"])
    banner = f'<details class="weak"><summary>{summary}</summary><ul>{lines}</ul></details>' if lines else ""
    return f'<header class="top"><h1>{html_text(title)}</h1>{banner}</header>'


def side(exclusions: pd.DataFrame, lost: Sequence[str], settings: Settings, words: Mapping[str, str]) -> str:
    """Return the panel beside the map.

    Parameters
    ----------
    exclusions : DataFrame
        `geodata.tables.Exclusions`.
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
        _part("ruled", words, ruled_out(exclusions, words), False) if len(exclusions) else "",
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


def ruled_out(exclusions: pd.DataFrame, words: Mapping[str, str]) -> str:
    """Return how many raster cells each rule left out before any was chosen, as a table with bars."""
    most = max(float(exclusions["first_count"].max()), 1.0)
    rows = "".join(_rule(row, most, words) for row in exclusions.to_dict("records"))
    count, km2 = (number(float(exclusions[c].sum()), 0) for c in ("first_count", "first_km2"))
    total = words["cmap.head.ruled_total"].format(count=count, km2=km2)
    heads = "".join(f"<th>{html_text(words[f'cmap.head.{key}'])}</th>" for key in ("rule", "first", "all"))
    return (
        f'<p class="note">{html_text(total)}</p>'
        f'<table class="rules"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _rule(row: Mapping[object, object], most: float, words: Mapping[str, str]) -> str:
    reason, text = str(row["reason"]), str(row["text"])
    shown = named(words, "cmap.reason", reason) if f"cmap.reason.{reason}" in words else text
    cell = f" ({row['layer_cell']})" if row["layer_cell"] else ""
    layer = f"{text}{words['list.semicolon']}{str(row['layer']).rpartition('/')[2]}{cell}"
    first, every, void = (float(str(row[f"{key}_count"])) for key in ("first", "all", "void"))
    notes = [words["cmap.head.void"].format(count=number(void, 0))] if void else []
    notes += [] if row["applied"] else [words["cmap.head.not_applied"]]
    weak = "".join(f"<small>{html_text(note)}</small>" for note in notes)
    bar = f'<i style="width:{100 * first / most:.1f}%"></i>'
    return (
        f"<tr><td>{html_text(shown)}<small>{html_text(layer)}</small>{weak}{bar}</td>"
        f"<td>{number(first, 0)}</td><td>{number(every, 0)}</td></tr>"
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
