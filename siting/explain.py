"""All that is known of one place: each figure with unit, source, nearest observation and confidence."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from geodata.tables import Survey
from geodata.trust import LAYERS, NOT_COUNTED, POINTS, grade_of, layer_points
from siting.find_site import find_site

COLUMNS = [
    "layer",
    "layer_grade",
    "column",
    "technology",
    "value",
    "unit",
    "source",
    "vintage",
    "observation_km",
    "confidence",
    "counts",
    "note",
]
HEADS = ("figure", "value", "sure", "obs. km", "unit; source (vintage); note")
WIDTHS = (34, 14, 7, 7, None)
WIDE = 120  # columns of a terminal from which the longest names fit
WIDE_NAME = 40
NUMERIC = ("value", "obs. km")
NO_SOURCE = "no layer tells"
STYLES = {"high": "green", "medium": "", "low": "yellow", "missing": "red"}


@dataclass(frozen=True)
class Explanation:
    """A place, its grade, and its figures, one row each (`COLUMNS`)."""

    site: dict[str, str]
    rows: pd.DataFrame


def explain(survey: Survey, site: str) -> Explanation:
    """Return every figure of a place with where it comes from.

    Parameters
    ----------
    survey : Survey
        All places.
    site : str
        site_id, or the name in English, Chinese or pinyin.

    Returns
    -------
    Explanation
        `site`: its names, province, grade and weak layers. `rows`: layer, layer_grade, column, technology (of
        cooling), value (None where there is none), unit, source, vintage, observation_km (distance to the
        nearest observation behind the figure, None where that is not told), confidence (high, medium, low,
        missing), counts (whether it counts for the grade), note.

    Raises
    ------
    TableError
        No such place, or several.
    """
    site_id = find_site(survey.candidates, site)
    values = _values(survey, site_id)
    points = layer_points([site_id], survey.figures).loc[site_id].to_dict()
    sources = _sources(survey.figures, site_id)
    rows = [
        _row(layer, grade_of(points[layer]), name, technology, value, sources.get(name), values)
        for layer, names in LAYERS.items()
        for name in names
        for technology, value in values.get(name, {"": None}).items()
    ]
    return Explanation(_site(survey, site_id), pd.DataFrame(rows, columns=COLUMNS, dtype=object))


def _site(survey: Survey, site_id: str) -> dict[str, str]:
    place = survey.candidates.set_index("site_id").loc[site_id]
    trust = survey.attributes.set_index("site_id").loc[site_id]
    names = ("name_en", "name_zh", "pinyin", "kind", "province", "prefecture")
    return {
        "site_id": site_id,
        **{name: str(place[name]) for name in names},
        **{name: str(trust[name]) for name in ("grade", "weak_layers")},
    }


def _values(survey: Survey, site_id: str) -> dict[str, dict[str, object]]:
    """Return the values of each column: one under "", those of cooling under their technology."""
    found: dict[str, dict[str, object]] = {}
    for table in (survey.candidates, survey.attributes):
        row = table[table["site_id"] == site_id].iloc[0]
        found |= {str(name): {"": _plain(value)} for name, value in row.items()}
    cooling = survey.cooling[survey.cooling["site_id"] == site_id]
    for name in cooling.columns.difference(["site_id", "technology"]):
        found[name] = {str(t): _plain(v) for t, v in zip(cooling["technology"], cooling[name], strict=True)}
    return found


def _plain(value: object) -> object:
    """Return a number as float, a text as it is, nothing as None."""
    if isinstance(value, str):
        return value or None
    number = float(value)  # type: ignore[arg-type]
    return number if math.isfinite(number) else None


def _sources(figures: pd.DataFrame, site_id: str) -> dict[str, dict[str, Any]]:
    """Return the figure row of each column: of the place, else the general one; of several the weakest."""
    rows = figures[figures["site_id"].isin(["", site_id])].assign(points=figures["confidence"].map(POINTS))
    ordered = rows.sort_values(["site_id", "points"], ascending=[True, False], kind="stable")
    return {str(row["column"]): row for row in _records(ordered)}


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def _row(
    layer: str,
    grade: str,
    name: str,
    technology: str,
    value: object,
    source: dict[str, Any] | None,
    values: dict[str, dict[str, object]],
) -> tuple[object, ...]:
    told = source or {"unit": "", "source": NO_SOURCE, "vintage": "", "confidence": "missing", "note": ""}
    near = values.get(told.get("observation", ""), {}).get("")
    counts = name not in NOT_COUNTED
    ends = (told["unit"], told["source"], told["vintage"], near, told["confidence"], counts, told["note"])
    return (layer, grade, name, technology, value, *ends)


def as_json(found: Explanation) -> str:
    """Return the explanation as JSON: `site`, and `figures` with null where there is no value."""
    told = {"site": found.site, "figures": _records(found.rows)}
    return json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def show(found: Explanation, in_json: bool = False, console: Console | None = None) -> None:
    """Print the explanation: JSON, ruled on a terminal, tab-separated in a pipe."""
    if in_json:
        print(as_json(found), end="")
        return
    where = console or Console()
    if where.is_terminal:
        _show_ruled(found, where)
        return
    print(headline(found))
    print("\t".join(COLUMNS))
    for row in _records(found.rows):
        told = row | {"value": _said(row, str), "source": _origin(row)}
        print("\t".join("" if told[c] is None else " ".join(str(told[c]).split()) for c in COLUMNS))


def headline(found: Explanation) -> str:
    """Return the place, its grade and its weak layers in a line."""
    site = found.site
    weak = f"; weak: {site['weak_layers'].replace(';', ', ')}" if site["weak_layers"] else ""
    title = f"{site['name_en']} {site['name_zh']} ({site['site_id']}), {site['province']}"
    return f"{title}: grade {site['grade']}{weak}"


def _show_ruled(found: Explanation, console: Console) -> None:
    console.print(Text(headline(found), style="bold"))
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold")
    widths = (WIDE_NAME, *WIDTHS[1:]) if console.width >= WIDE else WIDTHS
    for head, width in zip(HEADS, widths, strict=True):
        justify: Literal["left", "right"] = "right" if head in NUMERIC else "left"
        table.add_column(head, overflow="fold", justify=justify, max_width=width)
    before = ""
    for layer, rows in found.rows.groupby("layer", sort=False):
        table.add_row(Text(f"{layer}: {rows['layer_grade'].iloc[0]}", style="bold"))
        for row in _records(rows):
            where = "; ".join(filter(None, (str(row["unit"]), _origin(row), str(row["note"]))))
            table.add_row(*_cells(row), Text("as above" if where == before else where))
            before = where
    console.print(table)


def _cells(row: dict[str, Any]) -> tuple[Text, ...]:
    sure, near = str(row["confidence"]), row["observation_km"]
    name = f"  {row['column']} {row['technology']}".rstrip()
    km = _number(near) if isinstance(near, float) else ""
    return Text(name), Text(_said(row, _number)), Text(sure, style=STYLES.get(sure, "")), Text(km)


def _said(row: dict[str, Any], written: Callable[[float], str]) -> str:
    value = row["value"]
    if value is None:
        return "missing" if row["confidence"] == "missing" else "none"
    return written(value) if isinstance(value, float) else str(value)


def _origin(row: dict[str, Any]) -> str:
    """Return source and vintage, or what is missing."""
    if row["confidence"] == "missing" and row["value"] is None:
        return f"missing: {row['source']}"
    return f"{row['source']} ({row['vintage']})" if row["vintage"] else str(row["source"])


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
