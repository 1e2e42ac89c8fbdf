"""`siting worth`: what a group of places is worth, by capping or forcing its share of IT power."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from siting.console import door, progress, show_heading_rows
from siting.options import OptimSets

if TYPE_CHECKING:
    from optim.worth import Limit
    from siting.planning import Plan
    from siting.worth_page import Found

MARKER = "worth.json"
DEFAULT_CAPS = "0.7,0.5,0.3,0.15"


def worth_command(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="run folder written by `siting plan`")],
    group: Annotated[
        str, typer.Option(help="west, east, a province, hub_id or site_id; several joined by commas")
    ] = "west",
    cap: Annotated[str | None, typer.Option(help=f"largest shares; {DEFAULT_CAPS} if left out")] = None,
    floor: Annotated[
        str | None, typer.Option("--force", help="least shares, such as 0.5,0.7, in place of caps")
    ] = None,
    years: Annotated[
        Literal["last", "all"], typer.Option(help="years in which the share is limited")
    ] = "last",
    out: Annotated[Path | None, typer.Option(help="folder to write; into RUN if left out")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="replace older figures")] = False,
    sets: OptimSets = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the figures as JSON")] = False,
    lang: Annotated[str, typer.Option("--lang", help="language of the page: en or zh")] = "en",
) -> None:
    """Say what capping a group's share of IT power costs, and how much of it is tariff, how much shell."""
    with door():
        from optim.worth import Limit
        from siting.artefacts import read_run
        from siting.folder import check_free
        from siting.json_text import to_json
        from siting.options import language_of, optim_only
        from siting.worth_page import WorthText, page, sentences

        language = language_of(lang)
        shares, limit = _shares(cap, floor), Limit(floor is not None, years == "all")
        if out is not None:
            check_free(out, MARKER, replace)
        found = _found(read_run(run, optim_only(sets)), group, shares, limit)
        told = _told(found, sentences(WorthText(found, "en")))
        _write(out or run, out is not None, replace, found, told, page(WorthText(found, language)))
        if as_json:
            print(to_json(told), end="")
        else:
            _show(found, told["sentences"], out or run)


def _shares(cap: str | None, floor: str | None) -> list[float]:
    """Return the shares asked for, caps from the widest, floors from the least."""
    from siting.scenario import ScenarioError

    if cap is not None and floor is not None:
        raise ScenarioError("worth: found --cap and --force, expected one of them")
    words = floor or cap or DEFAULT_CAPS
    name = "--cap" if floor is None else "--force"
    try:
        shares = [float(word) for word in words.split(",")]
    except ValueError:
        shares = [-1.0]
    if not all(0 <= share <= 1 for share in shares):
        raise ScenarioError(f"{name} {words}: expected shares from 0 to 1 joined by commas, such as 0.5,0.3")
    return sorted(set(shares), reverse=floor is None)


def _found(plan: Plan, words: str, shares: list[float], limit: Limit) -> Found:
    from optim.warm import Planner
    from optim.worth import group_of, worth
    from siting.worth_page import Found
    from siting.worth_rows import place_rows, step_rows

    group = group_of(plan.survey.candidates, words)
    with progress() as say, Planner(plan.survey, plan.scenario.optim) as planner:
        steps = list(worth(planner, group, shares, limit, say))
    return Found(plan, group, limit, steps, step_rows(steps, group), place_rows(steps))


def _told(found: Found, lines: list[str]) -> dict[str, Any]:
    from dataclasses import asdict

    from optim.worth import parts

    shares = [s.share for s in found.steps if s.variant == "as_is" and s.share is not None]
    split = {share: parts(found.steps, share) for share in shares}
    return {
        "scenario": found.plan.scenario.name,
        "group": found.group.name,
        "sites": list(found.group.sites),
        "limit": "at_least" if found.limit.is_floor else "at_most",
        "years": "all" if found.limit.all_years else "last",
        "sentences": lines,
        "steps": found.rows.to_dict("records"),
        "parts_m_cny": {f"{share:g}": asdict(each) for share, each in split.items() if each},
        "places": found.places.to_dict("records"),
    }


def _write(folder: Path, fresh: bool, force: bool, found: Found, told: dict[str, Any], page: str) -> None:
    from siting.folder import write_files
    from siting.json_text import to_json
    from siting.table_files import as_csv

    files = {"worth.csv": as_csv(found.rows), "worth-places.csv": as_csv(found.places)}
    files |= {"worth.html": page, MARKER: to_json(told)}
    write_files(files, folder, MARKER, fresh, force)


def _show(found: Found, lines: list[str], folder: Path) -> None:
    from siting.worth_page import WorthText, place_table, step_table

    text = WorthText(found, "en")
    print("\n".join(lines))
    for title, table in (
        ("Cost of the limit", step_table(text)),
        ("Where the load goes, as things are [MW]", place_table(text)),
    ):
        if table.rows:
            show_heading_rows(title, table.heads, table.rows, table.text_columns)
    print(f"{folder / 'worth.csv'}, {folder / 'worth.html'}: written")
