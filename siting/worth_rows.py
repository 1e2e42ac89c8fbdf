"""The cost curves of a group of places as tables: one row a step, and one a province and step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from optim.optima import differences, effect
from optim.warm import Answer
from optim.worth import Group, Step

_FIGURES = ("emissions_mt", "emissions_marginal_mt", "water_million_m3", "purchase_twh", "mean_rtt_ms")


def step_rows(steps: Sequence[Step], group: Group) -> pd.DataFrame:
    """Return one row for each curve and step.

    Returns
    -------
    DataFrame
        variant, limit_share (empty: no limit), status (optimal, time_limit or infeasible: not met with the
        load served that is served without it), infeasible_from (year), unserved_mw (that it would take more),
        cost_m_cny (objective), extra_m_cny and extra_share (over no limit in the same curve), unknown_m_cny
        (what the gaps of both solves leave open), known (that leaves no doubt of a cost), group_share of the
        last year, west_share, penalty_m_cny, and carbon, water, energy, round trip of `optim.warm.Answer`.
    """
    free = {step.variant: step.answer for step in steps if step.share is None}
    return pd.DataFrame([_row(step, free[step.variant], group) for step in steps])


def _row(step: Step, free: Answer | None, group: Group) -> dict[str, Any]:
    head = {"variant": step.variant, "limit_share": step.share}
    if step.answer is None or free is None:
        since = {"infeasible_from": step.infeasible_from, "unserved_mw": step.unserved_mw}
        return head | {"status": "infeasible"} | since
    change = effect(free, step.answer)
    return (
        head
        | {
            "status": step.answer.status,
            "cost_m_cny": step.answer.objective_m_cny,
            "extra_m_cny": change.cost_m_cny,
            "extra_share": change.cost_m_cny / free.objective_m_cny if free.objective_m_cny else 0.0,
            "unknown_m_cny": change.unknown_m_cny,
            "known": change.is_known,
            "group_share": group_share(step.answer, group),
            "west_share": step.answer.figures["west_share"],
            "unserved_mw": step.unserved_mw,
            "penalty_m_cny": step.answer.penalty_m_cny,
        }
        | {name: step.answer.figures[name] for name in _FIGURES}
    )


def group_share(answer: Answer, group: Group) -> float:
    """Return the group's share of all IT power in the last year."""
    last = answer.sites[answer.sites["year"] == answer.sites["year"].max()]
    total = float(last["it_mw"].sum())
    return float(last.loc[last["site_id"].isin(group.sites), "it_mw"].sum()) / total if total else 0.0


def place_rows(steps: Sequence[Step]) -> pd.DataFrame:
    """Return variant, limit_share, province, it_mw of the last year and its difference to no limit [MW]."""
    free = {step.variant: step.answer for step in steps if step.share is None}
    parts = []
    for step in steps:
        before = free[step.variant]
        if step.answer is None or before is None:
            continue
        change = differences(before, step.answer, "province")
        mw = step.answer.provinces().reindex(change.index, fill_value=0.0)
        part = pd.DataFrame(
            {"province": change.index, "it_mw": mw.to_numpy(), "difference_mw": change.to_numpy()}
        )
        parts.append(part.assign(variant=step.variant, limit_share=step.share))
    columns = ["variant", "limit_share", "province", "it_mw", "difference_mw"]
    return pd.concat(parts, ignore_index=True)[columns]
