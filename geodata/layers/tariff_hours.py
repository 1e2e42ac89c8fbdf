"""Delivered energy price by time of use: month and hour of each tariff zone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from geodata.figures import weakest
from geodata.layers.own_hours import read_hours
from geodata.layers.tariffs import Settings, energy_parts, own_posted, zone_prices
from geodata.read import builtin, truth
from geodata.schemas.hours import TariffHours
from geodata.tables import TableError, checked

KEYS = ["tariff_zone", "month", "hour"]
PRECEDENCE = ("valley", "peak", "deep", "sharp")  # where two overlap, the later one holds
HALF_HOURS = 48


def measure_tariff_hours(settings: Settings, tables: Path | None = None) -> pd.DataFrame:
    """Return the delivered energy price of each tariff zone by month and hour of the day.

    price = posted price + (ratio of the period - 1) x sum of the components that float.

    Parameters
    ----------
    settings : Settings
        Factor on energy, the user's posted prices (`tariff_file`) and hourly prices (`tariff_hours_file`).
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    DataFrame
        `geodata.tables.TariffHours`: every zone x 12 months x 24 hours [CNY/MWh, without demand charge].

    Raises
    ------
    TableError
        Faults of the user's files; a period without ratio.

    Notes
    -----
    Ratios multiply the price of the flat hours, so the price of a flat hour is the posted price and the mean
    of a day is not. An hour that two periods share has the mean of both prices and the name of the one that
    begins it. Holidays and hot days are not counted. A user's posted price of a zone moves all its hours by
    the same amount.

    References
    ----------
    Hours: `tou_periods.csv`; ratios and what floats: `tou_ratios.csv`; components: `tariffs.csv`.
    """
    zones = zone_prices(settings.energy_factor, tables)
    posted = zones["energy_price_posted_cny_per_mwh"]
    if settings.tariff_file is not None:
        posted = own_posted(settings.tariff_file, list(zones.index)).fillna(posted)
    ratios = _ratios(energy_parts(settings.energy_factor, tables), tables)
    halves = tou_halves(list(zones.index), tables).merge(
        ratios, on=["tariff_zone", "month", "period"], how="left"
    )
    _check_ratios(halves)
    spread = ((halves["ratio"] - 1) * halves["floating_cny_per_mwh"]).fillna(0.0)
    halves = halves.assign(energy_price_cny_per_mwh=halves["tariff_zone"].map(posted) + spread)
    halves = halves.assign(hour=halves["half_hour"] // 2)
    table = halves.groupby(KEYS, as_index=False, sort=False).agg(
        period=("period", "first"), energy_price_cny_per_mwh=("energy_price_cny_per_mwh", "mean")
    )
    table = table.join(_worth(zones["tariff_confidence"], tables), on="tariff_zone")
    if settings.tariff_hours_file is not None:
        table = _with_own(table, read_hours(settings.tariff_hours_file, list(zones.index)))
    return checked(table[list(TariffHours.to_schema().columns)], TariffHours, "tariff hours")


def tou_halves(zones: list[str], tables: Path | None = None) -> pd.DataFrame:
    """Return the period of each half hour: tariff_zone, month, half_hour (0 to 47), period.

    What no row of `tou_periods.csv` covers is flat; sharp goes before deep, then peak, then valley.
    """
    rows = builtin("tou_periods", tables)
    rows = rows[truth(rows["applies"], "tou_periods.csv") & rows["tariff_zone"].isin(zones)]
    strange = sorted(set(rows["period"]) - set(PRECEDENCE))
    if strange:
        raise TableError(
            f"tou_periods.csv: found period {', '.join(strange)}; expected {', '.join(PRECEDENCE)}"
        )
    named = _by_month(rows).merge(pd.DataFrame({"half_hour": range(HALF_HOURS)}), how="cross")
    named = named[named["half_hour"].between(named["from_hour"] * 2, named["to_hour"] * 2 - 1)]
    keys = ["tariff_zone", "month", "half_hour"]
    named = named.sort_values("period", key=lambda c: c.map(PRECEDENCE.index), kind="stable")
    whole = pd.MultiIndex.from_product([zones, range(1, 13), range(HALF_HOURS)], names=keys)
    period = named.drop_duplicates(keys, keep="last").set_index(keys)["period"].reindex(whole)
    return period.fillna("flat").reset_index()


def _by_month(rows: pd.DataFrame) -> pd.DataFrame:
    table = rows.merge(pd.DataFrame({"month": range(1, 13)}), how="cross")
    return table[table["month"].between(table["from_month"], table["to_month"])]


def _ratios(parts: pd.DataFrame, tables: Path | None) -> pd.DataFrame:
    """Return ratio and floating part [CNY/MWh] by tariff_zone, month and period."""
    rows = builtin("tou_ratios", tables)
    lists = rows["floats"].str.split(";")
    strange = sorted({name for names in lists for name in names} - set(parts.columns))
    if strange:
        known = ", ".join(parts.columns)
        raise TableError(f"tou_ratios.csv: found {', '.join(strange)} in column floats; expected {known}")
    part = [
        parts.loc[zone, names].sum() if zone in parts.index else np.nan
        for zone, names in zip(rows["tariff_zone"], lists, strict=True)
    ]
    rows = _by_month(rows.assign(floating_cny_per_mwh=part))
    keys = ["tariff_zone", "month", "period"]
    twice = rows[rows.duplicated(keys)]
    if len(twice):
        raise TableError(f"tou_ratios.csv: two ratios for {_shown(twice)}; expected one")
    return rows[[*keys, "ratio", "floating_cny_per_mwh"]]


def _check_ratios(halves: pd.DataFrame) -> None:
    lost = halves[(halves["period"] != "flat") & halves["ratio"].isna()]
    if len(lost):
        raise TableError(f"tou_ratios.csv: no ratio for {_shown(lost)}, which tou_periods.csv has")


def _shown(rows: pd.DataFrame) -> str:
    keys = rows[["tariff_zone", "month", "period"]].drop_duplicates().head(3)
    return ", ".join(f"{r.tariff_zone} month {r.month:.0f} {r.period}" for r in keys.itertuples())


def _worth(prices: pd.Series, tables: Path | None) -> pd.DataFrame:
    """Return confidence (weakest of price, hours and ratios) and whose ratios stand in, index tariff_zone."""
    rows = {name: builtin(name, tables) for name in ("tou_periods", "tou_ratios")}
    parts = [prices] + [_lowest(table).reindex(prices.index).fillna("low") for table in rows.values()]
    lender = rows["tou_ratios"].groupby("tariff_zone")["borrowed_from"].first().reindex(prices.index)
    applied = rows["tou_periods"].assign(on=truth(rows["tou_periods"]["applies"], "tou_periods.csv"))
    used = applied.groupby("tariff_zone")["on"].any().reindex(prices.index, fill_value=False)
    return pd.DataFrame({"confidence": weakest(parts), "borrowed_from": lender.fillna("").where(used, "")})


def _lowest(table: pd.DataFrame) -> pd.Series:
    rank = table["confidence"].map({"low": 0, "medium": 1, "high": 2})
    return rank.groupby(table["tariff_zone"]).min().map({0: "low", 1: "medium", 2: "high"})


def _with_own(table: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    kept = table[~table["tariff_zone"].isin(own["tariff_zone"])]
    own = own.assign(confidence="medium", borrowed_from="")
    order = {zone: i for i, zone in enumerate(table["tariff_zone"].drop_duplicates())}
    whole = pd.concat([kept, own], ignore_index=True)
    return whole.sort_values(KEYS, key=lambda c: c.map(order) if c.name == "tariff_zone" else c)
