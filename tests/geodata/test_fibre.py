from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from scipy.sparse import csr_array

from geodata.geometry.distance import distance_km
from geodata.layers.corridors import Corridors, corridors, own_corridors, rail_corridors
from geodata.layers.fibre import Fibre, fibre_graph, fibre_points, nearest_over, path_km, stretch
from geodata.read import builtin
from geodata.tables import TableError

DATA = Path(__file__).parents[2].parent / "shared" / "data"
RAIL = "network/rail_corridors_cn/rail_corridors_cn.gpkg"
BEIJING, SHANGHAI, GUIYANG = (116.39723, 39.9075), (121.45806, 31.22222), (106.71667, 26.58333)


def xy(*points: tuple[float, float]) -> np.ndarray:
    return np.array(points)


@pytest.fixture
def line() -> Fibre:
    """Five cities 1 degree apart on the equator; the first two joined, the last three joined."""
    lon, lat = np.arange(5.0), np.zeros(5)
    ends = (np.array([0, 2, 3]), np.array([1, 3, 4]))
    km = distance_km(lon[ends[0]], lat[ends[0]], lon[ends[1]], lat[ends[1]])
    return Fibre(lon, lat, list("abcde"), csr_array((km, ends), shape=(5, 5)))


@pytest.fixture(scope="module")
def rail() -> Corridors:
    found = rail_corridors(DATA)
    assert found is not None
    return found


def test_the_graph_joins_every_capital_and_backbone_point() -> None:
    cities, links = builtin("fibre_cities"), builtin("fibre_links")
    assert set(builtin("provinces")["capital"]) <= set(cities["name"])
    assert set(builtin("backbone_points")["name"]) <= set(cities["name"])
    assert {*links["from_name"], *links["to_name"]} == set(cities["name"])
    assert not cities["name"].duplicated().any()
    assert not links[["from_name", "to_name"]].duplicated().any()
    assert (links["from_name"] < links["to_name"]).all()
    assert nx.is_connected(nx.from_pandas_edgelist(links, "from_name", "to_name"))


def test_mended_positions() -> None:
    """Two cities lie wrong in the digitised maps: Chengdu in Fujian, Hong Kong in Sichuan."""
    cities = builtin("fibre_cities").set_index("name")
    assert cities.loc["Chengdu", "longitude"] == pytest.approx(104.07, abs=0.1)
    assert cities.loc["Hong Kong", "latitude"] == pytest.approx(22.28, abs=0.1)


def test_trunk_cables_are_links() -> None:
    links = builtin("fibre_links").set_index(["from_name", "to_name"])["seen_in"]
    for via in builtin("trunk_cables")["via"].str.split(";"):
        for pair in pairwise(via):
            assert "trunk cable" in links[tuple(sorted(pair))]


def test_links_are_shortest_paths() -> None:
    """Between cities that are not each other's neighbours the way is that of another implementation."""
    graph = fibre_graph()
    known = nx.from_scipy_sparse_array(graph.links)
    a, b = graph.cities.index("Urumqi"), graph.cities.index("Xiamen")
    expected = nx.dijkstra_path_length(known, a, b)
    ends = [xy((graph.longitude[i], graph.latitude[i])) for i in (a, b)]
    found = path_km(graph, *ends)[0]
    assert found <= expected + 1e-6
    assert found >= distance_km(*ends[0].T, *ends[1].T)[0]


def test_ways_on_a_line(line: Fibre) -> None:
    degree = distance_km(0, 0, 1, 0)
    assert path_km(line, xy((2, 0)), xy((4, 0))) == pytest.approx(2 * degree)
    assert path_km(line, xy((0, 0)), xy((4, 0))) == pytest.approx(4 * degree)  # by a leg over the gap
    assert path_km(line, xy((3, 0)), xy((3, 0))) == pytest.approx(0, abs=1e-9)


def test_neighbours_far_from_any_city_are_joined_straight(line: Fibre) -> None:
    a, b = xy((2.0, 3.0)), xy((2.1, 3.0))
    assert path_km(line, a, b) == pytest.approx(distance_km(*a.T, *b.T))


def test_ways_are_symmetric_and_no_shorter_than_the_great_circle() -> None:
    rng = np.random.default_rng(5)
    places = np.column_stack([rng.uniform(80, 130, 60), rng.uniform(20, 48, 60)])
    a, b = places[:30], places[30:]
    graph = fibre_graph()
    way = path_km(graph, a, b)
    np.testing.assert_allclose(way, path_km(graph, b, a), rtol=1e-12)
    assert (way >= distance_km(*a.T, *b.T)).all()


def test_no_places() -> None:
    assert len(path_km(fibre_graph(), np.empty((0, 2)), np.empty((0, 2)))) == 0


def test_nearest_over_the_graph() -> None:
    row, km = nearest_over(fibre_graph(), xy(GUIYANG, BEIJING), xy(BEIJING, (106.55771, 29.56026)))
    assert row.tolist() == [1, 0]
    assert km[1] == pytest.approx(0, abs=1e-9)
    assert 330 < km[0] < 340


def test_stretch_of_the_graph() -> None:
    assert stretch(fibre_graph()) == pytest.approx(1.0965, abs=0.001)


def test_corridors_close_small_gaps_and_keep_lengths() -> None:
    lines = np.array(
        [
            shapely.LineString([(100, 30), (100.5, 30), (101, 30)]),
            shapely.LineString([(101.05, 30), (102, 30)]),  # 5 km further: joined
            shapely.LineString([(103, 30), (104, 30)]),  # 96 km further: apart
        ],
        dtype=object,
    )
    found = corridors(lines)
    assert len(found.points.longitude) == 7
    assert len(found.km) == 5
    assert found.km.sum() == pytest.approx(
        distance_km(100, 30, 102, 30) + distance_km(103, 30, 104, 30), rel=1e-4
    )
    assert found.dense.nearest_km(101.5, 30.0) == pytest.approx(0, abs=0.6)


def test_corridors_shorten_ways_that_follow_them(line: Fibre) -> None:
    graph = fibre_graph()
    path = np.array([shapely.LineString([(106.72, 26.58), (110.0, 27.5), (114.0, 28.0), (121.46, 31.22)])])
    joined = fibre_graph(corridors(path), 1.0)
    before, after = (path_km(g, xy(GUIYANG), xy(SHANGHAI))[0] for g in (graph, joined))
    assert distance_km(*GUIYANG, *SHANGHAI) < after < before


def test_railways_of_the_data_folder(rail: Corridors) -> None:
    assert 90_000 < rail.km.sum() < 110_000
    assert rail.dense.nearest_km(*BEIJING)[0] < 5
    assert rail.dense.nearest_km(91.1, 29.65)[0] > 700  # the layer is older than the railway to Lhasa


def test_railways_change_the_ways_little_on_average(rail: Corridors) -> None:
    """The graph's mean stretch is divided out, so what remains are single pairs."""
    assert 1 <= stretch(fibre_graph(rail, 1.2)) <= stretch(fibre_graph())


def test_fibre_points(rail: Corridors) -> None:
    cities, whole = fibre_points(), fibre_points(DATA)
    assert len(cities.longitude) == 40
    assert len(whole.longitude) == 40 + len(rail.dense.longitude)
    place = (117.0, 34.3)  # Xuzhou: a railway junction, no city of the graph
    assert cities.nearest_km(*place)[0] > 200
    assert whole.nearest_km(*place)[0] < 15


def test_no_layer_and_a_damaged_one(tmp_path: Path) -> None:
    assert rail_corridors(None) is None
    assert rail_corridors(tmp_path) is None
    path = tmp_path / RAIL
    path.parent.mkdir(parents=True)
    path.write_bytes((DATA / RAIL).read_bytes()[:5000])
    with pytest.raises(TableError, match="not the rail corridors that were expected"):
        rail_corridors(tmp_path)


def test_own_lines_in_another_projection(tmp_path: Path) -> None:
    path = tmp_path / "fibre.gpkg"
    lines = gpd.GeoSeries([shapely.LineString([(106, 26), (107, 27)])], crs="EPSG:4326")
    lines.to_crs("EPSG:3857").to_file(path)
    found = own_corridors(path, "geodata.network.fibre_file").points.longitude
    assert (found.min(), found.max()) == pytest.approx((106, 107))


def test_own_points_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "fibre.geojson"
    gpd.GeoSeries([shapely.Point(106, 26)], crs="EPSG:4326").to_file(path)
    with pytest.raises(TableError, match=r"geodata.network.fibre_file .*lines"):
        own_corridors(path, "geodata.network.fibre_file")


def test_own_tables_stand_in(tmp_path: Path) -> None:
    links = builtin("fibre_links")
    links.head(3).to_csv(tmp_path / "fibre_links.csv", index=False)
    assert fibre_graph(tables=tmp_path).links.nnz == 3
    links.head(1).assign(to_name="Nowhere").to_csv(tmp_path / "fibre_links.csv", index=False)
    with pytest.raises(TableError, match="found the city Nowhere, which fibre_cities does not hold"):
        fibre_graph(tables=tmp_path)
