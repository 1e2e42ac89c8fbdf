"""`siting pareto`: what cost, carbon, water and latency trade against each other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siting.console import door, progress, show_rows
from siting.options import DataFolder, Rules, Sets, overrides, switches

if TYPE_CHECKING:
    from siting.pareto_run import ParetoRun


def pareto_command(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="scenario file (YAML)")],
    goals: Annotated[
        str,
        typer.Option("--objectives", help="two to four of cost, carbon, water, latency; cost comes first"),
    ] = "cost,carbon",
    points: Annotated[int, typer.Option(min=2, max=10_000, help="points of the whole grid, about")] = 20,
    integers: Annotated[
        bool, typer.Option("--integers", help="whole campuses and modules; slow but for small scenarios")
    ] = False,
    gap: Annotated[
        float | None,
        typer.Option(
            min=1e-9, max=0.5, help="relative gap of each solve; 5e-4, with integers the scenario's"
        ),
    ] = None,
    sets: Sets = None,
    rules: Rules = None,
    data: DataFolder = None,
    out: Annotated[Path | None, typer.Option(help="folder to write; runs/NAME-pareto if left out")] = None,
    force: Annotated[bool, typer.Option("--force", help="replace an older front")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print the front as JSON")] = False,
    lang: Annotated[str | None, typer.Option("--lang", help="language of the page: en or zh")] = None,
) -> None:
    """Trade cost, carbon, water and latency against each other: the front of the best plans."""
    with door():
        from optim.stop import Stop
        from siting.folder import check_free
        from siting.pareto_run import MARKER, objectives, pareto, write_pareto
        from siting.scenario import load_scenario

        names = objectives(goals)
        options: dict[str, object] = {"geodata.data": data, "report.language": lang}
        settings = load_scenario(scenario, overrides(sets, options) + switches(rules))
        folder = out or Path("runs") / f"{settings.name}-pareto"
        check_free(folder, MARKER, force)
        with progress() as say:
            run = pareto(settings, names, points, integers, gap, say, Stop())
            say("drawing and writing")
            write_pareto(run, folder, force)
        _show(run, folder, as_json)


def _show(run: ParetoRun, folder: Path, as_json: bool) -> None:
    """Print the points on the front and the knee, or all of it as JSON."""
    from siting.json_text import to_json

    table = run.tables["pareto"]
    if as_json:
        rows = {"rows": table.to_dict("records"), "payoff": run.tables["payoff"].to_dict("records")}
        print(to_json(run.about | rows | {"run": str(folder)}), end="")
        return
    front = table[table["status"] == "proven"].drop(columns=["status", "solved", "seconds", "knee"])
    front = front.sort_values(front.columns[1])
    text = [[_cell(value) for value in row] for row in front.to_numpy().tolist()]
    show_rows("Points on the front", list(front.columns), [list(front.columns), *text] if _piped() else text)
    print(run.about["sentence"])
    counts = ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in run.about["status"].items())
    print(f"{run.about['solves']} solves in {run.about['seconds']:.0f} s; points: {counts}")
    print(f"{folder}: written")


def _piped() -> bool:
    import sys

    return not sys.stdout.isatty()


def _cell(value: float) -> str:
    return "" if value != value else f"{value:.6g}"
