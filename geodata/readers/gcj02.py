"""Coordinates of Chinese web maps (GCJ-02, BD-09) brought back to WGS 84."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Datum = Literal["wgs84", "gcj02", "bd09"]

AXIS_M = 6378245.0  # Krasovsky 1940
ECCENTRICITY2 = 0.00669342162296594323
BOX = (72.004, 137.8347, 0.8293, 55.8271)  # outside nothing is shifted
TURN = np.pi * 3000 / 180
ROUNDS = 4  # each brings the error down a thousandfold, from 700 m


def from_datum(longitude: ArrayLike, latitude: ArrayLike, datum: Datum) -> tuple[Array, Array]:
    """Return longitude and latitude in WGS 84 [degrees] of points given in `datum`.

    The shift of GCJ-02 is undone by repeated subtraction; its formula is not published, but known from public
    implementations (eviltransform, coordtransform), and good to about a metre.
    """
    lon, lat = np.asarray(longitude, float), np.asarray(latitude, float)
    if datum == "bd09":
        lon, lat = _gcj_of_bd(lon, lat)
    if datum == "wgs84":
        return lon, lat
    guess_lon, guess_lat = lon, lat
    for _ in range(ROUNDS):
        shifted_lon, shifted_lat = to_gcj02(guess_lon, guess_lat)
        guess_lon, guess_lat = guess_lon + lon - shifted_lon, guess_lat + lat - shifted_lat
    return guess_lon, guess_lat


def to_gcj02(longitude: ArrayLike, latitude: ArrayLike) -> tuple[Array, Array]:
    """Return where Chinese web maps show points [degrees]: 100 to 700 m off, within China's box."""
    lon, lat = np.asarray(longitude, float), np.asarray(latitude, float)
    x, y = lon - 105, lat - 35
    east, north = _east(x, y), _north(x, y)
    phi = np.radians(lat)
    root = 1 - ECCENTRICITY2 * np.sin(phi) ** 2
    d_lat = np.degrees(north * root**1.5 / (AXIS_M * (1 - ECCENTRICITY2)))
    d_lon = np.degrees(east * root**0.5 / (AXIS_M * np.cos(phi)))
    west, right, south, top = BOX
    inside = (lon >= west) & (lon <= right) & (lat >= south) & (lat <= top)
    return np.where(inside, lon + d_lon, lon), np.where(inside, lat + d_lat, lat)


def _waves(v: Array, short: float, long: float) -> Array:
    """Return the sums of sines that both shifts share, along one axis [m]."""
    near = 20 * np.sin(v * np.pi) + 40 * np.sin(v * np.pi / 3)
    return (near + short * np.sin(v * np.pi / 12) + long * np.sin(v * np.pi / 30)) * 2 / 3


def _ripple(x: Array) -> Array:
    return (20 * np.sin(6 * x * np.pi) + 20 * np.sin(2 * x * np.pi)) * 2 / 3


def _east(x: Array, y: Array) -> Array:
    plain = 300 + x + 2 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    return np.asarray(plain + _ripple(x) + _waves(x, 150, 300))


def _north(x: Array, y: Array) -> Array:
    plain = -100 + 2 * x + 3 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    return np.asarray(plain + _ripple(x) + _waves(y, 160, 320))


def _gcj_of_bd(lon: Array, lat: Array) -> tuple[Array, Array]:
    x, y = lon - 0.0065, lat - 0.006
    radius = np.hypot(x, y) - 2e-5 * np.sin(y * TURN)
    angle = np.arctan2(y, x) - 3e-6 * np.cos(x * TURN)
    return radius * np.cos(angle), radius * np.sin(angle)
