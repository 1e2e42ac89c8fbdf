"""What can be wrong with a row of the table of policy rules, kind by kind."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, get_args

import pandas as pd

from geodata.tables import RuleKind

WHERE = "geodata.policy"
INFORMATION = ("information", "parameter")
BINDING = tuple(kind for kind in get_args(RuleKind) if kind not in INFORMATION)
SHARES = (
    "hub_share",
    "green_share",
    "self_use",
    "curtailment_cap",
    "residency",
    "rack_use",
    "domestic_share",
)
NUMBERLESS = {
    "large_in_hub_only": "its size is large_from_mw in a policy pack (pack) or in a table of your own (file)",
    "build_pause": "it holds from from_year to to_year, in a policy pack or a table of your own (file)",
}
HARD_ONLY = ("self_use", "curtailment_cap", "energy_surcharge")  # each plant keeps them, nothing is missed
HUB_SCOPES = ("province", "prefecture", "start_area")
LEAST_CNY_PER_MWH = 1.0
Row = dict[Any, Any]


def row_faults(row: Row, provinces: set[str], hubs: set[str]) -> list[str]:
    """Return what is wrong with one rule, in words that begin with its rule_id.

    Parameters
    ----------
    row : dict
        Columns of `geodata.tables.PolicyRules`.
    provinces, hubs : set of str
        Names that a scope may hold.
    """
    rule, kind = row["rule_id"], str(row["kind"])
    if kind not in get_args(RuleKind):
        return [f"{rule}: found kind {kind}, expected one of {', '.join(get_args(RuleKind))}"]
    if kind not in BINDING:
        return [f"{rule}: is {kind} and binds nothing, it cannot be put on"] if row["enabled"] else []
    return [
        *_scope_faults(row, provinces, hubs),
        *_column_faults(row),
        *_number_faults(row),
        *_year_faults(row),
    ]


def _scope_faults(row: Row, provinces: set[str], hubs: set[str]) -> list[str]:
    rule, hub_scope = row["rule_id"], row["hub_scope"]
    strange = sorted(set(str(row["scope"]).split(";")) - provinces - hubs - {"hubs", "province", "all"})
    found = [f"{rule}: unknown scope {s}; {_near(s, provinces | hubs)}" for s in strange]
    if hub_scope not in ("", *HUB_SCOPES):
        found.append(f"{rule}: found hub_scope {hub_scope}, expected province, prefecture or start_area")
    if not hub_scope and row["kind"] in ("hub_share", "large_in_hub_only"):
        found.append(f"{rule}: found no hub_scope, expected province, prefecture or start_area")
    return found


def _near(scope: str, known: set[str]) -> str:
    near = get_close_matches(scope, sorted(known), n=3, cutoff=0.4)
    return (
        f"did you mean {', '.join(near)}?"
        if near
        else "expected hubs, province, all, or province or hub names"
    )


def _column_faults(row: Row) -> list[str]:
    """Return faults of columns that only some kinds have: price, size, accounting, limit of PUE."""
    rule, kind = row["rule_id"], row["kind"]
    empty = {column: bool(pd.isna(row[column])) for column in ("price_m_cny_per_unit", "large_from_mw")}
    checks = {
        "soft, but without price_m_cny_per_unit": not row["hard"]
        and row["enabled"]
        and empty["price_m_cny_per_unit"],
        f"found soft, but {kind} can only be hard": kind in HARD_ONLY and not row["hard"],
        "found no large_from_mw, expected the IT power from which a site is large": kind
        == "large_in_hub_only"
        and empty["large_from_mw"],
        "found no accounting, expected certificates, annual, monthly or hourly": kind == "green_share"
        and not row["accounting"],
        f"accounting is of green_share only, found {row['accounting']} for {kind}": kind != "green_share"
        and bool(row["accounting"]),
        "found no pue_from, expected the PUE above which the surcharge is due, 1 to 3": kind
        == "energy_surcharge"
        and pd.isna(row["pue_from"]),
    }
    return [f"{rule}: {what}" for what, wrong in checks.items() if wrong]


def _number_faults(row: Row) -> list[str]:
    rule, kind, number = row["rule_id"], row["kind"], float(row["number"])
    if kind in NUMBERLESS:
        return []
    if pd.isna(number):
        return [f"{rule}: found no number, expected one for {kind}"]
    low = f"{number:g} CNY/MWh, expected {LEAST_CNY_PER_MWH:g} or more; is it in CNY per kWh?"
    checks = {
        f"{number:g}, expected a share from 0 to 1": kind in SHARES and not 0 <= number <= 1,
        f"PUE {number:g}, expected 1 to 3": kind == "pue_cap" and not 1 <= number <= 3,
        f"WUE {number:g} L/kWh, expected 0 to 10": kind == "wue_cap" and not 0 <= number <= 10,
        low: kind == "energy_surcharge" and number < LEAST_CNY_PER_MWH,
    }
    return [f"{rule}: found {what}" for what, wrong in checks.items() if wrong]


def _year_faults(row: Row) -> list[str]:
    if row["from_year"] <= row["to_year"]:
        return []
    return [f"{row['rule_id']}: from_year {row['from_year']} is after to_year {row['to_year']}"]
