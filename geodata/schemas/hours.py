"""Tables by hour: real days that stand for the year, weather and output on them, tariffs by time of use."""

from __future__ import annotations

import pandera.pandas as pa
from pandera.typing import Series

from geodata.schemas.base import CONFIDENCE, TableModel

PERIODS = ("sharp", "peak", "flat", "valley", "deep", "own")


class Days(TableModel):
    """Real days that stand for the year; the weights sum to 365."""

    day: Series[int] = pa.Field(ge=0, unique=True, description="number of the day in `profiles`")
    date: Series[str] = pa.Field(description="calendar day of the weather year, China Standard Time")
    weight_days: Series[float] = pa.Field(gt=0, description="days of the year that it stands for")
    extreme: Series[str] = pa.Field(description="why it was kept though rare; empty: typical")


class Profiles(TableModel):
    """Weather and renewable output of each candidate in each hour of the days that stand for the year."""

    site_id: Series[str]
    day: Series[int] = pa.Field(ge=0)
    hour: Series[int] = pa.Field(ge=0, le=23, description="begins at this hour, China Standard Time")
    solar_capacity_factor: Series[float] = pa.Field(ge=0, le=1, description="output over capacity")
    wind_capacity_factor: Series[float] = pa.Field(ge=0, le=1, description="output over capacity")
    dry_bulb_c: Series[float] = pa.Field(ge=-60, le=60)
    wet_bulb_c: Series[float] = pa.Field(ge=-60, le=50)


class TariffHours(TableModel):
    """Delivered energy price by time of use."""

    tariff_zone: Series[str]
    month: Series[int] = pa.Field(ge=1, le=12)
    hour: Series[int] = pa.Field(ge=0, le=23, description="begins at this hour, China Standard Time")
    period: Series[str] = pa.Field(isin=PERIODS, description="own: the user's price")
    energy_price_cny_per_mwh: Series[float] = pa.Field(
        ge=0, description="posted, all charges by energy, in this hour"
    )
    borrowed_from: Series[str] = pa.Field(description="zone whose ratios stand in; empty: its own, or flat")
    confidence: Series[str] = pa.Field(isin=CONFIDENCE)


class TariffParts(TableModel):
    """Components of the tariff by zone and voltage."""

    tariff_zone: Series[str]
    voltage_kv: Series[float] = pa.Field(gt=0, nullable=True, description="empty: the same at every voltage")
    component: Series[str]
    value: Series[float]
    unit: Series[str]
    borrowed_from: Series[str] = pa.Field(description="zone whose figure stands in; empty: its own")
    source: Series[str]
    vintage: Series[str]
    confidence: Series[str] = pa.Field(isin=CONFIDENCE)
    note: Series[str]
