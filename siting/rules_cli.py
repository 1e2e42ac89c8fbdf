"""`siting rules`: what each policy rule of a run costs, against what is allowed but not required."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siting.console import door, progress, show_heading_rows
from siting.options import OptimSets

if TYPE_CHECKING:
    import pandas as pd


def rules_command(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="run folder written by `siting plan`")],
    out: Annotated[Path | None, typer.Option(help="folder to write; into RUN if left out")] = None,
    force: Annotated[bool, typer.Option("--force", help="replace older figures")] = False,
    integers: Annotated[
        bool, typer.Option("--integers", help="search with whole campuses; for small scenarios")
    ] = False,
    sets: OptimSets = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the figures as JSON")] = False,
    lang: Annotated[str, typer.Option("--lang", help="language of the page: en or zh")] = "en",
) -> None:
    """Say what each rule in force costs, in money, carbon, water and places; one table, and a page."""
    with door():
        from optim.rule_costs import rule_costs
        from optim.warm import Planner
        from siting.artefacts import read_run
        from siting.folder import check_free, write_files
        from siting.json_text import to_json
        from siting.options import language_of, optim_only
        from siting.report_cli import rewrite_report
        from siting.rule_files import MARKER, files_of, rules_page, told
        from siting.rule_rows import rule_rows

        language = language_of(lang)
        if out is not None:
            check_free(out, MARKER, force)
        plan = read_run(run, optim_only(sets))
        with progress() as say:
            say("first solve")
            with Planner(plan.survey, plan.scenario.optim) as planner:
                costs = rule_costs(planner, integers, say)
        rows = rule_rows(costs, plan.survey, plan.results)
        figures = told(plan, rows, costs, integers)
        files = files_of(rows, figures, rules_page(plan, rows, costs, integers, language))
        write_files(files, out or run, MARKER, out is not None, force)
        if out is None:
            rewrite_report(run)
        if as_json:
            print(to_json(figures), end="")
        else:
            _show(rows, figures["sentences"], out or run)


def _show(rows: pd.DataFrame, lines: list[str], folder: Path) -> None:
    from siting.rule_page import RuleText, cost_table, document_table, part_table

    text = RuleText(rows, "en")
    print("\n".join(lines))
    documents = document_table(text)
    short = [row[:-1] for row in documents.rows]
    for title, table in (("Cost of each rule", cost_table(text)), ("Places and duals", part_table(text))):
        show_heading_rows(title, table.heads, table.rows, table.text_columns)
    if short:
        show_heading_rows("Documents", documents.heads[:-1], short, documents.text_columns)
    print(f"{folder / 'rules.csv'}, {folder / 'rules.html'}: written")
