"""`siting map` of a survey: the candidate map of a survey folder or of a scenario file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from siting.console import progress

if TYPE_CHECKING:
    from geodata.tables import Survey
    from siting.scenario import Scenario

PAGE = "candidates.html"


def is_survey(target: Path) -> bool:
    """Return whether a folder is a survey, or a path a scenario file; anything else is for the plan map."""
    return (target / "survey.json").is_file() or target.is_file() or target.suffix in (".yaml", ".yml")


def candidate_map(
    target: Path,
    out: Path | None,
    drawn: Sequence[str],
    column: str | None = None,
    tiles_key: str | None = None,
) -> Path:
    """Write the candidate map of a survey and return where it lies.

    Parameters
    ----------
    target : Path
        Survey folder, or a scenario file, which is surveyed.
    out : Path or None
        Page to write; none: candidates.html in the folder, or NAME-candidates.html beside the work.
    drawn : sequence of str
        Settings of the map, such as `maps.language=zh`.
    column : str, optional
        Column that gives the colour at first.
    tiles_key : str, optional
        See `maps.tiles.source`.
    """
    from siting.candidate_map import map_page
    from siting.folder import write_text

    with progress() as say:
        scenario, survey = _surveyed(target, drawn, say)
        say("drawing")
        page = map_page(scenario, survey, column, tiles_key)
        path = out or (target / PAGE if target.is_dir() else Path(f"{scenario.name}-{PAGE}"))
        write_text(path, page)
    return path


def _surveyed(target: Path, overrides: Sequence[str], say: Callable[[str], None]) -> tuple[Scenario, Survey]:
    from geodata.survey import survey
    from siting.scenario import load_scenario
    from siting.survey_folder import read_survey

    if target.is_dir():
        return read_survey(target, overrides)
    scenario = load_scenario(target, overrides)
    return scenario, survey(scenario.geodata, say)
