"""All options of the optimisation."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from optim.inputs import Asked
from optim.model import Choices
from optim.solve import Settings as SolveSettings


class Settings(Asked, Choices):
    """Options of the optimisation."""

    solve: SolveSettings = Field(SolveSettings(), description="method, solver, gap and limits")
    redispatch: Literal["last", "off"] = Field(
        "last", description="last: dispatch the last year of the plan over 8760 hours; off: do not"
    )


def alone(settings: Settings) -> Settings:
    """Return settings with which a problem is solved in this process alone, without the 8760 hours."""
    solve = settings.solve.model_copy(update={"workers": 1, "threads": 1, "scheduler": None})
    return settings.model_copy(update={"solve": solve, "redispatch": "off"})
