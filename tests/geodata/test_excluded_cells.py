"""Which rule rules out which cell: the bits agree with the counts, and with what the layers say."""

import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.cells.cells import Cells, CellSettings, cell_candidates
from geodata.cells.measure import excluded_cells, measure_cells
from geodata.cells.screening import Exclusion, rule_out
from geodata.layers.power_grid import Settings as PowerGridSettings
from geodata.schemas.excluded_cells import RULES_MAX, no_codes
from geodata.tables import DataWarning, ExcludedCells
from tests.geodata.test_cells import BOX, DATA, OFF


def asked(exclusions: dict, data: Path | None = None) -> Cells:
    """Return candidates of a box of 10 x 10 cells, warnings aside."""
    whole = {"resolution_deg": 0.1, "area": {"bbox": BOX}, "exclusions": exclusions}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        return cell_candidates(CellSettings.model_validate(whole), data)


def own(tmp_path: Path, **boxes: tuple[float, float, float, float]) -> dict:
    """Return settings with nothing but boxes of the user's that rule out."""
    layers = []
    for name, box in boxes.items():
        path = tmp_path / f"{name}.gpkg"
        gpd.GeoDataFrame(geometry=[shapely.box(*box)], crs=4326).to_file(path)
        layers.append({"file": str(path), "reason": name})
    return OFF | {"own": layers}


def counted(found: ExcludedCells, rules: int) -> tuple[list[int], list[int]]:
    """Return how many cells each rule rules out at all, and as the first: no force-included ones."""
    inside = found.codes[found.codes != found.void].astype(np.int64)
    free = inside >> rules & 1 == 1
    first = np.where(free, 0, inside & -inside)
    return (
        [int((inside >> rule & 1).sum()) for rule in range(rules)],
        [int((first == 1 << rule).sum()) for rule in range(rules)],
    )


def test_bits_of_a_world_by_hand(tmp_path: Path) -> None:
    """West rules out columns 0 to 4, north rows 0 and 1; one cell of both is force-included."""
    west, north, east, top = BOX
    rules = own(tmp_path, west=(west, north, west + 0.5, top), north=(west, top - 0.2, east, top))
    screen = asked(rules | {"force_include": [(west + 0.05, top - 0.05)]}).screen
    found = excluded_cells(screen)
    assert found is not None
    expected = np.zeros((10, 10), dtype=np.uint16)
    expected[:, :5] |= 1
    expected[:2] |= 2
    expected[0, 0] |= 4
    np.testing.assert_array_equal(found.codes, expected)
    assert found.codes.dtype == np.uint16
    assert (found.west, found.north, found.cell_deg) == pytest.approx((104.0, 37.0, 0.1))
    expected[0, 0] = 0
    np.testing.assert_array_equal(found.ruled(2), expected)
    assert counted(found, 2) == (list(screen.exclusions["all_count"]), list(screen.exclusions["first_count"]))


def test_a_force_excluded_cell_is_not_free_though_it_is_force_included(tmp_path: Path) -> None:
    at = [(104.05, 36.95)]
    screen = asked(OFF | {"force_include": at, "force_exclude": at}).screen
    found = excluded_cells(screen)
    assert found is not None
    assert found.codes[0, 0] == 1
    assert found.codes.sum() == 1


@pytest.mark.slow
def test_bits_agree_with_the_counts_of_the_layers() -> None:
    screen = asked({}, DATA).screen
    found, table = excluded_cells(screen), screen.exclusions
    assert found is not None
    assert counted(found, len(table)) == (list(table["all_count"]), list(table["first_count"]))
    np.testing.assert_array_equal((found.ruled(len(table)) == 0) & screen.area.inside, screen.free)
    assert table["all_count"].sum() > 0


def test_cells_outside_the_area_are_void(tmp_path: Path) -> None:
    area = tmp_path / "area.gpkg"
    gpd.GeoDataFrame(geometry=[shapely.Point(104.5, 36.5).buffer(0.4)], crs=4326).to_file(area)
    rules = own(tmp_path, west=(104.0, 36.0, 104.5, 37.0))
    whole = {"resolution_deg": 0.1, "area": {"file": str(area)}, "exclusions": rules}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        screen = cell_candidates(CellSettings.model_validate(whole), None).screen
    found = excluded_cells(screen)
    assert found is not None
    np.testing.assert_array_equal(found.codes == found.void, ~screen.area.inside)
    assert set(np.unique(found.ruled(1))) == {0, 1}


def test_more_rules_take_more_bits_and_too_many_are_told() -> None:
    shape = (2, 3)
    types = {
        rules: codes.dtype
        for rules in (1, 14, 15, RULES_MAX)
        if (codes := no_codes(shape, rules)) is not None
    }
    assert types == {1: np.uint16, 14: np.uint16, 15: np.uint32, RULES_MAX: np.uint32}
    assert no_codes(shape, RULES_MAX + 1) is None
    area = asked(OFF).screen.area
    every = [
        Exclusion(
            f"rule {k}", "all", "", lambda grid: (np.ones(grid.shape, bool), np.zeros(grid.shape, bool))
        )
        for k in range(RULES_MAX + 1)
    ]
    with pytest.warns(DataWarning, match="kept for at most 30 of them, found 31"):
        screen = rule_out(area, every, which=True)
    assert excluded_cells(screen) is None
    most = excluded_cells(rule_out(area, every[:RULES_MAX], which=True))
    assert most is not None
    assert np.unique(most.codes).tolist() == [2**RULES_MAX - 1]
    assert rule_out(area, every).ruled is None


def test_the_survey_keeps_none_without_raster_candidates() -> None:
    assert measure_cells(CellSettings(), PowerGridSettings(), None)[3] is None


def test_bits_do_not_depend_on_the_size_of_the_tiles(tmp_path: Path) -> None:
    area = asked(OFF).screen.area
    halves = [
        Exclusion("west", "", "", lambda grid: (grid.lonlat()[0] < 104.45, np.zeros(grid.shape, bool))),
        Exclusion("south", "", "", lambda grid: (grid.lonlat()[1] < 36.35, np.zeros(grid.shape, bool))),
    ]
    one, other = (rule_out(area, halves, tile=side, which=True).ruled for side in (3, 256))
    assert one is not None
    np.testing.assert_array_equal(one, other)
    assert pd.Series(one.ravel()).value_counts().to_dict() == {0: 6 * 7, 1: 4 * 7, 2: 6 * 3, 3: 4 * 3}
