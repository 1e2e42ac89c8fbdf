"""What all parts of the audit look at: survey, options and plan, and the keys of its tables."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geodata.tables import Survey
from optim.audits.groups import class_table, group_table
from optim.economics import Money, money
from optim.hours import Hours, representative_hours
from optim.options import Settings
from optim.policy import Rule, rules_in_force
from optim.settings import EDGE, EXISTING
from optim.tables import Results

PLANT = ["site_id", "technology", "year"]
SITE = ["site_id", "year"]


@dataclass(frozen=True)
class Case:
    """A plan and all that it was made from.

    Attributes
    ----------
    survey, settings, results
        The tables and options that the plan was made from, and the plan.
    sites : DataFrame
        Candidates by site_id.
    years : list of int
        Planning years.
    prices : Money
        Cost items.
    hours : Hours
        Days kept, their weights and months.
    rules : list of Rule
        Policy rules in force.
    classes, groups : DataFrame
        Classes with their load group, and load groups (see `optim.audits.groups`).
    """

    survey: Survey
    settings: Settings
    results: Results
    sites: pd.DataFrame
    years: list[int]
    prices: Money
    hours: Hours
    rules: list[Rule]
    classes: pd.DataFrame
    groups: pd.DataFrame

    @property
    def new(self) -> pd.DataFrame:
        """Return the rows of new halls."""
        halls = self.results.halls
        return halls[~halls["technology"].isin([EXISTING, EDGE])]

    def halls_of(self, kind: str) -> pd.DataFrame:
        """Return the rows of `existing` or `edge`."""
        return self.results.halls[self.results.halls["technology"] == kind]

    def province(self, sites: pd.Series | pd.Index) -> pd.Series:
        """Return the province of each site, in order."""
        return self.sites["province"].reindex(sites)


def case_of(survey: Survey, settings: Settings, results: Results) -> Case:
    """Return what the audit looks at."""
    years = sorted({int(y) for y in survey.demand["year"]})
    classes = class_table(survey, settings.load.defer)
    return Case(
        survey=survey,
        settings=settings,
        results=results,
        sites=survey.candidates.set_index("site_id"),
        years=years,
        prices=money(survey.costs, settings.costs),
        hours=representative_hours(survey, settings.hours.days_max),
        rules=rules_in_force(survey.rules, survey.candidates, tuple(years)),
        classes=classes,
        groups=group_table(classes),
    )


def base_technology(case: Case, technology: pd.Index) -> pd.Index:
    """Return the cooling whose climate figures each technology has."""
    stand_in = {EXISTING: "chilled_water", EDGE: case.settings.cooling.edge_technology}
    return technology.map(lambda c: stand_in.get(c, c))
