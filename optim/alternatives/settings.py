"""How alternatives are looked for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """How far from the optimum, how many, and how exactly.

    Attributes
    ----------
    slack_share : float
        How much an alternative may cost more than the optimum, penalties included.
    count : int
        Alternatives in the diverse set, the optimum first.
    seed : int
        Of the random directions.
    integers : bool
        Plans with whole campuses and modules; small problems only.
    tolerance_share : float
        By how much of the cost a plan may be over the slack.
    gap_share : float
        Gap of the optimum.
    exact_share : float
        Relative gap at which an interior point stops.
    rounds_max : int
        Most solves of an alternative.
    """

    slack_share: float = 0.01
    count: int = 20
    seed: int = 1
    integers: bool = False
    tolerance_share: float = 5e-4
    gap_share: float = 5e-4
    exact_share: float = 1e-5
    rounds_max: int = 12
