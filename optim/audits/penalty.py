"""Audit of the penalties: unserved load within reach, missed soft rules, meters that lack power."""

from __future__ import annotations

import pandas as pd

from optim.audits.case import Case
from optim.audits.checks import Check, at, keyed, one
from optim.audits.served import reachable_nodes


def audit_penalty(case: Case) -> Check:
    """Return the check of the penalties, which stand outside the siting cost [M CNY, discounted]."""
    results, weight = case.results, case.settings.workload.unserved_penalty_m_cny_per_mw
    keys = pd.MultiIndex.from_frame(results.unserved[["zone_id", "class_id"]])
    lost = keyed(results.unserved[keys.isin(reachable_nodes(case))], ["year"], "it_mw") * weight
    price = case.survey.rules.set_index("rule_id")["price_m_cny_per_unit"].astype(float)
    price = price.fillna(0.0).mask(case.survey.rules.set_index("rule_id")["hard"].astype(bool), 0.0)
    missed = results.rules.assign(cost=results.rules["missed"] * at(results.rules["rule_id"], price))
    short = keyed(results.operation, ["year"], "short_mw") * weight
    yearly = pd.concat([lost, keyed(missed, ["year"], "cost"), short]).groupby(level="year").sum()
    rate, price_year = case.prices["discount_share_per_year"], case.prices["price_year"]
    total = sum(float(v) * (1.0 + rate) ** (price_year - int(str(y))) for y, v in yearly.items())
    return one("penalties of unserved load and missed rules [M CNY]", total, results.solution.penalty_m_cny)
