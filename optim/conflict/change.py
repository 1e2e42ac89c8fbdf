"""Changes of rules and limits: a survey and settings with some of them given way."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from geodata.tables import Survey
from optim.conflict.limits import Limit
from optim.options import Settings

MW_PER_GW = 1e3
_RULE_COLUMN = {"large_in_hub_only": "large_from_mw"}
_TABLES = {
    "headroom": ("headroom", "province", "headroom_mw"),
    "water_quota": ("quotas", "quota_id", "water_m3"),
}
_OF_SITE = {"site_headroom": "site_headroom_mw", "it_max": "it_max_mw"}


@dataclass(frozen=True)
class Step:
    """One number that changes: in which place and year, from what to what."""

    place: str
    year: int | None
    before: float
    after: float


@dataclass(frozen=True)
class Change:
    """A limit that gives way: to another number, place by place, or altogether (`dropped`)."""

    limit: Limit
    steps: tuple[Step, ...] = ()
    dropped: bool = False

    @property
    def share(self) -> float:
        """Return by how much it gives way over what it was; infinite if it was nothing or is dropped."""
        before = sum(abs(step.before) for step in self.steps)
        after = sum(abs(step.after - step.before) for step in self.steps)
        return after / before if before > 0 and not self.dropped else float("inf")


def applied(survey: Survey, settings: Settings, change: Change) -> tuple[Survey, Settings]:
    """Return survey and settings with a limit given way.

    Parameters
    ----------
    survey : Survey
        Tables before.
    settings : Settings
        Settings before.
    change : Change
        Which limit, and to what.
    """
    limit = change.limit
    if limit.mend.startswith("geodata.policy."):
        return replace(survey, rules=_rules(survey.rules, change)), settings
    if limit.kind == "unserved":
        return survey, _set(settings, limit.mend, True)
    if limit.kind == "reserve":
        return survey, _set(settings, limit.mend, "none")
    if limit.mend.startswith("optim."):
        number = change.steps[0].after
        return survey, _set(settings, limit.mend, int(number) if limit.unit == "provinces" else number)
    return _with_table(survey, change), settings


def _rules(rules: pd.DataFrame, change: Change) -> pd.DataFrame:
    mine = rules["rule_id"] == change.limit.name
    if change.dropped:
        return rules.assign(enabled=rules["enabled"] & ~mine)
    column = _RULE_COLUMN.get(change.limit.kind, "number")
    return rules.assign(**{column: rules[column].mask(mine, change.steps[0].after)})


def _set(settings: Settings, key: str, value: object) -> Settings:
    _, part, name = key.split(".")
    changed = getattr(settings, part).model_copy(update={name: value})
    return settings.model_copy(update={part: changed})


def _with_table(survey: Survey, change: Change) -> Survey:
    kind, limit = change.limit.kind, change.limit
    if kind in _TABLES:
        name, place, column = _TABLES[kind]
        table = getattr(survey, name).copy()
        for step in change.steps:
            key = limit.name if kind == "water_quota" else step.place
            table.loc[(table[place] == key) & (table["year"] == step.year), column] = step.after
        return replace(survey, **{name: table})
    if kind in _OF_SITE:
        return replace(survey, candidates=_sites(survey.candidates, change, _OF_SITE[kind]))
    if kind == "voltage":
        steps = survey.voltage_steps
        largest = steps["capacity_mw"] == steps["capacity_mw"].max()
        return replace(
            survey,
            voltage_steps=steps.assign(capacity_mw=steps["capacity_mw"].mask(largest, change.steps[0].after)),
        )
    if kind == "latency":
        return replace(survey, classes=_classes(survey.classes, change))
    return _load(survey, change) if kind == "given" else _cards(survey, change)


def _sites(candidates: pd.DataFrame, change: Change, column: str) -> pd.DataFrame:
    """Return candidates with the largest number that any year asks for."""
    table = candidates.copy()
    for site in {step.place for step in change.steps}:
        most = max(step.after for step in change.steps if step.place == site)
        table.loc[table["site_id"] == site, column] = most
    return table


def _classes(classes: pd.DataFrame, change: Change) -> pd.DataFrame:
    mine = classes["class_id"] == change.limit.name
    rtt_ms = change.steps[0].after
    return classes.assign(
        rtt_ms_max=classes["rtt_ms_max"].mask(mine, rtt_ms),
        one_way_ms_max=classes["one_way_ms_max"].mask(mine, rtt_ms / 2.0),
    )


def _load(survey: Survey, change: Change) -> Survey:
    """Return the survey with less same-city load in a city, each of its classes by the same share."""
    zones = set(survey.zones.loc[survey.zones["city_site_id"] == change.limit.name, "zone_id"])
    city = set(survey.classes.loc[survey.classes["same_city"], "class_id"])
    table = survey.demand.copy()
    mine = table["zone_id"].isin(zones) & table["class_id"].isin(city)
    for step in change.steps:
        rows = mine & (table["year"] == step.year)
        table.loc[rows, "it_mw"] *= step.after / step.before if step.before else 1.0
    return replace(survey, demand=table)


def _cards(survey: Survey, change: Change) -> Survey:
    """Return the survey with more cards of a type in the years in which those of a year are ordered."""
    table = survey.accelerators.copy()
    mine = table["accelerator_id"] == change.limit.name
    lag = int(table.loc[mine, "delivery_years"].iloc[0])
    first = int(table.loc[mine, "year"].min())
    for step in change.steps:
        year = max(int(step.year or first) - lag, first)
        rows = mine & (table["year"] == year)
        kw = float(table.loc[mine & (table["year"] == step.year), "system_kw_per_card"].iloc[0])
        cards = step.after * MW_PER_GW / kw
        table.loc[rows, "supply_cards"] = table.loc[rows, "supply_cards"].clip(lower=cards)
    return replace(survey, accelerators=table)
