"""How a solve ended, and the figures that went into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PartName = Literal["matrix", "costs", "bounds", "right_hand_sides"]
LEAST, MOST, SPAN_MAX = 1e-7, 1e7, 1e9


@dataclass(frozen=True)
class CoefficientRange:
    """Smallest and largest absolute value, zero left out, of a part of a model, and where they stand.

    Model units are GW, TWh and M CNY, so that all should be near one. HiGHS holds rows to 1e-7 by default: a
    factor below 1e-7 moves no row by more than that while its variable is of order one, and below 1e-9 HiGHS
    takes it for zero. At 1e7 the last digit of a double is 2e-9, near the 1e-8 that is asked for here. A
    matrix that spans more than 1e9 leaves seven of a double's sixteen digits, no more than that tolerance.

    Attributes
    ----------
    model : str
        whole, master or plants.
    part : {"matrix", "costs", "bounds", "right_hand_sides"}
        Of the matrix, a place is a row x a column; of costs and bounds a column; of right-hand sides a row.
    """

    model: str
    part: PartName
    smallest: float
    smallest_at: str
    largest: float
    largest_at: str

    @property
    def offender(self) -> tuple[float, str] | None:
        """Return value and place farthest from one, if that is too far or the matrix spans too much."""
        least, most = (self.smallest, self.smallest_at), (self.largest, self.largest_at)
        is_wide = self.part == "matrix" and self.largest / self.smallest > SPAN_MAX
        is_far = self.smallest < LEAST or self.largest > MOST
        worst = least if 1 / self.smallest > self.largest else most
        return worst if is_wide or is_far else None


@dataclass(frozen=True)
class Solution:
    """How the solve ended. Objective, bound and gap are of the siting cost in million CNY, discounted."""

    solver: str
    method: str
    status: str
    objective_m_cny: float
    bound_m_cny: float
    gap_share: float
    gap_m_cny: float
    siting_cost_m_cny: float
    penalty_m_cny: float
    seconds_build: float
    seconds_solve: float
    columns: int
    rows: int
    integers: int
    iterations: int
    cuts: int
    coefficients: tuple[CoefficientRange, ...] = ()
