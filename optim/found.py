"""What a search hands over."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from optim.marginals import Marginals
from optim.model import Model
from optim.plant_energy import Array, Key
from optim.solution import CoefficientRange


@dataclass(frozen=True)
class Found:
    """A plan: the model with its values, the energy of its plants, and how the search ended.

    `usual` holds cost and gradient of each plant and year at `optim.plant_energy.usual_point`, if decomposed.
    """

    model: Model
    energy: dict[str, pd.DataFrame]
    relaxed: Marginals
    priced: Marginals
    method: str
    status: str
    objective: float
    bound: float
    penalty: float
    columns: int
    rows: int
    integers: int
    iterations: int = 0
    cuts: int = 0
    coefficients: tuple[CoefficientRange, ...] = ()
    usual: dict[Key, tuple[float, Array]] = field(default_factory=dict)
