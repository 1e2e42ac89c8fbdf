"""The power grid around: spot values of the sources' own documentation, coverage grades, the user's file."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geodata.candidates import Settings as CandidateSettings
from geodata.candidates import list_places
from geodata.geometry.proximity import GEOD, Points
from geodata.layers.power_grid import COVERAGE_FILE, Settings, coverage, measure_power_grid, substations
from geodata.layers.uhv import mapped_routes, operating_lines, straight_routes
from geodata.measured import Measured
from geodata.places import list_campuses
from geodata.read import builtin
from geodata.schemas.layers import PowerGrid
from geodata.tables import DataWarning, TableError

DATA = Path(__file__).parents[2].parent / "shared" / "data"
NEAREST = ["substation_km", "substation_330kv_km", "substation_500kv_km", "substation_750kv_km"]


@pytest.fixture(scope="module")
def places() -> pd.DataFrame:
    return list_places(CandidateSettings())


@pytest.fixture(scope="module")
def around(places: pd.DataFrame) -> Measured:
    return measure_power_grid(places, Settings(), DATA, list_campuses(None))


def at(*rows: tuple[str, float, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["site_id", "longitude", "latitude"])
    return table.assign(kind="own", province="Ningxia", prefecture="")


@pytest.mark.parametrize(
    ("site", "km"),
    [
        ("area-huailai", 7),
        ("area-zhangbei", 5),
        ("area-guian", 20),
        ("area-horinger", 4),
        ("area-jining", 5),
        ("area-zhongwei", 8),
        ("area-shaoguan", 7),
        ("area-shuangliu", 5),
        ("area-shuitu", 14),
        ("area-xifeng", 79),
    ],
)
def test_nearest_of_known_voltage_as_documented(around: Measured, site: str, km: float):
    assert around.table.loc[site, "substation_tagged_km"] == pytest.approx(km, abs=0.6)


def test_a_missing_tag_is_no_missing_station(around: Measured):
    """Qingyang: the nearest with a voltage is 79 km off, one without, of 6.6 ha, lies at 4 km."""
    xifeng = around.table.loc["area-xifeng"]
    assert xifeng["substation_km"] == pytest.approx(4, abs=0.5)
    assert np.isnan(xifeng["substation_kv"])
    row = around.figures.query("site_id == 'area-xifeng' and column == 'substation_km'")
    assert row["confidence"].to_list() == ["low"]
    assert "voltage not known" in row["note"].iloc[0]
    row = around.figures.query("site_id == 'area-xifeng' and column == 'substation_kv'")
    assert row["confidence"].to_list() == ["missing"]


def test_the_nearest_of_all_is_never_farther_than_one_of_higher_voltage(around: Measured):
    km = around.table[[NEAREST[0], "substation_tagged_km", *NEAREST[1:]]]
    assert (np.diff(km, axis=1) >= -1e-9).all()
    known = around.table["substation_kv"].dropna()
    assert known.ge(220).all()
    assert (
        around.table.loc[known.index, "substation_km"] == km.loc[known.index, "substation_tagged_km"]
    ).all()


def test_grades_by_threshold_are_those_of_the_coverage_table():
    words = {"voltage tags missing": "tags missing", "not tested": "not testable"}
    given = pd.read_csv(DATA / COVERAGE_FILE).set_index("province")["grade"].replace(words)
    assert coverage(DATA).to_dict() == given.to_dict()


def test_confidence_follows_the_grade(around: Measured):
    rows = around.figures.query("column == 'substation_500kv_km'").set_index("site_id")["confidence"]
    assert rows[""] == "medium"
    assert "seat-yinchuan" not in rows.index
    assert rows["area-guian"] == rows["seat-xining"] == "low"
    assert around.table.loc["area-guian", "substation_coverage"] == "tags missing"
    assert around.table.loc["seat-xining", "substation_coverage"] == "not testable"


def test_untagged_ones_count_where_tags_lack_and_in_gaps():
    stations = substations(Settings(), DATA)
    rest = stations[~stations["tagged"]]
    sure = rest["province"].map(coverage(DATA)).isin(["good", "fair"])
    tagged = stations[stations["tagged"]]
    km = Points(tagged["longitude"], tagged["latitude"]).nearest_km(rest["longitude"], rest["latitude"])
    assert (km[sure] > 30).all()
    assert (~sure).sum() == 1021 + 379 + 78
    assert len(tagged) == 4829
    wide = substations(Settings(untagged_area_min_ha=5, untagged_gap_km=1000), DATA)
    assert len(wide) < len(stations)


def test_without_a_data_folder_the_built_in_lines_and_campuses_stay(places: pd.DataFrame):
    found = measure_power_grid(places, Settings(), None, list_campuses(None))
    assert found.table[[*NEAREST, "plant_1gw_km", "coal_100km_gw"]].isna().all(axis=None)
    assert (found.table["substation_coverage"] == "").all()
    assert found.table[["uhv_terminal_km", "uhv_line_km", "campus_km"]].notna().all(axis=None)
    missing = set(found.figures.query("confidence == 'missing'")["column"])
    assert {*NEAREST, "plant_1gw_km", "solar_100km_gw", "substation_coverage"} <= missing
    assert "uhv_line_km" not in missing


def test_each_column_has_a_figure_and_the_order_of_places_is_kept(places: pd.DataFrame, around: Measured):
    mixed = places.sample(frac=1, random_state=7)
    table = measure_power_grid(mixed, Settings(), DATA, list_campuses(None)).table
    assert list(table.index) == list(mixed["site_id"])
    pd.testing.assert_frame_equal(table.loc[around.table.index], around.table)
    assert list(table.columns) == list(PowerGrid.to_schema().columns)
    assert set(around.figures.query("site_id == ''")["column"]) == set(table.columns)
    assert around.figures[["unit", "source", "vintage", "confidence"]].ne("").all(axis=None)
    PowerGrid.validate(table)


def test_a_line_is_never_farther_than_its_end(around: Measured):
    assert (around.table["uhv_line_km"] <= around.table["uhv_terminal_km"] + 1e-6).all()
    assert around.table.loc["area-zhangbei", "uhv_terminal_km"] == pytest.approx(0, abs=0.1)
    assert around.table.loc["area-xifeng", "uhv_terminal_km"] < 5
    assert around.table.loc["area-zhongwei", "uhv_terminal_km"] < 60


def test_uhv_list_holds_what_a_line_must():
    lines = builtin("uhv_lines")
    straight = GEOD.inv(
        *(lines[c] for c in ("from_longitude", "from_latitude", "to_longitude", "to_latitude"))
    )[2]
    assert (straight / 1000 <= lines["length_km"] * 1.02).all()
    assert (lines["usable_gw"].dropna() <= lines["capacity_gw"][lines["usable_gw"].notna()]).all()
    assert (operating_lines()["voltage_kv"] >= 800).all()
    assert set(operating_lines()["status"]) == {"operating"}


def test_an_end_without_source_is_low(places: pd.DataFrame, around: Measured):
    """Zhangbei's station is common knowledge, Fengxian's is in the tariff compilation."""
    rows = around.figures[around.figures["column"] == "uhv_terminal_km"].set_index("site_id")
    assert rows.loc["", "confidence"] == "medium"
    assert (rows.loc["area-zhangbei", "confidence"], "no source" in rows.loc["area-zhangbei", "note"]) == (
        "low",
        True,
    )
    fengxian = at(("a", 121.47, 30.92))
    alone = measure_power_grid(fengxian, Settings(), None).figures.query("column == 'uhv_terminal_km'")
    assert alone["confidence"].to_list() == ["medium"]


def test_routes_keep_their_lengths():
    """The documented lengths are on a sphere."""
    lengths = pd.read_csv(DATA / "power/grid-uhv-routes/uhv_line_endpoints_derived.csv")["great_circle_km"]
    routes = mapped_routes(DATA)
    km = [GEOD.geometry_length(route) / 1000 for route in routes]
    assert km == pytest.approx(lengths.to_list(), rel=0.004)
    assert len(straight_routes()) == len(operating_lines())
    assert mapped_routes(None) == []


def test_campuses_around(places: pd.DataFrame):
    campuses = pd.DataFrame(
        {
            "longitude": [106.0, 106.1, 106.2, 110.0],
            "latitude": [38.0, 38.0, 38.0, 38.0],
            "it_mw": [100.0, np.nan, 50.0, np.nan],
            "existing": [True, True, False, True],
        }
    )
    sites = at(("a", 106.0, 38.0), ("b", 110.0, 38.0), ("c", 90.0, 40.0))
    found = measure_power_grid(sites, Settings(), None, campuses)
    table = found.table
    rows = found.figures[found.figures["column"] == "campuses_50km_mw"].set_index("site_id")["confidence"]
    assert rows.to_dict() == {"": "low", "b": "missing"}
    assert table["campus_km"].to_list() == pytest.approx([0, 0, 1408], abs=15)
    assert table["campuses_50km_count"].to_list() == [2, 1, 0]
    assert table["campuses_50km_mw"].to_list() == pytest.approx([100, np.nan, 0], nan_ok=True)
    assert table["planned_campuses_50km_count"].to_list() == [1, 0, 0]
    assert table["planned_campuses_50km_mw"].to_list() == [50, 0, 0]


def test_own_substations_replace_the_extract(tmp_path: Path):
    path = tmp_path / "own.csv"
    path.write_text(
        "x,y,kv,name\n106.0,38.0,220,A\n106.0,39.0,750,B\n106.0,38.1,,C\n106.0,38.0,110,D\n", "utf-8"
    )
    names = {"longitude": "x", "latitude": "y", "max_kv": "kv"}
    settings = Settings(substations_file=path, substations_columns=names)
    with pytest.warns(DataWarning, match="1 substations below 220 kV are left out"):
        found = measure_power_grid(at(("a", 106.0, 38.0)), settings, DATA, list_campuses(None))
    row = found.table.iloc[0]
    assert row["substation_km"] == pytest.approx(0, abs=1e-6)
    assert (row["substation_kv"], row["substation_coverage"]) == (220, "own")
    assert row["substation_500kv_km"] == row["substation_750kv_km"] == pytest.approx(111, abs=0.3)
    sources = found.figures.query("column.str.startswith('substation_')")
    assert set(sources["source"]) == {"user's table"}
    assert set(sources["confidence"]) == {"medium"}


@pytest.mark.parametrize(("ending", "crs"), [("geojson", 4326), ("gpkg", 32648), ("parquet", 32648)])
def test_own_substations_from_a_map(tmp_path: Path, ending: str, crs: int):
    """Areas in any projection: a point inside each."""
    path = tmp_path / f"own.{ending}"
    points = gpd.GeoSeries.from_xy([106.0, 107.0], [38.0, 38.0], crs=4326).to_crs(32648)
    frame = gpd.GeoDataFrame({"kv": [330.0, 500.0]}, geometry=points.buffer(50)).to_crs(crs)
    frame.to_parquet(path) if ending == "parquet" else frame.to_file(path)
    found = substations(Settings(substations_file=path, substations_columns={"max_kv": "kv"}), None)
    assert found["longitude"].to_list() == pytest.approx([106, 107], abs=1e-3)
    assert found["max_kv"].to_list() == [330, 500]
    assert found["tagged"].all()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("longitude,latitude\n106,38\n", "missing column max_kv"),
        ("longitude,latitude,max_kv\n38,106,220\n", "look swapped"),
        ("longitude,latitude,max_kv\n6,38,220\n", "outside 70 to 137 E"),
        ("longitude,latitude,max_kv\n,38,220\n", "is empty"),
        ("longitude,latitude,max_kv\n106,38,330000\n", "is it in volts"),
        ("longitude,latitude,max_kv\n106,38,330/220\n", "expected one number"),
        ("longitude,latitude,max_kv\n106,38,110\n", "no substation of 220 kV or more, the highest has 110"),
        ("longitude,latitude,max_kv\n106,38,0\n106,38,220\n", "max_kv is not above 0"),
        ("longitude,latitude,max_kv\n", "no rows"),
    ],
)
def test_faults_of_own_substations(tmp_path: Path, text: str, message: str):
    path = tmp_path / "own.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TableError, match=message):
        substations(Settings(substations_file=path), None)


def test_a_wrong_name_in_the_mapping(tmp_path: Path):
    path = tmp_path / "own.csv"
    path.write_text("longitude,latitude,kv\n106,38,220\n", encoding="utf-8")
    with pytest.raises(TableError, match="substations_columns names voltage; expected some of longitude"):
        substations(Settings(substations_file=path, substations_columns={"voltage": "kv"}), None)


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("grid-osm-substations-2025/substations_220kv_up.csv.gz", b"not packed", "not a readable layer"),
        (
            "grid-uhv-routes/uhv_line_points.csv",
            b"line_id,sequence,longitude,latitude\n1,1,90,40\n",
            "one point",
        ),
        ("grid-uhv-routes/uhv_line_points.csv", b"line_id\n1\n", "not a readable layer"),
        ("plants-gem-2023/coal_units_china.csv.gz", b"cut", "not a readable layer"),
    ],
)
def test_a_damaged_layer_is_an_error(tmp_path: Path, file: str, text: bytes, message: str):
    path = tmp_path / "power" / file
    path.parent.mkdir(parents=True)
    path.write_bytes(text)
    with pytest.raises(TableError, match=message):
        measure_power_grid(at(("a", 106.0, 38.0)), Settings(), tmp_path, list_campuses(None))
