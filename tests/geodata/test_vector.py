"""Vector layers: every format and projection, what is mended and told, and one message for each fault."""

import sqlite3
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import LineString, MultiPoint, Point, Polygon, box

from geodata.readers.vector import read_vector
from geodata.tables import DataWarning, TableError

WHERE = "geodata.land.flood_file"
BOW = Polygon([(110, 30), (111, 31), (111, 30), (110, 31)])


def frame(*shapes: shapely.Geometry | None, crs: object = 4326) -> gpd.GeoDataFrame:
    table = {"name": [f"n{i}" for i in range(len(shapes))], "value": np.arange(len(shapes)) * 1.5}
    return gpd.GeoDataFrame(table, geometry=list(shapes), crs=crs)


def points(count: int = 2, crs: object = 4326) -> gpd.GeoDataFrame:
    lon, lat = np.linspace(100, 110, count), np.linspace(30, 35, count)
    return frame(*gpd.points_from_xy(lon, lat)).to_crs(crs)


def zipped(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, file.name)
    return path


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490", "EPSG:3857", "EPSG:32648", "EPSG:4523"])
@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.fgb", "a.parquet", "a.geojson", "a.gml"])
def test_formats_and_projections(tmp_path: Path, name: str, crs: str) -> None:
    given, path = points(3, crs), tmp_path / name
    if name.endswith("parquet"):
        given.to_parquet(path)
    else:
        given.to_file(path)
    found = read_vector(path, WHERE).sort_values("name")  # FlatGeobuf keeps its own order
    assert found.crs.to_epsg() == 4326
    np.testing.assert_allclose(found.get_coordinates(), points(3).get_coordinates(), atol=1e-5)
    assert found["name"].tolist() == ["n0", "n1", "n2"]


def test_a_zipped_shapefile_and_one_of_several(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    points(2).to_file(tmp_path / "in" / "a.shp")
    assert len(read_vector(zipped(tmp_path / "one.zip", tmp_path / "in"), WHERE)) == 2
    points(3).to_file(tmp_path / "in" / "b.gpkg", layer="x")
    both = zipped(tmp_path / "two.zip", tmp_path / "in")
    assert len(read_vector(both, WHERE, layer="b")) == 3
    with pytest.raises(
        TableError, match=r"layers in the archive: a\.shp, b\.gpkg; expected one, or its name"
    ):
        read_vector(both, WHERE)


@pytest.mark.parametrize("header", ["longitude,latitude", "LON,Lat", "x,y", "经度,纬度"])
def test_tables_with_coordinates(tmp_path: Path, header: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"name,{header}\na,110,30\nb,111,31\n", encoding="utf-8")
    assert read_vector(path, WHERE).get_coordinates().to_numpy().tolist() == [[110, 30], [111, 31]]
    table = pd.read_csv(path)
    table.to_parquet(tmp_path / "a.parquet")
    table.to_excel(tmp_path / "a.xlsx", index=False)
    assert (
        len(read_vector(tmp_path / "a.parquet", WHERE)) == len(read_vector(tmp_path / "a.xlsx", WHERE)) == 2
    )


def test_a_table_in_another_projection(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x,y\n500000,4400000\n", encoding="utf-8")
    found = read_vector(path, WHERE, crs="EPSG:32648").get_coordinates().to_numpy()
    np.testing.assert_allclose(found, [[105, 39.75]], atol=0.01)
    with pytest.raises(TableError, match=r"found x 500000, y 4.4e\+06 in EPSG:4326 .*are these metres"):
        read_vector(path, WHERE)


def test_box_columns_and_layer(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    points(11, "EPSG:3857").to_file(path, layer="p")
    points(2).to_file(path, layer="q")
    found = read_vector(path, WHERE, layer="p", bbox=(101.5, 20, 104.5, 40), columns=["value"])
    assert list(found.columns) == ["value", "geometry"]
    assert found["value"].tolist() == [3.0, 4.5, 6.0]
    assert list(found.index) == [0, 1, 2]
    with pytest.raises(TableError, match="missing column height; found name, value"):
        read_vector(path, WHERE, layer="q", columns=["height"])


def test_one_geometry_layer_beside_plain_tables_is_the_one(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    points(2).to_file(path, layer="p")
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE notes (x int)")
        base.execute("INSERT INTO gpkg_contents (table_name, data_type) VALUES ('notes', 'attributes')")
    base.close()
    assert len(read_vector(path, WHERE)) == 2
    with pytest.raises(TableError, match="layer 'notes' is a table without geometries"):
        read_vector(path, WHERE, layer="notes")


MENDED = [
    ([BOW, box(100, 30, 101, 31)], r"mended 1 invalid geometries \(row 1: self-intersection\)", 2),
    ([Point(110, 30), None, Point()], r"left out 2 features without geometry \(row 2, 3\)", 1),
    ([Point(110, 30, 5), Point(111, 30)], "dropped the heights or measures of 1 features", 2),
    ([Point(110, 30)] * 3, r"2 features repeat the geometry of another \(row 2, 3\); kept", 3),
    ([Point(110, 30), box(100, 30, 101, 31)], "mixed geometries: 1 points, 1 polygons; kept", 2),
    ([box(100, 30, 101, 31), Polygon([(1, 1), (2, 2), (1, 1), (2, 2)])], r"left out 1 of them.*\(row 2\)", 1),
]


@pytest.mark.parametrize(("shapes", "message", "left"), MENDED)
def test_what_is_mended_is_told(tmp_path: Path, shapes: list, message: str, left: int) -> None:
    frame(*shapes).to_parquet(tmp_path / "a.parquet")
    with pytest.warns(DataWarning, match=rf"flood_file \(.*a\.parquet\): .*{message}") as told:
        found = read_vector(tmp_path / "a.parquet", WHERE)
    assert len(told) == 1
    assert len(found) == left
    assert found.geometry.is_valid.all()
    assert not found.geometry.has_z.any()


def test_a_self_crossing_polygon_keeps_both_halves(tmp_path: Path) -> None:
    frame(BOW).to_file(tmp_path / "a.gpkg")
    with pytest.warns(DataWarning, match="mended 1"):
        found = read_vector(tmp_path / "a.gpkg", WHERE)
    assert shapely.area(found.geometry.to_numpy()).sum() == pytest.approx(0.5)


def test_a_single_kind_of_point_is_not_mixed(tmp_path: Path) -> None:
    frame(Point(110, 30), MultiPoint([(111, 30), (112, 30)])).to_parquet(tmp_path / "a.parquet")
    assert len(read_vector(tmp_path / "a.parquet", WHERE)) == 2


def test_chinese_text_of_a_shapefile_without_its_encoding(tmp_path: Path) -> None:
    given = frame(Point(110, 30))
    given["name"] = "乌兰察布"
    given.to_file(tmp_path / "a.shp", encoding="GB18030")
    (tmp_path / "a.cpg").unlink(missing_ok=True)
    with pytest.warns(DataWarning, match="not UTF-8; read as Chinese"):
        assert read_vector(tmp_path / "a.shp", WHERE)["name"].tolist() == ["乌兰察布"]
    given.to_file(tmp_path / "b.shp")
    (tmp_path / "b.cpg").unlink()
    assert read_vector(tmp_path / "b.shp", WHERE)["name"].tolist() == ["乌兰察布"]


def test_a_projection_that_is_named_beside_the_file(tmp_path: Path) -> None:
    points(2, "EPSG:32648").to_file(tmp_path / "a.shp")
    (tmp_path / "a.prj").unlink()
    found = read_vector(tmp_path / "a.shp", WHERE, crs="EPSG:32648")
    np.testing.assert_allclose(found.get_coordinates(), points(2).get_coordinates(), atol=1e-5)
    points(2).to_file(tmp_path / "b.shp")
    assert len(read_vector(tmp_path / "b.shp", WHERE, crs="OGC:CRS84")) == 2
    with pytest.raises(TableError, match="the layer says WGS 84, the scenario EPSG:32648; drop one"):
        read_vector(tmp_path / "b.shp", WHERE, crs="EPSG:32648")
    with pytest.raises(TableError, match="'EPSG:nothing' is no projection"):
        read_vector(tmp_path / "a.shp", WHERE, crs="EPSG:nothing")


def test_a_zipped_file_geodatabase(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    points(2).to_file(tmp_path / "in" / "a.gdb", driver="OpenFileGDB")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for file in sorted((tmp_path / "in").rglob("*.*")):
            if file.is_file():
                archive.write(file, file.relative_to(tmp_path / "in"))
    assert len(read_vector(tmp_path / "a.zip", WHERE)) == 2
    assert len(read_vector(tmp_path / "in" / "a.gdb", WHERE)) == 2


def test_rows_of_a_table_without_coordinates_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("lon,lat\n110,30\n,31\n")
    with pytest.warns(DataWarning, match=r"left out 1 features without geometry \(row 2\)"):
        assert len(read_vector(tmp_path / "a.csv", WHERE)) == 1


def test_lines_that_cross_themselves_are_left_as_they_are(tmp_path: Path) -> None:
    line = LineString([(100, 30), (101, 31), (100, 31), (101, 30)])
    frame(line).to_file(tmp_path / "a.gpkg")
    assert read_vector(tmp_path / "a.gpkg", WHERE).geometry.to_list() == [line]
