"""What makes one free cell better than another: a few figures, their ranks, and the score made from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator
from scipy.ndimage import distance_transform_cdt
from scipy.stats import rankdata

from geodata.cells.target_grid import Grid
from geodata.geometry.proximity import Points
from geodata.layers.land import ELEVATION
from geodata.layers.renewable_weather import GHI_FILE
from geodata.layers.renewables import WIND_FILE
from geodata.layers.survey_climate import LAPSE_C_PER_KM, MODEL_CELL_DEG, TEMPERATURE
from geodata.measured import layer_file
from geodata.readers.raster import bounds_wgs84, opened
from geodata.readers.sampling import sample

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Array32 = NDArray[np.float32]

WIND_BAND = 2
SMALLER_IS_BETTER = ("grid_km", "fibre_km", "temperature_mean_c")
MEASURES = (*SMALLER_IS_BETTER, "ghi_kwh_per_m2", "wind_capacity_factor", "room_km")


class Settings(BaseModel):
    """How much each figure counts in the score of a cell; only their proportions matter, 0 leaves one out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    grid_share: float = Field(0.35, ge=0, le=1, description="near a substation of 220 kV or more")
    fibre_share: float = Field(0.2, ge=0, le=1, description="near a fibre route or its proxy")
    cool_share: float = Field(0.2, ge=0, le=1, description="low mean temperature of the year")
    sun_share: float = Field(0.1, ge=0, le=1, description="much radiation")
    wind_share: float = Field(0.1, ge=0, le=1, description="high capacity factor of wind at 100 m")
    room_share: float = Field(0.05, ge=0, le=1, description="far from the edge of the block")

    @model_validator(mode="after")
    def _some(self) -> Settings:
        if not sum(self.shares().values()) > 0:
            raise ValueError("every share of the score is 0, expected one above 0 at least")
        return self

    def shares(self) -> dict[str, float]:
        """Return the share of each of `MEASURES`."""
        given = (
            self.grid_share,
            self.fibre_share,
            self.cool_share,
            self.sun_share,
            self.wind_share,
            self.room_share,
        )
        return dict(zip(MEASURES, given, strict=True))


def measure_scores(
    longitude: Array, latitude: Array, data: Path | None, substations: pd.DataFrame, fibre: pd.DataFrame
) -> pd.DataFrame:
    """Return the figures of cells that go into their score, NaN where no layer gives one.

    Parameters
    ----------
    longitude, latitude : array
        Centres [degrees, WGS 84].
    data : Path, optional
        Data folder.
    substations, fibre : DataFrame
        longitude, latitude; no rows where there is no layer.

    Returns
    -------
    DataFrame
        grid_km, fibre_km, temperature_mean_c (ITU-R P.1510, brought to the height of the cell),
        ghi_kwh_per_m2 (a year), wind_capacity_factor; in the order of the cells.
    """
    sun = _sampled(data, GHI_FILE, 1, longitude, latitude)
    wind = _sampled(data, WIND_FILE, WIND_BAND, longitude, latitude)
    return pd.DataFrame(
        {
            "grid_km": Points(substations["longitude"], substations["latitude"]).near_km(longitude, latitude),
            "fibre_km": Points(fibre["longitude"], fibre["latitude"]).near_km(longitude, latitude),
            "temperature_mean_c": _temperature_c(data, longitude, latitude),
            "ghi_kwh_per_m2": sun,
            "wind_capacity_factor": wind,
        }
    )


def room_km(free: Mask, grid: Grid) -> Array32:
    """Return how far the middle of each cell is from the nearest cell that is not free [km].

    In whole cells, counted like the moves of a chess king, less half a cell.
    """
    steps = distance_transform_cdt(np.pad(free, 1), metric="chessboard")[1:-1, 1:-1]
    return np.asarray(np.maximum(steps - 0.5, 0) * grid.cell_km(), dtype="float32")


def rank_cells(measures: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the rank of each cell by each figure, and the score: their mean, weighted.

    rank = share of the other cells that are worse, 0 to 1, equal ones half; 0 where the figure is not known.
    score = sum(share x rank) / sum(share), over the figures that are known of any cell.

    Returns
    -------
    DataFrame
        `rank_<figure>` of each figure that counts, and `score`.
    """
    shares = {m: s for m, s in settings.shares().items() if s > 0 and measures[m].notna().any()}
    ranks = {m: _rank(measures[m].to_numpy(), m in SMALLER_IS_BETTER) for m in shares}
    total = sum(shares.values())
    score = sum((s / total * ranks[m] for m, s in shares.items()), np.zeros(len(measures)))
    return pd.DataFrame({f"rank_{m}": rank for m, rank in ranks.items()} | {"score": score})


def _rank(values: Array, smaller_is_better: bool) -> Array:
    known = np.isfinite(values)
    if known.sum() < 2:
        return known.astype(float)
    found = np.zeros(len(values))
    better = -values[known] if smaller_is_better else values[known]
    found[known] = (rankdata(better) - 1) / (known.sum() - 1)
    return found


def _temperature_c(data: Path | None, longitude: Array, latitude: Array) -> Array:
    node = _sampled(data, TEMPERATURE, 1, longitude, latitude)
    height = _sampled(data, ELEVATION, 1, longitude, latitude)
    surface = _sampled(data, ELEVATION, 1, longitude, latitude, MODEL_CELL_DEG)
    return node + LAPSE_C_PER_KM * (surface - height) / 1000


def _sampled(
    data: Path | None,
    layer: str,
    band: int,
    longitude: Array,
    latitude: Array,
    mean_over_deg: float | None = None,
) -> Array:
    """Return a layer between its pixels, NaN beyond its edges or where it is not there."""
    found = np.full(len(longitude), np.nan)
    path = layer_file(data, layer)
    if path is None:
        return found
    with opened(path, [band]) as raster:
        west, south, east, north = bounds_wgs84(raster)
    inside = (longitude >= west) & (longitude <= east) & (latitude >= south) & (latitude <= north)
    found[inside] = sample(path, longitude[inside], latitude[inside], [band], mean_over_deg=mean_over_deg)[
        :, 0
    ]
    return found
