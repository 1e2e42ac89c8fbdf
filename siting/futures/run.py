"""From a scenario and its futures to a study: worlds, their plans, and the places that stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geodata.resurvey import Resurvey
from optim.futures.study import Settings, study
from optim.futures.worth import Study
from siting.futures.checks import all_values, all_worlds
from siting.futures.files import Draw, TreeFile, UncertainFile
from siting.futures.worlds import Base, base_of, mean_values, world
from siting.scenario import Draft, ScenarioError

Say = Callable[[str], None]
STANDS_MW = 1.0
MOST_SHARE = 0.9
MEAN, AS_IS = "mean of futures", "scenario as it is"


@dataclass(frozen=True)
class Found:
    """A study and what it was made of.

    Attributes
    ----------
    base : Base
        The scenario.
    settings : Settings
        Aim, method, decision year.
    futures : DataFrame
        future, probability, note, and one column for each key that some future changes.
    kept : list of str
        Keys that have no mean and are as in the scenario in the mean of futures.
    study : Study
        Plans, costs, values.
    """

    base: Base
    settings: Settings
    futures: pd.DataFrame
    kept: list[str]
    study: Study


def run(
    draft: Draft,
    file: TreeFile | UncertainFile,
    draws: list[Draw],
    settings: Settings,
    say: Say = lambda _: None,
) -> Found:
    """Return the two-stage plan of a scenario for some futures, beside plans that know only one.

    Parameters
    ----------
    draft : Draft
        The scenario.
    file : TreeFile or UncertainFile
        Where the futures come from: its keys are set in all of them, faults are told with its name.
    draws : list of Draw
        The futures.
    settings : Settings
        Aim, method, decision year.
    say : callable
        Takes one line a step.

    Raises
    ------
    ScenarioError, TableError, PlanError
        Keys that do not exist, tables that do not fit, or no plan.
    """
    known = Resurvey()
    say("surveying places")
    base = base_of(draft, known, file.set, file.source)
    _check_year(base, settings.decision_year)
    values = all_values(base, draws)
    means, kept = mean_values(base, [(draw.probability, values[draw.name]) for draw in draws])
    worlds = all_worlds(base, draws, values, known, say)
    references = [world(base, MEAN, 0.0, means, known), world(base, AS_IS, 0.0, {}, known)]
    found = study(worlds, references, settings, say)
    return Found(base, settings, _table(base, draws, values), kept, found)


def _check_year(base: Base, year: int) -> None:
    years = base.scenario.geodata.demand.years
    if year not in years:
        raise ScenarioError(f"decision_year: found {year}, expected a year of {years[0]} to {years[-1]}")


def _table(base: Base, draws: list[Draw], values: dict[str, dict[str, Any]]) -> pd.DataFrame:
    keys = sorted({key for each in values.values() for key in each})
    rows = [
        {"future": draw.name, "probability": draw.probability, "note": draw.note}
        | {key: values[draw.name].get(key, "") for key in keys}
        for draw in draws
    ]
    return pd.DataFrame(rows)


def places(found: Found, by: str) -> pd.DataFrame:
    """Return where the two-stage plan builds, in how much of probability, most robust first.

    Parameters
    ----------
    found : Found
        The study.
    by : {"site_id", "province"}
        Sites or provinces.

    Returns
    -------
    DataFrame
        Place, side (sites), first_mw (new IT power by the decision year, the same in all futures), end_share
        (probability of the futures in which at least 1 MW stands in the last year), end_mean_mw,
        end_least_mw, end_most_mw, stands_in_most (end_share of at least 0.9).
    """
    sites, weight = found.study.sites, found.futures.set_index("future")["probability"]
    sums = sites.groupby([by, "future", "year"])["it_mw"].sum()
    last = sums.xs(int(sites["year"].max()), level="year").unstack("future")[list(weight.index)]
    first = sums.xs(found.settings.decision_year, level="year").groupby(level=by).max()
    table = pd.DataFrame(
        {
            "first_mw": first.reindex(last.index),
            "end_share": (last >= STANDS_MW).mul(weight).sum(axis=1).clip(upper=1.0),
            "end_mean_mw": last.mul(weight).sum(axis=1),
            "end_least_mw": last.min(axis=1),
            "end_most_mw": last.max(axis=1),
        }
    )
    table = table[(table["end_most_mw"] >= STANDS_MW) | (table["first_mw"] >= STANDS_MW)]
    table["stands_in_most"] = table["end_share"] >= MOST_SHARE - 1e-9
    return _named(found, table, by).sort_values(
        ["end_share", "end_mean_mw"], ascending=False, ignore_index=True
    )


def _named(found: Found, table: pd.DataFrame, by: str) -> pd.DataFrame:
    if by == "province":
        return table.reset_index()
    known = found.base.survey.candidates.set_index("site_id")[["name_en", "province", "side"]]
    return table.join(known).reset_index()[["site_id", *known.columns, *table.columns]]
