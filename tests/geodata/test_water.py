"""Rivers, lakes, use against resources and caps."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pydantic import ValidationError

from geodata.candidates import Settings as CandidateSettings
from geodata.candidates import list_places
from geodata.layers.water import LAYER, Settings, measure_water
from geodata.measured import Measured
from geodata.read import builtin
from geodata.schemas.layers import Water
from geodata.tables import Figures, TableError, checked

DATA = Path(__file__).parents[2].parent / "shared" / "data"
FACTS = Path(__file__).parents[2].parent / "shared" / "facts"
NBS = DATA / "water/nbs-provincial-2005-2014/provincial_water_2005_2014.csv"
PREFECTURES = DATA / "water/yellow-river-basin/prefecture_water_use_1965_2013.parquet"
ALBERS = "ESRI:102025"  # in which the spot values of SOURCES.md were read: up to 9 % off at 40 N
SPOTS = {
    "Zhongwei": (105.19, 37.51, 1.6),
    "Beijing": (116.40, 39.90, 16.8),
    "Qingyang": (107.64, 35.71, 26.8),
    "Guiyang": (106.63, 26.65, 38.5),
    "Zhangjiakou": (114.88, 40.81, 54.8),
    "Ulanqab": (113.13, 40.99, 131.8),
}


def at(*points: tuple[float, float], province: str = "Ningxia", prefecture: str = "") -> pd.DataFrame:
    lon, lat = zip(*points, strict=True)
    ids = [f"p{i}" for i in range(len(points))]
    names = {"province": province, "prefecture": prefecture, "kind": "own"}
    return pd.DataFrame({"site_id": ids, "longitude": lon, "latitude": lat} | names)


@pytest.fixture(scope="module")
def places() -> pd.DataFrame:
    return list_places(CandidateSettings())


@pytest.fixture(scope="module")
def water(places: pd.DataFrame) -> Measured:
    return measure_water(places, Settings(), DATA)


def confidence(found: Measured, column: str, site: str) -> str:
    rows = found.figures[(found.figures["column"] == column) & found.figures["site_id"].isin(["", site])]
    return str(rows.sort_values("site_id")["confidence"].iloc[-1])


def test_one_row_a_place_in_order_and_every_column_told(places: pd.DataFrame, water: Measured) -> None:
    assert list(water.table.index) == list(places["site_id"])
    assert list(water.table.columns) == list(Water.to_schema().columns)
    checked(water.table.reset_index(drop=True), Water, "water")
    checked(water.figures, Figures, "figures")
    assert set(water.figures.query("site_id == ''")["column"]) == set(water.table.columns)
    assert not water.figures.duplicated(["column", "site_id"]).any()


def test_order_of_places_does_not_matter(places: pd.DataFrame, water: Measured) -> None:
    some = places.iloc[::-7]
    again = measure_water(some, Settings(), DATA)
    pd.testing.assert_frame_equal(again.table, water.table.loc[some["site_id"]])


@pytest.mark.parametrize("name", SPOTS)
def test_distance_to_rivers_at_the_spots_of_the_sources(name: str) -> None:
    """Distances are of the ellipsoid; the spots were read in an equal-area projection of Asia."""
    lon, lat, read_km = SPOTS[name]
    found = measure_water(at((lon, lat)), Settings(), DATA).table["river_km"].iloc[0]
    lines = gpd.read_file(DATA / LAYER, layer="ne_10m_rivers_lake_centerlines").to_crs(ALBERS)
    there = gpd.GeoSeries.from_xy([lon], [lat], crs=4326).to_crs(ALBERS).iloc[0]
    assert lines.distance(there).min() / 1000 == pytest.approx(read_km, abs=3.5)
    assert found == pytest.approx(read_km, rel=0.10, abs=1.5)


def test_distances_are_those_of_dense_points(places: pd.DataFrame, water: Measured) -> None:
    from geodata.geometry.proximity import along

    lines = gpd.read_file(DATA / LAYER, layer="ne_10m_rivers_lake_centerlines").geometry
    dense = along(lines.to_numpy(), 0.2).nearest_km(places["longitude"], places["latitude"])
    assert np.abs(water.table["river_km"].to_numpy() - dense).max() < 0.7
    assert (np.abs(water.table["river_km"].to_numpy() / dense - 1)[dense > 1] < 0.006).all()


def test_names_of_rivers_and_lakes_inside(water: Measured) -> None:
    assert water.table.loc["seat-lanzhou", "river_name"] == "Huang"
    inside = measure_water(at((100.2, 36.9), (120.15, 31.2)), Settings(), DATA).table["lake_km"]
    assert inside.tolist() == [0.0, 0.0], "Qinghai Hu and Tai Hu"
    assert (water.table["lake_km"] > 0).all()


def test_a_river_or_lake_far_away_is_low(water: Measured) -> None:
    """The layer has no lake of Yunnan and no river of Hainan: Lijiang 909 km, Sanya 389 km."""
    assert confidence(water, "lake_km", "seat-lijiang") == "low"
    assert confidence(water, "river_km", "seat-sanya") == "low"
    assert confidence(water, "lake_km", "seat-yueyang") == confidence(water, "river_km", "seat-yueyang")
    assert confidence(water, "lake_km", "seat-yueyang") == "medium"


def test_provincial_shares_are_the_means_of_the_statistics(water: Measured, places: pd.DataFrame) -> None:
    rows = pd.read_csv(NBS).query("2010 <= year <= 2014")
    rows["province"] = rows["province"].replace("InnerMongolia", "Inner Mongolia")
    mean = rows.groupby("province")[["total_water_use_1e8m3", "total_water_resources_1e8m3"]].mean()
    share = mean.iloc[:, 0] / mean.iloc[:, 1]
    expected = places["province"].map(share).to_numpy()
    assert water.table["province_water_use_share"].to_numpy() == pytest.approx(expected, rel=1e-4)
    assert share["Ningxia"] == pytest.approx(7.11, abs=0.005)


def test_through_rivers_are_low_and_say_why(water: Measured) -> None:
    column = "province_water_use_share"
    for site in ("area-zhongwei", "seat-shanghai", "seat-nanjing"):
        assert confidence(water, column, site) == "low"
    note = water.figures.query("column == @column and site_id == 'area-zhongwei'")["note"].item()
    assert "Yellow River" in note
    assert confidence(water, column, "seat-guiyang") == "medium"
    through = builtin("province_water")
    assert set(through.loc[through["use_m3"] > through["resources_m3"], "confidence"]) == {"low"}


def test_caps_sum_to_the_national_cap_and_are_those_of_the_notice() -> None:
    ours = builtin("water_quotas")
    facts = pd.read_csv(FACTS / "water_rules.csv").query("item == 'total water-use cap'")
    for year in (2020, 2030):
        rows = facts[facts["year"].astype(int) == year].set_index("region")["value"].astype(float) * 1e8
        mine = ours[ours["year"] == year].set_index("province")["cap_m3"]
        assert mine.sum() == pytest.approx(rows["China"], rel=1e-9)
        assert mine.to_dict() == pytest.approx(rows.drop("China").to_dict())


def test_basins_sum_to_the_national_withdrawal() -> None:
    basins = builtin("basin_balance").drop_duplicates("balance_of")
    assert basins["withdrawal_m3"].sum() == pytest.approx(5944.5e8)
    share = builtin("basin_balance").set_index("basin").eval("withdrawal_m3 / resources_m3").round(2)
    assert share.to_dict() == {
        "Hai": 1.15,
        "Yellow": 0.56,
        "Huai": 0.67,
        "Yangtze": 0.21,
        "Southeast": 0.11,
        "Pearl": 0.16,
        "Southwest": 0.02,
        "Northwest": 0.56,
        "Songhua": 0.31,
        "Liao": 0.31,
    }
    assert set(builtin("basins")["basin"]) == set(share.index)


def test_basins_are_surer_where_a_province_has_one(water: Measured) -> None:
    column = "basin_water_use_share"
    assert water.table.loc["seat-beijing", column] == pytest.approx(1.1548, abs=1e-3)
    assert confidence(water, column, "seat-beijing") == "medium"
    assert confidence(water, column, "seat-lanzhou") == "low", "Gansu has three basins"
    assert confidence(water, column, "seat-shenyang") == "low", "the Liao is not told apart from the Songhua"


def test_prefectures_are_those_of_the_layer_in_2013() -> None:
    layer = pd.read_parquet(PREFECTURES).query("Year == 2013").set_index("city_zh")["Total water use"]
    ours = builtin("prefecture_water").set_index("prefecture_zh")["use_m3"]
    expected = layer.drop("莱芜市")
    expected["济南市"] += layer["莱芜市"]
    assert set(ours.index) == set(expected.index)
    assert ours.sort_index().to_numpy() == pytest.approx(expected.sort_index().to_numpy() * 1e9, abs=1000)
    known = set(zip(builtin("seats")["province"], builtin("seats")["prefecture"], strict=True))
    table = builtin("prefecture_water")
    assert set(zip(table["province"], table["prefecture"], strict=True)) - known == {("Henan", "Jiyuan")}


def test_prefectures_beside_the_layer_are_missing_not_filled(water: Measured) -> None:
    column = "prefecture_water_use_m3"
    assert water.table.loc["area-zhongwei", column] == pytest.approx(0.952e9, abs=1e6)
    assert np.isnan(water.table.loc["seat-guiyang", column])
    assert confidence(water, column, "seat-guiyang") == "missing"
    told = water.figures.query("column == @column and confidence == 'missing'")["site_id"]
    assert set(told) == set(water.table.index[water.table[column].isna()])


def test_without_data_the_tables_remain_and_the_rest_is_missing(
    places: pd.DataFrame, water: Measured
) -> None:
    for folder in (None, DATA / "climate"):
        bare = measure_water(places, Settings(), folder)
        kept = [
            "province_water_use_share",
            "basin_water_use_share",
            "prefecture_water_use_m3",
            "water_quota_m3",
        ]
        pd.testing.assert_frame_equal(bare.table[kept], water.table[kept])
        assert bare.table[["river_km", "lake_km"]].isna().all().all()
        assert set(bare.figures.query("column in ('river_km', 'river_name', 'lake_km')")["confidence"]) == {
            "missing"
        }


def test_an_unknown_province_is_missing() -> None:
    found = measure_water(at((105.0, 37.0), province="", prefecture=""), Settings(), None)
    assert (
        found.table[["province_water_use_share", "basin_water_use_share", "water_quota_m3"]]
        .isna()
        .all()
        .all()
    )
    assert set(found.figures["confidence"]) == {"missing"}


def test_the_year_of_the_caps_is_a_setting(places: pd.DataFrame, water: Measured) -> None:
    earlier = measure_water(places, Settings(quota_year=2020), None).table["water_quota_m3"]
    assert earlier["seat-beijing"] == pytest.approx(46.58e8)
    assert water.table.loc["seat-beijing", "water_quota_m3"] == pytest.approx(51.56e8)
    for wrong in ({"rivers": "x"}, {"quota_year": 2025}):
        with pytest.raises(ValidationError):
            Settings(**wrong)


def test_own_caps_must_have_the_year(tmp_path: Path) -> None:
    caps = builtin("water_quotas")
    caps[caps["year"] == 2020].to_csv(tmp_path / "water_quotas.csv", index=False)
    with pytest.raises(TableError, match=r"quota_year: found 2030, expected a year with caps: 2020"):
        measure_water(at((105.0, 37.0)), Settings(), None, tmp_path)


def test_own_rivers_lakes_and_basins_replace_the_layers(tmp_path: Path) -> None:
    line = shapely.segmentize(shapely.LineString([(105, 37), (106, 37)]), 0.01)
    square = shapely.box(105.4, 37.4, 105.6, 37.6)
    named = {"label": ["Own"], "geometry": [line]}
    gpd.GeoDataFrame(named, crs=4326).to_crs("EPSG:32648").to_file(tmp_path / "r.gpkg")
    gpd.GeoDataFrame({"geometry": [square]}, crs=4326).to_file(tmp_path / "l.geojson")
    halves = {
        "basin": ["Yellow", "Hai"],
        "geometry": [shapely.box(104, 36, 105.5, 38), shapely.box(105.5, 36, 107, 38)],
    }
    gpd.GeoDataFrame(halves, crs=4326).to_file(tmp_path / "b.gpkg")
    settings = Settings(
        rivers_file=tmp_path / "r.gpkg",
        rivers_name_column="label",
        lakes_file=tmp_path / "l.geojson",
        basins_file=tmp_path / "b.gpkg",
    )
    found = measure_water(at((105.45, 37.5), (105.8, 37.0), (110.0, 37.0)), settings, DATA)
    assert found.table["river_km"].tolist() == pytest.approx([55.5, 0.0, 356.0], abs=0.1)
    assert found.table["river_name"].tolist() == ["Own"] * 3
    assert found.table["lake_km"].iloc[0] == 0
    assert found.table["basin_water_use_share"].round(2).tolist()[:2] == [0.56, 1.15]
    assert confidence(found, "basin_water_use_share", "p2") == "missing"
    assert "user's file" in set(found.figures.query("column == 'river_km'")["source"])


def test_a_file_with_rivers_and_lakes_serves_both() -> None:
    own = Settings(rivers_file=DATA / LAYER, lakes_file=DATA / LAYER)
    found = measure_water(at((105.19, 37.51)), own, None).table
    assert found["river_km"].iloc[0] == pytest.approx(2.56, abs=0.05)
    assert found["lake_km"].notna().all()


def _faulty(folder: Path, kind: str) -> Path:
    path = folder / "own.gpkg"
    line, square = shapely.LineString([(105, 37), (106, 37)]), shapely.box(105, 37, 106, 38)
    shapes = {"no projection": [square], "lines": [line], "strange basin": [square]}
    if kind == "cut off":
        path.write_bytes((DATA / LAYER).read_bytes()[:5000])
    elif kind != "no file":
        crs = None if kind == "no projection" else 4326
        gpd.GeoDataFrame({"basin": ["Rhine"], "geometry": shapes[kind]}, crs=crs).to_file(path)
    return path


@pytest.mark.filterwarnings("ignore:.*crs.*:UserWarning")
@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("no file", r"basins_file: no file .*own\.gpkg"),
        ("cut off", r"basins_file .*not a readable layer"),
        ("no projection", r"basins_file .*projection"),
        ("lines", r"basins_file .*found LineString, expected polygons"),
        ("strange basin", r"basins_file .*found Rhine, expected Hai, Yellow"),
    ],
)
def test_faulty_own_layers(tmp_path: Path, kind: str, message: str) -> None:
    with pytest.raises(TableError, match=message):
        measure_water(at((105.5, 37.5)), Settings(basins_file=_faulty(tmp_path, kind)), None)


def test_a_damaged_layer_of_the_data_folder_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / LAYER
    path.parent.mkdir(parents=True)
    path.write_bytes((DATA / LAYER).read_bytes()[:100_000])
    with pytest.raises(TableError, match="ne_10m_water_cn"):
        measure_water(at((105.5, 37.5)), Settings(), tmp_path)
