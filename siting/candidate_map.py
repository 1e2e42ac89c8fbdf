"""The map of a survey's candidates, as the command line and notebooks draw it."""

from __future__ import annotations

from geodata.tables import Survey
from maps.candidate_page import candidate_page
from maps.texts import texts
from siting.scenario import Scenario


def map_page(
    scenario: Scenario, survey: Survey, column: str | None = None, tiles_key: str | None = None
) -> str:
    """Return the candidate map of a survey as one HTML page.

    Parameters
    ----------
    scenario : Scenario
        Whose survey it is; its settings of maps say how it is drawn.
    survey : Survey
        Places and their figures.
    column : str, optional
        Column that gives the colour at first.
    tiles_key : str, optional
        See `maps.tiles.source`.
    """
    settings, cells = scenario.maps, scenario.geodata.cells
    titled = settings.model_copy(update={"title": settings.title or _title(scenario)})
    return candidate_page(survey, titled, column, cells.resolution_deg if cells.enabled else None, tiles_key)


def _title(scenario: Scenario) -> str:
    words = texts(scenario.maps.language)
    title = scenario.title_in(scenario.maps.language)
    return f"{words['page.title_candidates']}{words['list.colon']}{title}"
