"""Exclusions: hand-made worlds with known answers, and properties that hold for any."""

from itertools import permutations
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from pyproj import Geod

from geodata.cells.area import Area, region_area
from geodata.cells.exclusion_layers import raster_layer
from geodata.cells.exclusion_masks import covered, near_or_inside, relief_m
from geodata.cells.exclusions import Settings, availability, list_exclusions
from geodata.cells.own_exclusions import OwnLayer, exclude_forced, exclude_own, forced, read_forced
from geodata.cells.screening import Exclusion, Screen, rule_out
from geodata.cells.target_grid import Grid, grid_over
from geodata.cells.value_ranges import parse_values
from geodata.geometry.proximity import Points, along
from geodata.tables import DataWarning, TableError

DATA = Path(__file__).parents[2].parent / "shared" / "data"
GEOD = Geod(ellps="WGS84")
X, Y = 4_040_000, 3_080_000  # EPSG:3035
NONE = pd.DataFrame({"longitude": [], "latitude": []})


def write_raster(
    path: Path,
    values: np.ndarray,
    left: float,
    top: float,
    size: float,
    crs: str = "EPSG:3035",
    nodata: float | None = None,
) -> Path:
    profile = {"driver": "GTiff", "count": 1, "dtype": values.dtype, "crs": crs, "nodata": nodata}
    transform = rasterio.Affine(size, 0, left, 0, -size, top)
    height, width = values.shape
    with rasterio.open(path, "w", height=height, width=width, transform=transform, **profile) as target:
        target.write(values, 1)
    return path


def write_shape(path: Path, shape: object, crs: int = 3035) -> Path:
    gpd.GeoDataFrame(geometry=[shape], crs=crs).to_file(path)
    return path


@pytest.fixture
def region(tmp_path: Path) -> Path:
    """Give 100 x 100 cells of 100 m, less a hole of 20 x 20."""
    hole = shapely.box(X + 2000, Y + 2000, X + 4000, Y + 4000)
    return write_shape(tmp_path / "region.gpkg", shapely.box(X, Y, X + 10_000, Y + 10_000) - hole)


@pytest.fixture
def codes() -> np.ndarray:
    """Give codes 1 to 44 over the region and 5 km around it."""
    return np.random.default_rng(5).integers(1, 45, (200, 200)).astype("uint8")


def cover(tmp_path: Path, codes: np.ndarray, size: float = 100, nodata: float | None = None) -> Path:
    return write_raster(tmp_path / "cover.tif", codes, X - 5000, Y + 15_000, size, nodata=nodata)


def inside_region() -> np.ndarray:
    keep = np.ones((100, 100), dtype=bool)
    keep[60:80, 20:40] = False
    return keep


def out_of(codes: np.ndarray) -> np.ndarray:
    here = codes[50:150, 50:150]
    return (here <= 12) | (here == 15)


def ask(region: Path, *layers: OwnLayer) -> Screen:
    return availability(region, layers, "EPSG:3035", 100)


def raster(path: Path, values: str = "1-12, 15", **kind: object) -> OwnLayer:
    return OwnLayer(file=path, reason="cover", values=values, **kind)


def test_values_at_the_centre_are_counted(tmp_path: Path, region: Path, codes: np.ndarray) -> None:
    screen = ask(region, raster(cover(tmp_path, codes)))
    assert screen.area.cells == 9600
    assert screen.free_share == pytest.approx(1 - out_of(codes)[inside_region()].mean())
    expected = inside_region() & ~out_of(codes)
    np.testing.assert_array_equal(screen.free, expected)


@pytest.mark.parametrize("crs", [4326, 31467, 25832])
def test_region_and_raster_of_other_projections(
    tmp_path: Path, region: Path, codes: np.ndarray, crs: int
) -> None:
    there = gpd.read_file(region).segmentize(100).to_crs(crs)
    there.to_frame("geometry").to_file(tmp_path / "there.gpkg")
    with rasterio.open(cover(tmp_path, codes)) as source, rasterio.vrt.WarpedVRT(source, crs=crs) as warped:
        fine = warped.read(1, out_shape=(1600, 1600))
        wide, high = warped.transform.a * warped.width / 1600, warped.transform.e * warped.height / 1600
        place = rasterio.Affine(wide, 0, warped.transform.c, 0, high, warped.transform.f)
        kind = {"driver": "GTiff", "count": 1, "dtype": "uint8", "crs": crs, "nodata": 0}
        with rasterio.open(
            tmp_path / "w.tif", "w", height=1600, width=1600, transform=place, **kind
        ) as target:
            target.write(fine, 1)
    screen = ask(tmp_path / "there.gpkg", raster(tmp_path / "w.tif"))
    assert screen.area.cells == 9600
    assert screen.free_share == pytest.approx(1 - out_of(codes)[inside_region()].mean(), abs=0.005)


def test_a_finer_raster_is_asked_at_the_centre(tmp_path: Path, region: Path, codes: np.ndarray) -> None:
    fine = np.kron(codes, np.ones((4, 4), dtype="uint8"))
    screen = ask(region, raster(cover(tmp_path, fine, 25)))
    np.testing.assert_array_equal(screen.free, inside_region() & ~out_of(codes))


def test_a_coarser_raster_is_told_once(tmp_path: Path, region: Path, codes: np.ndarray) -> None:
    path = cover(tmp_path, codes[::5, ::5].copy(), 500)
    with pytest.warns(
        DataWarning, match="cells of 100 metres are finer than .* cover.tif has cells of 500"
    ) as told:
        screen = ask(region, raster(path), raster(path, "44"))
    assert len(told) == 1
    wide = np.kron(codes[::5, ::5], np.ones((5, 5), dtype="uint8"))
    assert screen.free_share == pytest.approx(
        1 - (out_of(wide) | (wide[50:150, 50:150] == 44))[inside_region()].mean()
    )


def test_void_pixels_stay_and_are_told(tmp_path: Path, region: Path, codes: np.ndarray) -> None:
    codes[60:70, 60:70] = 255
    path = cover(tmp_path, codes, nodata=255)
    with pytest.warns(DataWarning, match=r"cover.tif has no value at 100 of 9600 cells .*\(1.0 %\)"):
        screen = ask(region, raster(path, "1-12,15,255"))
    assert screen.free_share == pytest.approx(1 - out_of(codes)[inside_region()].mean())
    with pytest.warns(DataWarning, match="no value at 100"):
        turned = ask(region, raster(path, invert=True))
    assert turned.free_cells == (out_of(codes) | (codes[50:150, 50:150] == 255))[inside_region()].sum()


def test_a_raster_that_ends_within_the_region_is_told(
    tmp_path: Path, region: Path, codes: np.ndarray
) -> None:
    with pytest.warns(DataWarning, match=r"no value at 7100 of 9600 cells of the area \(74.0 %\)"):
        ask(region, raster(cover(tmp_path, codes[:100, :100].copy())))


@pytest.mark.parametrize(("crs", "left"), [("EPSG:3035", X + 500_000), ("EPSG:32650", 500_000)])
def test_a_raster_elsewhere_is_an_error(
    tmp_path: Path, region: Path, codes: np.ndarray, crs: str, left: float
) -> None:
    path = write_raster(tmp_path / "far.tif", codes, left, Y, 100, crs)
    with pytest.raises(
        TableError, match=r"far.tif\): the raster does not cover the area; it covers .* the area 6.0"
    ):
        ask(region, raster(path))


def test_a_raster_void_all_over_is_an_error(tmp_path: Path, region: Path, codes: np.ndarray) -> None:
    path = cover(tmp_path, np.full_like(codes, 255), nodata=255)
    with pytest.raises(
        TableError, match=r"cover.tif: no value \(no data\) at any of the 9600 cells of the area"
    ):
        ask(region, raster(path))


def test_damaged_and_unsuitable_files_are_errors(tmp_path: Path, region: Path, codes: np.ndarray) -> None:
    path = cover(tmp_path, codes)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(TableError, match=r"cover.tif: .*cut off or damaged"):
        ask(region, raster(path))
    with pytest.raises(TableError, match="no such file"):
        ask(region, raster(tmp_path / "none.tif"))
    path.write_bytes(whole)
    with pytest.raises(TableError, match="a raster needs values to rule out"):
        ask(region, OwnLayer(file=path, reason="cover"))
    with pytest.raises(TableError, match="buffer_km cannot go with a raster"):
        ask(region, raster(path, buffer_km=1))
    with pytest.raises(TableError, match="values and band cannot go with a vector file"):
        ask(region, raster(region, band=2))
    with pytest.raises(TableError, match="found 1 bands, expected band 3 too"):
        ask(region, raster(path, band=3))
    with pytest.raises(TableError, match="found 'x' in '1,x', expected like 1-12,15 or 25-"):
        ask(region, raster(path, "1,x"))


def test_vectors_count_by_centre_with_buffer_and_inverted(tmp_path: Path, region: Path) -> None:
    park = write_shape(tmp_path / "park.gpkg", shapely.box(X, Y, X + 5000, Y + 10_000))
    keep = inside_region()
    layer = OwnLayer(file=park, reason="park")
    assert ask(region, layer).free_cells == keep[:, 50:].sum()
    assert ask(region, layer.model_copy(update={"invert": True})).free_cells == keep[:, :50].sum()
    assert ask(region, layer.model_copy(update={"buffer_km": 1.0})).free_cells == keep[:, 60:].sum()
    both = {"invert": True, "buffer_km": 1.0}
    assert ask(region, layer.model_copy(update=both)).free_cells == keep[:, :60].sum()


def test_all_touched_takes_more(tmp_path: Path, region: Path) -> None:
    park = write_shape(tmp_path / "park.gpkg", shapely.box(X + 40, Y + 40, X + 1040, Y + 1040))
    layer = OwnLayer(file=park, reason="park")
    assert 9600 - ask(region, layer).free_cells == 100
    assert 9600 - ask(region, layer.model_copy(update={"all_touched": True})).free_cells == 121


def test_points_and_lines_rule_out_the_cells_they_fall_in(tmp_path: Path, region: Path) -> None:
    point = write_shape(tmp_path / "point.gpkg", shapely.Point(X + 150, Y + 50))
    line = write_shape(tmp_path / "line.gpkg", shapely.LineString([(X + 50, Y + 50), (X + 950, Y + 50)]))
    assert 9600 - ask(region, OwnLayer(file=point, reason="point")).free_cells == 1
    assert 9600 - ask(region, OwnLayer(file=line, reason="line")).free_cells == 10
    both = ask(region, OwnLayer(file=point, reason="point"), OwnLayer(file=line, reason="line"))
    assert list(both.exclusions["first_count"]) == [1, 9]
    assert list(both.exclusions["all_count"]) == [1, 10]


def test_a_vector_elsewhere_is_told(tmp_path: Path, region: Path) -> None:
    far = write_shape(tmp_path / "far.gpkg", shapely.box(X + 50_000, Y, X + 60_000, Y + 10_000))
    with pytest.warns(DataWarning, match=r"far.gpkg\): no shape in the area"):
        assert ask(region, OwnLayer(file=far, reason="far")).free_share == 1


def test_a_buffer_reaches_in_from_outside_the_area(tmp_path: Path, region: Path) -> None:
    near = write_shape(tmp_path / "near.gpkg", shapely.box(X - 1000, Y, X - 500, Y + 10_000))
    assert 9600 - ask(region, OwnLayer(file=near, reason="near", buffer_km=1.0)).free_cells == 500


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1-12, 15", ((1, 12), (15, 15))),
        ("1 - 12;15", ((1, 12), (15, 15))),
        ("25-", ((25, np.inf),)),
        ("..3", ((-np.inf, 3),)),
        ("-5--2,0", ((-5, -2), (0, 0))),
        ("0.5:1.5", ((0.5, 1.5),)),
        ("1\u20133", ((1, 3),)),
    ],
)
def test_ranges_are_read(text: str, expected: tuple) -> None:
    assert parse_values(text, "values") == expected


@pytest.mark.parametrize("text", ["", "12-1", "a", "1,,2", "-", "- 3", "1-2-3", "nan", "1 2"])
def test_what_is_no_range_is_told(text: str) -> None:
    with pytest.raises(TableError, match=r"values: found '.*', expected like 1-12,15 or 25-"):
        parse_values(text, "values")


SIDE = 24
masks = st.lists(st.integers(0, 2**30), min_size=1, max_size=4)


def made(seed: int, grid: Grid) -> np.ndarray:
    return np.random.default_rng(seed).random(grid.shape) < 0.3


def world(seeds: list[int]) -> tuple[Area, list[Exclusion]]:
    grid = Grid("EPSG:4326", 0.1, 1000, 400, SIDE, SIDE)
    listed = [Exclusion(f"r{s}", "made", f"l{s}", covered(made(s, grid), grid)) for s in seeds]
    return Area(grid, ~made(0, grid)), listed


@given(seeds=masks)
@settings(max_examples=12, deadline=None)
def test_order_does_not_matter_and_one_more_never_adds(seeds: list[int]) -> None:
    area, listed = world(seeds)
    whole = rule_out(area, listed)
    for order in permutations(listed):
        np.testing.assert_array_equal(rule_out(area, order).free, whole.free)
    fewer = rule_out(area, listed[:-1])
    assert not (whole.free & ~fewer.free).any()


@pytest.mark.slow
@given(seeds=masks, tile=st.integers(1, SIDE + 5))
@settings(max_examples=30, deadline=None)
def test_sums_close_and_tiles_do_not_matter(seeds: list[int], tile: int) -> None:
    area, listed = world(seeds)
    screen = rule_out(area, listed, tile=tile)
    np.testing.assert_array_equal(screen.free, rule_out(area, listed).free)
    table = screen.exclusions
    assert table["first_count"].sum() + screen.free_cells == area.cells
    assert table["first_km2"].sum() + screen.free_km2 == pytest.approx(area.km2)
    assert (table["all_count"] >= table["first_count"]).all()
    assert [int((made(s, area.grid) & area.inside).sum()) for s in seeds] == list(table["all_count"])


@given(seeds=masks, kept=st.integers(0, 2**30), gone=st.integers(0, 2**30))
@settings(max_examples=30, deadline=None)
def test_include_beats_exclusions_and_exclude_beats_include(seeds: list[int], kept: int, gone: int) -> None:
    area, listed = world(seeds)
    include, exclude = made(kept, area.grid), made(gone, area.grid)
    never = Exclusion("force_exclude", "", "", covered(exclude, area.grid), beats_include=True)
    for order in ([never, *listed], [*listed, never]):
        screen = rule_out(area, order, include)
        assert screen.free[area.inside & include & ~exclude].all()
        assert not screen.free[exclude | ~area.inside].any()
        assert screen.exclusions["first_count"].sum() + screen.free_cells == area.cells


@pytest.mark.parametrize("tile", [37, 1000])
@pytest.mark.parametrize(
    ("crs", "size", "left", "top"), [("EPSG:4326", 0.013, 104.0, 38.9), ("EPSG:32648", 900, 4e5, 43e5)]
)
@pytest.mark.filterwarnings("ignore::geodata.tables.DataWarning")
def test_layers_are_the_same_in_tiles_of_any_size(
    tmp_path: Path, tile: int, crs: str, size: float, left: float, top: float
) -> None:
    values = np.random.default_rng(1).integers(0, 1000, (300, 400)).astype("int16")
    path = write_raster(tmp_path / "v.tif", values, left, top, size, crs, nodata=999)
    grid = grid_over((104.2, 36.1, 107.1, 38.7), "EPSG:4326", 0.02)
    layer = raster_layer(path, grid, "x")
    for how in ("nearest", "mean", "max", "min"):
        pieces = np.full(grid.shape, np.nan)
        for part in grid.tiles(tile):
            pieces[grid.slices(part)] = layer.read(part, how)
        np.testing.assert_array_equal(pieces, layer.read(grid, how))
    relief = relief_m(layer, grid, 7.0)
    for part in grid.tiles(tile):
        np.testing.assert_array_equal(relief_m(layer, part, 7.0), relief[grid.slices(part)])


def test_means_and_extremes_of_a_finer_raster(tmp_path: Path) -> None:
    fine = np.arange(64, dtype="float32").reshape(8, 8)
    fine[0, 0] = -1
    path = write_raster(tmp_path / "f.tif", fine, 100, 40, 0.25, "EPSG:4326", nodata=-1)
    grid = grid_over((100, 38, 102, 40), "EPSG:4326", 1.0)
    layer = raster_layer(path, grid, "x")
    blocks = fine.reshape(2, 4, 2, 4).swapaxes(1, 2).reshape(2, 2, 16)
    known = [[blocks[i, j][blocks[i, j] >= 0] for j in (0, 1)] for i in (0, 1)]
    np.testing.assert_allclose(
        layer.read(grid, "mean"), [[v.mean() for v in row] for row in known], atol=1e-6
    )
    np.testing.assert_array_equal(layer.read(grid, "max"), [[v.max() for v in row] for row in known])
    np.testing.assert_array_equal(layer.read(grid, "min"), [[v.min() for v in row] for row in known])


def test_scale_and_offset_are_applied(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "s.tif", np.full((4, 4), 7, dtype="int16"), 100, 40, 1, "EPSG:4326")
    with rasterio.open(path, "r+") as target:
        target.scales, target.offsets = (0.5,), (100.0,)
    grid = grid_over((100, 36, 104, 40), "EPSG:4326", 1.0)
    for how in ("nearest", "mean"):
        assert (raster_layer(path, grid, "x").read(grid, how) == 103.5).all()


def test_relief_spans_the_square_around(tmp_path: Path) -> None:
    height = np.zeros((40, 40), dtype="float32")
    height[20, 20] = 500
    path = write_raster(tmp_path / "h.tif", height, 100, 40, 0.05, "EPSG:4326")
    grid = grid_over((100, 38, 102, 40), "EPSG:4326", 0.05)
    relief = relief_m(raster_layer(path, grid, "x"), grid, 10.0)
    rows, columns = np.nonzero(relief == 500)
    assert (rows.min(), rows.max()) == (18, 22)  # 10 km: two cells of 5.6 km
    assert (columns.min(), columns.max()) == (18, 22)  # two of 4.3 km
    assert set(np.unique(relief)) == {0, 500}


def test_distances_are_those_on_the_ellipsoid() -> None:
    random = np.random.default_rng(3)
    lon, lat = random.uniform(75, 130, 400), random.uniform(19, 53, 400)
    at = random.uniform(75, 130, 60), random.uniform(19, 53, 60)
    found = Points(lon, lat).near_km(*at)
    every = [
        GEOD.inv(np.full(400, x), np.full(400, y), lon, lat)[2].min() / 1000 for x, y in zip(*at, strict=True)
    ]
    np.testing.assert_allclose(found, every, rtol=2e-5)
    near = Points(lon, lat).near_km(*at, within_km=100)
    np.testing.assert_array_equal(np.isfinite(near), found <= 100)


@pytest.mark.parametrize("km", [2.0, 30.0])
def test_near_a_line_is_within_the_distance(km: float) -> None:
    grid = grid_over((100, 35, 101, 36), "EPSG:4326", 0.01)
    line = gpd.GeoSeries([shapely.LineString([(100.2, 35.1), (100.8, 35.9)])], crs=4326)
    out, _ = near_or_inside(line, grid, km)(grid)
    away = along(line.to_numpy(), 0.01)
    exact = away.near_km(*grid.lonlat())
    assert out[exact < km * 0.995].all()
    assert not out[exact > km * 1.0001].any() or km < 2.5  # cells on the line itself are in it
    assert out.sum() == pytest.approx((exact <= km).sum(), rel=0.01)


def test_settings_take_lists_and_files(tmp_path: Path) -> None:
    some = Settings.model_validate(
        {"force_include": [[105.2, 37.5]], "force_exclude": str(tmp_path / "x.gpkg")}
    )
    assert some.force_include == ((105.2, 37.5),)
    assert some.force_exclude == tmp_path / "x.gpkg"
    with pytest.raises(ValidationError):
        Settings.model_validate({"slope": 3})
    with pytest.raises(ValidationError):
        Settings.model_validate({"fault_min_km": -1})


def test_forced_places_take_their_cells(tmp_path: Path) -> None:
    grid = grid_over((105, 37, 106, 38), "EPSG:4326", 0.1)
    points = forced(read_forced(((105.25, 37.95), (105.999, 37.001)), "x"), grid)
    assert points[0, 2]
    assert points[9, 9]
    assert points.sum() == 2
    table = tmp_path / "points.csv"
    table.write_text("longitude,latitude\n105.25,37.95\n")
    assert forced(read_forced(table, "x"), grid).sum() == 1
    square = write_shape(tmp_path / "s.gpkg", shapely.box(105, 37, 105.5, 37.5), 4326)
    assert forced(read_forced(square, "x"), grid).sum() == 25
    assert exclude_forced((), grid, "x") is None
    with pytest.raises(TableError, match=r"x: point 1 \(37.5, 105\) is no longitude and latitude; swapped"):
        read_forced(((37.5, 105.0),), "x")


def off(**changed: object) -> Settings:
    """Give settings with every built-in exclusion off but those given."""
    none = dict.fromkeys(
        ("elevation_max_m", "relief_max_m", "built_up_max_persons_per_km2", "water_min_km"), None
    )
    none |= dict.fromkeys(("fault_min_km", "grid_max_km", "fibre_max_km"), None)
    return Settings.model_validate(none | {"cover_codes": ()} | changed)


GRID = grid_over((101, 34, 107, 38), "EPSG:4326", 0.1)
STATIONS = pd.DataFrame({"longitude": [104.0], "latitude": [36.0]})


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("elevation_max_m", 3050, "elevation"),
        ("relief_max_m", 600, "relief"),
        ("cover_codes", (8, 10), "land_cover"),
        ("urban_codes", (11,), "built_up_cover"),
        ("built_up_max_persons_per_km2", 500, "built_up"),
        ("water_min_km", 5, "water"),
        ("fault_min_km", 5, "fault"),
        ("grid_max_km", 100, "grid"),
        ("fibre_max_km", 100, "fibre"),
    ],
)
@pytest.mark.filterwarnings("ignore::geodata.tables.DataWarning")
def test_each_exclusion_rules_something_out_by_itself(key: str, value: object, reason: str) -> None:
    (only,) = list_exclusions(off(**{key: value}), GRID, DATA, STATIONS, STATIONS)
    assert only.reason == reason
    screen = rule_out(Area(GRID, np.ones(GRID.shape, dtype=bool)), [only])
    assert 0 < screen.free_cells < GRID.width * GRID.height
    (lost,) = list_exclusions(off(**{key: value}), GRID, None, NONE, NONE)
    assert lost.ruled is None
    with pytest.warns(DataWarning, match=f"not applied, since their layers are not there: {reason}"):
        kept = rule_out(Area(GRID, np.ones(GRID.shape, dtype=bool)), [lost])
    assert kept.free.all()
    assert list(kept.exclusions["applied"]) == [False]


def test_far_from_a_substation_is_a_circle() -> None:
    (only,) = list_exclusions(off(grid_max_km=100), GRID, None, STATIONS, NONE)
    assert only.ruled is not None
    out, _ = only.ruled(GRID)
    lon, lat = GRID.lonlat()
    km = GEOD.inv(lon, lat, np.full(lon.shape, 104.0), np.full(lon.shape, 36.0))[2] / 1000
    np.testing.assert_array_equal(out, km > 100)


def test_a_stricter_threshold_never_adds() -> None:
    loose, strict = (list_exclusions(off(elevation_max_m=v), GRID, DATA, NONE, NONE)[0] for v in (3000, 2000))
    assert loose.ruled is not None
    assert strict.ruled is not None
    assert not (loose.ruled(GRID)[0] & ~strict.ruled(GRID)[0]).any()


def test_nothing_switched_on_is_nothing_ruled_out() -> None:
    assert list_exclusions(off(), GRID, DATA, NONE, NONE) == []


def test_own_layers_of_all_kinds(tmp_path: Path) -> None:
    slope = write_raster(
        tmp_path / "slope.tif",
        np.tile(np.array([2, 20], dtype="float32"), (20, 15)),
        101,
        38,
        0.2,
        "EPSG:4326",
    )
    parks = write_shape(tmp_path / "parks.gpkg", shapely.box(101, 34, 104, 38), 4326)
    own = OwnLayer(file=parks, reason="military", buffer_km=10)
    chosen = off(
        slope_file=slope,
        protected_file=parks,
        protected_min_km=0,
        own=(own,),
        force_exclude=((106.95, 37.95),),
    )
    listed = list_exclusions(chosen, GRID, None, NONE, NONE)
    assert [e.reason for e in listed] == ["force_exclude", "slope", "protected_area", "military"]
    with pytest.warns(DataWarning, match=r"finer than the layer that decides on slope: slope.tif"):
        screen = rule_out(Area(GRID, np.ones(GRID.shape, dtype=bool)), listed)
    out = np.zeros(GRID.shape, dtype=bool)
    out[:, :30] = True
    assert not screen.free[out].any()
    assert screen.exclusions["all_count"].iloc[2] == 30 * 40
    assert screen.exclusions["all_count"].iloc[3] == 31 * 40  # a cell of 9 km more, its centre 4.5 km away
    assert not screen.free[0, 59]


def test_progress_counts_tiles() -> None:
    area, listed = world([1])
    seen: list[tuple[int, int]] = []
    rule_out(area, listed, tile=8, progress=lambda done, whole: seen.append((done, whole)))
    assert seen == [(i, 9) for i in range(1, 10)]


def test_exclude_own_says_where(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"own\[0\].file"):
        exclude_own(
            OwnLayer(file=write_shape(tmp_path / "p.gpkg", shapely.box(0, 0, 1, 1)), reason="x", values="1"),
            GRID,
            "own[0].file",
        )


def test_the_region_may_be_one_of_several_layers(tmp_path: Path) -> None:
    path = tmp_path / "many.gpkg"
    gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 300, 300)], crs=3035).to_file(path, layer="a")
    gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 500, 500)], crs=3035).to_file(path, layer="b")
    assert region_area(path, "EPSG:3035", 100, "b").cells == 25
    with pytest.raises(TableError, match="found layers a, b, expected the name of one"):
        region_area(path, "EPSG:3035", 100)
    with pytest.raises(TableError, match=r"many\.gpkg"):
        region_area(path, "EPSG:3035", 100, "c")
