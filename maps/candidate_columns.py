"""The columns that a candidate map can show: numbers by group, and classes such as province or grade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

import pandas as pd

from geodata.tables import Survey, TableError
from maps import names
from maps.style import unit_of
from maps.texts import Language, named, texts

GROUPS: dict[str, tuple[str, ...]] = {
    "place": (
        "score_share", "elevation_m", "existing_it_mw", "it_max_mw", "block_km2", "room_km", "campus_km",
        "campuses_50km_count", "campuses_50km_mw", "planned_campuses_50km_count", "planned_campuses_50km_mw",
    ),
    "price": (
        "energy_price_posted_cny_per_mwh", "demand_charge_posted_cny_per_mw_month",
        "price_negotiated_cny_per_mwh", "energy_price_spot_cny_per_mwh", "direct_charge_cny_per_mwh",
        "export_price_cny_per_mwh", "land_price_cny_per_m2", "labour_cny_per_year", "water_price_cny_per_m3",
    ),
    "grid": (
        "site_headroom_mw", "substation_km", "substation_330kv_km", "substation_500kv_km",
        "substation_750kv_km", "substation_tagged_km", "substation_kv", "grid_km", "uhv_terminal_km",
        "uhv_line_km", "plant_1gw_km", "emission_average_tco2_per_mwh", "emission_marginal_tco2_per_mwh",
        "coal_100km_gw", "gas_100km_gw", "hydro_100km_gw", "nuclear_100km_gw", "wind_100km_gw",
        "solar_100km_gw",
    ),
    "renewables": (
        "ghi_kwh_per_m2", "wind_speed_100m_m_per_s", "solar_capacity_factor", "wind_capacity_factor",
        "solar_potential_50km_mw", "wind_potential_50km_mw", "solar_curtailment_share",
        "wind_curtailment_share", "ghi_station_km",
    ),
    "climate": (
        "pue_mean", "temperature_mean_c", "temperature_hot_c", "wet_bulb_hot_c", "wet_bulb_p99_c",
        "free_cooling_h", "dry_above_27c_h", "dry_above_32c_h", "climate_station_km", "temperature_check_c",
        "wet_bulb_check_c",
    ),
    "network": ("backbone_km", "backbone_route_km", "fibre_km", "rail_km"),
    "water": (
        "river_km", "lake_km", "province_water_use_share", "basin_water_use_share",
        "prefecture_water_use_m3", "water_quota_m3", "aqueduct_stress_share", "aqueduct_stress_score",
    ),
    "land": (
        "relief_m", "tree_cover_share", "population_20km_persons", "fault_km", "earthquakes_100km_count",
        "earthquake_100km_magnitude", "flood_depth_m", "ground_acceleration_g", "protected_area_km",
    ),
}  # fmt: skip
HIGHER = {
    "score_share", "it_max_mw", "block_km2", "room_km", "export_price_cny_per_mwh", "site_headroom_mw",
    "substation_kv", "hydro_100km_gw", "nuclear_100km_gw", "wind_100km_gw", "solar_100km_gw",
    "ghi_kwh_per_m2", "wind_speed_100m_m_per_s", "solar_capacity_factor", "wind_capacity_factor",
    "solar_potential_50km_mw", "wind_potential_50km_mw", "free_cooling_h", "fault_km", "protected_area_km",
    "water_quota_m3",
}  # fmt: skip
CLASSED = (
    "grade", "confidence", "kind", "province", "side", "hub_province", "cluster_id", "tariff_zone", "basin",
    "land_cover", "substation_coverage",
)  # fmt: skip
ORDER = {"grade": ("A", "B", "C", "D", "E"), "confidence": ("high", "medium", "low")}
_PLACE = ("longitude", "latitude")


@dataclass(frozen=True)
class Column:
    """A column of numbers: its wording, and one value a candidate, NaN where not known."""

    key: str
    label: str
    unit: str
    group: str
    better: Literal["lower", "higher"]
    values: pd.Series


@dataclass(frozen=True)
class Classed:
    """A column of classes: wording of each class by its value, and one value a candidate, "" for none."""

    key: str
    label: str
    wording: dict[str, str]
    ordered: bool
    values: pd.Series


def places(survey: Survey) -> pd.DataFrame:
    """Return candidates, attributes, cell scores and the best PUE side by side, from north to south.

    A column that two tables hold is taken from the first of them: a cell's score rests on figures of its own.
    """
    best = survey.cooling.groupby("site_id", as_index=False)["pue_mean"].min()
    table = survey.candidates
    for other in (survey.attributes, survey.cells, best):
        new = other.columns.difference(table.columns, sort=False)
        table = table.merge(other[["site_id", *new]], on="site_id", how="left")
    return table.sort_values(["latitude", "longitude"], ascending=[False, True], ignore_index=True)


def numbers(table: pd.DataFrame, words: Mapping[str, str]) -> list[Column]:
    """Return every column of numbers in which some candidate has a value, by group.

    Parameters
    ----------
    table : DataFrame
        Result of `places`.
    words : Mapping
        The texts of the page's language.
    """
    listed = {key: group for group, keys in GROUPS.items() for key in keys}
    others = {str(key): "other" for key in table.select_dtypes("number") if key not in listed}
    return [
        Column(key, label(key, words), unit(key, words), group, _better(key), table[key].astype(float))
        for key, group in (listed | others).items()
        if key in table and key not in _PLACE and table[key].notna().any()
    ]


def listed(survey: Survey, table: pd.DataFrame, language: Language) -> list[Classed | Column]:
    """Return every column that a map of the survey can show: those of classes, then those of numbers."""
    words = texts(language)
    return [*classes(survey, table, language, words), *numbers(table, words)]


def chosen(columns: Sequence[Classed | Column], key: str, table: pd.DataFrame) -> str:
    """Return the key of a column if the map can show it.

    Raises
    ------
    TableError
        There is none of that name, or it is empty; the message lists those there are, and near names.
    """
    known = [column.key for column in columns]
    if key in known:
        return key
    if key in table.select_dtypes("number"):
        raise TableError(f"map column {key!r}: no candidate of this survey has a value in it; choose another")
    near = get_close_matches(key, known)
    tail = f"; did you mean {' or '.join(near)}?" if near else ""
    raise TableError(f"map column {key!r} is not one of this survey's: {', '.join(known)}{tail}")


def _better(key: str) -> Literal["lower", "higher"]:
    return "higher" if key in HIGHER else "lower"


def label(key: str, words: Mapping[str, str]) -> str:
    """Return the wording of a column; its name without underscores where it has none."""
    return words.get(f"cmap.column.{key}") or named(words, "column", key)


def unit(key: str, words: Mapping[str, str]) -> str:
    """Return the unit that a column's name ends with, in words, or nothing."""
    own = [w.removeprefix("cmap.unit.") for w in words if w.startswith("cmap.unit.")]
    found = max((each for each in own if key.endswith(f"_{each}")), key=len, default="")
    return words[f"cmap.unit.{found}"] if found else unit_of(key, words)


def classes(
    survey: Survey, table: pd.DataFrame, language: Language, words: Mapping[str, str]
) -> list[Classed]:
    """Return every column of classes that some candidate has a value of.

    Parameters
    ----------
    survey : Survey
        For the names of provinces, hubs and clusters.
    table : DataFrame
        Result of `places`.
    language : str
        ``en`` or ``zh``.
    words : Mapping
        The texts of that language.
    """
    own = names.zone_names(survey, language) | dict(
        zip(survey.places["place_id"], survey.places[f"name_{language}"], strict=True)
    )
    found = []
    for key in CLASSED:
        values = table[key].fillna("") if key in table else pd.Series("", index=table.index)
        if (values != "").any():
            wording = {str(v): _class_name(key, str(v), own, words) for v in _sorted(key, values)}
            found.append(Classed(key, label(key, words), wording, key in ORDER, values))
    return found


def _sorted(key: str, values: pd.Series) -> list[str]:
    """Return the classes in their order, else the most frequent first."""
    known = values[values != ""].value_counts()
    order = ORDER.get(key)
    return [c for c in order if c in known.index] if order else list(known.index)


def _class_name(key: str, value: str, own: Mapping[str, str], words: Mapping[str, str]) -> str:
    if key == "kind":
        return words[f"kind_of_place.{value}"]
    if key == "confidence":
        return words[f"cmap.ui.confidence_{value}"]
    if key in ("province", "hub_province", "cluster_id", "tariff_zone"):
        return own.get(value, value)
    return named(words, f"cmap.{key}", value)
