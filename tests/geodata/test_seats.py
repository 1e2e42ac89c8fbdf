"""Seats: rebuilt from the data folder, and each in its province."""

from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geodata.candidates import builtin_places
from geodata.geometry.distance import matrix_km
from geodata.read import builtin
from geodata.rebuilding.seats import PROJECTION, build_seats, latin, left_out

DATA = Path(__file__).parents[2].parent / "shared" / "data"
TWIN_KM = 5.0
COAST_KM = 5  # its borders are coarse


@pytest.fixture(scope="module")
def seats() -> pd.DataFrame:
    return builtin("seats")


@pytest.fixture(scope="module")
def points(seats: pd.DataFrame) -> gpd.GeoDataFrame:
    places = builtin_places()
    shape = gpd.points_from_xy(places["longitude"], places["latitude"], crs=4326)
    return gpd.GeoDataFrame(places, geometry=shape).to_crs(PROJECTION)


@pytest.mark.slow
def test_shipped_table_is_what_the_data_folder_gives(seats: pd.DataFrame):
    built = build_seats(DATA).assign(geonameid=lambda t: t["geonameid"].astype(float))
    pd.testing.assert_frame_equal(built, seats, check_dtype=False)


def test_only_sansha_is_left_out():
    assert left_out(DATA) == ["Hainan: Sansha"]


def test_stand_ins_are_the_largest_places_of_their_prefectures(seats: pd.DataFrame):
    places = pd.read_csv(DATA / "demand/geonames_cities_cn/cities_ge15000.csv.gz").set_index("geonameid")
    units = gpd.read_file(DATA / "power/boundaries-ocha-2020/chn_admbnda_ocha_2020.gpkg", layer="adm2")
    shape = gpd.points_from_xy(places["longitude"], places["latitude"], crs=4326)
    held = gpd.sjoin(gpd.GeoDataFrame(places, geometry=shape), units, predicate="within")
    for geonameid in seats.loc[seats["match"] == "largest place", "geonameid"]:
        unit = held.loc[geonameid]
        inside = held[(held["ADM2_PCODE"] == unit["ADM2_PCODE"]) & (held["province"] == unit["province"])]
        assert inside["population"].idxmax() == geonameid


def _off_km(points: gpd.GeoDataFrame, file: str, column: str, **layer: str) -> pd.Series:
    """Return how far each place lies from its own province's polygon, 0 inside."""
    areas = gpd.read_file(DATA / "power" / file, **layer).to_crs(PROJECTION)
    names = builtin("provinces").set_index("province")["name_zh"]
    shape = {p: areas.geometry[areas[column].str.startswith(zh)].iloc[0] for p, zh in names.items()}
    km = [g.distance(shape[p]) / 1000 for g, p in zip(points.geometry, points["province"], strict=True)]
    return pd.Series(km, index=points["site_id"])


def test_each_place_lies_in_its_province(points: gpd.GeoDataFrame):
    ocha = _off_km(points, "boundaries-ocha-2020/chn_admbnda_ocha_2020.gpkg", "ADM1_ZH", layer="adm1")
    tianditu = _off_km(points, "boundaries-tianditu/china_province.geojson", "name")
    assert list(tianditu.index[tianditu > 0]) == []
    assert list(ocha.index[ocha > COAST_KM]) == []


def test_no_zero_coordinates_and_no_twins(seats: pd.DataFrame):
    assert (seats[["longitude", "latitude"]].abs() > 1).all(axis=None)
    apart = matrix_km(seats, seats)
    np.fill_diagonal(apart, np.inf)
    alone = apart.min(axis=1)
    assert min(alone) > TWIN_KM


def test_names_are_unique_inside_a_province_and_ids_everywhere(seats: pd.DataFrame):
    assert not seats.duplicated(["province", "name_en"]).any()
    assert not seats.duplicated(["province", "prefecture"]).any()
    assert seats["site_id"].is_unique
    assert {"seat-suzhou-anhui", "seat-suzhou-jiangsu"} <= set(seats["site_id"])


def test_every_province_has_its_capital(seats: pd.DataFrame):
    capitals = set(zip(builtin("provinces")["province"], builtin("provinces")["capital"], strict=True))
    assert capitals <= set(zip(seats["province"], seats["prefecture"], strict=True))
    assert len(capitals) == 31


def test_sorted_by_province(seats: pd.DataFrame):
    keys = list(zip(seats["province"], seats["site_id"], strict=True))
    assert all(a < b for a, b in pairwise(keys))


def test_latin():
    assert latin("Ürümqi") == "urumqi"
    assert latin("Xi\u2019an") == latin("Xi'an") == "xian"
