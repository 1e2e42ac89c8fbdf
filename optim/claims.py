"""What a solver says of a plan, looked at outside it: rows, bounds, whole numbers, cost and bound.

Solvers have called points optimal that are not. HiGHS holds rows, bounds and whole numbers of an integer
programme to 1e-6; here they must hold to ten times that, so that only what is wrong is called so.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optim.arrays import Compiled
from optim.arrays.axes import Numbers
from optim.arrays.parts import Part
from optim.tables import FalseOptimumError

Array = NDArray[np.float64]
Name = Callable[[str, int], str]
HELD = 1e-5  # rows as a share of their value, if that is over 1; bounds and whole numbers alike
SAME_COST = 1e-6  # share by which the cost may differ from the one claimed
KNOWN_COST = 1e-5  # share by which a bound may pass the cost of a known plan: its cuts hold to 1e-6 a plant
ADVICE = (
    "Solve again with another optim.solve.seed, with optim.solve.threads=1, or in the other form "
    "(optim.solve.method); figures far out of scale (`coefficients` in run.json) are the usual cause"
)


@dataclass(frozen=True)
class Run:
    """How a solve ended: objective, bound [M CNY], and whether it reached its gap."""

    objective: float
    bound: float
    complete: bool


@dataclass(frozen=True, eq=False)
class MoreRows:
    """Rows least <= sum(values x columns) <= most that came after the model, such as cuts."""

    least: Array
    most: Array
    starts: NDArray[np.int32]
    columns: NDArray[np.int32]
    values: Array


def check_point(matrix: Compiled | Part, more: list[MoreRows], values: Array, name: Name) -> None:
    """Refuse values that break rows, bounds or integrality by more than `HELD`.

    Parameters
    ----------
    matrix : Compiled or Part
        The model as it was passed to the solver.
    more : list of MoreRows
        What was added since.
    values : array
        Of all columns.
    name : callable
        Takes "row" or "column" and a number, returns what people call it.

    Raises
    ------
    FalseOptimumError
        Names the row or column that is broken most, and by how much.
    """
    x = np.nan_to_num(values, nan=math.inf)
    activity, lower, upper = _rows(matrix, more, x)
    whole = np.where(matrix.integer, np.abs(values - np.round(values)), 0.0)
    found = [
        ("row", "is broken", _excess(activity, lower, upper)),
        ("column", "is out of its bounds", _excess(x, matrix.lower, matrix.upper)),
        ("column", "is not whole", np.nan_to_num(whole, nan=math.inf)),
    ]
    kind, what, excess = max(found, key=lambda each: float(each[2].max(initial=0.0)))
    if excess.max(initial=0.0) > HELD:
        worst = int(excess.argmax())
        raise FalseOptimumError(
            f"the solver gave a plan that is none: {name(kind, worst)} {what} by {excess[worst]:.3g} "
            f"(tolerance {HELD:g}, of a value over 1 as a share). {ADVICE}"
        )


def _rows(matrix: Compiled | Part, more: list[MoreRows], x: Array) -> tuple[Array, Array, Array]:
    """Return value, lower and upper limit of all rows."""
    values = [_product(matrix.factors, matrix.indices, matrix.starts, x)]
    for rows in more:
        starts = np.append(rows.starts, len(rows.columns))
        values.append(_product(rows.values, rows.columns, starts, x))
    least = [matrix.row_lower, *(rows.least for rows in more)]
    most = [matrix.row_upper, *(rows.most for rows in more)]
    return np.concatenate(values), np.concatenate(least), np.concatenate(most)


def _product(factors: Array, columns: Numbers, starts: Numbers, x: Array) -> Array:
    matrix = sparse.csr_array((factors, columns, starts), shape=(len(starts) - 1, len(x)))
    return np.asarray(matrix @ x, dtype=float)


def _excess(values: Array, lower: Array, upper: Array) -> Array:
    """Return by how much values are outside, as a share of those over 1."""
    with np.errstate(invalid="ignore"):
        outside = np.maximum(lower - values, values - upper)
        return np.nan_to_num(outside / np.maximum(1.0, np.abs(values)), nan=math.inf, neginf=0.0)


def check_claim(run: Run, cost: float, known: float = math.inf, gap_share: float = math.inf) -> None:
    """Refuse what a solver says of its plan if it cannot be.

    Parameters
    ----------
    run : Run
        What it says.
    cost : float
        Objective of its values, worked out outside.
    known : float
        Cost of a plan that is known.
    gap_share : float
        Relative gap that was asked for.

    Raises
    ------
    FalseOptimumError
        The objective is not that of the values; the bound lies above the known plan; or the plan is called
        optimal and costs more than the known one by more than the gap.
    """
    if not abs(cost - run.objective) <= SAME_COST * max(1.0, abs(cost)):
        raise FalseOptimumError(
            f"the solver claims a cost of {run.objective:,.6f} M CNY for a plan that costs {cost:,.6f}, "
            f"which is {abs(cost - run.objective):.3g} off. {ADVICE}"
        )
    slack = KNOWN_COST * max(1.0, abs(known)) if math.isfinite(known) else 0.0
    if run.bound > known + slack:
        raise FalseOptimumError(
            f"the solver claims that no plan costs less than {run.bound:,.3f} M CNY, but one of {known:,.3f} "
            f"is known: {run.bound - known:.3g} less. {ADVICE}"
        )
    if run.complete and run.objective > known + gap_share * abs(known) + slack:
        raise FalseOptimumError(
            f"the solver calls a plan of {run.objective:,.3f} M CNY optimal; one of {known:,.3f} is known: "
            f"{run.objective - known:.3g} less, more than the gap of {gap_share:g}. {ADVICE}"
        )


def sound_bound(cost: float, *bounds: float) -> float:
    """Return the highest of some bounds that does not lie above the cost of a plan.

    >>> sound_bound(100.0, 99.0, 120.0)
    99.0
    >>> sound_bound(100.0, 120.0)
    -inf
    """
    most = cost + KNOWN_COST * max(1.0, abs(cost))
    return max((bound for bound in bounds if bound <= most), default=-math.inf)
