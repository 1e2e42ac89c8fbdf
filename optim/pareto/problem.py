"""What a front is made over: goals, and something that minimises a weighted sum of them below sides.

Inside, every goal is minimised: one that is to be large counts with the other sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Sense = Literal["min", "max"]


@dataclass(frozen=True)
class Goal:
    """One objective: its name, which way is better, and the step of its values if they lie on a grid.

    `step` is 1 where all values are whole numbers; None: any value.
    """

    name: str
    sense: Sense = "min"
    step: float | None = None

    @property
    def sign(self) -> float:
        """Return 1 for a goal to be small, -1 for one to be large."""
        return 1.0 if self.sense == "min" else -1.0


@dataclass(frozen=True, eq=False)
class Answer:
    """Values of all goals, each as minimised, whether that is proven, and what was decided.

    `values` are worked out from the decision, not read from the solver. `complete`: optimal to the gap;
    else the time ended the solve and the point is only the best so far.
    """

    values: Array
    complete: bool
    decision: Any = None


class Problem(Protocol):
    """Goals, and a solver of their weighted sum that is hot: only sides and costs change between solves."""

    @property
    def goals(self) -> Sequence[Goal]:
        """Return the goals in order."""
        ...

    def solve(self, weights: Array, most: Array, start: Any = None) -> Answer:
        """Return the best answer of min weights . f over f <= most.

        Parameters
        ----------
        weights : array
            One for each goal, not negative.
        most : array
            Largest value of each goal as minimised; inf: no side.
        start : object, optional
            Decision of an answer that meets the sides.

        Raises
        ------
        InfeasibleError
            Nothing meets the sides.
        TimeLimitError
            The time ended before any answer.
        """
        ...


def told(goals: Sequence[Goal], values: Array) -> Array:
    """Return values as people know them; the other way round it is the same."""
    return values * np.asarray([goal.sign for goal in goals])
