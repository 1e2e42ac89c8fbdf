"""What each rule costs as a table: one row a rule, with its effects, its dual and its document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd

from geodata.tables import Survey
from optim.optima import Effect, differences, effect
from optim.policy import Rule
from optim.rule_costs import QUOTAS, RuleCosts
from optim.tables import Results

ALL = "all rules"
PER_PLANT = ("self_use", "curtailment_cap")
PER_SITE = ("pue_cap", "wue_cap", "large_in_hub_only", "build_pause")
_LEAST_MW, _NAMED = 0.5, 3
_NUMBER = re.compile(r"\(([^()]*(?:\u3014\d{4}\u3015[^()]*|\b(?:GB|DB)[ /\d-]+))\)")
_DATE = re.compile(r",\s*(\d{4}(?:-\d{2,4}){0,2})\s*$")
_SAME = re.compile(r"^same ")


def rule_rows(costs: RuleCosts, survey: Survey, results: Results) -> pd.DataFrame:
    """Return one row for each rule in force and a last one for all together.

    Parameters
    ----------
    costs : RuleCosts
        The optima.
    survey : Survey
        Rules with their documents.
    results : Results
        The run, for the duals of its relaxation.

    Returns
    -------
    DataFrame
        rule_id, kind, number, unit, hard; cost_m_cny and further figures of `optim.optima.Effect` with
        the other rules in force, cost_share (of the cost without the rule), known (the gaps leave no doubt
        that it is not nought); the cost, what is paid of it and whether it is known with the rule alone;
        gains and losses: provinces that change most; dual_m_cny, dual_unit, dual_word; title,
        document_number, date, document, source, confidence, note, years.
    """
    known = {row["rule_id"]: row for row in survey.rules.to_dict("records")}
    rules, titles = {rule.rule_id: rule for rule in costs.rules}, _titles(survey.rules)
    rows = [
        _figures(costs, rule)
        | _asked(rule, rules.get(rule))
        | _dual(rules.get(rule), results)
        | _document(known.get(rule), titles)
        for rule in costs.ids
    ]
    package = effect(costs.none, costs.all)
    whole = {"rule_id": ALL, **_effect(package, costs.none.objective_m_cny), **_alone(package)}
    return pd.DataFrame([*rows, whole | _places(costs.none, costs.all)])


def _figures(costs: RuleCosts, rule: str) -> dict[str, Any]:
    before = costs.without[rule]
    found = _effect(effect(before, costs.all), before.objective_m_cny)
    return (
        {"rule_id": rule} | found | _alone(effect(costs.none, costs.alone[rule])) | _places(before, costs.all)
    )


def _effect(found: Effect, base_m_cny: float) -> dict[str, Any]:
    share = found.cost_m_cny / base_m_cny if base_m_cny else 0.0
    return asdict(found) | {"cost_share": share, "known": found.is_known}


def _alone(found: Effect) -> dict[str, Any]:
    return {
        "alone_cost_m_cny": found.cost_m_cny,
        "alone_paid_m_cny": found.paid_m_cny,
        "alone_known": found.is_known,
    }


def _places(before: Any, after: Any) -> dict[str, str]:
    change = differences(before, after, "province")
    return {
        "gains": _listed(change[change > _LEAST_MW].head(_NAMED)),
        "losses": _listed(change[change < -_LEAST_MW].tail(_NAMED)[::-1]),
    }


def _listed(change: pd.Series) -> str:
    return "; ".join(f"{place} {mw:+.0f} MW" for place, mw in change.items())


def _asked(rule_id: str, rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        assert rule_id == QUOTAS
        return {"kind": "water_quota", "hard": True}
    names = ("kind", "number", "unit", "hard", "price_m_cny_per_unit")
    return {name: getattr(rule, name) for name in names} | {"years": f"{rule.years[0]}-{rule.years[-1]}"}


def _dual(rule: Rule | None, results: Results) -> dict[str, Any]:
    """Return the largest long-run dual of the rule's rows in the last year, or why there is none."""
    if rule is None:
        return {"dual_word": "unknown"}
    if rule.kind == "energy_surcharge":
        return {"dual_word": "price"}
    if rule.kind in PER_PLANT or rule.accounting in ("monthly", "hourly"):
        return {"dual_word": "plant"}
    rows = results.rules[results.rules["rule_id"] == rule.rule_id]
    largest = float(rows.loc[rows["year"] == rows["year"].max(), "dual_long_run_m_cny"].max())
    if pd.isna(largest):
        return {"dual_word": "unknown"}
    unit = "gwh" if rule.kind == "green_share" else "place" if rule.kind in PER_SITE else "mw"
    return {"dual_m_cny": largest, "dual_unit": unit, "dual_word": "unit" if largest > 1e-9 else "slack"}


def _document(row: Mapping[Any, Any] | None, titles: Mapping[str, str]) -> dict[str, Any]:
    if row is None:
        return {}
    title, number, date = _parts(str(row["document"]))
    return {
        "title": titles.get(number, title) if _SAME.match(title) else title,
        "document_number": number,
        "date": date,
        **{name: row[name] for name in ("document", "source", "confidence", "note")},
    }


def _titles(rules: pd.DataFrame) -> dict[str, str]:
    """Return the title of each document by its number: rows after the first often say "same plan" only."""
    parts = [_parts(str(text)) for text in rules["document"]]
    return {number: title for title, number, _ in reversed(parts) if number and not _SAME.match(title)}


def _parts(document: str) -> tuple[str, str, str]:
    """Return title, number and date of a document: "Title (number), issuers, date"."""
    date, number = _DATE.search(document), _NUMBER.search(document)
    title = document[: number.start()] if number else document.split(",")[0] if date else document
    return title.strip(), number[1] if number else "", date[1] if date else ""
