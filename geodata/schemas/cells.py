"""Tables of raster candidates: what ruled cells out, and how the chosen ones were ranked."""

from __future__ import annotations

import pandera.pandas as pa
from pandera.typing import Series

from geodata.schemas.base import TableModel


class Exclusions(TableModel):
    """What ruled cells out, in order; empty without raster candidates."""

    reason: Series[str] = pa.Field(description="name of the exclusion, a key of geodata.cells.exclusions")
    text: Series[str] = pa.Field(description="the same in words, with its threshold")
    layer: Series[str] = pa.Field(description="layer that decides")
    layer_cell: Series[str] = pa.Field(description="size of its cells; empty: shapes or points")
    applied: Series[bool] = pa.Field(description="false: the layer is missing")
    first_count: Series[int] = pa.Field(ge=0, description="cells that nothing before it ruled out")
    first_km2: Series[float] = pa.Field(ge=0, description="their area")
    all_count: Series[int] = pa.Field(ge=0, description="cells that it rules out, others or not")
    all_km2: Series[float] = pa.Field(ge=0, description="their area")
    void_count: Series[int] = pa.Field(ge=0, description="cells without a value, which it does not rule out")


class CellScores(TableModel):
    """The raster candidates, best first, and the figures behind their rank."""

    site_id: Series[str] = pa.Field(unique=True)
    score_share: Series[float] = pa.Field(ge=0, le=1, description="weighted mean of the ranks; 1: best")
    block_km2: Series[float] = pa.Field(ge=0, nullable=True, description="contiguous free area around")
    grid_km: Series[float] = pa.Field(ge=0, nullable=True, description="nearest substation of 220 kV or more")
    fibre_km: Series[float] = pa.Field(ge=0, nullable=True, description="nearest point of the fibre graph")
    temperature_mean_c: Series[float] = pa.Field(nullable=True, description="mean of the year, for ranking")
    ghi_kwh_per_m2: Series[float] = pa.Field(ge=0, nullable=True, description="global horizontal, a year")
    wind_capacity_factor: Series[float] = pa.Field(ge=0, le=1, nullable=True, description="before correction")
    room_km: Series[float] = pa.Field(ge=0, nullable=True, description="to the nearest cell that is not free")
