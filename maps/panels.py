"""What stands around the map: title, headline, banner of weak data, legend."""

from __future__ import annotations

from collections.abc import Mapping

from geodata.tables import Survey
from maps import headline
from maps.overlays import build, candidates, flows
from maps.style import SITE, html_text, nice_sizes, number, site_radius, unit_of
from maps.texts import Language
from optim.tables import Results


def top(
    title: str,
    survey: Survey,
    results: Results | None,
    year: int | None,
    language: Language,
    words: Mapping[str, str],
) -> str:
    """Return the HTML above the map: title, headline figures, what is weak."""
    weak = "".join(f"<li>{html_text(line)}</li>" for line in headline.weak_points(survey, results, words))
    summary = html_text(words["weak.title" if results else "weak.title_candidates"])
    banner = f'<details class="weak"><summary>{summary}</summary><ul>{weak}</ul></details>'
    figures = _headline(survey, results, year, language, words)
    return f'<header class="top"><h1>{html_text(title)}</h1>{figures}{banner}</header>'


def _headline(
    survey: Survey, results: Results | None, year: int | None, language: Language, words: Mapping[str, str]
) -> str:
    if results is None:
        return ""
    pairs = headline.headline_pairs(headline.headline(survey, results, year), language, words)[:8]
    items = "".join(f"<li>{html_text(label)} <b>{html_text(value)}</b></li>" for label, value in pairs)
    return f'<ul class="headline">{items}</ul>'


def legend(
    survey: Survey,
    results: Results | None,
    column: str,
    year: int | None,
    floor_mw: float,
    language: Language,
    words: Mapping[str, str],
) -> str:
    """Return the HTML of the legend: classes of the candidates, sizes of sites, colours of flows, signs."""
    unit = unit_of(column, words)
    heading = words[f"column.{column}"] + (f" [{unit}]" if unit else "")
    parts = [legend_heading(words["layer.candidates"]), f'<p class="note">{html_text(heading)}</p>']
    parts += [
        legend_row(f'<i class="dot" style="background:{colour}"></i>', text)
        for colour, text in candidates.classes(survey, column, words)
    ]
    if results is not None and year is not None:
        parts += _sizes(survey, results, year, words)
        parts += _flows(survey, results, year, floor_mw, language, words)
    body = "".join(parts) + signs(words)
    return (
        f'<details class="legend" open><summary>{html_text(words["legend.title"])}</summary>{body}</details>'
    )


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


def _sizes(survey: Survey, results: Results, year: int, words: Mapping[str, str]) -> list[str]:
    largest = build.largest_mw(survey, results, year)
    circles = "".join(circle(size, largest, SITE, "#7a3600") for size in nice_sizes(largest))
    heading = legend_heading(words["legend.sizes"].format(year=year))
    return [heading, f'<div class="sizes">{circles}</div>'] if circles else []


def circle(size_mw: float, largest_mw: float, fill: str, edge: str) -> str:
    """Return a circle of the size that stands for an IT power on the map, with that power below it."""
    radius = site_radius(size_mw, largest_mw)
    side = 2 * radius + 3
    return (
        f'<span><svg width="{side:.0f}" height="{side:.0f}" aria-hidden="true"><circle cx="{side / 2:.1f}" '
        f'cy="{side / 2:.1f}" r="{radius:.1f}" fill="{fill}" fill-opacity=".62" stroke="{edge}"/></svg>'
        f"<br>{html_text(number(size_mw, 0 if size_mw >= 10 else 1))} MW</span>"
    )


def _flows(
    survey: Survey, results: Results, year: int, floor_mw: float, language: Language, words: Mapping[str, str]
) -> list[str]:
    rows = flows.legend_rows(survey, results, year, floor_mw, language, words)
    if not rows:
        return []
    note = words["legend.flows_note"].format(mw=number(floor_mw, 0 if floor_mw >= 10 else 1), year=year)
    lines = [legend_row(f'<i class="line" style="border-color:{colour}"></i>', text) for colour, text in rows]
    return [legend_heading(words["layer.flows"]), *lines, f'<p class="note">{html_text(note)}</p>']
