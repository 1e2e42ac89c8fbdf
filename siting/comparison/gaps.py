"""What two searches that stopped at a gap can say of the difference in cost of the best plans."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from siting.comparison.shared import Run


@dataclass(frozen=True)
class Gaps:
    """The gaps of both runs, and what they leave of a difference [million CNY, discounted].

    The best plan of each run costs between its bound and its objective. So the best plans differ by between
    `least_m_cny` and `most_m_cny`, and a difference below `together_m_cny` is not known to be one. Only
    where both runs plan for the same years can the difference itself be judged (`same_years`).
    """

    base_m_cny: float
    run_m_cny: float
    objectives_m_cny: float
    same_years: bool

    @property
    def together_m_cny(self) -> float:
        """Return both gaps together."""
        return self.base_m_cny + self.run_m_cny

    @property
    def least_m_cny(self) -> float:
        """Return the least by which the best plan of the run costs more than that of the base."""
        return self.objectives_m_cny - self.run_m_cny

    @property
    def most_m_cny(self) -> float:
        """Return the most by which the best plan of the run costs more than that of the base."""
        return self.objectives_m_cny + self.base_m_cny

    def hides(self, difference_m_cny: pd.Series) -> pd.Series:
        """Return where a difference is no larger than both gaps together."""
        return difference_m_cny.abs() <= self.together_m_cny


def gaps(base: Run, run: Run, same_years: bool) -> Gaps:
    """Return the gaps of two runs and the difference of their objectives."""
    first, second = base.plan.results.solution, run.plan.results.solution
    return Gaps(first.gap_m_cny, second.gap_m_cny, second.objective_m_cny - first.objective_m_cny, same_years)
