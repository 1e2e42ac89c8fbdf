"""Axes of a sweep: keys of the scenario with their values, and the points that they span."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import yaml
from scipy.stats import qmc

from geodata.read import read_file
from geodata.readers.yaml_file import parse
from geodata.tables import TableError
from siting.scenario import Draft, Scenario, ScenarioError
from siting.sweeps.touches import touch

Design = Literal["grid", "zip", "sample", "each", "file"]
Point = dict[str, Any]
POINTS_MAX = 100_000
_RANGE = re.compile(r"(?P<low>[^.].*?)\.\.(?P<high>[^:]+)(?P<log>:log)?")
_SAMPLE = re.compile(r"lhs:(?P<count>[0-9]+)")


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


@dataclass(frozen=True)
class Asked:
    """What points were asked for."""

    axes: tuple[Axis, ...]
    points: tuple[Point, ...]
    design: Design


def is_number(value: Any) -> bool:
    """Return whether a value is a finite number, and no boolean."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


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
    except yaml.YAMLError:
        raise ScenarioError(f"--axis {text}: {words!r} is not a list of YAML values") from None
    if len({repr(value) for value in values}) < len(values):
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


def points_of(
    texts: Sequence[str], design: Design, sample: str | None = None, file: Path | None = None, seed: int = 1
) -> Asked:
    """Return the points that the axes span.

    Parameters
    ----------
    texts : sequence of str
        `--axis` texts.
    design : {"grid", "zip", "sample", "each", "file"}
        All combinations; first values, second values, ...; a Latin hypercube; the scenario, and each value
        alone; rows of `file`.
    sample : str, optional
        `lhs:COUNT`.
    file : Path, optional
        Table whose columns are keys.
    seed : int
        Of the sample.

    Raises
    ------
    ScenarioError
        All that is wrong with the axes and the design.
    """
    if file is not None:
        return _of_file(file, texts)
    axes, faults = _read_axes(texts)
    faults += _design_faults(axes, design, sample)
    if faults:
        raise ScenarioError("\n".join(faults))
    if design == "sample":
        count = int(_matched(sample)["count"])
        return Asked(tuple(axes), tuple(latin_hypercube(axes, count, seed)), design)
    names = [axis.key for axis in axes]
    rows: Any = itertools.product(*(axis.values for axis in axes))
    if design == "zip":
        rows = zip(*(axis.values for axis in axes), strict=True)
    points = [dict(zip(names, row, strict=True)) for row in rows] if design != "each" else _each(axes)
    return Asked(tuple(axes), tuple(points), design)


def _each(axes: list[Axis]) -> list[Point]:
    return [{}, *({axis.key: value} for axis in axes for value in axis.values)]


def _read_axes(texts: Sequence[str]) -> tuple[list[Axis], list[str]]:
    axes, faults = [], []
    for text in texts:
        try:
            axes.append(read_axis(text))
        except ScenarioError as error:
            faults.append(str(error))
    names = [axis.key for axis in axes]
    faults += [f"--axis {key}: is given twice" for key in sorted({k for k in names if names.count(k) > 1})]
    return axes, faults


def _design_faults(axes: list[Axis], design: Design, sample: str | None) -> list[str]:
    faults = [] if axes else ["expected at least one --axis, or --design FILE"]
    if design == "sample":
        if not _SAMPLE.fullmatch(sample or ""):
            faults.append(f"--sample {sample}: expected lhs:COUNT, such as lhs:200")
        faults += [
            f"--axis {axis.key}: a sample needs the ends of a range, KEY=LOW..HIGH"
            for axis in axes
            if axis.ends is None
        ]
        return faults
    faults += [
        f"--axis {axis.key}: a range needs --sample lhs:COUNT; else give values, KEY=V1,V2,..."
        for axis in axes
        if axis.ends is not None
    ]
    lengths = {axis.key: len(axis.values) for axis in axes}
    if design == "zip" and len(set(lengths.values())) > 1:
        told = ", ".join(f"{key} has {count}" for key, count in lengths.items())
        faults.append(f"--zip: expected as many values on each axis; {told}")
    total = math.prod(lengths.values())
    if design == "grid" and total > POINTS_MAX:
        faults.append(f"--grid: {total} points, more than {POINTS_MAX}; take --sample lhs:COUNT")
    return faults


def _matched(sample: str | None) -> re.Match[str]:
    found = _SAMPLE.fullmatch(sample or "")
    assert found is not None
    return found


def latin_hypercube(axes: Sequence[Axis], count: int, seed: int) -> list[Point]:
    """Return `count` points of a Latin hypercube: each axis in as many equal parts, one point in each."""
    unit = qmc.LatinHypercube(len(axes), rng=np.random.default_rng(seed)).random(count)
    return [
        {axis.key: _at(axis, float(share)) for axis, share in zip(axes, row, strict=True)} for row in unit
    ]


def _at(axis: Axis, share: float) -> float:
    assert axis.ends is not None
    low, high = axis.ends
    value = low * (high / low) ** share if axis.is_log else low + (high - low) * share
    return float(f"{value:.6g}")


def _of_file(path: Path, texts: Sequence[str]) -> Asked:
    if texts:
        raise ScenarioError("--design FILE names the keys itself; expected no --axis beside it")
    try:
        table = read_file(path, "--design")
    except TableError as error:
        raise ScenarioError(str(error)) from None
    if table.empty or not len(table.columns):
        raise ScenarioError(f"--design {path}: found no rows, expected keys as columns and a point a row")
    names = [str(name).strip() for name in table.columns]
    rows = [[_cell(value) for value in row] for row in table.to_numpy(dtype=object)]
    points = [
        {key: v for key, v in zip(names, row, strict=True) if v is not None and v != ""} for row in rows
    ]
    known = {key: list(dict.fromkeys(repr(p[key]) for p in points if key in p)) for key in names}
    values = {key: tuple(parse_all(points, key)) for key in known}
    return Asked(tuple(Axis(key, values[key]) for key in names), tuple(points), "file")


def parse_all(points: Sequence[Mapping[str, Any]], key: str) -> list[Any]:
    """Return the values that points have of a key, each once, in their order."""
    found: dict[str, Any] = {}
    for point in points:
        if key in point:
            found.setdefault(repr(point[key]), point[key])
    return list(found.values())


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return parse(value) if value.strip() else None
    number = value.item() if hasattr(value, "item") else value
    return None if isinstance(number, float) and math.isnan(number) else number


def check_points(start: Draft, asked: Asked) -> Scenario:
    """Return the scenario of the first point, or raise all that is wrong with any point.

    Raises
    ------
    ScenarioError
        Keys that are unknown or change nothing, values that the scenario refuses, each said once.
    """
    idle = [axis.key for axis in asked.axes if touch(axis.key).depth == "nothing"]
    faults = {f"--axis {key}: changes no figure of a plan": None for key in idle if _is_key(start, key)}
    first: Scenario | None = None
    for point in asked.points:
        try:
            first = start.having(point).scenario() if first is None else first
            if first is not None:
                start.having(point).scenario()
        except ScenarioError as error:
            faults |= dict.fromkeys(str(error).splitlines())
    if faults or first is None:
        raise ScenarioError("\n".join(text.replace("command line: key", "--axis", 1) for text in faults))
    return first


def _is_key(start: Draft, key: str) -> bool:
    part: Any = start.scenario().model_dump()
    for word in key.split("."):
        if not isinstance(part, dict) or word not in part:
            return False
        part = part[word]
    return True
