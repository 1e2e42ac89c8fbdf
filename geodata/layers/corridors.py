"""Corridors that fibre follows: railways of the data folder, or the user's own fibre lines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geodata.geometry.distance import distance_km
from geodata.geometry.proximity import Points, along, space_km
from geodata.measured import layer_file
from geodata.readers.vector import read_vector
from geodata.tables import TableError

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

RAIL = "network/rail_corridors_cn/rail_corridors_cn.gpkg"
SNAP_DEG = 0.02  # vertices in one such cell are one point
GAP_KM = 8.0  # loose ends of separate lines this near are joined
UNUSED = ("Not Usable", "Under Construction")


@dataclass(frozen=True)
class Corridors:
    """Points of the corridors, links between them (rows of points), and points at each km along them."""

    points: Points
    start: Indices
    end: Indices
    km: Array
    dense: Points


def rail_corridors(data: Path | None) -> Corridors | None:
    """Return the railways of a data folder; None without the folder or the layer."""
    path = layer_file(data, RAIL)
    if path is None:
        return None
    older, status = _catalogued(path, "rail_dcw", "status")
    fast, _ = _catalogued(path, "hsr_2016_lines", "line_chin")
    return corridors(np.r_[older[~status.isin(UNUSED)], fast])


def _catalogued(path: Path, layer: str, column: str) -> tuple[NDArray[np.object_], pd.Series]:
    """Return the lines of a layer of the data folder, flat, and one column."""
    try:
        found = pyogrio.read_dataframe(path, layer=layer)
        return shapely.force_2d(found.geometry.to_numpy()), found[column]
    except (DataSourceError, DataLayerError, KeyError) as error:
        cause = str(error).splitlines()[0]
        raise TableError(
            f"{path}: not the rail corridors that were expected, layer {layer} with column {column} "
            f"({cause}); get it again, see `siting data verify`"
        ) from None


def own_corridors(path: Path, where: str) -> Corridors:
    """Return the user's fibre lines (any vector file of lines); `where` is the key that names it."""
    return corridors(read_vector(path, where, columns=(), kind="line").geometry.to_numpy())


def corridors(lines: NDArray[np.object_]) -> Corridors:
    """Return lines as a network: vertices within 0.02 degrees are one point, small gaps are closed."""
    xy, line = shapely.get_coordinates(shapely.get_parts(lines), return_index=True)
    _, point = np.unique(np.round(xy / SNAP_DEG).astype(int), axis=0, return_inverse=True)
    point = point.ravel()
    lon, lat = (np.bincount(point, v) / np.bincount(point) for v in xy.T)
    step = np.flatnonzero(line[1:] == line[:-1])
    links = np.sort(np.column_stack([point[step], point[step + 1]]), axis=1)
    links = np.unique(links[links[:, 0] != links[:, 1]], axis=0)
    links = np.vstack([links, _gaps(lon, lat, links)])
    a, b = links.T
    km = distance_km(lon[a], lat[a], lon[b], lat[b])
    return Corridors(Points(lon, lat), a, b, km, along(lines))


def _gaps(lon: Array, lat: Array, links: Indices) -> Indices:
    """Return pairs of points of separate parts of the network that lie within reach of each other."""
    once = np.ones(len(links))
    whole = csr_array((once, tuple(links.T)), shape=(len(lon), len(lon)))
    _, part = connected_components(whole, directed=False)
    near = cKDTree(space_km(lon, lat)).query_pairs(GAP_KM, output_type="ndarray")
    return near[part[near[:, 0]] != part[near[:, 1]]]
