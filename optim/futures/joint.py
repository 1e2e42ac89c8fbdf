"""Matrices of several futures as one, with a first stage that they share, and the aim over them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np

from optim.arrays import Compiled
from optim.arrays.parts import Part
from optim.futures.cases import Aim, Array

_INFINITY = highspy.kHighsInf


@dataclass(frozen=True, eq=False)
class CostOf:
    """The cost of a future: sum of factors x columns, and an offset [M CNY]."""

    columns: Any
    factors: Array
    offset: float = 0.0


def stack(parts: list[Compiled], shared: list[Any]) -> tuple[Part, list[CostOf]]:
    """Return one matrix without a cost, and the cost of each future in its columns.

    Parameters
    ----------
    parts : list of Compiled
        One for each future.
    shared : list of arrays
        For each future the columns of the first stage, in the same order; they come first in the whole.
    """
    size, places = len(shared[0]), []
    for part, columns in zip(parts, shared, strict=True):
        place = np.full(len(part.cost), -1, dtype=np.int64)
        place[columns] = np.arange(len(columns))
        own = place < 0
        place[own] = np.arange(size, size + own.sum())
        size += int(own.sum())
        places.append(place)
    lower, upper = np.full(size, -_INFINITY), np.full(size, _INFINITY)
    integer = np.zeros(size, dtype=bool)
    for part, place in zip(parts, places, strict=True):
        lower[place] = np.maximum(lower[place], part.lower)
        upper[place] = np.minimum(upper[place], part.upper)
        integer[place] = part.integer
    whole = Part(
        numbers=np.arange(size),
        cost=np.zeros(size),
        lower=lower,
        upper=upper,
        integer=integer,
        row_lower=np.concatenate([part.row_lower for part in parts]),
        row_upper=np.concatenate([part.row_upper for part in parts]),
        starts=joined_starts([part.starts for part in parts]),
        indices=np.concatenate(
            [place[part.indices] for part, place in zip(parts, places, strict=True)]
        ).astype(np.int32),
        factors=np.concatenate([part.factors for part in parts]),
    )
    return whole, [CostOf(place, part.cost, part.offset) for part, place in zip(parts, places, strict=True)]


def joined_starts(starts: list[Any]) -> Any:
    """Return the starts of matrices one below the other."""
    counts = np.concatenate([np.diff(each) for each in starts])
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)


def aimed(part: Part, costs: list[CostOf], probabilities: Array, aim: Aim, best: Array) -> Part:
    """Return the matrix with the aim as its cost; further columns and rows come last.

    expected: sum p c. cvar: (1 - w) sum p c + w (q + sum p u / (1 - alpha)), u >= c - q, u >= 0 (Rockafellar
    and Uryasev 2000). regret: r >= c - best.

    Parameters
    ----------
    part : Part
        Without a cost.
    costs : list of CostOf
        Of each future, in its columns.
    probabilities : array
        Of the futures.
    aim : Aim
        What is to be kept low.
    best : array
        What each future costs if it is known.
    """
    mean = {"expected": 1.0, "cvar": 1.0 - aim.weight, "regret": 0.0}[aim.kind]
    cost, offset = part.cost.copy(), 0.0
    for probability, each in zip(probabilities, costs, strict=True):
        np.add.at(cost, each.columns, mean * probability * each.factors)
        offset += mean * probability * each.offset
    whole = replace(part, cost=cost, offset=offset)
    if aim.kind == "cvar" and aim.weight > 0:
        return _with_tail(whole, costs, probabilities, aim)
    return _with_regret(whole, costs, best) if aim.kind == "regret" else whole


def _with_tail(part: Part, costs: list[CostOf], probabilities: Array, aim: Aim) -> Part:
    first, count = len(part.cost), len(costs)
    over = aim.weight * probabilities / (1.0 - aim.alpha)
    lower = np.concatenate([[-_INFINITY], np.zeros(count)])
    own = [np.asarray([first, first + 1 + number]) for number in range(count)]
    least = np.asarray([each.offset for each in costs])
    return _extended(part, np.concatenate([[aim.weight], over]), lower, costs, own, least)


def _with_regret(part: Part, costs: list[CostOf], best: Array) -> Part:
    own = [np.asarray([len(part.cost)])] * len(costs)
    least = np.asarray([each.offset for each in costs]) - best
    return _extended(part, np.ones(1), np.full(1, -_INFINITY), costs, own, least)


def _extended(
    part: Part, cost: Array, lower: Array, costs: list[CostOf], own: list[Any], least: Array
) -> Part:
    """Return the matrix with columns, and a row for each future: sum of its own ones - its cost >= least."""
    count = len(cost)
    used = [each.factors != 0 for each in costs]
    rows = [np.concatenate([one, each.columns[u]]) for one, each, u in zip(own, costs, used, strict=True)]
    values = [
        np.concatenate([np.ones(len(one)), -each.factors[u]])
        for one, each, u in zip(own, costs, used, strict=True)
    ]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    return replace(
        part,
        numbers=np.arange(len(part.cost) + count),
        cost=np.concatenate([part.cost, cost]),
        lower=np.concatenate([part.lower, lower]),
        upper=np.concatenate([part.upper, np.full(count, _INFINITY)]),
        integer=np.concatenate([part.integer, np.zeros(count, dtype=bool)]),
        row_lower=np.concatenate([part.row_lower, least]),
        row_upper=np.concatenate([part.row_upper, np.full(len(rows), _INFINITY)]),
        starts=joined_starts([part.starts, starts]),
        indices=np.concatenate([part.indices, *rows]).astype(np.int32),
        factors=np.concatenate([part.factors, *values]),
    )


def aim_of(costs: Array, probabilities: Array, aim: Aim, best: Array) -> float:
    """Return what the aim comes to at costs of the futures [M CNY]."""
    if aim.kind == "regret":
        return float((costs - best).max())
    mean = mean_of(costs, probabilities)
    if aim.kind == "expected" or aim.weight == 0:
        return mean
    return (1 - aim.weight) * mean + aim.weight * tail_mean(costs, probabilities, aim.alpha)


def mean_of(costs: Array, probabilities: Array) -> float:
    """Return the expected cost [M CNY]; what cannot happen does not count."""
    return float(probabilities @ np.where(probabilities > 0, costs, 0.0))


def tail_mean(costs: Array, probabilities: Array, alpha: float) -> float:
    """Return the mean cost of the dearest 1 - alpha of probability (CVaR).

    >>> tail_mean(np.array([1.0, 2.0, 4.0]), np.array([0.5, 0.25, 0.25]), 0.5)
    3.0
    """
    order = np.argsort(-costs, kind="stable")
    left = np.clip(1.0 - alpha - np.concatenate([[0.0], np.cumsum(probabilities[order])[:-1]]), 0.0, None)
    weights = np.minimum(probabilities[order], left)
    counted = np.where(weights > 0, costs[order], 0.0)
    return float(weights @ counted / weights.sum())
