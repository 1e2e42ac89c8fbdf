"""`siting explain`: why a site is in a run's plan or not."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from siting.console import door, progress, show_rows


def explain_command(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="run folder written by `siting plan`")],
    sites: Annotated[
        list[str], typer.Argument(metavar="SITE...", help="id, or name in English, Chinese or pinyin")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="print the figures as JSON")] = False,
) -> None:
    """Say why a site is in a plan or not: what it costs to force it in, and what would bring it in or out."""
    with door():
        from siting.artefacts import read_run
        from siting.find_site import find_site
        from siting.json_text import to_json
        from siting.why import explained, write_explanation

        plan = read_run(run)
        named = [find_site(plan.survey.candidates, site) for site in sites]
        told = []
        for site in named:
            with progress() as say:
                found = explained(plan, site, say)
            write_explanation(run, found)
            told.append(found)
            if not as_json:
                _show(found)
        if as_json:
            print(to_json(told[0] if len(told) == 1 else told), end="")


def _show(told: dict[str, object]) -> None:
    """Print the sentences, then the table."""
    from siting.why import HEADS, rows

    for line in told["sentences"]:  # type: ignore[attr-defined]
        print(line)
    table = rows(told)
    if table:
        header = [] if sys.stdout.isatty() else [list(HEADS)]
        show_rows("What would turn the answer", HEADS, header + table)
