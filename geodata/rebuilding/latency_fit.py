"""Where the defaults of the latency model come from: fits to measured and published round trips."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.geometry.distance import distance_km
from geodata.layers.corridors import RAIL, rail_corridors
from geodata.layers.fibre import corridor_detours
from geodata.layers.latency import Settings, model_pairs, route_km
from geodata.measured import read_layer_csv
from geodata.read import builtin
from geodata.tables import TableError

Array = NDArray[np.float64]

AZURE = "network/azure_p50/azure_rtt_p50.csv"
AZURE_PLACES = "network/azure_p50/azure_region_coordinates.csv"
IBM_ZONES = "network/ibm_cloud/ibm_inter_zone_rtt.csv.gz"
FARTHEST_KM = 3000.0  # farther pairs cross oceans and continents
MEAN_OF = "hub cluster cities"
DETOURS = np.arange(1.3, 2.2, 0.05)
ACCESS_ROUTES_KM = np.arange(0.0, 1500.1, 50.0)


@dataclass(frozen=True)
class Fit:
    """Fitted terms of the model, before and after rounding to the defaults."""

    equipment_one_way_ms: float
    ends_ibm_one_way_ms: float
    ends_short_one_way_ms: float
    access_one_way_ms: float
    detour: float
    access_route_km: float


def fit(data: Path) -> Fit:
    """Return the terms of the latency model fitted to the data folder, each from its own observations.

    1. Equipment: one zone's round trip (IBM, median), halved, at both ends.
    2. Networks of two cities with equipment: round trip between zones of a city (IBM, median), halved, twice.
    3. Detour and access route: least mean absolute error on Azure pairs within 3,000 km, with 2 held.
    4. The same as 2 from the published mainland pairs under 400 km: median of what the route of 3 leaves.
    5. Access: mean of 2 and 4, less 1, to 0.05 ms.

    Parameters
    ----------
    data : Path
        Data folder.
    """
    same, other = zone_one_way_ms(data)
    azure = azure_pairs(data)
    detour, access_route = fit_route(azure["distance_km"], azure["rtt_ms"], 2 * 2 * other)
    route = Settings(detour=detour, access_route_km=access_route)
    short = published_pairs()
    ends = fit_ends(short[short["use"] == "fit"], route)
    access = (2 * other + ends) / 2 - 2 * same
    return Fit(2 * same, 2 * other, ends, round(access / 0.05) * 0.05, detour, access_route)


def zone_one_way_ms(data: Path) -> tuple[float, float]:
    """Return the median latency within one zone and between zones of a city, one way [ms] (IBM)."""
    table = read_layer_csv(data / IBM_ZONES, ["zone_a", "zone_b", "rtt_avg_ms"])
    within = table["zone_a"] == table["zone_b"]
    return float(table.loc[within, "rtt_avg_ms"].median() / 2), float(
        table.loc[~within, "rtt_avg_ms"].median() / 2
    )


def azure_pairs(data: Path) -> pd.DataFrame:
    """Return region pairs within 3,000 km, both directions as one.

    Columns: source, destination, their longitude and latitude, distance_km, rtt_ms.
    """
    table = read_layer_csv(data / AZURE, ["source", "destination", "rtt_p50_ms"])
    names = np.sort(table[["source", "destination"]].to_numpy(str), axis=1)
    both = table["rtt_p50_ms"].groupby([names[:, 0], names[:, 1]]).mean()
    pairs = both.rename_axis(["source", "destination"]).reset_index(name="rtt_ms")
    places = read_layer_csv(data / AZURE_PLACES, ["region", "longitude", "latitude"])
    for end in ("source", "destination"):
        here = places.rename(
            columns={"region": end, "longitude": f"{end}_longitude", "latitude": f"{end}_latitude"}
        )
        pairs = pairs.merge(here, on=end)
    start, stop = ends_of(pairs, "source", "destination")
    pairs = pairs.assign(distance_km=distance_km(*start.T, *stop.T))
    return pairs[pairs["distance_km"] <= FARTHEST_KM].reset_index(drop=True)


def ends_of(pairs: pd.DataFrame, start: str, end: str) -> tuple[Array, Array]:
    """Return longitude and latitude of both ends of pairs, (n, 2) each: columns `<end>_longitude`, ..."""
    first, last = (pairs[[f"{e}_longitude", f"{e}_latitude"]].to_numpy(float) for e in (start, end))
    return first, last


def published_pairs() -> pd.DataFrame:
    """Return `latency_check` with the ends' coordinates (those of averages over clusters stay empty)."""
    pairs = builtin("latency_check")
    tables = [
        builtin(name).rename(columns={"name_en": "name"}) for name in ("clusters", "fibre_cities", "seats")
    ]
    known = pd.concat(tables)[["name", "longitude", "latitude"]].drop_duplicates("name").set_index("name")
    for end in ("from", "to"):
        here = known.reindex(pairs[f"{end}_name"]).add_prefix(f"{end}_").reset_index(drop=True)
        pairs = pd.concat([pairs, here], axis=1)
    lost = pairs["from_longitude"].isna() & (pairs["from_name"] != MEAN_OF)
    if lost.any():
        raise TableError(f"latency_check: unknown place {', '.join(pairs.loc[lost, 'from_name'])}")
    return pairs


def modelled_rtt_ms(pairs: pd.DataFrame, settings: Settings) -> Array:
    """Return the modelled round trip of published pairs; for averages, the mean over pairs of clusters."""
    mean_of = pairs["from_name"] == MEAN_OF
    found = np.full(len(pairs), np.nan)
    found[~mean_of] = model_pairs(*ends_of(pairs[~mean_of], "from", "to"), settings)["rtt_ms"]
    xy = builtin("clusters")[["longitude", "latitude"]].to_numpy(float)
    a, b = np.array(list(combinations(range(len(xy)), 2))).T
    found[mean_of] = model_pairs(xy[a], xy[b], settings)["rtt_ms"].mean()
    return found


def fit_route(distance_km: pd.Series, rtt_ms: pd.Series, ends_rtt_ms: float) -> tuple[float, float]:
    """Return detour and access route [km] of least mean absolute error, the ends' round trip held [ms]."""
    light = 2 * Settings().fibre_ms_per_km
    error = {}
    for detour, access in ((float(d), float(a)) for d in DETOURS for a in ACCESS_ROUTES_KM):
        route = route_km(distance_km, Settings(detour=detour, access_route_km=access))
        error[detour, access] = np.abs(rtt_ms - ends_rtt_ms - light * route).mean()
    detour, access = min(error, key=lambda key: error[key])
    return round(detour, 2), access


def fit_ends(pairs: pd.DataFrame, settings: Settings) -> float:
    """Return what the light's way leaves of published pairs (median): access and equipment, one way [ms]."""
    model = model_pairs(*ends_of(pairs, "from", "to"), settings)
    left = pairs["one_way_ms"].to_numpy() - settings.fibre_ms_per_km * model["route_km"].to_numpy()
    return float(np.median(left))


def cable_detours() -> pd.Series:
    """Return the published length of each trunk cable over the straight lines between its cities, by name."""
    cities = builtin("fibre_cities").set_index("name")[["longitude", "latitude"]]
    cables = builtin("trunk_cables")
    found = {}
    for cable in cables.itertuples():
        xy = cities.loc[str(cable.via).split(";")].to_numpy(float)
        found[cable.name] = cable.cable_km / distance_km(*xy[:-1].T, *xy[1:].T).sum()
    return pd.Series(found)


def rail_detour(data: Path) -> float:
    """Return the median length along railways over the straight line, between cities that a link joins."""
    lines = rail_corridors(data)
    if lines is None:
        raise TableError(f"{data}: found no rail corridors, expected {RAIL}")
    return float(np.median(corridor_detours(lines)))
