"""Land around a candidate: relief, cover, and people."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from geodata.by_place import Part, joined, told
from geodata.layers.population import CellUnit, population
from geodata.measured import Measured, figure, layer_file, missing, read_layer_csv
from geodata.readers.around import around, covered, on_raster
from geodata.readers.sampling import sample, some_valid
from geodata.schemas.layers import Land
from geodata.tables import TableError

ELEVATION = "land/itu-p1511-elevation/itu_p1511_topo_5min_cn_cog.tif"
COVER = "land/land-cover-20min/glcnmo_land_cover_20min_cn_cog.tif"
LEGEND = "land/land-cover-20min/legend.csv"
RELIEF_KM = 10.0
RELIEF_UNIT = "m, highest less lowest cell that lies at least half within 10 km"
RELIEF_NOTE = "cells of 9 km: an index of relief, no slope that one could build on"
ELEVATION_SOURCE = "Recommendation ITU-R P.1511-2, 5 arc-minutes"
COVER_SOURCE = (
    "GLCNMO 2008 (Tateishi et al. 2014; Geospatial Information Authority of Japan, Chiba University and "
    "collaborating organizations)"
)
COVER_NOTE = "cell of about 37 km, one sample each: screening only; terms not verified, not shipped"
HEIGHTS_M = (-500.0, 9000.0)  # the Dead Sea's shore, Everest
WHERE = "geodata.land"


class Settings(BaseModel):
    """Rasters of the user that replace the layers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    elevation_file: Path | None = Field(
        None, description="own heights above sea [m], any raster and projection"
    )
    population_file: Path | None = Field(None, description="own population, any raster and projection")
    population_unit: CellUnit = Field(
        "persons_per_km2", description="what its cells hold: persons_per_km2, or persons (counts)"
    )


def measure_land(places: pd.DataFrame, settings: Settings, data: Path | None) -> Measured:
    """Return relief, cover and people around each place (`geodata.schemas.layers.Land`), and their sources.

    Parameters
    ----------
    places : DataFrame
        `site_id`, `longitude`, `latitude`.
    settings : Settings
        The user's own rasters.
    data : Path, optional
        Data folder; without it only the user's rasters are measured.

    Raises
    ------
    TableError
        A layer that is there but not usable.
    """
    parts = (
        _relief(places, settings.elevation_file, data),
        _cover(places, data),
        population(places, settings.population_file, settings.population_unit, data),
    )
    return joined(places, parts, Land)


def _relief(places: pd.DataFrame, own: Path | None, data: Path | None) -> Part:
    path = own if own is not None else layer_file(data, ELEVATION)
    if path is None:
        return {}, missing(["relief_m"], "elevation layer", RELIEF_NOTE)
    lon, lat = places["longitude"].to_numpy(), places["latitude"].to_numpy()
    on = on_raster(path, lon, lat) if own is None else covered(path, lon, lat, f"{WHERE}.elevation_file")
    half = {"low": "min(min_coverage_frac=0.5)", "high": "max(min_coverage_frac=0.5)"}
    found = around(path, lon[on], lat[on], RELIEF_KM, half)
    relief = np.full(len(lon), np.nan)
    relief[on] = found["high"] - found["low"]
    if own is not None:
        _check_heights(found, own)
        some_valid(relief[on], own)
    source = ("user's file", "", "medium") if own else (ELEVATION_SOURCE, "2019", "medium", RELIEF_NOTE)
    silent = [(np.isnan(relief), "missing", "the raster has no value here")]
    return {"relief_m": relief}, told(figure("relief_m", RELIEF_UNIT, *source), places["site_id"], silent)


def _check_heights(found: pd.DataFrame, path: Path) -> None:
    low, high = found["low"].min(), found["high"].max()
    if low < HEIGHTS_M[0] or high > HEIGHTS_M[1]:
        raise TableError(
            f"{WHERE}.elevation_file ({path}): found heights from {low:g} to {high:g}, expected metres from "
            f"{HEIGHTS_M[0]:g} to {HEIGHTS_M[1]:g}; other units, or a wrong mark for void pixels?"
        )


def _cover(places: pd.DataFrame, data: Path | None) -> Part:
    path, legend = layer_file(data, COVER), layer_file(data, LEGEND)
    if path is None or legend is None:
        return {}, missing(["land_cover", "tree_cover_share"], "land cover layer", COVER_NOTE)
    classes = read_layer_csv(legend, ["band", "code", "class"])
    names = classes[classes["band"] == 1].set_index("code")["class"]
    lon, lat = places["longitude"].to_numpy(), places["latitude"].to_numpy()
    on = on_raster(path, lon, lat)
    cell = np.full((len(lon), 2), np.nan)
    cell[on] = sample(path, lon[on], lat[on], [1, 3], "nearest")
    cover = pd.Series(cell[:, 0]).map(names).fillna("").astype("str").to_numpy(dtype=object)
    trees = np.where(cell[:, 1] <= 100, cell[:, 1] / 100, np.nan)
    rows = []
    for column, unit, void in (
        ("land_cover", "class of the cell", cover == ""),
        ("tree_cover_share", "share of the cell under trees", np.isnan(trees)),
    ):
        general = figure(column, unit, COVER_SOURCE, "2008", "low", COVER_NOTE)
        rows += told(general, places["site_id"], [(void, "missing", "beside the layer, or a void cell")])
    return {"land_cover": cover, "tree_cover_share": trees}, rows
