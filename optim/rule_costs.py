"""What each policy rule costs, against the problem in which what it asks for is allowed but not required."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from geodata.tables import Survey
from optim.optima import effect, optimum
from optim.policy import Rule
from optim.rules.energy_rules import surcharges
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
            solved[case] = optimum(planner, integers)
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
