"""A conflict and what restores a plan, in sentences for people and as figures for programs."""

from __future__ import annotations

import math
from typing import Any

from optim.conflict.change import Change, Step
from optim.conflict.find import Conflict, Member
from optim.conflict.limits import Held, Limit

_SHOWN = 4
_LIMITS = {
    "reserve": "a reserve for the loss of any one",
    "headroom": "headroom of the grid in",
    "site_headroom": "headroom of sites of their own",
    "it_max": "largest IT power of sites (it_max_mw)",
    "voltage": "capacity of the highest voltage",
    "accelerator_supply": "accelerators to be had of type",
    "water_quota": "water quota",
    "latency": "latency limit of class",
}


def in_words(conflict: Conflict) -> str:
    """Return the conflict, the least changes that restore a plan, and what was checked, line by line."""
    count = len(conflict.members)
    opening = (
        "These cannot hold together; without any one of them the others can:" if count > 1 else "In the way:"
    )
    lines = [opening, *(f"  - {member_text(member.limit)}" for member in conflict.members)]
    return "\n".join([*lines, *_way_out(conflict), *_checked(conflict)])


def _way_out(conflict: Conflict) -> list[str]:
    alone = [member for member in conflict.members if member.alone]
    if alone:
        changed = [m for m in alone if m.change]
        lines = ["Any one of these restores a plan, all else as it is (smallest change first):"]
        lines += [f"  - {change_text(m.change)}{_doubt(m)}" for m in changed if m.change]
        lines += [f"  - {_switch(m.limit)}" for m in alone if _switch(m.limit) and not _dropped(m)]
        return lines if len(lines) > 1 else []
    if not conflict.together:
        return ["No change of one of them restores a plan, and none of several was found."]
    lines = ["No change of one of them alone restores a plan; these do together:"]
    return [*lines, *(f"  - {change_text(change)}" for change in conflict.together)]


def _dropped(member: Member) -> bool:
    return member.change is not None and member.change.dropped


def _doubt(member: Member) -> str:
    return "" if member.is_whole else " (parts of campuses; no plan with whole ones was seen)"


def _switch(limit: Limit) -> str:
    """Return how a rule is switched off; empty for what is no rule."""
    return f"rule {limit.name} off (--rule {limit.name}=off), or soft" if _is_rule(limit) else ""


def _is_rule(limit: Limit) -> bool:
    return limit.mend.startswith("geodata.policy.")


def _checked(conflict: Conflict) -> list[str]:
    lines = ["Each change was tried: the model has a plan with it."]
    if conflict.integers:
        lines = [
            "Parts of campuses, modules and voltages would do: it is whole ones that cannot be. " + lines[0]
        ]
    if conflict.together and not conflict.together_whole:
        lines = ["The changes were tried with parts of campuses; no plan with whole ones was seen in time."]
    if not conflict.energy:
        lines.append("The hours of the plants (green shares, water) were not looked at.")
    return lines


def member_text(limit: Limit) -> str:
    """Return a member of a conflict with the places and years in which it takes part."""
    if limit.kind == "given":
        loads = ", ".join(f"{held.number:g} MW of same-city load in {held.year}" for held in limit.held)
        return f"{loads} stand at {limit.name} and cannot be left unserved"
    return f"{_name(limit)}{_where(limit)}"


def _name(limit: Limit) -> str:
    if _is_rule(limit):
        number = f" {limit.number:g}" if limit.dial == "number" else ""
        return f"rule {limit.name} ({limit.kind}{number})"
    if limit.kind == "unserved":
        return f"all load is served ({limit.mend} = false)"
    if limit.mend.startswith("optim.") and limit.dial == "number":
        return f"{limit.mend} = {limit.number:g}"
    name = f"{_LIMITS[limit.kind]} {limit.name}".strip()
    return f"{name}, {limit.number:g} {limit.unit}" if limit.dial == "number" else name


def _where(limit: Limit) -> str:
    """Return the places and years in which a limit takes part, numbers with those that have their own."""
    if not limit.held:
        return ""
    own = limit.dial == "rows"
    years = sorted({held.year for held in limit.held if held.year is not None})
    places = list(dict.fromkeys(held.place for held in limit.held if held.place not in ("", limit.name)))
    if own and len(limit.held) <= _SHOWN:
        shown = ", ".join(_held(limit, held) for held in limit.held)
        return f": {shown}"
    named = ", ".join(places[:_SHOWN]) + (f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else "")
    when = ", ".join(str(year) for year in years)
    return f": {', '.join(part for part in (named, when) if part)}"


def _held(limit: Limit, held: Held) -> str:
    place = "" if held.place == limit.name else f"{held.place} "
    return f"{place}{held.year} {_figure(held.number)} {limit.unit}"


def _figure(value: float) -> str:
    return f"{value:,.5g}" if abs(value) < 1e5 else f"{value:,.0f}"


def change_text(change: Change) -> str:
    """Return a change with the key where it is made."""
    limit = change.limit
    if limit.kind == "unserved":
        lost = sum(step.before - step.after for step in change.steps)
        where = _steps(
            change, lambda step: f"{step.place} {step.year} {_figure(step.before - step.after)} MW"
        )
        return f"{limit.mend}=true: load may stay unserved, at least {_figure(lost)} MW-years ({where})"
    if change.dropped:
        return _switch(limit) or f"{limit.mend}=none"
    if limit.dial == "number":
        step = change.steps[0]
        return f"{limit.mend}: {step.before:g} -> {step.after:g}{' ' + limit.unit if limit.unit else ''}"
    moved = _steps(
        change,
        lambda step: f"{step.place} {step.year} {_figure(step.before)} -> {_figure(step.after)} {limit.unit}",
    )
    return f"{limit.mend}: {moved}"


def _steps(change: Change, text: Any) -> str:
    steps = [step for step in change.steps if not math.isclose(step.before, step.after)]
    more = f" and {len(steps) - _SHOWN} more" if len(steps) > _SHOWN else ""
    return ", ".join(text(step) for step in steps[:_SHOWN]) + more


def as_figures(conflict: Conflict) -> dict[str, Any]:
    """Return the conflict as plain lists and dictionaries, for JSON."""
    return {
        "conflict": [_limit_figures(member.limit) for member in conflict.members],
        "restores_alone": [
            _change_figures(member.change) | {"whole_campuses": member.is_whole}
            for member in conflict.members
            if member.change
        ],
        "restores_together": [_change_figures(change) for change in conflict.together],
        "only_whole_campuses_conflict": conflict.integers,
        "hours_of_plants_seen": conflict.energy,
    }


def _limit_figures(limit: Limit) -> dict[str, Any]:
    rows = [{"place": held.place, "year": held.year, "number": held.number} for held in limit.held]
    return {"kind": limit.kind, "name": limit.name, "key": limit.mend, "unit": limit.unit} | {
        "number": limit.number,
        "rows": rows,
    }


def _change_figures(change: Change) -> dict[str, Any]:
    limit = change.limit
    return {
        "kind": limit.kind,
        "name": limit.name,
        "key": limit.mend,
        "unit": limit.unit,
        "off": change.dropped,
        "share_of_number": change.share,
        "steps": [_step_figures(step) for step in change.steps],
    }


def _step_figures(step: Step) -> dict[str, Any]:
    return {"place": step.place, "year": step.year, "from": step.before, "to": step.after}
