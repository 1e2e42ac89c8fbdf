"""Chooses the real days that stand for the year, and how many days each stands for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from scipy.optimize import lsq_linear

from geodata.layers.renewable_weather import HOURS, stamps
from geodata.tables import Days, checked

Array = NDArray[np.float64]
Single = NDArray[np.float32]
Indices = NDArray[np.int64]

DAYS = 365
HOTTEST, LULL, WINDIEST = "hottest wet bulb", "least wind and sun", "most wind"
NATIONAL = [HOTTEST, LULL, WINDIEST]
EXTREMES: dict[str, Any] = {
    "method": "append",
    "max_value": [HOTTEST],
    "min_period": [LULL],
    "max_period": [WINDIEST],
}
NATIONAL_WEIGHT = 1e-5  # hardly any: these columns only tell the extremes
CLOSENESS = 0.1  # of weights to cluster sizes against that of means to those of the year
FIRM = 1000.0  # of the sum of the weights against all else


class Settings(BaseModel):
    """How the days that stand for the year are chosen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    typical_count: int = Field(14, ge=1, le=200, description="typical days")
    extremes: bool = Field(
        True, description="keep the days of the hottest wet bulb, least wind and sun, and most wind as well"
    )
    fit_weights: bool = Field(
        True,
        description="shift the weights so that means and spreads of the year are met; else cluster sizes",
    )
    keep_means: bool = Field(
        True, description="scale wind and sun of the days so that each place keeps its mean of the year"
    )
    wind_weight_factor: float = Field(2.0, gt=0, le=100, description="of wind against sun in the choice")
    weather_weight_factor: float = Field(
        2.0, gt=0, le=100, description="of dry and of wet bulb against sun in the choice"
    )


def choose_days(
    places: pd.DataFrame, series: dict[str, Single], settings: Settings
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the days, medoids of a hierarchical clustering (Ward) and the extremes, and the calendar.

    Parameters
    ----------
    places : DataFrame
        `site_id`, `province`.
    series : dict
        "solar", "wind" (output over capacity), "dry", "wet" (bulb, C): arrays (n_places, 8760), rows as in
        `places`.
    settings : Settings
        How many days, extremes, weights.

    Returns
    -------
    days : DataFrame
        `geodata.tables.Days`, in the order of the year.
    calendar : DataFrame
        `date`, every day of the year; `day_date`, the chosen day that stands for it: that of its cluster.

    Notes
    -----
    Days are compared by the mean hours of each province over its places, each brought to 0 to 1. An extreme
    day stands for itself: weight 1. A typical day weighs as many days as its cluster has, shifted as in
    `_fitted`.
    """
    features = _features(places, series)
    import tsam  # costs two seconds, and a survey without a data folder chooses no days

    result = tsam.aggregate(
        features,
        n_clusters=settings.typical_count,
        cluster=tsam.ClusterConfig(method="hierarchical", representation="medoid"),
        extremes=tsam.ExtremeConfig(**EXTREMES) if settings.extremes else None,
        weights=_importance(list(features.columns), settings),
        preserve_column_means=False,
    )
    day = np.asarray(result.clustering.cluster_centers, dtype=int)
    size = pd.Series(result.cluster_counts).sort_index().to_numpy(dtype=float)
    stamp = stamps()[::24].strftime("%Y-%m-%d")
    assigned = day[np.asarray(result.clustering.cluster_assignments, dtype=int)]
    kept = pd.Series(size, index=day).sort_index()
    names = _names(features, settings).reindex(kept.index).fillna("")
    if settings.fit_weights:
        kept = _fitted(kept, (names != "").to_numpy(), features.drop(columns=NATIONAL))
    table = {
        "day": range(len(kept)),
        "date": stamp[kept.index],
        "weight_days": _rounded(kept),
        "extreme": names.to_numpy(),
    }
    calendar = pd.DataFrame({"date": stamp, "day_date": stamp[assigned]}, dtype="str")
    return checked(pd.DataFrame(table), Days, "days"), calendar


def day_hours(days: pd.DataFrame) -> Indices:
    """Return the hours of the year, 0 to 8759, of all days in order."""
    first = pd.Series(range(0, HOURS, 24), index=stamps()[::24].strftime("%Y-%m-%d"))
    return (first[days["date"]].to_numpy()[:, None] + np.arange(24)).ravel()


def _features(places: pd.DataFrame, series: dict[str, Single]) -> pd.DataFrame:
    """Return the mean hours of each kind and province, and three national series for the extremes."""
    sites = places.reset_index(drop=True).sort_values("site_id")
    groups = {str(p): rows.to_numpy() for p, rows in sites.groupby("province").groups.items()}
    columns = {
        f"{name} {province}": values[rows].mean(axis=0, dtype=float)
        for name, values in series.items()
        for province, rows in groups.items()
    }
    nation = {name: values[sites.index].mean(axis=0, dtype=float) for name, values in series.items()}
    columns |= {HOTTEST: nation["wet"], LULL: nation["solar"] + nation["wind"], WINDIEST: nation["wind"]}
    return pd.DataFrame(columns, index=pd.date_range("2021-01-01", periods=HOURS, freq="h")).round(6)


def _importance(columns: list[str], settings: Settings) -> dict[str, float]:
    weather = settings.weather_weight_factor
    kinds = {"solar": 1.0, "wind": settings.wind_weight_factor, "dry": weather, "wet": weather}
    return {c: NATIONAL_WEIGHT if c in NATIONAL else kinds[c.split(" ")[0]] for c in columns}


def _names(features: pd.DataFrame, settings: Settings) -> pd.Series:
    """Return why days are extreme, by number of the day in the year."""
    if not settings.extremes:
        return pd.Series(dtype="str")
    days = features[NATIONAL].groupby(np.arange(HOURS) // 24)
    number = {
        HOTTEST: days[HOTTEST].max().idxmax(),
        LULL: days[LULL].mean().idxmin(),
        WINDIEST: days[WINDIEST].mean().idxmax(),
    }
    return pd.Series({day: "; ".join(n for n in number if number[n] == day) for day in number.values()})


def _fitted(size: pd.Series, extreme: NDArray[np.bool_], features: pd.DataFrame) -> pd.Series:
    """Return the weights with which means and spreads of the year are met best, near the cluster sizes.

    Least squares over weights w >= 1 of typical days: the misses of the mean of each feature and of its
    squared distance from it, in standard deviations of their day means, and the shifts of the weights from
    the cluster sizes; the sum stays 365.
    """
    square = ((features - features.mean()) ** 2).add_suffix(" squared")
    means = features.join(square).groupby(np.arange(HOURS) // 24).mean()
    spread = means.std().replace(0, np.inf)
    miss = ((means.loc[size.index] - means.mean()) / spread).to_numpy().T / (DAYS * np.sqrt(len(spread)))
    free = ~extreme
    near = np.sqrt(CLOSENESS) / DAYS
    target = size.to_numpy()[free]
    if len(target) < 2 or target.sum() <= len(target):
        return size
    rows = np.vstack([miss[:, free], near * np.eye(len(target)), np.full((1, len(target)), FIRM / DAYS)])
    wanted = [-miss[:, extreme] @ size.to_numpy()[extreme], near * target, [FIRM / DAYS * target.sum()]]
    fitted = lsq_linear(rows, np.concatenate(wanted), bounds=(1 - 1e-9, DAYS)).x
    weight = size.copy()
    weight[free] = fitted
    return weight


def _rounded(weight: pd.Series) -> Array:
    """Return the weights to a tenth of a day; the largest takes what is left of 365."""
    short = np.round(weight.to_numpy(dtype=float), 1)
    short[np.argmax(short)] += DAYS - short.sum()
    return short.round(1)
