"""An axis as people write it: `key=v1,v2,...` or `key=low..high`, and the values it holds."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from geodata.readers.yaml_file import parse
from siting.scenario import ScenarioError
from siting.values import identity, is_number

_RANGE = re.compile(r"(?P<low>[^.].*?)\.\.(?P<high>[^:]+)(?P<log>:log)?")


@dataclass(frozen=True)
class Axis:
    """A key with its values, or with the ends between which it is sampled."""

    key: str
    values: tuple[Any, ...] = ()
    ends: tuple[float, float] | None = None
    is_log: bool = False

    @property
    def is_numeric(self) -> bool:
        """Return whether its values are numbers."""
        return self.ends is not None or all(is_number(value) for value in self.values)


def read_axes(texts: Sequence[str]) -> tuple[list[Axis], list[str]]:
    """Return the axes that can be read, and what is wrong with the others."""
    axes, faults = [], []
    for text in texts:
        try:
            axes.append(read_axis(text))
        except ScenarioError as error:
            faults.append(str(error))
    names = [axis.key for axis in axes]
    faults += [f"--axis {key}: is given twice" for key in sorted({k for k in names if names.count(k) > 1})]
    return axes, faults


def read_axis(text: str) -> Axis:
    """Return the axis of `key=v1,v2,...` or of `key=low..high`, with `:log` to be sampled by its logarithm.

    Values are read as YAML; a list is written in brackets: `key=[a],[a,b]`.

    >>> read_axis("optim.hours.days_max=1,2").values
    (1, 2)
    """
    key, equals, words = text.partition("=")
    if not equals or not words.strip() or not all(key.strip().split(".")):
        raise ScenarioError(f"--axis {text}: expected KEY=V1,V2,... or KEY=LOW..HIGH")
    between = _RANGE.fullmatch(words.strip())
    if between:
        return _between(text, key.strip(), between)
    try:
        values = tuple(parse(f"[{words}]"))
    except (yaml.YAMLError, ValueError):  # ValueError: a date that is none
        raise ScenarioError(f"--axis {text}: {words!r} is not a list of YAML values") from None
    if len({identity(value) for value in values}) < len(values):
        raise ScenarioError(f"--axis {text}: a value is given twice")
    return Axis(key.strip(), values)


def _between(text: str, key: str, found: re.Match[str]) -> Axis:
    try:
        low, high = float(found["low"]), float(found["high"])
    except ValueError:
        raise ScenarioError(f"--axis {text}: expected two numbers, KEY=LOW..HIGH") from None
    is_log = found["log"] is not None
    if not (math.isfinite(low) and math.isfinite(high) and low < high) or (is_log and low <= 0):
        above = " above 0" if is_log else ""
        raise ScenarioError(f"--axis {text}: expected LOW below HIGH{above}")
    return Axis(key, (), (low, high), is_log)
