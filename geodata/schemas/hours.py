"""Tables by hour: real days that stand for the year, what happens on them, load, tariffs by time of use."""

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


class DayMonths(TableModel):
    """The months that each of the days stands for; over its months they sum to `days.weight_days`."""

    day: Series[int] = pa.Field(ge=0, description="number of the day in `days`")
    month: Series[int] = pa.Field(ge=1, le=12, description="month of the year")
    weight_days: Series[float] = pa.Field(gt=0, description="days of this month that the day stands for")


class CoolingHours(TableModel):
    """PUE and WUE of each candidate in the hours of `profiles`, at the load share of the table `cooling`."""

    site_id: Series[str]
    day: Series[int] = pa.Field(ge=0)
    hour: Series[int] = pa.Field(ge=0, le=23, description="begins at this hour, China Standard Time")
    pue_chilled_water: Series[float] = pa.Field(ge=1, le=3, description="chilled water")
    pue_water_economiser: Series[float] = pa.Field(ge=1, le=3, description="water-side economiser")
    pue_air_economiser: Series[float] = pa.Field(ge=1, le=3, description="air-side economiser")
    pue_indirect_evaporative: Series[float] = pa.Field(ge=1, le=3, description="indirect evaporative")
    pue_liquid_tower: Series[float] = pa.Field(ge=1, le=3, description="liquid, cooling tower")
    pue_liquid_dry: Series[float] = pa.Field(ge=1, le=3, description="liquid, dry cooler")
    wue_chilled_water: Series[float] = pa.Field(ge=0, le=10, description="chilled water, site water")
    wue_water_economiser: Series[float] = pa.Field(
        ge=0, le=10, description="water-side economiser, site water"
    )
    wue_air_economiser: Series[float] = pa.Field(ge=0, le=10, description="air-side economiser, site water")
    wue_indirect_evaporative: Series[float] = pa.Field(
        ge=0, le=10, description="indirect evaporative, site water"
    )
    wue_liquid_tower: Series[float] = pa.Field(ge=0, le=10, description="liquid, cooling tower, site water")
    wue_liquid_dry: Series[float] = pa.Field(ge=0, le=10, description="liquid, dry cooler, site water")


class ClassHours(TableModel):
    """Hourly shape of the load of each workload class, the same on every day."""

    class_id: Series[str]
    hour: Series[int] = pa.Field(ge=0, le=23, description="begins at this hour, China Standard Time")
    load_factor: Series[float] = pa.Field(ge=0, description="load of the hour over the mean of the day")


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
