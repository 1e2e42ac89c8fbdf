"""Round trips of the arcs in each year: to a pool, the mean over the demand of its zones and classes."""

from __future__ import annotations

import pandas as pd

from geodata.tables import Survey
from optim.arcs import NATIONAL
from optim.groups import Groups
from optim.reach import Reach

_ARC = ["site_id", "zone_id", "class_id"]


def round_trips(
    survey: Survey, reached: Reach, groups: Groups, arcs: pd.DataFrame, years: tuple[int, ...]
) -> dict[tuple[str, str, str, int], float]:
    """Return (site, zone, class, year) -> round trip [ms] of each arc.

    Parameters
    ----------
    survey : Survey
        Links.
    reached : Reach
        Demand of the merged classes, whose zones share the load of a pool in proportion to it.
    groups : Groups
        Load groups; a pool has the name of one.
    arcs : DataFrame
        As of `optim.arcs.arcs`.
    years : tuple of int
        Planning years.
    """
    links = survey.links[["site_id", "zone_id", "rtt_ms"]]
    own = arcs[_ARC].merge(links, on=["site_id", "zone_id"]).merge(pd.Series(years, name="year"), how="cross")
    pools = _pooled(links, reached.pool.assign(class_id=reached.pool["class_id"].map(groups.of_class)))
    wanted = arcs.loc[arcs["zone_id"] == NATIONAL, _ARC].merge(pools, on=["site_id", "class_id"])
    table = pd.concat([own, wanted])[[*_ARC, "year", "rtt_ms"]]
    return {
        (str(s), str(d), str(w), int(y)): float(rtt)
        for s, d, w, y, rtt in table.itertuples(index=False, name=None)
    }


def _pooled(links: pd.DataFrame, pool: pd.DataFrame) -> pd.DataFrame:
    """Return site_id, class_id (of the pool), year, rtt_ms; 0 in a year without demand."""
    weight = pool.groupby(["class_id", "year", "zone_id"])["it_mw"].sum().reset_index()
    rows = links.merge(weight, on="zone_id")
    rows = rows.assign(part=rows["rtt_ms"] * rows["it_mw"])
    sums = rows.groupby(["site_id", "class_id", "year"])[["part", "it_mw"]].sum()
    mean = (sums["part"] / sums["it_mw"]).fillna(0.0)
    return mean.rename("rtt_ms").reset_index()
