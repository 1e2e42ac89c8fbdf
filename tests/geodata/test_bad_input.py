"""Bad input as one table: what a user may bring, and the message: what was found, expected, and where."""

import re
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import rasterio
from shapely import Point, Polygon, box

from geodata.candidates import Settings, all_places, list_places
from geodata.readers.gcj02 import to_gcj02
from geodata.readers.sampling import sample, some_valid
from geodata.readers.vector import read_vector
from geodata.tables import DataWarning, TableError

HEADER = "name,longitude,latitude,it_max_mw,price_negotiated_cny_per_mwh\n"
BOW = Polygon([(110, 30), (111, 31), (111, 30), (110, 31)])
Made = Callable[[Path], Path]


def layer(name: str, *shapes: object, crs: object = 4326) -> Made:
    """Return a maker of a layer of these shapes."""

    def make(folder: Path) -> Path:
        table = {"name": [f"n{i}" for i in range(len(shapes))]}
        frame = gpd.GeoDataFrame(table, geometry=list(shapes), crs=crs)
        if name.endswith("parquet"):
            frame.to_parquet(folder / name)
        else:
            frame.to_file(folder / name)
        return folder / name

    return make


def text(rows: str, header: str = HEADER, encoding: str = "utf-8") -> Made:
    """Return a maker of a CSV file."""

    def make(folder: Path) -> Path:
        path = folder / "sites.csv"
        path.write_bytes((header + rows).encode(encoding))
        return path

    return make


def raster(values: np.ndarray, cut: float = 1.0, crs: str | None = "EPSG:4326", west: float = 100) -> Made:
    """Return a maker of a GeoTIFF of 1-degree pixels from 40 N, perhaps cut off."""

    def make(folder: Path) -> Path:
        path = folder / "grid.tif"
        profile = {"driver": "GTiff", "count": 1, "height": values.shape[0], "width": values.shape[1]}
        grid = rasterio.Affine(1, 0, west, 0, -1, 40)
        with rasterio.open(
            path, "w", dtype="float32", crs=crs, transform=grid, nodata=-9999.0, **profile
        ) as target:
            target.write(values.astype("float32"), 1)
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * cut)])
        return path

    return make


def shapefile_without_prj(folder: Path) -> Path:
    path = layer("sites.shp", Point(113, 40))(folder)
    path.with_suffix(".prj").unlink()
    return path


def zip_bomb(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "sites.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sites.geojson", b" " * 80_000_000)
    return folder / "sites.zip"


def zip_that_leads_out(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "sites.zip", "w") as archive:
        archive.writestr("../../sites.geojson", "{}")
    return folder / "sites.zip"


def other_sqlite(folder: Path) -> Path:
    with sqlite3.connect(folder / "sites.gpkg") as base:
        base.execute("CREATE TABLE sites (name text)")
    base.close()
    return folder / "sites.gpkg"


def cut_gpkg(folder: Path) -> Path:
    path = layer("sites.gpkg", Point(113, 40))(folder)
    path.write_bytes(path.read_bytes()[:60_000])
    return path


def workbook(rows: list[list[object]], merge: str = "") -> Made:
    """Return a maker of an Excel file."""

    def make(folder: Path) -> Path:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        if merge:
            book.active.merge_cells(merge)
        book.save(folder / "sites.xlsx")
        return folder / "sites.xlsx"

    return make


def several_sites(folder: Path) -> Path:
    places = all_places().iloc[40:43]
    lon, lat = to_gcj02(places["longitude"], places["latitude"])
    return text("".join(f"S{i},{x},{y},,\n" for i, (x, y) in enumerate(zip(lon, lat, strict=True))))(folder)


def as_sites(path: Path) -> object:
    return list_places(Settings(sites_file=path, replace_builtin=True))


def as_layer(path: Path) -> object:
    return read_vector(path, "geodata.land.flood_file")


def as_raster(path: Path) -> object:
    return some_valid(sample(path, [101.0, 103.0], [38.0, 37.5], [1]), path)


SITES = [
    (
        "metres declared as degrees",
        layer("sites.gpkg", Point(5e5, 4.4e6)),
        "x 500000, y 4.4e+06 in EPSG:4326",
        "metres",
    ),
    ("no projection", shapefile_without_prj, "does not say its projection", ".prj"),
    (
        "swapped axes of a layer",
        layer("sites.gpkg", Point(40, 113)),
        "swapped: row 1 begins at x 40, y 113",
        "longitude",
    ),
    ("swapped axes of a table", text("A,40,113,,\n"), "longitude and latitude look swapped", "row 1"),
    ("empty layer", layer("sites.parquet"), "no features", "one at least"),
    ("empty table", text(""), "no rows", "one site a row"),
    ("duplicate ids", text("A,113,40,,\nA,114,40,,\n"), "the same name twice", "row 1, 2"),
    ("duplicate places", text("A,113,40,,\nB,113,40.001,,\n"), "less than 0.5 km apart", "row 1, 2"),
    (
        "huge polygon",
        layer("sites.gpkg", box(-180, -90, 180, 90)),
        "row 1 spans 360 degrees",
        "less than 180 degrees",
    ),
    ("zip bomb", zip_bomb, "unpacks to more than", "limit"),
    ("archive that leads out", zip_that_leads_out, "leads out of the folder", "nothing was unpacked"),
    ("power in kW", text("A,113,40,120,\nB,114,40,2e6,\n"), "it_max_mw above 10000: is it in kW?", "row 2"),
    (
        "power column in kW",
        text("A,113,40,9\n", "name,longitude,latitude,it_max_kw\n"),
        "column it_max_kw",
        "it_max_mw",
    ),
    ("price per kWh", text("A,113,40,,350\nB,114,40,,0.45\n"), "is it in CNY per kWh?", "row 2"),
    ("range", text("A,113,40,150-200,\n"), "column it_max_mw: found '150-200'", "one number (row 1)"),
    ("packed cell", text("A,113,40,40 / 15 / 5,\n"), "found '40 / 15 / 5'", "one number (row 1)"),
    ("words for a number", text("A,113,40,large,\n"), "found 'large'", "one number (row 1)"),
    ("infinite coordinate", text("A,inf,40,,\n"), "column longitude: found 'inf'", "one number (row 1)"),
    ("NaN coordinate", text("A,NaN,40,,\n"), "column longitude: found 'NaN'", "one number (row 1)"),
    ("no coordinate", text("A,,40,,\n"), "longitude or latitude is empty", "row 1"),
    ("infinite point", layer("sites.parquet", Point(np.inf, 40)), "coordinates that are no numbers", "row 1"),
    ("GBK text", text("北京,116,40,,\n", encoding="gbk"), "looks like GBK", "CSV UTF-8"),
    ("UTF-16 text", text("A,116,40,,\n", encoding="utf-16"), "looks like UTF-16", "CSV UTF-8"),
    (
        "semicolons",
        text("A;113,5;40\n", "name;longitude;latitude\n"),
        "separated by semicolons",
        "expected commas",
    ),
    ("cut off table", text("A,113,40,,\nB,114"), "row 2 has another number of cells", "the header (5)"),
    (
        "formulas never computed",
        workbook([["name", "longitude", "latitude"], ["A", "=100+13", 40]]),
        "column longitude: formulas without a stored result (row 1)",
        "save it",
    ),
    (
        "merged header",
        workbook([["Sites", None, None], ["name", "longitude", "latitude"], ["A", 113, 40]], "A1:C1"),
        ["missing column name", " longitude", " latitude"][0],
        "is the header merged",
    ),
    ("another database", other_sqlite, "not a readable layer", "GeoPackage tables"),
    ("cut off GeoPackage", cut_gpkg, "not a readable layer", "cut off"),
]
RASTERS = [
    ("cut off GeoTIFF", raster(np.ones((60, 60)), cut=0.7), "cannot be read to its end", "get it again"),
    ("no projection", raster(np.ones((9, 9)), crs=None), "does not say its projection", "EPSG:4326"),
    (
        "void window",
        raster(np.full((9, 9), -9999.0)),
        "void (no data) at all 2 places",
        "the right file and band",
    ),
    ("not the area", raster(np.ones((9, 9)), west=20), "2 of 2 points", "it covers 20, 31, 29, 40"),
    ("metres as degrees", raster(np.ones((9, 9)), west=5e5), "in degrees, but it spans 500000", "right one"),
    ("no raster", text("A,1,2,,\n"), "not a readable raster", "another format"),
]


def check(path: Path, reader: Callable[[Path], object], found: str, expected: str) -> None:
    with pytest.raises(TableError) as caught:
        reader(path)
    message = str(caught.value)
    for part in (path.name, found, expected):
        assert part in message
    assert "Traceback" not in message
    assert "\n" not in message


@pytest.mark.parametrize(("what", "make", "found", "expected"), SITES, ids=[row[0] for row in SITES])
def test_sites_that_cannot_be_used(tmp_path: Path, what: str, make: Made, found: str, expected: str) -> None:
    path = make(tmp_path)
    check(path, as_sites, found, expected)
    assert not list(tmp_path.parent.glob("sites.geojson")), what


@pytest.mark.parametrize(("what", "make", "found", "expected"), RASTERS, ids=[row[0] for row in RASTERS])
def test_rasters_that_cannot_be_used(
    tmp_path: Path, what: str, make: Made, found: str, expected: str
) -> None:
    check(make(tmp_path), as_raster, found, expected)


LAYERS = [
    (
        "invalid geometry",
        layer("zones.gpkg", BOW, box(100, 30, 101, 31)),
        "mended 1 invalid geometries (row 1: self",
    ),
    (
        "empty geometry",
        layer("zones.gpkg", Point(110, 30), None),
        "left out 1 features without geometry (row 2)",
    ),
    (
        "the same twice",
        layer("zones.gpkg", Point(110, 30), Point(110, 30)),
        "repeat the geometry of another (row 2)",
    ),
    ("heights", layer("zones.gpkg", Point(110, 30, 9)), "dropped the heights or measures of 1 features"),
]


@pytest.mark.parametrize(("what", "make", "told"), LAYERS, ids=[row[0] for row in LAYERS])
def test_layers_that_are_mended(tmp_path: Path, what: str, make: Made, told: str) -> None:
    with pytest.warns(DataWarning, match=re.escape(told)) as caught:
        frame = as_layer(make(tmp_path))
    assert isinstance(frame, gpd.GeoDataFrame)
    assert frame.geometry.is_valid.all()
    assert "zones.gpkg" in str(caught[0].message)
    assert len(caught) == 1, what


def test_points_of_a_chinese_web_map_are_warned_of(tmp_path: Path) -> None:
    with pytest.warns(
        DataWarning, match=r"sites\.csv\): 3 sites lie where such a map .*sites_datum to gcj02"
    ):
        as_sites(several_sites(tmp_path))


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    found = as_sites(text("我的园区,113.1,40.9,,\n", encoding="utf-8-sig")(tmp_path))
    assert isinstance(found, pd.DataFrame)
    assert found["name_en"].tolist() == ["我的园区"]


def test_a_second_sheet_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    path = tmp_path / "sites.xlsx"
    with pd.ExcelWriter(path) as book:
        for sheet, lon in (("first", 113.0), ("second", 114.0)):
            pd.DataFrame({"name": ["A"], "longitude": [lon], "latitude": [40.0]}).to_excel(
                book, sheet_name=sheet, index=False
            )
    with pytest.warns(DataWarning, match="read the first sheet, first, of 2"):
        found = as_sites(path)
    assert isinstance(found, pd.DataFrame)
    assert found["longitude"].tolist() == [113.0]
