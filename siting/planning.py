"""The whole flow: survey, optimise, dispatch the whole year, audit."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from geodata.survey import survey
from geodata.tables import DataWarning, Survey
from geodata.year_hours import year_hours
from optim.audit import audit
from optim.optimise import optimise, with_redispatch
from optim.redispatch import redispatch, sites_in_use
from optim.refuse import why_unplaced
from optim.stop import Stop
from optim.tables import InfeasibleError, Results
from siting.scenario import Scenario

Say = Callable[[str], None]
Finding = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """A plan: what was asked, what was known, what was decided, and what the audit found.

    `audit` has one entry per total or constraint: check, place, expected, found, error, ok. `seconds` is the
    time that all of it took [s].
    """

    scenario: Scenario
    survey: Survey
    results: Results
    audit: list[Finding]
    seconds: float


def plan(scenario: Scenario, say: Say = lambda _: None, stop: Stop | None = None) -> Plan:
    """Return the plan of a scenario.

    Parameters
    ----------
    scenario : Scenario
        The settings of each part; a part sees only its own.
    say : callable
        Called with a short text at each step.
    stop : Stop, optional
        A wish that ends the search with its best plan; all that comes after goes on.

    Raises
    ------
    TableError
        A table of places, prices or demand is unusable.
    PlanError
        No plan exists or it places no load at all, the time limit or an interrupt came first, or the solver
        failed.
    """
    start = time.perf_counter()
    say("surveying places")
    places = survey(scenario.geodata)
    say("optimising")
    results = optimise(places, scenario.optim, say, stop)
    _tell_if_nothing_is_built(scenario, places, results)
    results = dispatched(scenario, places, results, say)
    say("auditing")
    findings = audit(places, scenario.optim, results)
    return Plan(scenario, places, results, findings, time.perf_counter() - start)


def _tell_if_nothing_is_built(scenario: Scenario, places: Survey, results: Results) -> None:
    """Refuse a plan without any load; warn of one that only fills halls that stand already."""
    if results.halls.empty:
        raise InfeasibleError(why_unplaced(places, scenario.optim))
    if not results.build["opened"].any() and len(results.unserved):
        what = "no new campus finds a place, only halls that stand already or same-city sites take load"
        warnings.warn(why_unplaced(places, scenario.optim, what), DataWarning, stacklevel=3)


def dispatched(scenario: Scenario, places: Survey, results: Results, say: Say = lambda _: None) -> Results:
    """Return the plan with its last year dispatched over 8760 hours (table `redispatch`), if asked."""
    if scenario.optim.redispatch == "off":
        return results
    say("reading the hours of the year")
    used = places.candidates[places.candidates["site_id"].isin(sites_in_use(results))]
    hours = year_hours(used, scenario.geodata)
    say("dispatching the last year over 8760 hours")
    return with_redispatch(results, redispatch(places, scenario.optim, results, hours, say))
