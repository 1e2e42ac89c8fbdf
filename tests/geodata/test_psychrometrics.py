from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.layers.psychrometrics import (
    enthalpy_kj_per_kg,
    humidity_ratio,
    pressure_hpa,
    ratio_at_wet_bulb,
    saturation_pressure_hpa,
    vapour_pressure_hpa,
    wet_bulb_c,
)

EPW = Path(__file__).parents[2].parent / "shared" / "data" / "climate" / "epw"


@pytest.mark.parametrize(
    ("temperature_c", "expected_hpa"), [(0, 6.112), (20, 23.39), (30, 42.47), (-20, 1.256)]
)
def test_saturation_pressure(temperature_c: float, expected_hpa: float) -> None:
    assert saturation_pressure_hpa(temperature_c) == pytest.approx(expected_hpa, rel=0.005)


@pytest.mark.parametrize(("height_m", "expected_hpa"), [(0, 1013.25), (1000, 898.75), (3000, 701.1)])
def test_pressure_of_the_standard_atmosphere(height_m: float, expected_hpa: float) -> None:
    assert pressure_hpa(height_m) == pytest.approx(expected_hpa, rel=1e-3)


def stull_c(t: np.ndarray, percent: np.ndarray) -> np.ndarray:
    """Return the wet bulb after Stull (2011), J. Appl. Meteor. Climatol. 50, eq. 1: error -1.0 to +0.65 C."""
    return (
        t * np.arctan(0.151977 * np.sqrt(percent + 8.313659))
        + np.arctan(t + percent)
        - np.arctan(percent - 1.676331)
        + 0.00391838 * percent**1.5 * np.arctan(0.023101 * percent)
        - 4.686035
    )


def test_wet_bulb_at_sea_level() -> None:
    assert wet_bulb_c(20, 0.5 * saturation_pressure_hpa(20), 1013.25) == pytest.approx(13.78, abs=0.05)
    assert wet_bulb_c(25, saturation_pressure_hpa(25), 1013.25) == pytest.approx(25)
    t, percent = (a.ravel() for a in np.meshgrid(np.arange(0, 36, 5.0), np.arange(20, 100, 10.0)))
    found = wet_bulb_c(t, percent / 100 * saturation_pressure_hpa(t), 1013.25)
    difference = stull_c(t, percent) - found
    assert difference.min() > -1.0
    assert difference.max() < 0.65


def test_wet_bulb_falls_with_pressure() -> None:
    vapour = 0.5 * saturation_pressure_hpa(30)
    assert wet_bulb_c(30, vapour, 700) == pytest.approx(wet_bulb_c(30, vapour, 1013.25) - 0.82, abs=0.05)


@given(st.floats(-30, 45), st.floats(0.05, 1), st.floats(500, 1040))
def test_wet_bulb_solves_its_equation(temperature_c: float, humidity: float, pressure: float) -> None:
    vapour = humidity * saturation_pressure_hpa(temperature_c)
    wet = wet_bulb_c(temperature_c, vapour, pressure)
    assert wet <= temperature_c + 1e-9
    ratio = ratio_at_wet_bulb(temperature_c, wet, pressure)
    assert ratio == pytest.approx(float(humidity_ratio(vapour, pressure)), abs=1e-9)


def test_vapour_density_and_enthalpy() -> None:
    assert vapour_pressure_hpa(17.3, 20) == pytest.approx(
        23.4, abs=0.05
    )  # saturated air at 20 C holds 17.3 g/m3
    assert enthalpy_kj_per_kg(25, 0.01) == pytest.approx(50.6, abs=0.1)


def test_wet_bulb_of_hourly_files() -> None:
    """Wet bulb between dew point and dry bulb, and the humidity read back from it."""
    files = sorted(EPW.glob("*.epw"))
    assert len(files) == 3
    for path in files:
        hours = pd.read_csv(path, skiprows=8, header=None, usecols=[6, 7, 9], encoding="latin-1").to_numpy(
            float
        )
        dry, dew, pressure = hours[:, 0], np.minimum(hours[:, 1], hours[:, 0]), hours[:, 2] / 100
        vapour = saturation_pressure_hpa(dew)
        wet = wet_bulb_c(dry, vapour, pressure)
        assert ((wet <= dry + 1e-9) & (wet >= dew - 1e-6)).all()
        np.testing.assert_allclose(
            ratio_at_wet_bulb(dry, wet, pressure), humidity_ratio(vapour, pressure), atol=1e-9
        )
