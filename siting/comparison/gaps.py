"""What two searches that stopped at a gap can say of the difference in cost of the best plans."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from optim.hours import representative_hours
from siting.comparison.shared import Run


@dataclass(frozen=True)
class Gaps:
    """The gaps of both runs, and what they leave of a difference [million CNY, discounted].

    The best plan of each run costs between its bound and its objective. So the best plans differ by between
    `least_m_cny` and `most_m_cny`, and a difference below `together_m_cny` is not known to be one. Only
    where both runs plan for the same years (`same_years`) on the same representative days (`same_days`) can
    the difference itself be judged.
    """

    base_m_cny: float
    run_m_cny: float
    objectives_m_cny: float
    same_years: bool
    same_days: bool

    @property
    def is_judged(self) -> bool:
        """Return whether the gaps tell how sure the difference is."""
        return self.same_years and self.same_days

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
    return Gaps(
        first.gap_m_cny,
        second.gap_m_cny,
        second.objective_m_cny - first.objective_m_cny,
        same_years,
        _days(base) == _days(run),
    )


def _days(run: Run) -> tuple[object, ...]:
    """Return the representative days that a run was solved on, and how many days of each month they are."""
    hours = representative_hours(run.plan.survey, run.plan.scenario.optim.hours.days_max)
    return hours.days, hours.month_days.to_csv()
