"""How often places appear over draws, how much they hold, and how well that is known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optim.robust.design import REPLICATES

LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95
NORMAL_95 = 1.959963984540054


def frequency_table(
    it_mw: pd.DataFrame, base_mw: pd.Series, plan_mw: pd.Series, least_mw: float
) -> pd.DataFrame:
    """Return how often each place appears and the spread of its IT power, largest mean first.

    Parameters
    ----------
    it_mw : DataFrame
        IT power of new campuses [MW], a row a draw, a column a place.
    base_mw, plan_mw : Series
        The same without errors, and in the plan.
    least_mw : float
        A place appears in a draw in which it holds at least this; in a relaxation it may be part of a campus.

    Returns
    -------
    DataFrame
        Index place: plan_mw, base_mw, mean_mw, low_mw, median_mw, high_mw (5, 50 and 95 % of draws),
        appears_share, half_width_share (95 %, at least `half_width`).
    """
    low, middle, high = (it_mw.quantile(q) for q in (LOW, MIDDLE, HIGH))
    share = (it_mw >= least_mw).mean()
    table = pd.DataFrame(
        {
            "plan_mw": plan_mw.reindex(it_mw.columns).fillna(0.0),
            "base_mw": base_mw.reindex(it_mw.columns).fillna(0.0),
            "mean_mw": it_mw.mean(),
            "low_mw": low,
            "median_mw": middle,
            "high_mw": high,
            "appears_share": share,
            "half_width_share": half_width(share, len(it_mw)),
        }
    )
    return table.sort_values(["mean_mw", "plan_mw"], ascending=False, kind="stable")


def half_width(share: pd.Series, draws: int) -> pd.Series:
    """Return half of the 95 % interval of shares of draws.

    Each drawn error stands in two draws, so as few as half of the draws may tell something of their own; that
    many are counted. Next to 0 and 1 the interval is that of Wilson, which never is empty.
    """
    count, z = max(1.0, draws / REPLICATES), NORMAL_95
    spread = np.sqrt(share * (1.0 - share) / count + z**2 / (4.0 * count**2))
    return z * spread / (1.0 + z**2 / count)


def largest_half_width(table: pd.DataFrame) -> float:
    """Return the widest half-width among the shares of a table, 0 if it has no rows."""
    return float(table["half_width_share"].max()) if len(table) else 0.0


def by_province(it_mw: pd.DataFrame, province: pd.Series) -> pd.DataFrame:
    """Return IT power by province, a row a draw, from that by site; `province` indexed by site."""
    sums: pd.DataFrame = it_mw.T.groupby(province.reindex(it_mw.columns).to_numpy()).sum().T
    return sums


def part_of(it_mw: pd.DataFrame, members: pd.Series) -> pd.Series:
    """Return the share of IT power that stands at some sites, by draw; `members` is true for those."""
    whole = it_mw.sum(axis=1)
    mine = it_mw.loc[:, members.reindex(it_mw.columns).to_numpy(dtype=bool)].sum(axis=1)
    return (mine / whole.where(whole > 0)).fillna(0.0)
