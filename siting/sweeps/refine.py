"""Critical values closer by bisection: further points where the chosen provinces change along one axis."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel

from siting.scenario import Scenario, ScenarioError
from siting.sweeps.axes import Asked, Point
from siting.sweeps.critical import critical_table, filled
from siting.sweeps.folder import digest
from siting.sweeps.solving import Record
from siting.values import is_number

PREFIX = "r-"
POINTS_MAX = 200


def check_refinable(asked: Asked, share: float | None) -> None:
    """Raise ScenarioError if bisection is asked for, and there is more than one axis or no numbers on it."""
    if share is None:
        return
    if len(asked.axes) != 1 or not asked.axes[0].is_numeric:
        found = ", ".join(axis.key for axis in asked.axes)
        raise ScenarioError(f"--refine: expected one axis of numbers; found {found}")


def refined_points(records: Mapping[str, Record]) -> dict[str, Point]:
    """Return the points that bisection has added."""
    return {case: record["keys"] for case, record in records.items() if case.startswith(PREFIX)}


def midpoints(
    points: Mapping[str, Point], records: Mapping[str, Record], base: Point, from_mw: float, share: float
) -> dict[str, Point]:
    """Return the middle of each interval in which provinces change and that is wider than asked.

    What is no number, such as a key that the scenario leaves empty, lies in no interval.

    Parameters
    ----------
    points, records, base : dict
        Of one axis; what is known of them; what the scenario says of it.
    from_mw : float
        IT power from which a place counts as chosen.
    share : float
        Width that is close enough, as a share of the range of the axis.
    """
    known = {
        case: point for case, point in filled(points, base).items() if all(map(is_number, point.values()))
    }
    table = critical_table(known, records, from_mw)
    values = [value for point in known.values() for value in point.values()]
    width = share * (max(values) - min(values)) if values else 0.0
    found: dict[str, Point] = {}
    for row in table[table["level"] == "province"].to_dict("records"):
        low, high = row["from_value"], row["to_value"]
        keys: dict[str, Any] = {row["axis"]: _middle(row["axis"], low, high)}
        case = PREFIX + digest(json.dumps(keys))[:8]
        if high - low > width and low < keys[row["axis"]] < high and case not in records:
            found[case] = keys
    return found


def _middle(key: str, low: float, high: float) -> float:
    """Return the middle of an interval; of whole numbers a whole one, the lower of adjacent ones itself."""
    return int((low + high) // 2) if is_whole(key) else float(f"{(low + high) / 2:.9g}")


def is_whole(key: str) -> bool:
    """Return whether a dotted key of the scenario holds whole numbers alone.

    >>> is_whole("optim.hours.days_max"), is_whole("geodata.demand.factor")
    (True, False)
    """
    kinds: set[Any] = {Scenario}
    for word in key.split("."):
        models = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
        fields = [model.model_fields[word].annotation for model in models if word in model.model_fields]
        kinds = {kind for field in fields for kind in (get_args(field) or (field,))}
    return int in kinds and float not in kinds
