"""A front against what is published of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.pareto.case import Case
from benchmarks.pareto.published import SAME, verdicts
from optim.pareto import Front
from optim.pareto.front import STATUSES
from optim.pareto.problem import Array, Problem, told


def compared(case: Case, front: Front, problem: Problem, ends: float = np.inf) -> dict[str, Any]:
    """Return sizes, goals, payoff, front and labels, and how far they are as published.

    `front_missing` and `front_more` count points that only the published or only our front has; null where no
    front is published. A grid does not claim the whole front: there `front_missing` counts published points
    that cannot be reached or are beaten, `front_untested` those that the time did not suffice for, and
    `front_more` is null. `as_published`: nothing that is published differs; a front found in part never is.

    Parameters
    ----------
    case : Case
        The problem and what is published of it.
    front : Front
        What was found.
    problem : Problem
        Tests published points where the front is one of a grid.
    ends : float
        Moment of `time.perf_counter` after which none is tested [s].
    """
    table = np.asarray([told(front.goals, row) for row in front.payoff.table])
    points = np.asarray([row.values for row in front.points])
    whole = all(goal.step for goal in front.goals)
    report: dict[str, Any] = {
        "folder": case.name,
        "columns": len(case.matrix.lower),
        "integers": int(case.matrix.integer.sum()),
        "rows": len(case.matrix.row_lower),
        "goals": _goals(case, front),
        "senses_from": case.senses_from,
        "method": "exact" if whole else "grid",
        "exact": front.exact,
        "points": len(points),
        "solves": front.solves,
        **{status: front.count(status) for status in STATUSES},
        "payoff": rounded(table * case.unit).tolist(),
        "payoff_matches": None if case.payoff is None else bool(_close(table, case.payoff).all()),
    }
    report |= _whole_front(case, points) if whole else _grid_front(case, front, problem, ends)
    wrong = (report["payoff_matches"] is False) or (report["front_matches"] is False)
    late = front.count("timed_out") or report.get("front_untested")
    report["as_published"] = not wrong and (front.exact or not whole) and not late
    return report | {"front": rounded(points * case.unit).tolist()}


def rounded(values: Array) -> Array:
    """Return values to eight digits of the largest in their column, or to six decimals where that is more.

    >>> rounded(np.array([[12.3456789, 3.0000000000004e-7], [-1e-8, 1e-7]])).tolist()
    [[12.345679, 3e-07], [0.0, 1e-07]]
    """
    if not values.size:
        return values
    largest = np.abs(values).max(axis=0)
    digits = 7 - np.floor(np.log10(np.where(largest > 0, largest, 1.0)))
    columns = [column.round(int(max(6, d))) for column, d in zip(values.T, digits, strict=True)]
    return np.asarray(columns).T + 0.0


def _goals(case: Case, front: Front) -> list[dict[str, Any]]:
    units = np.broadcast_to(case.unit, len(front.goals))
    steps = [
        goal.step and float(f"{goal.step * unit:.10g}") for goal, unit in zip(front.goals, units, strict=True)
    ]
    return [
        {"name": goal.name, "sense": goal.sense, "step": step}
        for goal, step in zip(front.goals, steps, strict=True)
    ]


def _grid_front(case: Case, front: Front, problem: Problem, ends: float) -> dict[str, Any]:
    if case.front is None:
        return {"front_published": None, "front_matches": None}
    width = front.payoff.worst - front.payoff.best
    found = verdicts(problem, [told(front.goals, point) for point in case.front], width, ends)
    lost, late = found.count("falls"), found.count("late")
    return {
        "front_published": len(found),
        "front_missing": lost,
        "front_untested": late,
        "front_more": None,
        "front_matches": None if late and not lost else lost == 0,
    }


def _whole_front(case: Case, points: Array) -> dict[str, Any]:
    if case.front is None:
        return {"front_published": None, "front_matches": None}
    lost = sum(not _close(points, point).all(axis=1).any() for point in case.front)
    more = [p for p in points if not _close(case.front, p).all(axis=1).any()]
    return {
        "front_published": len(case.front),
        "front_missing": lost,
        "front_more": len(more),
        "front_matches": lost == 0 and not more,
    }


def _close(table: Array, other: Array) -> np.ndarray:
    return np.abs(table - other) <= SAME * np.maximum(1.0, np.abs(other))
