"""The front door: which few rules and limits conflict, and the least change that restores a plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from geodata.tables import Survey
from optim.conflict.case import SMALL_INTEGERS, Case, same
from optim.conflict.change import Change
from optim.conflict.latency import latency_limits
from optim.conflict.limits import LOAD, Limit
from optim.conflict.restore import least_change, together
from optim.conflict.smallest import smallest
from optim.conflict.trial import Trial
from optim.inputs import MW_PER_GW, prepare
from optim.model import Form
from optim.options import Settings
from optim.stop import Stop
from optim.whole import is_whole

Say = Callable[[str], None]
SECONDS = 20.0
_ROWS = 60


@dataclass(frozen=True)
class Member:
    """A rule or limit of the conflict.

    Attributes
    ----------
    limit : Limit
        Which; its `held` names the places and years in which it takes part.
    alone : bool
        A plan exists once it is dropped and all others stay.
    change : Change or None
        The least change of its numbers with which a plan exists while all others stay, if there is one.
    is_whole : bool or None
        A plan with whole campuses exists with that change; None: not known in the time given.
    """

    limit: Limit
    alone: bool
    change: Change | None = None
    is_whole: bool | None = None


@dataclass(frozen=True)
class Conflict:
    """Rules and limits that cannot hold together; without any one of them the others can.

    Attributes
    ----------
    members : tuple of Member
        The conflict, those first that restore a plan with the smallest change.
    together : tuple of Change
        Where no single one restores a plan: changes that do so together, none of which can be left out.
    together_whole : bool or None
        A plan with whole campuses exists with them; None: not known.
    integers : bool
        The conflict is only one of whole campuses, modules and voltages: parts of them could do.
    energy : bool
        The hours of the plants were looked at too.
    """

    members: tuple[Member, ...]
    together: tuple[Change, ...] = ()
    together_whole: bool | None = None
    integers: bool = False
    energy: bool = True


def find_conflict(
    survey: Survey,
    settings: Settings,
    say: Say = lambda line: None,
    stop: Stop | None = None,
    seconds: float = SECONDS,
) -> Conflict | None:
    """Return the conflict that leaves no plan; None: none was found, so that a plan may exist.

    Parameters
    ----------
    survey : Survey
        Tables.
    settings : Settings
        Options.
    say : callable
        Takes one line a step.
    stop : Stop, optional
        A wish that may end it (StoppedError).
    seconds : float
        Time for one search for a plan with whole campuses [s]; 0: none is made.
    """
    inputs = prepare(survey, settings)
    form: Form = "whole" if is_whole(inputs, settings.solve) else "master"
    case = Case(survey, settings, inputs, form, stop, seconds)
    say("looking for rules and limits that conflict")
    trial = case.trial()
    if trial.is_possible(trial.every) is False:
        return _explained(case, trial, say)
    small = trial.integers <= SMALL_INTEGERS and seconds > 0
    if small and trial.is_possible(trial.every, True, seconds) is False:
        return _explained(replace(case, integers=True), trial, say)
    return None


def find_bars(
    survey: Survey, settings: Settings, site: str, say: Say = lambda line: None, stop: Stop | None = None
) -> Conflict | None:
    """Return the rules and limits that leave no plan with a campus at a site; None: nothing bars it.

    A campus: as much IT power in use in the last year as a campus must hold. Parts of other campuses count,
    and in the decomposed form the hours of the plants are not looked at.

    Parameters
    ----------
    survey, settings, say, stop
        As of `find_conflict`.
    site : str
        site_id.
    """
    inputs = prepare(survey, settings)
    form: Form = "whole" if is_whole(inputs, settings.solve) else "master"
    must = (site, settings.campus.campus_min_mw / MW_PER_GW)
    case = Case(survey, settings, inputs, form, stop, 0.0, must=must)
    trial = case.trial()
    return None if trial.is_possible(trial.every) else _explained(case, trial, say)


def _explained(case: Case, trial: Trial, say: Say) -> Conflict:
    """Return the conflict of an impossible model, and what restores a plan."""
    limits = members(case, trial)
    say("looking for the least change that restores a plan")
    found = sorted((_judged(case, trial, limit) for limit in limits), key=_order)
    changes = () if any(member.alone for member in found) else together(case, members)
    whole = case.is_whole(*changes) if changes else None
    return Conflict(tuple(found), changes, whole, case.integers, case.form == "whole")


def _order(member: Member) -> tuple[bool, bool, bool, float]:
    share = member.change.share if member.change else float("inf")
    return not member.alone, member.change is None, member.limit.kind in LOAD, share


def members(case: Case, trial: Trial, before: tuple[Change, ...] = ()) -> list[Limit]:
    """Return the smallest set of limits that conflict, in the places and years in which they do.

    Parameters
    ----------
    case : Case
        What is asked.
    trial : Trial
        An impossible model.
    before : tuple of Change
        Changes that are in the model already.
    """

    def can_hold(limits: list[Limit]) -> bool:
        return case.is_possible(trial, (held for limit in limits for held in limit.held))

    limits = _narrowed(case, trial, smallest(trial.limits, can_hold))
    return [*limits, *latency_limits(case, limits, before)]


def _narrowed(case: Case, trial: Trial, limits: list[Limit]) -> list[Limit]:
    """Return limits with those years and places alone in which they conflict."""
    held = [each for limit in limits for each in limit.held]
    years = sorted({each.year for each in held})
    kept = set(smallest(years, lambda some: case.is_possible(trial, (h for h in held if h.year in some))))
    held = [each for each in held if each.year in kept]
    if len(held) <= _ROWS:
        held = smallest(held, lambda some: case.is_possible(trial, some))
    mine = {id(each) for each in held}
    return [replace(limit, held=tuple(h for h in limit.held if id(h) in mine)) for limit in limits]


def _judged(case: Case, trial: Trial, limit: Limit) -> Member:
    """Return a member of the conflict, and its least change while all others stay."""
    original = same(trial, limit)
    if original is not None:
        mine = {id(held) for held in original.held}
        if not case.is_possible(trial, (held for held in trial.every if id(held) not in mine)):
            return Member(limit, False)
    change = least_change(case, original or limit)
    whole = case.is_whole(change) if change else None
    if whole is False and trial.integers <= SMALL_INTEGERS:
        stricter = replace(case, integers=True)
        change, whole = least_change(stricter, original or limit), True
        whole = None if change is None else True
    return Member(limit, original is not None or change is not None, change, whole)
