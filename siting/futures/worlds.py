"""Draws of a scenario as worlds that can be planned: their surveys and settings, and the mean of them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geodata.resurvey import Resurvey
from geodata.tables import Survey
from optim.futures.cases import Future
from siting.futures.files import Draw
from siting.scenario import Draft, Scenario, ScenarioError

_ITEMS, _NUMBERS = "optim.costs.items.", "geodata.policy.numbers."


@dataclass(frozen=True)
class Base:
    """The scenario from which all draws begin, and the file that says how they differ."""

    draft: Draft
    scenario: Scenario
    survey: Survey
    source: str = ""

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


def base_of(draft: Draft, known: Resurvey, common: Mapping[str, Any] | None = None, source: str = "") -> Base:
    """Return a scenario with its survey.

    Parameters
    ----------
    draft : Draft
        The scenario.
    known : Resurvey
        Makes the survey.
    common : mapping
        Keys that are set in all draws.
    source : str
        The file that says so; faults of these keys are told with it.
    """
    whole = draft.having(common or {})
    try:
        scenario = whole.scenario()
    except ScenarioError:
        draft.scenario()  # tells the faults that are its own
        scenario = _scenario(whole, source)
    return Base(whole, scenario, known.survey(scenario.geodata), source)


def _scenario(draft: Draft, source: str) -> Scenario:
    """Return the scenario of a draft whose faults can only be those of the keys that `source` sets."""
    return Draft(draft.data, Path(source), frozenset()).scenario()


def values_of(base: Base, draw: Draw) -> dict[str, Any]:
    """Return all keys that a draw changes, factors multiplied out; `ScenarioError` with all faults."""
    found, faults = dict(draw.set), _lost_items(base, draw)
    for key, factor in draw.times.items():
        try:
            found[key] = _number(base, key) * factor
        except ScenarioError as error:
            faults.append(str(error))
    try:
        _scenario(base.draft.having(found), base.source)
    except ScenarioError as error:
        faults += [line.removeprefix(f"{Path(base.source)}: ") for line in str(error).splitlines()]
    if faults:
        raise ScenarioError("\n".join(faults))
    return found


def _lost_items(base: Base, draw: Draw) -> list[str]:
    known = [f"{_ITEMS}{item}" for item in base.survey.costs["item"]]
    lost = [key for key in draw.set if key.startswith(_ITEMS) and key not in known]
    near = {key: (difflib.get_close_matches(key, known, n=1) or known[:1])[0] for key in lost}
    return [f"key {key}: no such cost item, expected one such as {near[key]}" for key in lost]


def _number(base: Base, key: str) -> float:
    value = base.value(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ScenarioError(f"times {key}: found {value!r} in the scenario, expected a number to multiply")
    return value


def world(base: Base, name: str, probability: float, values: dict[str, Any], known: Resurvey) -> Future:
    """Return a future with its survey and settings, of values as of `values_of`."""
    scenario = _scenario(base.draft.having(values), base.source)
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
