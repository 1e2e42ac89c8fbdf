"""Hard policy rules as limits that may give way."""

from __future__ import annotations

from typing import Any

from optim.conflict.limits import Dial, Held, Limit, rows_of
from optim.inputs import Inputs
from optim.policy import Rule
from optim.rules.energy_rules import direct_floors

UNITS = {"pue_cap": "PUE", "wue_cap": "L/kWh", "large_in_hub_only": "MW", "build_pause": "MW"}
_MATCHED = {"monthly": "month", "hourly": "hour"}


def rule_limits(m: Any, compiled: Any, inputs: Inputs) -> list[Limit]:
    """Return the hard rules in force that have rows in the model, in the order of the table.

    Parameters
    ----------
    m : ArrayModel
        The model, whole or master.
    compiled : Compiled
        Its matrix.
    inputs : Inputs
        Rules in force.
    """
    made = [_limit(rule, _held(m, compiled, inputs, rule)) for rule in inputs.rules if rule.hard]
    return [limit for limit in made if limit.held]


def _limit(rule: Rule, held: list[Held]) -> Limit:
    switch = rule.kind == "build_pause"
    mend = {
        "build_pause": f"geodata.policy.switches.{rule.rule_id}",
        "large_in_hub_only": f"geodata.policy.pack, large_from_mw of {rule.rule_id}",
    }.get(rule.kind, f"geodata.policy.numbers.{rule.rule_id}")
    unit = UNITS.get(rule.kind, "share")
    dial: Dial = "switch" if switch else "number"
    return Limit(rule.kind, rule.rule_id, mend, unit, dial, rule.number, held=tuple(held))


def _held(m: Any, compiled: Any, inputs: Inputs, rule: Rule) -> list[Held]:
    if rule.kind in ("self_use", "curtailment_cap"):
        return _floors(m, compiled, inputs, rule)
    if rule.accounting in _MATCHED:
        return _matched(m, compiled, rule)
    block = m.component(rule.kind)
    keys = [] if block is None else [key for key in block.ROWS if key[0] == rule.rule_id]
    return [
        Held(place, int(y), rule.number, columns=(compiled.columns.at(block.missed, (r, place, y)),))
        for r, place, y in keys
    ]


def _matched(m: Any, compiled: Any, rule: Rule) -> list[Held]:
    """Return where a green share holds by month or hour; none in a master, whose plants keep it."""
    green = m.component("green")
    if green is None:
        return []
    found: dict[tuple[str, int], list[int]] = {}
    for s, c, y, r, k in green.MATCHING:
        if r == rule.rule_id:
            column = compiled.columns.at(green.missed_twh, (s, c, y, r, k))
            found.setdefault((s, int(y)), []).append(column)
    return [Held(s, y, rule.number, columns=tuple(columns)) for (s, y), columns in found.items()]


def _floors(m: Any, compiled: Any, inputs: Inputs, rule: Rule) -> list[Held]:
    """Return the plants at which no stricter rule of the kind holds."""
    if m.component("green") is None:
        return []
    name = "self_use" if rule.kind == "self_use" else "curtailment"
    strictest = direct_floors(inputs.rules, m.PY, rule.kind)
    sites = {s for members in rule.places.values() for s in members}
    return [
        Held(key[0], int(key[2]), rule.number, rows=(row,))
        for key, row in rows_of(compiled, m.green.component(name))
        if key[0] in sites and key[2] in rule.years and strictest[key] == rule.number
    ]
