"""The command line: parse, call, print. Heavy imports wait until a command runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import siting
from siting.alternatives_cli import alternatives_command
from siting.compare_cli import compare_command
from siting.console import OK, door, judge, progress, show_plan, stop_on_terminate, tell_early_end
from siting.data_cli import data_app
from siting.figure_cli import figure_command
from siting.futures_cli import futures_command
from siting.latency_cli import latency_command
from siting.map_cli import candidate_map, is_survey
from siting.notebooks_cli import notebooks_command
from siting.options import (
    Boundaries,
    DataFolder,
    MapSets,
    Rules,
    Sets,
    Tiles,
    TilesKey,
    overrides,
    switches,
)
from siting.pareto_cli import pareto_command
from siting.report_cli import report_command
from siting.robust_cli import robust_command
from siting.rules_cli import rules_command
from siting.sensitivity_cli import sensitivity_command
from siting.survey_cli import survey_command
from siting.sweep_cli import sweep_command
from siting.why_cli import explain_command
from siting.worth_cli import worth_command

HELP = "Plan where China's AI computing goes: survey places, optimise, draw and report."
app = typer.Typer(help=HELP, no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
app.add_typer(data_app, name="data")
app.command("survey")(survey_command)
app.command("latency")(latency_command)
app.command("explain")(explain_command)
app.command("sweep")(sweep_command)
app.command("futures")(futures_command)
app.command("sensitivity")(sensitivity_command)
app.command("compare")(compare_command)
app.command("rules")(rules_command)
app.command("worth")(worth_command)
app.command("robust")(robust_command)
app.command("alternatives")(alternatives_command)
app.command("pareto")(pareto_command)
app.command("report")(report_command)
app.command("figure")(figure_command)
app.command("notebooks")(notebooks_command)

ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO", help="scenario file (YAML)")]
RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="run folder written by `siting plan`")]
Lang = Annotated[str | None, typer.Option("--lang", help="language of map and report: en or zh")]


def main() -> None:
    """Run the command line."""
    stop_on_terminate()
    app()


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="print the version")] = False) -> None:
    if version:
        print(siting.__version__)
        raise typer.Exit(OK)


def _language(lang: str | None) -> dict[str, object]:
    return {"maps.language": lang, "report.language": lang}


@app.command("plan")
def plan_command(
    scenario: ScenarioFile,
    sets: Sets = None,
    rules: Rules = None,
    out: Annotated[Path | None, typer.Option(help="run folder to write; runs/NAME if left out")] = None,
    data: DataFolder = None,
    solver: Annotated[str | None, typer.Option(help="solver, e.g. highs")] = None,
    gap: Annotated[float | None, typer.Option(help="relative gap at which to stop, e.g. 0.001")] = None,
    time_limit: Annotated[
        float | None, typer.Option(help="seconds until the search stops with its best")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="replace an older run")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print the headline figures as JSON")] = False,
    lang: Lang = None,
) -> None:
    """Plan a scenario and write its run folder: tables, audit, map and report."""
    limits = {"optim.solve.gap_share": gap, "optim.solve.time_limit_s": time_limit}
    options = limits | {"optim.solve.solver": solver, "geodata.data": data} | _language(lang)
    with door():
        from maps.page import check as check_drawable
        from optim.stop import Stop
        from siting.artefacts import MARKER, write_run
        from siting.folder import check_free
        from siting.infeasible import conflict_printed
        from siting.interrupts import heard
        from siting.planning import plan
        from siting.scenario import load_scenario

        settings = load_scenario(scenario, overrides(sets, options) + switches(rules))
        folder = out or Path("runs") / settings.name
        check_free(folder, MARKER, force)
        check_drawable(settings.maps)
        stop = Stop()
        with conflict_printed(as_json), progress() as say, heard(stop):
            done = plan(settings, say, stop)
            say("drawing and writing")
            write_run(done, folder, force)
        show_plan(done, folder, as_json)
        tell_early_end(done)
        judge(done, str(folder))


@app.command("check")
def check_command(
    target: Annotated[Path, typer.Argument(metavar="RUN|SCENARIO", help="run folder or scenario file")],
    sets: Sets = None,
    rules: Rules = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the findings as JSON")] = False,
) -> None:
    """Audit a run again from its tables, or see whether a scenario is usable and its rules fit together."""
    with door():
        if target.is_dir():
            _check_run(target, as_json)
        else:
            _check_scenario(target, (sets or []) + switches(rules), as_json)


def _check_run(run: Path, as_json: bool) -> None:
    from siting.check import audited
    from siting.json_text import to_json

    plan = audited(run)
    if as_json:
        print(to_json(plan.audit), end="")
    judge(plan, str(run))
    if not as_json:
        print(f"{run}: all {len(plan.audit)} checks hold")


def _check_scenario(path: Path, sets: list[str], as_json: bool) -> None:
    from siting.artefacts import survey_tables
    from siting.check import usable
    from siting.infeasible import conflict_printed, refuse_conflict
    from siting.json_text import to_json
    from siting.scenario import load_scenario

    scenario = load_scenario(path, sets)
    places = usable(scenario)
    with conflict_printed(as_json):
        refuse_conflict(scenario, places)
    rows = {name: len(table) for name, table in survey_tables(places).items()}
    if as_json:
        print(to_json({"scenario": scenario.name, "rows": rows}), end="")
    else:
        print(f"{path}: usable, with {rows['candidates']} candidates and {rows['zones']} zones")


@app.command("map")
def map_command(
    target: Annotated[
        Path,
        typer.Argument(
            metavar="RUN|SWEEP|PARETO|SURVEY|SCENARIO",
            help="folder of a run, sweep, Pareto front or survey; a scenario file is surveyed",
        ),
    ],
    compare: Annotated[
        list[Path] | None, typer.Option("--compare", metavar="RUN2", help="run to compare with RUN")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="page to write; map.html in the folder, of a survey candidates.html")
    ] = None,
    lang: Lang = None,
    column: Annotated[str | None, typer.Option(help="column by which candidates are coloured")] = None,
    tiles: Tiles = None,
    tiles_key: TilesKey = None,
    boundaries: Boundaries = None,
    sets: MapSets = None,
) -> None:
    """Draw the map of a run, a run against others, a sweep, a Pareto front, or of a survey's candidates."""
    with door():
        from siting.artefacts import read_run
        from siting.folder import write_text
        from siting.map_folders import folder_page, only_maps
        from siting.plan_map import map_page, read_whys

        keys = {"maps.tiles": tiles, "maps.boundaries_file": boundaries}
        drawn = overrides(only_maps(sets), _language(lang) | keys)
        if is_survey(target) and not compare:
            print(candidate_map(target, out, drawn, column, tiles_key))
            return
        drawn = overrides(drawn, {"maps.column": column})
        page = folder_page(target, compare or [], drawn, tiles_key)
        if page is None:
            page = map_page(read_run(target, drawn), read_whys(target), tiles_key)
        written = out or target / ("difference.html" if compare else "map.html")
        write_text(written, page)
        print(written)


@app.command("new")
def new_command(folder: Annotated[Path, typer.Argument(metavar="DIR", help="folder to make")]) -> None:
    """Make a commented scenario of your own, with CSV templates for your figures."""
    with door():
        from siting.new import write_templates

        for path in write_templates(folder):
            print(path)
