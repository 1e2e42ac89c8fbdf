"""The network layer: latency from candidates to demand zones, distance to fibre and backbone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.by_place import told
from geodata.geometry.proximity import Points
from geodata.layers.corridors import Corridors, rail_corridors
from geodata.layers.fibre import fibre_graph, graph_points, nearest_over
from geodata.layers.latency import Settings as Settings
from geodata.layers.latency import known_corridors, model_pairs
from geodata.layers.round_trips import with_measured
from geodata.measured import Measured, figure, measured, missing
from geodata.read import builtin
from geodata.schemas.layers import Network
from geodata.tables import Links

Array = NDArray[np.float64]

FAR_KM = 100.0  # farther from any railway of the layer: newer lines, or none
PLANNED = "its nearest point is approved and may not carry traffic yet"
REMOTE_KM = 1000.0  # of cable
REMOTE = f"no point of the table within {REMOTE_KM:g} km of cable: nearer ones are likely not in it"
CITIES = "cities of operators' maps (Internet Topology Zoo, CC BY 4.0) and published trunk cables"
RAIL = "railways of the data folder (network/rail_corridors_cn; origin not confirmed) as a stand-in for fibre"
OWN = "user's fibre lines"
PLACE = ["longitude", "latitude"]


def measure_links(
    candidates: pd.DataFrame,
    zones: pd.DataFrame,
    settings: Settings,
    data: Path | None = None,
    tables: Path | None = None,
) -> pd.DataFrame:
    """Return the network distance from each candidate to each zone.

    The model is that of `geodata.layers.latency.model_pairs`. A measured round trip replaces it and has no
    band.

    Parameters
    ----------
    candidates : DataFrame
        `site_id`, `longitude`, `latitude`; `name_en` and `name_zh` if measured round trips go by name.
    zones : DataFrame
        `zone_id`, `longitude`, `latitude`.
    settings : Settings
        The model and the file of measured pairs.
    data : Path, optional
        Data folder; read only if the settings ask for its railways.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    DataFrame
        Columns of `geodata.tables.Links`, sorted by site_id and zone_id.

    Raises
    ------
    TableError
        Faults of the file of measured round trips, all at once.
    """
    pairs = candidates[["site_id", *PLACE]].merge(
        zones[["zone_id", *PLACE]], how="cross", suffixes=("_site", "_zone")
    )
    start, end = (pairs[[f"{c}_{e}" for c in PLACE]].to_numpy(float) for e in ("site", "zone"))
    model = model_pairs(start, end, settings, data, tables)
    links = pd.concat([pairs[["site_id", "zone_id"]], model], axis=1).assign(measured=False)
    links = with_measured(links[list(Links.to_schema().columns)], candidates, settings)
    return links.sort_values(["site_id", "zone_id"]).reset_index(drop=True)


def same_city(links: pd.DataFrame, settings: Settings) -> pd.Series:
    """Return which links stay in one city: a rule of distance, for hard real-time load."""
    return links["distance_km"] <= settings.city_radius_km


def backbone_km(places: pd.DataFrame, tables: Path | None = None) -> pd.Series:
    """Return the distance to the nearest backbone point [km], indexed by site_id."""
    points = builtin("backbone_points", tables)
    km = Points(points["longitude"], points["latitude"]).nearest_km(places["longitude"], places["latitude"])
    return pd.Series(km, index=places["site_id"], name="backbone_km")


def measure_network(
    places: pd.DataFrame, settings: Settings, data: Path | None = None, tables: Path | None = None
) -> Measured:
    """Return how far fibre, railways and the backbone are from each place.

    Parameters
    ----------
    places : DataFrame
        `site_id`, `longitude`, `latitude`.
    settings : Settings
        The user's fibre lines, which stand in for the railways, and the detour of cables.
    data : Path, optional
        Data folder, for its railways.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    Measured
        Columns of `geodata.schemas.layers.Network`.

    Raises
    ------
    TableError
        A layer is there but damaged.
    """
    lines = known_corridors(settings, data)
    rail = lines if settings.fibre_file is None else rail_corridors(data)
    graph, points = fibre_graph(lines, settings.line_detour, tables), builtin("backbone_points", tables)
    xy = places[PLACE].to_numpy(float)
    nearest, way = nearest_over(graph, xy, points[PLACE].to_numpy(float))
    columns = {
        "fibre_km": graph_points(lines, tables).nearest_km(*xy.T),
        "backbone_route_km": settings.detour * way,
        "rail_km": rail.dense.nearest_km(*xy.T) if rail else np.full(len(xy), np.nan),
    }
    planned = points["status"].to_numpy()[nearest] == "approved"
    weak = [(planned, "low", PLANNED), (columns["backbone_route_km"] > REMOTE_KM, "low", REMOTE)]
    far = places["site_id"][columns["rail_km"] > FAR_KM]
    rows = [
        *_fibre_rows(lines, settings, far),
        *told(_backbone_row(lines, settings), places["site_id"], weak),
        *_rail_rows(rail, far),
    ]
    return measured(places, dict(columns), rows, Network)


def _fibre_rows(lines: Corridors | None, settings: Settings, far: pd.Series) -> list[dict[str, str]]:
    if lines is None:
        note = "40 cities only: cables pass nearer to most places"
        return [figure("fibre_km", "km, great circle", CITIES, "1993-2010", "low", note)]
    if settings.fibre_file is not None:
        return [figure("fibre_km", "km, great circle", f"{OWN}; {CITIES}", "", "medium")]
    source, vintage = f"{RAIL}; {CITIES}", "1990s to 2016"
    weak = f"no railway of the layer within {FAR_KM:g} km; newer lines are not in it"
    return [
        figure("fibre_km", "km, great circle", source, vintage, "medium", "a stand-in: no fibre map is open"),
        *(figure("fibre_km", "km, great circle", source, vintage, "low", weak, site) for site in far),
    ]


def _backbone_row(lines: Corridors | None, settings: Settings) -> dict[str, str]:
    along = CITIES if lines is None else f"{CITIES}; {RAIL if settings.fibre_file is None else OWN}"
    source = f"backbone_points.csv; way over {along}"
    note = f"length of cable: straight links x {settings.detour:g}; more points exist than the table names"
    return figure("backbone_route_km", "km of cable", source, "2006-2024", "medium", note)


def _rail_rows(rail: Corridors | None, far: pd.Series) -> list[dict[str, str]]:
    if rail is None:
        return missing(["rail_km"], "rail corridors (network/rail_corridors_cn)")
    weak = "the layer lacks lines opened after about 2016 and some older ones"
    unit, vintage = "km, great circle", "1990s to 2016"
    return [
        figure("rail_km", unit, RAIL, vintage, "medium"),
        *(figure("rail_km", unit, RAIL, vintage, "low", weak, site) for site in far),
    ]
