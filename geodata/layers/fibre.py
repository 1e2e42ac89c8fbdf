"""The fibre graph: cities that trunk cables and operators join, corridors between, shortest paths over it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.geometry.distance import distance_km
from geodata.geometry.proximity import Points
from geodata.layers.corridors import Corridors, rail_corridors
from geodata.read import builtin
from geodata.tables import TableError

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

LEGS = 4  # graph points that a place may reach straight
JOIN_KM = 50.0  # a city this near a corridor is on it
NEIGHBOURS_KM = 800.0  # cities so near are joined by a line of their own
BATCH = 256  # rows of path lengths held at a time


@dataclass(frozen=True)
class Fibre:
    """Points of the graph, cities first, and its links as straight kilometres."""

    longitude: Array
    latitude: Array
    cities: list[str]
    links: csr_array
    corridor: Points | None = None


def fibre_graph(
    corridors: Corridors | None = None, line_detour: float = 1.2, tables: Path | None = None
) -> Fibre:
    """Return the graph of `fibre_cities` and `fibre_links`, with corridors if given.

    Parameters
    ----------
    corridors : Corridors, optional
        Lines that fibre follows; each kilometre counts as 1 / `line_detour` straight ones.
    line_detour : float
        Length along a corridor over the straight line between the cities that it joins.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Raises
    ------
    TableError
        A link that names a city which the table of cities does not hold.
    """
    cities, links = builtin("fibre_cities", tables), builtin("fibre_links", tables)
    lost = sorted({*links["from_name"], *links["to_name"]} - set(cities["name"]))
    if lost:
        raise TableError(f"fibre_links: found the city {', '.join(lost)}, which fibre_cities does not hold")
    row = {name: i for i, name in enumerate(cities["name"])}
    lon, lat = (cities[c].to_numpy(float) for c in ("longitude", "latitude"))
    a, b = (links[c].map(row).to_numpy() for c in ("from_name", "to_name"))
    km = distance_km(lon[a], lat[a], lon[b], lat[b])
    graph = Fibre(lon, lat, list(cities["name"]), _links(a, b, km, len(cities)))
    return graph if corridors is None else _joined(graph, corridors, line_detour)


def fibre_points(data: Path | None = None) -> Points:
    """Return the points of the graph, for distances to it: cities, and the railways of `data` at each km."""
    return graph_points(rail_corridors(data))


def graph_points(corridors: Corridors | None, tables: Path | None = None) -> Points:
    """Return the cities of the graph and the points along corridors, at most 1 km apart."""
    cities = builtin("fibre_cities", tables)
    lon, lat = cities["longitude"], cities["latitude"]
    if corridors is None:
        return Points(lon, lat)
    return Points(np.r_[lon, corridors.dense.longitude], np.r_[lat, corridors.dense.latitude])


def path_km(graph: Fibre, start: Array, end: Array) -> Array:
    """Return the shortest way over the graph between places, pair by pair [km of straight links].

    A place reaches each of the four nearest cities, and the nearest corridor, by a straight leg. Two places
    nearer to each other than their nearest graph points are together are joined straight.

    Parameters
    ----------
    graph : Fibre
        Result of `fibre_graph`.
    start, end : array (n, 2)
        Longitude and latitude [degrees].
    """
    places, pair = np.unique(np.vstack([start, end]), axis=0, return_inverse=True)
    a, b = np.split(pair.ravel(), 2)
    node, leg = _legs(graph, places)
    between = _between(graph, np.unique(node[b]), np.unique(node[a]))
    to, of = np.searchsorted(np.unique(node[b]), node[b]), np.searchsorted(np.unique(node[a]), node[a])
    way = leg[a][:, :, None] + between[to[:, None, :], of[:, :, None]] + leg[b][:, None, :]
    straight = distance_km(*start.T, *end.T)
    local = straight < leg[a].min(axis=1) + leg[b].min(axis=1)
    return np.where(local, straight, np.maximum(way.min(axis=(1, 2)), straight))


def nearest_over(graph: Fibre, places: Array, goals: Array) -> tuple[Indices, Array]:
    """Return for each place the row of the nearest goal over the graph, and the way [km]."""
    a, b = (v.ravel() for v in np.indices((len(places), len(goals))))
    km = path_km(graph, places[a], goals[b]).reshape(len(places), len(goals))
    return km.argmin(axis=1), km.min(axis=1)


def stretch(graph: Fibre, tables: Path | None = None) -> float:
    """Return the ways over the graph between provincial capitals, summed, over their distances, summed.

    1 where the graph holds fewer than two of them.
    """
    capitals = set(builtin("provinces", tables)["capital"])
    rows = [i for i, name in enumerate(graph.cities) if name in capitals]
    if len(rows) < 2:
        return 1.0
    xy = np.column_stack([graph.longitude, graph.latitude])
    a, b = np.array(list(combinations(rows, 2))).T
    return float(path_km(graph, xy[a], xy[b]).sum() / distance_km(*xy[a].T, *xy[b].T).sum())


def corridor_detours(corridors: Corridors) -> Array:
    """Return, for each link under 800 km, the length along corridors over the straight line."""
    graph = fibre_graph()
    links, every = graph.links.tocoo(), np.arange(len(graph.cities))
    bare = _joined(replace(graph, links=csr_array(links.shape)), corridors, 1.0)
    detour = _between(bare, every, every)[links.coords] / links.data
    return detour[links.data < NEIGHBOURS_KM]


def _links(a: Indices, b: Indices, km: Array, count: int) -> csr_array:
    return csr_array((np.maximum(km, 1e-6), (a, b)), shape=(count, count))


def _joined(graph: Fibre, corridors: Corridors, line_detour: float) -> Fibre:
    """Return the graph with the corridors' points behind its cities, and cities joined to those near by."""
    first = len(graph.cities)
    row, km = corridors.points.nearest(graph.longitude, graph.latitude)
    city = np.flatnonzero(km <= JOIN_KM)
    own = graph.links.tocoo()
    a = np.r_[own.coords[0], corridors.start + first, city]
    b = np.r_[own.coords[1], corridors.end + first, row[city] + first]
    length = np.r_[own.data, corridors.km / line_detour, km[city]]
    lon = np.r_[graph.longitude, corridors.points.longitude]
    lat = np.r_[graph.latitude, corridors.points.latitude]
    links = _links(a, b, length, len(lon))
    return replace(graph, longitude=lon, latitude=lat, links=links, corridor=corridors.points)


def _legs(graph: Fibre, places: Array) -> tuple[Indices, Array]:
    """Return for each place the graph points that it reaches straight, and how far they are [km]."""
    count = len(graph.cities)
    a, city = (v.ravel() for v in np.indices((len(places), count)))
    lon, lat = places[a].T
    km = distance_km(lon, lat, graph.longitude[city], graph.latitude[city]).reshape(-1, count)
    node = np.argsort(km, axis=1, kind="stable")[:, :LEGS]
    leg = np.take_along_axis(km, node, axis=1)
    if graph.corridor is None:
        return node, leg
    row, far = graph.corridor.nearest(*places.T)
    return np.column_stack([node, row + count]), np.column_stack([leg, far])


def _between(graph: Fibre, start: Indices, end: Indices) -> Array:
    """Return the shortest ways over the links from each of `start` to each of `end` [km]."""
    parts = [start[i : i + BATCH] for i in range(0, len(start), BATCH)]
    empty = np.empty((0, len(end)))
    return np.vstack(
        [empty, *(dijkstra(graph.links, directed=False, indices=part)[:, end] for part in parts)]
    )
