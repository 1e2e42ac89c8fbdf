"""The power grid around: substations, ends and routes of the highest voltages, large plants, campuses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from geodata.geometry.proximity import Points
from geodata.layers.campuses import built_in_campuses, campus_columns, campus_figures
from geodata.layers.own_substations import COLUMNS, LOWEST_KV, own_substations
from geodata.layers.plants import plant_columns, plant_figures
from geodata.layers.uhv import uhv_columns, uhv_figures
from geodata.measured import Measured, figure, layer_file, measured, missing, read_layer_csv
from geodata.read import numbers
from geodata.schemas.layers import PowerGrid
from geodata.tables import TableError

FOLDER = "power/grid-osm-substations-2025"
TAGGED_FILE = f"{FOLDER}/substations_220kv_up.csv.gz"
UNTAGGED_FILE = f"{FOLDER}/substations_unknown_voltage_1ha_up.csv.gz"
COVERAGE_FILE = f"{FOLDER}/coverage_by_province.csv"
VINTAGE = "2025-02-06"
COVERAGE_SOURCE = "coal plants of 1 GW or more (Global Energy Monitor, CC BY 4.0) against the substations"
COVERAGE_NOTE = "share of those plants with a substation of 220 kV or more within 5 km"
UNTAGGED_NOTE = "; voltage not known, counted by its size (fence of 2 ha or more)"
SURE = ("good", "fair", "own")
FIRST = ("substation_km", "substation_kv")
HIGHER_KV = (330, 500, 750)
UNITS = {"substation_km": "km", "substation_kv": "kV", "substation_coverage": "grade"}
UNITS |= {"substation_tagged_km": "km"}
UNITS |= {f"substation_{kv}kv_km": "km" for kv in HIGHER_KV}
EXTRACT = "OpenStreetMap contributors (ODbL 1.0), areas tagged power=substation"


class Settings(BaseModel):
    """What counts as a substation, and the user's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    substations_file: Path | None = Field(
        None,
        description="own substations (CSV, XLSX, GeoJSON, GeoPackage, GeoParquet): longitude, latitude, "
        "max_kv, name; they replace the extract",
    )
    substations_columns: dict[str, str] = Field(
        {}, description="names of these columns in that file where they differ, as max_kv: voltage"
    )
    substations_layer: str = Field("", description="layer of that file, if it has several")
    untagged_area_min_ha: float = Field(
        2.0,
        ge=1,
        description="fence from which a substation without voltage counts as one of 220 kV or more [ha]",
    )
    untagged_gap_km: float = Field(
        30.0,
        ge=0,
        description="in provinces of good or fair coverage one without voltage counts only where none with "
        "voltage is as near as this [km]",
    )


def substations(settings: Settings, data: Path | None, tables: Path | None = None) -> pd.DataFrame:
    """Return the substations of 220 kV and more, with those of unknown voltage that are as large.

    Parameters
    ----------
    settings : Settings
        The user's file, which replaces the extract, and what counts of those without voltage.
    data : Path, optional
        Data folder.

    Returns
    -------
    DataFrame
        longitude, latitude [degrees, WGS 84], max_kv [kV; NaN: not known], name, province, tagged (the
        voltage is known), source. No rows where there is neither a file nor the extract.

    Raises
    ------
    TableError
        A file that is there but not usable.

    Notes
    -----
    Without voltage count fences of 2 ha or more (78 to 100 % of those with voltage and 2 to 3 ha have 220 kV
    or more): all of a province whose coverage is not good or fair, elsewhere those more than 30 km from any
    with voltage, since there the tag is missing and not the station.
    """
    if settings.substations_file is not None:
        return own_substations(
            settings.substations_file, settings.substations_columns, settings.substations_layer, tables
        )
    tagged, untagged = layer_file(data, TAGGED_FILE), layer_file(data, UNTAGGED_FILE)
    if tagged is None:
        kinds = ["float64", "float64", "float64", "str", "str", "bool", "str"]
        return pd.DataFrame({c: pd.Series(dtype=k) for c, k in zip(COLUMNS, kinds, strict=True)})
    known = _extract(tagged, ["max_kv"])
    known = known[known["max_kv"] >= LOWEST_KV].assign(tagged=True)
    if untagged is None:
        return known[COLUMNS].reset_index(drop=True)
    rest = _extract(untagged, ["area_ha"])
    rest = rest[rest["area_ha"] >= settings.untagged_area_min_ha].assign(tagged=False, max_kv=float("nan"))
    sure = rest["province"].map(coverage(data)).isin(["good", "fair"])
    far = Points(known["longitude"], known["latitude"]).nearest_km(rest["longitude"], rest["latitude"])
    counted = rest[~sure | (far > settings.untagged_gap_km)]
    return pd.concat([known, counted], ignore_index=True)[COLUMNS]


def _extract(path: Path, numeric: list[str]) -> pd.DataFrame:
    table = read_layer_csv(path, ["lon", "lat", *numeric, "name", "province"])
    table = numbers(table, ["lon", "lat", *numeric], str(path)).rename(
        columns={"lon": "longitude", "lat": "latitude"}
    )
    empty = table[["longitude", "latitude", *numeric]].isna().any(axis=1)
    if empty.any():
        raise TableError(f"{path}: {int(empty.sum())} rows lack a number; see `siting data verify`")
    text = table[["name", "province"]].fillna("").astype("str")
    return table.assign(name=text["name"], province=text["province"], source=EXTRACT)


def coverage(data: Path | None) -> pd.Series:
    """Return how complete the extract is, by province: good, fair, tags missing, poor, not testable.

    By the share of coal plants of 1 GW or more that have a substation of 220 kV or more within 5 km: good
    from 0.8, fair from 0.6; tags missing: with those of unknown voltage from 0.6; else poor. Under two
    plants: not testable.
    """
    path = layer_file(data, COVERAGE_FILE)
    if path is None:
        return pd.Series(dtype="str")
    names = ["coal_1gw_plants", "share_with_tagged_220kv_5km", "share_with_tagged_or_unknown_5km"]
    table = numbers(read_layer_csv(path, ["province", *names]), names, str(path)).set_index("province")
    plants, tagged, either = (table[c] for c in names)
    grade = pd.Series("poor", index=table.index, dtype="str")
    grade = grade.mask(either >= 0.6, "tags missing").mask(tagged >= 0.6, "fair").mask(tagged >= 0.8, "good")
    return grade.mask((plants < 2) | tagged.isna(), "not testable")


def measure_power_grid(
    places: pd.DataFrame,
    settings: Settings,
    data: Path | None,
    campuses: pd.DataFrame | None = None,
    tables: Path | None = None,
) -> Measured:
    """Return the power grid around each place.

    Parameters
    ----------
    places : DataFrame
        site_id, province, longitude, latitude.
    settings : Settings
        Substations.
    data : Path, optional
        Data folder. Without one: the user's substations, the built-in ends of lines, campuses.
    campuses : DataFrame, optional
        Result of `geodata.places.list_campuses`; none: the built-in ones.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    Measured
        `geodata.schemas.layers.PowerGrid`, index site_id: distances on the ellipsoid [km], power [GW, MW].

    Raises
    ------
    TableError
        A file that is there but not usable.
    """
    stations = substations(settings, data, tables)
    near = _nearest(places, stations)
    grade = _grades(places, settings, stations, data)
    columns = near | {"substation_coverage": grade.to_numpy()}
    columns |= uhv_columns(places, data, tables) | plant_columns(places, data)
    known = campus_columns(places, built_in_campuses(tables) if campuses is None else campuses)
    rows = _substation_figures(places, settings, near, grade) + uhv_figures(places, data, tables)
    rows += plant_figures(data) + campus_figures(places, known)
    return measured(places, columns | known, rows, PowerGrid)


def _nearest(places: pd.DataFrame, stations: pd.DataFrame) -> dict[str, object]:
    lon, lat = places["longitude"].to_numpy(), places["latitude"].to_numpy()
    row, km = Points(stations["longitude"], stations["latitude"]).nearest(lon, lat)
    voltage = stations["max_kv"].to_numpy()[row] if len(stations) else np.full(len(places), np.nan)
    tagged = stations[stations["tagged"]]
    columns: dict[str, object] = {
        "substation_km": km,
        "substation_kv": voltage,
        "substation_tagged_km": Points(tagged["longitude"], tagged["latitude"]).nearest_km(lon, lat),
    }
    for kv in HIGHER_KV:
        high = stations[stations["max_kv"] >= kv]
        columns[f"substation_{kv}kv_km"] = Points(high["longitude"], high["latitude"]).nearest_km(lon, lat)
    return columns


def _grades(places: pd.DataFrame, settings: Settings, stations: pd.DataFrame, data: Path | None) -> pd.Series:
    """Return how complete the substations are around each place, index site_id."""
    if stations.empty:
        grade = pd.Series("", index=places.index)
    elif settings.substations_file is not None:
        grade = pd.Series("own", index=places.index)
    else:
        grade = places["province"].map(coverage(data)).fillna("not testable")
    return grade.astype("str").set_axis(places["site_id"])


def _substation_figures(
    places: pd.DataFrame, settings: Settings, near: dict[str, object], grade: pd.Series
) -> list[dict[str, str]]:
    if (grade == "").all():
        return missing([*near, "substation_coverage"], f"no layer of substations ({FOLDER})")
    if settings.substations_file is not None:
        note = "completeness is the user's"
        return [
            figure(c, UNITS[c], "user's table", "not stated", "medium", note)
            for c in [*near, "substation_coverage"]
        ]
    rows = [figure(c, UNITS[c], EXTRACT, VINTAGE, "medium", "coverage good or fair") for c in near]
    rows.append(figure("substation_coverage", "grade", COVERAGE_SOURCE, VINTAGE, "medium", COVERAGE_NOTE))
    untagged = np.isnan(np.asarray(near["substation_kv"]))
    for site, found, unknown in zip(grade.index, grade, untagged, strict=True):
        weak = found not in SURE
        note = f"coverage of the province: {found}" + ("; may lie nearer" if weak else "")
        rows += [
            figure(
                c,
                UNITS[c],
                EXTRACT,
                VINTAGE,
                "missing" if unknown and c == "substation_kv" else "low",
                note + (UNTAGGED_NOTE if unknown and c in FIRST else ""),
                site,
            )
            for c in near
            if weak or (unknown and c in FIRST)
        ]
    return rows
