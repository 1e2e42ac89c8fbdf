"""All that the plan map's script needs, for every year of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from geodata.tables import Survey
from maps import headline, names
from maps.columnar import short, shorts
from maps.flow_data import flow_data
from maps.hour_data import hour_data
from maps.limit_data import headroom_data, quota_data
from maps.site_data import SCALES, site_data
from maps.style import SITE_RADIUS_MAX, nice_sizes
from maps.texts import Language
from maps.why_data import why_data
from optim.tables import Results

MIX = {"grid": "#3f5163", "green": "#009e73", "direct": "#f2b701", "battery": "#cc79a7"}
_HEADLINES = 8
_OTHERS = 6
_WORDS = "plan."


@dataclass(frozen=True)
class Extras:
    """What a map shows beside survey and plan.

    Attributes
    ----------
    lines : DataFrame
        Ultra-high-voltage lines: name, voltage_kv, capacity_gw, year, from_name, from_longitude,
        from_latitude, to_name, to_longitude, to_latitude, source, note.
    unsourced_lines : int
        Lines known without a source, which are not drawn.
    whys : Mapping
        site_id -> what `siting explain` found (see `maps.why_data`).
    """

    lines: pd.DataFrame = field(default_factory=pd.DataFrame)
    unsourced_lines: int = 0
    whys: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def plan_data(
    survey: Survey,
    results: Results,
    extras: Extras,
    year: int,
    floor_mw: float,
    language: Language,
    words: Mapping[str, str],
) -> dict[str, Any]:
    """Return the data of the plan map.

    Parameters
    ----------
    survey, results : Survey, Results
        Places and plan.
    extras : Extras
        Lines and explanations.
    year : int
        The year shown first.
    floor_mw : float
        Smallest flow that is drawn [MW of IT].
    language : str
        ``en`` or ``zh``.
    words : Mapping
        The texts of that language.
    """
    years = headline.years(results)
    sites = site_data(survey, results, years, language, words)
    shown = dict(zip(survey.candidates["site_id"], survey.candidates[f"name_{language}"], strict=True))
    return {
        "years": years,
        "start": years.index(year),
        "words": _words(language, words),
        "mix": MIX,
        "radius": SITE_RADIUS_MAX,
        "sizes_mw": nice_sizes(max((max(mw) for mw in sites["facts"]["it_mw"]["values"]), default=0.0)),
        "floor_mw": floor_mw,
        "headlines": [_headlines(survey, results, each, language, words) for each in years],
        "sites": sites,
        "hours": hour_data(survey, results, sites["id"], years, words),
        "flows": flow_data(survey, results, sites["id"], years, language),
        "headroom": headroom_data(survey, results, years, language),
        "quotas": quota_data(survey, results, years, language),
        "lines": _lines(extras.lines),
        "equivalents": _equivalents(survey, results, language),
        "whys": {site: why_data(told, shown, language, words) for site, told in extras.whys.items()},
    }


def _words(language: Language, words: Mapping[str, str]) -> dict[str, Any]:
    """Return the plan map's own wording, by key without its prefix, and what it shares with others."""
    own = {key.removeprefix(_WORDS): text for key, text in words.items() if key.startswith(_WORDS)}
    units = {f"unit_{unit}": words[f"unit.{unit}"] for unit in ("mw", "mwh", "gwh")}
    return own | units | {"colon": words["list.colon"], "water_scale": SCALES[language]["m3"]}


def _headlines(
    survey: Survey, results: Results, year: int, language: Language, words: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return the figures above the map; cost, which is of all years, is put over MW in the last year only."""
    figures = headline.headline(survey, results, year)
    pairs = headline.headline_pairs(figures, language, words)[:_HEADLINES]
    last = year == headline.last_year(results, None)
    return [pair for pair in pairs if last or pair[0] != words["head.cost_per_mw"]]


def _lines(lines: pd.DataFrame) -> list[list[Any]]:
    """Return, for each line: name, kV, GW, year, the names of its ends, their places, source, note."""
    return [
        [
            row["name"],
            short(row["voltage_kv"]),
            short(row["capacity_gw"]),
            int(row["year"]),
            row["from_name"],
            row["to_name"],
            shorts([row[f"{end}_{axis}"] for end in ("from", "to") for axis in ("latitude", "longitude")], 6),
            row["source"],
            row["note"],
        ]
        for row in lines.to_dict("records")
    ]


def _equivalents(survey: Survey, results: Results, language: Language) -> list[list[Any]]:
    """Return sites not shown to be worse within the gap, and the least dear of the others.

    A row: id, name, province, latitude, longitude, extra cost and its share, whether within the gap.
    """
    cheapest = results.equivalents.sort_values("extra_share").drop(columns="province")
    near = pd.concat([cheapest[cheapest["within_gap"]], cheapest[~cheapest["within_gap"]].head(_OTHERS)])
    table = near.merge(survey.candidates, on="site_id")
    provinces = names.zone_names(survey, language)
    return [
        [
            row["site_id"],
            row[f"name_{language}"],
            provinces[row["province"]],
            short(row["latitude"], 6),
            short(row["longitude"], 6),
            short(row["reduced_cost_m_cny"]),
            short(row["extra_share"]),
            int(row["within_gap"]),
        ]
        for row in table.to_dict("records")
    ]
