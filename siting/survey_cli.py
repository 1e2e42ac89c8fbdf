"""`siting survey`: survey the places, write the tables, or say all that is known of one place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siting.console import door, progress
from siting.options import DataFolder, Sets, overrides

if TYPE_CHECKING:
    import pandas as pd


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
        from siting.scenario import ScenarioError, load_scenario

        if as_json and explain is None:
            raise ScenarioError("--json: expected with --explain SITE; a survey is a folder of tables")
        settings = load_scenario(scenario, overrides(sets, {"geodata.data": data}))
        if explain is not None:
            _explain(settings, explain, as_json)
        if explain is None or out is not None:
            _write(settings, out or Path("surveys") / settings.name, force)


def _write(scenario, out: Path, force: bool) -> None:  # type: ignore[no-untyped-def]
    from siting.folder import check_free
    from siting.survey_folder import MARKER, write_survey

    check_free(out, MARKER, force)
    with progress() as say:
        found = write_survey(scenario, out, force, say)
    print(f"{out}: written")
    if scenario.geodata.data is not None:
        _show_differences(found)


def _show_differences(found: pd.DataFrame) -> None:
    for row in found.to_dict("records"):
        name = f"{row['table']}.{row['column']}"
        if row["example"]:
            print(f"differs: {name} in {row['rows']} rows, most at {row['example']}")
        else:
            print(f"not rebuilt, its layer is missing: {name}")
    if found.empty:
        print("the shipped tables, rebuilt from this data folder, are the same")


def _explain(scenario, site: str, as_json: bool) -> None:  # type: ignore[no-untyped-def]
    from geodata.survey import survey
    from siting.explain import explain, show

    with progress() as say:
        found = explain(survey(scenario.geodata, say), site)
    show(found, as_json)
