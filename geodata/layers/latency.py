"""Latency between places: the light's way over the fibre graph, networks at both ends, equipment."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field

from geodata.geometry.distance import distance_km
from geodata.geometry.proximity import Points
from geodata.layers.corridors import RAIL, Corridors, own_corridors, rail_corridors
from geodata.layers.fibre import Fibre, fibre_graph, path_km, stretch
from geodata.read import builtin
from geodata.tables import TableError

Array = NDArray[np.float64]

GRAPH, GREAT_CIRCLE = "graph", "great circle"
COLUMNS = ["distance_km", "route_km", "one_way_ms", "rtt_ms", "rtt_low_ms", "rtt_high_ms", "how"]


class Settings(BaseModel):
    """Latency from the way of the light, and the user's measured round trips."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    access_one_way_ms: float = Field(
        0.55, ge=0, le=20, description="networks of the two cities at the ends, one way [ms]"
    )
    equipment_one_way_ms: float = Field(
        0.1, ge=0, le=20, description="switches inside the two data centres, one way [ms]"
    )
    detour: float = Field(
        1.55, ge=1, le=5, description="length of a trunk cable over the straight line between its cities"
    )
    access_route_km: float = Field(
        900.0,
        ge=0,
        le=5000,
        description="way to exchange points and back, of a long route; short ones take less",
    )
    fibre_ms_per_km: float = Field(0.0049, gt=0.003, lt=0.01, description="light in fibre, one way [ms/km]")
    error_band_share: float = Field(
        0.3,
        ge=0,
        lt=1,
        description="a link may be this much faster or slower; four in five known pairs are within",
    )
    graph_reach_km: float = Field(
        150.0,
        ge=0,
        le=2000,
        description="a place this near a prefecture seat or a city of the fibre graph is on the graph",
    )
    rail_corridors: bool = Field(
        False,
        description="count the railways of the data folder as fibre routes; they refine, on average nothing",
    )
    fibre_file: Path | None = Field(
        None, description="own fibre routes (vector file of lines); they stand in for the railways"
    )
    line_detour: float = Field(
        1.2,
        ge=1,
        le=3,
        description="length of a railway or fibre line over the straight line between its cities",
    )
    city_radius_km: float = Field(
        60.0, ge=0, le=300, description="a candidate this near serves the zone's same-city load"
    )
    round_trips_file: Path | None = Field(
        None,
        description="measured round trips (CSV, XLSX, Parquet): site (id or name), zone_id, rtt_ms, source",
    )


def model_pairs(
    start: Array, end: Array, settings: Settings, data: Path | None = None, tables: Path | None = None
) -> pd.DataFrame:
    """Return the modelled latency between places, pair by pair.

    One way: access + equipment + route x 0.0049 ms/km; the round trip is twice that. The route is that of
    `route_km` for the shortest way over the fibre graph, divided by the graph's mean stretch (the detour was
    fitted to great circles) and never below the great circle; off the graph it is that of the great circle.

    Parameters
    ----------
    start, end : array (n, 2)
        Longitude and latitude [degrees]; the result is the same with the ends exchanged.
    settings : Settings
        The model.
    data : Path, optional
        Data folder, for its railways.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    DataFrame
        distance_km (great circle), route_km (light's way), one_way_ms, rtt_ms, rtt_low_ms and rtt_high_ms
        (error band; never faster than light over the great circle), how ("graph" or "great circle").
    """
    first, last = _ordered(np.asarray(start, float), np.asarray(end, float))
    graph = links_graph(settings, data, tables)
    km, path = distance_km(*first.T, *last.T), path_km(graph, first, last)
    known = _known_places(graph, tables)
    on = (known.nearest_km(*first.T) <= settings.graph_reach_km) & (
        known.nearest_km(*last.T) <= settings.graph_reach_km
    )
    way = np.where(on, np.maximum(path / stretch(graph, tables), km), km)
    route = route_km(way, settings)
    rtt = 2 * one_way_ms(route, settings)
    light = 2 * settings.fibre_ms_per_km * km
    return pd.DataFrame(
        {
            "distance_km": km,
            "route_km": route,
            "one_way_ms": rtt / 2,
            "rtt_ms": rtt,
            "rtt_low_ms": np.maximum(rtt * (1 - settings.error_band_share), light),
            "rtt_high_ms": rtt * (1 + settings.error_band_share),
            "how": np.where(on, GRAPH, GREAT_CIRCLE),
        },
        columns=COLUMNS,
    )


def route_km(straight: ArrayLike, settings: Settings) -> Array:
    """Return the light's way [km] for straight kilometres x: detour x + access (1 - exp(-x / access))."""
    x, access = np.asarray(straight, float), max(settings.access_route_km, 1e-9)
    return settings.detour * x - access * np.expm1(-x / access)


def one_way_ms(route: ArrayLike, settings: Settings) -> Array:
    """Return the latency, one way [ms], of routes [km]."""
    ends = settings.access_one_way_ms + settings.equipment_one_way_ms
    return ends + np.asarray(route, float) * settings.fibre_ms_per_km


def links_graph(settings: Settings, data: Path | None, tables: Path | None = None) -> Fibre:
    """Return the graph for latency: cities and links; corridors only where the settings ask for them."""
    if not settings.rail_corridors and settings.fibre_file is None:
        return fibre_graph(tables=tables)
    found = known_corridors(settings, data)
    if found is None:
        raise TableError(
            f"geodata.network.rail_corridors: true needs a data folder (--data) that holds {RAIL}; found none"
        )
    return fibre_graph(found, settings.line_detour, tables)


def known_corridors(settings: Settings, data: Path | None) -> Corridors | None:
    """Return the user's fibre lines, else the railways of the data folder, else None."""
    if settings.fibre_file is not None:
        return own_corridors(settings.fibre_file, "geodata.network.fibre_file")
    return rail_corridors(data)


def _ordered(start: Array, end: Array) -> tuple[Array, Array]:
    """Return the ends of each pair in one order, so that a pair and its reverse give the same bits."""
    turn = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    return np.where(turn[:, None], end, start), np.where(turn[:, None], start, end)


def _known_places(graph: Fibre, tables: Path | None) -> Points:
    """Return the prefecture seats and the cities of the graph."""
    seats, count = builtin("seats", tables), len(graph.cities)
    lon = np.r_[seats["longitude"], graph.longitude[:count]]
    return Points(lon, np.r_[seats["latitude"], graph.latitude[:count]])
