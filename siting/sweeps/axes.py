"""Axes of a sweep: keys of the scenario with their values, and the points that they span."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from scipy.stats import qmc

from siting.scenario import ScenarioError
from siting.sweeps.axis_text import Axis, read_axes
from siting.sweeps.design_file import read_design
from siting.values import identity

Design = Literal["grid", "zip", "sample", "each", "file"]
Point = dict[str, Any]
POINTS_MAX = 100_000
_SAMPLE = re.compile(r"lhs:(?P<count>[0-9]{1,12})")


@dataclass(frozen=True)
class Asked:
    """What points were asked for."""

    axes: tuple[Axis, ...]
    points: tuple[Point, ...]
    design: Design
    file: Path | None = None

    def place(self, keys: Iterable[str]) -> str:
        """Return where the values of keys were given."""
        told = ", ".join(keys)
        return f"--axis {told}" if self.file is None else f"--design {self.file}: column {told}"


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
    axes, faults = read_axes(texts)
    faults += [] if texts else ["expected at least one --axis, or --design FILE"]
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


def _design_faults(axes: list[Axis], design: Design, sample: str | None) -> list[str]:
    if design == "sample":
        return [*_count_faults(sample), *_range_faults(axes)]
    faults = [
        f"--axis {axis.key}: a range needs --sample lhs:COUNT; else give values, KEY=V1,V2,..."
        for axis in axes
        if axis.ends is not None
    ]
    lengths = {axis.key: len(axis.values) for axis in axes if axis.ends is None}
    if design == "zip" and len(set(lengths.values())) > 1:
        told = ", ".join(f"{key} has {count}" for key, count in lengths.items())
        faults.append(f"--zip: expected as many values on each axis; {told}")
    total = math.prod(lengths.values())
    if design == "grid" and total > POINTS_MAX:
        faults.append(f"--grid: {total} points, more than {POINTS_MAX}; take --sample lhs:COUNT")
    return faults


def _range_faults(axes: list[Axis]) -> list[str]:
    return [
        f"--axis {axis.key}: a sample needs the ends of a range, KEY=LOW..HIGH"
        for axis in axes
        if axis.ends is None
    ]


def _count_faults(sample: str | None) -> list[str]:
    found = _SAMPLE.fullmatch(sample or "")
    if not found:
        return [f"--sample {sample}: expected lhs:COUNT, such as lhs:200"]
    if not 1 <= int(found["count"]) <= POINTS_MAX:
        return [f"--sample {sample}: found {found['count']} points, expected 1 to {POINTS_MAX}"]
    return []


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
    names, points, faults = read_design(path)
    if faults:
        raise ScenarioError("\n".join(faults))
    axes = [Axis(key, tuple(parse_all(points, key))) for key in names]
    return Asked(tuple(axes), tuple(points), "file", path)


def parse_all(points: Sequence[Mapping[str, Any]], key: str) -> list[Any]:
    """Return the values that points have of a key, each once, in their order."""
    found: dict[Hashable, Any] = {}
    for point in points:
        if key in point:
            found.setdefault(identity(point[key]), point[key])
    return list(found.values())
