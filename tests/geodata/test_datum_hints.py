"""Signs of web map coordinates in own sites: said by the file, or seen at known places."""

from pathlib import Path

import pytest

from geodata.candidates import all_places
from geodata.readers.gcj02 import to_gcj02
from geodata.tables import DataWarning
from tests.geodata.test_own_sites import HEADER, csv, layer, own


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_web_map_coordinates_are_brought_back(tmp_path: Path, datum: str) -> None:
    lon, lat = to_gcj02(113.1, 40.9) if datum == "gcj02" else (113.1129, 40.9071)
    path = csv(tmp_path, f"A,{lon},{lat},,,\n")
    with pytest.warns(DataWarning, match=f"brought 1 sites from {datum.upper()} to WGS 84"):
        found = own(path, sites_datum=datum).iloc[0]
    assert [found["longitude"], found["latitude"]] == pytest.approx(
        [113.1, 40.9], abs=1e-7 if datum == "gcj02" else 1e-3
    )


def shifted_places(count: int, off: float = 0.0) -> str:
    places = all_places().iloc[30 : 30 + count]
    lon, lat = to_gcj02(places["longitude"] + off, places["latitude"])
    return "".join(f"S{i},{x:.6f},{y:.6f},,,\n" for i, (x, y) in enumerate(zip(lon, lat, strict=True)))


def test_places_that_are_shifted_as_on_a_web_map_are_told(tmp_path: Path) -> None:
    message = (
        "3 sites lie where such a map shows known places: are these GCJ02 coordinates.*sites_datum to gcj02"
    )
    with pytest.warns(DataWarning, match=message):
        own(csv(tmp_path, shifted_places(3)))
    assert len(own(csv(tmp_path, shifted_places(1)))) == 1
    assert len(own(csv(tmp_path, shifted_places(5, off=0.01)))) == 5


def test_places_at_their_true_coordinates_raise_no_doubt(tmp_path: Path) -> None:
    places = all_places().iloc[30:60]
    rows = zip(places["site_id"], places["longitude"], places["latitude"], strict=True)
    assert len(own(csv(tmp_path, "".join(f"{n},{x},{y},,,\n" for n, x, y in rows)))) == 30


@pytest.mark.parametrize(
    ("header", "row", "found"),
    [
        ("name,lng_gcj02,lat_gcj02", "A,113.1,40.9", "column lng_gcj02 says 'gcj02'"),
        (
            "name,longitude,latitude,coord_source",
            "A,113.1,40.9,腾讯地图",
            "cells of column coord_source say '腾讯'",
        ),
        ("name,longitude,latitude,note", "A,113.1,40.9,amap", "cells of column note say 'amap'"),
        ("name,百度坐标,latitude", "A,113.1,40.9", "column 百度坐标 says '百度坐标'"),
    ],
)
def test_a_file_that_says_its_datum(tmp_path: Path, header: str, row: str, found: str) -> None:
    names = header.split(",")
    path = csv(tmp_path, row + "\n", header=header + "\n")
    with pytest.warns(DataWarning) as told:
        own(path, sites_columns={"name": "name", "longitude": names[1], "latitude": names[2]})
    assert found in " ".join(str(each.message) for each in told)


def test_an_operator_is_no_datum(tmp_path: Path) -> None:
    header = HEADER.replace("province", "name_zh")
    assert len(own(csv(tmp_path, "Tencent Gaode Park,113.1,40.9,百度云计算,,\n", header=header))) == 1


def test_a_layer_whose_name_says_its_datum(tmp_path: Path) -> None:
    layer().to_file(tmp_path / "a.gpkg", layer="sites_gcj02")
    with pytest.warns(DataWarning, match="the file's name or description says 'gcj02'"):
        own(tmp_path / "a.gpkg")
