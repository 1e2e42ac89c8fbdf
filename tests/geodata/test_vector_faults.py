"""Vector layers that cannot be used: one message for each fault."""

import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from shapely import Point, box

from geodata.readers.vector import read_vector
from geodata.tables import TableError
from tests.geodata.test_vector import WHERE, frame, points, zipped

FAULTS = [
    ([Point(500_000, 4_400_000)], 4326, r"found x 500000, y 4.4e\+06 in EPSG:4326 .*are these metres"),
    (
        [Point(39.9, 116.4), Point(29.5, 106.5)],
        4326,
        "the axes look swapped: row 1 begins at x 39.9, y 116.4",
    ),
    ([Point(43.8, 87.6)], 4326, "the axes look swapped"),
    ([Point(4_400_000, 500_000)], 32648, "the axes look swapped"),
    ([Point(110, 30), Point(190, 30)], 4326, r"found x 190, y 30 in EPSG:4326 \(row 2\), expected longitude"),
    ([Point(110, 30), Point(np.inf, 30)], 4326, r"coordinates that are no numbers \(row 2\)"),
    ([Point(110, 30), Point(110, np.nan)], 4326, r"coordinates that are no numbers \(row 2\)"),
    (
        [box(-180, -90, 180, 90)],
        4326,
        "row 1 spans 360 degrees of longitude and 510 million km2, expected less",
    ),
    ([box(100, 20, 101, 21), box(-60, -89, 115, 89)], 4326, "row 2 spans 175 degrees .* 248 million km2"),
    ([Point(110, 30)], None, "does not say its projection, expected one .*the .prj beside a shapefile"),
    ([None, None], 4326, "none of the 2 features has a geometry"),
    ([], 4326, "the layer has no features"),
]


@pytest.mark.parametrize(("shapes", "crs", "message"), FAULTS)
def test_faults_of_a_layer(tmp_path: Path, shapes: list, crs: object, message: str) -> None:
    frame(*shapes, crs=crs).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(TableError, match=rf"flood_file \(.*a\.parquet\): .*{message}"):
        read_vector(tmp_path / "a.parquet", WHERE)


def test_large_but_sound_polygons_pass(tmp_path: Path) -> None:
    continent, antarctica = box(20, 0, 150, 75), box(-180, -90, 180, -65)
    frame(continent, antarctica).to_file(tmp_path / "a.gpkg")
    assert len(read_vector(tmp_path / "a.gpkg", WHERE)) == 2


@pytest.mark.parametrize("number", [-1, 0])
def test_a_package_that_says_its_projection_is_undefined(tmp_path: Path, number: int) -> None:
    path = tmp_path / "a.gpkg"
    points(2).to_file(path)
    with sqlite3.connect(path) as base:
        for table in ("gpkg_contents", "gpkg_geometry_columns"):
            base.execute(f"UPDATE {table} SET srs_id = {number}")
    base.close()
    with pytest.raises(TableError, match="does not say its projection"):
        read_vector(path, WHERE)
    assert len(read_vector(path, WHERE, crs="EPSG:4326")) == 2


def test_several_layers_and_an_unknown_one(tmp_path: Path) -> None:
    for name in ("p", "q"):
        points(2).to_file(tmp_path / "a.gpkg", layer=name)
    with pytest.raises(TableError, match="found layers p, q, expected the name of one"):
        read_vector(tmp_path / "a.gpkg", WHERE)
    with pytest.raises(TableError, match="no layer 'r', expected one of p, q"):
        read_vector(tmp_path / "a.gpkg", WHERE, layer="r")


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.shp", "a.fgb", "a.parquet"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9, 0.999])
def test_a_file_that_is_cut_off(tmp_path: Path, name: str, share: float) -> None:
    path, given = tmp_path / name, points(3000)
    if name.endswith("parquet"):
        given.to_parquet(path)
    else:
        given.to_file(path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(TableError, match=r"flood_file \(.*cut off"):
        read_vector(path, WHERE)


def test_attributes_of_a_shapefile_that_are_cut_off(tmp_path: Path) -> None:
    points(300).to_file(tmp_path / "a.shp")
    attributes = tmp_path / "a.dbf"
    attributes.write_bytes(attributes.read_bytes()[:5000])
    with pytest.raises(TableError, match=r"cut off: a\.dbf has 5000 bytes of \d+ that it announces"):
        read_vector(tmp_path / "a.shp", WHERE)


def test_a_box_that_nothing_meets_gives_nothing_unless_the_axes_are_swapped(tmp_path: Path) -> None:
    area = (100.0, 20.0, 120.0, 40.0)
    frame(Point(80, 45)).to_file(tmp_path / "a.gpkg")
    assert read_vector(tmp_path / "a.gpkg", WHERE, bbox=area).empty
    frame(Point(80, 45)).to_parquet(tmp_path / "a.parquet")
    assert read_vector(tmp_path / "a.parquet", WHERE, bbox=area).empty
    frame(Point(30, 110)).to_file(tmp_path / "b.gpkg")
    with pytest.raises(TableError, match="the axes look swapped"):
        read_vector(tmp_path / "b.gpkg", WHERE, bbox=area)


def test_parts_of_a_shapefile_that_are_missing(tmp_path: Path) -> None:
    points(2).to_file(tmp_path / "a.shp")
    (tmp_path / "alone").mkdir()
    shutil.copy(tmp_path / "a.shp", tmp_path / "alone")
    with pytest.raises(TableError, match=r"not a readable layer \(Unable to open .*a\.shx"):
        read_vector(tmp_path / "alone" / "a.shp", WHERE)


def test_another_database_and_a_table_without_geometry(tmp_path: Path) -> None:
    for name in ("a.gpkg", "a.sqlite"):
        with sqlite3.connect(tmp_path / name) as base:
            base.execute("CREATE TABLE t (x int)")
        base.close()
    with pytest.raises(TableError, match=r"not a readable layer .*required GeoPackage tables"):
        read_vector(tmp_path / "a.gpkg", WHERE)
    with pytest.raises(TableError, match="no layer with geometries"):
        read_vector(tmp_path / "a.sqlite", WHERE)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.gpkg", None, "no file"),
        ("a.gpkg", b"", "the file is empty"),
        ("a.txt", b"hello", "not a readable layer"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": []}', "the layer has no features"),
        ("a.csv", b"name,lon\na,1\n", "found columns name, lon, expected one of latitude, lat"),
        ("a.csv", b"x,y,lon,lat\n1,2,3,4\n", "found columns x, lon, expected one"),
        ("a.csv", b"lon,lat\n110,north\n", "found 'north', expected one number"),
        ("a.zip", b"PK\3\4nothing", "damaged archive|no zip or tar"),
    ],
)
def test_faults_of_a_file(tmp_path: Path, name: str, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(TableError, match=message):
        read_vector(tmp_path / name, WHERE)


def test_a_folder_and_an_archive_without_a_layer(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="is a folder, expected a file"):
        read_vector(tmp_path, WHERE)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "readme.txt").write_text("no map")
    with pytest.raises(TableError, match="layers in the archive: none; expected one"):
        read_vector(zipped(tmp_path / "a.zip", tmp_path / "in"), WHERE)
