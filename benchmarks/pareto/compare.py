"""A front against what is published of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.pareto.case import Case
from optim.pareto import Front
from optim.pareto.front import STATUSES
from optim.pareto.problem import Array, told

_SAME = 1e-6


def compared(case: Case, front: Front) -> dict[str, Any]:
    """Return sizes, goals, payoff, front and labels, and how far they are as published.

    `front_missing` and `front_more` count points that only the published or only our front has; null where no
    front is published. `as_published`: nothing that is published differs; a front found in part never is.
    """
    table = np.asarray([told(front.goals, row) for row in front.payoff.table])
    points = np.asarray([row.values for row in front.points])
    whole = all(goal.step for goal in front.goals)
    report: dict[str, Any] = {
        "folder": case.name,
        "columns": len(case.matrix.lower),
        "integers": int(case.matrix.integer.sum()),
        "rows": len(case.matrix.row_lower),
        "goals": [{"name": goal.name, "sense": goal.sense, "step": goal.step} for goal in front.goals],
        "senses_from": case.senses_from,
        "method": "exact" if whole else "grid",
        "exact": front.exact,
        "points": len(points),
        "solves": front.solves,
        **{status: front.count(status) for status in STATUSES},
        "payoff": table.round(6).tolist(),
        "payoff_matches": None if case.payoff is None else bool(_close(table, case.payoff).all()),
    }
    report |= _front(case, points, whole)
    wrong = (report["payoff_matches"] is False) or (report["front_matches"] is False)
    report["as_published"] = not wrong and (front.exact or not whole) and not front.count("timed_out")
    return report | {"front": points.round(6).tolist()}


def _front(case: Case, points: Array, whole: bool) -> dict[str, Any]:
    if case.front is None or not whole:
        published = None if case.front is None else len(case.front)
        return {"front_published": published, "front_matches": None}
    lost = sum(not _close(points, point).all(axis=1).any() for point in case.front)
    more = [p for p in points if not _close(case.front, p).all(axis=1).any()]
    return {
        "front_published": len(case.front),
        "front_missing": lost,
        "front_more": len(more),
        "front_matches": lost == 0 and not more,
    }


def _close(table: Array, other: Array) -> np.ndarray:
    return np.abs(table - other) <= _SAME * np.maximum(1.0, np.abs(other))
