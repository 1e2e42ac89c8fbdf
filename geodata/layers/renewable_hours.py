"""Hourly wind and sun at each place: reanalysis of the province, its odds scaled to the mean at the place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.layers.odds import odds_factor, scaled_odds
from geodata.layers.own_output import own_output
from geodata.layers.renewable_means import Settings, solar_means, wind_means
from geodata.layers.renewable_weather import provincial_hours
from geodata.tables import TableError

Single = NDArray[np.float32]

BLOCK = 64  # places at a time, so that memory stays small


def hourly(
    places: pd.DataFrame, settings: Settings, data: Path | None, tables: Path | None = None
) -> tuple[Single, Single]:
    """Return the output of sun and of wind over capacity in each hour of a year.

    Parameters
    ----------
    places : DataFrame
        `site_id`, `province`, `prefecture`, `longitude`, `latitude`.
    settings : Settings
        Correction, scaling, the user's own series.
    data : Path, optional
        Data folder; needed unless the user's file has the series of every place.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    solar, wind : array (n_places, 8760)
        Rows as in `places`; hour 0 begins on 1 January at 0:00 China Standard Time; 2020 without 29 February.

    Raises
    ------
    TableError
        A file is missing or not usable, or a place lies in no province that the hours know.

    Notes
    -----
    y = f x / (1 + (f - 1) x), x the hours of the province, f such that the mean of y is that of the place
    (`geodata.layers.renewable_means`). So nights and calms stay, the order of hours stays, and 0 <= y <= 1.
    """
    own = own_output(places, settings.hours_file)
    sun, air = solar_means(places, settings, data, tables), wind_means(places, settings, tables)
    solar = _series(places, "solar", sun["mean"].to_numpy(), own["solar"], data)
    return solar, _series(places, "wind", air["mean"].to_numpy(), own["wind"], data)


def _series(
    places: pd.DataFrame, kind: str, mean: NDArray[np.float64], own: Single, data: Path | None
) -> Single:
    series = own
    lacking = np.isnan(series[:, 0])
    if not lacking.any():
        return series
    if data is None:
        raise TableError(
            f"hourly {kind}: {int(lacking.sum())} places have no series of their own; survey with --data DIR"
        )
    regional = provincial_hours(data, kind)
    _check(places, lacking & (np.isnan(mean) | ~places["province"].isin(regional.columns).to_numpy()), kind)
    for province, rows in places.reset_index(drop=True)[lacking].groupby("province").groups.items():
        shape = regional[province].to_numpy()
        for start in range(0, len(rows), BLOCK):
            block = rows[start : start + BLOCK]
            series[block] = scaled_odds(shape, odds_factor(shape, mean[block])[:, None])
    return series


def _check(places: pd.DataFrame, lost: NDArray[np.bool_], kind: str) -> None:
    if lost.any():
        shown = ", ".join(places["site_id"].to_numpy()[lost][:5])
        raise TableError(
            f"hourly {kind}: {int(lost.sum())} places without hours ({shown}): no such province, no "
            "radiation grid in the data folder, or more than 400 km from its stations; give their series in "
            "renewables.hours_file"
        )
