from pathlib import Path

import numpy as np
import pytest
import rasterio

from geodata.sampling import nearest_valid, sample
from geodata.tables import TableError


def write(path: Path, values: np.ndarray, crs: str = "EPSG:4326", nodata: float = -9999.0) -> Path:
    """Write bands (bands, rows, columns) of 1-degree pixels whose upper left corner is 100 E, 40 N."""
    bands, rows, columns = values.shape
    profile = {"driver": "GTiff", "count": bands, "height": rows, "width": columns, "dtype": "float32"}
    transform = rasterio.Affine(1, 0, 100, 0, -1, 40)
    with rasterio.open(path, "w", crs=crs, transform=transform, nodata=nodata, **profile) as target:
        target.write(values.astype("float32"))
    return path


@pytest.fixture
def plane(tmp_path: Path) -> Path:
    """Give a raster whose value is longitude + 10 x latitude at pixel centres, and twice that in band 2."""
    lon, lat = np.meshgrid(100.5 + np.arange(6), 39.5 - np.arange(4))
    return write(tmp_path / "plane.tif", np.stack([lon + 10 * lat, 2 * (lon + 10 * lat)]))


def test_bilinear_is_exact_on_a_plane(plane: Path) -> None:
    lon, lat = np.array([101.2, 103.9, 100.5]), np.array([38.3, 37.01, 39.5])
    expected = lon + 10 * lat
    np.testing.assert_allclose(
        sample(plane, lon, lat, [1, 2]), np.stack([expected, 2 * expected], axis=1), atol=1e-3
    )


def test_edge_takes_the_edge_value(plane: Path) -> None:
    assert sample(plane, 100.0, 40.0, [1])[0, 0] == pytest.approx(100.5 + 395)
    assert sample(plane, 106.0, 36.0, [1])[0, 0] == pytest.approx(105.5 + 365)


def test_nearest_takes_the_pixel(plane: Path) -> None:
    assert sample(plane, 101.99, 38.01, [1], "nearest")[0, 0] == pytest.approx(101.5 + 385)


def test_windows_do_not_change_the_result(plane: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lon, lat = np.linspace(100, 106, 40), np.linspace(40, 36, 40)
    whole = sample(plane, lon, lat, [1])
    monkeypatch.setattr("geodata.sampling.TILE", 1)
    np.testing.assert_array_equal(sample(plane, lon, lat, [1]), whole)


def test_mean_over_averages_first(plane: Path) -> None:
    found = sample(plane, 101.0, 39.0, [1], "nearest", mean_over_deg=2)
    assert found[0, 0] == pytest.approx(101 + 390)


def test_void_is_nan_and_its_neighbour_is_found(tmp_path: Path) -> None:
    values = np.full((1, 3, 3), 7.0)
    values[0, 1, 1] = -9999
    path = write(tmp_path / "void.tif", values)
    assert np.isnan(sample(path, 101.5, 38.5, [1], "nearest")).all()
    assert np.isnan(sample(path, 101.2, 38.5, [1])).all()
    assert nearest_valid(path, 101.4, 38.5, [1], 120)[0, 0] == 7
    assert np.isnan(nearest_valid(path, 101.5, 38.5, [1], 20)).all()
    assert nearest_valid(path, [], [], [1], 20).shape == (0, 1)


def test_void_nearest_is_the_nearest(tmp_path: Path) -> None:
    values = np.full((1, 4, 6), -9999.0)
    values[0, 0, 0], values[0, 3, 5] = 1, 2
    path = write(tmp_path / "void.tif", values)
    np.testing.assert_array_equal(nearest_valid(path, [101, 104.9], [39, 37], [1], 500)[:, 0], [1, 2])


def test_points_outside_are_named(plane: Path) -> None:
    with pytest.raises(
        TableError, match=r"1 of 2 points .* outside the raster: \(35, 105\); it covers 100, 36, 106, 40"
    ):
        sample(plane, [101, 35], [39, 105], [1])


def test_unusable_rasters_say_why(tmp_path: Path, plane: Path) -> None:
    projected = write(tmp_path / "utm.tif", np.zeros((1, 2, 2)), crs="EPSG:32648")
    with pytest.raises(TableError, match="found projection EPSG:32648, expected EPSG:4326"):
        sample(projected, 100.5, 39.5, [1])
    with pytest.raises(TableError, match="found 2 bands, expected band 3 too"):
        sample(plane, 100.5, 39.5, [3])
    broken = tmp_path / "broken.tif"
    broken.write_bytes(plane.read_bytes()[:200])
    for path in (broken, tmp_path / "missing.tif"):
        with pytest.raises(TableError, match="not a readable raster"):
            sample(path, 100.5, 39.5, [1])
