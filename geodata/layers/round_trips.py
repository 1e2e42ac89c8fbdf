"""The user's measured round trips, which replace the modelled ones."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from geodata.layers.latency import Settings
from geodata.read import numbers, read_file
from geodata.tables import TableError

WHERE = "geodata.network.round_trips_file"
SLOWEST_MS = 1000.0  # once round the earth and back is faster; the cell is in microseconds
COLUMNS = ["site", "zone_id", "rtt_ms", "source"]
POSITION_KM = 50.0  # how far the network's real end may lie from the point on the map


def with_measured(links: pd.DataFrame, candidates: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the links with the round trips of `settings.round_trips_file` in place of modelled ones.

    Parameters
    ----------
    links : DataFrame
        Result of `geodata.layers.network.measure_links` without the file.
    candidates : DataFrame
        `site_id`; `name_en` and `name_zh` if the file goes by name.
    settings : Settings
        Names the file.

    Raises
    ------
    TableError
        Faults of the file, all at once.
    """
    if settings.round_trips_file is None:
        return links
    found = _round_trips(settings.round_trips_file, links, candidates, settings)
    merged = links.merge(found, on=["site_id", "zone_id"], how="left", suffixes=("", "_found"))
    rtt, known = merged["rtt_ms_found"], merged["rtt_ms_found"].notna()
    new = {"one_way_ms": rtt / 2, "rtt_ms": rtt, "rtt_low_ms": rtt, "rtt_high_ms": rtt}
    replaced = {column: merged[column].mask(known, value) for column, value in new.items()}
    return merged.assign(**replaced, measured=known)[list(links.columns)]


def _round_trips(
    path: Path, links: pd.DataFrame, candidates: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    where = f"{WHERE} ({path})"
    table = read_file(path, WHERE)
    found = [f"missing column {c}" for c in COLUMNS if c not in table.columns]
    found += [f"unknown column {c}" for c in table.columns if c not in COLUMNS]
    if found:
        raise TableError(f"{where}: {'; '.join(found)}; expected {', '.join(COLUMNS)}")
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
