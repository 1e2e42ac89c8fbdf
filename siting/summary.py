"""`summary.md`: the report's first page and main tables as Markdown, for mail or a repository."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from geodata.tables import Survey
from maps import headline
from optim.tables import Results
from siting import report_limits, report_tables
from siting.executive import executive
from siting.report import PLAIN, More, Settings, audit_sentence, choices, undrawn
from siting.report_tables import Source, Table

_PROVINCES, _SITES, _LIMITS = 15, 10, 12
_SPECIAL = re.compile(r"([\\`*\[\]<>|~]|(?<!\w)_|_(?!\w))")
_AT_START = re.compile(r"^(\s*)([#+\-=]|\d+[.)])(?=\s|$)")


def summary(
    survey: Survey,
    results: Results,
    audit: Sequence[dict[str, Any]],
    settings: Settings,
    title: str,
    meta: Mapping[str, Any],
    more: More = PLAIN,
) -> str:
    """Return a page of Markdown; parameters as of `siting.report.report`."""
    source = Source(survey, results, settings.language, headline.last_year(results, None))
    told = executive(source, more.drawn or undrawn(source), audit_sentence(source, audit))
    words, chosen = source.words, choices(source, meta.get("choices", {}))
    parts = [
        f"# {plain(title)}",
        *([plain(chosen)] if chosen else []),
        " ".join(map(plain, told.decision))
        if settings.language == "en"
        else "".join(map(plain, told.decision)),
        _table(Table(["", ""], [list(pair) for pair in told.figures])),
        *_list(words["exec.robust"], told.robust),
        *_list(words["exec.weak"], told.weak),
        *_tables(source),
        *_list(words["chapter.rules"], more.ruled.lines if more.ruled else []),
        plain(_made(meta)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _tables(source: Source) -> list[str]:
    words = source.words
    provinces = report_tables.provinces(source)
    cut = [*provinces.rows[:-1][:_PROVINCES], provinces.rows[-1]]
    tables = {
        "report.provinces": Table(provinces.heads, cut, provinces.text_columns),
        "report.sites": report_tables.sites(source, _SITES),
        "report.cost": report_tables.cost_items(source),
        "report.rules": report_limits.rules(source, _LIMITS),
    }
    return [
        part
        for key, table in tables.items()
        if table.rows
        for part in (f"## {plain(words[key])}", _table(table))
    ]


def _made(meta: Mapping[str, Any]) -> str:
    return " · ".join(
        str(meta[key]) for key in ("program", "version", "scenario", "created") if meta.get(key)
    )


def _list(heading: str, lines: Sequence[str]) -> list[str]:
    return [f"## {plain(heading)}", "\n".join(f"- {plain(line)}" for line in lines)] if lines else []


def _table(table: Table) -> str:
    """Return a table; columns of figures are set right."""
    rule = ["---" if k < table.text_columns else "---:" for k in range(len(table.heads))]
    rows = [[plain(cell) for cell in row] for row in [table.heads, *table.rows]]
    lines = [rows[0], rule, *rows[1:]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def plain(value: object) -> str:
    r"""Return a text on one line that Markdown and HTML in it take as it stands.

    Examples
    --------
    >>> print(plain("a|b <i> *x* m_cny &amp;"))
    a\|b \<i\> \*x\* m_cny &amp;amp;
    """
    text = " ".join(str(value).split()).replace("&", "&amp;")
    return _AT_START.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", text))
