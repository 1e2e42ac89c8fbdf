"""Optima of one problem and of its variants: each one found whole, and what changes from one to another."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from optim.tables import TimeLimitError
from optim.warm import Answer, Planner

ROUNDING_M_CNY = 1e-3


def optimum(planner: Planner, integers: bool = False) -> Answer:
    """Return the optimum of the relaxation, or the best plan with whole campuses and modules.

    Raises
    ------
    TimeLimitError
        Time was over before the relaxation was solved: its cost would be no optimum, and no difference to it
        would mean anything. Plans with integers that end early have a bound, which tells how far off they
        are.
    InfeasibleError
        There is no plan.
    """
    answer = planner.solve(integers=integers)
    if answer.status == "time_limit" and not integers:
        raise TimeLimitError(
            f"optim.solve.time_limit_s = {planner.settings.solve.time_limit_s:g} was over before the "
            "relaxation was solved; give more time"
        )
    return answer


@dataclass(frozen=True)
class Effect:
    """What changes from one optimum to another.

    Attributes
    ----------
    cost_m_cny : float
        Change of the objective [M CNY, discounted]: what is paid and what missed soft rules are priced at.
    unknown_m_cny : float
        How far that can be from the truth, as the gaps of both solves leave it.
    paid_m_cny, penalty_m_cny : float
        Its two parts.
    emissions_mt, emissions_marginal_mt, water_million_m3, purchase_twh : float
        Over all years.
    west_share, mean_rtt_ms : float
        Of the last year.
    moved_mw, moved_sites_mw : float
        IT power of the last year that stands in another province, and at another site.
    """

    cost_m_cny: float
    unknown_m_cny: float
    paid_m_cny: float
    penalty_m_cny: float
    emissions_mt: float
    emissions_marginal_mt: float
    water_million_m3: float
    purchase_twh: float
    west_share: float
    mean_rtt_ms: float
    moved_mw: float
    moved_sites_mw: float

    @property
    def is_known(self) -> bool:
        """Return whether the gaps leave no doubt that the cost changes."""
        return abs(self.cost_m_cny) > max(self.unknown_m_cny, ROUNDING_M_CNY)


def effect(before: Answer, after: Answer) -> Effect:
    """Return what changes from one optimum to another."""
    changes = {
        name: after.figures[name] - before.figures[name]
        for name in (
            "emissions_mt",
            "emissions_marginal_mt",
            "water_million_m3",
            "purchase_twh",
            "west_share",
            "mean_rtt_ms",
        )
    }
    gaps = [max(0.0, each.objective_m_cny - each.bound_m_cny) for each in (before, after)]
    return Effect(
        cost_m_cny=after.objective_m_cny - before.objective_m_cny,
        unknown_m_cny=sum(gaps),
        paid_m_cny=after.siting_cost_m_cny - before.siting_cost_m_cny,
        penalty_m_cny=after.penalty_m_cny - before.penalty_m_cny,
        moved_mw=_moved(before, after, "province"),
        moved_sites_mw=_moved(before, after, "site_id"),
        **changes,
    )


def differences(before: Answer, after: Answer, column: str) -> pd.Series:
    """Return the change of IT power [MW] in the last year by a column of `Answer.sites`, gains first."""
    sums = [_last(each).groupby(column)["it_mw"].sum() for each in (before, after)]
    change: pd.Series = sums[1].sub(sums[0], fill_value=0.0)
    return change.sort_values(ascending=False)


def _last(answer: Answer) -> pd.DataFrame:
    return answer.sites[answer.sites["year"] == answer.sites["year"].max()]


def _moved(before: Answer, after: Answer, column: str) -> float:
    change = differences(before, after, column)
    return float(min(change.clip(lower=0).sum(), -change.clip(upper=0).sum()))
