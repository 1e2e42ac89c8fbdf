"""What is said where there is no plan: the conflict, and what restores a plan."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from geodata.tables import Survey
from optim.budget_use import budget_excess, drawn_million_m3, emitted_mt
from optim.conflict.find import find_conflict
from optim.conflict.words import as_figures, in_words
from optim.found import Found
from optim.inputs import Inputs, prepare
from optim.nothing import why_nothing
from optim.options import Settings
from optim.rule_energy import green_lack
from optim.stop import Stop
from optim.tables import InfeasibleError, LackError

Say = Callable[[str], None]
OTHERWISE = (
    "no single limit explains it; look at headroom, latency, build rates, and whether the least campus costs "
    "more than optim.workload.unserved_penalty_m_cny_per_mw"
)
WIDEN = "Make a rule soft (geodata.policy.hardness), switch it off (geodata.policy.off) or widen a limit"
_LEAST_MW, _LEAST_M3, _WATER_SHARE = 1e-3, 10.0, 1e-4
_NONE_FOUND = (
    "The rules and limits can be met by parts of campuses. Either whole campuses cannot meet them, or the "
    "hours of the plants cannot (green shares, water), or the search left something unmet within its gap"
)


def why_unplaced(survey: Survey, settings: Settings, what: str = "no load finds a place at all") -> str:
    """Return, in words, what may keep a plan from placing load, and what to do about it."""
    return f"{what}: {_reasons(prepare(survey, settings), settings)}. {WIDEN}"


def _reasons(inputs: Inputs, settings: Settings) -> str:
    return "; ".join(why_nothing(inputs, settings)) or OTHERWISE


def refuse_lacks(found: Found, inputs: Inputs) -> None:
    """Refuse a plan that lacks power at meters or in halls, or misses a green share, a quota or a budget.

    Raises
    ------
    LackError
        Names the first lack.
    """
    operation = found.energy["operation"]
    short = operation["short_mw"]
    if len(short) and short.max() > _LEAST_MW:
        site = operation["site_id"].iloc[int(short.to_numpy().argmax())]
        raise LackError(
            f"no plan meets all hard limits: {site} lacks {short.max():.3g} MW at its meter or halls"
        )
    if lack := green_lack(inputs, found.energy) or _water_lack(inputs, operation):
        raise LackError(f"no plan meets all hard rules: {lack}")
    if over := budget_excess(inputs, emitted_mt(operation), drawn_million_m3(operation)):
        raise LackError(f"no plan meets all hard limits: {over}")


def _water_lack(inputs: Inputs, operation: pd.DataFrame) -> str:
    """Return, in words, the first water quota that is not kept; empty: none."""
    for quota, year, most_mm3, sites in inputs.quotas[["quota_id", "year", "water_mm3", "sites"]].to_numpy():
        here = operation["site_id"].isin(sites) & (operation["year"] == year)
        over = float(operation.loc[here, "water_m3"].sum()) - most_mm3 * 1e6
        if over > max(_LEAST_M3, _WATER_SHARE * most_mm3 * 1e6):
            return f"{over:,.3g} m3 of water are drawn beyond quota {quota} in {year}"
    return ""


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
    if isinstance(error, LackError):
        return InfeasibleError(f"{error}. {WIDEN}, or let load go unserved (optim.workload.allow_unserved)")
    hard = [f"{r.rule_id} ({r.kind} {r.number:g})" for r in inputs.rules if r.hard]
    rules = f"Hard rules in force: {', '.join(hard) or 'none'}"
    return InfeasibleError(f"{error}. {_NONE_FOUND}. {rules}. {_reasons(inputs, settings)}. {WIDEN}")
