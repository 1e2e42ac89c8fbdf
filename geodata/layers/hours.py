"""The hours of a typical year as a weighted sample, from monthly means: stands in for hourly weather.

A month is taken as days whose mean temperature is normal about the monthly mean, each with the same daily
wave, and with a vapour pressure that follows the day. The coefficients are fitted to hourly records of five
cities, see docs/climate-and-cooling.md. The sample has a distribution, not an order in time; the same year in
its order: `geodata.layers.chronology`.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.layers.psychrometrics import pressure_hpa, saturation_pressure_hpa, wet_bulb_c

Array = NDArray[np.float64]

MONTHS = tuple(f"{m:02d}" for m in range(1, 13))
MONTH_DAYS = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])

HOURS = 8760
_stamps = pd.date_range("2021-01-01", periods=HOURS, freq="h")  # any year of 365 days
CALENDAR = pd.DataFrame({"month": _stamps.month, "day": _stamps.day, "hour": _stamps.hour}, dtype="int64")

PLACES_AT_ONCE = 500  # a typical year takes about 0.1 MB a place, and some times that while it is made
DAYS = 10  # equally likely day means in a month
DAY_PARTS = 8  # equally long parts of the daily wave
HUMIDITY_NODES = np.array([-np.sqrt(3), 0.0, np.sqrt(3)])  # three-point Gauss-Hermite rule
HUMIDITY_WEIGHTS = np.array([1 / 6, 2 / 3, 1 / 6])
Fit = tuple[float, float, float]
SPREAD_FIT: Fit = (3.18, -0.066, 0.118)  # of `day_spread_c`
WAVE_SHARE = 0.42  # amplitude of the daily wave over the daily range; five cities: -0.38 to +0.45 of theirs


@dataclass(frozen=True)
class Hours:
    """Weather of a typical year, one row per place; `weight_share` sums to 1 over the columns."""

    dry_bulb_c: Array
    wet_bulb_c: Array
    vapour_hpa: Array
    pressure_hpa: Array
    weight_share: Array


def monthly(table: pd.DataFrame, quantity: str, unit: str) -> Array:
    """Return the twelve columns `<quantity>_<01..12>_<unit>` as an array (n_places, 12)."""
    return table[[f"{quantity}_{m}_{unit}" for m in MONTHS]].to_numpy(dtype=float)


def day_spread_c(temperature_c: Array, diurnal_range_c: Array, fit: Fit = SPREAD_FIT) -> Array:
    """Return the standard deviation of the daily means within a month [C].

    3.18 - 0.066 t + 0.118 d with the monthly mean t and the daily range d, kept within 1.4 to 6: least
    squares over the sixty months of the five cities, root mean square error 0.67 C.
    """
    return np.clip(fit[0] + fit[1] * temperature_c + fit[2] * diurnal_range_c, 1.4, 6.0)


def typical_year(climate: pd.DataFrame, spread_fit: Fit = SPREAD_FIT) -> Hours:
    """Return the weighted hours of a typical year.

    Parameters
    ----------
    climate : DataFrame
        Monthly `temperature_<m>_c`, `humidity_<m>_share`, `diurnal_range_<m>_c`, and `elevation_m`.
    spread_fit : tuple
        Coefficients of `day_spread_c`; another set only to validate it.

    Returns
    -------
    Hours
        Arrays (n_places, 12 months x 10 days x 8 parts of the day x 3 humidities), rows as in `climate`.
    """
    mean = _wide(monthly(climate, "temperature", "c"))
    spread = _wide(monthly(climate, "diurnal_range", "c"))
    humidity = _wide(monthly(climate, "humidity", "share"))
    pressure = pressure_hpa(climate["elevation_m"].to_numpy(dtype=float))[:, None, None, None, None]
    anomaly = day_spread_c(mean, spread, spread_fit) * _day_nodes()
    dry = mean + anomaly + _wave(spread)
    vapour = _vapour(mean, anomaly, humidity)
    vapour = np.minimum(vapour, saturation_pressure_hpa(dry))
    wet = wet_bulb_c(dry, vapour, pressure)
    flat = (len(climate), -1)
    dry = np.broadcast_to(dry, wet.shape)
    return Hours(
        dry.reshape(flat), wet.reshape(flat), vapour.reshape(flat), pressure.reshape(flat), _weights()
    )


def _wide(months: Array) -> Array:
    return months[:, :, None, None, None]


def normal_scores(count: int) -> Array:
    """Return `count` equally likely values of a normal distribution, rising, of mean 0 and deviation 1."""
    nodes = np.array([NormalDist().inv_cdf((i + 0.5) / count) for i in range(count)])
    return nodes / np.std(nodes)


def _day_nodes() -> Array:
    return normal_scores(DAYS)[None, None, :, None, None]


def _wave(diurnal_range_c: Array) -> Array:
    part = np.cos(np.pi * (np.arange(DAY_PARTS) + 0.5) / DAY_PARTS)
    return WAVE_SHARE * diurnal_range_c * part[None, None, None, :, None]


def _vapour(mean: Array, anomaly: Array, humidity: Array) -> Array:
    noise = np.exp(vapour_scatter(mean, humidity) * HUMIDITY_NODES)
    mean_noise = (noise * HUMIDITY_WEIGHTS).sum(axis=-1, keepdims=True)
    return vapour_of_day_hpa(mean, anomaly, humidity) * noise / mean_noise


def vapour_of_day_hpa(mean: Array, anomaly: Array, humidity: Array) -> Array:
    """Return the vapour pressure of a day, without its noise [hPa].

    ln e = ln(rh es(t)) + a (ln es(t + x) - ln es(t)), x the day's anomaly. a falls from 1.0 in cold to 0.1 in
    hot months (humid summer air holds no more vapour on hotter days). Chosen on the five cities, with
    `vapour_scatter`, so that wet-bulb hours and their 0.4 % value agree.
    """
    follow = np.clip(2.0 - 0.068 * mean, 0.1, 1.0)
    rise = (saturation_pressure_hpa(mean + anomaly) / saturation_pressure_hpa(mean)) ** follow
    return humidity * saturation_pressure_hpa(mean) * rise


def vapour_scatter(mean: Array, humidity: Array) -> Array:
    """Return the standard deviation of ln e about the day's: falls with temperature and humidity."""
    return np.clip(0.74 - 0.006 * mean - 0.66 * humidity, 0.04, 0.45)


def _weights() -> Array:
    month = (MONTH_DAYS / MONTH_DAYS.sum())[:, None, None, None]
    shape = (12, DAYS, DAY_PARTS, 3)
    return np.broadcast_to(month / (DAYS * DAY_PARTS) * HUMIDITY_WEIGHTS, shape).reshape(-1)


def quantile(values: Array, weight_share: Array, share: float) -> Array:
    """Return, for each row, the value that `share` of the year stays below."""
    order = np.argsort(values, axis=1)
    ordered = np.take_along_axis(values, order, axis=1)
    weight = weight_share[order]
    position = np.cumsum(weight, axis=1) - weight / 2
    return np.array([np.interp(share, p, v) for p, v in zip(position, ordered, strict=True)])
