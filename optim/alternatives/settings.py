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
    spare_share : float
        Share of the way from the optimum to the end of a direction that its plan may fall short of.
    gap_share : float
        Gap of the optimum.
    rounds_max : int
        Most solves of an alternative.
    """

    slack_share: float = 0.01
    count: int = 20
    seed: int = 1
    integers: bool = False
    spare_share: float = 0.05
    gap_share: float = 5e-4
    rounds_max: int = 12
