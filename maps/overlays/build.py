"""The sites of the plan: campuses by MW, existing halls in use, same-city load, equally good sites."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import folium
import pandas as pd

from geodata.tables import Survey
from maps import headline
from maps.elements import Call, group
from maps.halls import by_technology, site_facts
from maps.style import DASH, SITE, big, number, percent, site_radius
from maps.texts import Language, named
from optim.tables import Results

_CAMPUS = {"color": "#7a3600", "weight": 1.2, "fillOpacity": 0.62, "className": "site"}
_GIVEN = {"color": "#7a3600", "weight": 1.5, "fillOpacity": 0.05, "dashArray": "3 3", "className": "given"}
_STOCK = {"color": "#3d2b56", "weight": 1.5, "fillOpacity": 0.25, "className": "stock"}
_EQUAL = {"color": "#7a3600", "weight": 1.6, "fillOpacity": 0.0, "className": "equivalent"}


def campuses(
    survey: Survey, results: Results, year: int, language: Language, words: Mapping[str, str]
) -> folium.FeatureGroup:
    """Return the layer of chosen sites: circles whose area is proportional to the campus's IT power."""
    sites = headline.placed(survey, results, year).query("it_mw > 0").sort_values("it_mw", ascending=False)
    return _layer(words["layer.campuses"], sites, "it_mw", _CAMPUS, results, year, (language, words))


def same_city(
    survey: Survey, results: Results, year: int, language: Language, words: Mapping[str, str]
) -> folium.FeatureGroup:
    """Return the layer of load that stays in its own city, given and not chosen; off at first."""
    sites = headline.placed(survey, results, year).query("given_it_mw > 0")
    sites = sites.sort_values("given_it_mw", ascending=False)
    return _layer(
        words["layer.given"], sites, "given_it_mw", _GIVEN, results, year, (language, words), show=False
    )


def existing(
    survey: Survey, results: Results, year: int, language: Language, words: Mapping[str, str]
) -> folium.FeatureGroup:
    """Return the layer of idle existing halls that the plan puts to use; off at first."""
    sites = headline.placed(survey, results, year).query("stock_it_mw > 0")
    sites = sites.sort_values("stock_it_mw", ascending=False)
    return _layer(
        words["layer.stock"], sites, "stock_it_mw", _STOCK, results, year, (language, words), show=False
    )


def equivalents(
    survey: Survey, results: Results, language: Language, words: Mapping[str, str]
) -> folium.FeatureGroup:
    """Return the layer of sites not shown to be worse within the gap; off at first."""
    equal = results.equivalents.query("within_gap").drop(columns="province")
    table = survey.candidates.merge(equal, on="site_id")
    rows = [
        [
            row["latitude"],
            row["longitude"],
            7,
            SITE,
            row[f"name_{language}"],
            {
                "site": row["site_id"],
                "rows": [
                    [
                        words["popup.reduced_cost"],
                        f"{number(row['reduced_cost_m_cny'])} {words['unit.m_cny']}"
                        f" = {percent(row['extra_share'], 3)}",
                    ]
                ],
                "note": words["report.equivalents_note"],
            },
        ]
        for row in table.to_dict("records")
    ]
    layer = group(words["layer.equivalents"], show=False)
    layer.add_child(Call("circles", [rows, _EQUAL]))
    return layer


def largest_mw(survey: Survey, results: Results, year: int) -> float:
    """Return the IT power [MW] of the largest campus, for which the largest circle stands."""
    sites = headline.placed(survey, results, year)
    return float(sites["it_mw"].max()) if len(sites) else 0.0


def _layer(
    title: str,
    sites: pd.DataFrame,
    size: str,
    style: Mapping[str, Any],
    results: Results,
    year: int,
    wording: tuple[Language, Mapping[str, str]],
    show: bool = True,
) -> folium.FeatureGroup:
    language, words = wording
    facts = site_facts(results, year)
    largest = float(facts["it_mw"].max()) if len(facts) else 0.0
    rows = [
        [
            round(row["latitude"], 4),
            round(row["longitude"], 4),
            round(site_radius(row[size], max(largest, row[size])), 1),
            SITE,
            f"{row[f'name_{language}']}{words['list.colon']}{number(row[size])} MW",
            {
                "site": row["site_id"],
                "rows": _popup_rows(facts.loc[row["site_id"]], results, wording),
                "note": words["popup.plan_note"].format(year=year),
            },
        ]
        for row in sites.to_dict("records")
    ]
    layer = group(title, show=show)
    layer.add_child(Call("circles", [rows, dict(style)]))
    return layer


def _popup_rows(
    site: pd.Series, results: Results, wording: tuple[Language, Mapping[str, str]]
) -> list[list[str]]:
    language, words = wording
    path = results.build[results.build["site_id"] == site.name].sort_values("year")
    steps = words["list.comma"].join(
        f"{y}{words['list.colon']}{number(v)}" for y, v in zip(path["year"], path["it_mw"], strict=True)
    )
    plain = [
        ("popup.it", f"{number(site['it_mw'])} MW"),
        ("popup.given", f"{number(site['given_it_mw'])} MW"),
        ("popup.stock", f"{number(site['stock_it_mw'])} MW"),
        ("popup.path", steps or DASH),
        ("popup.opened", DASH if pd.isna(site["opened_year"]) else str(int(site["opened_year"]))),
        ("popup.cooling", cooling_mix(site, words)),
        ("popup.supply", supply_mix(site, words)),
        ("popup.connection", f"{number(site['connection_mw'])} MW, {number(site['voltage_kv'], 0)} kV"),
        ("popup.cost", big(site["discounted_m_cny"], "m_cny", language, words)),
        ("popup.purchase", big(site["purchase_mwh"], "mwh", language, words)),
        ("popup.direct", big(site["direct_mwh"], "mwh", language, words)),
        ("popup.peak", f"{number(site['billed_peak_mw'])} MW"),
        ("popup.emissions", big(site["emissions_tco2"], "tco2", language, words)),
        ("popup.water", f"{number(site['water_m3'])} {words['unit.m3']}"),
    ]
    return [[words[key], value] for key, value in plain]


def cooling_mix(site: pd.Series, words: Mapping[str, str]) -> str:
    """Return the technologies of a site's new halls with their MW, or a dash."""
    parts = [f"{named(words, 'cooling', t)} {number(mw)} MW" for t, mw in by_technology(site).items()]
    return words["list.semicolon"].join(parts) or DASH


def supply_mix(site: pd.Series, words: Mapping[str, str]) -> str:
    """Return solar, wind and battery of a site, or a dash."""
    parts = [
        f"{words[f'supply.{kind}']} {number(site[f'{kind}_mw'])} MW"
        for kind in ("solar", "wind", "battery")
        if site[f"{kind}_mw"] > 0
    ]
    stored = f" / {number(site['battery_mwh'])} MWh" if site["battery_mw"] > 0 else ""
    return words["list.semicolon"].join(parts) + stored or DASH
