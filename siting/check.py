"""Checks of what is there: a run audited again, a scenario tried."""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from geodata.survey import survey
from geodata.tables import Survey
from maps.headline import headline
from optim.audit import audit
from optim.inputs import prepare
from optim.solve import make_solver
from siting.artefacts import read_about, read_hashes, read_run
from siting.planning import Finding, Plan
from siting.scenario import Scenario


def audited(run: Path) -> Plan:
    """Return the plan of a run folder, audited afresh: its tables, their hashes, its headline figures."""
    stored = read_run(run)
    files = [_same(f"{name} as written", told, now) for name, (told, now) in read_hashes(run).items()]
    try:
        found = audit(stored.survey, stored.scenario.optim, stored.results)
        found += _headlines(stored, read_about(run)["headline"])
    except (KeyError, ValueError):
        if all(row["ok"] for row in files):
            raise
        found = []  # altered tables need not fit together
    return replace(stored, audit=[*files, *found])


def _headlines(plan: Plan, told: dict[str, Any]) -> list[Finding]:
    fresh = asdict(headline(plan.survey, plan.results))
    return [_same(f"headline {key}", told.get(key), value) for key, value in fresh.items()]


def _same(what: str, told: Any, fresh: Any) -> Finding:
    ok = told == fresh or (
        isinstance(told, int | float) and math.isclose(told, fresh, rel_tol=1e-6, abs_tol=1e-9)
    )
    return {
        "check": what,
        "items": 1,
        "place": "run",
        "expected": fresh,
        "found": told,
        "error": float(not ok),
        "ok": ok,
    }


def surveyed(scenario: Scenario) -> Survey:
    """Return the survey of a scenario, every table read and checked."""
    return survey(scenario.geodata)


def usable(scenario: Scenario) -> Survey:
    """Return the survey of a scenario of which everything short of the search itself was tried.

    Raises
    ------
    TableError, SolverError
        The tables do not fit together, a cost item is unknown, or the solver is not there.
    """
    settings = scenario.optim
    make_solver(settings.solve)
    places = surveyed(scenario)
    prepare(places, settings)
    return places
