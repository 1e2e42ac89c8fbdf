"""Relief, land cover and people around places."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio
from rasterio import Affine

from geodata.candidates import Settings as CandidateSettings
from geodata.candidates import list_places
from geodata.layers.land import ELEVATION, Settings, measure_land
from geodata.layers.population import MASKED, WORLD, total_ratio
from geodata.measured import Measured
from geodata.readers.around import around, circles
from geodata.schemas.layers import Land
from geodata.tables import DataWarning, Figures, TableError, checked

DATA = Path(__file__).parents[2].parent / "shared" / "data"
PEOPLE = "population_20km_persons"
VOID_SEATS = {"seat-beihai", "seat-dalian", "seat-haikou", "seat-weihai", "seat-zhoushan", "seat-zhuhai"}
CIRCLE_KM2 = np.pi * 20**2


@pytest.fixture(scope="module")
def places() -> pd.DataFrame:
    return list_places(CandidateSettings())


@pytest.fixture(scope="module")
def land(places: pd.DataFrame) -> Measured:
    return measure_land(places, Settings(), DATA)


def at(*points: tuple[float, float]) -> pd.DataFrame:
    lon, lat = zip(*points, strict=True)
    ids = [f"p{i}" for i in range(len(points))]
    return pd.DataFrame(
        {"site_id": ids, "longitude": lon, "latitude": lat, "province": "Gansu", "prefecture": ""}
    )


def raster(
    path: Path, cells: np.ndarray, crs: str = "EPSG:4326", grid: tuple = (104, 38, 0.01, 0.01)
) -> Path:
    """Write a raster around 105 E 37 N; -9999 is void."""
    size = {
        "height": cells.shape[0],
        "width": cells.shape[1],
        "count": 1,
        "dtype": "float32",
        "nodata": -9999,
    }
    west, north, width, height = grid
    place = Affine(width, 0, west, 0, -height, north)
    with rasterio.open(path, "w", driver="GTiff", crs=crs, transform=place, **size) as file:
        file.write(cells.astype("float32"), 1)
    return path


def rows_of(found: Measured, column: str) -> pd.DataFrame:
    return found.figures[found.figures["column"] == column].set_index("site_id")


def test_one_row_a_place_in_order_and_every_column_told(places: pd.DataFrame, land: Measured) -> None:
    assert list(land.table.index) == list(places["site_id"])
    checked(land.table.reset_index(drop=True), Land, "land")
    checked(land.figures, Figures, "figures")
    assert set(land.figures.query("site_id == ''")["column"]) == set(Land.to_schema().columns)
    assert not land.figures.duplicated(["column", "site_id"]).any()


def test_relief_is_highest_less_lowest_near_by(places: pd.DataFrame, land: Measured) -> None:
    """Cells whose centre lies within 8 km are all counted, none farther than 16 km is."""
    with rasterio.open(DATA / ELEVATION) as file:
        height, grid = file.read(1).astype(float), file.transform
    row, column = np.indices(height.shape)
    lon, lat = grid.c + grid.a * (column + 0.5), grid.f + grid.e * (row + 0.5)
    for place in places.iloc[::40].itertuples():
        east = (lon - place.longitude) * 111.2 * np.cos(np.radians(place.latitude))
        km = np.hypot(east, (lat - place.latitude) * 111.2)
        least, most = (np.ptp(height[km < reach]) for reach in (8, 16))
        assert least <= land.table.loc[place.site_id, "relief_m"] <= most
    assert land.table.loc["seat-shanghai", "relief_m"] < 20 < land.table.loc["seat-lanzhou", "relief_m"]
    assert "index of relief" in rows_of(land, "relief_m").loc["", "note"]


def test_cover_at_the_spots_of_the_sources() -> None:
    spots = {
        (116.40, 39.90): "Urban",
        (121.47, 31.23): "Urban",
        (118.38, 31.33): "Paddy field",
        (113.60, 24.80): "Broadleaf Deciduous Forest",
        (105.19, 37.51): "Cropland",
        (126.64, 45.75): "Cropland",
    }
    found = measure_land(at(*spots), Settings(), DATA)
    assert found.table["land_cover"].tolist() == list(spots.values())
    assert found.table["tree_cover_share"].between(0, 1).all()
    assert set(rows_of(found, "land_cover")["confidence"]) == {"low"}


def test_void_cells_of_the_cover_are_missing_not_filled(land: Measured) -> None:
    void = set(land.table.index[land.table["tree_cover_share"].isna()])
    rows = rows_of(land, "tree_cover_share")
    assert void == set(rows.index[rows["confidence"] == "missing"])
    assert set(land.table.loc[sorted(void), "land_cover"]) == {"Water bodies"}


def test_people_are_density_times_area(places: pd.DataFrame, land: Measured) -> None:
    """A large circle around the middle of the country holds what the cells in it hold."""
    with rasterio.open(DATA / MASKED) as file:
        density, grid = file.read(1, masked=True).filled(0).astype(float), file.transform
    row, column = np.indices(density.shape)
    lon, lat = grid.c + grid.a * (column + 0.5), grid.f + grid.e * (row + 0.5)
    area = np.radians(grid.a) * 6371.0**2 * 2 * np.cos(np.radians(lat)) * np.sin(np.radians(-grid.e) / 2)
    far = 111.2 * np.hypot((lon - 112) * np.cos(np.radians(lat)), lat - 33)
    inside = around(DATA / MASKED, [112], [33], 400, {"people": "sum(coverage_weight=AREA)"})["people"].iloc[
        0
    ]
    assert inside == pytest.approx((density * area)[far < 400].sum(), rel=0.02)
    assert (density * area).sum() == pytest.approx(1342e6, rel=0.01)
    assert land.table[PEOPLE].notna().all()
    assert 11e6 < land.table.loc["seat-beijing", PEOPLE] < 15e6
    assert 12e6 < land.table.loc["seat-shanghai", PEOPLE] < 17e6


def test_people_are_means_of_cells_not_points_of_them(land: Measured) -> None:
    """The layer of 0.2 degrees holds single points: 15 million around Jilin, 0.2 million around Qingdao."""
    cities = {"jilin": 2.0, "shenyang": 7.0, "qingdao": 6.0, "xining": 1.7, "guiyang": 3.0, "jinan": 4.3}
    found = land.table.loc[[f"seat-{name}" for name in cities], PEOPLE] / 1e6
    assert (found / list(cities.values())).between(0.5, 1.3).all(), "GeoNames: persons of the cities"


def test_people_are_scaled_to_the_total_of_the_country(land: Measured) -> None:
    ratio = total_ratio(DATA / MASKED, DATA / WORLD)
    assert ratio == pytest.approx(0.896, abs=0.01)
    here = (121.602, 38.912)
    alone = measure_land(at(here), Settings(), DATA).table[PEOPLE].iloc[0]
    whole = around(DATA / WORLD, *([v] for v in here), 20, {"n": "sum(coverage_weight=AREA)"})["n"].iloc[0]
    assert alone == pytest.approx(ratio * whole), "no matter which other places are asked"


def test_people_are_low_at_the_coast_and_where_the_two_versions_differ(land: Measured) -> None:
    rows = rows_of(land, PEOPLE)
    assert rows.loc["", "confidence"] == "medium"
    assert set(rows.index) >= VOID_SEATS | {"seat-jilin"}
    assert set(rows.loc[rows.index != "", "confidence"]) == {"low"}
    assert "too many" in rows.loc["seat-dalian", "note"]
    assert "factor of 3" in rows.loc["seat-jilin", "note"]
    assert "seat-beijing" not in rows.index


@pytest.mark.parametrize(("file", "said"), [(MASKED, "one point"), (WORLD, "not scaled")])
def test_one_version_of_the_people_alone_is_low(tmp_path: Path, file: str, said: str) -> None:
    (tmp_path / file).parent.mkdir(parents=True)
    (tmp_path / file).write_bytes((DATA / file).read_bytes())
    found = measure_land(at((116.4, 39.9)), Settings(), tmp_path)
    assert found.table[PEOPLE].iloc[0] > 8e6
    row = rows_of(found, PEOPLE).loc[""]
    assert row["confidence"] == "low"
    assert said in row["note"]


def test_without_data_all_is_missing(places: pd.DataFrame) -> None:
    for folder in (None, DATA / "water"):
        found = measure_land(places, Settings(), folder)
        assert set(found.figures["confidence"]) == {"missing"}
        assert found.table.drop(columns="land_cover").isna().all().all()
        assert set(found.table["land_cover"]) == {""}


def test_circles_have_their_area() -> None:
    shapes = circles([105.0, 116.4], [37.0, 53.0], 20.0)
    areas = shapes.to_crs("ESRI:102025").area / 1e6
    assert areas.tolist() == pytest.approx([CIRCLE_KM2] * 2, rel=1e-3)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32648"])
@pytest.mark.parametrize("unit", ["persons_per_km2", "persons"])
def test_own_population_in_any_projection(tmp_path: Path, crs: str, unit: str) -> None:
    """Ten people on each km2; cells of 0.01 degrees or of 1 km."""
    degrees = crs == "EPSG:4326"
    cells = np.full((200, 200), 10.0)
    if degrees and unit == "persons":
        lat = 38 - 0.01 * (np.arange(200) + 0.5)
        cells = np.repeat((10 * (0.01 * 111.195) ** 2 * np.cos(np.radians(lat)))[:, None], 200, axis=1)
    grid = (104, 38, 0.01, 0.01) if degrees else (400_000, 4_200_000, 1000, 1000)
    path = raster(tmp_path / "p.tif", cells, crs, grid)
    found = measure_land(at((105.0, 37.0)), Settings(population_file=path, population_unit=unit), None)
    assert found.table[PEOPLE].iloc[0] == pytest.approx(10 * CIRCLE_KM2, rel=5e-3)
    assert rows_of(found, PEOPLE).loc["", "source"] == "user's file"


def test_own_heights_replace_the_layer(tmp_path: Path) -> None:
    height = np.zeros((200, 200))
    height[100, 100], height[100, 110], height[100, 150] = 300, 500, 900
    found = measure_land(
        at((105.005, 36.995)), Settings(elevation_file=raster(tmp_path / "e.tif", height)), DATA
    )
    assert found.table["relief_m"].tolist() == [500], "8.9 km to the second top, 44 km to the third"
    assert rows_of(found, "relief_m").loc["", "source"] == "user's file"
    assert found.table[PEOPLE].notna().all(), "the other layers stay"


def test_places_beside_an_own_raster_are_missing_and_told(tmp_path: Path) -> None:
    path = raster(tmp_path / "e.tif", np.arange(40_000.0).reshape(200, 200) / 10)
    with pytest.warns(DataWarning, match=r"elevation_file .*1 of 2 places lie beside the raster"):
        found = measure_land(at((105.0, 37.0), (110.0, 37.0)), Settings(elevation_file=path), None)
    assert np.isnan(found.table["relief_m"].iloc[1])
    assert rows_of(found, "relief_m").loc["p1", "confidence"] == "missing"


def test_places_beside_the_layers_are_missing() -> None:
    """Yongxing island lies south of all layers."""
    found = measure_land(at((112.34, 16.83), (105.0, 37.0)), Settings(), DATA)
    assert found.table.drop(columns="land_cover").isna().all(axis=1).tolist() == [True, False]
    rows = found.figures[found.figures["site_id"] == "p0"]
    assert set(rows["column"]) == set(Land.to_schema().columns)
    assert set(rows["confidence"]) == {"missing"}


@pytest.mark.parametrize(
    ("fill", "point", "message"),
    [
        (5000.0 / 0.3048, (105.0, 37.0), r"found heights from 16404\.2 to 16404\.2, expected metres"),
        (-9999.0, (105.0, 37.0), r"void \(no data\) at all 1 places"),
        (10.0, (110.0, 37.0), r"1 of 1 places lie beside the raster, which covers 104, 36, 106, 38"),
    ],
)
def test_faulty_own_heights(tmp_path: Path, fill: float, point: tuple[float, float], message: str) -> None:
    path = raster(tmp_path / "e.tif", np.full((200, 200), fill))
    with pytest.raises(TableError, match=message):
        measure_land(at(point), Settings(elevation_file=path), None)


def test_negative_people_are_refused(tmp_path: Path) -> None:
    path = raster(tmp_path / "p.tif", np.full((200, 200), -1.0))
    with pytest.raises(TableError, match=r"population_file .*found -1, expected 0 or more"):
        measure_land(at((105.0, 37.0)), Settings(population_file=path), None)


def test_a_damaged_layer_of_the_data_folder_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / ELEVATION
    path.parent.mkdir(parents=True)
    path.write_bytes((DATA / ELEVATION).read_bytes()[:100_000])
    with pytest.raises(TableError, match="itu_p1511"):
        measure_land(at((105.0, 37.0)), Settings(), tmp_path)
