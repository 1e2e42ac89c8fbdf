"""Weather, wind and sun of each place on the days that stand for the year, and how well they do."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from geodata.layers.odds import odds_factor, scaled_odds
from geodata.layers.renewable_weather import HOURS
from geodata.profiles.days import Settings, choose_days, day_hours
from geodata.tables import Profiles, TableError, checked

Array = NDArray[np.float64]
Single = NDArray[np.float32]

COLUMNS = {
    "solar": "solar_capacity_factor",
    "wind": "wind_capacity_factor",
    "dry": "dry_bulb_c",
    "wet": "wet_bulb_c",
}
QUANTILES = (0.05, 0.5, 0.95)
LEVELS = np.linspace(0.01, 0.99, 99)


def build_profiles(
    places: pd.DataFrame,
    solar: ArrayLike,
    wind: ArrayLike,
    dry_bulb_c: ArrayLike,
    wet_bulb_c: ArrayLike,
    settings: Settings,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the days that stand for the year, each place's hours on them, and which day stands for which.

    Parameters
    ----------
    places : DataFrame
        `site_id`, `province`.
    solar, wind : array_like (n_places, 8760)
        Output over capacity, rows as in `places`, hours from 1 January, China Standard Time.
    dry_bulb_c, wet_bulb_c : array_like (n_places, 8760)
        Weather of the same hours [C].
    settings : Settings
        How many days, extremes, weights.

    Returns
    -------
    days, profiles : DataFrame
        `geodata.tables.Days` and `Profiles`.
    calendar : DataFrame
        As from `geodata.profiles.days.choose_days`.

    Raises
    ------
    TableError
        Arrays that do not fit the places, or with empty hours.
    """
    series = as_series(places, {"solar": solar, "wind": wind, "dry": dry_bulb_c, "wet": wet_bulb_c})
    days, calendar = choose_days(places, series, settings)
    hours, weight = day_hours(days), np.repeat(days["weight_days"].to_numpy(), 24)
    chosen = {name: values[:, hours].astype(float) for name, values in series.items()}
    for name in ("solar", "wind") if settings.keep_means else ():
        chosen[name] = with_mean(chosen[name], series[name].mean(axis=1, dtype=float), weight)
    return days, profile_table(places, days, chosen), calendar


def with_mean(output: Array, mean: Array, weight: Array) -> Array:
    """Return output over capacity with its odds scaled so that its weighted mean is `mean`, row by row.

    A row that cannot have the mean, as one without output, stays as it is.
    """
    total = weight.sum()
    able = (mean > 0) & (mean < ((output > 0) @ weight) / total)
    scaled = output.copy()
    if able.any():
        scaled[able] = scaled_odds(output[able], odds_factor(output[able], mean[able], weight)[:, None])
    return scaled


def profile_table(places: pd.DataFrame, days: pd.DataFrame, chosen: dict[str, Array]) -> pd.DataFrame:
    """Return `geodata.tables.Profiles` from "solar", "wind", "dry", "wet": arrays (n_places, 24 x days)."""
    count, length = len(places), 24 * len(days)
    table = pd.DataFrame(
        {
            "site_id": np.repeat(places["site_id"].to_numpy(), length),
            "day": np.tile(np.repeat(days["day"].to_numpy(), 24), count),
            "hour": np.tile(np.arange(24), count * len(days)),
            **{column: chosen[name].ravel() for name, column in COLUMNS.items()},
        }
    )
    return checked(table, Profiles, "profiles")


def check_profiles(
    days: pd.DataFrame, profiles: pd.DataFrame, places: pd.DataFrame, full: dict[str, ArrayLike]
) -> pd.DataFrame:
    """Return how well the days stand for the year, by province and series.

    Parameters
    ----------
    days, profiles : DataFrame
        Results of `build_profiles`.
    places : DataFrame
        `site_id`, `province`, as there.
    full : dict
        "solar", "wind", "dry", "wet": the whole year, arrays (n_places, 8760), rows as in `places`.

    Returns
    -------
    DataFrame
        Index: province and series. `mean_full`, `mean_days`; `q05_full`, `q05_days`, .. `q95_days`: quantiles
        of the hours; `duration_error`: mean distance of the two duration curves. Means over the places of a
        province of what holds for each; in the unit of the series.
    """
    series = as_series(places, full)
    weight = np.repeat(days["weight_days"].to_numpy(), 24)
    table = profiles.set_index("site_id").loc[places["site_id"]]
    parts = []
    for name, column in COLUMNS.items():
        chosen = table[column].to_numpy(dtype=float).reshape(len(places), -1)
        parts.append(_compared(series[name], chosen, weight).assign(series=column))
    for part in parts:
        part["province"] = places["province"].to_numpy()
    return pd.concat(parts).groupby(["province", "series"]).mean()


def _compared(full: Single, chosen: Array, weight: Array) -> pd.DataFrame:
    whole = np.quantile(full, LEVELS, axis=1).T
    part = _quantiles(chosen, weight)
    columns = {"mean_full": full.mean(axis=1, dtype=float), "mean_days": chosen @ weight / weight.sum()}
    for level in QUANTILES:
        at = int(np.argmin(np.abs(LEVELS - level)))
        columns |= {f"q{level * 100:02.0f}_full": whole[:, at], f"q{level * 100:02.0f}_days": part[:, at]}
    return pd.DataFrame({**columns, "duration_error": np.abs(whole - part).mean(axis=1)})


def _quantiles(chosen: Array, weight: Array) -> Array:
    """Return the quantiles of weighted hours at `LEVELS`, row by row."""
    order = np.argsort(chosen, axis=1)
    value, share = np.take_along_axis(chosen, order, axis=1), weight[order] / weight.sum()
    middle = np.cumsum(share, axis=1) - share / 2
    return np.array([np.interp(LEVELS, m, v) for m, v in zip(middle, value, strict=True)])


def as_series(places: pd.DataFrame, given: dict[str, ArrayLike]) -> dict[str, Single]:
    """Return the given arrays, checked: a row for each place, 8760 hours, none empty."""
    series = {name: np.asarray(values, np.float32) for name, values in given.items()}
    faults = [
        f"{name}: found {' x '.join(map(str, v.shape))}, expected {len(places)} x {HOURS}"
        for name, v in series.items()
        if v.shape != (len(places), HOURS)
    ] or [f"{name}: found empty hours" for name, v in series.items() if not np.isfinite(v).all()]
    if faults or places.empty:
        raise TableError("hours for the profiles: " + ("; ".join(faults) or "no places"))
    return series
