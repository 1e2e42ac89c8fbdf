"""A made-up survey of raster cells, a hundred thousand if asked: smooth fields with noise, seeded."""

import dataclasses

import numpy as np
import pandas as pd

from geodata import tables as geo
from geodata.cells.names import name_cells
from tests.maps import world

CELL_DEG = 0.05
SEED = 11


def survey(count: int = 100_000) -> geo.Survey:
    """Return a survey whose candidates are the free cells nearest to the middle of the country."""
    base = world.survey(5)
    rng = np.random.default_rng(SEED)
    cells = _places(count, rng)
    candidates = _like(base.candidates, cells, geo.MODELS["candidates"], rng, [])
    void = ["ground_acceleration_g", "aqueduct_stress_share"]
    attributes = _like(base.attributes, cells[["site_id"]], geo.MODELS["attributes"], rng, void, cells)
    scores = _like(base.cells, cells[["site_id"]], geo.MODELS["cells"], rng, [], cells)
    made = {"candidates": candidates, "attributes": attributes, "cells": scores}
    made |= {
        "figures": _figures(cells, base.figures),
        "exclusions": _exclusions(),
        "cooling": base.cooling.head(0),
    }
    return dataclasses.replace(
        base, **{name: geo.checked(table, geo.MODELS[name], name) for name, table in made.items()}
    )


def excluded(survey: geo.Survey) -> geo.Survey:
    """Return the survey with 40 x 100 excluded cells, west of all candidates (90 to 95 E, 41 to 43 N).

    The first rule rules out the western half, the second the northern one. One cell of the western half is
    force-included, and the southernmost row lies outside the study area.
    """
    codes = np.zeros((40, 100), dtype=np.uint16)
    codes[:, :50] |= 1
    codes[:20] |= 2
    codes[25, 10] |= 1 << len(survey.exclusions)
    codes[-1] = 65535
    found = geo.ExcludedCells(codes, 90.0, 43.0, CELL_DEG)
    return dataclasses.replace(survey, excluded=found)


def seats(count: int = 350) -> geo.Survey:
    """Return a survey of places with awkward names, whose layers say something of each."""
    base = world.survey(count)
    known = base.candidates
    rng = np.random.default_rng(SEED)
    model = geo.MODELS["attributes"]
    attributes = _like(base.attributes, known[["site_id"]], model, rng, ["flood_depth_m"], known)
    attributes["weak_layers"] = "Costs"
    return dataclasses.replace(base, attributes=geo.checked(attributes, model, "attributes"))


def _places(count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return cells of a grid, a third of them left out at random, from the north-west on."""
    side = int(np.ceil(np.sqrt(1.5 * count)))
    row, column = np.divmod(np.sort(rng.choice(side * side, size=count, replace=False)), side)
    cells = pd.DataFrame(
        {"longitude": 98 + (column + 0.5) * CELL_DEG, "latitude": 43 - (row + 0.5) * CELL_DEG}
    )
    zone = (column * len(world.ZONES) // side).clip(max=len(world.ZONES) - 1)
    cells["province"] = [world.ZONES[n][0] for n in zone]
    cells["prefecture"] = [f"{world.ZONES[n][0]} {part}" for n, part in zip(zone, row // 20, strict=True)]
    cells["prefecture_zh"] = [f"{world.ZONES[n][1]}{part}" for n, part in zip(zone, row // 20, strict=True)]
    return name_cells(cells, CELL_DEG)


def _like(
    base: pd.DataFrame, known: pd.DataFrame, model: type, rng: np.random.Generator, void: list[str],
    places: pd.DataFrame | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return the columns of a table: those known, fields for numbers, the first word allowed for texts."""
    cells = known if places is None else places
    table = known[[c for c in known if c in base.columns]].copy()
    for name, column in model.to_schema().columns.items():
        if name in table:
            continue
        if str(column.dtype).startswith("float"):
            table[name] = _field(cells, name, column, rng) if name not in void else np.nan
        else:
            table[name] = _words(name, cells, rng)
    return table


def _words(name: str, cells: pd.DataFrame, rng: np.random.Generator) -> object:
    if name == "side":
        return np.where(cells["longitude"] > 105, "east", "west")
    if name == "grade":
        return rng.choice(["A", "B", "C"], size=len(cells), p=[0.2, 0.6, 0.2])
    return {"confidence": "medium", "tariff_zone": "one", "land_cover": "Cropland"}.get(name, "")


def _field(cells: pd.DataFrame, name: str, column: object, rng: np.random.Generator) -> np.ndarray:
    """Return waves over the country with noise, within the limits of the column; one in fifty not known."""
    low, high = 0.0, 900.0
    if name.endswith(("_share", "_factor")) or "tco2" in name:
        high = 1.0
    elif name.endswith("_c"):
        low, high = -5.0, 30.0
    elif name in ("earthquake_100km_magnitude", "aqueduct_stress_score"):
        high = 5.0
    elif name == "substation_kv":
        return rng.choice([220.0, 330.0, 500.0], size=len(cells))
    (a, b), phase = rng.uniform(0.1, 0.6, 2), rng.uniform(0, 6)
    wave = np.sin(a * cells["longitude"] + phase) + np.cos(b * cells["latitude"])
    share = (wave.to_numpy() + 2 + rng.normal(0, 0.03, len(cells))).clip(0, 4) / 4
    values = (low + (high - low) * share).round(4)
    if column.nullable:
        values[rng.random(len(cells)) < 0.02] = np.nan
    return values


def _figures(cells: pd.DataFrame, base: pd.DataFrame) -> pd.DataFrame:
    """Return a general source for each column, and another one for every fifth place of one column."""
    columns = ["elevation_m", "substation_km", "ghi_kwh_per_m2", "wind_capacity_factor"]
    row = {"unit": "", "source": "Layer <b>", "vintage": "2025", "confidence": "medium", "observation": ""}
    rows = [row | {"site_id": "", "column": c, "note": f"note of {c}"} for c in columns]
    weak = row | {"column": "substation_km", "note": "may lie nearer", "confidence": "low"}
    own = pd.DataFrame([weak | {"site_id": site} for site in cells["site_id"].iloc[::5]])
    return pd.concat([base[base["site_id"] == ""], pd.DataFrame(rows), own])[list(base.columns)]


def _exclusions() -> pd.DataFrame:
    rows = [
        ("elevation", "above 3050 m", "h.tif", "0.08 degrees", True, 92831, 2382485.0, 92831, 2382485.0, 0),
        ("fibre", "over 50 km from <fibre>", "rail", "", True, 54980, 1329896.0, 216058, 5341777.0, 12),
        ("flood </td>", "own layer", "flood.gpkg", "", False, 0, 0.0, 0, 0.0, 0),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(geo.MODELS["exclusions"].to_schema().columns))
