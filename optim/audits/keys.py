"""Audit of keys: each table names each item once, in years and at sites of the plan."""

from __future__ import annotations

import pandas as pd

from optim.audits.case import PLANT, SITE, Case
from optim.audits.checks import Check, none_of

_TYPE = ["accelerator_id", "year"]
_KEYS = {
    "build": SITE,
    "halls": PLANT,
    "runs": [*PLANT, "load_group"],
    "moves": [*PLANT, "load_group", "day"],
    "supply": PLANT,
    "upgrades": ["province", "step", "year"],
    "flows": [*SITE, "zone_id", "class_id"],
    "unserved": ["zone_id", "class_id", "year"],
    "operation": PLANT,
    "dispatch": [*PLANT, "day", "hour"],
    "backlog": [*PLANT, "window_h", "day", "hour"],
    "billing": [*PLANT, "month"],
    "bandwidth": [*SITE, "product"],
    "stock": SITE,
    "costs": ["item", "site_id", "province", "technology", "year"],
    "accelerators": _TYPE,
    "accelerator_sites": ["site_id", *_TYPE],
    "rules": ["rule_id", "place", "year"],
    "prices": ["limit", "place", "year"],
    "equivalents": ["site_id"],
    "redispatch": PLANT,
}


def audit_keys(case: Case) -> list[Check]:
    """Return a check for each table of the plan."""
    return [_keys(case, name, keys) for name, keys in _KEYS.items()]


def _keys(case: Case, name: str, keys: list[str]) -> Check:
    table = getattr(case.results, name)
    wrong = table.duplicated(keys)
    if "year" in keys:
        wrong = wrong | ~table["year"].isin(case.years)
    if "site_id" in keys:
        wrong = wrong | ~table["site_id"].isin([*case.sites.index, *([""] if name == "costs" else [])])
    return none_of(f"rows of {name} are of the plan, each once", table, pd.Series(wrong), keys)
