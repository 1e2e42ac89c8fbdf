"""What a study of rules writes: the table, the page, and figures as plain values."""

from __future__ import annotations

from typing import Any

import pandas as pd

from maps.texts import Language
from optim.rule_costs import RuleCosts
from siting.json_text import to_json
from siting.planning import Plan
from siting.rule_page import RuleText, page, sentences
from siting.rule_read import MARKER
from siting.table_files import as_csv


def told(plan: Plan, rows: pd.DataFrame, costs: RuleCosts, integers: bool) -> dict[str, Any]:
    """Return sentences, costs without and with rules, and the table, as plain values."""
    return {
        "scenario": plan.scenario.name,
        "integers": integers,
        "west_share_without_rules": _west(costs)[0],
        "west_share_with_rules": _west(costs)[1],
        "sentences": sentences(RuleText(rows, "en"), _west(costs), integers),
        "cost_without_rules_m_cny": costs.none.objective_m_cny,
        "cost_with_rules_m_cny": costs.all.objective_m_cny,
        "rules": rows.to_dict("records"),
    }


def rules_page(plan: Plan, rows: pd.DataFrame, costs: RuleCosts, integers: bool, language: Language) -> str:
    """Return the page of a study of rules."""
    text = RuleText(rows, language)
    return page(text, plan.scenario.title_in(language), sentences(text, _west(costs), integers))


def files_of(rows: pd.DataFrame, figures: dict[str, Any], html: str) -> dict[str, str]:
    """Return the files of a study of rules by name; `figures` as `told` returns them."""
    return {"rules.csv": as_csv(rows), "rules.html": html, MARKER: to_json(figures)}


def _west(costs: RuleCosts) -> tuple[float, float]:
    return costs.none.figures["west_share"], costs.all.figures["west_share"]
