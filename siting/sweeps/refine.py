"""Critical values closer by bisection: further points where the chosen provinces change along one axis."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from siting.scenario import ScenarioError
from siting.sweeps.axes import Asked, Point
from siting.sweeps.critical import critical_table, filled
from siting.sweeps.folder import digest
from siting.sweeps.solving import Record

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

    Parameters
    ----------
    points, records, base : dict
        Of one axis; what is known of them; what the scenario says of it.
    from_mw : float
        IT power from which a place counts as chosen.
    share : float
        Width that is close enough, as a share of the range of the axis.
    """
    table = critical_table(filled(points, base), records, from_mw)
    values = [point[key] for point in filled(points, base).values() for key in base]
    width = share * (max(values) - min(values))
    found: dict[str, Point] = {}
    for row in table[table["level"] == "province"].to_dict("records"):
        low, high = float(row["from_value"]), float(row["to_value"])
        keys: dict[str, Any] = {row["axis"]: float(f"{(low + high) / 2:.9g}")}
        case = PREFIX + digest(json.dumps(keys))[:8]
        if high - low > width and case not in records:
            found[case] = keys
    return found
