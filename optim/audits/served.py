"""Audit of the workload: demand is met or reported, latency holds, bandwidth fits what is served."""

from __future__ import annotations

import pandas as pd

from optim.audits.case import SITE, Case
from optim.audits.checks import Check, at, at_most, equal, keyed, none_of

LIMIT = {"central": "rtt_ms", "allow": "rtt_low_ms", "refuse": "rtt_high_ms"}
_NODE = ["zone_id", "class_id", "year"]
_ARC = ["site_id", "zone_id", "class_id"]


def audit_served(case: Case) -> list[Check]:
    """Return the checks of flows and unserved load."""
    results = case.results
    demand = keyed(case.survey.demand, _NODE, "it_mw")
    on_arcs = demand[~demand.index.get_level_values("class_id").isin(_city(case))]
    met = keyed(results.flows, _NODE, "it_mw").add(keyed(results.unserved, _NODE, "it_mw"), fill_value=0.0)
    return [
        equal("served plus unserved is demand [MW]", on_arcs, met),
        equal("same-city load stands in its city [MW]", given(case), _nonzero(results.build)),
        at_most("round trip fits the class [ms]", *_latency(case)),
        equal("round trip is the link's [ms]", *_links(case)),
        *_flags(case),
        _unserved(case, on_arcs),
    ]


def _city(case: Case) -> set[str]:
    classes = case.survey.classes
    return set(classes.loc[classes["same_city"], "class_id"])


def given(case: Case) -> pd.Series:
    """Return the same-city load of each city [MW], by site and year, where there is any."""
    site = case.survey.zones.set_index("zone_id")["city_site_id"]
    rows = case.survey.demand[case.survey.demand["class_id"].isin(_city(case))]
    sums = keyed(rows.assign(site_id=rows["zone_id"].map(site)), SITE, "it_mw")
    return sums[sums > 0]


def _nonzero(build: pd.DataFrame) -> pd.Series:
    found = keyed(build, SITE, "given_it_mw")
    return found[found > 0]


def _unserved(case: Case, demand: pd.Series) -> Check:
    """Return the check that no load is unserved where the options forbid it."""
    table = case.results.unserved
    if case.settings.workload.allow_unserved:
        return at_most("unserved load is demand [MW]", keyed(table, _NODE, "it_mw"), demand)
    pairs = pd.MultiIndex.from_frame(table[["zone_id", "class_id"]])
    reached = pd.Series(pairs.isin(reachable_nodes(case)), index=table.index)
    return none_of("no load is unserved that can be reached", table, reached, _NODE)


def fitting(case: Case) -> pd.DataFrame:
    """Return the links that fit each class: site_id, zone_id, class_id, rtt_ms_max and the error band."""
    classes = case.survey.classes.loc[~case.survey.classes["same_city"], ["class_id", "rtt_ms_max"]]
    pairs = case.survey.links.merge(classes, how="cross")
    return pairs[pairs[LIMIT[case.settings.latency.undecided]] <= pairs["rtt_ms_max"]]


def reachable_nodes(case: Case) -> pd.MultiIndex:
    """Return the pairs of zone and class that some site can serve."""
    return pd.MultiIndex.from_frame(fitting(case)[["zone_id", "class_id"]].drop_duplicates())


def pooled_classes(case: Case) -> set[str]:
    """Return the classes that every site may serve for every zone and of whose zones no rule speaks."""
    counts = fitting(case).groupby("class_id").size()
    pairs = len(case.survey.candidates) * len(case.survey.zones)
    apart = {rule.class_id for rule in case.rules if rule.kind == "residency"}
    return {str(c) for c in counts.index[counts == pairs]} - apart


def _latency(case: Case) -> tuple[pd.Series, pd.Series]:
    links = case.survey.links.set_index(["site_id", "zone_id"])[LIMIT[case.settings.latency.undecided]]
    limit = case.survey.classes.set_index("class_id")["rtt_ms_max"]
    used = case.results.flows.drop_duplicates(_ARC)
    index = pd.MultiIndex.from_frame(used[_ARC])
    found = at(pd.MultiIndex.from_frame(used[["site_id", "zone_id"]]), links)
    return pd.Series(found, index=index), pd.Series(at(used["class_id"], limit), index=index)


def _links(case: Case) -> tuple[pd.Series, pd.Series]:
    flows = case.results.flows
    found = flows.set_index([*_ARC, "year"])["rtt_ms"].astype(float)
    known = case.survey.links.set_index(["site_id", "zone_id"])["rtt_ms"]
    expected = at(pd.MultiIndex.from_frame(flows[["site_id", "zone_id"]]), known)
    return pd.Series(expected, index=found.index), found


def _flags(case: Case) -> list[Check]:
    flows = case.results.flows
    merged = flows["class_id"].isin(pooled_classes(case))
    band = flows[_ARC].merge(case.survey.links, on=["site_id", "zone_id"], how="left").set_axis(flows.index)
    limit = at(flows["class_id"], case.survey.classes.set_index("class_id")["rtt_ms_max"])
    inside = (band["rtt_low_ms"] <= limit) & (band["rtt_high_ms"] > limit) & ~merged
    return [
        none_of("flows of pools are marked as merged", flows, flows["merged"] != merged, [*_ARC, "year"]),
        none_of("undecided flows are marked", flows, flows["undecided"] != inside, [*_ARC, "year"]),
    ]


def bandwidth(case: Case) -> pd.DataFrame:
    """Return what each flow leases: site_id, year, product, wan_gbps, km; pools at their means."""
    flows = case.results.flows.merge(
        case.survey.links[["site_id", "zone_id", "distance_km"]], on=["site_id", "zone_id"], how="left"
    )
    known = case.survey.classes.set_index("class_id")
    pool = _pool_rates(case)
    group = flows["class_id"].map(case.classes["load_group"])
    merged = flows["merged"].astype(bool)
    rate = flows["class_id"].map(known["wan_gbps_per_mw"]).where(~merged, group.map(pool["rate"]))
    users = (flows["class_id"].map(known["traffic"]) == "users").where(
        ~merged, group.map(pool["users"]) == 1.0
    )
    product = users.map({True: case.settings.bandwidth.users, False: "wave"})
    km = flows["distance_km"].where(~merged, flows["site_id"].map(_mean_km(case)))
    return flows[SITE].assign(product=product, wan_gbps=flows["it_mw"] * rate, km=km)


def _pool_rates(case: Case) -> pd.DataFrame:
    """Return the mean rate of each pool [Gbps/MW], weighted by demand, and whether all of it is to users."""
    classes = case.classes[["load_group"]].join(
        case.survey.classes.set_index("class_id")[["wan_gbps_per_mw", "traffic"]]
    )
    pooled = classes[classes.index.isin(pooled_classes(case))]
    weight = keyed(case.survey.demand, ["class_id"], "it_mw").reindex(pooled.index).fillna(0.0)
    table = pooled.assign(weight=weight, both=weight * pooled["wan_gbps_per_mw"])
    sums = table.groupby("load_group")[["weight", "both"]].sum()
    users = (table["traffic"] == "users").groupby(table["load_group"]).all().astype(float)
    return pd.DataFrame({"rate": sums["both"] / sums["weight"].where(sums["weight"] > 0), "users": users})


def _mean_km(case: Case) -> pd.Series:
    """Return the mean distance of each site to all zones, weighted by their demand [km]."""
    share = case.survey.zones.set_index("zone_id")["demand_share"]
    links = case.survey.links.assign(weight=at(case.survey.links["zone_id"], share) / share.sum())
    return (links["distance_km"] * links["weight"]).groupby(links["site_id"]).sum()


def audit_bandwidth(case: Case) -> Check:
    """Return the check of the bandwidth of each product."""
    keys = ["site_id", "product", "year"]
    needed = keyed(bandwidth(case), keys, "wan_gbps")
    return equal(
        "bandwidth is load served x rate [Gbps]", needed, keyed(case.results.bandwidth, keys, "wan_gbps")
    )
