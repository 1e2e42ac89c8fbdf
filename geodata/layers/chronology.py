"""The hours of a typical year in their order: what `geodata.layers.hours` says of a month, laid out in time.

The distribution within each month is that of the weighted sample: normal day means about the monthly mean,
the same daily wave, vapour that follows the day. Here the days get an order and the wave gets its hour:

- Days: the normal scores of a month stand in the rank order of one sequence, a second-order autoregression
  plus the course of the seasons. Coefficients fitted to the hourly records of five cities: without their
  seasons, day means correlate by 0.72, 0.44 and 0.28 with those one, two and three days before.
- Wave: lowest at 6, highest at 15 h local solar time, so by the clock two hours later in Urumqi than in
  Shanghai.
- Humidity: normal scores in the rank order of a first-order autoregression by hour (0.97, which is 0.48 after
  a day; five cities 0.53), uncorrelated with the days of the month.

The sequence is the same for all places and depends on the seed only: a heat wave strikes all of them at once.
That is on the safe side for what peaks together, and understates how distant sites even each other out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from geodata.layers.climate import Settings
from geodata.layers.epw import CHINA_H, read_epw
from geodata.layers.hours import (
    CALENDAR,
    HOURS,
    WAVE_SHARE,
    day_spread_c,
    monthly,
    normal_scores,
    vapour_of_day_hpa,
    vapour_scatter,
)
from geodata.layers.psychrometrics import pressure_hpa, saturation_pressure_hpa, wet_bulb_c

Array = NDArray[np.float64]
Single = NDArray[np.float32]

DAY_TERMS = (0.85, -0.18)  # of the day before and the one before that
HOUR_TERM = 0.97
SEASON = 4.2  # amplitude of the seasons over the spread of days: five cities 2.8 to 5.8
WARMEST_DAY = 199  # five cities: 195 to 208
RUN_IN = 1000
LOWEST_H, RISING_H, HIGHEST_H = 6.0, 8.25, 15.0  # solar time; five cities: 4.8 to 7, 8.5, 13.1 to 14.9


@dataclass(frozen=True)
class Hours8760:
    """Weather of 8760 hours, one row per place, columns as `CALENDAR`: 365 days from 1 January.

    An hour begins at its stamp, by the clock of the settings (China Standard Time). A year of records is laid
    on it without 29 February.
    """

    site_id: pd.Index
    dry_bulb_c: Single
    wet_bulb_c: Single
    vapour_hpa: Single
    pressure_hpa: Single

    def at(self, hours: NDArray[np.int64]) -> Hours8760:
        """Return the weather in these hours of the year alone."""
        dry, wet, vapour = (part[:, hours] for part in (self.dry_bulb_c, self.wet_bulb_c, self.vapour_hpa))
        return Hours8760(self.site_id, dry, wet, vapour, self.pressure_hpa)


def hours_of(climate: pd.DataFrame, longitude: ArrayLike, settings: Settings) -> Hours8760:
    """Return the hours of each place: of the user's EPW file where it has one, else of the typical year.

    Parameters
    ----------
    climate : DataFrame
        Result of `geodata.layers.climate.measure_climate`.
    longitude : array_like
        Degrees east, rows as in `climate`.
    settings : Settings
        Those of `climate`.
    """
    hours = typical_hours(climate, longitude, settings)
    for row in np.flatnonzero(climate["epw_file"].to_numpy() != ""):
        own = read_epw(climate["epw_file"].iloc[row], climate["epw_warming_c"].iloc[row])
        later = round(settings.utc_offset_h - CHINA_H)
        hours.dry_bulb_c[row], hours.wet_bulb_c[row] = (
            np.roll(part, later) for part in (own.dry_bulb_c, own.wet_bulb_c)
        )
        hours.vapour_hpa[row] = np.roll(own.vapour_hpa, later)
        hours.pressure_hpa[row] = own.pressure_hpa.mean()
    return hours


def typical_hours(climate: pd.DataFrame, longitude: ArrayLike, settings: Settings) -> Hours8760:
    """Return the 8760 hours of a typical year, in order.

    Parameters
    ----------
    climate : DataFrame
        Monthly `temperature_<m>_c`, `humidity_<m>_share`, `diurnal_range_<m>_c`, and `elevation_m`, as from
        `geodata.layers.climate.measure_climate`.
    longitude : array_like
        Degrees east, rows as in `climate`: sets the hour of the daily wave.
    settings : Settings
        `seed` of the order, clock.

    Returns
    -------
    Hours8760
        Arrays (n_places, 8760), pressure (n_places, 1), rows as in `climate`. A place's hours do not depend
        on which others are in the table.
    """
    shape = (len(climate), HOURS)
    dry, wet, vapour = (np.empty(shape, np.float32) for _ in range(3))
    pressure = pressure_hpa(climate["elevation_m"].to_numpy(dtype=float))[:, None]
    waves = _waves(np.broadcast_to(np.asarray(longitude, dtype=float), len(climate)), settings.utc_offset_h)
    scores = _scores(settings.seed)
    mean, span = monthly(climate, "temperature", "c"), monthly(climate, "diurnal_range", "c")
    humidity = monthly(climate, "humidity", "share")
    for row in range(len(climate)):  # one by one: little memory, and no place changes another's last digit
        dry[row], vapour[row] = hour = _dry_and_vapour(
            mean[row], span[row], humidity[row], waves[row], scores
        )
        wet[row] = wet_bulb_c(*hour, pressure[row])
    return Hours8760(climate.index, dry, wet, vapour, pressure.astype(np.float32))


def _dry_and_vapour(
    mean: Array, span: Array, humidity: Array, wave: Array, scores: tuple[Array, Array]
) -> tuple[Array, Array]:
    """Return dry bulb [C] and vapour pressure [hPa] by hour from twelve months of one place."""
    day, noise = scores
    month = CALENDAR["month"].to_numpy() - 1
    anomaly = day_spread_c(mean, span)[month] * day
    dry = mean[month] + anomaly + WAVE_SHARE * span[month] * np.tile(wave, 365)
    scatter = vapour_scatter(mean, humidity)[month]
    drawn = np.exp(scatter * noise - scatter**2 / 2)
    vapour = vapour_of_day_hpa(mean[month], anomaly, humidity[month]) * drawn
    return dry, np.minimum(vapour, saturation_pressure_hpa(dry))


def _waves(longitude: Array, utc_offset_h: float) -> Array:
    """Return the daily wave by clock hour, (n_places, 24), of mean 0 and deviation 1 / sqrt(2) like a cosine.

    A cosine in a time that runs unevenly: a quarter of its course from the lowest hour to the rising zero,
    the next to the highest, the third to twelve hours after the rising zero; half the day is above its mean,
    so the distribution is that of the cosine.
    """
    solar = np.arange(24) + 0.5 + (longitude[:, None] - 15 * utc_offset_h) / 15
    knots = [LOWEST_H, RISING_H, HIGHEST_H, RISING_H + 12, LOWEST_H + 24]
    phase = np.interp((solar - LOWEST_H) % 24 + LOWEST_H, knots, np.pi * np.array([-1, -0.5, 0, 0.5, 1]))
    wave = np.cos(phase) - np.cos(phase).mean(axis=1, keepdims=True)
    return wave / (wave.std(axis=1, keepdims=True) * np.sqrt(2))


def _scores(seed: int) -> tuple[Array, Array]:
    """Return the normal scores of each hour: of its day, and of its humidity."""
    random = np.random.RandomState(seed)  # its stream is the same in every release of NumPy
    month = CALENDAR["month"].to_numpy()
    day = _autoregression(random.standard_normal(RUN_IN + 365), DAY_TERMS) + _season()
    day_score = np.repeat(_ranked(day, month[::24]), 24)
    noise = _autoregression(random.standard_normal(RUN_IN + HOURS), (HOUR_TERM,))
    return day_score, _ranked(_apart(noise, day_score, month), month)


def _autoregression(noise: Array, terms: tuple[float, ...]) -> Array:
    """Return the sequence that the noise makes, without its run-in, of deviation 1."""
    from scipy.signal import lfilter  # takes half a second, so not before it is needed

    made = lfilter([1.0], [1.0, *(-t for t in terms)], noise)[RUN_IN:]
    return made / np.std(made)


def _season() -> Array:
    return SEASON * np.cos(2 * np.pi * (np.arange(1, 366) - WARMEST_DAY) / 365)


def _apart(noise: Array, day_score: Array, month: NDArray[np.int64]) -> Array:
    """Return the noise less what the days of the month explain of it."""
    rest = noise.copy()
    for m in range(1, 13):
        of = month == m
        rest[of] -= np.cov(noise[of], day_score[of])[0, 1] / np.var(day_score[of]) * day_score[of]
    return rest


def _ranked(sequence: Array, month: NDArray[np.int64]) -> Array:
    """Return the normal scores of each month in the rank order of the sequence."""
    scores = np.empty(len(sequence))
    for m in range(1, 13):
        of = np.flatnonzero(month == m)
        scores[of[np.argsort(sequence[of])]] = normal_scores(len(of))
    return scores
