"""Hubs, clusters, campuses, and existing stock counted once."""

from pathlib import Path

import pandas as pd
import pytest

from geodata.candidates import Settings, list_places
from geodata.places import existing_it_mw, list_campuses, measure_places
from geodata.tables import TableError


def test_places():
    places = measure_places(list_campuses(None))
    assert places["kind"].value_counts().to_dict() == {"campus": 75, "cluster": 10, "hub": 8}
    hub = places.set_index("place_id").loc["hub-YRD"]
    clusters = places[places["place_id"].isin(["cluster-yrd_demo", "cluster-wuhu"])]
    assert hub["longitude"] == pytest.approx(clusters["longitude"].mean())


def test_existing_stock_counts_once_and_planned_does_not():
    campuses = list_campuses(None)
    total = existing_it_mw(list_places(Settings()), campuses)
    standing = campuses[campuses["existing"]]
    assert total.sum() == pytest.approx(standing["it_mw"].sum())
    assert total["area-zhongwei"] == 36
    assert total["area-huailai"] == 480
    assert total["area-zhangbei"] == 339


def _own(tmp_path: Path, rows: str, header: str = "name,longitude,latitude,it_mw\n") -> pd.DataFrame:
    path = tmp_path / "campuses.csv"
    path.write_text(header + rows, encoding="utf-8")
    return list_campuses(path)


def test_own_campuses(tmp_path: Path):
    campuses = _own(tmp_path, "Mine,116.4,39.9,55\nFar,120,30.0,5\nNowhere,84.0,34.0,7\n")
    total = existing_it_mw(list_places(Settings()), campuses)
    assert total["seat-beijing"] == 55
    assert total.sum() == pytest.approx(list_campuses(None).query("existing")["it_mw"].sum() + 55)
    assert len(measure_places(campuses)) == 96


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("A,0,0,5\n", r"coordinates \(0, 0\)"),
        ("A,40,113,5\n", "look swapped"),
        ("A,43,87,5\n", r"look swapped \(row 1\)"),
        ("A,2.35,48.85,5\n", "more than 500 km from any known place"),
        ("A,191,40,5\n", "more than 500 km from any known place"),
        ("A,113,40,-5\n", "it_mw below 0"),
        ("A,113,40,\n", "an empty cell"),
        ("A,113,40,1\nA,114,41,2\n", "the same name twice"),
        ("A,113,40,8-22\n", "found '8-22'"),
    ],
)
def test_faults_of_own_campuses(tmp_path: Path, rows: str, message: str):
    with pytest.raises(TableError, match=message):
        _own(tmp_path, rows)


def test_columns_of_own_campuses(tmp_path: Path):
    with pytest.raises(TableError, match="missing column it_mw; unknown column mw"):
        _own(tmp_path, "A,1,2,3\n", header="name,longitude,latitude,mw\n")
