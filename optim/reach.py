"""Who may be served from where: latency filter, classes merged into a pool, load given to a city."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from geodata.tables import Survey, TableError

Undecided = Literal["central", "allow", "refuse"]
_LIMIT = {"central": "rtt_ms", "allow": "rtt_low_ms", "refuse": "rtt_high_ms"}


@dataclass(frozen=True)
class Reach:
    """Arcs and demand after the filter.

    Attributes
    ----------
    arcs : DataFrame
        site_id, zone_id, class_id, rtt_ms, distance_km, undecided: pairs whose round trip fits the class.
    merged : tuple of str
        Classes that every site may serve for every zone; they share one national pool.
    demand : DataFrame
        zone_id, class_id, year, it_mw of the classes on arcs that some site can reach.
    pool : DataFrame
        zone_id, class_id, year, it_mw of the merged classes.
    given : DataFrame
        site_id, zone_id, class_id, year, it_mw of the same-city classes.
    unreachable : DataFrame
        zone_id, class_id, year, it_mw that no site fits.
    """

    arcs: pd.DataFrame
    merged: tuple[str, ...]
    demand: pd.DataFrame
    pool: pd.DataFrame
    given: pd.DataFrame
    unreachable: pd.DataFrame


def reach(survey: Survey, undecided: Undecided, kept_apart: set[str]) -> Reach:
    """Return arcs and demand of the plan.

    Parameters
    ----------
    survey : Survey
        Candidates, zones, classes, demand, links.
    undecided : {"central", "allow", "refuse"}
        What decides where a class limit lies inside the error band of a round trip.
    kept_apart : set of str
        Classes that must not be merged because a rule speaks of their zones.
    """
    city = set(survey.classes.loc[survey.classes["same_city"], "class_id"])
    fits = _fitting(survey, city, undecided)
    pairs = len(survey.candidates) * len(survey.zones)
    counts = fits.groupby("class_id").size()
    merged = tuple(c for c in survey.classes["class_id"] if counts.get(c, 0) == pairs and c not in kept_apart)
    arcs = fits[~fits["class_id"].isin(merged)].reset_index(drop=True)
    demand = survey.demand
    on_arcs = demand[~demand["class_id"].isin([*merged, *city])]
    reached = pd.MultiIndex.from_frame(on_arcs[["zone_id", "class_id"]]).isin(
        pd.MultiIndex.from_frame(arcs[["zone_id", "class_id"]])
    )
    return Reach(
        arcs=arcs,
        merged=merged,
        demand=on_arcs[reached].reset_index(drop=True),
        pool=demand[demand["class_id"].isin(merged)].reset_index(drop=True),
        given=_given(demand[demand["class_id"].isin(city)], survey.zones, set(survey.candidates["site_id"])),
        unreachable=on_arcs[~reached].reset_index(drop=True),
    )


def _fitting(survey: Survey, city: set[str], undecided: Undecided) -> pd.DataFrame:
    classes = survey.classes.loc[~survey.classes["class_id"].isin(city), ["class_id", "rtt_ms_max"]]
    pairs = survey.links.merge(classes, how="cross")
    fits = pairs[pairs[_LIMIT[undecided]] <= pairs["rtt_ms_max"]]
    inside = (fits["rtt_low_ms"] <= fits["rtt_ms_max"]) & (fits["rtt_high_ms"] > fits["rtt_ms_max"])
    return fits.assign(undecided=inside)[
        ["site_id", "zone_id", "class_id", "rtt_ms", "distance_km", "undecided"]
    ]


def _given(demand: pd.DataFrame, zones: pd.DataFrame, sites: set[str]) -> pd.DataFrame:
    given = demand.merge(zones[["zone_id", "city_site_id"]], on="zone_id")
    lost = sorted(set(given.loc[~given["city_site_id"].isin(sites), "city_site_id"]))
    if lost:
        raise TableError(
            f"zones: found city_site_id {', '.join(lost[:5])}, expected a site_id of the candidates"
        )
    return given.rename(columns={"city_site_id": "site_id"})[
        ["site_id", "zone_id", "class_id", "year", "it_mw"]
    ]
