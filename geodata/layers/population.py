"""People within 20 km of a place."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.by_place import Case, Part, told
from geodata.measured import figure, layer_file, missing
from geodata.readers.around import around, covered, on_raster
from geodata.readers.raster import opened, read_window
from geodata.readers.sampling import sample, some_valid
from geodata.tables import TableError

Array = NDArray[np.float64]
CellUnit = Literal["persons_per_km2", "persons"]

MASKED = "land/gpw-population-density/gpw_popdens_0p2deg_china_masked_cog.tif"
WORLD = "land/gpw-population-density/gpw_v4_popdens_rev11_2020_15min_cn_cog.tif"
COLUMN = "population_20km_persons"
RADIUS_KM = 20.0
UNIT = "persons within 20 km, cells counted by the part inside"
SOURCE = "CIESIN GPW v4.11, population density 2020 (CC BY 4.0), 15 arc-minutes"
SAMPLED = "CIESIN GPW v4.11, population density 2020 (CC BY 4.0), single points every 0.2 degrees"
VINTAGE = "2020"
SHORE_SHARE = 0.9  # of the circle that the masked layer must know, else it reaches over the coast or border
AGREE = 3.0
DENSITY = {"people": "sum(coverage_weight=AREA)", "km2": "count(coverage_weight=AREA)"}
NOTE = "cells of 0.25 degrees: near the edge of a city off by a factor of 1.5 and more"
SHORE = "coast or border: densities hold for the land of a cell and count here for all of it, so too many"
APART = "the versions of 0.25 and 0.2 degrees differ here by more than a factor of 3"
UNSCALED = "not scaled to China's total, for want of the masked layer: about 10 % too many"
POINTS = "each cell holds the density of one point in it: cities are hit or missed"
WHERE = "geodata.land.population_file"


def population(places: pd.DataFrame, own: Path | None, unit: CellUnit, data: Path | None) -> Part:
    """Return population_20km_persons: density times area, summed over a circle of 20 km.

    The 15-minute layer has the mean of its cells, per land area, and so overstates totals: it is scaled by
    the ratio to the masked layer over the whole country, whose total is right. The masked layer itself holds
    single points (one cell of 400 km2 has 40,000 persons per km2): it stands in where the other is missing.

    Parameters
    ----------
    places : DataFrame
        `site_id`, `longitude`, `latitude`.
    own : Path, optional
        User's raster, which replaces the layers.
    unit : {"persons_per_km2", "persons"}
        What its cells hold.
    data : Path, optional
        Data folder.
    """
    if own is not None:
        return _own(places, own, unit)
    masked, world = layer_file(data, MASKED), layer_file(data, WORLD)
    if masked is None and world is None:
        return {}, missing([COLUMN], "population layer")
    lon, lat = places["longitude"].to_numpy(), places["latitude"].to_numpy()
    empty = pd.DataFrame({"people": 0.0, "km2": np.nan}, index=range(len(lon)))
    points = empty if masked is None else around(masked, lon, lat, RADIUS_KM, DENSITY)
    if world is None:
        return _told(places, points, figure(COLUMN, UNIT, SAMPLED, VINTAGE, "low", POINTS), [])
    cells = around(world, lon, lat, RADIUS_KM, DENSITY)
    if masked is None:
        return _told(places, cells, figure(COLUMN, UNIT, SOURCE, VINTAGE, "low", UNSCALED), [])
    cells["people"] *= total_ratio(masked, world)
    shore = points["km2"] < SHORE_SHARE * np.pi * RADIUS_KM**2
    ratio = cells["people"] / points["people"].where(points["people"] > 0)
    apart = ~ratio.between(1 / AGREE, AGREE)
    general = figure(COLUMN, UNIT, SOURCE, VINTAGE, "medium", NOTE)
    return _told(places, cells, general, [(shore, "low", SHORE), (apart, "low", APART)])


def _told(places: pd.DataFrame, found: pd.DataFrame, general: dict[str, str], cases: list[Case]) -> Part:
    """Return the people around places, empty where every cell is void, and where they come from."""
    people = found["people"].where(found["km2"] > 0).to_numpy(dtype=float)
    void: Case = (np.isnan(people), "missing", "void in the layer")
    return {COLUMN: people}, told(general, places["site_id"], [void, *cases])


def _pixel(path: Path, lon: Array, lat: Array) -> Array:
    """Return the pixel of each place, empty beside the raster."""
    on = on_raster(path, lon, lat)
    cell = np.full(len(lon), np.nan)
    cell[on] = sample(path, lon[on], lat[on], [1], "nearest")[:, 0]
    return cell


def total_ratio(masked: Path, world: Path) -> float:
    """Return the people of the masked layer over those of the 15-minute layer in the same cells."""
    with opened(masked) as raster:
        density = read_window(raster, raster.window(*raster.bounds), [1])[0]
        grid = raster.transform
    row, column = np.nonzero(~np.isnan(density))
    lon, lat = grid.c + grid.a * (column + 0.5), grid.f + grid.e * (row + 0.5)
    other = _pixel(world, lon, lat)
    area = np.cos(np.radians(lat)) * ~np.isnan(other)
    return float((density[row, column] * area).sum() / (np.nan_to_num(other) * area).sum())


def _own(places: pd.DataFrame, path: Path, unit: CellUnit) -> Part:
    lon, lat = places["longitude"].to_numpy(), places["latitude"].to_numpy()
    on = covered(path, lon, lat, WHERE)
    asked = {"people": "sum" if unit == "persons" else DENSITY["people"], "cells": "count", "least": "min"}
    found = around(path, lon[on], lat[on], RADIUS_KM, asked)
    people = np.full(len(lon), np.nan)
    people[on] = some_valid(np.where(found["cells"] > 0, found["people"], np.nan), path)
    if (found["least"] < 0).any():
        raise TableError(
            f"{WHERE} ({path}): found {found['least'].min():g}, expected 0 or more; is its mark for void "
            "pixels right?"
        )
    cases = [(np.isnan(people), "missing", "the user's raster has no value here")]
    return {COLUMN: people}, told(figure(COLUMN, UNIT, "user's file", "", "medium"), places["site_id"], cases)
