"""Policy rules as data: a table of rules, a pack that says which hold, and switches by rule_id."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, field_validator

from geodata.layers.policy_faults import BINDING, NUMBERLESS, WHERE, row_faults
from geodata.layers.policy_packs import Pack, is_shipped, read_pack
from geodata.read import as_model, builtin, read_table
from geodata.tables import PolicyRules, TableError, checked


class Settings(BaseModel):
    """Which policy rules hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pack: Path | None = Field(
        None,
        description="policy pack: the name of a shipped one (edwc-2025, edwc-strict-physical, no-policy) "
        "or the path of one of your own (YAML); none: the rules that the table itself has in force",
    )
    file: Path | None = Field(
        None, description="own rules (CSV, XLSX, Parquet) in place of the built-in ones"
    )
    none: bool = Field(False, description="no rule binds")
    off: tuple[str, ...] = Field((), description="rules not in force, by rule_id")
    on: tuple[str, ...] = Field((), description="rules in force that are off by default, by rule_id")
    switches: dict[str, bool] = Field(
        default_factory=dict,
        description="in force (true) or not, by rule_id; goes before off and on; --rule ID=on sets one",
    )
    numbers: dict[str, float] = Field(
        default_factory=dict, description="other limits, by rule_id, in the rule's unit"
    )
    hardness: dict[str, bool] = Field(
        default_factory=dict, description="hard (true) or soft with its price, by rule_id"
    )

    @field_validator("pack")
    @classmethod
    def _shipped_by_name(cls, pack: Path | None) -> Path | None:
        """Return the bare name of a shipped pack, which the scenario has placed beside its file."""
        return Path(pack.name) if pack is not None and is_shipped(pack) else pack


def measure_policy(
    settings: Settings, provinces: set[str], hubs: set[str], tables: Path | None = None
) -> pd.DataFrame:
    """Return the policy rules: the table, changed by the pack, then by the settings.

    Parameters
    ----------
    settings : Settings
        Pack, own file and changes.
    provinces, hubs : set of str
        Names that a scope may hold.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    DataFrame
        `geodata.tables.PolicyRules`; the note of a rule that a pack names begins with the pack's reason.

    Raises
    ------
    TableError
        Unknown rule_id, kind or scope; a number out of range for its kind; a soft rule without price; a pack
        that cannot be read.
    """
    pack = None if settings.pack is None else read_pack(settings.pack)
    rules = _table(settings, pack, tables)
    if pack is not None:
        rules = _packed(rules, pack)
    faults = _unknown(settings, rules)
    if faults:
        raise TableError(f"{WHERE}: " + "; ".join(faults))
    rules = _changed(rules, settings)
    faults = [f for row in rules.to_dict("records") for f in row_faults(row, provinces, hubs)]
    if faults:
        raise TableError(f"{WHERE}: " + "; ".join(faults))
    return rules


def _table(settings: Settings, pack: Pack | None, tables: Path | None) -> pd.DataFrame:
    named = None if pack is None else pack.table
    if named and settings.file:
        raise TableError(
            f"{WHERE}: found two tables of rules, {settings.file} (file) and {named} (named by the pack "
            f"{settings.pack}); expected one"
        )
    path = settings.file or named
    if path is not None:
        return read_table(path, PolicyRules, f"{WHERE}.file")
    rows = builtin("policy_rules", tables).drop(columns=["says", "vintage"])
    return checked(as_model(rows, PolicyRules, "policy_rules.csv"), PolicyRules, "policy_rules.csv")


def _packed(rules: pd.DataFrame, pack: Pack) -> pd.DataFrame:
    """Return the rules as a pack has them: those that it does not name are not in force."""
    known = set(rules["rule_id"])
    lost = [f"no rule {rule}; {_near(rule, known)}" for rule in pack.rules if rule not in known]
    if lost:
        raise TableError(f"{WHERE}.pack ({pack.path}): " + "; ".join(lost))
    rows = [_with(row, pack) for row in rules.to_dict("records")]
    return checked(pd.DataFrame(rows, columns=rules.columns), PolicyRules, f"{WHERE}.pack ({pack.path})")


def _with(row: dict[Any, Any], pack: Pack) -> dict[Any, Any]:
    """Return a rule as the pack has it; the reason goes before its note."""
    change = pack.rules.get(row["rule_id"])
    if change is None:
        return row | {"enabled": False}
    return row | change.cells() | {"note": f"{change.why} ({pack.name}); {row['note']}"}


def _unknown(settings: Settings, rules: pd.DataFrame) -> list[str]:
    known = set(rules["rule_id"])
    named: dict[str, Any] = {
        key: getattr(settings, key) for key in ("off", "on", "switches", "numbers", "hardness")
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
    bare = [(r, NUMBERLESS[k]) for r, k in numbers.items() if k in NUMBERLESS]
    return [f"{key}: {r} is {k} and binds nothing, so this changes nothing" for key, r, k in idle] + [
        f"numbers: {r} has no number to change; {instead}" for r, instead in bare
    ]


def _near(word: str, known: set[str]) -> str:
    near = get_close_matches(word.upper(), sorted(known), n=3, cutoff=0.4)
    return f"did you mean {', '.join(near)}?" if near else f"expected one of {', '.join(sorted(known))}"


def _changed(rules: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    ids = rules["rule_id"]
    listed = (rules["enabled"] | ids.isin(settings.on)) & ~ids.isin(settings.off)
    hard = [settings.hardness.get(i, h) for i, h in zip(ids, rules["hard"], strict=True)]
    held = [settings.switches.get(i, e) for i, e in zip(ids, listed, strict=True)]
    return rules.assign(
        number=ids.map(settings.numbers).astype(float).fillna(rules["number"]),
        hard=pd.Series(hard, index=rules.index, dtype=bool),
        enabled=pd.Series(held, index=rules.index, dtype=bool) & (not settings.none),
    )
