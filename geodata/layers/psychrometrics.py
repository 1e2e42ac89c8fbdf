"""Moist air: saturation pressure, humidity ratio, wet bulb and air pressure by height."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

STEPS = 12  # Newton steps; converges to 1e-6 C in half of them


def saturation_pressure_hpa(temperature_c: ArrayLike) -> Array:
    """Return the saturation vapour pressure over liquid water [hPa].

    Parameters
    ----------
    temperature_c : array_like
        Air temperature [C], -45 to 60.

    References
    ----------
    e = 6.112 exp(17.62 t / (243.12 + t)): Magnus form of the Guide to Instruments and Methods of Observation,
    WMO-No. 8 (2018), annex 4.B.
    """
    t = np.asarray(temperature_c, dtype=float)
    return 6.112 * np.exp(17.62 * t / (243.12 + t))


def pressure_hpa(elevation_m: ArrayLike) -> Array:
    """Return the mean air pressure at a height above the sea [hPa].

    References
    ----------
    p = 1013.25 (1 - 2.25577e-5 z)^5.25588: standard atmosphere, ASHRAE Handbook Fundamentals (2017), ch. 1
    eq. 3.
    """
    return 1013.25 * (1 - 2.25577e-5 * np.asarray(elevation_m, dtype=float)) ** 5.25588


def humidity_ratio(vapour_pressure_hpa: ArrayLike, air_pressure_hpa: ArrayLike) -> Array:
    """Return kilograms of water per kilogram of dry air: 0.621945 e / (p - e)."""
    e = np.asarray(vapour_pressure_hpa, dtype=float)
    return 0.621945 * e / (np.asarray(air_pressure_hpa, dtype=float) - e)


def enthalpy_kj_per_kg(temperature_c: ArrayLike, ratio: ArrayLike) -> Array:
    """Return the enthalpy of moist air per kilogram of dry air: 1.006 t + w (2501 + 1.86 t)."""
    t = np.asarray(temperature_c, dtype=float)
    return 1.006 * t + np.asarray(ratio, dtype=float) * (2501 + 1.86 * t)


def vapour_pressure_hpa(density_g_per_m3: ArrayLike, temperature_c: ArrayLike) -> Array:
    """Return the vapour pressure [hPa] of a vapour density: e = rho T / 216.7, T in kelvin (ITU-R P.836)."""
    return (
        np.asarray(density_g_per_m3, dtype=float) * (np.asarray(temperature_c, dtype=float) + 273.15) / 216.7
    )


def wet_bulb_c(temperature_c: ArrayLike, vapour_hpa: ArrayLike, air_pressure_hpa: ArrayLike) -> Array:
    """Return the thermodynamic wet-bulb temperature [C].

    Parameters
    ----------
    temperature_c : array_like
        Dry bulb [C].
    vapour_hpa : array_like
        Vapour pressure [hPa]; more than saturation is taken as saturation.
    air_pressure_hpa : array_like
        Air pressure [hPa], so that the result holds at height too.

    References
    ----------
    The wet bulb t* solves w = ((2501 - 2.326 t*) ws(t*) - 1.006 (t - t*)) / (2501 + 1.86 t - 4.186 t*),
    ASHRAE Handbook Fundamentals (2017), ch. 1 eq. 33, here by Newton's method from t downwards. Liquid water
    is assumed below 0 C too. Not Stull (2011), which holds at sea level only.
    """
    t, e, p = (np.asarray(x, dtype=float) for x in (temperature_c, vapour_hpa, air_pressure_hpa))
    ratio = humidity_ratio(np.minimum(e, saturation_pressure_hpa(t)), p)
    wet = np.broadcast_to(t, np.broadcast_shapes(t.shape, e.shape, p.shape)).copy()
    for _ in range(STEPS):
        step = _excess(wet, t, ratio, p) / _slope(wet, p)
        wet -= step
        if np.abs(step).max(initial=0.0) < 1e-7:
            break
    return wet


def _excess(wet: Array, t: Array, ratio: Array, p: Array) -> Array:
    saturated = humidity_ratio(saturation_pressure_hpa(wet), p)
    return ((2501 - 2.326 * wet) * saturated - 1.006 * (t - wet)) / (2501 + 1.86 * t - 4.186 * wet) - ratio


def _slope(wet: Array, p: Array) -> Array:
    e = saturation_pressure_hpa(wet)
    return 0.621945 * p / (p - e) ** 2 * e * 17.62 * 243.12 / (243.12 + wet) ** 2 + 1.006 / 2501


def ratio_at_wet_bulb(temperature_c: ArrayLike, wet_bulb: ArrayLike, air_pressure_hpa: ArrayLike) -> Array:
    """Return the humidity ratio from dry and wet bulb [C] and pressure [hPa]: as in `wet_bulb_c`."""
    t, wet, p = (np.asarray(x, dtype=float) for x in (temperature_c, wet_bulb, air_pressure_hpa))
    return _excess(wet, t, np.zeros_like(t), p)
