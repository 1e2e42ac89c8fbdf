"""Arcs from sites to zones and to the pools of merged classes, with their traffic."""

from __future__ import annotations

import pandas as pd

from geodata.tables import Survey
from optim.groups import Groups
from optim.reach import Reach

MW_PER_GW = 1e3
NATIONAL = "national"


def arcs(survey: Survey, reached: Reach, groups: Groups, nodes: set[tuple[str, str]]) -> pd.DataFrame:
    """Return the arcs to nodes with demand: those of `reached`, and one from every site to each pool.

    Parameters
    ----------
    survey : Survey
        Classes, links, zones.
    reached : Reach
        After the latency filter.
    groups : Groups
        Load groups; each has a pool for its merged classes.
    nodes : set of (zone_id, class_id)
        Nodes with demand.

    Returns
    -------
    DataFrame
        site_id, zone_id, class_id, load_group, wan_gbps [Gbps per GW], users, km.
    """
    rate = survey.classes.set_index("class_id")["wan_gbps_per_mw"] * MW_PER_GW
    traffic = survey.classes.set_index("class_id")["traffic"]
    real = reached.arcs.assign(
        load_group=reached.arcs["class_id"].map(groups.of_class),
        wan_gbps=reached.arcs["class_id"].map(rate),
        users=reached.arcs["class_id"].map(traffic) == "users",
        km=reached.arcs["distance_km"],
    )
    mixed = pool_traffic(survey, reached, groups)
    pool = pool_distance(survey).rename("km").reset_index().merge(mixed, how="cross")
    columns = ["site_id", "zone_id", "class_id", "load_group", "wan_gbps", "users", "km"]
    arcs = pd.concat([part[columns] for part in (real, pool) if len(part)] or [real[columns]])
    wanted = [key in nodes for key in zip(arcs["zone_id"], arcs["class_id"], strict=True)]
    return arcs[wanted].reset_index(drop=True)


def pool_traffic(survey: Survey, reached: Reach, groups: Groups) -> pd.DataFrame:
    """Return the pools: zone_id, class_id, load_group, wan_gbps [Gbps per GW] weighted by demand, users."""
    classes = survey.classes.set_index("class_id")
    weight = reached.pool.groupby("class_id")["it_mw"].sum()
    rows = []
    for group, members in weight.groupby(groups.of_class.reindex(weight.index)):
        rate = classes["wan_gbps_per_mw"].reindex(members.index) * MW_PER_GW
        share = members / members.sum() if members.sum() > 0 else 1.0 / len(members) + 0 * members
        users = bool((classes["traffic"].reindex(members.index) == "users").all())
        rows.append((NATIONAL, str(group), str(group), float((rate * share).sum()), users))
    return pd.DataFrame(rows, columns=["zone_id", "class_id", "load_group", "wan_gbps", "users"])


def pool_distance(survey: Survey) -> pd.Series:
    """Return the mean distance of each site to the zones, weighted by demand [km], indexed by site_id."""
    share = survey.zones.set_index("zone_id")["demand_share"]
    weight = survey.links["zone_id"].map(share) / share.sum()
    return (survey.links["distance_km"] * weight).groupby(survey.links["site_id"]).sum().rename("distance_km")
