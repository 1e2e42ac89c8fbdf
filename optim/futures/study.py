"""A plan for several futures, beside the plans that know only one, and what each is worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field

from geodata.tables import TableError
from optim.cluster import Cluster, helpers
from optim.futures.cases import Aim, Array, Chosen, Future, Key, Outcome
from optim.futures.extensive import solve_extensive
from optim.futures.joint import aim_of, mean_of, tail_mean
from optim.futures.level import solve_level
from optim.futures.recourse import make_recourse
from optim.futures.stage import common_keys
from optim.inputs import prepare
from optim.settings import Frozen
from optim.whole import is_whole
from optim.workers import Workers

Say = Callable[[str], None]
TWO_STAGE = "two-stage"
ENERGY_SHARE = 0.5  # of the gap that is asked


class Settings(Frozen):
    """How a plan for several futures is looked for."""

    decision_year: int = Field(description="last year of the first stage: what is built by then is the same")
    aim: Aim = Field(Aim(), description="what the plan is to keep low over the futures")
    method: Literal["auto", "extensive", "benders"] = Field(
        "auto",
        description="extensive: one matrix of all futures; benders: cuts on the cost of each; auto: "
        "extensive where every future is solved whole",
    )
    integers: bool = Field(
        False, description="keep openings, modules and voltages whole (extensive form only)"
    )
    gap_share: float = Field(1e-4, gt=0, lt=1, description="benders: relative gap that is close enough")
    rounds_max: int = Field(60, ge=1, description="benders: most rounds")
    singles_max: int = Field(
        12, ge=0, description="futures up to which the plan of each is tried in all others; with more, none"
    )


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


def study(
    futures: Sequence[Future],
    references: Sequence[Future],
    settings: Settings,
    say: Say = lambda _: None,
) -> Study:
    """Return the two-stage plan of some futures, and what plans made without it cost in each of them.

    Parameters
    ----------
    futures : sequence of Future
        Probabilities sum to 1.
    references : sequence of Future
        Worlds whose own plans are compared, the first for the value of the stochastic solution: usually the
        mean of the futures, and the scenario as it is. Their probabilities do not count.
    settings : Settings
        Aim and method.
    say : callable
        Takes one line a step.

    Raises
    ------
    InfeasibleError
        No plan of a future, or no first stage that fits all.
    geodata.tables.TableError
        Futures that do not fit together.
    """
    everyone = {each.name: each for each in (*futures, *references)}
    if len(everyone) < len(futures) + len(references):
        raise TableError("futures: found two of one name, expected a name of its own for each")
    shared = (everyone, settings.decision_year, settings.integers, ENERGY_SHARE * settings.gap_share)
    with helpers(futures[0].settings.solve, make_recourse, shared) as ask:
        known = {name: ask.ask([(name, ("keys", None))])[0] for name in everyone}
        keys = common_keys(known)
        say(f"solving {len(everyone)} worlds, each as if it were known")
        alone = dict(zip(everyone, ask.ask([(name, ("alone", keys)) for name in everyone]), strict=True))
        chosen = _chosen(ask, futures, references, settings, keys, alone, say)
        mine = [each.name for each in futures]
        singles = mine if len(mine) <= settings.singles_max else []
        tried = [*singles, *(each.name for each in references)]
        plans = {TWO_STAGE: chosen.first} | {name: alone[name].first for name in tried}
        say(f"trying {len(plans)} plans in {len(mine)} futures")
        outcomes = _tried(ask, keys, plans, mine)
    own = {name: alone[name] for name in mine}
    return _study(chosen, keys, futures, [each.name for each in references], own, outcomes, settings.aim)


def _chosen(
    ask: Workers | Cluster,
    futures: Sequence[Future],
    references: Sequence[Future],
    settings: Settings,
    keys: list[Key],
    alone: dict[str, Outcome],
    say: Say,
) -> Chosen:
    """Return the first stage that is best for the aim."""
    own = {each.name: alone[each.name] for each in futures}
    if _is_extensive(futures, settings):
        say("solving the extensive form")
        best = np.asarray([each.cost_m_cny for each in own.values()])
        return solve_extensive(
            list(futures), keys, settings.decision_year, settings.aim, best, settings.integers
        )
    if settings.integers:
        raise TableError("integers: these futures are too large for the extensive form; leave them relaxed")
    rows = dict(zip(own, ask.ask([(name, ("rows", keys)) for name in own]), strict=True))
    start = alone[references[0].name if references else futures[0].name].first
    probabilities = np.asarray([each.probability for each in futures])
    limits = (settings.gap_share, settings.rounds_max)
    return solve_level(ask, keys, rows, own, probabilities, settings.aim, start, limits, say)


def _is_extensive(futures: Sequence[Future], settings: Settings) -> bool:
    if settings.method != "auto":
        return settings.method == "extensive"
    return all(is_whole(prepare(each.survey, each.settings), each.settings.solve) for each in futures)


def _tried(
    ask: Workers | Cluster, keys: list[Key], plans: dict[str, Array], names: list[str]
) -> dict[tuple[str, str], Outcome]:
    pairs = [(plan, name) for name in names for plan in plans]
    return dict(
        zip(pairs, ask.ask([(name, ("at", (keys, plans[plan]))) for plan, name in pairs]), strict=True)
    )


def _study(
    chosen: Chosen,
    keys: list[Key],
    futures: Sequence[Future],
    references: list[str],
    alone: dict[str, Outcome],
    outcomes: dict[tuple[str, str], Outcome],
    aim: Aim,
) -> Study:
    probability = {each.name: each.probability for each in futures}
    rows = [
        (plan, name, probability[name], each.cost_m_cny, each.penalty_m_cny, each.short_m_cny)
        for (plan, name), each in outcomes.items()
    ]
    columns = ["plan", "future", "probability", "cost_m_cny", "penalty_m_cny", "short_m_cny"]
    costs = pd.DataFrame(rows, columns=columns)
    best = costs["future"].map({name: each.cost_m_cny for name, each in alone.items()})
    costs["regret_m_cny"] = costs["cost_m_cny"] - best.astype(float)
    sites = pd.concat(
        [each.sites.assign(future=name) for (plan, name), each in outcomes.items() if plan == TWO_STAGE],
        ignore_index=True,
    )
    plans = _plans(costs, list(probability), aim)
    values = _values(plans, alone, probability, references, chosen)
    return Study(chosen, keys, costs, plans, sites, values)


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
    alone: dict[str, Outcome],
    probability: dict[str, float],
    references: list[str],
    chosen: Chosen,
) -> dict[str, float]:
    expected = plans.set_index("plan")["expected_m_cny"]
    weight = np.asarray(list(probability.values()))
    known = mean_of(np.asarray([alone[name].cost_m_cny for name in probability]), weight)
    found = {"ws_m_cny": known, "rp_m_cny": float(expected[TWO_STAGE])}
    if references:
        found["eev_m_cny"] = float(expected[references[0]])
        found["vss_m_cny"] = found["eev_m_cny"] - found["rp_m_cny"]
    found["evpi_m_cny"] = found["rp_m_cny"] - known
    found["gap_m_cny"] = max(0.0, chosen.aim_m_cny - chosen.bound_m_cny)
    return found


def aim_reached(costs: pd.DataFrame, aim: Aim, best: Array) -> float:
    """Return what the aim comes to with the two-stage plan [M CNY]."""
    mine = costs[costs["plan"] == TWO_STAGE]
    return aim_of(mine["cost_m_cny"].to_numpy(), mine["probability"].to_numpy(), aim, best)
