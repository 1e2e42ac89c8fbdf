"""Representative hours: which days are kept, their weights, months and the price of each hour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.tables import Survey, TableError

HOURS_PER_DAY = 24
_SHAPES = ["solar_capacity_factor", "wind_capacity_factor", "dry_bulb_c", "wet_bulb_c"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Hours:
    """Hours of the representative days, numbered from 0 in order of day and hour.

    Attributes
    ----------
    days : tuple of int
        Days kept, as numbered in the survey.
    weight_h : array (n_hours,)
        Hours of the year that an hour stands for; they sum to 8760.
    month_days : DataFrame
        day (0 .. n_days - 1), month, weight_days.
    """

    days: tuple[int, ...]
    weight_h: Array
    month_days: pd.DataFrame

    @property
    def count(self) -> int:
        """Return the number of hours."""
        return len(self.weight_h)


def representative_hours(survey: Survey, days_max: int) -> Hours:
    """Return the hours of at most `days_max` days; the others are merged into the most alike.

    Parameters
    ----------
    survey : Survey
        `days`, `day_months`, `profiles`.
    days_max : int
        Number of days.

    Raises
    ------
    TableError
        Tables of days and months do not fit together.
    """
    weight = survey.days.set_index("day")["weight_days"].astype(float).sort_index()
    months = survey.day_months
    if weight.empty or set(months["day"]) != set(weight.index):
        raise TableError("days, day_months: found different days, expected the same days in both and some")
    into = _merged(weight, _distance(survey.profiles, list(weight.index)), days_max)
    kept = sorted(set(into))
    number = pd.Series(range(len(kept)), index=kept)
    target = pd.Series(number.loc[into].to_numpy(), index=weight.index)
    month_days = months.assign(day=target.loc[months["day"]].to_numpy())
    sums = month_days.groupby(["day", "month"])["weight_days"].sum()
    total = sums.groupby(level="day").sum().to_numpy(dtype=float)
    return Hours(tuple(kept), np.repeat(total, HOURS_PER_DAY), sums.reset_index())


def _distance(profiles: pd.DataFrame, days: list[int]) -> Array:
    """Return the distance of days [1], over the mean hours of places, in standard deviations."""
    means = profiles.groupby(["day", "hour"])[_SHAPES].mean()
    spread = means.std(ddof=0).replace(0.0, np.inf).fillna(np.inf)
    wide = ((means - means.mean()) / spread).unstack("hour").reindex(days).to_numpy(dtype=float)
    return np.asarray(((wide[:, None, :] - wide[None, :, :]) ** 2).sum(axis=2), dtype=float)


def _merged(weight: pd.Series, distance: Array, days_max: int) -> list[int]:
    """Return for each day the day it is merged into: the day whose loss costs least goes first."""
    kept = list(range(len(weight)))
    share = weight.to_numpy(dtype=float)
    while len(kept) > days_max:
        losses = [(_error(share, distance, [k for k in kept if k != gone]), gone) for gone in kept]
        kept.remove(min(losses)[1])
    nearest = np.asarray(kept)[distance[:, kept].argmin(axis=1)]
    nearest[kept] = kept
    return [int(weight.index[k]) for k in nearest]


def _error(weight: Array, distance: Array, kept: list[int]) -> float:
    return float((weight * distance[:, kept].min(axis=1)).sum())


def by_hour(table: pd.DataFrame, column: str, hours: Hours) -> pd.DataFrame:
    """Return a column of `profiles` or `cooling_hours` as sites by hours (0 .. n - 1)."""
    keys = ["site_id", "day", "hour"]
    rows = table.loc[table["day"].isin(hours.days), [*keys, column]]
    wide = rows.set_index(keys)[column].unstack(keys[1:]).sort_index(axis=1)
    return wide.set_axis(range(wide.shape[1]), axis=1).astype(float)


def hourly_prices(survey: Survey, hours: Hours) -> pd.DataFrame:
    """Return the factor on the mean energy price of each tariff zone in each hour (zones by hours).

    The price of an hour is the mean over the months for which its day stands; the factor is that price over
    its mean of the year, so that flat load pays the posted mean. A zone without hours pays it always.
    """
    table = survey.tariff_hours.pivot_table(
        index="tariff_zone", columns=["month", "hour"], values="energy_price_cny_per_mwh"
    )
    share = hours.month_days.pivot_table(index="day", columns="month", values="weight_days", fill_value=0.0)
    share = share.reindex(columns=range(1, 13), fill_value=0.0)
    share = share.div(share.sum(axis=1), axis=0)
    zones = survey.candidates["tariff_zone"].unique()
    if table.empty:
        return pd.DataFrame(1.0, index=zones, columns=range(hours.count))
    cube = table.to_numpy(dtype=float).reshape(len(table), 12, HOURS_PER_DAY)
    price = np.einsum("dm,zmh->zdh", share.to_numpy(dtype=float), cube).reshape(len(table), -1)
    mean = (price * hours.weight_h).sum(axis=1) / hours.weight_h.sum()
    factor = np.divide(price, mean[:, None], out=np.ones_like(price), where=mean[:, None] > 0)
    return pd.DataFrame(factor, index=table.index).reindex(zones, fill_value=1.0)
