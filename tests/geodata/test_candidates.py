"""Candidates: built-in places, own sites, and the faults of a file of own sites."""

from pathlib import Path

import pandas as pd
import pytest

from geodata.candidates import Settings, builtin_places, list_places
from geodata.geometry.distance import distance_km, matrix_km
from geodata.read import builtin
from geodata.tables import TableError

HEADER = "name,longitude,latitude,province,it_max_mw,price_negotiated_cny_per_mwh\n"


def _own(tmp_path: Path, rows: str, replace: bool = False, header: str = HEADER) -> pd.DataFrame:
    path = tmp_path / "sites.csv"
    path.write_text(header + rows, encoding="utf-8")
    return list_places(Settings(sites_file=path, replace_builtin=replace))


def test_a_seat_and_its_own_prefecture_are_one_place():
    places = builtin_places()
    seats, areas = (places[places["kind"] == k] for k in ("seat", "start_area"))
    assert len(areas) == 22
    for place in ("Wuhu", "Shaoguan", "Chongqing", "Ulanqab", "Qingyang", "Zhongwei"):
        assert place not in set(seats["prefecture"])
    assert {"Zhangjiakou", "Hohhot", "Chengdu", "Guiyang"} <= set(seats["prefecture"])


def test_hub_columns():
    places = list_places(Settings()).set_index("site_id")
    hubs = ["hub_province", "hub_prefecture", "hub_start_area"]
    assert list(places.loc["area-zhangbei", hubs]) == ["JJJ", "JJJ", "JJJ"]
    assert list(places.loc["seat-zhangjiakou", hubs]) == ["JJJ", "JJJ", ""]
    assert list(places.loc["seat-beijing", hubs]) == ["JJJ", "", ""]
    assert list(places.loc["seat-xining", hubs]) == ["", "", ""]
    assert list(places.loc["seat-suzhou-anhui", hubs]) == ["YRD", "", ""]
    assert list(places.loc["seat-suzhou-jiangsu", hubs]) == ["YRD", "YRD", ""]


def test_start_areas_lie_in_the_prefecture_of_a_known_cluster():
    areas = builtin("start_areas")
    clusters = builtin("clusters").set_index("cluster_id")
    assert set(areas["cluster_id"]) == set(clusters.index)
    near = clusters.loc[areas["cluster_id"]]
    km = distance_km(areas["longitude"], areas["latitude"], near["longitude"], near["latitude"])
    assert km.max() < 150


def test_sides():
    side = builtin("provinces").set_index("province")["side"]
    assert (side == "west").sum() == 12
    assert side["Inner Mongolia"] == "west"
    assert side["Hebei"] == "east"


def test_own_sites_beside_the_builtin_ones(tmp_path: Path):
    places = _own(tmp_path, "My Park 1,113.10,40.90,,120,350\n我的园区,106.5,29.5,Chongqing,,\n")
    own = places[places["kind"] == "own"].set_index("site_id")
    assert list(own.index) == ["own-my-park-1", "own-2"]
    assert own.loc["own-my-park-1", "prefecture"] == "Ulanqab"
    assert own["it_max_mw"].tolist()[0] == 120
    assert own["price_own_cny_per_mwh"].isna().tolist() == [False, True]
    assert own["hub_province"].tolist() == ["NM", "CY"]


def test_a_builtin_place_beside_an_own_site_gives_way(tmp_path: Path):
    before = builtin_places()
    seat = before.set_index("site_id").loc["seat-datong"]
    places = _own(tmp_path, f"D,{seat['longitude'] + 0.02},{seat['latitude']},,,\n")
    assert set(before["site_id"]) - set(places["site_id"]) == {"seat-datong"}


def test_only_own_sites(tmp_path: Path):
    assert list(_own(tmp_path, "D,113.1,40.9,,,\n", replace=True)["site_id"]) == ["own-d"]


def test_no_candidates():
    with pytest.raises(TableError, match="no candidates"):
        list_places(Settings(replace_builtin=True))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("A,40.9,113.1,,,\n", r"longitude and latitude look swapped \(row 1\)"),
        ("A,0,0,,,\n", r"coordinates \(0, 0\) \(row 1\)"),
        ("A,-100,30,,,\n", "more than 500 km from any known place"),
        ("A,113.1,,,,\n", r"longitude or latitude is empty \(row 1\)"),
        ("A,113.1,40.9,Hunan,,\n", "another province than stated"),
        ("A,113.1,40.9,Shire,,\n", "province is not one of the demand zones"),
        ("A,113.1,40.9,,,\nA,106.5,29.5,,,\n", r"the same name twice \(row 1, 2\)"),
        ("A,113.1,40.9,,,\nB,113.1,40.9,,,\n", "sites less than 0.5 km apart"),
        ("A,113.1,40.9,,-5,\n", "it_max_mw below 0"),
        ("A,113.1,40.9,,,0.35\n", "is it in CNY per kWh"),
        ("A,113.1,40.9,,100-200,\n", "found '100-200', expected one number"),
        (",113.1,40.9,,,\n", "name is empty"),
        ("", "no rows"),
    ],
)
def test_faults_of_own_sites(tmp_path: Path, rows: str, message: str):
    with pytest.raises(TableError, match=message):
        _own(tmp_path, rows)


def test_all_faults_at_once(tmp_path: Path):
    with pytest.raises(TableError, match=r"swapped.*another province"):
        _own(tmp_path, "A,40.9,113.1,,,\nB,104.0,30.6,Hebei,,\n")


def test_columns_of_own_sites(tmp_path: Path):
    with pytest.raises(TableError, match="missing column latitude; unknown column lat"):
        _own(tmp_path, "A,113.1,40.9\n", header="name,longitude,lat\n")


def test_distance_of_a_degree_on_the_equator():
    one = pd.Series([0.0])
    assert distance_km(one, one, one + 1, one)[0] == pytest.approx(111.319, abs=0.001)
    here = pd.DataFrame({"longitude": [0.0], "latitude": [0.0]})
    there = pd.DataFrame({"longitude": [3.0, 1.0], "latitude": [0.0, 0.0]})
    assert matrix_km(here, there)[0] == pytest.approx([333.958, 111.319], abs=0.001)
