"""Means over polygons: against a case by hand, against bare exactextract, and where nothing can be said."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import rasterstats
import shapely
from exactextract import exact_extract

from geodata.readers.zonal import zonal_mean
from geodata.tables import DataWarning, TableError

VOID = -9999.0


def write(path: Path, values: np.ndarray, crs: str = "EPSG:4326", south_up: bool = False) -> Path:
    """Write pixels of 0.1 degrees (or 10 km) from 100 E, 40 N (or 0, 4000 km)."""
    size, left, top = (0.1, 100, 40) if crs == "EPSG:4326" else (10_000, 500_000, 4_000_000)
    place = rasterio.Affine(size, 0, left, 0, -size, top)
    if south_up:
        place = rasterio.Affine(size, 0, left, 0, size, top - size * values.shape[0])
        values = values[::-1]
    kind = {"driver": "GTiff", "count": 1, "dtype": "float32", "nodata": VOID, "crs": crs, "transform": place}
    with rasterio.open(path, "w", height=values.shape[0], width=values.shape[1], **kind) as target:
        target.write(values.astype("float32"), 1)
    return path


def stars(count: int, seed: int = 4) -> gpd.GeoSeries:
    random = np.random.default_rng(seed)
    turn = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    reach = random.uniform(0.05, 0.6, (count, 1)) * random.uniform(0.5, 1, (count, 12))
    x, y = random.uniform(101, 103, (2, count, 1)) + np.array([0, -64])[:, None, None]
    return gpd.GeoSeries(
        shapely.polygons(np.stack([x + reach * np.cos(turn), y + reach * np.sin(turn)], -1)), crs=4326
    )


@pytest.fixture
def noise(tmp_path: Path) -> Path:
    values = np.random.default_rng(1).normal(50, 10, (40, 40))
    values[np.random.default_rng(2).random(values.shape) < 0.05] = VOID
    return write(tmp_path / "noise.tif", values)


def test_parts_of_pixels_count(tmp_path: Path) -> None:
    path = write(tmp_path / "four.tif", np.array([[1, 2], [3, VOID]]))
    boxes = [
        shapely.box(100.0, 39.9, 100.15, 40.0),  # 1 whole, half of 2
        shapely.box(100.0, 39.8, 100.2, 40.0),  # all, one void
        shapely.box(100.05, 39.85, 100.1, 39.95),  # a quarter of 1, a quarter of 3
    ]
    found = zonal_mean(path, gpd.GeoSeries(boxes, crs=4326))
    np.testing.assert_allclose(found, [4 / 3, 2, 2], rtol=1e-6)


def test_equals_exactextract_in_the_order_given(noise: Path) -> None:
    shapes = stars(400)
    bare = exact_extract(str(noise), gpd.GeoDataFrame(geometry=shapes), "mean", output="pandas")["mean"]
    np.testing.assert_allclose(zonal_mean(noise, shapes), bare, atol=1e-6)
    mixed = shapes.sample(frac=1, random_state=1)
    np.testing.assert_allclose(zonal_mean(noise, mixed), bare[mixed.index], atol=1e-6)


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_agrees_roughly_with_rasterstats(noise: Path) -> None:
    shapes = stars(100)
    rough = [
        row["mean"]
        for row in rasterstats.zonal_stats(shapes, noise, stats="mean", nodata=VOID, all_touched=True)
    ]
    assert np.median(np.abs(zonal_mean(noise, shapes) - np.array(rough, dtype=float))) < 1


def test_chunks_do_not_change_the_result(noise: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = zonal_mean(noise, stars(50))
    monkeypatch.setattr("geodata.readers.zonal.CHUNK", 7)
    monkeypatch.setattr("geodata.readers.zonal.PIXELS_MAX", 5)
    np.testing.assert_allclose(zonal_mean(noise, stars(50)), whole, rtol=1e-9)


def test_polygons_of_another_projection(tmp_path: Path) -> None:
    values = np.random.default_rng(1).normal(50, 10, (40, 40))
    path = write(tmp_path / "utm.tif", values, "EPSG:32648")
    shapes = gpd.GeoSeries([shapely.box(550_000, 3_700_000, 725_000, 3_915_000)], crs=32648)
    there = shapes.segmentize(1000).to_crs(4326)
    np.testing.assert_allclose(zonal_mean(path, there), zonal_mean(path, shapes), rtol=1e-4)


def test_south_up_is_turned(tmp_path: Path) -> None:
    values = np.arange(400.0).reshape(20, 20)
    up, down = (write(tmp_path / f"{s}.tif", values, south_up=s) for s in (False, True))
    box = gpd.GeoSeries([shapely.box(100.31, 38.42, 101.07, 39.26)], crs=4326)
    np.testing.assert_allclose(zonal_mean(down, box), zonal_mean(up, box))


def test_band_scale_and_whole_numbers(tmp_path: Path) -> None:
    path = tmp_path / "scaled.tif"
    place = rasterio.Affine(0.1, 0, 100, 0, -0.1, 40)
    kind = {"driver": "GTiff", "count": 2, "dtype": "int16", "crs": 4326, "transform": place}
    with rasterio.open(path, "w", height=10, width=10, **kind) as target:
        target.write(np.full((10, 10), 1, dtype="int16"), 1)
        target.write(np.full((10, 10), 300, dtype="int16"), 2)
        target.scales, target.offsets = (1.0, 0.1), (0.0, -10.0)
    box = gpd.GeoSeries([shapely.box(100.2, 39.2, 100.7, 39.7)], crs=4326)
    assert zonal_mean(path, box, 2) == pytest.approx([20])
    assert zonal_mean(path, box) == pytest.approx([1])


def test_outside_void_and_empty_are_nan_and_told(tmp_path: Path) -> None:
    values = np.ones((10, 10))
    values[:5] = VOID
    path = write(tmp_path / "half.tif", values)
    shapes = gpd.GeoSeries(
        [
            shapely.box(100.1, 39.1, 100.4, 39.4),
            shapely.box(100.1, 39.6, 100.4, 39.9),  # void
            shapely.box(110, 30, 111, 31),  # outside
            shapely.Polygon(),
            None,
            shapely.box(99, 39.1, 100.4, 39.4),  # reaches beyond
        ],
        crs=4326,
    )
    with pytest.warns(DataWarning) as told:
        found = zonal_mean(path, shapes)
    np.testing.assert_array_equal(np.isnan(found), [False, True, True, True, True, False])
    assert found[[0, 5]] == pytest.approx([1, 1])
    texts = " ".join(str(w.message) for w in told)
    assert "1 of 6 polygons lie outside the raster; 1 reach beyond it" in texts
    assert "no mean for 4 of 6 polygons" in texts


def test_no_polygons_is_no_mean(noise: Path) -> None:
    assert zonal_mean(noise, gpd.GeoSeries([], crs=4326)).shape == (0,)
    assert zonal_mean(
        noise, gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.box(101, 37, 102, 38)], crs=4326)
    ).shape == (1,)


def test_faults_are_told(tmp_path: Path, noise: Path) -> None:
    box = shapely.box(101, 37, 102, 38)
    with pytest.raises(TableError, match="found LineString, Point, expected polygons"):
        zonal_mean(
            noise, gpd.GeoSeries([box, shapely.Point(1, 2), shapely.LineString([(0, 0), (1, 1)])], crs=4326)
        )
    with pytest.raises(TableError, match="the polygons do not say their projection"):
        zonal_mean(noise, gpd.GeoSeries([box]))
    with pytest.raises(
        TableError, match="the raster covers none of the 1 polygons; it spans 100, 36, 104, 40, they"
    ):
        zonal_mean(noise, gpd.GeoSeries([shapely.box(37, 101, 38, 102)], crs=4326))
    with pytest.raises(TableError, match="found 1 bands, expected band 2 too"):
        zonal_mean(noise, gpd.GeoSeries([box], crs=4326), 2)
    with pytest.raises(TableError, match="no such file"):
        zonal_mean(tmp_path / "none.tif", gpd.GeoSeries([box], crs=4326))


def test_invalid_polygons_are_mended_and_told(noise: Path) -> None:
    tie = shapely.Polygon([(101, 37), (102, 38), (102, 37), (101, 38)])
    with pytest.warns(DataWarning, match="1 of 1 polygons are invalid and were mended"):
        assert np.isfinite(zonal_mean(noise, gpd.GeoSeries([tie], crs=4326))).all()
