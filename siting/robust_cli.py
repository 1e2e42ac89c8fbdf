"""`siting robust`: what of a run holds when its data are as wrong as they may be."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siting.console import door, progress, show_heading_rows
from siting.counting import counting
from siting.options import Sets

if TYPE_CHECKING:
    from optim.robust.run import Ready
    from siting.planning import Plan
    from siting.robust.tables import Robust


def robust_command(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="run folder written by `siting plan`")],
    draws: Annotated[
        int | None,
        typer.Option(
            help="draws of the errors, an even number", show_default="100; 40 of a problem solved in parts"
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="of the random numbers")] = 1,
    workers: Annotated[int, typer.Option(min=1, max=256, help="processes; the numbers do not change")] = 2,
    half_width: Annotated[
        float, typer.Option(min=0, max=1, help="stop when shares of draws are known so well (95 %); 0: never")
    ] = 0.0,
    integers: Annotated[
        bool, typer.Option("--integers", help="whole campuses in each draw; small scenarios only")
    ] = False,
    gap: Annotated[float, typer.Option(min=1e-7, max=0.01, help="gap of each draw's relaxation")] = 1e-3,
    noise: Annotated[
        list[str] | None,
        typer.Option("--noise", metavar="GROUP.PART=NUMBER", help="another error, e.g. tariffs.medium=0.05"),
    ] = None,
    sets: Sets = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="RUN/robust if left out")] = None,
    force: Annotated[bool, typer.Option("--force", help="replace older draws")] = False,
    lang: Annotated[str | None, typer.Option("--lang", help="language of the page: en or zh")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print every table as JSON")] = False,
) -> None:
    """Plan a run anew under drawn errors of tariffs, costs and headroom; say what holds and what does not."""
    with door():
        from optim.robust.run import Asked, usual_draws
        from siting.artefacts import read_run
        from siting.folder import check_free
        from siting.options import language_of
        from siting.robust.ends import noise_of
        from siting.robust.write import FOLDER, MARKER

        errors = noise_of(noise or [])
        folder = out or run / FOLDER
        check_free(folder, MARKER, force)
        plan = read_run(run, sets or [])
        language = language_of(lang or plan.scenario.report.language)
        count = usual_draws(plan.survey, plan.scenario.optim) if draws is None else draws
        asked = Asked(count, seed, workers, integers, half_width, gap)
        found = _drawn(plan, _ready(plan, errors, asked))
        _write(plan, found, run, folder, language, force)
        _show(plan, found, folder, as_json)


def _ready(plan: Plan, noise: object, asked: object) -> Ready:
    from optim.robust.noise import Noise
    from optim.robust.run import Asked, prepared
    from siting.robust.ends import headroom_ends

    assert isinstance(noise, Noise)
    assert isinstance(asked, Asked)
    with progress() as say:
        say("solving without errors")
        return prepared(plan.survey, plan.scenario.optim, noise, headroom_ends(plan), asked, say)


def _drawn(plan: Plan, ready: Ready) -> Robust:
    import time

    from optim.robust.run import draw
    from siting.robust.tables import robust_of

    began = time.perf_counter()
    with counting(ready.asked.draws, "draws") as tick:
        found = draw(ready, lambda number, drawn: tick(f"{number} {drawn.status}"))
    return robust_of(plan, found, ready.without.seconds + time.perf_counter() - began)


def _write(plan: Plan, robust: Robust, run: Path, folder: Path, language: str, force: bool) -> None:
    """Write the folder, and the run's report anew if the draws are the run's own."""
    from siting.options import language_of
    from siting.report_cli import rewrite_report
    from siting.robust.write import FOLDER, write_robust

    write_robust(plan, robust, folder, language_of(language), force)
    if folder.resolve() == (run / FOLDER).resolve():
        rewrite_report(run)


def _show(plan: Plan, robust: Robust, folder: Path, as_json: bool) -> None:
    from siting.json_text import to_json
    from siting.robust.page import RobustText, input_table, notes, province_table, sentences, set_table

    if as_json:
        tables = ("provinces", "sites", "sets", "inputs", "bands")
        told = {name: getattr(robust, name).to_dict("records") for name in tables}
        print(to_json(robust.about | told | {"robust": str(folder)}), end="")
        return
    text = RobustText(plan, robust, "en")
    print("\n".join([*sentences(text), *[f"note: {line}" for line in notes(text)]]))
    shown = {"Provinces [MW]": province_table(text), "Worth knowing better": input_table(text)}
    for title, table in (shown | {"Sets of equivalent sites": set_table(text)}).items():
        if table.rows:
            show_heading_rows(title, table.heads, table.rows, table.text_columns)
    print(f"{folder}: written")
