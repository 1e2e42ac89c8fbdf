"""Who is served from where: pairs of site and zone with their round trip, MW by class and year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from geodata.tables import Survey
from maps import names
from maps.columnar import by_year, shorts
from maps.overlays.flows import class_colours
from maps.texts import Language
from optim.tables import Results

_PAIR = ["site_id", "zone_id"]


def flow_data(
    survey: Survey, results: Results, sites: Sequence[str], years: Sequence[int], language: Language
) -> dict[str, Any]:
    """Return the flows of a plan.

    Parameters
    ----------
    survey, results : Survey, Results
        Places and plan.
    sites : sequence of str
        Sites, in the page's order; flows name them by number.
    years : sequence of int
        Years of the plan.
    language : str
        ``en`` or ``zh``.

    Returns
    -------
    dict
        `classes`: name, colour, whether served from a national pool, need by zone and year [MW]; `zones`;
        `pairs`: site, zone, round trip, its band [ms], whether measured; `rows`: pair, class, undecided, MW
        of each year.
    """
    zones = survey.zones["zone_id"].tolist()
    flows = results.flows[results.flows["it_mw"] > 0]
    pairs = _pairs(survey, flows)
    number = {key: place for place, key in enumerate(zip(pairs["site_id"], pairs["zone_id"], strict=True))}
    site_number = {site: place for place, site in enumerate(sites)}
    shown = names.zone_names(survey, language)
    return {
        "classes": _classes(survey, results, years, language),
        "zones": {
            "name": [shown[zone] for zone in zones],
            "latitude": shorts(survey.zones["latitude"], 6),
            "longitude": shorts(survey.zones["longitude"], 6),
        },
        "pairs": {
            "site": [site_number[site] for site in pairs["site_id"]],
            "zone": [zones.index(zone) for zone in pairs["zone_id"]],
            "rtt_ms": shorts(pairs["rtt_ms"], 4),
            "low_ms": shorts(pairs["rtt_low_ms"], 4),
            "high_ms": shorts(pairs["rtt_high_ms"], 4),
            "measured": [int(known == 1) for known in pairs["measured"]],
        },
        "rows": _rows(survey, flows, number, years),
    }


def _pairs(survey: Survey, flows: pd.DataFrame) -> pd.DataFrame:
    """Return each pair of site and zone that a flow joins; its band is missing if no link tells it."""
    found = flows.groupby(_PAIR, as_index=False)["rtt_ms"].mean()
    band = survey.links[[*_PAIR, "rtt_low_ms", "rtt_high_ms", "measured"]]
    return found.merge(band, on=_PAIR, how="left")


def _rows(
    survey: Survey, flows: pd.DataFrame, number: Mapping[tuple[str, str], int], years: Sequence[int]
) -> list[list[Any]]:
    classes = survey.classes["class_id"].tolist()
    keys = [*_PAIR, "class_id"]
    wide = by_year(flows, keys, "it_mw", years)
    undecided = flows.groupby(keys)["undecided"].any()
    largest_first = wide.loc[wide.max(axis=1).sort_values(ascending=False).index]
    return [
        [number[site, zone], classes.index(class_id), int(undecided[site, zone, class_id]), *shorts(mw, 4)]
        for (site, zone, class_id), mw in zip(largest_first.index, largest_first.to_numpy(), strict=True)
    ]


def _classes(
    survey: Survey, results: Results, years: Sequence[int], language: Language
) -> list[dict[str, Any]]:
    merged = results.flows.groupby("class_id")["merged"].all()
    need = by_year(survey.demand, ["class_id", "zone_id"], "it_mw", years)
    whole = need.reindex(
        pd.MultiIndex.from_product([survey.classes["class_id"], survey.zones["zone_id"]]), fill_value=0.0
    )
    shown = names.class_names(survey, language)
    return [
        {
            "name": shown[class_id],
            "colour": colour,
            "merged": bool(merged.get(class_id, False)),
            "served": class_id in merged.index,
            "need_mw": [shorts(mw, 4) for mw in whole.loc[class_id].to_numpy()],
        }
        for class_id, colour in zip(survey.classes["class_id"], class_colours(survey), strict=True)
    ]
