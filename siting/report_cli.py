"""`siting report`: the report of a run as a page, on paper, and its summary."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from siting.console import door, progress
from siting.options import Chromium, overrides


def report_command(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="run folder written by `siting plan`")],
    out: Annotated[Path | None, typer.Option(help="page to write; RUN/report.html if left out")] = None,
    lang: Annotated[str | None, typer.Option("--lang", help="language of the report: en or zh")] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="also as PDF, by a Chromium on this machine")] = False,
    chromium: Chromium = None,
) -> None:
    """Write the report of a run again, with its summary in Markdown beside it, and as PDF if wished."""
    with door():
        from siting.artefacts import read_about, read_run
        from siting.chromium import find_chromium, pdf_of
        from siting.folder import write_bytes
        from siting.report_pages import report_pages
        from siting.robust.write import read_robust
        from siting.rule_read import read_rules

        program = find_chromium(chromium) if pdf else None
        plan = read_run(run, overrides(None, {"report.language": lang}))
        page, text = report_pages(plan, read_about(run), read_robust(run), read_rules(run))
        path = out or run / "report.html"
        files = {path: page.encode(), summary_path(path): text.encode()}
        if program:
            with progress() as say:
                say("printing")
                files[path.with_suffix(".pdf")] = pdf_of(page, program)
        for file, content in files.items():
            write_bytes(file, content)
            print(file)


def summary_path(report: Path) -> Path:
    """Return where the summary of a report goes: summary.md beside report.html, NAME-summary.md else.

    Examples
    --------
    >>> [summary_path(Path(name)).name for name in ("report.html", "report-zh.html", "plan.html")]
    ['summary.md', 'summary-zh.md', 'plan-summary.md']
    """
    stem = report.stem
    name = stem.replace("report", "summary", 1) if stem.startswith("report") else f"{stem}-summary"
    return report.with_name(f"{name}.md")


def rewrite_report(run: Path) -> None:
    """Write report and summary of a run anew, in its own language, since something was found of it."""
    from siting.artefacts import read_about, read_run
    from siting.folder import write_text
    from siting.report_pages import report_pages
    from siting.robust.write import read_robust
    from siting.rule_read import read_rules

    page, text = report_pages(read_run(run), read_about(run), read_robust(run), read_rules(run))
    write_text(run / "report.html", page)
    write_text(run / "summary.md", text)
