"""What the plan map knows of each site: size, supply and energy by year, and cost by item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from geodata.tables import Survey
from maps import names
from maps.columnar import by_year, short, shorts, year_lists
from maps.halls import EXISTING
from maps.texts import Language, named
from optim.tables import Results

Column = tuple[str, str, str]

# name on the page, column of the table, unit on the page
BUILD: tuple[Column, ...] = (
    ("it_mw", "it_mw", "mw"),
    ("given_mw", "given_it_mw", "mw"),
    ("connection_mw", "connection_mw", "mw"),
    ("voltage_kv", "voltage_kv", "kv"),
)
SUPPLY: tuple[Column, ...] = (
    ("solar_mw", "solar_mw", "mw"),
    ("wind_mw", "wind_mw", "mw"),
    ("battery_mw", "battery_mw", "mw"),
    ("battery_mwh", "battery_mwh", "mwh"),
)
OPERATION: tuple[Column, ...] = (
    ("facility", "facility_mwh", "gwh"),
    ("purchase", "purchase_mwh", "gwh"),
    ("certificates", "certificates_mwh", "gwh"),
    ("direct", "direct_mwh", "gwh"),
    ("discharge", "discharge_mwh", "gwh"),
    ("export", "export_mwh", "gwh"),
    ("curtailed", "curtailed_mwh", "gwh"),
    ("peak_mw", "billed_peak_mw", "mw"),
    ("emissions", "emissions_tco2", "tco2"),
    ("water", "water_m3", "m3"),
)
SCALES: dict[Language, dict[str, float]] = {
    "en": {"gwh": 1e3, "tco2": 1e3, "m3": 1e3},
    "zh": {"gwh": 1e3, "tco2": 1e4, "m3": 1e4},
}


def held(results: Results) -> list[str]:
    """Return the sites that hold load in some year."""
    sizes = pd.concat(
        [results.build[["site_id", "it_mw", "given_it_mw"]], results.halls[["site_id", "it_mw"]]]
    )
    whole = sizes.fillna(0.0).groupby("site_id").sum().sum(axis=1)
    return sorted(str(site) for site in whole.index[whole > 0])


def site_data(
    survey: Survey, results: Results, years: Sequence[int], language: Language, words: Mapping[str, str]
) -> dict[str, Any]:
    """Return the sites of a plan as columns.

    Parameters
    ----------
    survey, results : Survey, Results
        Places and plan.
    years : sequence of int
        Years of the plan.
    language : str
        ``en`` or ``zh``.
    words : Mapping
        The texts of that language.

    Returns
    -------
    dict
        `id`, `name`, `province`, `latitude`, `longitude`, `opened` (year, None: no campus), one entry a site;
        `facts`: name -> unit, and for each site a value a year; `items`: names of cost items; `costs`: for
        each site rows of item number, discounted sum of all years [million CNY], cost of each year.
    """
    sites = held(results)
    place = survey.candidates.set_index("site_id").loc[sites]
    provinces = names.zone_names(survey, language)
    opened = results.build.query("opened == 1 and it_mw > 0").groupby("site_id")["year"].min()
    items = sorted(set(results.costs.loc[results.costs["site_id"] != "", "item"]))
    return {
        "id": sites,
        "name": place[f"name_{language}"].tolist(),
        "province": [provinces[p] for p in place["province"]],
        "latitude": shorts(place["latitude"], 6),
        "longitude": shorts(place["longitude"], 6),
        "opened": [int(opened[s]) if s in opened.index else None for s in sites],
        "facts": _facts(results, sites, years, language),
        "items": [named(words, "item", item) for item in items],
        "costs": _costs(results, sites, items, years),
    }


def _facts(
    results: Results, sites: Sequence[str], years: Sequence[int], language: Language
) -> dict[str, dict[str, Any]]:
    stock = results.halls[results.halls["technology"] == EXISTING]
    parts = (
        (results.build, BUILD),
        (stock, (("stock_mw", "it_mw", "mw"),)),
        (results.supply, SUPPLY),
        (results.operation, OPERATION),
    )
    return {
        name: {
            "unit": unit,
            "values": year_lists(
                by_year(table, ["site_id"], column, years), sites, SCALES[language].get(unit, 1.0)
            ),
        }
        for table, columns in parts
        for name, column, unit in columns
    }


def _costs(
    results: Results, sites: Sequence[str], items: Sequence[str], years: Sequence[int]
) -> list[list[list[float | int | None]]]:
    """Return, for each site, its items, the dearest first."""
    keys = ["site_id", "item"]
    table = by_year(results.costs, keys, "cost_m_cny", years)
    total = results.costs.groupby(keys)["discounted_m_cny"].sum()
    table.insert(0, "total", total)
    found: dict[str, list[list[float | int | None]]] = {site: [] for site in sites}
    dearest_first = table.sort_values("total", ascending=False)
    for (site, item), (whole, *yearly) in zip(dearest_first.index, dearest_first.to_numpy(), strict=True):
        if site in found and short(whole):
            found[site].append([items.index(item), short(whole, 6), *shorts(yearly)])
    return [found[site] for site in sites]
