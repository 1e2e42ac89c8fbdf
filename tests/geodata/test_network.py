from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.layers.latency import model_pairs, route_km
from geodata.layers.network import Settings, backbone_km, measure_links, measure_network, same_city
from geodata.read import builtin
from geodata.schemas.layers import Network
from geodata.tables import Figures, Links, TableError, checked

DATA = Path(__file__).parents[2].parent / "shared" / "data"
BEIJING, SHANGHAI = np.array([[116.39723, 39.9075]]), np.array([[121.45806, 31.22222]])
PARIS, BERLIN = np.array([[2.35, 48.85]]), np.array([[13.4, 52.52]])


@pytest.fixture
def sites() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "site_id": ["seat-guiyang", "seat-beijing"],
            "name_en": ["Guiyang", "Beijing"],
            "name_zh": ["贵阳", "北京"],
            "longitude": [106.72, 116.39723],
            "latitude": [26.58, 39.9075],
        }
    )


@pytest.fixture
def zones() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "zone_id": ["Beijing", "Shanghai"],
            "longitude": [116.39723, 121.45806],
            "latitude": [39.9075, 31.22222],
        }
    )


@pytest.fixture
def seats() -> pd.DataFrame:
    return builtin("seats")[["site_id", "longitude", "latitude"]].sample(frac=1, random_state=3)


def test_links(sites: pd.DataFrame, zones: pd.DataFrame) -> None:
    links = checked(measure_links(sites, zones, Settings()), Links, "links")
    assert links[["site_id", "zone_id"]].to_numpy().tolist()[0] == ["seat-beijing", "Beijing"]
    assert links["rtt_ms"][0] == pytest.approx(2 * (0.55 + 0.1))  # access and equipment alone
    row = links[(links["site_id"] == "seat-beijing") & (links["zone_id"] == "Shanghai")].iloc[0]
    assert row["distance_km"] == pytest.approx(1068, abs=3)
    way = 1.55 * row["distance_km"] + 900 * (1 - np.exp(-row["distance_km"] / 900))  # a link joins the two
    assert row["one_way_ms"] == pytest.approx(0.65 + way * 0.0049)
    np.testing.assert_allclose(links["rtt_ms"], 2 * links["one_way_ms"])
    np.testing.assert_allclose(links["rtt_low_ms"], 0.7 * links["rtt_ms"])
    np.testing.assert_allclose(links["rtt_high_ms"], 1.3 * links["rtt_ms"])
    assert same_city(links, Settings()).tolist() == [True, False, False, False]


def test_links_are_the_same_with_a_data_folder(sites: pd.DataFrame, zones: pd.DataFrame) -> None:
    """A plan must not depend on whether the railways are at hand, unless the scenario asks for them."""
    pd.testing.assert_frame_equal(
        measure_links(sites, zones, Settings()), measure_links(sites, zones, Settings(), DATA)
    )


@pytest.mark.slow
def test_railways_refine_links_within_the_band(seats: pd.DataFrame, zones: pd.DataFrame) -> None:
    plain = measure_links(seats, zones, Settings())
    along = measure_links(seats, zones, Settings(rail_corridors=True), DATA)
    ratio = along["rtt_ms"] / plain["rtt_ms"]
    assert ratio.mean() == pytest.approx(1, abs=0.02)
    assert ((ratio > 0.7) & (ratio < 1.3)).mean() > 0.99
    assert (ratio != 1).any()


def test_railways_that_are_not_there(sites: pd.DataFrame, zones: pd.DataFrame, tmp_path: Path) -> None:
    for data in (None, tmp_path):
        with pytest.raises(TableError, match="rail_corridors: true needs a data folder"):
            measure_links(sites, zones, Settings(rail_corridors=True), data)


def test_the_users_fibre_lines_shorten_ways(sites: pd.DataFrame, zones: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "fibre.gpkg"
    cable = shapely.LineString([(106.72, 26.58), (112.0, 33.0), (116.39723, 39.9075)])
    gpd.GeoSeries([cable], crs="EPSG:4326").to_file(path)
    way = [measure_links(sites, zones, s)["rtt_ms"][2] for s in (Settings(), Settings(fibre_file=path))]
    assert way[1] < way[0]
    found = measure_network(sites, Settings(fibre_file=path))
    assert found.table["fibre_km"].max() < 1
    assert found.table["rail_km"].isna().all()
    assert "user's fibre lines" in found.figures.set_index("column").loc["fibre_km", "source"]


def test_a_pair_and_its_reverse_are_equal() -> None:
    rng = np.random.default_rng(2)
    a, b = (np.column_stack([rng.uniform(75, 134, 200), rng.uniform(18, 52, 200)]) for _ in range(2))
    pd.testing.assert_frame_equal(
        model_pairs(a, b, Settings()), model_pairs(b, a, Settings()), check_exact=True
    )


def test_off_the_graph_the_great_circle_counts() -> None:
    model = model_pairs(PARIS, BERLIN, Settings()).iloc[0]
    assert model["how"] == "great circle"
    assert model["route_km"] == pytest.approx(route_km(model["distance_km"], Settings()))
    assert model_pairs(BEIJING, BERLIN, Settings())["how"][0] == "great circle"
    assert model_pairs(BEIJING, SHANGHAI, Settings())["how"][0] == "graph"


def test_off_the_graph_farther_is_slower() -> None:
    ends = np.column_stack([np.linspace(2.35, 60, 50), np.full(50, 48.85)])
    model = model_pairs(np.repeat(PARIS, 50, axis=0), ends, Settings())
    assert (np.diff(model["rtt_ms"]) > 0).all()
    assert model["rtt_ms"][0] == pytest.approx(1.3)


def test_routes_are_no_shorter_than_the_great_circle() -> None:
    rng = np.random.default_rng(4)
    a, b = (np.column_stack([rng.uniform(75, 134, 300), rng.uniform(18, 52, 300)]) for _ in range(2))
    lean = Settings(detour=1.0, access_route_km=0.0, access_one_way_ms=0.0, equipment_one_way_ms=0.0)
    model = model_pairs(a, b, lean)
    assert (model["route_km"] >= model["distance_km"] - 1e-6).all()
    light = 2 * 0.0049 * model["distance_km"]
    np.testing.assert_allclose(model["rtt_low_ms"].clip(upper=light), light)  # the band stays below light


def test_far_from_any_seat_the_graph_does_not_reach() -> None:
    changtang = np.array([[86.0, 34.5]])
    assert model_pairs(changtang, BEIJING, Settings())["how"][0] == "great circle"
    assert model_pairs(changtang, BEIJING, Settings(graph_reach_km=1000))["how"][0] == "graph"


def test_measure_without_data(seats: pd.DataFrame) -> None:
    found = measure_network(seats, Settings())
    assert list(found.table.index) == list(seats["site_id"])
    assert list(found.table.columns) == list(Network.to_schema().columns)
    assert found.table["rail_km"].isna().all()
    rows = checked(found.figures, Figures, "figures").query("site_id == ''").set_index("column")
    assert rows["confidence"].to_dict() == {
        "fibre_km": "low",
        "backbone_route_km": "medium",
        "rail_km": "missing",
    }


def test_measure_with_data(seats: pd.DataFrame) -> None:
    found = measure_network(seats, Settings(), DATA)
    table = checked(found.table.reset_index(drop=True), Network, "network").set_index(found.table.index)
    assert (table["fibre_km"] <= table["rail_km"] + 1e-9).all()
    assert table["fibre_km"].median() < 3
    assert table.loc["seat-beijing", "backbone_route_km"] == pytest.approx(0, abs=1e-6)
    points = backbone_km(seats)
    assert (table["backbone_route_km"] >= points.loc[table.index] - 1e-6).all()
    weak = found.figures.query("column == 'rail_km' and confidence == 'low'")["site_id"]
    assert set(weak) == set(table.index[table["rail_km"] > 100])
    assert "seat-lasa" in set(weak)
    planned = found.figures.query("column == 'backbone_route_km' and confidence == 'low'")["site_id"]
    assert "seat-lasa" in set(planned)  # its point is approved, no more
    assert "seat-beijing" not in set(planned)


def test_measured_round_trips_replace_the_model(
    sites: pd.DataFrame, zones: pd.DataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "rtt.csv"
    path.write_text(
        "site,zone_id,rtt_ms,source\n贵阳,Beijing,41.5,own test\nseat-beijing,Shanghai,25,own test\n",
        encoding="utf-8",
    )
    links = measure_links(sites, zones, Settings(round_trips_file=path)).set_index(["site_id", "zone_id"])
    assert links.loc[("seat-guiyang", "Beijing"), "rtt_ms"] == 41.5
    assert links.loc[("seat-beijing", "Shanghai"), "one_way_ms"] == 12.5
    assert links["measured"].sum() == 2
    measured = links[links["measured"]]
    assert (measured["rtt_low_ms"] == measured["rtt_high_ms"]).all()
    assert list(checked(links.reset_index(), Links, "links").columns) == list(Links.to_schema().columns)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("nowhere,Beijing,30,x", "site that is no id .*row 1"),
        ("Beijing,Peking,30,x", "zone_id that is no demand zone .row 1"),
        ("Beijing,Shanghai,-3,x", "rtt_ms that is not above 0"),
        ("Beijing,Shanghai,6,x", "faster than light"),
        ("Beijing,Shanghai,30,", "source missing"),
        ("Beijing,Shanghai,30,x\nseat-beijing,Shanghai,31,x", "pair given twice .row 1, 2"),
        ("Beijing,Shanghai,20-30,x", "column rtt_ms: found '20-30', expected one number"),
        ("Beijing,Shanghai,30000,x", "is it in microseconds"),
    ],
)
def test_faulty_round_trips(
    sites: pd.DataFrame, zones: pd.DataFrame, tmp_path: Path, rows: str, message: str
) -> None:
    path = tmp_path / "rtt.csv"
    path.write_text("site,zone_id,rtt_ms,source\n" + rows + "\n", encoding="utf-8")
    with pytest.raises(TableError, match=message):
        measure_links(sites, zones, Settings(round_trips_file=path))


def test_missing_columns_of_round_trips(sites: pd.DataFrame, zones: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "rtt.csv"
    path.write_text("site,zone,rtt_ms\nBeijing,Shanghai,30\n", encoding="utf-8")
    with pytest.raises(
        TableError, match="missing column zone_id; missing column source; unknown column zone"
    ):
        measure_links(sites, zones, Settings(round_trips_file=path))


def test_a_backbone_point_far_away_is_low(seats: pd.DataFrame) -> None:
    """The table names no point of Xinjiang: the way to the nearest says that one is lacking."""
    found = measure_network(seats, Settings())
    rows = found.figures[found.figures["column"] == "backbone_route_km"].set_index("site_id")
    far = found.table.index[found.table["backbone_route_km"] > 1000]
    assert "seat-wulumuqi" in far
    assert set(rows.loc[far, "confidence"]) == {"low"}
    assert "seat-beijing" not in rows.index


def test_backbone(sites: pd.DataFrame) -> None:
    km = backbone_km(sites)
    assert list(km.index) == ["seat-guiyang", "seat-beijing"]
    assert (km < 5).all()
    points = builtin("backbone_points")
    assert (points["source"] != "").all()
    assert not points["name"].duplicated().any()
