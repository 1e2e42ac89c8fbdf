"""Limits that a plant keeps over a year or a month, while each month is its own programme.

The months meet in a small master programme that mixes their operations (column generation): a mix of
operations of a month is an operation of that month, so what comes out can be run and is the cheapest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from optim.plant_hours import Array
from optim.year_lp import Extra, PlantLp

MISSED_K_CNY_PER_MWH = 2.0
"""Weight of a MWh that a hard limit lacks, above any tariff; kept out of costs."""
ROUNDS = 30
GAP_SHARE = 1e-5
_FIRST_PRICE = 0.05


@dataclass(frozen=True)
class Limit:
    """direct x direct use + export x exported + purchase x bought >= least [MWh], over the year or a month.

    `part` is the number of the month, from 0; None: the year. `price` weighs a MWh that is lacking
    [thousand CNY].
    """

    part: int | None
    direct: float
    export: float
    purchase: float
    least_mwh: float
    price: float = MISSED_K_CNY_PER_MWH


@dataclass(frozen=True)
class _Mix:
    """Shares of the operations found so far, their cost, duals of limits and months, what limits lack."""

    shares: Array
    cost: float
    limit_price: Array
    part_value: Array
    missed_mwh: Array


def operate(
    parts: list[PlantLp],
    limits: list[Limit],
    gap_share: float = GAP_SHARE,
    first: list[dict[str, float]] | None = None,
) -> tuple[pd.DataFrame, float]:
    """Return the sums of the cheapest operation of each part, and what the limits lack together [MWh].

    Parameters
    ----------
    parts : list of PlantLp
        Months, or any stretches that share nothing but the limits.
    limits : list of Limit
        What they share.
    gap_share : float
        Share of the cost by which a better mix could be cheaper, at most.
    first : list of dict, optional
        Sums of each part without limits, if they have been solved.

    Returns
    -------
    DataFrame, float
        One row for each part, columns as `PlantLp.solve` names them.
    """
    free = first or [part.solve() for part in parts]
    found = [{"part": k, **sums} for k, sums in enumerate(free)]
    for number in range(ROUNDS):
        pool = pd.DataFrame(found)
        mix = _mixed(pool, _uses(pool, limits), limits, len(parts))
        if not mix.limit_price.any():
            break
        price = np.minimum(mix.limit_price, _FIRST_PRICE * 4.0**number)
        new = [{"part": k, **part.solve(_extra(limits, price, k))} for k, part in enumerate(parts)]
        worth = mix.part_value - _reduced(pd.DataFrame(new), limits, mix.limit_price)
        if (price == mix.limit_price).all() and worth.sum() <= gap_share * abs(mix.cost):
            break
        found += [row for row, gain in zip(new, worth, strict=True) if gain > 0]
    mixed = pool.drop(columns="part").mul(mix.shares, axis=0).groupby(pool["part"]).sum()
    return mixed, float(mix.missed_mwh.sum())


def _uses(pool: pd.DataFrame, limits: list[Limit]) -> Array:
    """Return what each operation (columns) gives to each limit (rows) [MWh]."""
    rows = [
        (limit.direct * pool["direct"] + limit.export * pool["export"] + limit.purchase * pool["purchase"])
        * (True if limit.part is None else pool["part"] == limit.part)
        for limit in limits
    ]
    return np.asarray(rows, dtype=float).reshape(len(limits), len(pool))


def _mixed(pool: pd.DataFrame, uses: Array, limits: list[Limit], parts: int) -> _Mix:
    """Return the cheapest mix of operations that keeps the limits, at a price for what they lack."""
    count = len(limits)
    whole = np.zeros((parts, len(pool) + count))
    whole[pool["part"], np.arange(len(pool))] = 1.0
    cost = np.concatenate([pool["objective"], [limit.price for limit in limits]])
    kept = np.hstack([-uses, -np.eye(count)])
    least = np.asarray([-limit.least_mwh for limit in limits], dtype=float)
    solved = linprog(cost, A_ub=kept, b_ub=least, A_eq=whole, b_eq=np.ones(parts), method="highs")
    chosen = np.asarray(solved.x, dtype=float)
    return _Mix(
        shares=chosen[: len(pool)],
        cost=float(cost @ chosen),
        limit_price=-solved.ineqlin.marginals,
        part_value=solved.eqlin.marginals,
        missed_mwh=chosen[len(pool) :],
    )


def _extra(limits: list[Limit], price: Array, part: int) -> Extra:
    mine = [(x, p) for x, p in zip(limits, price, strict=True) if x.part in (None, part)]
    return (
        -sum(p * x.direct for x, p in mine),
        -sum(p * x.export for x, p in mine),
        -sum(p * x.purchase for x, p in mine),
    )


def _reduced(new: pd.DataFrame, limits: list[Limit], price: Array) -> Array:
    """Return the objective of each new operation less what it gives to the limits at their prices."""
    return np.asarray(new["objective"] - price @ _uses(new, limits), dtype=float)
