"""The audit: every total and every constraint of a plan, recomputed from its tables without Pyomo."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from geodata.tables import Survey
from optim.audits.capacity import audit_campuses, audit_grid
from optim.audits.costs import audit_costs
from optim.audits.operation import audit_accelerators, audit_operation
from optim.audits.policy import audit_penalty, audit_rules
from optim.audits.served import audit_served
from optim.economics import money
from optim.optimise import Settings
from optim.tables import Results


def audit(survey: Survey, settings: Settings, results: Results) -> list[dict[str, Any]]:
    """Return one row per check: check, items, place of the worst item, expected, found, error, ok.

    A check fails where the relative error of its worst item exceeds 1e-6.

    Parameters
    ----------
    survey : Survey
        The tables that the plan was made from.
    settings : Settings
        The options that it was made with.
    results : Results
        The plan.
    """
    prices = money(survey.costs, settings.costs)
    technology, undecided = settings.cooling.technology, settings.latency.undecided
    weight = settings.workload.unserved_penalty_m_cny_per_mw
    module_mw = settings.campus.module_mw
    checks = [
        *audit_served(survey, undecided, results),
        *audit_campuses(survey, settings.campus, results),
        *audit_grid(survey, technology, results),
        *audit_operation(survey, technology, prices, results),
        *audit_accelerators(survey, results),
        *audit_costs(survey, technology, module_mw, settings.costs, prices, results),
        *audit_rules(survey, technology, settings.campus.campus_min_mw, results),
        audit_penalty(survey, undecided, weight, results),
    ]
    return [asdict(check) for check in checks]
