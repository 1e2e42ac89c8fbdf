"""A problem solved with a site forced in or closed, one number of it changed."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geodata.tables import Survey
from optim.options import Settings
from optim.warm import Answer, Planner
from optim.why.levers import Edit, Lever


@dataclass
class Bench:
    """A planner, and the site that is asked about.

    Attributes
    ----------
    planner : Planner
        Holds the problem.
    survey, settings : Survey, Settings
        As they were asked about.
    site : str
        site_id.
    gap_share : float
        To which relaxations are solved.
    solves : int
        How many there were.
    """

    planner: Planner
    survey: Survey
    settings: Settings
    site: str
    gap_share: float
    solves: int = 0

    def free(self) -> Answer:
        """Return the optimum with nothing forced."""
        self._go(self.survey)
        return self._solved()

    def closed(self, survey: Survey | None = None) -> Answer:
        """Return the optimum without a campus at the site, with other tables if some are given."""
        self._go(survey or self.survey)
        with self.planner.edited() as edit:
            keys = [(self.site, y) for y in self.planner.inputs.years]
            edit.bound(self.planner.m.compute.opened, keys, 0.0, 0.0)
            return self._solved()

    def forced(self, lever: Lever, value: float) -> Answer:
        """Return the optimum with the site forced in and a number of it changed to a value."""
        survey = lever.table(value) if lever.table else None
        return self.forced_in(survey, lever.edit, value)

    def forced_in(
        self, survey: Survey | None = None, change: Edit | None = None, value: float = 0.0
    ) -> Answer:
        """Return the optimum with a campus of the least size in use in the last year.

        Parameters
        ----------
        survey : Survey, optional
            Other tables.
        change : callable, optional
            Other costs, as of `Lever.edit`.
        value : float
            What `change` takes.
        """
        self._go(survey or self.survey)
        m, last = self.planner.m, max(self.planner.inputs.years)
        with self.planner.edited() as edit:
            least_gw = m.compute.campus_min_gw.value
            edit.bound(m.compute.opened, [(self.site, last)], 1.0, 1.0)
            edit.bound(m.compute.it_new_gw, [(self.site, last)], least_gw, math.inf)
            if change:
                change(edit, m, value)
            return self._solved()

    def _go(self, survey: Survey) -> None:
        if self.planner.survey is not survey:
            self.planner.change(survey, self.settings)

    def _solved(self) -> Answer:
        self.solves += 1
        return self.planner.solve(gap_share=self.gap_share)
