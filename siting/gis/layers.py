"""The layers of a run and of a survey as tables with geometry, in WGS 84."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from geodata.tables import Survey
from maps.halls import of_year, site_facts
from maps.headline import last_year, placed
from optim.tables import Results

CRS = "EPSG:4326"
HUB_KINDS = ("hub", "cluster")


def run_layers(survey: Survey, results: Results) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of a run by name: sites, flows, hubs, candidates."""
    year = last_year(results, None)
    return {
        "sites": sites(survey, results, year),
        "flows": flows(survey, results, year),
        "hubs": hubs(survey),
        "candidates": points(survey.candidates),
    }


def survey_layers(survey: Survey) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of a survey by name: candidates with all that its layers say of them, hubs."""
    return {"candidates": candidates(survey), "hubs": hubs(survey)}


def sites(survey: Survey, results: Results, year: int) -> gpd.GeoDataFrame:
    """Return the sites that hold load in a year, with what the plan says of each."""
    chosen = placed(survey, results, year).assign(year=year)
    facts = site_facts(results, year)
    new = facts.columns.difference(chosen.columns, sort=False)
    return points(chosen.merge(facts[new], left_on="site_id", right_index=True, how="left"))


def candidates(survey: Survey) -> gpd.GeoDataFrame:
    """Return the candidates with all that the layers say of them."""
    return points(survey.candidates.merge(survey.attributes, on="site_id", how="left"))


def hubs(survey: Survey) -> gpd.GeoDataFrame:
    """Return national hubs and clusters."""
    return points(survey.places[survey.places["kind"].isin(HUB_KINDS)].reset_index(drop=True))


def flows(survey: Survey, results: Results, year: int) -> gpd.GeoDataFrame:
    """Return who is served from where in a year, a straight line each, largest first."""
    table = of_year(results.flows, year).query("it_mw > 0")
    names = survey.candidates[["site_id", "name_en", "name_zh", "province", "longitude", "latitude"]]
    ends = survey.zones[["zone_id", "longitude", "latitude"]]
    table = table.merge(names, on="site_id").merge(ends, on="zone_id", suffixes=("", "_to"))
    table = table.sort_values(
        ["it_mw", "site_id", "zone_id", "class_id"], ascending=[False, True, True, True]
    )
    places = ["longitude", "latitude", "longitude_to", "latitude_to"]
    lines = shapely.linestrings(table[places].to_numpy(dtype=float).reshape(-1, 2, 2))
    shown = table.drop(columns=places).reset_index(drop=True)
    return gpd.GeoDataFrame(shown, geometry=gpd.GeoSeries(list(lines), crs=CRS))


def points(table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return a table with its longitude and latitude as points."""
    where = gpd.points_from_xy(table["longitude"], table["latitude"])
    return gpd.GeoDataFrame(table, geometry=where, crs=CRS)
