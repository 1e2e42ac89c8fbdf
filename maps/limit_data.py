"""Headroom used by province and water quotas used, by year, with where they are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from geodata.tables import Survey
from maps import names
from maps.columnar import by_year, short, shorts, year_lists
from maps.texts import Language
from optim.tables import Results

_MEMBERS = {"basin": "basin", "province": "province", "cluster": "cluster_id"}


def headroom_data(
    survey: Survey, results: Results, years: Sequence[int], language: Language
) -> dict[str, list[Any]]:
    """Return, for each province, headroom used and there with upgrades bought [MW], and site water.

    Returns
    -------
    dict
        `name`, `latitude`, `longitude`, `used_mw`, `limit_mw`, `upgrade_mw`, `water` [m3]: one entry a
        province; the last four with a value a year. A year that the plan's prices do not tell is None.
    """
    rows = results.prices[results.prices["limit"] == "headroom"]
    provinces = sorted(set(rows["place"]))
    where, shown = _province_places(survey), names.zone_names(survey, language)
    water = results.operation.assign(province=results.operation["site_id"].map(names.site_provinces(survey)))
    return {
        "name": [shown.get(p, p) for p in provinces],
        "latitude": [where[p][0] for p in provinces],
        "longitude": [where[p][1] for p in provinces],
        "used_mw": _told(rows, "used_mw", provinces, years),
        "limit_mw": _told(rows, "limit_mw", provinces, years),
        "upgrade_mw": year_lists(by_year(results.upgrades, ["province"], "upgrade_mw", years), provinces),
        "water": year_lists(by_year(water, ["province"], "water_m3", years), provinces),
    }


def quota_data(
    survey: Survey, results: Results, years: Sequence[int], language: Language
) -> dict[str, list[Any]]:
    """Return, for each water quota, what its sites draw and the quota, by year [m3].

    Returns
    -------
    dict
        `name`, `kind`, `latitude`, `longitude` (those of the province, else the middle of the sites),
        `used_m3`, `quota_m3`: one entry a quota, the last two with a value a year; None: no quota then.
    """
    found: dict[str, list[Any]] = {
        key: [] for key in ("name", "kind", "latitude", "longitude", "used_m3", "quota_m3")
    }
    where, shown = _province_places(survey), names.zone_names(survey, language)
    for _, rows in survey.quotas[survey.quotas["year"].isin(years)].groupby("quota_id", sort=True):
        kind, place = str(rows["kind"].iloc[0]), str(rows["place"].iloc[0])
        inside = survey.candidates[survey.candidates[_MEMBERS[kind]] == place]
        if inside.empty:
            continue
        middle = (short(inside["latitude"].mean()), short(inside["longitude"].mean()))
        latitude, longitude = where.get(place, middle) if kind == "province" else middle
        drawn = results.operation[results.operation["site_id"].isin(inside["site_id"])]
        limit = rows.groupby("year")["water_m3"].sum().reindex(list(years))
        used = drawn.groupby("year")["water_m3"].sum().reindex(list(years), fill_value=0.0)
        values = (_place_name(survey, kind, place, shown, language), kind, latitude, longitude)
        for key, value in zip(found, (*values, shorts(used), shorts(limit)), strict=True):
            found[key].append(value)
    return found


def _place_name(survey: Survey, kind: str, place: str, shown: dict[str, str], language: Language) -> str:
    if kind != "cluster":
        return shown.get(place, place)
    own = survey.places[survey.places["place_id"] == f"cluster-{place}"]
    return str(own[f"name_{language}"].iloc[0]) if len(own) else place


def _province_places(survey: Survey) -> dict[str, tuple[Any, Any]]:
    """Return latitude and longitude of each province: its demand zone, else the middle of its candidates."""
    middles = survey.candidates.groupby("province")[["latitude", "longitude"]].mean()
    zones = survey.zones.set_index("zone_id")[["latitude", "longitude"]]
    both = pd.concat([zones, middles[~middles.index.isin(zones.index)]])
    places = zip(both.index, both["latitude"], both["longitude"], strict=True)
    return {str(p): (short(y, 6), short(x, 6)) for p, y, x in places}


def _told(rows: pd.DataFrame, column: str, provinces: Sequence[str], years: Sequence[int]) -> list[list[Any]]:
    wide = rows.pivot_table(index="place", columns="year", values=column, aggfunc="sum")
    whole = wide.reindex(index=list(provinces), columns=list(years))
    return [shorts(row) for row in whole.to_numpy()]
