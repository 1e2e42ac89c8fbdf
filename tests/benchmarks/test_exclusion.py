"""The availability of a region from the command line."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely

from benchmarks.exclusion import main

X, Y = 4_040_000, 3_080_000


@pytest.fixture
def world(tmp_path: Path) -> dict[str, str]:
    """Give a region of 10 x 10 cells of 100 m, a raster with a code for each row, and a park in the west."""
    files = {name: str(tmp_path / name) for name in ("region.gpkg", "codes.tif", "park.geojson")}
    square = gpd.GeoSeries([shapely.box(X, Y, X + 1000, Y + 1000)], crs=3035)
    square.to_crs(4326).to_file(files["region.gpkg"])
    codes = np.repeat(np.arange(1, 13, dtype="uint8")[:, None], 12, axis=1)
    place = rasterio.Affine(100, 0, X - 100, 0, -100, Y + 1100)
    kind = {"driver": "GTiff", "count": 1, "dtype": "uint8", "crs": 3035, "transform": place, "nodata": 0}
    with rasterio.open(files["codes.tif"], "w", height=12, width=12, **kind) as target:
        target.write(codes, 1)
    park = gpd.GeoSeries([shapely.box(X, Y, X + 300, Y + 1000)], crs=3035)
    park.to_crs(4326).to_file(files["park.geojson"])
    return files


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_values_and_vectors(world: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    region, raster, park = world.values()
    found = ask(capsys, region, raster, "--exclude-values", "1-3, 7")
    assert found["cells_inside"] == 100
    assert found["mean_availability_percent"] == pytest.approx(70)  # the codes 2, 3 and 7 lie inside
    found = ask(capsys, region, raster, "--exclude-values", "1-3,7", "--exclude-vector", park)
    assert found["mean_availability_percent"] == pytest.approx(49)
    assert [row["all_count"] for row in found["exclusions"]] == [30, 30]
    found = ask(capsys, region, raster, raster, "--exclude-values", "2", "--exclude-values", "3")
    assert found["cells_available"] == 80
    found = ask(capsys, region, "--exclude-vector", park, "--crs", "EPSG:3035", "--resolution", "50")
    assert (found["cells_inside"], found["cells_available"]) == (400, 280)


def test_text(world: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    region, raster, park = world.values()
    arguments = [region, raster, "--exclude-values", "1-3", "--exclude-vector", park, "--crs", "EPSG:3035"]
    assert main([*arguments, "--resolution", "100"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["cells inside: 100", "mean availability: 56.00 %"]
    assert lines[2] == "  codes.tif (1-3): rules out 20 cells, 20.00 %"


def test_notes_and_errors(world: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    region, raster, park = world.values()
    assert main([region, raster, "--exclude-vector", park]) == 0
    told = capsys.readouterr()
    assert "mean availability: 70.00 %" in told.out
    assert "note: no --exclude-values: the rasters rule nothing out" in told.err
    for wrong, text in (
        ([region, raster, "--exclude-values", "3-1"], "found '3-1' in '3-1', expected like 1-12,15"),
        ([region, raster, "--exclude-values", "1", "--exclude-values", "2"], "found 2 for 1 rasters"),
        ([region, raster + "x", "--exclude-values", "1"], "no such file"),
        ([raster, raster, "--exclude-values", "1"], "not a readable layer"),
        ([region, raster, "--exclude-values", "1", "--crs", "nowhere"], "projection 'nowhere': not known"),
        ([region, raster, "--exclude-values", "1", "--crs", "EPSG:4978"], "has no map"),
        ([region, "--exclude-vector", park, "--buffer-km", "-3"], "found -3, expected a distance of 0"),
        ([region, raster, "--exclude-values", "1", "--buffer-km", "3"], "expected an --exclude-vector"),
    ):
        assert main(wrong) == 2
        assert text in capsys.readouterr().err
