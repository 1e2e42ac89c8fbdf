"""Which policy rules are in force when, and which sites and places each one speaks of."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geodata.tables import TableError

Row = dict[Hashable, Any]
HUB_SCOPES = ("province", "prefecture", "start_area")
BINDING = (
    "hub_share",
    "large_in_hub_only",
    "pue_cap",
    "wue_cap",
    "green_share",
    "self_use",
    "curtailment_cap",
    "residency",
    "rack_use",
    "domestic_share",
    "energy_surcharge",
    "build_pause",
)


@dataclass(frozen=True)
class Rule:
    """One rule in force: `places` maps each place that it speaks of to its sites."""

    rule_id: str
    kind: str
    class_id: str
    accounting: str
    pue_from: float
    number: float
    unit: str
    large_from_mw: float
    local_load_exempt: bool
    hard: bool
    price_m_cny_per_unit: float
    years: tuple[int, ...]
    kept_years: tuple[int, ...]
    places: dict[str, tuple[str, ...]]


def rules_in_force(rules: pd.DataFrame, candidates: pd.DataFrame, years: tuple[int, ...]) -> list[Rule]:
    """Return the binding rules that are enabled and hold in some year.

    Parameters
    ----------
    rules : DataFrame
        `geodata.tables.PolicyRules`; rows of kind information and parameter bind nothing.
    candidates : DataFrame
        `geodata.tables.Candidates`.
    years : tuple of int
        Planning years. After `to_year` a rule holds only where `after_end` is keep.
    """
    enabled = rules[rules["enabled"] & rules["kind"].isin(BINDING)]
    made = [_rule(row, candidates, years) for row in enabled.to_dict("records")]
    return [rule for rule in made if rule.years and rule.places]


def _rule(row: Row, candidates: pd.DataFrame, years: tuple[int, ...]) -> Rule:
    begun = tuple(y for y in years if row["from_year"] <= y)
    kept = tuple(y for y in begun if y > row["to_year"])
    held = begun if row["after_end"] == "keep" else tuple(y for y in begun if y not in kept)
    return Rule(
        rule_id=row["rule_id"],
        kind=row["kind"],
        class_id=row["class_id"],
        accounting=row["accounting"],
        pue_from=1.0 if pd.isna(row["pue_from"]) else float(row["pue_from"]),
        number=_number(row),
        unit=row["unit"],
        large_from_mw=0.0 if pd.isna(row["large_from_mw"]) else float(row["large_from_mw"]),
        local_load_exempt=bool(row["local_load_exempt"]),
        hard=bool(row["hard"]),
        price_m_cny_per_unit=_price(row),
        years=held,
        kept_years=tuple(y for y in held if y in kept),
        places=_places(row, candidates),
    )


def _number(row: Row) -> float:
    if row["kind"] == "large_in_hub_only":
        return 0.0 if pd.isna(row["large_from_mw"]) else float(row["large_from_mw"])
    if row["kind"] == "build_pause":
        return 0.0
    if pd.isna(row["number"]):
        raise TableError(
            f"policy rules: found no number in rule {row['rule_id']}, expected one for {row['kind']}"
        )
    return float(row["number"])


def _price(row: Row) -> float:
    if row["hard"]:
        return 0.0
    if pd.isna(row["price_m_cny_per_unit"]):
        raise TableError(
            f"policy rules: found no price in soft rule {row['rule_id']}, expected M CNY per unit missed"
        )
    return float(row["price_m_cny_per_unit"])


def hub_of(candidates: pd.DataFrame, hub_scope: str) -> pd.Series:
    """Return the hub_id of each site in the given scope, empty outside; indexed by site_id."""
    if hub_scope not in HUB_SCOPES:
        raise TableError(
            f"policy rules: found hub_scope {hub_scope!r}, expected one of {', '.join(HUB_SCOPES)}"
        )
    column = f"hub_{hub_scope}"
    return candidates[["site_id", column]].set_index("site_id")[column]


def _places(row: Row, candidates: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Return place -> sites; what the sites are to the rule depends on its kind."""
    province = candidates[["site_id", "province"]].set_index("site_id")["province"]
    if row["kind"] == "residency":
        return {p: tuple(g.index) for p, g in province.groupby(province) if row["scope"] in ("all", p)}
    if row["kind"] in ("hub_share", "large_in_hub_only"):
        hub = hub_of(candidates, row["hub_scope"])
        only = set(str(row["scope"]).split(";")) & set(province)
        named = _named_hubs("all" if only else row["scope"], hub)
        spoken_of = province.isin(only) if only else pd.Series(True, index=hub.index)
        inside = tuple(hub.index[spoken_of & hub.isin(named)])
        outside = tuple(hub.index[spoken_of & ~hub.isin(named)])
        return {"all": inside} if row["kind"] == "hub_share" else {"outside hubs": outside}
    if row["scope"] == "all":
        return {"all": tuple(province.index)}
    keys = hub_of(candidates, row["hub_scope"]) if row["hub_scope"] else province
    wanted = _named_hubs(row["scope"], keys) if row["scope"] == "hubs" else set(str(row["scope"]).split(";"))
    return {str(k): tuple(g.index) for k, g in keys.groupby(keys) if k in wanted}


def _named_hubs(scope: str, hub: pd.Series) -> set[str]:
    known = {str(h) for h in hub if h}
    return known if scope in ("hubs", "all") else known & set(scope.split(";"))


def allowed_mw(rule: Rule, campus_min_mw: float) -> float:
    """Return what a rule on large sites leaves to a site [MW]: 0, if every campus is at least that large."""
    return 0.0 if campus_min_mw >= rule.large_from_mw else rule.large_from_mw
