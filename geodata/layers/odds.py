"""Brings series of output over capacity to a mean: each hour's odds times one factor."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geodata.tables import TableError

Array = NDArray[np.float64]

STEPS = 80
TOLERANCE = 1e-10
WIDEST = 20.0  # of the logarithm of the factor


def scaled_odds(output: ArrayLike, factor: ArrayLike) -> Array:
    """Return output with its odds x / (1 - x) times `factor`: f x / (1 + (f - 1) x).

    Zero stays zero and one stays one, the order of the hours is kept, and small output grows in proportion,
    so calms stay calms. Twice in a row is once with the product of the factors.
    """
    x, f = np.asarray(output, float), np.asarray(factor, float)
    return f * x / (1 + (f - 1) * x)


def odds_factor(output: ArrayLike, mean: ArrayLike, weight: ArrayLike | None = None) -> Array:
    """Return the factor on the odds of each series with which its mean becomes `mean`.

    Parameters
    ----------
    output : array_like (n_hours,) or (n, n_hours)
        Output over capacity, 0 to 1; one series for all, or one for each mean.
    mean : array_like (n,)
        Wanted means.
    weight : array_like (n_hours,), optional
        Weight of each hour; none: all alike.

    Raises
    ------
    TableError
        A mean that the series cannot have: not above zero, or not below its share of hours with output.

    Notes
    -----
    The mean rises with the factor, from 0 to the share of hours with output. Newton steps on the logarithm of
    the factor, with d mean / d ln f = mean of y (1 - y); a step that leaves the bracket halves it instead.
    """
    x, wanted = np.atleast_2d(np.asarray(output, float)), np.atleast_1d(np.asarray(mean, float))
    part = np.full(x.shape[1], 1.0) if weight is None else np.asarray(weight, float)
    part = part / part.sum()
    _check(wanted, (x > 0) @ part)
    low, high = np.full(len(wanted), -WIDEST), np.full(len(wanted), WIDEST)
    log = np.zeros(len(wanted))
    for _ in range(STEPS):
        y = scaled_odds(x, np.exp(log)[:, None])
        miss = y @ part - wanted
        if np.abs(miss).max(initial=0) < TOLERANCE:
            break
        low, high = np.where(miss < 0, log, low), np.where(miss > 0, log, high)
        slope = (y * (1 - y)) @ part
        step = log - miss / np.maximum(slope, TOLERANCE)
        log = np.where((step > low) & (step < high), step, (low + high) / 2)
    return np.exp(log)


def _check(wanted: Array, most: Array) -> None:
    wrong = ~((wanted > 0) & (wanted < most))
    if wrong.any():
        found, limit = wanted[wrong][0], np.broadcast_to(most, wanted.shape)[wrong][0]
        raise TableError(
            f"no series of this shape has a mean output of {found:.4g} of capacity: it must be above 0 and "
            f"below {limit:.4g}, the share of hours with output"
        )
