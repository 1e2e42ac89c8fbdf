"""`siting compare`: how runs differ from a base: places, cost, carbon, water, who is served from where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siting.console import door, progress, show_heading_rows

if TYPE_CHECKING:
    from siting.comparison.pair import Pair

_SITES, _FLOWS = 15, 10


def compare_command(
    runs: Annotated[
        list[Path], typer.Argument(metavar="RUN RUN...", help="run folders; the first one is the base")
    ],
    out: Annotated[Path | None, typer.Option(help="folder to write: tables, page and map")] = None,
    force: Annotated[bool, typer.Option("--force", help="replace an older comparison")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print every difference as JSON")] = False,
    lang: Annotated[str, typer.Option("--lang", help="language of page and map: en or zh")] = "en",
) -> None:
    """Compare runs with a base: places, cost, carbon, water, service, rules, gap, and what was asked."""
    with door():
        from siting.comparison.pair import compare
        from siting.comparison.shared import read_runs
        from siting.comparison.write import MARKER, describe, write_comparison
        from siting.folder import check_free
        from siting.json_text import to_json
        from siting.options import language_of

        language = language_of(lang)
        if out is not None:
            check_free(out, MARKER, force)
        with progress() as say:
            say("reading runs")
            pairs = compare(read_runs(runs))
            if out is not None:
                say("drawing and writing")
                write_comparison(pairs, out, language, force)
        if as_json:
            print(to_json(describe(pairs)), end="")
        else:
            _show(pairs, out)


def _show(pairs: list[Pair], out: Path | None) -> None:
    from siting.comparison import shown
    from siting.comparison.words import Teller, notes, sentences

    tell = Teller("en")
    for pair in pairs:
        print("\n".join([*sentences(pair, "en"), *[f"note: {line}" for line in notes(pair, "en")]]))
    tables = [("Totals", shown.totals(pairs, tell)), ("Cost by item", shown.costs(pairs, tell))]
    tables += [("Provinces [MW]", shown.provinces(pairs, tell))]
    for pair in pairs:
        name = f"{pair.run.label} against {pair.base.label}: "
        tables += [(f"{name}sites that change most", shown.sites(pair, _SITES, tell))]
        tables += [(f"{name}served from elsewhere", shown.served(pair, _FLOWS, tell))]
        tables += [(f"{name}rules in force", shown.rules(pair, tell))]
    tables += [("What was asked", shown.asked(pairs, tell))]
    for title, table in tables:
        if table.rows:
            show_heading_rows(title, table.heads, table.rows, table.text_columns)
    if out is not None:
        print(f"{out}: written")
