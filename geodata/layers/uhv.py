"""Ultra-high-voltage lines: nearest end and nearest route."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.by_place import told
from geodata.geometry.projections import GEOD
from geodata.geometry.proximity import Points, along
from geodata.measured import figure, layer_file, read_layer_csv
from geodata.read import builtin, numbers
from geodata.tables import TableError

ROUTES_FILE = "power/grid-uhv-routes/uhv_line_points.csv"
UHV_KV = 800.0
STEP_KM = 25.0
OWN_SOURCE = "built-in list of lines (builtin/uhv_lines.csv): NDRC line tariffs, State Grid, press"
UNSOURCED_NOTE = "the nearest end is common knowledge, no source retrieved; 5-10 km exact"
ROUTES_SOURCE = "rongwang-fudan/PV-Wind-China (MIT), 39 lines of 2023-01, and built-in list of lines"


def operating_lines(tables: Path | None = None) -> pd.DataFrame:
    """Return the built-in lines of 800 kV and more that operate (`builtin/uhv_lines.csv`)."""
    lines = builtin("uhv_lines", tables)
    return lines[(lines["voltage_kv"] >= UHV_KV) & (lines["status"] == "operating")].reset_index(drop=True)


def terminals(tables: Path | None = None) -> Points:
    """Return both ends of every operating line."""
    lines = operating_lines(tables)
    lon, lat = (
        pd.concat([lines[f"{end}_{axis}"] for end in ("from", "to")]) for axis in ("longitude", "latitude")
    )
    return Points(lon, lat)


def unsourced_ends(places: pd.DataFrame, tables: Path | None = None) -> NDArray[np.bool_]:
    """Return whether the nearest end of a line rests on common knowledge alone, in the order of `places`."""
    lines = operating_lines(tables)
    known = ~lines["source"].str.startswith("unsourced") | lines["note"].str.contains("terminals from")
    row = terminals(tables).nearest(places["longitude"], places["latitude"])[0]
    return ~np.tile(known.to_numpy(), 2)[row]


def uhv_columns(places: pd.DataFrame, data: Path | None, tables: Path | None = None) -> dict[str, object]:
    """Return uhv_terminal_km and uhv_line_km, in the order of `places`.

    Routes are those of the data folder and, for lines since, the shortest way between the built-in ends.
    """
    lon, lat = places["longitude"].to_numpy(), places["latitude"].to_numpy()
    lines = [*straight_routes(tables), *mapped_routes(data)]
    return {
        "uhv_terminal_km": terminals(tables).nearest_km(lon, lat),
        "uhv_line_km": along(np.array(lines, dtype=object)).nearest_km(lon, lat),
    }


def straight_routes(tables: Path | None = None) -> list[shapely.LineString]:
    """Return the shortest way on the ellipsoid between the ends of every operating line."""
    lines = operating_lines(tables)
    ends = lines[["from_longitude", "from_latitude", "to_longitude", "to_latitude"]].to_numpy(float)
    return [_shortest(row.reshape(2, 2)) for row in ends]


def mapped_routes(data: Path | None) -> list[shapely.LineString]:
    """Return the routes of the data folder, none where it has none; between their points the shortest way.

    Raises
    ------
    TableError
        The file is not usable.
    """
    path = layer_file(data, ROUTES_FILE)
    if path is None:
        return []
    columns = ["line_id", "sequence", "longitude", "latitude"]
    points = numbers(read_layer_csv(path, columns), columns, str(path))
    sizes = points.groupby("line_id").size()
    if points.isna().any(axis=None) or points.empty or (sizes < 2).any():
        raise TableError(
            f"{path}: found points without place or lines of one point; see `siting data verify`"
        )
    groups = points.sort_values(["line_id", "sequence"]).groupby("line_id")
    return [_shortest(line[["longitude", "latitude"]].to_numpy()) for _, line in groups]


def _shortest(points: np.ndarray) -> shapely.LineString:
    """Return the line through `points`, with others on the shortest way between them."""
    path = [tuple(points[0])]
    for (lon1, lat1), (lon2, lat2) in pairwise(points):
        count = int(GEOD.inv(lon1, lat1, lon2, lat2)[2] / 1000 / STEP_KM)
        path += [*GEOD.npts(lon1, lat1, lon2, lat2, count), (lon2, lat2)] if count else [(lon2, lat2)]
    return shapely.LineString(path)


def uhv_figures(places: pd.DataFrame, data: Path | None, tables: Path | None = None) -> list[dict[str, str]]:
    """Return where the two columns come from."""
    mapped = layer_file(data, ROUTES_FILE) is not None
    note = "converter stations and bays taken as 5-10 km exact; operating lines of 800 kV and more"
    line_note = (
        "shortest way between mapped points 0.1 to 0.5 degrees exact, some lines by their ends only"
        if mapped
        else "shortest way between the ends, no mapped routes (power/grid-uhv-routes)"
    )
    source = ROUTES_SOURCE if mapped else OWN_SOURCE
    terminal = figure("uhv_terminal_km", "km", OWN_SOURCE, "2026-11", "medium", note)
    weak = (unsourced_ends(places, tables), "low", UNSOURCED_NOTE)
    return [
        *told(terminal, places["site_id"], [weak]),
        figure(
            "uhv_line_km",
            "km",
            source,
            "2023-01 and 2026-11" if mapped else "2026-11",
            "low",
            line_note,
            "",
            "uhv_terminal_km",
        ),
    ]
