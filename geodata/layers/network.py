"""Latency from candidates to demand zones, by distance or as measured, and distance to the backbone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from geodata.distance import distance_km, nearest_km
from geodata.read import builtin, numbers, read_file
from geodata.tables import TableError

Array = NDArray[np.float64]

WHERE = "geodata.network.round_trips_file"
SLOWEST_MS = 1000.0  # once round the earth and back is faster; the cell is in microseconds
ROUND_TRIP_COLUMNS = ["site", "zone_id", "rtt_ms", "source"]
LINK_COLUMNS = ["distance_km", "one_way_ms", "rtt_ms", "rtt_low_ms", "rtt_high_ms", "measured"]
POSITION_KM = 50.0  # how far the network's real end may lie from the point on the map


class Settings(BaseModel):
    """Latency from distance, and the user's measured round trips."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    access_one_way_ms: float = Field(
        1.0, ge=0, le=20, description="metro networks at both ends, switching and queues, one way [ms]"
    )
    detour: float = Field(2.0, ge=1, le=5, description="length of the light's way over the great circle")
    fibre_ms_per_km: float = Field(0.0049, gt=0.003, lt=0.01, description="light in fibre, one way [ms/km]")
    error_band_share: float = Field(
        0.3,
        ge=0,
        lt=1,
        description="a link may be this much faster or slower; three in four published pairs are within",
    )
    city_radius_km: float = Field(
        60.0, ge=0, le=300, description="a candidate this near serves the zone's same-city load"
    )
    round_trips_file: Path | None = Field(
        None,
        description="measured round trips (CSV, XLSX, Parquet): site (id or name), zone_id, rtt_ms, source",
    )


def measure_links(candidates: pd.DataFrame, zones: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the network distance from each candidate to each zone.

    One way: access + distance x detour x 0.0049 ms/km; the round trip is twice that. A measured round trip
    replaces it and has no band.

    Parameters
    ----------
    candidates : DataFrame
        `site_id`, `longitude`, `latitude`; `name_en` and `name_zh` if measured round trips go by name.
    zones : DataFrame
        `zone_id`, `longitude`, `latitude`.
    settings : Settings
        The distance model and the file of measured pairs.

    Returns
    -------
    DataFrame
        Columns of `geodata.tables.Links`, sorted by site_id and zone_id.

    Raises
    ------
    TableError
        Faults of the file of measured round trips, all at once.
    """
    place = ["longitude", "latitude"]
    pairs = candidates[["site_id", *place]].merge(
        zones[["zone_id", *place]], how="cross", suffixes=("_site", "_zone")
    )
    km = distance_km(*(pairs[f"{c}_{end}"] for end in ("site", "zone") for c in place))
    one_way = one_way_ms(km, settings)
    links = pairs[["site_id", "zone_id"]].assign(
        distance_km=km,
        one_way_ms=one_way,
        rtt_ms=2 * one_way,
        rtt_low_ms=2 * one_way * (1 - settings.error_band_share),
        rtt_high_ms=2 * one_way * (1 + settings.error_band_share),
        measured=False,
    )
    if settings.round_trips_file is not None:
        links = _with_measured(links, candidates, settings)
    return links.sort_values(["site_id", "zone_id"]).reset_index(drop=True)


def one_way_ms(distance_km: Array, settings: Settings) -> Array:
    """Return the modelled latency, one way [ms], for great-circle distances [km]."""
    return settings.access_one_way_ms + distance_km * settings.detour * settings.fibre_ms_per_km


def same_city(links: pd.DataFrame, settings: Settings) -> pd.Series:
    """Return which links stay in one city: a rule of distance, since access alone exceeds 1 ms."""
    return links["distance_km"] <= settings.city_radius_km


def backbone_km(places: pd.DataFrame) -> pd.Series:
    """Return the distance to the nearest backbone point [km], indexed by site_id."""
    return pd.Series(
        nearest_km(places, builtin("backbone_points")), index=places["site_id"], name="backbone_km"
    )


def calibrate(
    distance_km: Array, one_way_ms: Array, fibre_ms_per_km: float = 0.0049
) -> tuple[float, float, float]:
    """Return the access time [ms, one way], the detour and the mean error that fit measured pairs best.

    Searches access 0 to 4 ms and detour 1.1 to 3.2 for the least mean of |ln(model / measured)|, so that
    short and long pairs count alike. Use pairs under 3,000 km: the fit of the whole world has an intercept of
    13 ms.

    Parameters
    ----------
    distance_km : array
        Great-circle distances [km].
    one_way_ms : array
        Measured latency, one way [ms]: half the round trip.
    fibre_ms_per_km : float
        Light in fibre, one way.
    """
    access, detour = np.meshgrid(np.arange(0, 4.01, 0.05), np.arange(1.1, 3.21, 0.02), indexing="ij")
    model = access[..., None] + detour[..., None] * fibre_ms_per_km * np.asarray(distance_km)
    error = np.abs(np.log(model / np.asarray(one_way_ms))).mean(axis=-1)
    best = np.unravel_index(error.argmin(), error.shape)
    return round(float(access[best]), 2), round(float(detour[best]), 2), float(error[best])


def _with_measured(links: pd.DataFrame, candidates: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    found = _round_trips(links, candidates, settings)
    merged = links.merge(found, on=["site_id", "zone_id"], how="left", suffixes=("", "_found"))
    rtt, known = merged["rtt_ms_found"], merged["rtt_ms_found"].notna()
    for column, value in {
        "one_way_ms": rtt / 2,
        "rtt_ms": rtt,
        "rtt_low_ms": rtt,
        "rtt_high_ms": rtt,
    }.items():
        merged[column] = merged[column].mask(known, value)
    return merged.assign(measured=known)[["site_id", "zone_id", *LINK_COLUMNS]]


def _round_trips(links: pd.DataFrame, candidates: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    path = settings.round_trips_file
    assert path is not None
    where = f"{WHERE} ({path})"
    table = read_file(path, WHERE)
    found = [f"missing column {c}" for c in ROUND_TRIP_COLUMNS if c not in table.columns]
    found += [f"unknown column {c}" for c in table.columns if c not in ROUND_TRIP_COLUMNS]
    if found:
        raise TableError(f"{where}: {'; '.join(found)}; expected {', '.join(ROUND_TRIP_COLUMNS)}")
    table = numbers(table, ["rtt_ms"], where)
    table = table.assign(site_id=table["site"].map(_known_names(candidates)))
    with_km = table.merge(links[["site_id", "zone_id", "distance_km"]], on=["site_id", "zone_id"], how="left")
    faults = _faults(with_km, set(links["zone_id"]), settings)
    if faults:
        raise TableError(f"{where}: " + "; ".join(faults))
    return table[["site_id", "zone_id", "rtt_ms"]]


def _known_names(candidates: pd.DataFrame) -> dict[str, str]:
    """Return site ids by id, and by those names that only one candidate has."""
    names: dict[str, str] = {}
    for column in (c for c in ("name_zh", "name_en") if c in candidates.columns):
        single = candidates[~candidates[column].duplicated(keep=False)]
        names.update(zip(single[column], single["site_id"], strict=True))
    return names | {s: s for s in candidates["site_id"]}


def _faults(table: pd.DataFrame, zones: set[str], settings: Settings) -> list[str]:
    least = 2 * settings.fibre_ms_per_km * (table["distance_km"] - POSITION_KM)
    checks = {
        "site that is no id and no name of just one candidate": table["site_id"].isna(),
        "zone_id that is no demand zone": ~table["zone_id"].isin(zones),
        "rtt_ms that is not above 0": ~(table["rtt_ms"] > 0),
        "rtt_ms faster than light in fibre (one-way figure? double it)": table["rtt_ms"] < least,
        f"rtt_ms above {SLOWEST_MS:g}: is it in microseconds?": table["rtt_ms"] > SLOWEST_MS,
        "source missing": table["source"] == "",
        "pair given twice": table.duplicated(["site_id", "zone_id"], keep=False) & table["site_id"].notna(),
    }
    return [
        f"{name} (row {', '.join(str(i + 1) for i in bad.index[bad][:5])})"
        for name, bad in checks.items()
        if bad.any()
    ]
