"""A scenario without a plan: what conflicts, as JSON for programs; people read the error itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from geodata.tables import Survey
from optim.conflict.find import find_conflict
from optim.conflict.words import as_figures, in_words
from optim.tables import InfeasibleError
from siting.json_text import to_json
from siting.scenario import Scenario

_CHECK_S = 5.0


@contextmanager
def conflict_printed(as_json: bool) -> Iterator[None]:
    """Print the conflict of an InfeasibleError as JSON, if asked, and let the error pass on."""
    try:
        yield
    except InfeasibleError as error:
        if as_json:
            print(to_json({"infeasible": str(error).splitlines()[0]} | (error.conflict or {})), end="")
        raise


def refuse_conflict(scenario: Scenario, places: Survey) -> None:
    """Raise InfeasibleError if rules and limits of a scenario conflict.

    The search itself is not run: in the decomposed form the hours of the plants are not seen, and whole
    campuses in small models only.

    Parameters
    ----------
    scenario : Scenario
        What is asked.
    places : Survey
        Its survey.
    """
    conflict = find_conflict(places, scenario.optim, seconds=_CHECK_S)
    if conflict is not None:
        raise InfeasibleError(
            f"no plan meets all hard rules and limits.\n{in_words(conflict)}", as_figures(conflict)
        )
