"""`siting sweep`: one scenario at many values of some of its keys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from siting.console import BAD_INPUT, INTERRUPTED, door, show_rows, warn
from siting.counting import counting
from siting.options import DataFolder, Rules, Sets, overrides, switches

if TYPE_CHECKING:
    from siting.scenario import Draft
    from siting.sweeps.axes import Asked
    from siting.sweeps.page import Found
    from siting.sweeps.run import Sweep

Axes = Annotated[
    list[str] | None,
    typer.Option(
        "--axis",
        metavar="KEY=V1,V2,...",
        help="key and its values, e.g. geodata.demand.factor=0.8,1; with --sample KEY=LOW..HIGH[:log]",
    ),
]


def sweep_command(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="scenario file (YAML)")],
    axis: Axes = None,
    grid: Annotated[bool, typer.Option("--grid", help="all combinations (so if nothing is said)")] = False,
    zipped: Annotated[bool, typer.Option("--zip", help="first values, second values, ...")] = False,
    each: Annotated[bool, typer.Option("--each", help="the scenario, and each value alone")] = False,
    sample: Annotated[
        str | None, typer.Option(metavar="lhs:COUNT", help="a Latin hypercube of so many points")
    ] = None,
    design: Annotated[Path | None, typer.Option(help="table whose columns are keys, a row a point")] = None,
    seed: Annotated[int, typer.Option(min=0, help="of the sample")] = 1,
    refine: Annotated[
        float | None,
        typer.Option(
            min=1e-6,
            max=1.0,
            help="halve intervals in which provinces change down to this share of the axis, one axis alone",
        ),
    ] = None,
    integers: Annotated[
        bool, typer.Option("--integers", help="whole plans instead of their linear relaxation")
    ] = False,
    gap: Annotated[float, typer.Option(min=1e-7, max=0.01, help="gap of each point's relaxation")] = 1e-4,
    workers: Annotated[int, typer.Option(min=1, max=256, help="processes here")] = 2,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Dask scheduler whose workers solve, tcp://HOST:PORT"),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="go on with the sweep in DIR")] = False,
    retry: Annotated[
        bool, typer.Option("--retry", help="with --resume: solve again what failed or ran out of time")
    ] = False,
    sets: Sets = None,
    rules: Rules = None,
    data: DataFolder = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="sweeps/NAME if left out")] = None,
    lang: Annotated[str | None, typer.Option("--lang", help="language of the page: en or zh")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print counts and critical values as JSON")] = False,
) -> None:
    """Plan a scenario at many values of some keys; write a table, charts, and where the plan changes."""
    with door():
        from siting.scenario import draft
        from siting.sweeps.refine import check_refinable
        from siting.sweeps.run import Where, prepared
        from siting.sweeps.solving import Job

        chosen = {"grid": grid, "zip": zipped, "each": each, "sample": sample, "file": design}
        options: dict[str, object] = {"geodata.data": data, "report.language": lang}
        start = draft(scenario, overrides(sets, options) + switches(rules))
        asked = _asked(start, axis or [], chosen, sample, design, seed)
        check_refinable(asked, refine)
        folder = out or Path("sweeps") / start.scenario().name
        where = Where(workers, scheduler)
        sweep = prepared(Job(start, integers, gap), asked, folder, where, resume or retry, retry)
        stopped = _run(sweep, refine)
        found = _finish(sweep)
        _show(sweep, found, as_json)
        _leave(sweep, found, stopped)


def _asked(
    start: Draft,
    axes: list[str],
    chosen: dict[str, Any],
    sample: str | None,
    design: Path | None,
    seed: int,
) -> Asked:
    from siting.scenario import ScenarioError
    from siting.sweeps.checks import checked_points

    named = [name for name, value in chosen.items() if value]
    if len(named) > 1:
        words = {"file": "--design"}
        told = ", ".join(words.get(name, f"--{name}") for name in named)
        raise ScenarioError(f"{told}: expected one of them")
    way: Any = named[0] if named else "grid"
    return checked_points(start, axes, way, sample, design, seed)


def _run(sweep: Sweep, share: float | None) -> bool:
    """Solve what waits; return whether somebody ended it before."""
    from siting.sweeps.run import refine, solve

    try:
        with counting(len(sweep.waiting), "points") as tick:
            solve(sweep, lambda record: tick(f"{record['case']} {record['status']}"))
        if share is not None:
            with counting(None, "points between") as tick:
                refine(sweep, share, lambda record: tick(f"{record['case']} {record['status']}"))
    except KeyboardInterrupt:
        return True
    return False


def _finish(sweep: Sweep) -> Found:
    from siting.sweeps.run import finish

    return finish(sweep, sweep.scenario.report.language)


def _show(sweep: Sweep, found: Found, as_json: bool) -> None:
    from siting.json_text import to_json
    from siting.sweeps.page import sentences
    from siting.sweeps.run import counts

    folder, told = sweep.folder.path, counts(found)
    if as_json:
        critical = found.critical.to_dict("records")
        about = {"method": sweep.job.method, "points": len(found.summary), "critical": critical}
        print(to_json({"sweep": str(folder), "status": told} | about), end="")
        return
    rows = [("method", sweep.job.method), ("points", str(len(found.summary)))]
    rows += [(status, str(count)) for status, count in told.items()]
    show_rows(sweep.scenario.title or sweep.scenario.name, ("", ""), [*rows, ("sweep", str(folder))])
    for text in sentences(found)[:10]:
        print(text)


def _leave(sweep: Sweep, found: Found, stopped: bool) -> None:
    """Leave with a code that says so if the sweep was interrupted, or no point has an answer."""
    waiting = int((found.summary["status"] == "waiting").sum())
    if stopped:
        warn(
            f"interrupted: {len(found.summary) - waiting} of {len(found.summary)} points are in "
            f"{sweep.folder.path}; the same command with --resume goes on from there"
        )
        raise typer.Exit(INTERRUPTED)
    if found.solved.empty:
        warn(f"no point has an answer; the first: {found.summary['message'].iloc[0]}")
        raise typer.Exit(BAD_INPUT)
