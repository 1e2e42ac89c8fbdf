"""What each policy rule costs, against the problem in which what it asks for is allowed but not required."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from geodata.tables import Survey
from optim.policy import Rule
from optim.rules.energy_rules import surcharges
from optim.warm import Answer, Planner

QUOTAS = "water quotas"
ROUNDING_M_CNY = 1e-3
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

    A rule never makes a problem cheaper. So where the problem without all rules of a kind costs the same as
    with all rules, each of the kind costs nothing, and the optimum with all rules stands for the one without
    it; where it does not, its rules are taken off one by one. The same for each rule alone, against none.

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
    kinds = _kinds(planner, ids)
    acting = frozenset(rule for kind in kinds for rule in kind)
    solved: dict[frozenset[str], Answer] = {}

    def answer(off: Iterable[str], words: str) -> Answer:
        case = frozenset(off) & acting
        if case not in solved:
            say(f"solve {len(solved) + 1}: {words}")
            if case:
                planner.change(without(survey, case), planner.settings)
            solved[case] = planner.solve(integers=integers)
        return solved[case]

    every = answer((), "all rules")
    off = dict.fromkeys(ids, every)
    for kind in kinds:
        off |= _one_by_one(kind, every, lambda some: answer(some, f"without {', '.join(some)}"))
    none = answer(ids, "no rule")
    alone = dict.fromkeys(ids, none)
    for kind in kinds:
        alone |= _one_by_one(
            kind, none, lambda some: answer(set(ids) - set(some), f"{', '.join(some)} alone")
        )
    planner.change(survey, planner.settings)
    return RuleCosts(rules, ids, every, none, off, alone)


def _kinds(planner: Planner, ids: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the rules by kind, without those that have no row here: taking them off changes nothing."""
    kinds: dict[str, list[str]] = {}
    for rule in planner.inputs.rules:
        if _acts(planner, rule):
            kinds.setdefault(rule.kind, []).append(rule.rule_id)
    found = [tuple(names) for names in kinds.values()]
    return [*found, (QUOTAS,)] if QUOTAS in ids else found


def _acts(planner: Planner, rule: Rule) -> bool:
    """Return whether a rule has a row, a price or a limit of plants in the problem."""
    if rule.kind in ("self_use", "curtailment_cap"):
        return planner.settings.supply.direct
    if rule.kind == "green_share":
        return True
    if rule.kind == "energy_surcharge":
        return bool(surcharges([rule], planner.inputs.plants.table["pue_mean"]))
    block = planner.m.component(rule.kind)
    return block is not None and any(row[0] == rule.rule_id for row in block.ROWS)


def _one_by_one(
    kind: tuple[str, ...], base: Answer, solve: Callable[[tuple[str, ...]], Answer]
) -> dict[str, Answer]:
    """Return the optimum of each rule of a kind; the base for all of them if together they change no cost."""
    whole = solve(kind)
    if len(kind) == 1:
        return {kind[0]: whole}
    if not effect(base, whole).is_known:
        return dict.fromkeys(kind, base)
    return {rule: solve((rule,)) for rule in kind}


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
