"""What restores a plan: the least change of one limit, or of several together."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from optim.conflict.case import Case, most_mw, same
from optim.conflict.change import Change, Step
from optim.conflict.family import AFFINE, Family
from optim.conflict.least import DIGITS, least_between, least_of, rounded, widest
from optim.conflict.limits import LOAD, Held, Limit
from optim.conflict.steps import effective, steps_of
from optim.conflict.trial import Keys, Trial

Find = Callable[[Case, Trial, tuple[Change, ...]], list[Limit]]
_LITTLE = 1e-6
_ROUNDS = 8


def least_change(case: Case, limit: Limit, beside: Sequence[Change] = (), keys: Keys = None) -> Change | None:
    """Return the least change of one limit with which a plan exists; None: there is none.

    Parameters
    ----------
    case : Case
        What is asked.
    limit : Limit
        The limit as it is without any change.
    beside : sequence of Change
        Other changes that are made too.
    keys : sequence, optional
        Limits that hold; none: all.
    """
    if limit.dial == "rows":
        change = _least_rows(case, limit, beside, keys)
        return change if change and change.steps and case.works_for(keys, *beside, change) else None
    if limit.dial == "switch":
        dropped = Change(limit, dropped=True)
        return dropped if case.works_for(keys, *beside, dropped) else None
    number = _least_number(case, limit, beside, keys)
    return None if number is None else _to(limit, number)


def _to(limit: Limit, number: float) -> Change:
    return Change(limit, (Step("", None, limit.number, number),))


def _least_number(case: Case, limit: Limit, beside: Sequence[Change], keys: Keys) -> float | None:
    """Return the least number of a limit that has one: of a few that matter, or by bisection."""

    def works(number: float) -> bool:
        return case.works_for(keys, *beside, _to(limit, number))

    first = case.trial(*beside)
    numbers = steps_of(limit, first.inputs, case.survey)
    if numbers is not None:
        return least_of(numbers, works)
    end = widest(limit, most_mw(first))
    if limit.kind not in AFFINE:
        return least_between(limit, limit.number, end, works, works)
    begin = effective(limit, case.settings)
    if begin != limit.number and works(begin):
        return begin
    at = (begin + end) / 2.0
    trials = (case.trial(*beside, _to(limit, begin)), case.trial(*beside, _to(limit, at)))
    family = Family(*trials, (begin, at), trials[0].of(keys), (case.integers, case.limit_s))
    return least_between(limit, begin, end, family.is_possible, works, family.least)


def _least_rows(case: Case, limit: Limit, beside: Sequence[Change], keys: Keys) -> Change | None:
    """Return by how much a limit gives way in each of its places, by a linear programme."""
    trial = case.trial(*beside)
    mine = same(trial, limit)
    if mine is None:
        return None
    found = trial.least(mine, trial.of(keys), case.integers, case.limit_s)
    if found is None:
        return None
    pairs = zip(mine.held, found, strict=True)
    return Change(limit, tuple(_step(limit, each, by) for each, by in pairs if by > _LITTLE))


def _step(limit: Limit, held: Held, by: float) -> Step:
    is_less = limit.kind in LOAD
    after = held.number - by if is_less else held.number + by
    return Step(held.place, held.year, held.number, max(0.0, rounded(after, DIGITS + 1, up=not is_less)))


def together(case: Case, find: Find) -> tuple[Change, ...]:
    """Return changes that restore a plan together; none if none were found.

    One conflict after the other is resolved by the smallest change in it. Then changes that are not needed
    are taken back, and each is made as small as it may be while the others stay.

    Parameters
    ----------
    case : Case
        What is asked.
    find : callable
        Returns the limits of a conflict in a model with some changes made.
    """
    original = {limit.key: limit for limit in case.trial().limits}
    changes: dict[tuple[str, str], Change] = {}
    for _ in range(_ROUNDS):
        made = tuple(changes.values())
        if case.works(*made):
            return _smaller(case, changes)
        limits = find(case, case.trial(*made), made)
        best = _smallest_step(case, [original.get(limit.key, limit) for limit in limits], changes)
        if best is None:
            break
        changes[best.limit.key] = best
    return ()


def _smallest_step(case: Case, limits: list[Limit], changes: dict[tuple[str, str], Change]) -> Change | None:
    """Return the smallest change that resolves one conflict, whatever else conflicts."""
    keys = [limit.key for limit in limits]
    found = []
    for limit in limits:
        beside = [change for key, change in changes.items() if key != limit.key]
        if change := least_change(case, limit, beside, keys):
            known = changes.get(limit.key)
            found.append((limit.kind in LOAD, change.share - (known.share if known else 0.0), change))
    return min(found, key=lambda one: one[:2], default=(False, 0.0, None))[2]


def _smaller(case: Case, changes: dict[tuple[str, str], Change]) -> tuple[Change, ...]:
    """Return the changes that are needed, each as small as it may be while the others stay."""
    for key in list(changes):
        rest = [change for other, change in changes.items() if other != key]
        if rest and case.works(*rest):
            del changes[key]
            continue
        if less := least_change(case, changes[key].limit, rest):
            changes[key] = less
    return tuple(changes.values())
