"""What restores a plan: the least change of one limit, or of several together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from optim.conflict.case import Case, most_mw, same
from optim.conflict.change import Change, Step
from optim.conflict.least import DIGITS, least_number, rounded
from optim.conflict.limits import Held, Limit
from optim.conflict.trial import Trial

Find = Callable[[Case, Trial, tuple[Change, ...]], list[Limit]]
_LITTLE = 1e-6
_ROUNDS = 8
_LESS = ("given", "unserved")


def least_change(
    case: Case, limit: Limit, beside: Sequence[Change] = (), keys: Sequence[tuple[str, str]] | None = None
) -> Change | None:
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

    def works(change: Change) -> bool:
        changes = (*beside, change)
        return case.works(*changes) if keys is None else case.works_for(keys, *changes)

    if limit.dial == "number":
        return least_number(limit, works, most_mw(case.trial()))
    if limit.dial == "switch":
        dropped = Change(limit, dropped=True)
        return dropped if works(dropped) else None
    change = _least_rows(case, limit, beside, keys)
    return change if change and change.steps and works(change) else None


def _least_rows(
    case: Case, limit: Limit, beside: Sequence[Change], keys: Sequence[tuple[str, str]] | None
) -> Change | None:
    """Return by how much a limit gives way in each of its places, by a linear programme."""
    trial = case.trial(*beside)
    mine = same(trial, limit)
    if mine is None:
        return None
    named = None if keys is None else set(keys)
    held = [each for some in trial.limits if named is None or some.key in named for each in some.held]
    found = trial.least(mine, held, case.integers, case.limit_s)
    if found is None:
        return None
    pairs = zip(mine.held, found, strict=True)
    return Change(limit, tuple(_step(limit, each, by) for each, by in pairs if by > _LITTLE))


def _step(limit: Limit, held: Held, by: float) -> Step:
    is_less = limit.kind in _LESS
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


def _smallest_step(
    case: Case, limits: list[Limit], changes: dict[tuple[str, str], Change]
) -> Change | None:
    """Return the smallest change that resolves one conflict, whatever else conflicts."""
    keys = [limit.key for limit in limits]
    found = []
    for limit in limits:
        beside = [change for key, change in changes.items() if key != limit.key]
        if change := least_change(case, limit, beside, keys):
            found.append(change)
    return min(found, key=lambda change: change.share, default=None)


def _smaller(case: Case, changes: dict[tuple[str, str], Change]) -> tuple[Change, ...]:
    """Return the changes that are needed, each as small as it may be while the others stay."""
    for key in list(changes):
        rest = [change for other, change in changes.items() if other != key]
        if rest and case.works(*rest):
            del changes[key]
            continue
        if less := least_change(case, replace(changes[key].limit), rest):
            changes[key] = less
    return tuple(changes.values())
