"""Raster candidates: a hand-made world, properties of the choice, and China from the data folder."""

import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from pyproj import Geod

from geodata.candidates import PLACE
from geodata.cells.cells import Cells, CellSettings, cell_candidates
from geodata.cells.names import find_regions, name_cells
from geodata.cells.representatives import choose, find_blocks
from geodata.cells.scores import MEASURES, measure_scores, rank_cells, room_km
from geodata.cells.scores import Settings as ScoreSettings
from geodata.cells.target_grid import Grid, grid_over
from geodata.tables import DataWarning, TableError

DATA = Path(__file__).parents[2].parent / "shared" / "data"
GEOD = Geod(ellps="WGS84")
BOX = (104.0, 36.0, 105.0, 37.0)
OFF = dict.fromkeys(
    (
        "elevation_max_m",
        "relief_max_m",
        "built_up_max_persons_per_km2",
        "water_min_km",
        "fault_min_km",
        "grid_max_km",
        "fibre_max_km",
    )
) | {"cover_codes": ()}
STATIONS = pd.DataFrame({"longitude": [104.25], "latitude": [36.75]})


def quiet(changed: dict, data: Path | None = None, substations: pd.DataFrame | None = None) -> Cells:
    """Return candidates of a box of 10 x 10 cells, warnings aside."""
    exclusions = OFF | changed.pop("exclusions", {})
    whole = {"resolution_deg": 0.1, "area": {"bbox": BOX}, "spacing_km": 0.0, "exclusions": exclusions}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        return cell_candidates(CellSettings.model_validate(whole | changed), data, substations)


def parks(tmp_path: Path, *boxes: shapely.Polygon) -> dict:
    path = tmp_path / "parks.gpkg"
    gpd.GeoDataFrame(geometry=list(boxes), crs=4326).to_file(path)
    return {"own": [{"file": str(path), "reason": "park"}]}


def test_a_world_by_hand(tmp_path: Path) -> None:
    """Two blocks, west and east of a park; the eastern one holds a lone cell that is cut off."""
    wall, around = shapely.box(104.4, 36, 104.6, 37), shapely.box(104.8, 36.8, 105, 37)
    cut = shapely.box(104.9, 36.9, 105, 37)
    own = parks(tmp_path, wall, around - cut)
    cells = quiet({"exclusions": own, "block_min_km2": 150.0, "per_province_count_max": None})
    table = cells.blocks.set_index("block")
    assert sorted(table["cells_count"]) == [1, 36, 40]
    assert list(cells.exclusions["first_count"]) == [23]
    assert list(cells.totals["cells_count"]) == [100, 77, 76]
    assert cells.totals["km2"].iloc[0] == pytest.approx(_km2(*BOX), rel=1e-6)
    assert table["km2"].sum() == pytest.approx(cells.totals["km2"].iloc[1])
    assert list(table["large_enough"][table["cells_count"] == 1]) == [False]
    assert len(cells.places) == 76
    assert cells.places["site_id"].is_unique
    assert "cell-36.95n-104.95e" not in set(cells.places["site_id"])


def _km2(west: float, south: float, east: float, north: float) -> float:
    ring = shapely.segmentize(shapely.box(west, south, east, north), 0.001)
    return float(abs(GEOD.geometry_area_perimeter(ring)[0])) / 1e6


def test_the_best_of_equal_cells_is_in_the_middle() -> None:
    cells = quiet({"count_max": 1})
    assert list(cells.places["site_id"]) == [
        "cell-36.55n-104.45e"
    ]  # one of the middle four, from the north-west
    assert cells.measures["room_km"].iloc[0] == pytest.approx(4.5 * 11.12)


def test_near_a_substation_is_better() -> None:
    cells = quiet({"count_max": 3, "score": {"room_share": 0}}, None, STATIONS)
    assert cells.places["site_id"].iloc[0] == "cell-36.75n-104.25e"
    assert cells.measures["grid_km"].iloc[0] == pytest.approx(0, abs=1e-6)
    assert cells.places["score"].iloc[0] == 1


def test_places_have_the_columns_of_candidates() -> None:
    cells = quiet({"count_max": 5}, DATA)
    assert list(cells.places.columns) == [*PLACE, "block", "block_km2", "score"]
    first = cells.places.iloc[0]
    assert first["kind"] == "cell"
    assert first["province"] in ("Gansu", "Ningxia")
    assert first["name_en"].startswith(first["prefecture"] + " 36.")
    assert first["cluster_id"] == ""
    assert set(cells.places["confidence"]) <= {"medium", "low"}
    assert list(cells.measures.index) == list(cells.places["site_id"])


def test_the_score_can_be_worked_out_from_the_measures() -> None:
    cells = quiet({"per_province_count_max": None}, DATA)
    table, shares = cells.measures, ScoreSettings().shares()
    assert len(table) == 100
    for name in ("grid_km", "temperature_mean_c", "ghi_kwh_per_m2"):
        sign = -1 if name != "ghi_kwh_per_m2" else 1
        worse = [
            (sign * table[name] < sign * v).sum() + ((table[name] == v).sum() - 1) / 2 for v in table[name]
        ]
        np.testing.assert_allclose(table[f"rank_{name}"], np.array(worse) / 99)
    expected = sum(share * table[f"rank_{name}"] for name, share in shares.items()) / sum(shares.values())
    np.testing.assert_allclose(table["score"], expected)
    assert table["score"].is_monotonic_decreasing


def test_measures_agree_with_the_survey_of_a_seat() -> None:
    at = np.array([105.18]), np.array([37.52])
    found = measure_scores(*at, DATA, STATIONS, STATIONS.iloc[:0]).iloc[0]
    assert found["temperature_mean_c"] == pytest.approx(9.5, abs=1.5)  # Zhongwei
    assert found["ghi_kwh_per_m2"] == pytest.approx(1600, abs=150)
    assert found["grid_km"] == pytest.approx(GEOD.inv(104.25, 36.75, 105.18, 37.52)[2] / 1000, rel=1e-5)
    assert np.isnan(found["fibre_km"])


def test_unknown_figures_are_told_and_left_out() -> None:
    text = told({"exclusions": OFF | {"grid_max_km": 50}})
    assert "not applied, since their layers are not there: grid" in text
    assert "left out of the score: grid_km, fibre_km, temperature_mean_c, ghi_kwh_per_m2" in text
    assert "takes those of the nearest built-in place" in text
    cells = quiet({"exclusions": {"grid_max_km": 50}})
    assert set(cells.places["confidence"]) == {"low"}
    assert not cells.exclusions["applied"].any()
    assert list(cells.measures.columns)[-2:] == ["rank_room_km", "score"]


def test_a_figure_that_one_cell_lacks_ranks_it_last() -> None:
    table = pd.DataFrame({name: [1.0, 2.0, 3.0, np.nan] for name in MEASURES})
    ranks = rank_cells(table, ScoreSettings())
    assert list(ranks["rank_grid_km"]) == [1, 0.5, 0, 0]
    assert list(ranks["rank_ghi_kwh_per_m2"]) == [0, 0.5, 1, 0]


def test_forced_places(tmp_path: Path) -> None:
    own = parks(tmp_path, shapely.box(*BOX))
    nothing = quiet({"exclusions": own})
    assert nothing.places.empty
    assert list(nothing.places.columns) == [*PLACE, "block", "block_km2", "score"]
    both = own | {"force_include": [[104.12, 36.34], [104.95, 36.95]], "force_exclude": [[104.95, 36.95]]}
    cells = quiet({"exclusions": both, "block_min_km2": 1e6})
    assert list(cells.places["site_id"]) == ["cell-36.35n-104.15e"]
    assert cells.screen.free.sum() == 1


def test_forced_places_come_first_and_others_keep_away() -> None:
    points = [[104.05, 36.05], [104.15, 36.05], [104.951, 36.949]]
    cells = quiet({"exclusions": {"force_include": points}, "spacing_km": 30.0, "count_max": 5})
    first = ["cell-36.95n-104.95e", "cell-36.05n-104.05e", "cell-36.05n-104.15e"]
    assert list(cells.places["site_id"].iloc[:3]) == first
    others = cells.places.iloc[3:]
    for _, place in others.iterrows():
        away = cells.places[cells.places["site_id"] != place["site_id"]]
        assert _km(place, away).min() >= 30


def _km(place: pd.Series, others: pd.DataFrame) -> np.ndarray:
    lon, lat = np.full(len(others), place["longitude"]), np.full(len(others), place["latitude"])
    return GEOD.inv(lon, lat, others["longitude"].to_numpy(), others["latitude"].to_numpy())[2] / 1000


def told(changed: dict, data: Path | None = None) -> str:
    """Return all warnings of candidates of a box, in one text."""
    whole = {"resolution_deg": 0.1, "area": {"bbox": BOX}, "exclusions": OFF} | changed
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", DataWarning)
        cell_candidates(CellSettings.model_validate(whole), data)
    return " | ".join(str(w.message) for w in caught)


def test_forced_places_outside_are_told() -> None:
    text = told({"exclusions": OFF | {"force_include": [[120.0, 30.0], [104.5, 36.5]]}})
    assert "force_include: 1 points lie outside the area and are left out" in text


def test_no_free_cell_is_told(tmp_path: Path) -> None:
    text = told({"exclusions": OFF | parks(tmp_path, shapely.box(*BOX))})
    assert "no cell is free in a block that is large enough: no candidates" in text


def test_finer_cells_than_a_layer_are_told_once_a_layer() -> None:
    three = OFF | {"elevation_max_m": 3000, "relief_max_m": 500, "cover_codes": (20,)}
    texts = [
        t for t in told({"resolution_deg": 0.05, "exclusions": three}, DATA).split(" | ") if "finer" in t
    ]
    assert len(texts) == 2
    assert "0.05 degrees are finer than the layer that decides on elevation and relief" in texts[0]
    assert (
        "land_cover: land/land-cover-20min/glcnmo_land_cover_20min_cn_cog.tif has cells of 0.3333" in texts[1]
    )


def cells_of(free: np.ndarray, grid: Grid, seed: int) -> pd.DataFrame:
    row, column = np.nonzero(free)
    x, y = grid.centres()
    score = np.random.default_rng(seed).random(len(row))
    blocks = find_blocks(free, grid, 0)
    return pd.DataFrame(
        {"longitude": x[column], "latitude": y[row], "score": score, "block": blocks.number[row, column]}
    ).assign(province=lambda t: np.where(t["longitude"] > 104.5, "east", "west"))


@given(
    seed=st.integers(0, 2**30),
    spacing=st.floats(0, 120),
    most=st.integers(1, 9),
    north=st.sampled_from([200, 500]),
)
@settings(max_examples=40, deadline=None)
def test_spacing_holds_and_limits_too(seed: int, spacing: float, most: int, north: int) -> None:
    grid = Grid("EPSG:4326", 0.1, 1040, north, 12, 10)
    cells = cells_of(np.random.default_rng(seed).random(grid.shape) < 0.6, grid, seed)
    rows = choose(cells, np.array([], dtype=int), spacing, 20, {"block": most, "province": 7})
    chosen = cells.iloc[rows]
    assert len(chosen) <= 20
    assert chosen["block"].value_counts().max() <= most
    assert chosen["province"].value_counts().max() <= 7
    assert chosen["score"].is_monotonic_decreasing
    for i in range(len(chosen)):
        others = chosen.drop(index=chosen.index[i])
        assert (_km(chosen.iloc[i], others) >= spacing).all()
    if len(chosen) < 20:  # whatever was passed over had a reason
        count = {c: chosen[c].value_counts() for c in ("block", "province")}
        for _, cell in cells.drop(index=chosen.index).iterrows():
            full = (
                count["block"].get(cell["block"], 0) >= most
                or count["province"].get(cell["province"], 0) >= 7
            )
            assert full or (_km(cell, chosen) < spacing * (1 + 1e-4)).any()


def test_corners_do_not_join_blocks() -> None:
    free = np.array([[1, 0, 1], [0, 1, 1], [1, 0, 0]], dtype=bool)
    blocks = find_blocks(free, Grid("EPSG:4326", 0.1, 1000, 300, 3, 3), 200)
    assert sorted(blocks.table["cells_count"]) == [1, 1, 3]
    assert list(blocks.table["large_enough"]) == [False, True, False]
    assert find_blocks(np.zeros((3, 3), dtype=bool), Grid("EPSG:4326", 0.1, 1000, 300, 3, 3), 1).table.empty


def test_room_is_counted_to_the_nearest_cell_that_is_not_free() -> None:
    free = np.ones((5, 5), dtype=bool)
    free[0, 0] = False
    room = room_km(free, Grid("EPSG:4326", 0.1, 1000, 300, 5, 5)) / 11.12
    assert room[2, 2] == pytest.approx(1.5)
    assert room[4, 4] == pytest.approx(0.5)
    assert room[0, 0] == 0


@pytest.mark.parametrize(
    ("side", "lon", "lat", "expected"),
    [
        (0.05, 105.225, 37.475, "cell-37.475n-105.225e"),
        (0.02, 105.21, 37.47, "cell-37.47n-105.21e"),
        (0.25, 105.125, 37.375, "cell-37.375n-105.125e"),
        (1.0, 105.5, 37.5, "cell-37.50n-105.50e"),
        (0.005, 105.0025, 37.0075, "cell-37.0075n-105.0025e"),
    ],
)
def test_ids_are_the_middle_of_the_cell(side: float, lon: float, lat: float, expected: str) -> None:
    where = {"longitude": [lon], "latitude": [lat], "province": "Ningxia", "prefecture": "Zhongwei"}
    named = name_cells(pd.DataFrame(where | {"prefecture_zh": "中卫市"}), side).iloc[0]
    assert named["site_id"] == expected
    assert named["name_zh"].startswith("中卫 ")
    assert named["pinyin"].startswith("zhongwei37")
    assert named["pinyin"].isalnum()


def test_ids_differ_at_any_resolution() -> None:
    for side in (0.01, 0.013, 1 / 12, 0.03):
        grid = grid_over((104, 36, 104.7, 36.5), "EPSG:4326", side)
        lon, lat = (v.ravel() for v in grid.lonlat())
        table = pd.DataFrame({"longitude": lon, "latitude": lat, "province": "Gansu", "prefecture": "Baiyin"})
        named = name_cells(table.assign(prefecture_zh="白银市"), side)
        assert named["site_id"].is_unique
        assert named["name_en"].is_unique


def test_regions_come_from_the_boundary_layer() -> None:
    found = find_regions(np.array([105.2, 114.17]), np.array([37.5, 22.32]), DATA)
    assert list(found["prefecture"]) == ["Zhongwei", ""]  # Hong Kong is no demand zone
    assert found["located"].all()


@pytest.mark.slow
def test_cells_beyond_the_zones_are_told() -> None:
    delta = {"area": {"bbox": (113.9, 22.2, 114.4, 22.7)}}
    assert "free cells lie in no demand zone and are left out" in told(delta, DATA)
    assert set(quiet(delta, DATA).places["province"]) == {"Guangdong"}


def test_unusable_settings_are_refused() -> None:
    for wrong in (
        {"resolution_deg": 0},
        {"spacing_km": -1},
        {"count_max": 0},
        {"score": dict.fromkeys(ScoreSettings.model_fields, 0)},
        {"unknown": 1},
    ):
        with pytest.raises(ValidationError):
            CellSettings.model_validate(wrong)


@pytest.fixture(scope="module")
def china() -> Cells:
    """Give the candidates of all China at a quarter of a degree."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        return cell_candidates(CellSettings(resolution_deg=0.25), DATA)


def test_china_closes(china: Cells) -> None:
    assert china.exclusions["applied"].all()
    table, totals = china.exclusions, china.totals.set_index("cells")
    assert table["first_count"].sum() + totals["cells_count"]["free"] == totals["cells_count"]["inside"]
    assert table["first_km2"].sum() + totals["km2"]["free"] == pytest.approx(totals["km2"]["inside"])
    assert china.blocks["candidates_count"].sum() == len(china.places)
    assert 0.1 < totals["km2"]["free"] / totals["km2"]["inside"] < 0.5


def test_china_is_spread(china: Cells) -> None:
    counts = china.places["province"].value_counts()
    assert counts.max() <= 10
    assert len(counts) >= 25
    assert china.places["site_id"].is_unique
    nearest = [_km(p, china.places.drop(index=i)).min() for i, p in china.places.iterrows()]
    assert min(nearest) >= 25
    assert not china.measures[["grid_km", "fibre_km"]].isna().to_numpy().any()
    assert (china.measures[["grid_km", "fibre_km"]] <= 50).to_numpy().all()


@pytest.mark.slow
def test_the_same_settings_give_the_same_cells(china: Cells) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        again = cell_candidates(CellSettings(resolution_deg=0.25), DATA)
    pd.testing.assert_frame_equal(again.places, china.places)


def test_an_unusable_layer_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "slope.tif").write_bytes(b"II*")
    with pytest.raises(TableError, match=r"slope.tif: not a readable raster"):
        quiet({"exclusions": {"slope_file": str(tmp_path / "slope.tif")}})
