"""`siting survey`: survey the places, write the tables, or say all that is known of one place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siting.console import door, progress
from siting.options import DataFolder, Sets, overrides

if TYPE_CHECKING:
    import pandas as pd

    from siting.scenario import Scenario


def survey_command(
    scenario: Annotated[Path | None, typer.Argument(metavar="[SCENARIO]", help="scenario file")] = None,
    data: DataFolder = None,
    sets: Sets = None,
    out: Annotated[
        Path | None, typer.Option(help="folder to write; surveys/NAME if left out, none with --explain")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="replace an older survey")] = False,
    explain: Annotated[
        str | None, typer.Option(metavar="SITE", help="print every figure of a place with its source")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the explanation as JSON")] = False,
) -> None:
    """Survey the places, from a data folder if one is given; say where each figure of a place comes from."""
    with door():
        from geodata.survey import survey
        from siting.explain import explain as explained
        from siting.explain import show
        from siting.folder import check_free
        from siting.scenario import ScenarioError, load_scenario
        from siting.survey_folder import MARKER, write_survey

        if as_json and explain is None:
            raise ScenarioError("--json: expected with --explain SITE; a survey is a folder of tables")
        settings = load_scenario(scenario, overrides(sets, {"geodata.data": data}))
        folder = Path("surveys") / settings.name if out is None and explain is None else out
        if folder is not None:
            check_free(folder, MARKER, force)
        with progress() as say:
            found = survey(settings.geodata, say)
            told = None if explain is None else explained(found, explain)
            differs = None if folder is None else write_survey(settings, found, folder, force, say)
        if told is not None:
            show(told, as_json)
        if differs is not None and not as_json:
            print(f"{folder}: written")
            _show_differences(settings, differs)


def _show_differences(scenario: Scenario, found: pd.DataFrame) -> None:
    if scenario.geodata.data is None:
        return
    for row in found.to_dict("records"):
        name = f"{row['table']}.{row['column']}"
        if row["example"]:
            print(f"differs: {name} in {row['rows']} rows, most at {row['example']}")
        else:
            print(f"not rebuilt, its layer is missing: {name}")
    if found.empty:
        print("the shipped tables, rebuilt from this data folder, are the same")
