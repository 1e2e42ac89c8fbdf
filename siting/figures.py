"""The figures of a report, each with the tables behind it, made from the tables of survey and plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from maps.charts import bars
from maps.headline import plan_figures
from maps.picture import picture
from maps.style import AREAS
from maps.texts import named
from siting import report_energy, report_tables
from siting.report_tables import Source

LEVELS = ("high", "medium", "low")
_LEVEL_COLOURS = ("#2a6f97", "#e6b84a", "#c4623a")
_USED_COLOURS = ("#2a6f97", "#d5dde4")
_PROVINCES_DRAWN = 20
_LEAST_MW = 0.5


@dataclass(frozen=True, eq=False)
class Figure:
    """A figure as SVG, empty if there is nothing to show, and the tables behind it by name."""

    svg: str
    tables: Mapping[str, pd.DataFrame]


def plan_map(source: Source, own: Path | None) -> Figure:
    """Return the still map of the plan; `own` is the user's file of boundary lines, if any."""
    drawn = picture(source.survey, source.results, source.year, source.language, own)
    return Figure(drawn.svg, {"sites": drawn.sites, "flows": drawn.flows})


def provinces(source: Source) -> Figure:
    """Return provincial totals, each bar made of what the years add."""
    table = report_tables.by_province(source)
    shown = table[table[source.year] >= _LEAST_MW].head(_PROVINCES_DRAWN)
    added = shown.diff(axis=1).fillna(shown).clip(lower=0)
    svg = (
        bars(_labelled(added, source.provinces()), source.words["chart.it"], "provinces")
        if len(added)
        else ""
    )
    return Figure(svg, {"": table.add_suffix("_it_mw").reset_index()})


def energy(source: Source) -> Figure:
    """Return the energy used in each year, from the grid and from solar and wind connected directly."""
    sums = source.results.operation.groupby("year")[["purchase_mwh", "direct_mwh"]].sum()
    names = [source.words[f"chart.{name}"] for name in ("purchase_mw", "direct_mw")]
    shown = (sums / 1e6).set_axis(names, axis=1).rename(index=str)
    svg = bars(shown, source.words["chart.energy"], "energy", colours=AREAS[:2]) if len(shown) else ""
    return Figure(svg, {"": sums.reset_index()})


def day(source: Source) -> Figure:
    """Return a typical day at the largest site."""
    svg, _ = report_energy.largest_day(source)
    return Figure(svg, {"": report_energy.largest_day_hours(source)})


def months(source: Source) -> Figure:
    """Return the billed peaks of the last year by month, summed over the plants."""
    billed = report_energy.billed_by_month(source)
    shown = billed.rename(source.words["col.billed_mw"]).to_frame().rename(index=str)
    svg = bars(shown, source.words["chart.billed"], "months", legend=False) if billed.any() else ""
    return Figure(svg, {"": billed.rename("billed_peak_mw").reset_index()})


def costs(source: Source) -> Figure:
    """Return siting cost by item, discounted."""
    table = report_tables.costs(source)
    labels = {item: named(source.words, "item", str(item)) for item in table.index}
    shown = _labelled(table[["discounted_m_cny"]].clip(lower=0), labels)
    svg = bars(shown, source.words["chart.cost"], "costs", legend=False) if len(table) else ""
    return Figure(svg, {"": table.reset_index()})


def headroom(source: Source) -> Figure:
    """Return how much of the headroom of each province the plan uses in the last year."""
    table = source.results.prices.query("limit == 'headroom' and year == @source.year")
    table = table[["place", "used_mw", "limit_mw"]].rename(columns={"place": "province"})
    table = table.sort_values("used_mw", ascending=False).set_index("province")
    shown = table[table["used_mw"] >= _LEAST_MW].head(_PROVINCES_DRAWN)
    names = [source.words[f"chart.{name}"] for name in ("headroom_used", "headroom_left")]
    left = (shown["limit_mw"] - shown["used_mw"]).clip(lower=0)
    parts = _labelled(pd.concat([shown["used_mw"], left], axis=1).set_axis(names, axis=1), source.provinces())
    label = source.words["chart.headroom"].format(year=source.year)
    svg = bars(parts, label, "headroom", colours=_USED_COLOURS) if len(parts) else ""
    return Figure(svg, {"": table.reset_index()})


def confidence(source: Source) -> Figure:
    """Return how many figures of each kind are of high, medium and low confidence, as shares."""
    counts = confidence_counts(source)
    shown = counts.div(counts.sum(axis=1), axis=0) * 100
    shown = shown.set_axis([source.words[f"level.{level}"] for level in LEVELS], axis=1)
    labels = {kind: source.words[f"confidence.of_{kind}"] for kind in counts.index}
    svg = bars(
        _labelled(shown, labels), source.words["chart.confidence"], "confidence", colours=_LEVEL_COLOURS
    )
    return Figure(svg, {"": counts.rename_axis("kind").reset_index()})


def confidence_counts(source: Source) -> pd.DataFrame:
    """Return the number of figures by kind (rows that has any) and confidence (columns)."""
    survey = source.survey
    kinds = {
        "candidates": survey.candidates["confidence"],
        "figures": plan_figures(survey)["confidence"],
        "costs": survey.costs["confidence"],
        "rules": survey.rules.loc[
            survey.rules["rule_id"].isin(source.results.rules["rule_id"]), "confidence"
        ],
    }
    table = pd.DataFrame({kind: levels.value_counts() for kind, levels in kinds.items()}).T
    table = table.reindex(columns=list(LEVELS)).fillna(0).astype(int).loc[list(kinds)]
    return table[table.sum(axis=1) > 0]


def _labelled(values: pd.DataFrame, labels: Mapping[Any, str]) -> pd.DataFrame:
    return values.rename(index={key: labels.get(key, str(key)) for key in values.index})
