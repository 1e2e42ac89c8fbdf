"""Which errors make the spread: first-order indices of groups, from draws that share one group's error."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optim.plant_energy import Array
from optim.robust.design import Design
from optim.robust.frequency import NORMAL_95
from optim.robust.noise import GROUPS

_NOTHING = 1e-12


def importance_table(design: Design, values: pd.DataFrame, groups: list[str]) -> pd.DataFrame:
    """Return which share of the variance of all columns together each group explains by itself.

    Two draws that share the error of one group, and no other, are as alike as that group makes them:
    S = sum of products of their distances from the mean / mean of the sums of squares (Janon et al. 2014;
    of several columns together: Lamboni et al. 2011). The interval follows from how far the pairs differ.
    What no group explains by itself comes of several together, and of chance.

    Parameters
    ----------
    design : Design
        Which draws share what.
    values : DataFrame
        One row a draw, missing where it has no answer; columns of one unit.
    groups : list of str
        Groups that have errors.

    Returns
    -------
    DataFrame
        group, share, half_width (95 %), most important first.
    """
    whole = values.to_numpy(dtype=float)
    distance = whole - np.nanmean(whole, axis=0)
    rows = [(name, *_index(distance, design.pairs(name))) for name in GROUPS if name in groups]
    table = pd.DataFrame(rows, columns=["group", "share", "half_width"])
    return table.sort_values("share", ascending=False, kind="stable").reset_index(drop=True)


def _index(distance: Array, pairs: list[tuple[int, int]]) -> tuple[float, float]:
    """Return the index and half of its 95 % interval."""
    first, second = (distance[[pair[k] for pair in pairs]] for k in (0, 1))
    product = (first * second).sum(axis=1)
    square = ((first**2 + second**2) / 2.0).sum(axis=1)
    known = ~np.isnan(product + square)
    product, square = product[known], square[known]
    if square.sum() <= _NOTHING:
        return 0.0, 0.0
    index = float(product.sum() / square.sum())
    apart = (product - index * square) / square.mean()
    error = float(apart.std(ddof=1)) / np.sqrt(len(apart)) if len(apart) > 1 else np.inf
    return index, NORMAL_95 * error


def spread_of(values: pd.DataFrame) -> pd.Series:
    """Return the standard deviation of each column over draws."""
    return values.std(ddof=0)


def importance_by_column(design: Design, values: pd.DataFrame, groups: list[str]) -> pd.DataFrame:
    """Return the share of each column's own variance by group: index column, one column a group."""
    rows = {}
    for name in values.columns:
        table = importance_table(design, values[[name]], groups).set_index("group")["share"]
        rows[name] = table.reindex([g for g in GROUPS if g in groups])
    return pd.DataFrame(rows).T
