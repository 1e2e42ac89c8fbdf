"""The sites of the plan: campuses by MW, same-city load, and sites that would do as well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import folium
import pandas as pd

from geodata.tables import Survey
from maps import headline
from maps.elements import Call, group
from maps.style import DASH, SITE, big, number, percent, site_radius
from maps.texts import Language
from optim.tables import Results

_CAMPUS = {"color": "#7a3600", "weight": 1.2, "fillOpacity": 0.62, "className": "site"}
_GIVEN = {"color": "#7a3600", "weight": 1.5, "fillOpacity": 0.05, "dashArray": "3 3", "className": "given"}
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
    return float(headline.placed(survey, results, year)["it_mw"].max()) if len(results.build) else 0.0


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
    largest = float(results.build.query("year == @year")["it_mw"].max())
    facts = _facts(results, year)
    rows = [
        [
            round(row["latitude"], 4),
            round(row["longitude"], 4),
            round(site_radius(row[size], largest or row[size]), 1),
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


def _facts(results: Results, year: int) -> pd.DataFrame:
    """Return the plan's figures of a year by site, with the year of opening and the discounted cost."""
    build = results.build.query("year == @year").set_index("site_id")
    opened = results.build.query("opened == 1").groupby("site_id")["year"].min().rename("opened_year")
    cost = results.costs.query("site_id != ''").groupby("site_id")["discounted_m_cny"].sum()
    operation = results.operation.query("year == @year").drop(columns="year").set_index("site_id")
    return build.join([opened, cost, operation], how="left")


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
        ("popup.path", steps),
        ("popup.opened", DASH if pd.isna(site["opened_year"]) else str(int(site["opened_year"]))),
        ("popup.modules", str(int(site["modules"]))),
        ("popup.connection", f"{number(site['connection_mw'])} MW"),
        ("popup.cost", big(site["discounted_m_cny"], "m_cny", language, words)),
        ("popup.purchase", big(site["purchase_mwh"], "mwh", language, words)),
        ("popup.emissions", big(site["emissions_tco2"], "tco2", language, words)),
        ("popup.water", f"{number(site['water_m3'])} {words['unit.m3']}"),
    ]
    return [[words[key], value] for key, value in plain]
