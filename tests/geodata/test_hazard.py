"""Faults, earthquakes, and the user's layers of floods, shaking and protected areas."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.candidates import Settings as CandidateSettings
from geodata.candidates import list_places
from geodata.geometry.distance import distance_km
from geodata.layers.hazard import QUAKES, Settings, measure_hazard
from geodata.measured import Measured
from geodata.schemas.layers import Hazard
from geodata.tables import DataWarning, Figures, TableError, checked
from tests.geodata.test_land import raster

DATA = Path(__file__).parents[2].parent / "shared" / "data"
OWN = ["flood_depth_m", "ground_acceleration_g", "protected_area_km"]
LARGEST = "earthquake_100km_magnitude"


@pytest.fixture(scope="module")
def places() -> pd.DataFrame:
    return list_places(CandidateSettings())


@pytest.fixture(scope="module")
def hazard(places: pd.DataFrame) -> Measured:
    return measure_hazard(places, Settings(), DATA)


def at(*points: tuple[float, float], province: str = "Gansu") -> pd.DataFrame:
    lon, lat = zip(*points, strict=True)
    ids = [f"p{i}" for i in range(len(points))]
    return pd.DataFrame({"site_id": ids, "longitude": lon, "latitude": lat, "province": province})


def rows_of(found: Measured, column: str) -> pd.DataFrame:
    return found.figures[found.figures["column"] == column].set_index("site_id")


def test_one_row_a_place_in_order_and_every_column_told(places: pd.DataFrame, hazard: Measured) -> None:
    assert list(hazard.table.index) == list(places["site_id"])
    checked(hazard.table.reset_index(drop=True), Hazard, "hazard")
    checked(hazard.figures, Figures, "figures")
    assert set(hazard.figures.query("site_id == ''")["column"]) == set(Hazard.to_schema().columns)
    assert not hazard.figures.duplicated(["column", "site_id"]).any()
    assert set(rows_of(hazard, "flood_depth_m")["confidence"]) == {"missing"}


@pytest.mark.parametrize(
    ("lon", "lat", "read_km"),
    [
        (111.66, 40.82, 8),
        (105.19, 37.51, 10),
        (103.83, 36.06, 14),
        (87.6, 43.83, 16),
        (101.78, 36.62, 30),
        (104.07, 30.67, 33),
    ],
)
def test_distance_to_faults_at_the_spots_of_the_sources(lon: float, lat: float, read_km: float) -> None:
    """The spots were read in an equal-area projection at points that are not given: 10 % or 3 km."""
    found = measure_hazard(at((lon, lat)), Settings(), DATA).table["fault_km"].iloc[0]
    assert found == pytest.approx(read_km, rel=0.1, abs=3)


def test_far_faults_are_capped_and_low(hazard: Measured, places: pd.DataFrame) -> None:
    km, rows = hazard.table["fault_km"], rows_of(hazard, "fault_km")
    assert km.max() == 50
    assert set(rows.loc[km.index[km == 50].difference(["seat-x"]), "confidence"]) == {"low"}
    plain = places.loc[places["province"].isin(["Hebei", "Beijing", "Shandong"]), "site_id"]
    assert rows.loc[plain, "note"].str.contains("North China Plain").all()
    assert rows.loc["", "confidence"] == "medium"
    assert "seat-lanzhou" not in rows.index
    wider = measure_hazard(places, Settings(fault_cap_km=1000), DATA).table["fault_km"]
    assert wider["seat-beijing"] == pytest.approx(207.7, abs=0.5)
    assert (np.minimum(wider, 50) == km).all()


def test_earthquakes_are_those_within_100_km(places: pd.DataFrame, hazard: Measured) -> None:
    quakes = pd.read_csv(DATA / QUAKES)
    for place in places.iloc[::25].itertuples():
        one = pd.Series([place.longitude] * len(quakes)), pd.Series([place.latitude] * len(quakes))
        near = quakes[distance_km(*one, quakes["longitude"], quakes["latitude"]) <= 100]
        assert hazard.table.loc[place.site_id, "earthquakes_100km_count"] == (near["year"] >= 1900).sum()
        largest = hazard.table.loc[place.site_id, LARGEST]
        assert largest == near["eq_primary"].max() or (np.isnan(largest) and near["eq_primary"].isna().all())
    assert hazard.table.loc["seat-yinchuan", LARGEST] == 8.0
    assert hazard.table.loc["seat-chengdu", LARGEST] == 7.9


def test_no_earthquake_is_not_missing_but_unknown_magnitudes_are(
    places: pd.DataFrame, hazard: Measured
) -> None:
    rows = rows_of(hazard, LARGEST)
    empty = hazard.table.index[hazard.table[LARGEST].isna()]
    words = rows.loc[empty, "note"]
    none = words.str.contains("knows none")
    assert set(rows.loc[empty[none], "confidence"]) == {"medium"}
    assert set(rows.loc[empty[~none], "confidence"]) == {"missing"}
    assert rows.loc["seat-beijing", "note"] == "1 of 10 earthquakes within 100 km have no magnitude"


def test_count_begins_in_the_set_year(places: pd.DataFrame, hazard: Measured) -> None:
    later = measure_hazard(places, Settings(quakes_since_year=2000), DATA).table
    assert (later["earthquakes_100km_count"] <= hazard.table["earthquakes_100km_count"]).all()
    assert later["earthquakes_100km_count"].sum() < hazard.table["earthquakes_100km_count"].sum()
    pd.testing.assert_series_equal(later[LARGEST], hazard.table[LARGEST])


def test_without_data_all_is_missing(places: pd.DataFrame) -> None:
    for folder in (None, DATA / "water"):
        found = measure_hazard(places, Settings(), folder)
        assert set(found.figures["confidence"]) == {"missing"}
        assert found.table.isna().all().all()


def test_own_flood_depth(tmp_path: Path) -> None:
    cells = np.full((200, 200), -9999.0)
    cells[:, :50], cells[:, 50:100] = 150, 0
    path = raster(tmp_path / "f.tif", cells)
    points = at((104.2, 37), (104.8, 37), (105.5, 37))
    found = measure_hazard(points, Settings(flood_file=path, flood_unit="cm"), None)
    assert found.table["flood_depth_m"].tolist()[:2] == [1.5, 0.0]
    assert rows_of(found, "flood_depth_m")["confidence"].to_dict() == {"": "medium", "p2": "missing"}
    dry = measure_hazard(points, Settings(flood_file=path, flood_unit="cm", flood_void_is_dry=True), None)
    assert dry.table["flood_depth_m"].tolist() == [1.5, 0.0, 0.0]
    with pytest.raises(TableError, match=r"flood_file .*found depths from 0 to 150 m, expected 0 to 100"):
        measure_hazard(points, Settings(flood_file=path), None)


def test_void_is_dry_only_on_the_raster(tmp_path: Path) -> None:
    path = raster(tmp_path / "f.tif", np.full((200, 200), -9999.0))
    with pytest.warns(DataWarning, match="1 of 2 places lie beside"):
        found = measure_hazard(
            at((105, 37), (120, 37)), Settings(flood_file=path, flood_void_is_dry=True), None
        )
    assert found.table["flood_depth_m"].iloc[0] == 0
    assert np.isnan(found.table["flood_depth_m"].iloc[1])


def test_own_ground_acceleration_as_raster_in_any_unit(tmp_path: Path) -> None:
    cells = np.full((200, 200), 0.2)
    cells[0, 0] = 0.4
    points = at((105, 37))
    for unit, factor in (("g", 1.0), ("m_per_s2", 9.80665), ("gal", 980.665)):
        path = raster(tmp_path / f"{unit}.tif", cells * factor)
        settings = Settings(ground_acceleration_file=path, ground_acceleration_unit=unit)
        found = measure_hazard(points, settings, None).table["ground_acceleration_g"]
        assert found.iloc[0] == pytest.approx(0.2, rel=1e-6)


def zones(path: Path, values: list[object], column: str = "pga_g") -> Path:
    shapes = [shapely.box(104 + i, 36, 105 + i, 38) for i in range(len(values))]
    gpd.GeoDataFrame({column: values, "geometry": shapes}, crs=4326).to_file(path)
    return path


def test_own_ground_acceleration_as_zones(tmp_path: Path) -> None:
    settings = Settings(ground_acceleration_file=zones(tmp_path / "z.gpkg", [0.05, 0.3]))
    found = measure_hazard(at((104.5, 37), (105.5, 37), (109, 37)), settings, None)
    assert found.table["ground_acceleration_g"].tolist()[:2] == [0.05, 0.3]
    assert rows_of(found, "ground_acceleration_g").loc["p2", "confidence"] == "missing"


@pytest.mark.parametrize(
    ("factor", "guess"), [(9.81, "looks like m/s2"), (981.0, r"looks like gal"), (100.0, "percent of g")]
)
@pytest.mark.parametrize("form", ["raster", "zones"])
def test_other_units_of_shaking_are_refused(tmp_path: Path, form: str, factor: float, guess: str) -> None:
    """The largest value of the whole layer tells, not only that at the place."""
    if form == "zones":
        path = zones(tmp_path / "z.gpkg", [0.05 * factor, 0.4 * factor])
    else:
        cells = np.full((200, 200), 0.05 * factor)
        cells[:, 150:] = 0.4 * factor
        path = raster(tmp_path / "z.tif", cells)
    with pytest.raises(TableError, match=guess):
        measure_hazard(at((104.5, 37)), Settings(ground_acceleration_file=path), None)


def test_shares_of_g_called_gal_are_refused(tmp_path: Path) -> None:
    path = raster(tmp_path / "z.tif", np.full((200, 200), 0.15))
    settings = Settings(ground_acceleration_file=path, ground_acceleration_unit="gal")
    with pytest.raises(TableError, match=r"found 0\.15 to 0\.15 gal, expected 0 to 1471, some above 4\.9"):
        measure_hazard(at((105, 37)), settings, None)


@pytest.mark.parametrize(
    ("values", "column", "message"),
    [
        ([0.1, 0.2], "a", r"missing column pga_g"),
        (["0.05-0.1", "0.2"], "pga_g", r"found '0\.05-0\.1', expected one number"),
        ([-0.1, 0.2], "pga_g", r"found -0\.1 to 0\.2 g, expected 0 to 1\.5"),
        ([None, None], "pga_g", r"no zone with a value covers any of the 1 places"),
    ],
)
def test_faulty_zones(tmp_path: Path, values: list[object], column: str, message: str) -> None:
    path = zones(tmp_path / "z.gpkg", values, column)
    with pytest.raises(TableError, match=message):
        measure_hazard(at((104.5, 37)), Settings(ground_acceleration_file=path), None)


def test_own_protected_areas(tmp_path: Path) -> None:
    zones(tmp_path / "p.gpkg", [1.0])
    found = measure_hazard(at((104.5, 37), (106, 37)), Settings(protected_file=tmp_path / "p.gpkg"), None)
    assert found.table["protected_area_km"].tolist() == pytest.approx([0.0, 89.0], abs=0.2)
    assert rows_of(found, "protected_area_km").loc["", "confidence"] == "medium"


@pytest.mark.parametrize("cut", ["eq_primary", "latitude", "text"])
def test_a_damaged_catalogue_is_an_error(tmp_path: Path, cut: str) -> None:
    path = tmp_path / QUAKES
    path.parent.mkdir(parents=True)
    table = pd.read_csv(DATA / QUAKES)
    if cut == "eq_primary":
        table["eq_primary"] = 45.0
    elif cut == "latitude":
        table.loc[3, "latitude"] = None
    else:
        table = table.drop(columns="year")
    table.to_csv(path, index=False)
    with pytest.raises(TableError, match="significant_earthquakes"):
        measure_hazard(at((104.5, 37)), Settings(), tmp_path)
