"""Critical values, effects and the order of points, worked out by hand."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from siting.sweeps.critical import critical_table, lines_of
from siting.sweeps.effects import effects_table
from siting.sweeps.refine import is_whole, midpoints
from siting.sweeps.run import short_way
from tests.siting.sweep_world import CARBON, DEMAND, record

BASE = {DEMAND: 1.0, CARBON: 0.0}


def solved(points: dict[str, dict[str, Any]], **statuses: str) -> dict[str, Any]:
    return {case: record(case, keys, statuses.get(case, "optimal")) for case, keys in points.items()}


def grid(demands: list[float], carbons: list[float]) -> dict[str, dict[str, Any]]:
    pairs = [(demand, carbon) for demand in demands for carbon in carbons]
    return {f"p{k}": {DEMAND: demand, CARBON: carbon} for k, (demand, carbon) in enumerate(pairs)}


def test_lines_hold_points_that_differ_in_one_axis_in_its_order() -> None:
    points = grid([2, 1], [0, 50])
    assert lines_of(points, DEMAND) == {
        f"{CARBON}=0": [("p2", 1), ("p0", 2)],
        f"{CARBON}=50": [("p3", 1), ("p1", 2)],
    }
    words = {"a": {"x": "low"}, "b": {"x": "high"}}
    assert lines_of(words, "x") == {"": [("a", "low"), ("b", "high")]}


def test_the_change_is_between_neighbours_that_have_an_answer() -> None:
    points = grid([1], [0, 45, 55, 100])
    table = critical_table(points, solved(points), 50.0)
    assert table[["level", "from_value", "to_value", "gained", "lost"]].to_numpy().tolist() == [
        ["province", 45, 55, "East", ""],
        ["site", 45, 55, "East-1", ""],
    ]
    table = critical_table(points, solved(points, p1="infeasible"), 50.0)
    assert table[["from_value", "to_value"]].to_numpy().tolist() == [[0, 55]] * 2
    assert critical_table(points, solved(points), 150.0).empty


def test_what_the_scenario_leaves_empty_comes_before_the_numbers() -> None:
    points = {"a": {"x": 3}, "b": {"x": None}, "c": {"x": 1}}
    assert lines_of(points, "x") == {"": [("b", None), ("c", 1), ("a", 3)]}


def test_middles_leave_out_what_is_no_number() -> None:
    points = {"p0": {}, "p1": {CARBON: 0.0}, "p2": {CARBON: 80.0}}
    told = midpoints(points, solved(points), {CARBON: None}, 50.0, 0.1)
    assert list(told.values()) == [{CARBON: 40.0}]
    assert midpoints({"p0": {}}, solved({"p0": {}}), {CARBON: None}, 50.0, 0.1) == {}


def moving(key: str, values: list[float]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return points of a key between each two of which provinces change, and their records."""
    points = {f"p{k}": {key: value} for k, value in enumerate(values)}
    carbon = {case: {CARBON: 100 * (k % 2)} for k, case in enumerate(points)}
    return points, solved(carbon)


def test_middles_of_whole_numbers_are_whole_and_end_at_neighbours() -> None:
    key = "optim.hours.days_max"
    (told,) = midpoints(*moving(key, [1, 4]), {key: 2}, 50.0, 0.2).values()
    assert (told, type(told[key])) == ({key: 2}, int)
    assert midpoints(*moving(key, [1, 2]), {key: 1}, 50.0, 0.2) == {}
    assert list(midpoints(*moving(key, [1.0, 4.0]), {key: 2}, 50.0, 0.2).values()) == [{key: 2}]


def test_whole_values_of_a_key_of_fractions_have_fractions_between() -> None:
    assert list(midpoints(*moving(DEMAND, [1, 4]), {DEMAND: 1}, 50.0, 0.2).values()) == [{DEMAND: 2.5}]


@pytest.mark.parametrize(
    ("key", "whole"),
    [
        ("geodata.cells.per_block_count_max", True),  # int | None
        (DEMAND, False),
        (CARBON, False),
        ("geodata.policy.numbers.GRN-01", False),
        ("optim.budgets.carbon_max_mt", False),
        ("optim.supply.battery", False),
        ("no.such", False),
    ],
)
def test_the_kind_of_a_key_is_that_of_its_field(key: str, whole: bool) -> None:
    assert is_whole(key) is whole


def test_a_number_is_one_value_however_it_is_written() -> None:
    points = {"p0": {DEMAND: 1}, "p1": {DEMAND: 1.0}, "p2": {DEMAND: 2}}
    table = effects_table(points, solved(points), {DEMAND: 1.0}, "file")
    assert table.to_numpy().tolist() == [[DEMAND, 1, 100.0, 2, 200.0, "mean"]]


def test_effects_of_a_grid_are_means_widest_first() -> None:
    points = grid([1, 2], [0, 50])
    table = effects_table(points, solved(points), BASE, "grid")
    assert table.to_numpy().tolist() == [
        [DEMAND, 1, 125.0, 2, 225.0, "mean"],
        [CARBON, 0, 150.0, 50, 200.0, "mean"],
    ]


def test_effects_of_a_sample_are_those_of_the_plane() -> None:
    points = {
        f"p{k}": {DEMAND: d, CARBON: c}
        for k, (d, c) in enumerate([(1, 5), (2, 40), (3, 0), (1.5, 20), (2.5, 30)])
    }
    table = effects_table(points, solved(points), BASE, "sample").set_index("axis")
    assert table.loc[DEMAND, "high"] - table.loc[DEMAND, "low"] == pytest.approx(100 * (3 - 1))
    assert table.loc[CARBON, "high"] - table.loc[CARBON, "low"] == pytest.approx(40)
    assert set(table["basis"]) == {"plane"}


def test_effects_of_values_alone_leave_the_others_as_they_are() -> None:
    points = {"p0": {}, "p1": {DEMAND: 3}, "p2": {CARBON: 30}, "p3": {CARBON: 10}}
    table = effects_table(points, solved(points), BASE, "each")
    assert table.to_numpy().tolist() == [
        [DEMAND, 1.0, 100.0, 3, 300.0, "alone"],
        [CARBON, 0.0, 100.0, 30, 130.0, "alone"],
    ]


def test_axes_that_move_together_have_no_effect_of_their_own() -> None:
    points = grid([1, 2], [0])
    assert effects_table(points, solved(points), BASE, "zip").empty
    assert effects_table(points, {}, BASE, "grid").empty


def test_the_way_changes_least_what_is_dear() -> None:
    """The number of a rule touches rows of plants, demand the master alone."""
    rule = "geodata.policy.numbers.GRN-01"
    points = {f"{d}{g}": {DEMAND: d, rule: g} for d in (1, 2, 3) for g in (0.5, 0.8)}
    order = [points[case][rule] for case in short_way(points, list(points), {})]
    assert sum(one != other for one, other in pairwise(order)) == 1
