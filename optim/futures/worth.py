"""What a plan for several futures is worth: costs, regrets, and what knowing would save."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from optim.futures.cases import Aim, Chosen, Future, Key, Outcome
from optim.futures.joint import aim_of, mean_of, tail_mean

TWO_STAGE = "two-stage"


@dataclass(frozen=True)
class Study:
    """What came out.

    Attributes
    ----------
    chosen : Chosen
        The two-stage plan.
    keys : list of Key
        What its first stage decides.
    costs : DataFrame
        plan, future, probability, cost_m_cny (penalties included), penalty_m_cny, regret_m_cny, short_m_cny;
        an infinite cost: no plan of the future begins so.
    plans : DataFrame
        plan, expected_m_cny, cvar_m_cny, regret_max_m_cny, penalty_expected_m_cny.
    sites : DataFrame
        future, site_id, province, side, year, it_mw of the two-stage plan.
    values : dict
        ws_m_cny, rp_m_cny, eev_m_cny, vss_m_cny, evpi_m_cny, gap_m_cny; evpi and vss are of the expected
        cost, whatever the aim.
    """

    chosen: Chosen
    keys: list[Key]
    costs: pd.DataFrame
    plans: pd.DataFrame
    sites: pd.DataFrame
    values: dict[str, float] = field(default_factory=dict)


def study_of(
    chosen: Chosen,
    keys: list[Key],
    futures: Sequence[Future],
    references: list[str],
    alone: dict[str, Outcome],
    outcomes: dict[tuple[str, str], Outcome],
    aim: Aim,
) -> Study:
    """Return what came out.

    Parameters
    ----------
    chosen : Chosen
        The two-stage plan.
    keys : list of Key
        What its first stage decides.
    futures : sequence of Future
        All of them.
    references : list of str
        Plans for other worlds; the first for the value of the stochastic solution.
    alone : dict
        What each future makes if it is known.
    outcomes : dict
        (plan, future) -> what the future makes of the plan's first stage.
    aim : Aim
        What was kept low.
    """
    probability = {each.name: each.probability for each in futures}
    rows = [
        (plan, name, probability[name], each.cost_m_cny, each.penalty_m_cny, each.short_m_cny)
        for (plan, name), each in outcomes.items()
    ]
    columns = ["plan", "future", "probability", "cost_m_cny", "penalty_m_cny", "short_m_cny"]
    costs = pd.DataFrame(rows, columns=columns)
    known = pd.Series({name: each.cost_m_cny for name, each in alone.items()})
    tried = costs.groupby("future")["cost_m_cny"].min().reindex(known.index)
    best = known.where(known <= tried, tried)
    chosen, costs, outcomes = _with_best(chosen, costs, outcomes, aim, best)
    costs["regret_m_cny"] = costs["cost_m_cny"] - costs["future"].map(best).astype(float)
    sites = pd.concat(
        [each.sites.assign(future=name) for (plan, name), each in outcomes.items() if plan == TWO_STAGE],
        ignore_index=True,
    )
    plans = _plans(costs, list(probability), aim)
    values = _values(plans, best, probability, references, chosen)
    return Study(chosen, keys, costs, plans, sites, values)


def _with_best(
    chosen: Chosen,
    costs: pd.DataFrame,
    outcomes: dict[tuple[str, str], Outcome],
    aim: Aim,
    best: pd.Series,
) -> tuple[Chosen, pd.DataFrame, dict[tuple[str, str], Outcome]]:
    """Return all with the best first stage of those tried as the two-stage one.

    Within the gap that was asked for, a plan that knows one future only may be a little better.
    """
    reached = {
        str(plan): aim_of(
            group.set_index("future").loc[best.index, "cost_m_cny"].to_numpy(),
            group.set_index("future").loc[best.index, "probability"].to_numpy(),
            aim,
            best.to_numpy(),
        )
        for plan, group in costs.groupby("plan", sort=False)
    }
    first = min(reached, key=lambda plan: reached[plan])
    if reached[first] >= reached[TWO_STAGE]:
        return replace(chosen, aim_m_cny=min(chosen.aim_m_cny, reached[TWO_STAGE])), costs, outcomes
    same = costs[costs["plan"] == first].assign(plan=TWO_STAGE)
    mine = {(TWO_STAGE, name): each for (plan, name), each in outcomes.items() if plan == first}
    taken = next(iter(mine.values())).first
    rows = pd.concat([same, costs[costs["plan"] != TWO_STAGE]], ignore_index=True)
    return replace(chosen, first=taken, aim_m_cny=reached[first]), rows, outcomes | mine


def _plans(costs: pd.DataFrame, names: list[str], aim: Aim) -> pd.DataFrame:
    """Return a row for each plan: mean and tail of its cost, and its largest regret."""
    rows = []
    for plan, group in costs.groupby("plan", sort=False):
        table = group.set_index("future").loc[names]
        cost, weight = table["cost_m_cny"].to_numpy(), table["probability"].to_numpy()
        penalty = float(weight @ table["penalty_m_cny"].to_numpy())
        tail, regret = tail_mean(cost, weight, aim.alpha), float(table["regret_m_cny"].max())
        rows.append((plan, mean_of(cost, weight), tail, regret, penalty))
    columns = ["plan", "expected_m_cny", "cvar_m_cny", "regret_max_m_cny", "penalty_expected_m_cny"]
    return pd.DataFrame(rows, columns=columns)


def _values(
    plans: pd.DataFrame,
    best: pd.Series,
    probability: dict[str, float],
    references: list[str],
    chosen: Chosen,
) -> dict[str, float]:
    expected = plans.set_index("plan")["expected_m_cny"]
    weight = np.asarray(list(probability.values()))
    known = mean_of(best.loc[list(probability)].to_numpy(), weight)
    found = {"ws_m_cny": known, "rp_m_cny": float(expected[TWO_STAGE])}
    if references:
        found["eev_m_cny"] = float(expected[references[0]])
        found["vss_m_cny"] = found["eev_m_cny"] - found["rp_m_cny"]
    found["evpi_m_cny"] = found["rp_m_cny"] - known
    found["gap_m_cny"] = max(0.0, chosen.aim_m_cny - chosen.bound_m_cny)
    return found
