"""Draws of a scenario as worlds that can be planned: their surveys and settings, and the mean of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from geodata.resurvey import Resurvey
from geodata.tables import Survey
from optim.futures.cases import Future
from siting.futures.files import Draw
from siting.scenario import Draft, Scenario, ScenarioError

_ITEMS, _NUMBERS = "optim.costs.items.", "geodata.policy.numbers."


@dataclass(frozen=True)
class Base:
    """The scenario from which all draws begin."""

    draft: Draft
    scenario: Scenario
    survey: Survey

    def value(self, key: str) -> Any:
        """Return what the scenario has for a dotted key; cost items and limits of rules from their tables.

        Raises
        ------
        ScenarioError
            No such key.
        """
        found: Any = self.scenario.model_dump(mode="json")
        for part in key.split("."):
            if not isinstance(found, dict) or part not in found:
                return self._of_table(key)
            found = found[part]
        return found

    def _of_table(self, key: str) -> Any:
        for start, table, names, values in (
            (_ITEMS, self.survey.costs, "item", "value"),
            (_NUMBERS, self.survey.rules, "rule_id", "number"),
        ):
            name = key.removeprefix(start)
            if key.startswith(start) and name in set(table[names]):
                return float(table.set_index(names)[values][name])
        raise ScenarioError(f"key {key}: the scenario has no such value; see `siting new` for all keys")


def base_of(draft: Draft, known: Resurvey) -> Base:
    """Return a scenario with its survey."""
    scenario = draft.scenario()
    return Base(draft, scenario, known.survey(scenario.geodata))


def values_of(base: Base, draw: Draw) -> dict[str, Any]:
    """Return all keys that a draw changes, factors multiplied out."""
    found = dict(draw.set)
    for key, factor in draw.times.items():
        value = found.get(key, base.value(key))
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ScenarioError(
                f"times {key}: found {value!r} in the scenario, expected a number to multiply"
            )
        found[key] = value * factor
    return found


def world(base: Base, name: str, probability: float, values: dict[str, Any], known: Resurvey) -> Future:
    """Return a future with its survey and settings; faults are told with its name."""
    try:
        scenario = base.draft.having(values).scenario()
    except ScenarioError as error:
        raise ScenarioError(f"future {name}: {error}") from None
    return Future(name, probability, known.survey(scenario.geodata), scenario.optim)


def mean_values(
    base: Base, draws: Sequence[tuple[float, dict[str, Any]]]
) -> tuple[dict[str, Any], list[str]]:
    """Return the mean of each key over draws, and the keys that have none and stay as in the scenario.

    Parameters
    ----------
    base : Base
        What a draw has where it changes nothing.
    draws : sequence of (probability, values)
        Of each future.
    """
    means: dict[str, Any] = {}
    kept = []
    for key in sorted({key for _, values in draws for key in values}):
        own = _or_none(base, key)
        found = [(weight, values.get(key, own)) for weight, values in draws]
        if all(isinstance(v, int | float) and not isinstance(v, bool) for _, v in found):
            mean = sum(weight * value for weight, value in found)
            means[key] = round(mean) if all(isinstance(v, int) for _, v in found) else mean
        else:
            kept.append(key)
    return means, kept


def _or_none(base: Base, key: str) -> Any:
    try:
        return base.value(key)
    except ScenarioError:
        return None
