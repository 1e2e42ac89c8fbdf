"""The audit: every total and every constraint of a plan, recomputed from its tables without Pyomo."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from geodata.tables import Survey
from optim.audits.accelerators import audit_accelerators
from optim.audits.capacity import audit_campuses, audit_staying, audit_stock
from optim.audits.case import Case, case_of
from optim.audits.checks import Check
from optim.audits.energy import audit_energy, audit_supply
from optim.audits.grid import audit_grid
from optim.audits.hourly import hourly_of
from optim.audits.keys import audit_keys
from optim.audits.limits import audit_equivalents, audit_limits, audit_redispatch
from optim.audits.load import audit_load
from optim.audits.operation import audit_billing, audit_operation
from optim.audits.penalty import audit_penalty
from optim.audits.places import audit_budgets, audit_places, audit_provinces, audit_quotas
from optim.audits.rules import audit_rules
from optim.audits.running import audit_running
from optim.audits.served import audit_bandwidth, audit_served
from optim.audits.totals import audit_costs, audit_totals
from optim.options import Settings
from optim.tables import Results


def audit(survey: Survey, settings: Settings, results: Results) -> list[dict[str, Any]]:
    """Return one row per check: check, items, place of the worst item, expected, found, error, ok.

    A check fails where the error of its worst item, relative to the larger side, or to 10 if both are less,
    exceeds 1e-6. Where a table has rows that are not of the plan, or one twice, nothing else is looked at.

    Parameters
    ----------
    survey : Survey
        The tables that the plan was made from.
    settings : Settings
        The options that it was made with.
    results : Results
        The plan.
    """
    case = case_of(survey, settings, results)
    keys = audit_keys(case)
    checks = [*keys, *_all_checks(case)] if all(check.ok for check in keys) else keys
    return [asdict(check) for check in checks]


def _all_checks(case: Case) -> list[Check]:
    hourly = hourly_of(case)
    return [
        *audit_served(case),
        audit_bandwidth(case),
        *audit_running(case),
        *audit_campuses(case),
        *audit_staying(case),
        *audit_stock(case),
        *audit_places(case),
        *audit_grid(case),
        *audit_load(case, hourly),
        *audit_energy(case, hourly),
        *audit_supply(case, hourly),
        *audit_operation(case, hourly),
        *audit_billing(case, hourly),
        *audit_quotas(case),
        *audit_budgets(case),
        *audit_accelerators(case),
        *audit_costs(case, hourly),
        audit_provinces(case),
        *audit_rules(case, hourly),
        audit_penalty(case),
        *audit_totals(case),
        *audit_limits(case),
        *audit_equivalents(case),
        *audit_redispatch(case),
    ]
