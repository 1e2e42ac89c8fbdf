"""Web map coordinates: published spot values, there and back, and no shift outside China."""

import numpy as np
import pytest

from geodata.readers.gcj02 import from_datum, to_gcj02


def test_published_spot_value() -> None:
    """Value that the public implementations print for this point in Beijing."""
    assert np.hstack(to_gcj02(116.404, 39.915)) == pytest.approx(
        [116.41024449916938, 39.91640428150164], abs=1e-9
    )


def test_baidu_spot_value() -> None:
    """BD-09 of the same implementations, 116.404, 39.915, is GCJ-02 116.3976273, 39.9086567."""
    back = to_gcj02(*from_datum(116.404, 39.915, "bd09"))
    assert np.hstack(back) == pytest.approx([116.39762729119315, 39.90865673957631], abs=1e-7)


def test_there_and_back_all_over_china() -> None:
    lon, lat = (v.ravel() for v in np.meshgrid(np.linspace(74, 134, 61), np.linspace(19, 53, 35)))
    shifted = to_gcj02(lon, lat)
    np.testing.assert_allclose(from_datum(*shifted, "gcj02"), [lon, lat], atol=1e-8)
    metres = np.hypot((shifted[0] - lon) * np.cos(np.radians(lat)), shifted[1] - lat) * 111_200
    assert 30 < metres.min() < metres.max() < 1000


def test_nothing_is_shifted_abroad_or_in_wgs84() -> None:
    assert np.hstack(to_gcj02(2.35, 48.85)).tolist() == [2.35, 48.85]
    assert np.hstack(from_datum(2.35, 48.85, "gcj02")).tolist() == [2.35, 48.85]
    assert np.hstack(from_datum(116.4, 39.9, "wgs84")).tolist() == [116.4, 39.9]
