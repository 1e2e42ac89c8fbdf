"""What is said where there is no plan: the conflict, and what restores a plan."""

from __future__ import annotations

from collections.abc import Callable

from geodata.tables import Survey
from optim.conflict.find import find_conflict
from optim.conflict.words import as_figures, in_words
from optim.inputs import Inputs, prepare
from optim.nothing import why_nothing
from optim.options import Settings
from optim.stop import Stop
from optim.tables import InfeasibleError

Say = Callable[[str], None]
OTHERWISE = (
    "no single limit explains it; look at headroom, latency, build rates, and whether the least campus costs "
    "more than optim.workload.unserved_penalty_m_cny_per_mw"
)
WIDEN = "Make a rule soft (geodata.policy.hardness), switch it off (geodata.policy.off) or widen a limit"
_NONE_FOUND = (
    "The rules and limits can be met by parts of campuses. Either whole campuses cannot meet them, or the "
    "hours of the plants cannot (green shares, water), or the search left something unmet within its gap"
)


def why_unplaced(survey: Survey, settings: Settings, what: str = "no load finds a place at all") -> str:
    """Return, in words, what may keep a plan from placing load, and what to do about it."""
    return f"{what}: {_reasons(prepare(survey, settings), settings)}. {WIDEN}"


def _reasons(inputs: Inputs, settings: Settings) -> str:
    return "; ".join(why_nothing(inputs, settings)) or OTHERWISE


def refused(
    error: InfeasibleError, survey: Survey, settings: Settings, inputs: Inputs, say: Say, stop: Stop
) -> InfeasibleError:
    """Return an error that says which few rules and limits conflict, and what restores a plan.

    Parameters
    ----------
    error : InfeasibleError
        What the search said.
    survey, settings, inputs
        What was planned.
    say : callable
        Takes one line a step.
    stop : Stop
        A wish that may end the analysis (StoppedError).
    """
    conflict = find_conflict(survey, settings, say, stop)
    if conflict is not None:
        return InfeasibleError(f"{error}.\n{in_words(conflict)}", as_figures(conflict))
    hard = [f"{r.rule_id} ({r.kind} {r.number:g})" for r in inputs.rules if r.hard]
    rules = f"Hard rules in force: {', '.join(hard) or 'none'}"
    return InfeasibleError(f"{error}. {_NONE_FOUND}. {rules}. {_reasons(inputs, settings)}. {WIDEN}")
