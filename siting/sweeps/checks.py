"""What is wrong with the points of a sweep and with who is to solve it, all at once and before any work."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from optim.dask_client import checked_address
from siting.scenario import Draft, Scenario, ScenarioError
from siting.sweeps.axes import Asked, Design, Point, points_of
from siting.sweeps.axis_text import Axis, read_axes
from siting.sweeps.design_file import read_design, rows_at
from siting.sweeps.touches import touch


def checked_points(
    start: Draft,
    texts: Sequence[str],
    design: Design,
    sample: str | None = None,
    file: Path | None = None,
    seed: int = 1,
) -> Asked:
    """Return the points that the axes span; parameters as of `points_of`.

    Raises
    ------
    ScenarioError
        All that is wrong with the axes, the design, and the keys and values that could be read.
    """
    try:
        return points_of(texts, design, sample, file, seed)
    except ScenarioError as error:
        known = _readable(texts, file)
        told = [*str(error).splitlines(), *(faults_of(start, known) if known else [])]
        raise ScenarioError("\n".join(dict.fromkeys(told))) from None


def _readable(texts: Sequence[str], file: Path | None) -> Asked | None:
    """Return what can be read of a faulty design: rows without the faulty cells, or each value alone."""
    if file is None:
        axes, _ = read_axes(texts)
        points = [{axis.key: value} for axis in axes for value in (axis.ends or axis.values)]
        return Asked(tuple(axes), tuple(points), "each")
    try:
        names, points, _ = read_design(file)
    except ScenarioError:
        return None
    return Asked(tuple(map(Axis, names)), tuple(points), "file", file)


def check_points(start: Draft, asked: Asked) -> Scenario:
    """Return the scenario of the first point, or raise all that is wrong with any point.

    Raises
    ------
    ScenarioError
        Keys that are unknown or change nothing, values that the scenario refuses, each said once.
    """
    faults = faults_of(start, asked)
    if faults:
        raise ScenarioError("\n".join(faults))
    return start.having(asked.points[0]).scenario()


def faults_of(start: Draft, asked: Asked) -> list[str]:
    """Return what is wrong with the scenario itself, and with keys and values of points, each once."""
    own = _faults(start)
    found: dict[str, list[int]] = {}
    for row, point in enumerate(asked.points, 1):
        for text in _faults(start.having(point)):
            if text not in own:
                found.setdefault(_placed(text, start, point, asked), []).append(row)
    idle = [] if own else _idle(start.scenario(), asked)
    told = [text + (rows_at(rows) if asked.file else "") for text, rows in found.items()]
    return [*own, *idle, *told]


def _faults(draft: Draft) -> list[str]:
    try:
        draft.scenario()
    except ScenarioError as error:
        return str(error).splitlines()
    return []


def _placed(text: str, start: Draft, point: Point, asked: Asked) -> str:
    """Return a fault of a point with the axis that brings it; without a key of the point, with all of it."""
    whose = rf"(?:{re.escape(str(start.path or 'defaults'))}|command line): key (?P<key>.+?): (?P<what>.*)"
    found = re.fullmatch(whose, text)
    keys = [key for key in point if found and _is_of(key, found["key"])]
    if not found or not keys:
        return f"{asked.place(point)}: {text}"
    inner = "" if keys == [found["key"]] else f"key {found['key']}: "
    return f"{asked.place(keys)}: {inner}{found['what']}"


def _is_of(key: str, other: str) -> bool:
    """Return whether one of two dotted keys is, or lies under, the other."""
    return f"{key}.".startswith(f"{other}.") or f"{other}.".startswith(f"{key}.")


def _idle(scenario: Scenario, asked: Asked) -> list[str]:
    data = scenario.model_dump()
    idle = [axis.key for axis in asked.axes if touch(axis.key).depth == "nothing" and _has(data, axis.key)]
    return [f"{asked.place([key])}: changes no figure of a plan" for key in dict.fromkeys(idle)]


def _has(data: Mapping[str, Any], key: str) -> bool:
    part: Any = data
    for word in key.split("."):
        if not isinstance(part, dict) or word not in part:
            return False
        part = part[word]
    return True


def check_scheduler_address(address: str | None) -> None:
    """Raise ScenarioError unless the address of a Dask scheduler has its form; nobody is asked yet."""
    if address is None:
        return
    try:
        checked_address(address)
    except ValueError as error:
        raise ScenarioError(f"--scheduler: found {address!r}, {error}") from None
