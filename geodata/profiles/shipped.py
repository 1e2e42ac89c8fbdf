"""Profiles without a data folder: shipped days and provincial hours, scaled to the mean of each place."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from geodata.layers.odds import odds_factor, scaled_odds
from geodata.layers.own_output import own_output
from geodata.layers.renewable_hours import hourly
from geodata.layers.renewable_means import Settings as RenewableSettings
from geodata.layers.renewable_means import provincial_means
from geodata.layers.renewable_weather import SOURCE, provincial_hours
from geodata.profiles.calendar import shipped_calendar
from geodata.profiles.days import Settings, choose_days, day_hours
from geodata.profiles.profiles import as_series, profile_table, with_mean
from geodata.read import builtin
from geodata.tables import DataWarning, Days, TableError, checked

Array = NDArray[np.float64]

HOUR_COLUMNS = [f"h{hour:02d}_share" for hour in range(24)]
DAY_SOURCE = f"ours, chosen by geodata.profiles.days; wind and sun: {SOURCE}"
SHAPE_SOURCE = "ours: ERA5 2020 (PyPSA-China, CC0; Copernicus), at full_load_hours.csv"
CALENDAR_SOURCE = "ours: geodata.profiles.days on ERA5 2020 (PyPSA-China, CC0; Copernicus) and our climate"
KINDS = ("solar", "wind")


def shipped_profiles(
    places: pd.DataFrame,
    attributes: pd.DataFrame,
    dry_bulb_c: ArrayLike,
    wet_bulb_c: ArrayLike,
    renewables: RenewableSettings,
    settings: Settings,
    tables: Path | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the shipped days, each place's hours on them, and which day stands for which.

    Parameters
    ----------
    places : DataFrame
        `site_id`, `province`.
    attributes : DataFrame
        Index or column `site_id`; `solar_capacity_factor`, `wind_capacity_factor`: means of the year.
    dry_bulb_c, wet_bulb_c : array_like (n_places, 8760)
        Weather, rows as in `places`, hours from 1 January, China Standard Time [C].
    renewables : Settings
        The user's own series.
    settings : Settings
        Must be the default: the days are those that it chooses for the shipped places.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    days, profiles : DataFrame
        `geodata.tables.Days` and `Profiles`: for the shipped places those of
        `geodata.profiles.profiles.build_profiles` on the data folder, to rounding. Scaling the odds of
        provincial hours once, to the mean on the days, is the same as first to that of the year and then to
        that on the days.
    calendar : DataFrame
        `date`, `day_date`, as from `geodata.profiles.days.choose_days`.

    Raises
    ------
    TableError
        Other settings, a place in no province, arrays or tables that do not fit.
    """
    check_settings(settings)
    weather = as_series(places, {"dry": dry_bulb_c, "wet": wet_bulb_c})
    days = shipped_days(tables)
    hours = day_hours(days)
    chosen = {name: values[:, hours].astype(float) for name, values in weather.items()}
    chosen |= shipped_output(places, attributes, days, renewables, tables)
    return days, profile_table(places, days, chosen), shipped_calendar(days, tables)


def shipped_output(
    places: pd.DataFrame,
    attributes: pd.DataFrame,
    days: pd.DataFrame,
    renewables: RenewableSettings,
    tables: Path | None = None,
) -> dict[str, Array]:
    """Return wind and sun on the shipped days, at the mean of each place.

    Parameters
    ----------
    places, attributes, renewables, tables
        As in `shipped_profiles`.
    days : DataFrame
        Result of `shipped_days`.

    Returns
    -------
    dict
        "solar", "wind": output over capacity, arrays (n_places, 24 x days), rows as in `places`.
    """
    hours, weight = day_hours(days), np.repeat(days["weight_days"].to_numpy(), 24)
    means = attributes.set_index("site_id") if "site_id" in attributes else attributes
    own = own_output(places, renewables.hours_file)
    chosen = {}
    for kind in KINDS:
        mean = means[f"{kind}_capacity_factor"].reindex(places["site_id"]).to_numpy(dtype=float)
        shape = _shapes(places, kind, days, tables)
        given = ~np.isnan(own[kind][:, 0])
        shape[given] = own[kind][given][:, hours]
        mean = np.where(given, own[kind].mean(axis=1, dtype=float), mean)
        chosen[kind] = with_mean(shape, _filled(mean, shape, weight, kind), weight)
    return chosen


def build_shipped(
    places: pd.DataFrame, dry_bulb_c: ArrayLike, wet_bulb_c: ArrayLike, data: Path
) -> dict[str, pd.DataFrame]:
    """Return `profile_days`, `profile_calendar` and `profile_shapes`, which `shipped_profiles` reads.

    Parameters
    ----------
    places : DataFrame
        The shipped places: `site_id`, `province`, `prefecture`, `longitude`, `latitude`.
    dry_bulb_c, wet_bulb_c : array_like (n_places, 8760)
        Their weather [C].
    data : Path
        Data folder.
    """
    solar, wind = hourly(places, RenewableSettings(), data)
    given: dict[str, ArrayLike] = {"solar": solar, "wind": wind, "dry": dry_bulb_c, "wet": wet_bulb_c}
    days, calendar = choose_days(places, as_series(places, given), Settings())
    note = {"source": DAY_SOURCE, "vintage": "2020", "confidence": "medium"}
    shapes = [_provincial(kind, days, data) for kind in KINDS]
    return {
        "profile_days": days.drop(columns="day").assign(**note),
        "profile_calendar": calendar.assign(**note | {"source": CALENDAR_SOURCE}),
        "profile_shapes": pd.concat(shapes, ignore_index=True),
    }


def _provincial(kind: str, days: pd.DataFrame, data: Path) -> pd.DataFrame:
    """Return the corrected hours of each province on the days, a row for each province and day."""
    whole = provincial_hours(data, kind)
    mean = provincial_means(kind, RenewableSettings())["mean"].sort_index()
    hours = whole[mean.index].to_numpy().T
    corrected = scaled_odds(hours, odds_factor(hours, mean)[:, None])[:, day_hours(days)]
    table = pd.DataFrame(corrected.reshape(-1, 24).round(4), columns=HOUR_COLUMNS)
    keys = pd.MultiIndex.from_product([mean.index, days["date"]], names=["province", "date"])
    told = {"source": SHAPE_SOURCE, "vintage": "2020", "confidence": "medium"}
    return pd.concat([keys.to_frame(index=False).assign(technology=kind), table], axis=1).assign(**told)


def shipped_days(tables: Path | None = None) -> pd.DataFrame:
    """Return the days that come with the package (`geodata.tables.Days`)."""
    table = builtin("profile_days", tables)
    table = table.assign(day=range(len(table)))[list(Days.to_schema().columns)]
    return checked(table, Days, "profile_days")


def _shapes(places: pd.DataFrame, kind: str, days: pd.DataFrame, tables: Path | None) -> Array:
    table = builtin("profile_shapes", tables).query("technology == @kind").set_index(["province", "date"])
    known = set(table.index.get_level_values("province"))
    lost = places.loc[~places["province"].isin(known), "site_id"]
    if len(lost):
        raise TableError(f"profiles: {', '.join(lost[:5])} lies in no province that has hours of {kind}")
    keys = pd.MultiIndex.from_product([sorted(known), days["date"]])
    hours = table.reindex(keys)[HOUR_COLUMNS].to_numpy(dtype=float).reshape(len(known), -1)
    row = pd.Series(range(len(known)), index=sorted(known))
    return hours[row[places["province"]].to_numpy()]


def _filled(mean: Array, shape: Array, weight: Array, kind: str) -> Array:
    lost = np.isnan(mean)
    if lost.any():
        warnings.warn(
            f"{int(lost.sum())} places have no mean output of {kind}: that of their province stands in; "
            "survey with --data DIR",
            DataWarning,
            stacklevel=3,
        )
    return np.where(lost, shape @ weight / weight.sum(), mean)


def check_settings(settings: Settings) -> None:
    """Raise a `TableError` unless the choice of days is the default, the one that was shipped."""
    standard = Settings()
    other = [f"{name}: {value}" for name, value in settings if value != getattr(standard, name)]
    if other:
        raise TableError(
            f"profiles.{', '.join(other)}: without a data folder only the shipped days can be had, chosen "
            "with the default settings; survey with --data DIR, or take these keys out"
        )
