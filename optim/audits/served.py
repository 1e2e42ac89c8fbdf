"""Audit of the workload: demand is met or reported, latency holds, sites hold what they serve."""

from __future__ import annotations

import pandas as pd

from geodata.tables import Survey
from optim.audits.checks import Check, at, at_most, equal, keyed
from optim.tables import Results

_LIMIT = {"central": "rtt_ms", "allow": "rtt_low_ms", "refuse": "rtt_high_ms"}
_NODE = ["zone_id", "class_id", "year"]


def audit_served(survey: Survey, undecided: str, results: Results) -> list[Check]:
    """Return the checks of flows and unserved load.

    Parameters
    ----------
    survey : Survey
        Demand, classes, links, zones.
    undecided : str
        Which end of the error band decides.
    results : Results
        The plan.
    """
    city = set(survey.classes.loc[survey.classes["same_city"], "class_id"])
    demand = keyed(survey.demand, _NODE, "it_mw")
    on_arcs = demand[~demand.index.get_level_values("class_id").isin(city)]
    met = keyed(results.flows, _NODE, "it_mw").add(keyed(results.unserved, _NODE, "it_mw"), fill_value=0.0)
    served = keyed(results.flows, ["site_id", "year"], "it_mw")
    held = keyed(results.build, ["site_id", "year"], "it_mw")
    return [
        equal("served plus unserved is demand [MW]", on_arcs, met),
        equal("same-city load stands in its city [MW]", _given(survey, city), _nonzero(results.build)),
        at_most("served load fits the IT of the site [MW]", served, held),
        at_most("round trip fits the class [ms]", *_latency(survey, undecided, results.flows)),
        equal("round trip is the link's [ms]", *_links(survey, results.flows)),
    ]


def _given(survey: Survey, city: set[str]) -> pd.Series:
    site = survey.zones.set_index("zone_id")["city_site_id"]
    rows = survey.demand[survey.demand["class_id"].isin(city)]
    sums = keyed(rows.assign(site_id=rows["zone_id"].map(site)), ["site_id", "year"], "it_mw")
    return sums[sums > 0]


def _nonzero(build: pd.DataFrame) -> pd.Series:
    given = keyed(build, ["site_id", "year"], "given_it_mw")
    return given[given > 0]


def _latency(survey: Survey, undecided: str, flows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    links = survey.links.set_index(["site_id", "zone_id"])[_LIMIT[undecided]]
    limit = survey.classes.set_index("class_id")["rtt_ms_max"]
    keys = ["site_id", "zone_id", "class_id"]
    used = flows.drop_duplicates(keys)
    index = pd.MultiIndex.from_frame(used[keys])
    found = at(pd.MultiIndex.from_frame(used[["site_id", "zone_id"]]), links)
    return pd.Series(found, index=index), pd.Series(at(used["class_id"], limit), index=index)


def _links(survey: Survey, flows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    pairs = flows.drop_duplicates(["site_id", "zone_id"]).set_index(["site_id", "zone_id"])["rtt_ms"]
    return survey.links.set_index(["site_id", "zone_id"])["rtt_ms"].reindex(pairs.index), pairs
