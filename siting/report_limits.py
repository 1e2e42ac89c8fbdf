"""The report's tables on what binds and what the plan rests on: rules, limits, audit, sources, run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from maps.headline import plan_figures
from maps.style import number
from maps.texts import named
from siting.figures import LEVELS, confidence_counts
from siting.report_tables import Source, Table, place_name, yes

_OF_SITES = ("site_build_rate", "site_voltage", "site_headroom", "largest_site_share")
_WORST_FIRST = {"low": 0, "medium": 1, "high": 2}


def rules(source: Source, count: int) -> Table:
    """Return rules in force in the last year, and earlier rows that are missed: value, limit, prices.

    Binding rows come first; at most `count` rows are shown.
    """
    table = source.results.rules
    shown = table[(table["year"] == source.year) | (table["missed"] > 0)]
    shown = shown.sort_values(["binding", "rule_id", "year", "place"], ascending=[False, True, True, True])
    heads = source.heads("rule", "item", "unit", "place", "year", "value", "limit", "missed", "binding")
    heads += source.heads("dual", "dual_long", "kept")
    return Table(heads, [_rule(source, row) for row in shown.head(count).to_dict("records")], text_columns=4)


def _rule(source: Source, row: Mapping[Any, Any]) -> list[str]:
    return [
        row["rule_id"],
        named(source.words, "kind", row["kind"]),
        named(source.words, "unit", row["unit"]),
        place_name(source, row["place"]),
        str(row["year"]),
        number(row["value"]),
        number(row["number"]),
        number(row["missed"]),
        yes(source, row["binding"]),
        number(row["dual_m_cny"]),
        number(row["dual_long_run_m_cny"]),
        source.words["word.kept"] if row["held_after_end"] else "",
    ]


def rule_documents(source: Source) -> Table:
    """Return the document behind each rule in force, the last year of its target, and its confidence."""
    table = source.survey.rules[source.survey.rules["rule_id"].isin(source.results.rules["rule_id"])]
    rows = [
        [row["rule_id"], row["document"], str(row["to_year"]), source.words[f"level.{row['confidence']}"]]
        for row in table.to_dict("records")
    ]
    return Table(source.heads("rule", "document", "target_year", "confidence"), rows, text_columns=2)


def prices(source: Source, count: int) -> Table:
    """Return the `count` limits whose widening saves most in the long run, provinces before sites."""
    savings = ["saving_m_cny_per_mw", "saving_long_run_m_cny_per_mw"]
    table = source.results.prices
    binding = table[table[savings].max(axis=1) > 1e-6]
    binding = binding.assign(of_site=binding["limit"].isin(_OF_SITES))
    binding = binding.sort_values(["of_site", *savings[::-1]], ascending=[True, False, False])
    rows = [
        [
            named(source.words, "limit", row["limit"]),
            place_name(source, row["place"]),
            str(row["year"]),
            number(row["used_mw"]),
            number(row["limit_mw"]),
            named(source.words, "unit", row["unit"]),
            *[number(row[s]) for s in savings],
        ]
        for row in binding.head(count).to_dict("records")
    ]
    heads = source.heads("item", "place", "year", "used_mw", "limit_mw", "unit", "saving", "saving_long")
    return Table(heads, rows, text_columns=2)


def headroom(source: Source) -> Table:
    """Return headroom by province in the last year, with upgrades bought and the terms behind it."""
    bought = source.results.upgrades.query("year == @source.year").groupby("province")["upgrade_mw"].sum()
    shown = source.provinces()
    table = source.survey.headroom.query("year == @source.year").sort_values("headroom_mw", ascending=False)
    rows = [
        [
            shown.get(row["province"], row["province"]),
            number(row["headroom_mw"]),
            number(bought.get(row["province"], 0.0)),
            number(row["peak_mw"]),
            yes(source, row["adequate"]),
        ]
        for row in table.to_dict("records")
    ]
    return Table(source.heads("province", "headroom_mw", "upgrade_mw", "peak_mw", "adequate"), rows)


def failed_checks(source: Source, audit: Sequence[dict[str, Any]]) -> Table:
    """Return the audit's checks that do not hold."""
    rows = [
        [str(row["check"]), str(row["place"]), str(row["expected"]), str(row["found"])]
        for row in audit
        if not row["ok"]
    ]
    return Table(source.heads("check", "place", "expected", "found"), rows, text_columns=2)


def confidence(source: Source) -> Table:
    """Return how many figures of each kind are of high, medium and low confidence."""
    rows = [
        [source.words[f"confidence.of_{kind}"], *[number(row[level], 0) for level in LEVELS]]
        for kind, row in confidence_counts(source).iterrows()
    ]
    return Table(["", *[source.words[f"level.{level}"] for level in LEVELS]], rows)


def sources(source: Source) -> Table:
    """Return where each column of the places comes from: the row of least confidence."""
    figures = plan_figures(source.survey)
    table = figures.assign(rank=figures["confidence"].map(_WORST_FIRST))
    worst = table.sort_values("rank", kind="stable").drop_duplicates("column").sort_values("column")
    rows = [
        [
            named(source.words, "column", row["column"]),
            row["unit"],
            row["source"],
            row["vintage"],
            source.words[f"level.{row['confidence']}"],
            row["note"],
        ]
        for row in worst.to_dict("records")
    ]
    return Table(
        source.heads("column", "unit", "source", "vintage", "confidence", "note"), rows, text_columns=6
    )


def cost_sources(source: Source) -> Table:
    """Return the cost figures with their sources."""
    rows = [
        [
            named(source.words, "item", row["item"]),
            number(row["value"]),
            named(source.words, "unit", row["unit"]),
            row["source"],
            row["year"],
            source.words[f"level.{row['confidence']}"],
        ]
        for row in source.survey.costs.to_dict("records")
    ]
    heads = source.heads("item", "value", "unit", "source", "vintage", "confidence")
    return Table([*heads], rows, text_columns=6)


def run_facts(source: Source, meta: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return label and text of each fact of the run: program, scenario, solver, size, times."""
    keys = ("program", "version", "created", "scenario", "title", "description", "seconds", "peak_memory_mib")
    facts = [
        (source.words[f"fact.{key}"], _plain(meta[key])) for key in keys if meta.get(key) not in (None, "")
    ]
    solution = source.results.solution
    size = " · ".join(number(n, 0) for n in (solution.columns, solution.rows, solution.integers))
    return [
        *facts,
        (source.words["fact.solver"], solution.solver),
        (source.words["fact.status"], named(source.words, "status", solution.status)),
        (source.words["fact.size"], size),
        (source.words["fact.seconds_build"], number(solution.seconds_build, 1)),
        (source.words["fact.seconds_solve"], number(solution.seconds_solve, 1)),
        *_coefficients(source),
    ]


def _coefficients(source: Source) -> list[tuple[str, str]]:
    """Return the smallest and largest coefficient of each part of the model, and where they stand."""
    return [
        (
            source.words["fact.coefficients"].format(
                part=source.words[f"coefficients.{each.part}"],
                model=source.words[f"coefficients.{each.model}"],
            ),
            f"{each.smallest:.1e} ({each.smallest_at}) - {each.largest:.1e} ({each.largest_at})",
        )
        for each in source.results.solution.coefficients
    ]


def _plain(value: object) -> str:
    return number(value) if isinstance(value, float) else str(value)


def hashes(meta: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return table and SHA-256 of every table used, from any entry of `meta` whose name ends with sha256."""
    groups = [
        part for key, part in sorted(meta.items()) if key.endswith("sha256") and isinstance(part, Mapping)
    ]
    return [(str(table), str(digest)) for part in groups for table, digest in sorted(part.items())]


def gap_sentences(source: Source) -> list[str]:
    """Return in words how far the plan can be from the best, as a share and in money."""
    solution = source.results.solution
    return [
        source.words["report.gap_text"].format(
            gap_cny=source.big(solution.gap_m_cny, "m_cny"),
            gap=f"{number(100 * solution.gap_share, 3)} %",
            objective=source.big(solution.objective_m_cny, "m_cny"),
            bound=source.big(solution.bound_m_cny, "m_cny"),
        ),
        source.words["report.gap_objective"].format(
            cost=source.big(solution.siting_cost_m_cny, "m_cny"),
            penalty=source.big(solution.penalty_m_cny, "m_cny"),
        ),
        source.words["report.gap_method"].format(
            method=named(source.words, "method", solution.method),
            rounds=number(solution.iterations, 0),
            cuts=number(solution.cuts, 0),
            days=source.results.dispatch["day"].nunique(),
            of=len(source.survey.days),
        ),
    ]


def undrawn_sentences(source: Source) -> list[str]:
    """Return what the plan itself tells of how far it holds, and how to get the rest."""
    solution, table = source.results.solution, source.results.equivalents
    known = source.words["robust.known"].format(
        gap=source.big(solution.gap_m_cny, "m_cny"),
        share=f"{number(100 * solution.gap_share, 3)} %",
        within=int(table["within_gap"].sum()),
        all=len(table),
    )
    return [known, source.words["robust.unknown"].format(run="RUN")]
