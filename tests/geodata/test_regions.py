"""Where points lie: every built-in place, the coast, the sea, and units that are no demand zone."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

from geodata.candidates import all_places
from geodata.geometry.regions import BOUNDARIES, boundaries_file, locate, locate_in
from geodata.read import builtin
from geodata.tables import TableError

DATA = Path(__file__).parents[2].parent / "shared" / "data"
OTHER_PREFECTURE = {  # the layer's river or older boundary puts these elsewhere
    "area-jianyang": ("Sichuan", "Ziyang"),
    "area-guian": ("Guizhou", "Anshun"),
    "seat-sanmenxia": ("Shanxi", "Yuncheng"),
    "seat-ezhou": ("Hubei", "Huanggang"),
}


def test_every_builtin_place_lies_in_its_province_and_prefecture() -> None:
    places = all_places()
    found = locate(places["longitude"], places["latitude"], DATA)
    stated = list(zip(places["province"], places["prefecture"], strict=True))
    there = list(zip(found["province"], found["prefecture"], strict=True))
    ids = places["site_id"]
    assert {i: b for i, a, b in zip(ids, stated, there, strict=True) if a != b} == OTHER_PREFECTURE
    assert found["region_km"].max() < 3
    assert (found["region_km"] == 0).mean() > 0.98


@pytest.mark.slow
def test_provinces_are_those_of_the_builtin_table() -> None:
    lon, lat = np.meshgrid(np.arange(73.5, 135, 0.5), np.arange(18.25, 54, 0.5))
    found = locate(lon.ravel(), lat.ravel(), DATA)
    assert set(found["province"]) == {"", *builtin("provinces")["province"]}
    assert (found["prefecture"] == "").tolist() == (found["province"] == "").tolist()


@pytest.mark.parametrize(
    ("lon", "lat", "region"),
    [(114.17, 22.32, "Hong Kong"), (113.55, 22.19, "Macao"), (121.5, 25.03, "Taiwan")],
)
def test_units_that_are_no_demand_zone(lon: float, lat: float, region: str) -> None:
    found = locate(lon, lat, DATA).iloc[0]
    assert found["province"] == found["prefecture"] == ""
    assert found["nearest_region"] == region
    assert found["region_km"] < 1


def test_off_the_coast_the_nearest_province_holds_up_to_30_km() -> None:
    found = locate([121.98, 123.4, 124.5, 139.7], [31.0, 31.0, 30.0, 35.7], DATA)
    assert found["province"].tolist() == ["Shanghai", "", "", ""]
    assert 0 < found["region_km"].iloc[0] < 30 < found["region_km"].iloc[1] < 95
    assert found["region_km"].iloc[3] > 900
    assert found["nearest_region"].tolist()[1:] == ["Zhejiang", "Zhejiang", "Jilin"]


def test_the_distance_is_that_on_the_ellipsoid() -> None:
    found = locate([110.0], [16.0], DATA).iloc[0]  # due south of Hainan, whose southern end is at 18.16 N
    assert found["region_km"] == pytest.approx(248, abs=8)


def test_units_below_the_prefecture_and_units_that_are_gone() -> None:
    found = locate([86.03, 113.45, 117.66, 109.5], [44.30, 30.36, 36.21, 18.25], DATA)
    assert found["prefecture"].tolist() == ["Shihezi", "Xiantao", "Jinan", "Sanya"]


def test_order_and_points_without_coordinates() -> None:
    found = locate([np.nan, 116.4, -170], [40, 39.9, 89], DATA)
    assert found["province"].tolist() == ["", "Beijing", ""]
    assert found["region_km"].isna().tolist() == [True, False, False]
    assert locate([], [], DATA).empty


def test_one_point_on_an_edge_has_one_answer() -> None:
    found = locate([116.4] * 3, [39.9] * 3, DATA)
    assert found["prefecture"].tolist() == ["Beijing"] * 3


def test_the_nearest_prefecture_of_a_stated_province() -> None:
    places = all_places().set_index("site_id").loc[["seat-sanmenxia", "seat-beijing", "seat-beijing"]]
    found = locate_in(places["longitude"], places["latitude"], ["Henan", "Beijing", "Shire"], DATA)
    assert found["prefecture"].tolist() == ["Sanmenxia", "Beijing", ""]
    assert 0 < found["region_km"].iloc[0] < 5
    assert found["region_km"].iloc[1] == 0
    assert locate_in([], [], [], DATA).empty


@pytest.mark.slow
def test_nearest_outlines_agree_with_the_polygons_themselves() -> None:
    """The distance to the nearest outline is that to the nearest polygon, in the same projection."""
    rng = np.random.default_rng(7)
    lon, lat = rng.uniform(73, 136, 300), rng.uniform(17, 54, 300)
    found = locate(lon, lat, DATA)
    units = gpd.read_file(DATA / BOUNDARIES, layer="adm2").to_crs("+proj=merc +lon_0=105 +ellps=WGS84")
    points = gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs=4326).to_crs(units.crs)
    away = np.array([units.distance(point).min() for point in points])
    scale = 1 / np.cos(np.radians(lat)) * 1000
    outside = found["region_km"] > 0
    np.testing.assert_array_equal(outside, away > 0)
    near = outside & (found["region_km"] < 100)
    np.testing.assert_allclose(found["region_km"][near], (away / scale)[near], rtol=0.03)


def test_a_folder_without_the_layer_and_a_damaged_one(tmp_path: Path) -> None:
    assert boundaries_file(None) is None
    with pytest.raises(TableError, match="no boundary layer"):
        locate(116.4, 39.9, tmp_path)
    path = tmp_path / BOUNDARIES
    path.parent.mkdir(parents=True)
    path.write_bytes((DATA / BOUNDARIES).read_bytes()[:9000])
    with pytest.raises(TableError, match="not a readable boundary layer"):
        locate(116.4, 39.9, tmp_path)
