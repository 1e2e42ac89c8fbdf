"""Hazards of a candidate: active faults, earthquakes, and the user's floods, shaking, protected areas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from geodata.by_place import Part, joined, told
from geodata.geometry.nearest_shape import nearest_shape
from geodata.geometry.proximity import Points
from geodata.layers.own_hazards import (
    AccelerationUnit,
    DepthUnit,
    flood_depth,
    ground_acceleration,
    protected_area,
)
from geodata.measured import Measured, figure, layer_file, missing, read_layer_csv
from geodata.read import numbers
from geodata.readers.vector import read_vector
from geodata.schemas.layers import Hazard
from geodata.tables import TableError

FAULTS = "land/gem-active-faults/gem_active_faults_cn_geom.gpkg"
QUAKES = "land/ngdc-significant-earthquakes/significant_earthquakes_cn_bbox.csv"
FAULT_SOURCE = "GEM Global Active Faults (CC BY-SA 4.0), traces only"
QUAKE_SOURCE = "NOAA NCEI significant earthquakes (doi 10.7289/V5TD9V7K, public domain)"
QUAKE_NOTE = "earthquakes that did damage; early ones lack magnitudes"
# thick young sediment hides the faults, and the layer leaves known ones out
PLAIN = ("Beijing", "Tianjin", "Hebei", "Shandong", "Henan", "Anhui", "Jiangsu")
PLAIN_NOTE = "North China Plain: known faults are not in the layer"
CAPPED_NOTE = (
    "no trace within {:g} km; the layer's coverage is uneven, so this is no proof that there is none"
)
RADIUS_KM = 100.0


class Settings(BaseModel):
    """How hazards are counted, and the user's own layers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fault_cap_km: float = Field(
        50.0, gt=0, description="farther faults count as this far: their distance says little"
    )
    quakes_since_year: int = Field(1900, description="first year of the count of earthquakes")
    flood_file: Path | None = Field(None, description="own raster of flood depth, any projection")
    flood_unit: DepthUnit = Field("m", description="of its pixels: m or cm")
    flood_void_is_dry: bool = Field(False, description="its void pixels mean no flood; else: not known")
    ground_acceleration_file: Path | None = Field(
        None, description="own peak ground acceleration: raster, or polygons of zones"
    )
    ground_acceleration_unit: AccelerationUnit = Field("g", description="of its values: g, m_per_s2 or gal")
    ground_acceleration_column: str = Field("pga_g", description="column of the polygons with the value")
    protected_file: Path | None = Field(None, description="own protected areas (polygons, any projection)")


def measure_hazard(places: pd.DataFrame, settings: Settings, data: Path | None) -> Measured:
    """Return the hazards at each place (`geodata.schemas.layers.Hazard`), and their sources.

    Parameters
    ----------
    places : DataFrame
        `site_id`, `province`, `longitude`, `latitude`.
    settings : Settings
        The cap of distances, and the user's own layers.
    data : Path, optional
        Data folder; without it only the user's layers are measured.

    Raises
    ------
    TableError
        A layer that is there but not usable.
    """
    parts = (
        _faults(places, settings.fault_cap_km, data),
        _earthquakes(places, settings.quakes_since_year, data),
        flood_depth(places, settings.flood_file, settings.flood_unit, settings.flood_void_is_dry),
        ground_acceleration(
            places,
            settings.ground_acceleration_file,
            settings.ground_acceleration_unit,
            settings.ground_acceleration_column,
        ),
        protected_area(places, settings.protected_file),
    )
    return joined(places, parts, Hazard)


def _faults(places: pd.DataFrame, cap_km: float, data: Path | None) -> Part:
    path = layer_file(data, FAULTS)
    if path is None:
        return {}, missing(["fault_km"], "layer of active faults")
    traces = read_vector(path, "faults", columns=(), kind="line").geometry.to_numpy()
    km = nearest_shape(traces, places["longitude"], places["latitude"])[1]
    general = figure(
        "fault_km", f"km to the nearest trace, at most {cap_km:g}", FAULT_SOURCE, "2020", "medium"
    )
    cases = [
        (places["province"].isin(PLAIN), "low", PLAIN_NOTE),
        (km > cap_km, "low", CAPPED_NOTE.format(cap_km)),
    ]
    return {"fault_km": np.minimum(km, cap_km)}, told(general, places["site_id"], cases)


def _earthquakes(places: pd.DataFrame, since: int, data: Path | None) -> Part:
    path = layer_file(data, QUAKES)
    names = ["earthquakes_100km_count", "earthquake_100km_magnitude"]
    if path is None:
        return {}, missing(names, "catalogue of earthquakes")
    quakes = _catalogue(path)
    found = _within(places, quakes)
    magnitude, year = quakes["eq_primary"].to_numpy(), quakes["year"].to_numpy()
    count = np.array([int((year[near] >= since).sum()) for near in found], dtype=float)
    largest = np.array([np.fmax.reduce(magnitude[near], initial=np.nan) for near in found], dtype=float)
    nameless = np.array([int(np.isnan(magnitude[near]).sum()) for near in found], dtype=int)
    first, last = int(year.min()), int(year.max())
    vintage = f"{-first} BC to {last}" if first < 0 else f"{first} to {last}"
    general = [
        figure(
            names[0], f"earthquakes within 100 km since {since}", QUAKE_SOURCE, vintage, "medium", QUAKE_NOTE
        ),
        figure(
            names[1],
            "largest magnitude within 100 km, all years",
            QUAKE_SOURCE,
            vintage,
            "medium",
            QUAKE_NOTE,
        ),
    ]
    total = np.array([len(near) for near in found], dtype=int)
    gaps = {(int(n), int(m)) for n, m in zip(nameless, total, strict=True) if n}
    cases = [
        (
            (nameless == n) & (total == m),
            "medium" if n < m else "missing",
            f"{n} of {m} earthquakes within 100 km have no magnitude",
        )
        for n, m in sorted(gaps)
    ]
    cases.append((total == 0, "medium", "the catalogue knows none within 100 km"))
    rows = [general[0], *told(general[1], places["site_id"], cases)]
    return {names[0]: count, names[1]: largest}, rows


def _catalogue(path: Path) -> pd.DataFrame:
    names = ["year", "latitude", "longitude", "eq_primary"]
    quakes = numbers(read_layer_csv(path, names), names, str(path))
    faults = [f"{c}: empty cells" for c in names[:3] if quakes[c].isna().any()]
    faults += (
        ["eq_primary: magnitudes outside 0 to 10"]
        if not quakes["eq_primary"].dropna().between(0, 10).all()
        else []
    )
    if faults:
        raise TableError(f"{path}: {'; '.join(faults)}; get it again, see `siting data verify`")
    return quakes


def _within(places: pd.DataFrame, quakes: pd.DataFrame) -> list[list[int]]:
    """Return the rows of the earthquakes within 100 km of each place."""
    points = Points(quakes["longitude"], quakes["latitude"])
    return points.within(places["longitude"], places["latitude"], RADIUS_KM)
