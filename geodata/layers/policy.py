"""Policy rules as data: the built-in ones or the user's, switched and changed by rule_id."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from geodata.read import as_model, builtin, read_table
from geodata.tables import PolicyRules, RuleKind, TableError, checked

BINDING = ("hub_share", "large_in_hub_only", "pue_cap", "green_share", "residency")
SHARES = ("hub_share", "green_share", "residency")
WHERE = "geodata.policy"


class Settings(BaseModel):
    """Which policy rules hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: Path | None = Field(
        None, description="own rules (CSV, XLSX, Parquet) in place of the built-in ones"
    )
    none: bool = Field(False, description="no rule binds")
    off: tuple[str, ...] = Field((), description="rules not in force, by rule_id")
    on: tuple[str, ...] = Field((), description="rules in force that are off by default, by rule_id")
    numbers: dict[str, float] = Field(
        default_factory=dict, description="other limits, by rule_id, in the rule's unit"
    )
    hardness: dict[str, bool] = Field(
        default_factory=dict, description="hard (true) or soft with its price, by rule_id"
    )


def measure_policy(
    settings: Settings, provinces: set[str], hubs: set[str], tables: Path | None = None
) -> pd.DataFrame:
    """Return the policy rules with the settings' changes.

    Parameters
    ----------
    settings : Settings
        Own file and changes.
    provinces, hubs : set of str
        Names that a scope may hold.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    DataFrame
        `geodata.tables.PolicyRules`.

    Raises
    ------
    TableError
        Unknown rule_id, kind or scope; a number out of range for its kind; a soft rule without price.
    """
    rules = _rules(settings.file, tables)
    faults = _unknown(settings, rules)
    if faults:
        raise TableError(f"{WHERE}: " + "; ".join(faults))
    rules = _changed(rules, settings)
    faults = [f for row in rules.to_dict("records") for f in _faults(row, provinces, hubs)]
    if faults:
        raise TableError(f"{WHERE}: " + "; ".join(faults))
    return rules


def _rules(path: Path | None, tables: Path | None) -> pd.DataFrame:
    if path is not None:
        return read_table(path, PolicyRules, f"{WHERE}.file")
    rows = builtin("policy_rules", tables).drop(columns="vintage")
    return checked(as_model(rows, PolicyRules, "policy_rules.csv"), PolicyRules, "policy_rules.csv")


def _unknown(settings: Settings, rules: pd.DataFrame) -> list[str]:
    known = set(rules["rule_id"])
    named = {
        "off": settings.off,
        "on": settings.on,
        "numbers": settings.numbers,
        "hardness": settings.hardness,
    }
    pairs = [(key, rule) for key, ids in named.items() for rule in ids if rule not in known]
    lost = [f"{key}: no rule {rule}; {_near(rule, known)}" for key, rule in pairs]
    return lost + _without_effect(settings, rules.set_index("rule_id")["kind"])


def _without_effect(settings: Settings, kind: pd.Series) -> list[str]:
    """Return the changes that no plan would feel."""
    numbers = {r: kind[r] for r in settings.numbers if r in kind}
    hardness = {r: kind[r] for r in settings.hardness if r in kind}
    idle = [("numbers", r, k) for r, k in numbers.items() if k not in BINDING]
    idle += [("hardness", r, k) for r, k in hardness.items() if k not in BINDING]
    sized = [r for r, k in numbers.items() if k == "large_in_hub_only"]
    return [f"{key}: {r} is {k} and binds nothing, so this changes nothing" for key, r, k in idle] + [
        f"numbers: {r} has no number to change; its size is large_from_mw in a table of your own (file)"
        for r in sized
    ]


def _near(word: str, known: set[str]) -> str:
    near = get_close_matches(word.upper(), sorted(known), n=3, cutoff=0.4)
    return f"did you mean {', '.join(near)}?" if near else f"expected one of {', '.join(sorted(known))}"


def _changed(rules: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    ids = rules["rule_id"]
    enabled = (rules["enabled"] | ids.isin(settings.on)) & ~ids.isin(settings.off)
    return rules.assign(
        number=ids.map(settings.numbers).astype(float).fillna(rules["number"]),
        hard=[settings.hardness.get(i, h) for i, h in zip(ids, rules["hard"], strict=True)],
        enabled=enabled & (not settings.none),
    )


def _faults(row: dict[Any, Any], provinces: set[str], hubs: set[str]) -> list[str]:
    rule, kind = row["rule_id"], str(row["kind"])
    if kind not in get_args(RuleKind):
        return [f"{rule}: found kind {kind}, expected one of {', '.join(get_args(RuleKind))}"]
    if kind not in BINDING:
        return [f"{rule}: is {kind} and binds nothing, it cannot be put on"] if row["enabled"] else []
    scopes = set(str(row["scope"]).split(";"))
    strange = sorted(scopes - provinces - hubs - {"hubs", "province", "all"})
    found = [f"{rule}: unknown scope {s}; {_near_scope(s, provinces | hubs)}" for s in strange]
    if row["hub_scope"] not in ("", "province", "prefecture", "start_area"):
        found.append(
            f"{rule}: found hub_scope {row['hub_scope']}, expected province, prefecture or start_area"
        )
    if not row["hard"] and row["enabled"] and pd.isna(row["price_m_cny_per_unit"]):
        found.append(f"{rule}: soft, but without price_m_cny_per_unit")
    return found + _range_faults(row)


def _near_scope(scope: str, known: set[str]) -> str:
    near = get_close_matches(scope, sorted(known), n=3, cutoff=0.4)
    return (
        f"did you mean {', '.join(near)}?"
        if near
        else "expected hubs, province, all, or province or hub names"
    )


def _range_faults(row: dict[Any, Any]) -> list[str]:
    rule, kind, number = row["rule_id"], row["kind"], float(row["number"])
    if pd.isna(number):
        return [f"{rule}: found no number, expected one for {kind}"]
    found = []
    if kind in SHARES and not 0 <= number <= 1:
        found.append(f"{rule}: found {number:g}, expected a share from 0 to 1")
    if kind == "pue_cap" and not 1 <= number <= 3:
        found.append(f"{rule}: found PUE {number:g}, expected 1 to 3")
    if row["from_year"] > row["to_year"]:
        found.append(f"{rule}: from_year {row['from_year']} is after to_year {row['to_year']}")
    return found
