"""The legend of the plan map: supply, sizes, flows, limits, lines, signs."""

from __future__ import annotations

from collections.abc import Mapping

from geodata.tables import Survey
from maps import names
from maps.overlays.candidates import classes
from maps.overlays.flows import class_colours
from maps.page import Settings
from maps.panels import legend_heading, legend_row, signs
from maps.plan_data import MIX, Extras
from maps.style import html_text, number, unit_of
from optim.tables import Results


def legend(
    survey: Survey, results: Results, settings: Settings, extras: Extras, words: Mapping[str, str]
) -> str:
    """Return the HTML of the legend."""
    parts = [
        *_supply(words),
        legend_heading(words["plan.legend_sizes"]) + '<div class="sizes"></div>',
        *_flows(survey, results, settings, words),
        _limits(words),
        _lines(extras, words),
        _candidates(survey, settings.column, words),
        signs(words),
    ]
    title = html_text(words["legend.title"])
    return f'<details class="legend" open><summary>{title}</summary>{"".join(parts)}</details>'


def _note(text: str) -> str:
    return f'<p class="note">{html_text(text)}</p>'


def _supply(words: Mapping[str, str]) -> list[str]:
    rows = [
        legend_row(f'<i class="dot" style="background:{colour}"></i>', words[f"plan.mix_{name}"])
        for name, colour in MIX.items()
    ]
    return [legend_heading(words["plan.legend_mix"]), *rows, _note(words["plan.legend_mix_note"])]


def _flows(survey: Survey, results: Results, settings: Settings, words: Mapping[str, str]) -> list[str]:
    """Return a row a class; the script writes how many of its flows are drawn in the year."""
    served, floor_mw = set(results.flows["class_id"]), settings.flows_min_mw
    shown = names.class_names(survey, settings.language)
    rows = [
        f'<div class="row"><span class="key"><i class="line" style="border-color:{colour}"></i></span>'
        f'<span>{html_text(shown[class_id])} <small data-flows="{place}"></small></span></div>'
        for place, (class_id, colour) in enumerate(
            zip(survey.classes["class_id"], class_colours(survey), strict=True)
        )
        if class_id in served
    ]
    note = words["plan.legend_flows_note"].format(mw=number(floor_mw, 0 if floor_mw >= 10 else 1))
    return [legend_heading(words["layer.flows"]), *rows, _note(note)] if rows else []


def _only_with(layers: str, rows: list[str]) -> str:
    """Return rows that are shown while one of the layers, told apart by spaces, is on."""
    return f'<div data-legend="{layers}" hidden>{"".join(rows)}</div>'


def _limits(words: Mapping[str, str]) -> str:
    rows = [
        legend_row(f'<i class="gauge {kind}"><b></b></i>', words[f"plan.gauge_{kind}"])
        for kind in ("headroom", "quota", "full")
    ]
    return _only_with("headroom quotas", [legend_heading(words["plan.legend_limits"]), *rows])


def _lines(extras: Extras, words: Mapping[str, str]) -> str:
    rows = [
        legend_row(f'<i class="line uhv {kind}"></i>', words[f"plan.uhv_{kind}"])
        for kind in ("operating", "later")
    ]
    note = words["plan.uhv_note"].format(shown=len(extras.lines), left=extras.unsourced_lines)
    return _only_with("uhv", [legend_heading(words["plan.layer_uhv"]), *rows, _note(note)])


def _candidates(survey: Survey, column: str, words: Mapping[str, str]) -> str:
    unit = unit_of(column, words)
    heading = words[f"column.{column}"] + (f" [{unit}]" if unit else "")
    rows = "".join(
        legend_row(f'<i class="dot" style="background:{colour}"></i>', text)
        for colour, text in classes(survey, column, words)
    )
    title = html_text(words["layer.candidates"])
    return f'<details class="more"><summary>{title}</summary>{_note(heading)}{rows}</details>'
