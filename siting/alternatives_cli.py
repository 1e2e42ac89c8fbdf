"""`siting alternatives`: plans that cost little more than a run's and look as different as they can."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siting.console import door, progress, show_heading_rows
from siting.options import Sets

if TYPE_CHECKING:
    from optim.alternatives.settings import Asked
    from siting.alternatives.tables import Alternatives
    from siting.planning import Plan


def alternatives_command(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="run folder written by `siting plan`")],
    slack: Annotated[str, typer.Option(help="how much more a plan may cost: 1% or 0.01")] = "1%",
    count: Annotated[int, typer.Option(min=1, max=500, help="plans in the diverse set")] = 20,
    seed: Annotated[int, typer.Option(min=0, help="of the random directions")] = 1,
    integers: Annotated[
        bool, typer.Option("--integers", help="whole campuses in each plan; small scenarios only")
    ] = False,
    sets: Sets = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="RUN/alternatives if left out")] = None,
    force: Annotated[bool, typer.Option("--force", help="replace older alternatives")] = False,
    lang: Annotated[str | None, typer.Option("--lang", help="language of the page: en or zh")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print every table as JSON")] = False,
) -> None:
    """Find plans within a slack of a run's least cost: how far places can go, and a set that differs most."""
    with door():
        from optim.alternatives.settings import Asked
        from siting.alternatives.write import FOLDER, MARKER, write_alternatives
        from siting.artefacts import read_run
        from siting.folder import check_free
        from siting.options import language_of

        asked = Asked(slack_share=_share(slack), count=count, seed=seed, integers=integers)
        folder = out or run / FOLDER
        check_free(folder, MARKER, force)
        plan = read_run(run, sets or [])
        language = language_of(lang or plan.scenario.report.language)
        near = _found(plan, asked)
        write_alternatives(plan, near, folder, language, force)
        _show(plan, near, folder, as_json)


def _share(text: str) -> float:
    from siting.scenario import ScenarioError

    try:
        share = float(text.rstrip("% ")) / (100.0 if text.rstrip().endswith("%") else 1.0)
    except ValueError:
        share = -1.0
    if not 0.0 < share <= 1.0:
        raise ScenarioError(f"--slack {text}: expected a share of the cost over 0, such as 1% or 0.01")
    return share


def _found(plan: Plan, asked: Asked) -> Alternatives:
    import time

    from optim.alternatives.search import search
    from siting.alternatives.tables import alternatives_of

    began = time.perf_counter()
    settings = plan.scenario.optim
    alone = settings.model_copy(update={"redispatch": "off"})
    with progress() as say:
        say("solving the optimum")
        found = search(plan.survey, alone, asked, tick=lambda word: say(f"found {word}"))
    return alternatives_of(plan, found, asked, time.perf_counter() - began)


def _show(plan: Plan, near: Alternatives, folder: Path, as_json: bool) -> None:
    from siting.alternatives.page import NearText, alternative_table, notes, range_table, sentences
    from siting.json_text import to_json

    if as_json:
        names = ("ranges", "alternatives", "provinces", "sites", "distances")
        told = {name: getattr(near, name).to_dict("records") for name in names}
        print(to_json(near.about | told | {"folder": str(folder)}), end="")
        return
    text = NearText(plan, near, "en")
    print("\n".join([*sentences(text), *[f"note: {line}" for line in notes(text)]]))
    shown = {"Ranges within the slack [MW]": range_table(text), "Alternatives": alternative_table(text)}
    for title, table in shown.items():
        show_heading_rows(title, table.heads, table.rows, table.text_columns)
    print(f"{folder}: written")
