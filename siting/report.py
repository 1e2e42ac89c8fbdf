"""The report: one HTML page from the tables of a survey and a plan, with nothing linked from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from geodata.tables import Survey
from maps import headline
from maps.texts import Language
from optim.tables import Results
from siting import figures, report_build, report_energy, report_limits, report_method, report_tables
from siting.executive import executive
from siting.pages import Part, template
from siting.report_tables import Source

CHAPTERS: dict[str, tuple[str, ...]] = {
    "brief": (),
    "map": (),
    "plan": (
        "headline",
        "provinces",
        "sites",
        "cooling",
        "supply",
        "operation",
        "two_costs",
        "cost",
        "bandwidth",
        "accelerators",
        "stock",
        "unserved",
        "headroom",
    ),
    "robust": ("draws", "equivalents", "gap"),
    "rules": ("rules", "prices"),
    "confidence": (),
    "audit": (),
    "method": (),
    "sources": ("figure_sources", "cost_sources", "rule_sources"),
    "run": (),
}


class Settings(BaseModel):
    """What the report shows, and in which language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: Language = Field("en", description="language of all wording: en or zh")
    sites_shown: int = Field(40, ge=1, description="number of campuses listed, largest first")
    limits_shown: int = Field(
        40, ge=1, description="rows of policy rules, and of binding limits, that are listed"
    )
    equivalents_shown: int = Field(12, ge=1, description="names of equivalent sites listed per province")


@dataclass(frozen=True)
class More:
    """What a report shows beside the tables: draws and costs of rules if there are any, boundary lines."""

    drawn: Part | None = None
    ruled: Part | None = None
    boundaries_file: Path | None = None


PLAIN = More()


def report(
    survey: Survey,
    results: Results,
    audit: Sequence[dict[str, Any]],
    settings: Settings,
    title: str,
    meta: dict[str, Any],
    more: More = PLAIN,
) -> str:
    """Return the report of a plan as one self-contained HTML page.

    Parameters
    ----------
    survey, results : Survey, Results
        Places and plan.
    audit : list of dict
        One entry per total or constraint: check, place, expected, found, error, ok.
    settings : Settings
        Language and lengths of the lists.
    title : str
        Heading of the page.
    meta : dict
        Facts of the run as `run.json` holds them: version, seconds, hashes (keys that end with `sha256`).
    more : More
        What draws of the data's errors and costs of rules say, and the user's boundary lines.

    Returns
    -------
    str
        HTML; figures are inline SVG.

    Raises
    ------
    TableError
        If the boundary file cannot be used.
    """
    source = Source(survey, results, settings.language, headline.last_year(results, None))
    drawn = more.drawn or undrawn(source)
    parts = _plan_parts(source, settings) | _built_parts(source) | _energy_parts(source)
    parts |= _ground_parts(source, settings, audit, meta) | _figures(source, more.boundaries_file)
    parts |= {
        "drawn": drawn,
        "ruled": more.ruled,
        "brief": executive(source, drawn, audit_sentence(source, audit)),
    }
    parts["choices"] = choices(source, meta.get("choices", {}))
    page: str = template("report.html.j2").render(
        title=title, language=settings.language, words=source.words, chapters=CHAPTERS, **parts
    )
    return page


def undrawn(source: Source) -> Part:
    """Return what the plan itself tells of how far it holds, where no draws were made."""
    return Part(report_limits.undrawn_sentences(source))


def choices(source: Source, made: dict[str, str]) -> str:
    """Return the choices that the reader must know in a sentence, or nothing if the run tells none."""
    if not made:
        return ""
    return source.words["report.choices"].format(**{k: source.words[f"{k}.{v}"] for k, v in made.items()})


def _figures(source: Source, own: Path | None) -> dict[str, Any]:
    """Return the figures of the page as SVG."""
    drawn = {
        "map": figures.plan_map(source, own),
        "provinces": figures.provinces(source),
        "energy": figures.energy(source),
        "months": figures.months(source),
        "costs": figures.costs(source),
        "headroom": figures.headroom(source),
        "confidence": figures.confidence(source),
    }
    return {"figures": {name: figure.svg for name, figure in drawn.items()}}


def _plan_parts(source: Source, settings: Settings) -> dict[str, Any]:
    told = headline.headline(source.survey, source.results, source.year)
    return {
        "headline": headline.headline_pairs(told, source.language, source.words),
        "weak": headline.weak_points(source.survey, source.results, source.words),
        "provinces": report_tables.provinces(source),
        "sites": report_tables.sites(source, settings.sites_shown),
        "site_supply": report_tables.site_supply(source, settings.sites_shown),
        "sites_note": source.words["report.sites_note"].format(
            shown=min(settings.sites_shown, told.sites), all=told.sites
        ),
        "equivalents": report_tables.equivalents(source, settings.equivalents_shown),
        "equivalents_count": _equivalents_count(source),
        "costs": report_tables.cost_items(source),
        "cost_note": source.words[f"report.cost_note_{_choice(source)}"],
        "unserved": report_tables.unserved(source),
    }


def _choice(source: Source) -> str:
    return "open" if report_build.is_open_choice(source) else "mix"


def _built_parts(source: Source) -> dict[str, Any]:
    return {
        "cooling": report_build.cooling(source),
        "stock": report_build.stock(source),
        "stock_sentence": report_build.stock_sentence(source),
        "bandwidth": report_build.bandwidth(source),
        "accelerators": report_build.accelerators(source),
        "accelerators_note": source.words[f"report.accelerators_{_choice(source)}"],
        "accelerator_places": report_build.accelerator_places(source),
    }


def _energy_parts(source: Source) -> dict[str, Any]:
    chart, note = report_energy.largest_day(source)
    return {
        "supply": report_energy.supply(source),
        "day_chart": chart,
        "day_note": note,
        "peaks": report_energy.peaks(source),
        "months": report_energy.months(source),
        "green": report_energy.green(source),
        "operation": report_energy.operation(source),
        "two_costs": report_energy.two_costs(source),
        "two_costs_lines": report_energy.two_costs_sentences(source),
        "sites_apart": report_energy.sites_apart(source),
    }


def _ground_parts(
    source: Source, settings: Settings, audit: Sequence[dict[str, Any]], meta: dict[str, Any]
) -> dict[str, Any]:
    return {
        "rules": report_limits.rules(source, settings.limits_shown),
        "rule_documents": report_limits.rule_documents(source),
        "prices": report_limits.prices(source, settings.limits_shown),
        "headroom": report_limits.headroom(source),
        "headroom_note": source.words["report.headroom_note"].format(year=source.year),
        "gap": report_limits.gap_sentences(source),
        "confidence": report_limits.confidence(source),
        "method": report_method.sentences(source),
        "audit": audit_sentence(source, audit),
        "audit_wrong": any(not row["ok"] for row in audit),
        "failed_checks": report_limits.failed_checks(source, audit),
        "figure_sources": report_limits.sources(source),
        "cost_sources": report_limits.cost_sources(source),
        "facts": report_limits.run_facts(source, meta),
        "hashes": report_limits.hashes(meta),
    }


def _equivalents_count(source: Source) -> str:
    table = source.results.equivalents
    if not table["within_gap"].any():
        return source.words["report.equivalents_none"]
    text = source.words["report.equivalents_count"].format(
        within=int(table["within_gap"].sum()), all=len(table)
    )
    return f"{text} {source.words['report.equivalents_many']}" if table["within_gap"].mean() > 0.5 else text


def audit_sentence(source: Source, audit: Sequence[dict[str, Any]]) -> str:
    """Return in words what the audit found."""
    wrong = sum(not row["ok"] for row in audit)
    key = "none" if not audit else "wrong" if wrong else "ok"
    return source.words[f"report.audit_{key}"].format(count=len(audit), wrong=wrong)
