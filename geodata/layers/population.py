"""People within 20 km of a place."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.by_place import Part, told
from geodata.geometry.around import around, covered, on_raster
from geodata.measured import figure, layer_file, missing
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
SOURCE = "CIESIN GPW v4.11, population density 2020 (CC BY 4.0), at 0.2 degrees"
VINTAGE = "2020"
COVER_SHARE = 0.5  # of the circle that must not be void
AGREE = 1.5
DENSITY = {"people": "sum(coverage_weight=AREA)", "km2": "count(coverage_weight=AREA)"}
APART = "the 0.2 and 0.25 degree versions differ here by more than a factor of 1.5"
RELATIVE = "the 0.2 degree layer is void here: relative density at 0.25 degrees, scaled to its total"
WHERE = "geodata.land.population_file"


def population(places: pd.DataFrame, own: Path | None, unit: CellUnit, data: Path | None) -> Part:
    """Return population_20km_persons: density times area, summed over a circle of 20 km.

    The masked layer sums to China's population but is void at some coastal seats; there the 15-minute layer
    stands in, whose densities hold per land area and overstate totals: it is scaled by the ratio of both over
    the whole country, and the figure is low.

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
    if masked is None:
        return {}, missing([COLUMN], "population layer")
    lon, lat = places["longitude"].to_numpy(), places["latitude"].to_numpy()
    sums = around(masked, lon, lat, RADIUS_KM, DENSITY)
    void = np.isnan(_pixel(masked, lon, lat)) | (sums["km2"].to_numpy() < COVER_SHARE * np.pi * RADIUS_KM**2)
    people = np.where(void, np.nan, sums["people"])
    other = np.full(len(lon), np.nan)
    if world is not None:
        found = around(world, lon, lat, RADIUS_KM, DENSITY)
        other = np.where(found["km2"] > 0, found["people"] * total_ratio(masked, world), np.nan)
    apart = ~void & ((people > AGREE * other) | (other > AGREE * people))
    whole = np.where(void, other, people)
    cases = [
        (np.isnan(whole), "missing", "void in both layers"),
        (void, "low", RELATIVE),
        (apart, "low", APART),
    ]
    general = figure(COLUMN, UNIT, SOURCE, VINTAGE, "medium")
    return {COLUMN: whole}, told(general, places["site_id"], cases)


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
