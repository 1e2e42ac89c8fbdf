"""What a kept problem hands to its planner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optim.arrays.amounts import sums
from optim.arrays.layout import Layout
from optim.model import Model
from optim.terms import Term, of

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Solved:
    """A solve: point, its cost, penalties and bound [M CNY, discounted], `MEASURES`, and how it ended."""

    status: str
    values: Array
    objective: float
    bound: float
    penalty: float
    measures: Array
    rounds: int


def penalty_costs(model: Model, columns: Layout) -> Array:
    """Return what each column adds to the discounted penalties of a model [M CNY a unit]."""
    discount = model.pyomo.discount
    found = np.zeros(columns.size)
    for term in of(model.terms, "penalty"):
        found += sums(columns, term.index, _discounted(term, discount))
    return found


def _discounted(term: Term, discount: Any) -> Callable[..., Any]:
    return lambda *index: discount[index[-1]] * term.rule(*index)
