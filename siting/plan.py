"""The whole flow: survey, optimise, audit."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from geodata.survey import survey
from geodata.tables import Survey
from optim.audit import audit
from optim.optimise import optimise, why_unplaced
from optim.tables import InfeasibleError, Results
from siting.scenario import Scenario

Say = Callable[[str], None]
Finding = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """A plan: what was asked, what was known, what was decided, and what the audit found.

    `audit` has one entry per total or constraint: check, place, expected, found, error, ok. `seconds` is the
    time that survey, optimisation and audit took together [s].
    """

    scenario: Scenario
    survey: Survey
    results: Results
    audit: list[Finding]
    seconds: float


def plan(scenario: Scenario, say: Say = lambda _: None) -> Plan:
    """Return the plan of a scenario.

    Parameters
    ----------
    scenario : Scenario
        The settings of each part; a part sees only its own.
    say : callable
        Called with a short text at each step.

    Raises
    ------
    TableError
        A table of places, prices or demand is unusable.
    PlanError
        No plan exists or it places no load at all, the time limit came first, or the solver failed.
    """
    start = time.perf_counter()
    say("surveying places")
    places = survey(scenario.geodata)
    say("optimising")
    results = optimise(places, scenario.optim, say)
    if results.build.empty:
        raise InfeasibleError(why_unplaced(places, scenario.optim))
    say("auditing")
    findings = audit(places, scenario.optim, results)
    return Plan(scenario, places, results, findings, time.perf_counter() - start)
