"""A front of plans as tables: points, payoff, places."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd

from optim.pareto.front import Front, Row
from optim.pareto.knee import Knee, knee, prices

COLUMNS = {
    "cost": "cost_m_cny",
    "carbon": "carbon_mt",
    "water": "water_million_m3",
    "latency": "latency_ms",
}
PRICES = {
    "carbon": "carbon_price_cny_per_tco2",
    "water": "water_price_cny_per_m3",
    "latency": "latency_price_m_cny_per_ms",
}


def point_table(front: Front) -> pd.DataFrame:
    """Return a row for each epsilon point: point, status, solved, seconds, goals, sides, prices, knee.

    `point` counts from 0 in the order of the rows. A price is what the last unit less of a goal costs: the
    difference in cost to the next point that has more of it, over that of the goal; with three goals or more
    to the next wider side, the other sides the same.
    """
    names = [goal.name for goal in front.goals]
    rows = front.rows
    table = pd.DataFrame(
        {
            "point": range(len(rows)),
            "status": [row.status for row in rows],
            "solved": [row.solved for row in rows],
            "seconds": [row.seconds for row in rows],
        }
    )
    values, sides = (np.asarray([getattr(row, kind) for row in rows]) for kind in ("values", "epsilon"))
    for k, name in enumerate(names):
        table[COLUMNS[name]] = values[:, k]
    for k, name in enumerate(names[1:], 1):
        table[f"side_{COLUMNS[name]}"] = sides[:, k]
    if names[0] == "cost":
        for k, name in enumerate(names[1:], 1):
            table[PRICES[name]] = _prices(rows, k) if len(names) > 2 else _along(front)
    at = knee_row(front)
    return table.assign(knee=[row is at for row in rows])


def _along(front: Front) -> list[float]:
    """Return prices between neighbours of a front of two goals; each belongs to the dearer point."""
    points = front.points
    found = prices(np.asarray([row.values for row in points])) if points else np.empty(0)
    by_row = {id(row): price for row, price in zip(points[1:], found[:-1].tolist(), strict=True)}
    return [by_row.get(id(row), np.nan) for row in front.rows]


def _prices(rows: list[Row], k: int) -> list[float]:
    """Return prices of a goal against the row of the next wider side, where the other sides are the same."""
    lines: dict[tuple[float, ...], list[tuple[float, int]]] = {}
    for number, row in enumerate(rows):
        if np.isfinite(row.epsilon[1:]).all() and np.isfinite(row.values).all():
            lines.setdefault(tuple(np.delete(row.epsilon[1:], k - 1)), []).append((row.epsilon[k], number))
    found = np.full(len(rows), np.nan)
    for line in lines.values():
        numbers = [number for _, number in sorted(line, reverse=True)]
        for wide, tight in itertools.pairwise(numbers):
            less = rows[wide].values[k] - rows[tight].values[k]
            if less > 1e-9 * abs(rows[wide].values[k]):
                found[tight] = (rows[tight].values[0] - rows[wide].values[0]) / less
    return found.tolist()


def knee_of(front: Front) -> Knee | None:
    """Return the knee of a front; its number counts the points in the order of the first goal."""
    signs = np.asarray([goal.sign for goal in front.goals])
    points = np.asarray([row.values * signs for row in front.points]).reshape(-1, len(signs))
    return knee(points)


def knee_row(front: Front) -> Row | None:
    """Return the row of the knee."""
    found = knee_of(front)
    return front.points[found.number] if found else None


def payoff_table(front: Front) -> pd.DataFrame:
    """Return the payoff table: first (the goal that comes first), and all goals."""
    names = [goal.name for goal in front.goals]
    table = pd.DataFrame(front.payoff.table, columns=[COLUMNS[name] for name in names])
    table.insert(0, "first", names)
    return table


def place_table(front: Front) -> pd.DataFrame:
    """Return the places of each point on the front: point, site_id, province, side, year, it_mw."""
    numbers = {id(row): number for number, row in enumerate(front.rows)}
    parts: Sequence[pd.DataFrame] = [
        row.decision.sites.assign(point=numbers[id(row)]) for row in front.points if row.decision is not None
    ]
    columns = ["point", "site_id", "province", "side", "year", "it_mw"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
