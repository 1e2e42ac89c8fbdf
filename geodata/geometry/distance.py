"""Distances on the ellipsoid."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pyproj import Geod


def distance_km(lon1: pd.Series, lat1: pd.Series, lon2: pd.Series, lat2: pd.Series) -> np.ndarray:
    """Return the distance on the WGS 84 ellipsoid [km], pair by pair."""
    a, b, c, d = (np.asarray(v, dtype=float) for v in (lon1, lat1, lon2, lat2))
    return np.asarray(Geod(ellps="WGS84").inv(a, b, c, d)[2]) / 1000


def nearest(places: pd.DataFrame, others: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return for each of `places` the row number of the nearest of `others` and the distance [km]."""
    rows = np.repeat(np.arange(len(places)), len(others))
    columns = np.tile(np.arange(len(others)), len(places))
    a, b = places.iloc[rows], others.iloc[columns]
    km = distance_km(a["longitude"], a["latitude"], b["longitude"], b["latitude"]).reshape(
        len(places), len(others)
    )
    return km.argmin(axis=1), km.min(axis=1)


def nearest_km(places: pd.DataFrame, others: pd.DataFrame) -> np.ndarray:
    """Return the distance of each of `places` to the nearest of `others` [km]."""
    return nearest(places, others)[1]
