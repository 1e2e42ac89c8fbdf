"""What is asked of a plan for several futures, and what one future answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from geodata.tables import Survey
from optim.options import Settings
from optim.settings import Frozen

Array = NDArray[np.float64]
Key = tuple[str, tuple[Any, ...]]


class Aim(Frozen):
    """What the plan is to keep low over the futures."""

    kind: Literal["expected", "cvar", "regret"] = Field(
        "expected",
        description="expected: the mean cost; cvar: the mean cost of the dearest futures, beside the mean of "
        "all; regret: the most by which a future costs more than if it had been known",
    )
    alpha: float = Field(
        0.8, ge=0, lt=1, description="cvar: the mean is over the dearest 1 - alpha of probability"
    )
    weight: float = Field(0.5, ge=0, le=1, description="cvar: its weight; the mean cost has the rest")


@dataclass(frozen=True)
class Future:
    """One future: its probability, and the survey and settings that hold in it."""

    name: str
    probability: float
    survey: Survey
    settings: Settings


@dataclass(frozen=True, eq=False)
class Outcome:
    """The best that one future makes of a first stage.

    Attributes
    ----------
    cost_m_cny : float
        Discounted, penalties included; what is compared. Infinite: no plan of this future begins so.
    penalty_m_cny : float
        Of that, unserved load and what rules and limits lack.
    first : array
        The first stage, in the order of its keys.
    slope : array
        How the cost changes with each of them, if they were held [M CNY].
    sites : DataFrame
        site_id, province, side, year, it_mw: IT power of new campuses.
    lack : float
        By how much the first stage would have to differ, where no plan begins so; then `slope` is of this.
    short_m_cny : float
        By how much the cost may be too low.
    """

    cost_m_cny: float
    penalty_m_cny: float
    first: Array
    slope: Array
    sites: pd.DataFrame
    lack: float = 0.0
    short_m_cny: float = 0.0


@dataclass(frozen=True, eq=False)
class FirstRows:
    """Bounds and rows of the first stage and of what is near it, as in `optim.arrays.Compiled`.

    The first `size` columns are the first stage.
    """

    size: int
    lower: Array
    upper: Array
    row_lower: Array
    row_upper: Array
    starts: Any
    indices: Any
    factors: Array


@dataclass(frozen=True, eq=False)
class Chosen:
    """A first stage that was chosen for all futures, its aim and the bound of that, and how it was found."""

    first: Array
    aim_m_cny: float
    bound_m_cny: float
    method: str
    rounds: int = 0
    notes: list[str] = field(default_factory=list)
