"""Sets of equivalent sites: those whose IT power goes to and fro between them while their sum is stable."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optim.plant_energy import Array

CANCELS = 0.5
_LEAST_MW2 = 1.0
_LEAST_FREQUENCY = 0.05


def swap_sets(it_mw: pd.DataFrame, least_mw: float) -> list[list[str]]:
    """Return sets of sites that swap, each sorted by mean IT power, the set that holds most first.

    Sets begin as single sites. The two sets join whose sum is the most stable against themselves, as long as
    more than half of their variance cancels: -2 cov / (var + var) >= 0.5. A site that is in every draw can
    join too: part of its power may swap. No set holds more than half of all IT power: demand is given, so
    that all sites together always are stable, which says nothing.

    Parameters
    ----------
    it_mw : DataFrame
        IT power of new campuses [MW], a row a draw, a column a site.
    least_mw : float
        Sites that hold as much in fewer than 5 % of draws are left out: they are rare, not equivalent.
    """
    known = it_mw.loc[:, ((it_mw >= least_mw).mean() >= _LEAST_FREQUENCY) & (it_mw.var(ddof=0) > _LEAST_MW2)]
    members = [[str(name)] for name in known.columns]
    covariance = np.cov(known.to_numpy().T, ddof=0) if len(members) > 1 else np.zeros((len(members),) * 2)
    mean = it_mw.mean()
    while len(members) > 1:
        held = np.asarray([float(mean[each].sum()) for each in members])
        one, other, cancelled = _closest(covariance, held[:, None] + held[None, :] > mean.sum() / 2.0)
        if cancelled < CANCELS:
            break
        members[one] += members[other]
        del members[other]
        covariance = _joined(covariance, one, other)
    sets = [sorted(each, key=lambda s: (-mean[s], s)) for each in members if len(each) > 1]
    return sorted(sets, key=lambda each: (-mean[each].sum(), each))


def _closest(covariance: Array, barred: NDArray[np.bool_]) -> tuple[int, int, float]:
    """Return the two sets, not barred, whose variance cancels most in their sum, and which share of it."""
    own = np.diag(covariance)
    both = own[:, None] + own[None, :]
    cancelled = np.divide(-2.0 * covariance, both, out=np.full_like(covariance, -1.0), where=both > 0)
    cancelled[barred] = -1.0
    np.fill_diagonal(cancelled, -1.0)
    one, other = np.unravel_index(int(cancelled.argmax()), cancelled.shape)
    low, high = sorted((int(one), int(other)))
    return low, high, float(cancelled[low, high])


def _joined(covariance: Array, one: int, other: int) -> Array:
    """Return the covariance after two sets became one: their sum."""
    sums = covariance.copy()
    sums[one] += sums[other]
    sums[:, one] += sums[:, other]
    keep = [k for k in range(len(sums)) if k != other]
    return sums[np.ix_(keep, keep)]


def swap_table(
    sets: list[list[str]], it_mw: pd.DataFrame, province: pd.Series, least_mw: float
) -> pd.DataFrame:
    """Return the members of each set.

    Returns
    -------
    DataFrame
        set (numbered from 1), site_id, province, mean_mw, appears_share; of the whole set: set_low_mw,
        set_median_mw, set_high_mw (5, 50 and 95 % of draws) and cancelled_share, the part of the members'
        variances that cancels in their sum.
    """
    rows = []
    for number, members in enumerate(sets, start=1):
        total = it_mw[members].sum(axis=1)
        own = float(it_mw[members].var(ddof=0).sum())
        ends = tuple(float(total.quantile(q)) for q in (0.05, 0.5, 0.95))
        cancelled = 1.0 - float(total.var(ddof=0)) / own if own > 0 else 0.0
        for site in members:
            share = float((it_mw[site] >= least_mw).mean())
            rows.append(
                (number, site, str(province[site]), float(it_mw[site].mean()), share, *ends, cancelled)
            )
    columns = ["set", "site_id", "province", "mean_mw", "appears_share"]
    columns += ["set_low_mw", "set_median_mw", "set_high_mw", "cancelled_share"]
    return pd.DataFrame(rows, columns=columns)
