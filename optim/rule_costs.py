"""What each policy rule costs, against the problem in which what it asks for is allowed but not required."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import pandas as pd

from geodata.tables import Survey
from optim.policy import Rule
from optim.warm import Answer, Planner

QUOTAS = "water quotas"
Say = Callable[[str], None]


@dataclass(frozen=True)
class RuleCosts:
    """Optima with all rules, without any, without each one alone, and with each one alone."""

    rules: tuple[Rule, ...]
    ids: tuple[str, ...]
    all: Answer
    none: Answer
    without: dict[str, Answer]
    alone: dict[str, Answer]


def ids_in_force(planner: Planner) -> tuple[str, ...]:
    """Return the rules that hold in some year and place, and the water quotas as one, if there are any."""
    rules = tuple(rule.rule_id for rule in planner.inputs.rules)
    return (*rules, QUOTAS) if len(planner.inputs.quotas) else rules


def without(survey: Survey, off: Iterable[str]) -> Survey:
    """Return the survey with rules off; whatever they ask for stays allowed.

    Direct supply, certificates and sites in hubs are technologies and places of the scenario, not of the
    rule, so the plan may still use them: against a baseline that forbids them a rule would seem to save.
    """
    names = set(off)
    enabled = survey.rules["enabled"] & ~survey.rules["rule_id"].isin(names)
    quotas = survey.quotas.iloc[:0] if QUOTAS in names else survey.quotas
    return replace(survey, rules=survey.rules.assign(enabled=enabled), quotas=quotas)


def rule_costs(planner: Planner, integers: bool = False, say: Say = lambda _: None) -> RuleCosts:
    """Return the optima from which the cost of each rule follows.

    Parameters
    ----------
    planner : Planner
        At the scenario with all its rules; it stands there again at the end.
    integers : bool
        Search with whole campuses and modules; else the linear relaxation is taken.
    say : callable
        Takes one line for each solve.

    Raises
    ------
    InfeasibleError, TimeLimitError
        No answer with all rules.
    """
    survey, rules, ids = planner.survey, tuple(planner.inputs.rules), ids_in_force(planner)
    found = dict(_solves(planner, survey, ids, integers, say))
    planner.change(survey, planner.settings)
    every = frozenset(ids)
    return RuleCosts(
        rules,
        ids,
        found[frozenset()],
        found[every],
        {rule: found[frozenset({rule})] for rule in ids},
        {rule: found[every - {rule}] for rule in ids},
    )


def _solves(
    planner: Planner, survey: Survey, ids: tuple[str, ...], integers: bool, say: Say
) -> Iterator[tuple[frozenset[str], Answer]]:
    every = frozenset(ids)
    wanted = [frozenset(), *(frozenset({rule}) for rule in ids), every, *(every - {rule} for rule in ids)]
    cases = list(dict.fromkeys(wanted))
    for number, off in enumerate(cases, start=1):
        say(f"solve {number} of {len(cases)}: {_told(off, every)}")
        if off:
            planner.change(without(survey, off), planner.settings)
        yield off, planner.solve(integers=integers)


def _told(off: frozenset[str], every: frozenset[str]) -> str:
    if not off:
        return "all rules"
    if off == every:
        return "no rule"
    left = every - off
    return f"without {min(off)}" if len(off) == 1 else f"{min(left)} alone"


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
