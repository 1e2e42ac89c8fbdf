"""What ruled raster cells out, in the panel of a candidate map: each rule, and what shows its cells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from geodata.tables import Survey
from maps.style import html_text, number
from maps.texts import named, texts

SHADES = ("#ecdacb", "#d2b09b", "#a67f69")  # of cells that one rule rules out, two, three or more
_NUMBER = re.compile(r"(?<![A-Za-z])\d[\d.]*")

Row = Mapping[Any, Any]


def rule_name(row: Row, words: Mapping[str, str]) -> str:
    """Return the wording of a rule (a row of `geodata.tables.Exclusions`); its own text where it has none."""
    reason = str(row["reason"])
    return named(words, "cmap.reason", reason) if f"cmap.reason.{reason}" in words else rule_text(row, words)


def rule_text(row: Row, words: Mapping[str, str]) -> str:
    """Return the threshold of a rule in words: in the language of the page if the rule is a built-in one.

    A built-in rule is told by its English wording, which must give the very text of the row.
    """
    text, key = str(row["text"]), f"cmap.limit.{row['reason']}"
    found = _NUMBER.findall(text)
    if key not in words or _filled(texts("en")[key], found) != text:
        return text
    return _filled(words[key], found)


def _filled(template: str, found: list[str]) -> str:
    filled = template.replace("{all}", ", ".join(found))
    for place, value in enumerate(found):
        filled = filled.replace(f"{{{place}}}", value)
    return filled


def rule_layer(row: Row) -> str:
    """Return the layer that decides, without folder, and the size of its cells; "" if the text names it."""
    if row["layer"] in row["text"]:
        return ""
    cell = f" ({row['layer_cell']})" if row["layer_cell"] else ""
    return str(row["layer"]).rpartition("/")[2] + cell


def alone_counts(survey: Survey) -> list[int] | None:
    """Return how many cells each rule rules out that no other one does; None where it is not known."""
    if survey.excluded is None:
        return None
    rules = len(survey.exclusions)
    ruled = survey.excluded.ruled(rules)
    return [int(np.count_nonzero(ruled == 1 << rule)) for rule in range(rules)]


def rules_part(survey: Survey, layer: Row | None, words: Mapping[str, str]) -> str:
    """Return how many raster cells each rule left out before any was chosen, and the controls of their layer.

    Parameters
    ----------
    survey : Survey
        `exclusions`, and `excluded` if it is known.
    layer : Mapping or None
        What the page holds of the excluded cells (`maps.candidate_excluded`); None: nothing.
    words : Mapping
        The texts of the page's language.
    """
    table = survey.exclusions
    if table.empty:
        return ""
    most, alone = max(float(table["first_count"].max()), 1.0), alone_counts(survey)
    rows = "".join(
        _rule(row, rule, most, alone, layer is not None, words)
        for rule, row in enumerate(table.to_dict("records"))
    )
    count, km2 = (number(float(table[c].sum()), 0) for c in ("first_count", "first_km2"))
    total = words["cmap.head.ruled_total"].format(count=count, km2=km2)
    keys = ("rule", "first", "all") if alone is None else ("rule", "first", "all", "alone")
    heads = "".join(f'<th scope="col">{html_text(words[f"cmap.head.{key}"])}</th>' for key in keys)
    return (
        f'<p class="note">{html_text(total)}</p>{_controls(survey, layer, words)}'
        f'<table class="rules"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _controls(survey: Survey, layer: Row | None, words: Mapping[str, str]) -> str:
    head = "cmap.head."
    said = {key.removeprefix(head): html_text(text) for key, text in words.items() if key.startswith(head)}
    if layer is None:
        return f'<p class="note">{said["not_kept" if survey.excluded is None else "no_room"]}</p>'
    keys = "".join(
        f'<div class="row"><i class="swatch" style="background:{shade}"></i>'
        f'<span class="what">{said[f"by_{count}"]}</span></div>'
        for count, shade in enumerate(SHADES, 1)
    )
    every = html_text(words["cmap.head.every"].format(every=layer["every"]))
    coarse = f'<p class="note">{every}</p>' if layer["every"] > 1 else ""
    return (
        '<label class="tick"><input id="excluded" type="checkbox">'
        f"<span>{said['show_excluded']}</span></label>"
        f'<div class="legendrows">{keys}</div><p class="note">{said["press_rule"]}</p>{coarse}'
        f'<div class="inline"><button type="button" id="middle">{said["middle"]}</button></div>'
    )


def _rule(
    row: Row, rule: int, most: float, alone: list[int] | None, drawn: bool, words: Mapping[str, str]
) -> str:
    shown = html_text(rule_name(row, words))
    detail = words["list.semicolon"].join(filter(None, (rule_text(row, words), rule_layer(row))))
    first, every, void = (int(row[f"{key}_count"]) for key in ("first", "all", "void"))
    notes = [words["cmap.head.void"].format(count=number(void, 0))] if void else []
    notes += [] if row["applied"] else [words["cmap.head.not_applied"]]
    weak = "".join(f"<small>{html_text(note)}</small>" for note in notes)
    if drawn and every:
        shown = f'<button type="button" data-rule="{rule}" aria-pressed="false">{shown}</button>'
    counts = [first, every] if alone is None else [first, every, alone[rule]]
    cells = "".join(f"<td>{number(count, 0)}</td>" for count in counts)
    bar = f'<i style="width:{100 * first / most:.1f}%"></i>'
    name = f'<td colspan="{len(counts) + 1}">{shown}<small>{html_text(detail)}</small>{weak}</td>'
    return f'<tr class="name">{name}</tr><tr><td>{bar}</td>{cells}</tr>'
