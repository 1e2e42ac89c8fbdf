"""The study area and the target grid."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from pyproj import Geod

from geodata.cells.area import Settings, area_of, region_area, study_area
from geodata.cells.target_grid import Grid, grid_over
from geodata.geometry.regions import BOUNDARIES
from geodata.tables import DataWarning, TableError

DATA = Path(__file__).parents[2].parent / "shared" / "data"
GEOD = Geod(ellps="WGS84")


def write(path: Path, shape: object, crs: str | int | None = 4326) -> Path:
    gpd.GeoDataFrame(geometry=[shape], crs=crs).to_file(path)
    return path


def test_edges_lie_at_multiples_of_the_resolution() -> None:
    grid = grid_over((73.5, 18.01, 73.62, 18.2), "EPSG:4326", 0.05)
    assert (grid.west, grid.north, grid.width, grid.height) == (1470, 364, 3, 4)
    assert grid.bounds == pytest.approx((73.5, 18.0, 73.65, 18.2))


@given(
    side=st.sampled_from([0.02, 0.05, 0.1, 1 / 12, 0.25]),
    west=st.integers(-2000, 2000),
    width=st.integers(1, 50),
)
@settings(max_examples=60, deadline=None)
def test_bounds_at_multiples_make_no_cell_more(side: float, west: int, width: int) -> None:
    left, right = west * side, (west + width) * side
    assert grid_over((left, left, right, right), "EPSG:4326", side).shape == (width, width)


@pytest.mark.parametrize("side", [1, 3, 7, 100])
def test_tiles_cover_the_grid_once(side: int) -> None:
    grid = Grid("EPSG:4326", 0.5, 200, 80, 11, 7)
    seen = np.zeros(grid.shape, dtype=int)
    for tile in grid.tiles(side):
        seen[grid.slices(tile)] += 1
        rows, columns = grid.slices(tile)
        np.testing.assert_array_equal(tile.centres()[0], grid.centres()[0][columns])
        np.testing.assert_array_equal(tile.centres()[1], grid.centres()[1][rows])
    assert (seen == 1).all()


@pytest.mark.parametrize("north", [3, 200, 533])
def test_cell_areas_are_those_of_the_ellipsoid(north: int) -> None:
    grid = Grid("EPSG:4326", 0.1, 1000, north, 1, 1)
    west, south, east, top = grid.bounds
    ring = shapely.segmentize(shapely.box(west, south, east, top), 0.001)
    area, _ = GEOD.geometry_area_perimeter(ring)
    assert grid.row_km2()[0] == pytest.approx(abs(area) / 1e6, rel=1e-6)


def test_cell_areas_of_a_projection_are_plane() -> None:
    assert grid_over((0, 0, 500, 500), "EPSG:3035", 100).row_km2() == pytest.approx([0.01] * 5)


def test_centres_inside_count_and_halves_do_not(tmp_path: Path) -> None:
    square = shapely.box(4_000_000, 3_000_000, 4_001_000, 3_000_960)
    hole = shapely.box(4_000_200, 3_000_200, 4_000_440, 3_000_400)
    area = region_area(write(tmp_path / "r.gpkg", square - hole, 3035), "EPSG:3035", 100)
    assert area.cells == 100 - 4
    assert area.km2 == pytest.approx(0.96)


@pytest.mark.parametrize("crs", [4326, 31467, 25832])
def test_a_region_of_another_projection_takes_the_same_cells(tmp_path: Path, crs: int) -> None:
    square = gpd.GeoSeries([shapely.box(4_000_000, 3_000_000, 4_020_000, 3_020_000)], crs=3035)
    path = write(tmp_path / "r.gpkg", square.segmentize(500).to_crs(crs).iloc[0], crs)
    area = region_area(path, "EPSG:3035", 100)
    assert area.cells == 40_000


def test_long_edges_stay_straight_in_their_own_projection(tmp_path: Path) -> None:
    box = write(tmp_path / "box.gpkg", shapely.box(5, 45, 15, 55), 4326)
    dense = write(tmp_path / "dense.gpkg", shapely.segmentize(shapely.box(5, 45, 15, 55), 0.001), 4326)
    cells = [region_area(path, "EPSG:3035", 1000).cells for path in (box, dense)]
    assert abs(cells[0] - cells[1]) <= 2
    area, _ = GEOD.geometry_area_perimeter(shapely.segmentize(shapely.box(5, 45, 15, 55), 0.01))
    assert cells[0] == pytest.approx(abs(area) / 1e6, rel=1e-3)


def test_several_parts_and_overlaps_count_once(tmp_path: Path) -> None:
    boxes = [shapely.box(0, 0, 300, 300), shapely.box(100, 100, 400, 400), shapely.box(900, 900, 1000, 1000)]
    many = gpd.GeoSeries([shapely.MultiPolygon([boxes[0], boxes[2]]), boxes[1]], crs=3035)
    assert area_of(many, "EPSG:3035", 100, "x").cells == 9 + 9 - 4 + 1


def test_a_box_and_provinces() -> None:
    box = study_area(Settings(bbox=(105, 37, 106, 38)), 0.1, None)
    assert box.cells == 100
    ningxia = study_area(Settings(provinces=("Ningxia",)), 0.02, DATA)
    layer = pyogrio.read_dataframe(DATA / BOUNDARIES, layer="adm1")
    shape = layer.geometry[layer["ADM1_EN"].str.startswith("Ningxia")].iloc[0]
    assert ningxia.km2 == pytest.approx(abs(GEOD.geometry_area_perimeter(shape)[0]) / 1e6, rel=3e-3)
    west, south, east, north = ningxia.grid.bounds
    assert 104 < west < east < 108
    assert 35 < south < north < 40


def test_all_provinces_are_the_mainland() -> None:
    area = study_area(Settings(), 0.25, DATA)
    assert area.km2 == pytest.approx(9.31e6, rel=0.01)


def test_faults_of_the_area_are_told(tmp_path: Path) -> None:
    with pytest.raises(
        TableError, match=r"area.provinces: found Nowhere, expected names among Anhui, Beijing"
    ):
        study_area(Settings(provinces=("Nowhere",)), 0.1, DATA)
    with pytest.raises(
        TableError, match=r"provinces need the boundary layer .* give the folder, or a bbox or file"
    ):
        study_area(Settings(), 0.1, None)
    with pytest.raises(TableError, match="found 38, 105, 37, 106, expected west < east and south < north"):
        study_area(Settings(bbox=(38, 105, 37, 106)), 0.1, None)
    with pytest.raises(ValidationError, match="give provinces, bbox or file, not several"):
        Settings(bbox=(1, 2, 3, 4), provinces=("Anhui",))
    with pytest.raises(TableError, match=r"area.file: no file .*none.gpkg"):
        study_area(Settings(file=tmp_path / "none.gpkg"), 0.1, None)
    line = write(tmp_path / "line.gpkg", shapely.LineString([(105, 37), (106, 38)]))
    with pytest.raises(TableError, match=r"area.file \(.*line.gpkg\): found LineString, expected polygons"):
        study_area(Settings(file=line), 0.1, None)
    small = write(tmp_path / "small.gpkg", shapely.box(105.01, 37.01, 105.02, 37.02))
    with pytest.raises(TableError, match=r"no cell centre lies inside the area at resolution 0\.1 degrees"):
        study_area(Settings(file=small), 0.1, None)


def test_unusable_grids_are_told(tmp_path: Path) -> None:
    region = write(tmp_path / "r.gpkg", shapely.box(0, 0, 30, 30))
    with pytest.raises(TableError, match="projection 'EPSG:0': not known; expected for example EPSG:3035"):
        region_area(region, "EPSG:0", 100)
    with pytest.raises(TableError, match="resolution 0: expected a size above 0"):
        region_area(region, "EPSG:4326", 0)
    with pytest.raises(
        TableError, match=r"resolution 0\.001: 30000 x 30000 cells over the area, expected at most"
    ):
        region_area(region, "EPSG:4326", 0.001)


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_unusable_regions_are_told(tmp_path: Path) -> None:
    bare = write(tmp_path / "bare.gpkg", shapely.box(0, 0, 1, 1), None)
    with pytest.raises(TableError, match="does not say its projection"):
        region_area(bare, "EPSG:3035", 100)
    swapped = write(tmp_path / "swapped.gpkg", shapely.box(37, 105, 38, 106))
    with pytest.raises(TableError, match="axes look swapped"):
        region_area(swapped, "EPSG:4326", 0.1)
    empty = tmp_path / "empty.gpkg"
    gpd.GeoDataFrame(geometry=gpd.GeoSeries([], crs=4326)).to_file(empty)
    with pytest.raises(TableError, match="the layer has no features, expected one at least"):
        region_area(empty, "EPSG:4326", 0.1)
    broken = tmp_path / "broken.gpkg"
    broken.write_bytes(bare.read_bytes()[:3000])
    with pytest.raises(TableError, match="not a readable layer"):
        region_area(broken, "EPSG:4326", 0.1)


def test_a_bow_tie_is_mended_and_told(tmp_path: Path) -> None:
    tie = write(tmp_path / "tie.gpkg", shapely.Polygon([(100, 30), (102, 32), (102, 30), (100, 32)]))
    with pytest.warns(DataWarning, match="mended 1 invalid geometries"):
        area = region_area(tie, "EPSG:4326", 0.1)
    assert area.cells == pytest.approx(200, abs=20)
