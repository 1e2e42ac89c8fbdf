"""Power plants around: nearest operating one of 1 GW, and power by fuel within 100 km."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from geodata.geometry.proximity import Points
from geodata.measured import figure, layer_file, missing, read_layer_csv
from geodata.read import numbers
from geodata.tables import TableError

LARGE_MW = 1000.0
AROUND_KM = 100.0
TWIN_KM = 5.0
OPERATING = {"Status": "operating", "Country": "China"}


@dataclass(frozen=True)
class Layer:
    """A file of plants: names of its columns, the rows that count, and what it is worth."""

    path: str
    where: dict[str, str]
    source: str
    vintage: str
    confidence: str
    note: str
    plant: str = "GEM location ID"
    power: str = "Capacity (MW)"
    longitude: str = "Longitude"
    latitude: str = "Latitude"


LAYERS = {
    "coal": Layer(
        "power/plants-gem-2023/coal_units_china.csv.gz",
        OPERATING,
        "Global Energy Monitor, Global Coal Plant Tracker (CC BY 4.0)",
        "2023-07",
        "medium",
        "operating units; nine of ten positions exact; plants opened since are missing",
    ),
    "gas": Layer(
        "power/plants-wri-raw/wri_china_raw.csv.gz",
        {"Fuel": "Natural Gas"},
        "World Resources Institute, Global Power Plant Database, raw list (CC BY 4.0 as released)",
        "2018",
        "low",
        "old; of plants less than 5 km apart the largest counts, since the lists overlap; with Hong Kong",
        plant="Power Plant ID",
    ),
    "hydro": Layer(
        "power/plants-gem-2023/hydro_projects_china.csv.gz",
        {"Status": "operating", "Country 1": "China"},
        "Global Energy Monitor, Global Hydropower Tracker (CC BY 4.0)",
        "2023-05",
        "medium",
        "operating projects of 75 MW or more, pumped storage among them; one of three positions exact",
        power="Country 1 Capacity (MW)",
    ),
    "nuclear": Layer(
        "power/plants-gem-2023/nuclear_units_china.csv.gz",
        OPERATING,
        "Global Energy Monitor, Global Nuclear Power Tracker (CC BY 4.0)",
        "2023-10",
        "high",
        "operating units; those opened since are missing",
    ),
    "wind": Layer(
        "power/plants-gem-2023/wind_phases_china.csv.gz",
        OPERATING,
        "Global Energy Monitor, Global Wind Power Tracker (CC BY 4.0)",
        "2023-05",
        "low",
        "operating phases of 10 MW or more: 310 GW, about half of what stands at the end of 2025; two of "
        "five positions exact",
    ),
    "solar": Layer(
        "power/plants-wri-raw/wiki_solar_china_2019.csv.gz",
        {"country": "CHN"},
        "Wiki-Solar, as in the raw files of the Global Power Plant Database (WRI)",
        "2019",
        "low",
        "a lower bound: 51.8 of the 609 GW installed at the end of 2023; power of modules (DC)",
        plant="id",
        power="capacity",
        longitude="lon",
        latitude="lat",
    ),
}

LARGE = tuple(fuel for fuel in LAYERS if fuel != "solar")


def read_plants(data: Path | None) -> pd.DataFrame:
    """Return units and plants that operate: fuel, plant, longitude, latitude, mw [MW].

    Parameters
    ----------
    data : Path, optional
        Data folder; a fuel whose file is not there has no rows.

    Raises
    ------
    TableError
        A file that is there but not usable.
    """
    empty = pd.DataFrame({"fuel": [], "plant": [], "longitude": [], "latitude": [], "mw": []})
    found = {fuel: path for fuel, layer in LAYERS.items() if (path := layer_file(data, layer.path))}
    parts = [_read(path, LAYERS[fuel]).assign(fuel=fuel) for fuel, path in found.items()]
    return pd.concat(parts, ignore_index=True) if parts else empty


def _read(path: Path, layer: Layer) -> pd.DataFrame:
    names = {layer.longitude: "longitude", layer.latitude: "latitude", layer.power: "mw"}
    table = read_layer_csv(path, [*layer.where, layer.plant, *names])
    for column, value in layer.where.items():
        table = table[table[column] == value]
    table = numbers(table, list(names), str(path)).rename(columns={**names, layer.plant: "plant"})
    numeric = table[["longitude", "latitude", "mw"]]
    if table.empty or numeric.isna().any(axis=None) or (table["mw"] < 0).any():
        raise TableError(
            f"{path}: found no plants in operation, or some without place or power; see `siting data verify`"
        )
    table = table[["plant", "longitude", "latitude", "mw"]].astype({"plant": "str"})
    return table if layer is not LAYERS["gas"] else without_twins(table)


def without_twins(plants: pd.DataFrame) -> pd.DataFrame:
    """Return the plants, those within 5 km of a larger one left out."""
    rows = plants.sort_values("mw", ascending=False, kind="stable").reset_index(drop=True)
    kept: list[int] = []
    for row in rows.index:
        larger = Points(rows["longitude"][kept], rows["latitude"][kept])
        near = larger.nearest_km(rows["longitude"][row], rows["latitude"][row])[0]
        kept += [] if near < TWIN_KM else [row]
    return rows.loc[kept].reset_index(drop=True)


def large_plants(plants: pd.DataFrame) -> pd.DataFrame:
    """Return plants of 1 GW or more: fuel, longitude, latitude [mean by power], mw.

    Units of a plant share its id; wind phases count at their own position, to a tenth of a degree, since some
    ids span hundreds of km. Solar parks do not count: their list is of 2019 and gives the power of modules.
    """
    plants = plants[plants["fuel"] != "solar"]
    at = plants[["longitude", "latitude"]].round(1).where(plants["fuel"] == "wind", 0.0)
    lon, lat = (plants[c] * plants["mw"] for c in ("longitude", "latitude"))
    moments = plants.assign(longitude=lon, latitude=lat, x=at["longitude"], y=at["latitude"])
    sums = moments.groupby(["fuel", "plant", "x", "y"], as_index=False)[["longitude", "latitude", "mw"]].sum()
    large = sums[sums["mw"] >= LARGE_MW]
    middle = {c: large[c] / large["mw"] for c in ("longitude", "latitude")}
    return large.assign(**middle)[["fuel", "longitude", "latitude", "mw"]].reset_index(drop=True)


def plant_columns(places: pd.DataFrame, data: Path | None) -> dict[str, object]:
    """Return plant_1gw_km [km] and the power of each fuel within 100 km [GW], in the order of `places`.

    Where there is no file of a fuel its column is empty.
    """
    plants = read_plants(data)
    lon, lat = places["longitude"].to_numpy(), places["latitude"].to_numpy()
    big = large_plants(plants)
    columns: dict[str, object] = {
        "plant_1gw_km": Points(big["longitude"], big["latitude"]).nearest_km(lon, lat)
    }
    for fuel in LAYERS:
        rows = plants[plants["fuel"] == fuel]
        around = Points(rows["longitude"], rows["latitude"]).sum_within(lon, lat, rows["mw"], AROUND_KM)
        columns[f"{fuel}_100km_gw"] = around / 1000 if len(rows) else np.full(len(places), np.nan)
    return columns


def plant_figures(data: Path | None) -> list[dict[str, str]]:
    """Return where the plant columns come from."""
    there = {fuel: layer_file(data, layer.path) is not None for fuel, layer in LAYERS.items()}
    rows = []
    for fuel, layer in LAYERS.items():
        column = f"{fuel}_100km_gw"
        rows += (
            [figure(column, "GW", layer.source, layer.vintage, layer.confidence, layer.note)]
            if there[fuel]
            else missing([column], f"no layer of {fuel} plants ({layer.path})")
        )
    known = [fuel for fuel in LARGE if there[fuel]]
    if not known:
        return rows + missing(["plant_1gw_km"], "no layer of power plants")
    source = "; ".join(dict.fromkeys(LAYERS[fuel].source for fuel in known))
    lost = [fuel for fuel in LARGE if not there[fuel]]
    without = f"; without {', '.join(lost)}" if lost else ""
    note = f"operating plants of 1 GW or more, no solar parks{without}"
    confidence = "low" if {"coal", "hydro"} & set(lost) else "medium"
    return [*rows, figure("plant_1gw_km", "km", source, "2018-2023", confidence, note)]
