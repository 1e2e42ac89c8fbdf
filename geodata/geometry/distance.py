"""Distances on the ellipsoid."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from geodata.geometry.projections import GEOD

Array = NDArray[np.float64]


def distance_km(lon1: ArrayLike, lat1: ArrayLike, lon2: ArrayLike, lat2: ArrayLike) -> Array:
    """Return the distance on the WGS 84 ellipsoid [km], pair by pair."""
    a, b, c, d = (np.asarray(v, dtype=float) for v in (lon1, lat1, lon2, lat2))
    return np.asarray(GEOD.inv(a, b, c, d)[2]) / 1000


def matrix_km(places: pd.DataFrame, others: pd.DataFrame) -> Array:
    """Return the distances [km], one row per place, one column per one of `others`."""
    here = [np.repeat(places[c].to_numpy(float), len(others)) for c in ("longitude", "latitude")]
    there = [np.tile(others[c].to_numpy(float), len(places)) for c in ("longitude", "latitude")]
    return distance_km(*here, *there).reshape(len(places), len(others))
