from pathlib import Path

import numpy as np
import pytest
import rasterio
from pyproj import Transformer

from geodata.readers.sampling import nearest_valid, sample, some_valid
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
    monkeypatch.setattr("geodata.readers.sampling.TILE", 1)
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


def test_any_projection_gives_the_value_at_the_place(tmp_path: Path) -> None:
    """A plane in metres of UTM zone 48, sampled at its corners' longitude and latitude."""
    rows, columns = np.indices((20, 30))
    values = (500_000 + 1000 * (columns + 0.5) + 4_400_000 - 1000 * (rows + 0.5))[None]
    path = tmp_path / "utm.tif"
    profile = {
        "driver": "GTiff",
        "count": 1,
        "height": 20,
        "width": 30,
        "dtype": "float64",
        "crs": "EPSG:32648",
    }
    with rasterio.open(
        path, "w", transform=rasterio.Affine(1000, 0, 500_000, 0, -1000, 4_400_000), **profile
    ) as target:
        target.write(values)
    x, y = np.array([505_200.0, 521_700]), np.array([4_390_100.0, 4_383_300])
    lon, lat = Transformer.from_crs("EPSG:32648", "EPSG:4326", always_xy=True).transform(x, y)
    np.testing.assert_allclose(sample(path, lon, lat, [1])[:, 0], x + y, atol=1e-3)
    near = nearest_valid(path, lon, lat, [1], 2)[:, 0]
    np.testing.assert_allclose(near, sample(path, lon, lat, [1], "nearest")[:, 0])
    mean = sample(path, lon, lat, [1], mean_over_deg=0.05)[:, 0]
    np.testing.assert_allclose(mean, x + y, atol=3000)
    with pytest.raises(TableError, match=r"1 of 1 points .* it covers 105, 39.5"):
        sample(path, 100, 39.6, [1])


def test_south_up_is_as_good_as_north_up(tmp_path: Path, plane: Path) -> None:
    path = tmp_path / "flipped.tif"
    with rasterio.open(plane) as source:
        profile, values = source.profile, source.read()
    with rasterio.open(
        path, "w", **(profile | {"transform": rasterio.Affine(1, 0, 100, 0, 1, 36)})
    ) as target:
        target.write(values[:, ::-1])
    lon, lat = np.linspace(100, 105.9, 9), np.linspace(39.9, 36, 9)
    np.testing.assert_allclose(sample(path, lon, lat, [1, 2]), sample(plane, lon, lat, [1, 2]))
    np.testing.assert_allclose(
        nearest_valid(path, lon, lat, [1], 200), nearest_valid(plane, lon, lat, [1], 200)
    )


def test_void_at_every_place_is_a_fault(tmp_path: Path, plane: Path) -> None:
    path = write(tmp_path / "void.tif", np.full((1, 3, 3), -9999.0))
    with pytest.raises(TableError, match=r"void \(no data\) at all 2 places"):
        some_valid(sample(path, [101, 102], [38, 39], [1]), path)
    found = sample(plane, [101], [38], [1])
    assert some_valid(found, plane) is found
    assert some_valid(sample(plane, [], [], [1]), plane).shape == (0, 1)
