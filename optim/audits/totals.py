"""Audit of totals: every cost item, then discounting, siting cost, objective and gap."""

from __future__ import annotations

import pandas as pd

from optim.audits import costs
from optim.audits.case import PLANT, Case
from optim.audits.checks import Check, at_most, equal, keyed, none_of, one
from optim.audits.energy_costs import energy_costs
from optim.audits.hourly import Hourly

_LEAST_M_CNY = 1e-9


def audit_costs(case: Case, hourly: Hourly) -> list[Check]:
    """Return the checks of every cost item by plant or site and year; an item without a check is a fault."""
    items = {
        **costs.hall_costs(case),
        **costs.site_costs(case),
        **costs.supply_costs(case),
        **costs.bandwidth_costs(case),
        **costs.stock_costs(case),
        **costs.accelerator_costs(case),
        **costs.upgrade_costs(case),
        **energy_costs(case, hourly),
    }
    table = case.results.costs
    place = table["site_id"].where(table["site_id"] != "", table["province"])
    table = table.assign(site_id=place)
    found = {str(item): keyed(rows, PLANT, "cost_m_cny") for item, rows in table.groupby("item")}
    none = keyed(table.iloc[:0], PLANT, "cost_m_cny")
    scale = case.settings.costs.all_price_factor
    return [
        *(equal(f"cost of {i} [M CNY]", v * scale, found.get(i, none)) for i, v in items.items()),
        none_of("every cost item has an audit", table, ~table["item"].isin(list(items)), ["item"]),
    ]


def audit_totals(case: Case) -> list[Check]:
    """Return the checks of discounting, siting cost, objective and gap."""
    table, solution, prices = case.results.costs, case.results.solution, case.prices
    factor = (1.0 + prices["discount_share_per_year"]) ** (prices["price_year"] - table["year"])
    spent = float(table["discounted_m_cny"].sum())
    whole = solution.siting_cost_m_cny + solution.penalty_m_cny
    gap = max(0.0, solution.objective_m_cny - solution.bound_m_cny)
    return [
        equal("costs are discounted once [M CNY]", table["cost_m_cny"] * factor, table["discounted_m_cny"]),
        one("siting cost is the sum of its items [M CNY]", spent, solution.siting_cost_m_cny),
        one("objective is siting cost plus penalties [M CNY]", whole, solution.objective_m_cny),
        one("gap is objective less bound [M CNY]", gap, solution.gap_m_cny),
        one("gap share is gap over siting cost", gap / spent if spent > 0 else 0.0, solution.gap_share),
        _asked(case),
    ]


def _asked(case: Case) -> Check:
    """Return the check that a plan called optimal is within the gap asked for, over objective or bound."""
    solution = case.results.solution
    scale = max(abs(solution.objective_m_cny), abs(solution.bound_m_cny))
    limit = case.settings.solve.gap_share * scale if solution.status == "optimal" else float("inf")
    index = ["gap"]
    return at_most(
        "a plan called optimal is within its gap [M CNY]",
        pd.Series([solution.gap_m_cny], index=index),
        pd.Series([limit], index=index),
    )
