"""Own sites from any format: columns, projections, datums, what is mended, and where they lie."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, MultiPoint, Point, box

from geodata.candidates import Settings, all_places, list_places
from geodata.tables import DataWarning, TableError

DATA = Path(__file__).parents[2].parent / "shared" / "data"
HEADER = "name,longitude,latitude,province,it_max_mw,price_negotiated_cny_per_mwh\n"


def own(path: Path | str, data: Path | None = None, **settings: object) -> pd.DataFrame:
    """Return the own sites among the candidates, by site_id."""
    chosen = Settings(sites_file=path, replace_builtin=True, **settings)  # type: ignore[arg-type]
    return list_places(chosen, data=data).set_index("site_id")


def csv(folder: Path, rows: str, header: str = HEADER) -> Path:
    path = folder / "sites.csv"
    path.write_text(header + rows, encoding="utf-8")
    return path


def test_free_grid_capacity_of_a_site(tmp_path: Path) -> None:
    header = "name,longitude,latitude,site_headroom_mw\n"
    found = own(csv(tmp_path, "North,113.1,40.9,350\nSouth,106.5,29.5,\n", header))
    assert found["site_headroom_mw"].tolist() == pytest.approx([350, np.nan], nan_ok=True)
    with pytest.raises(TableError, match=r"site_headroom_mw below 0 \(row 1\)"):
        own(csv(tmp_path, "North,113.1,40.9,-1\n", header))
    with pytest.raises(TableError, match=r"site_headroom_mw above 10000: is it in kW\? \(row 1\)"):
        own(csv(tmp_path, "North,113.1,40.9,35000\n", header))
    with pytest.raises(TableError, match="unknown column site_headroom_kw"):
        own(csv(tmp_path, "North,113.1,40.9,350\n", header.replace("_mw", "_kw")))


def layer(crs: object = 4326) -> gpd.GeoDataFrame:
    table = {"name": ["North", "South"], "it_max_mw": [120.0, np.nan]}
    return gpd.GeoDataFrame(table, geometry=[Point(113.1, 40.9), Point(106.5, 29.5)], crs=4326).to_crs(crs)


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.geojson", "a.fgb", "a.parquet"])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490", "EPSG:4526", "EPSG:3857"])
def test_layers_of_any_format_and_projection(tmp_path: Path, name: str, crs: str) -> None:
    path, given = tmp_path / name, layer(crs)
    if name == "a.parquet":
        given.to_parquet(path)
    else:
        given.to_file(path)
    found = own(path)
    assert found.loc[["own-north", "own-south"], "longitude"].tolist() == pytest.approx(
        [113.1, 106.5], abs=1e-6
    )
    assert found.loc[["own-north", "own-south"], "latitude"].tolist() == pytest.approx([40.9, 29.5], abs=1e-6)
    assert found.loc["own-north", "it_max_mw"] == 120
    assert np.isnan(found.loc["own-south", "it_max_mw"])
    assert found.loc["own-north", "prefecture"] == "Ulanqab"


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.parquet"])
def test_tables_with_their_own_names_and_projection(tmp_path: Path, name: str) -> None:
    flat = layer("EPSG:4526")
    table = pd.DataFrame(
        {"Projekt": flat["name"], "X": flat.geometry.x, "Y": flat.geometry.y, "MW": [120, 80]}
    )
    {"a.csv": table.to_csv, "a.xlsx": table.to_excel, "a.parquet": table.to_parquet}[name](
        tmp_path / name, index=False
    )
    columns = {"name": "Projekt", "longitude": "X", "latitude": "Y", "it_max_mw": "MW"}
    found = own(tmp_path / name, sites_columns=columns, sites_crs="EPSG:4526")
    assert found.loc["own-north", ["longitude", "latitude"]].tolist() == pytest.approx(
        [113.1, 40.9], abs=1e-6
    )
    assert found["it_max_mw"].tolist() == [120, 80]


def test_the_layer_and_the_columns_of_a_package(tmp_path: Path) -> None:
    layer().rename(columns={"name": "Title"}).to_file(tmp_path / "a.gpkg", layer="x")
    layer().iloc[:1].to_file(tmp_path / "a.gpkg", layer="y")
    found = own(tmp_path / "a.gpkg", sites_layer="x", sites_columns={"name": "Title"})
    assert list(found.index) == ["own-north", "own-south"]
    with pytest.raises(
        TableError, match=r"sites_file \(.*a\.gpkg\): found layers x, y, expected the name of one"
    ):
        own(tmp_path / "a.gpkg")


def test_parcels_are_taken_at_a_point_inside(tmp_path: Path) -> None:
    ring = box(113.0, 40.8, 113.2, 41.0).difference(box(113.05, 40.85, 113.15, 40.95))
    gpd.GeoDataFrame({"name": ["Ring"]}, geometry=[ring], crs=4326).to_file(tmp_path / "a.gpkg")
    with pytest.warns(DataWarning, match="took 1 sites at a point inside their polygon"):
        found = own(tmp_path / "a.gpkg").iloc[0]
    assert ring.contains(Point(found["longitude"], found["latitude"]))


def test_columns_of_a_layer_that_are_not_used_are_told(tmp_path: Path) -> None:
    layer().assign(OBJECTID=1, longitude=0.0, province="").to_file(tmp_path / "a.gpkg")
    with pytest.warns(DataWarning, match="columns longitude not used: the geom.*; columns OBJECTID not used"):
        assert len(own(tmp_path / "a.gpkg")) == 2


@pytest.mark.parametrize(
    ("change", "settings", "message"),
    [
        ({"name": "title"}, {}, r"missing column name; expected name and.*found title, it_max_mw, longitude"),
        ({"name": "title"}, {"sites_columns": {"name": "Name"}}, r"no column Name \(for name\)"),
        ({}, {"sites_columns": {"nom": "name"}}, "sites_columns: nom is no column of ours"),
        ({}, {"sites_columns": {"name": "it_max_mw", "name_zh": "it_max_mw"}}, "one column stands for two"),
        ({"it_max_mw": "it_max_kw"}, {}, "unknown column it_max_kw"),
        (
            {"it_max_mw": "P (kW)"},
            {"sites_columns": {"it_max_mw": "P (kW)"}},
            "column P .kW. looks like another",
        ),
        ({}, {"sites_crs": "EPSG:3857"}, "the layer says WGS 84, the scenario EPSG:3857"),
        ({}, {"sites_layer": "z"}, "no layer 'z', expected one of a"),
    ],
)
def test_faults_of_columns(tmp_path: Path, change: dict, settings: dict, message: str) -> None:
    layer().rename(columns=change).to_file(tmp_path / "a.gpkg")
    with pytest.raises(TableError, match=rf"geodata\.candidates\.sites_file \(.*a\.gpkg\): .*{message}"):
        own(tmp_path / "a.gpkg", **settings)


def test_a_price_per_kwh_is_not_taken_for_one_per_mwh(tmp_path: Path) -> None:
    path = csv(tmp_path, "A,113.1,40.9,350\n", header="name,longitude,latitude,元/千瓦时\n")
    with pytest.raises(TableError, match="looks like another unit than that of price_negotiated_cny_per_mwh"):
        own(path, sites_columns={"price_negotiated_cny_per_mwh": "元/千瓦时"})


def test_lines_are_no_sites(tmp_path: Path) -> None:
    shapes = [Point(113.1, 40.9), LineString([(106, 29), (107, 30)])]
    frame = gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=shapes, crs=4326)
    frame.to_parquet(tmp_path / "a.parquet")
    with (
        pytest.warns(DataWarning, match="mixed geometries"),
        pytest.raises(TableError, match=r"lines \(row 2\), expected a point or polygon"),
    ):
        own(tmp_path / "a.parquet")


def test_a_point_of_one_part_is_a_point(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"name": ["a"]}, geometry=[MultiPoint([(113.1, 40.9)])], crs=4326)
    frame.to_file(tmp_path / "a.gpkg")
    assert own(tmp_path / "a.gpkg")["longitude"].tolist() == [113.1]


CELLS = [
    ('A,"113,10","40,9",,,\n', "comma as the decimal point in longitude.*in latitude", (113.1, 40.9)),
    ("A,113°06'00\"E,40°54'N,,,\n", "read degrees, minutes and seconds in longitude", (113.1, 40.9)),
    ("A,东经113度6分,北纬40.9度,,,\n", "read degrees, minutes and seconds in longitude", (113.1, 40.9)),
    ("A,E113.1,40 54 00,,,\n", "read degrees, minutes and seconds in longitude", (113.1, 40.9)),
    ("A,113d06m00s,40:54:00,,,\n", "read degrees, minutes and seconds in longitude", (113.1, 40.9)),
    ("A,\uff11\uff11\uff13.1,40.9,,,\n", "read wide or padded digits in longitude", (113.1, 40.9)),
    ("A\u200b  B,113.1,40.9,,,\n", "took out needless blanks or invisible signs in name", (113.1, 40.9)),
    (
        "A,113.1,40.9,,,\nA,113.1,40.9,,,\n",
        r"left out rows that repeat another in every cell \(row 2\)",
        (113.1, 40.9),
    ),
]


@pytest.mark.parametrize(("rows", "message", "place"), CELLS)
def test_cells_that_are_mended_are_told(tmp_path: Path, rows: str, message: str, place: tuple) -> None:
    with pytest.warns(DataWarning, match=rf"sites_file \(.*sites\.csv\): .*{message}"):
        found = own(csv(tmp_path, rows))
    assert found[["longitude", "latitude"]].to_numpy()[0].tolist() == pytest.approx(place, abs=1e-9)
    assert found["name_en"].iloc[0] in ("A", "A B")


def test_commas_of_a_power_are_decimal_only_when_they_cannot_be_thousands(tmp_path: Path) -> None:
    with pytest.warns(DataWarning, match="comma as the decimal point in it_max_mw"):
        assert own(csv(tmp_path, 'A,113.1,40.9,,"12,5",\n'))["it_max_mw"].tolist() == [12.5]
    with pytest.raises(TableError, match=r"column it_max_mw: found '1,200', expected one number \(row 1\)"):
        own(csv(tmp_path, 'A,113.1,40.9,,"1,200",\n'))


@pytest.mark.parametrize(
    "cell", ["113-114", "113 / 40", "40 / 15 / 5", "113°70'", "113.5°30'", "N40.9", "east", "113 06", "NaN"]
)
def test_cells_that_are_no_longitude(tmp_path: Path, cell: str) -> None:
    with pytest.raises(TableError, match=rf"column longitude: found '{cell}', expected one number \(row 1\)"):
        own(csv(tmp_path, f"A,{cell},40.9,,,\n"))


def test_south_and_west_are_negative(tmp_path: Path) -> None:
    with (
        pytest.warns(DataWarning, match="degrees"),
        pytest.raises(TableError, match="more than 500 km"),
    ):
        own(csv(tmp_path, "A,100°W,30°S,,,\n"))


def test_province_and_prefecture_come_from_polygons(tmp_path: Path) -> None:
    rows = "A,113.1,40.9,,,\nB,104.54,30.39,,,\nC,121.98,31.0,,,\n"
    found = own(csv(tmp_path, rows), DATA)
    assert found["province"].tolist() == ["Inner Mongolia", "Sichuan", "Shanghai"]
    assert found["prefecture"].tolist() == ["Ulanqab", "Ziyang", "Shanghai"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("A,114.17,22.32,,,\n", "row 1 lies in Hong Kong, which is no demand zone of the model"),
        ("A,121.5,25.03,,,\n", "row 1 lies in Taiwan, which is no demand zone"),
        ("A,124.5,30.0,,,\n", r"row 1 lies in no province: abroad or at sea; nearest Zhejiang, \d+ km"),
        ("A,105.85,21.03,,,\n", r"row 1 lies in no province: abroad or at sea; nearest Guangxi, 1\d\d km"),
        ("A,191,40,,,\n", r"no place on earth \(row 1\)"),
        ("A,40.9,113.1,,,\n", "look swapped"),
        (
            "A,113.1,40.9,Hunan,,\n",
            "row 1 lies in another province than stated: in Inner Mongolia, not in Hunan",
        ),
        ("A,113.1,40.9,Shire,,\n", "province is not one of the demand zones"),
        ("A,113.1,40.9,,,\nB,113.1,40.902,,,\n", r"less than 0.5 km apart \(row 1, 2\)"),
    ],
)
def test_sites_that_lie_elsewhere(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(TableError, match=message):
        own(csv(tmp_path, row), DATA)


def test_a_place_at_a_coarse_border_may_lie_in_the_stated_province(tmp_path: Path) -> None:
    places = all_places().set_index("site_id")
    lon, lat = places.loc["seat-sanmenxia", ["longitude", "latitude"]]
    found = own(csv(tmp_path, f"A,{lon},{lat},Henan,,\n"), DATA).iloc[0]
    assert (found["province"], found["prefecture"]) == ("Henan", "Sanmenxia")


def test_faults_name_at_most_ten_rows(tmp_path: Path) -> None:
    rows = "".join(f"S{i},{140 + i * 0.1},36,,,\n" for i in range(30))
    with pytest.raises(TableError, match=r"row 10 lies in no province.*and 20 more rows") as caught:
        own(csv(tmp_path, rows), DATA)
    assert "row 11 " not in str(caught.value)


def test_a_data_folder_without_boundaries_keeps_the_coarse_rule(tmp_path: Path) -> None:
    assert own(csv(tmp_path, "A,105.85,21.03,,,\n"), tmp_path)["province"].tolist() == ["Guangxi"]


def test_thousands_of_sites(tmp_path: Path) -> None:
    lon, lat = np.meshgrid(np.linspace(104, 115, 60), np.linspace(27, 34, 50))
    rows = "".join(
        f"S{i},{x},{y},,5,\n" for i, (x, y) in enumerate(zip(lon.ravel(), lat.ravel(), strict=True))
    )
    assert len(own(csv(tmp_path, rows), DATA)) == 3000


def test_a_password_is_not_written_into_a_scenario() -> None:
    settings = Settings(sites_file="postgresql://me:s3cret@host/x", sites_layer="t")
    assert settings.model_dump(mode="json")["sites_file"] == "postgresql://me:***@host/x"
    assert Settings(sites_file=Path("a.csv")).model_dump(mode="json")["sites_file"] == "a.csv"
    with pytest.raises(TableError, match=r"me:\*\*\*@127.0.0.1:1/x, t: the database says") as caught:
        own("postgresql://me:s3cret@127.0.0.1:1/x", sites_layer="t")
    assert "s3cret" not in str(caught.value)
