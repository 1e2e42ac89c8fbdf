"""Files of futures: who has the last word on a key, what is refused in which words, values of any kind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from siting.futures.files import Uncertain, read_tree, read_uncertain
from siting.futures.sampling import draws, value_at
from siting.scenario import ScenarioError

TINY = Path(__file__).parents[2] / "scenarios" / "tiny.yaml"
SMALL = ["--set", "optim.hours.days_max=1", "--set", "optim.solve.workers=1"]
DEMAND = "geodata.demand.factor"
CUT = [{"of": "imported", "from_year": 2028, "factor": 0}]
CHIPS = {"key": "geodata.compute.supply_changes", "distribution": "choice", "values": [[], CUT]}


def written(folder: Path, data: object, name: str = "file.yaml") -> Path:
    path = folder / name
    path.write_text(
        data if isinstance(data, str) else yaml.safe_dump(data, sort_keys=False), encoding="utf-8"
    )
    return path


def tree_of(folder: Path, *branches: dict[str, Any], name: str = "tree.yaml") -> Path:
    return written(folder, {"decision_year": 2026, "branches": list(branches)}, name)


def uncertain_of(folder: Path, *figures: dict[str, Any]) -> Path:
    return written(folder, {"decision_year": 2026, "uncertain": list(figures)}, "uncertain.yaml")


def refused(read: Any, *arguments: Any) -> list[str]:
    with pytest.raises(ScenarioError) as told:
        read(*arguments)
    return str(told.value).splitlines()


@pytest.mark.parametrize(
    ("parent", "child", "expected"),
    [
        ({"times": 0.5}, {"set": 1.0}, ({DEMAND: 1.0}, {})),
        ({"times": 0.5}, {"times": 0.8}, ({}, {DEMAND: 0.8})),
        ({"set": 2.0}, {"times": 0.5}, ({}, {DEMAND: 0.5})),
        ({"set": 2.0}, {"set": 3.0}, ({DEMAND: 3.0}, {})),
        ({"times": 0.5}, {}, ({}, {DEMAND: 0.5})),
    ],
)
def test_the_last_branch_has_the_last_word_on_a_key(tmp_path: Path, parent, child, expected):
    above, below = ({how: {DEMAND: value} for how, value in change.items()} for change in (parent, child))
    inner = {"name": "b", "probability": 1.0, **below}
    path = tree_of(tmp_path, {"name": "a", "probability": 1.0, **above, "branches": [inner]})
    (draw,) = read_tree(path).draws()
    assert (draw.set, draw.times) == expected


def test_a_branch_that_sets_and_multiplies_one_key_is_refused(tmp_path: Path):
    inner = {"name": "b", "probability": 1.0, "set": {DEMAND: 1.0}, "times": {DEMAND: 2.0}}
    path = tree_of(tmp_path, {"name": "a", "probability": 1.0, "branches": [inner]})
    (told,) = refused(read_tree, path)
    assert told == f"{path}: branch b: found {DEMAND} in set and in times, expected it in one of them"


@pytest.mark.parametrize(("text", "found"), [("", "nothing"), ("- a\n", "a list"), ("word\n", "'word'")])
def test_a_file_that_is_no_mapping_says_which_keys_are_expected(tmp_path: Path, text: str, found: str):
    path = written(tmp_path, text)
    assert refused(read_tree, path) == [
        f"{path}: found {found}, expected the keys decision_year and branches (docs/futures.md)"
    ]
    assert refused(read_uncertain, [path]) == [
        f"{path}: found {found}, expected the keys uncertain (docs/futures.md)"
    ]


@pytest.mark.parametrize("number", [float("inf"), float("nan")])
def test_numbers_without_end_are_all_refused_in_one_message(tmp_path: Path, number: float):
    path = uncertain_of(
        tmp_path,
        {"key": "a", "low": 0.0, "high": number},
        {"key": "b", "distribution": "normal", "mean": number, "deviation": number},
        {"key": "c", "distribution": "choice", "values": [1, 2], "weights": [1.0, number]},
    )
    places = ("0.high", "1.mean", "1.deviation", "2.weights.1")
    assert refused(read_uncertain, [path]) == [
        f"{path}: key uncertain.{place}: found {number}, expected to be a finite number" for place in places
    ]


@pytest.mark.parametrize(
    ("figure", "message"),
    [
        ({"values": [1, 2], "weights": [0, 0]}, "found weights 0, 0, expected .* not all 0"),
        ({"values": [1, 2], "weights": [2, -1]}, "found weights 2, -1, expected .* none below 0"),
        ({"values": [1.0, "low"], "times": True}, r"found the values \['low'\] as factors"),
    ],
)
def test_choices_that_cannot_be_drawn(tmp_path: Path, figure: dict[str, Any], message: str):
    path = uncertain_of(tmp_path, {"key": "a", "distribution": "choice", **figure})
    with pytest.raises(ScenarioError, match=message):
        read_uncertain([path])


def test_a_name_that_stands_twice(tmp_path: Path):
    figures = [{"key": key, "name": "same", "low": 0.0, "high": 1.0} for key in ("a", "b")]
    path = uncertain_of(tmp_path, *figures)
    assert refused(read_uncertain, [path]) == [f"{path}: found same twice, expected each name once"]


def test_a_value_of_no_weight_is_never_drawn_and_thirds_are_exact():
    choice = Uncertain(key="k", distribution="choice", values=("a", "b", "c"), weights=(0.0, 1.0, 0.0))
    assert [value_at(choice, u) for u in (0.0, 0.5, 1.0)] == ["b"] * 3
    thirds = Uncertain(key="k", distribution="choice", values=("a", "b", "c"))
    assert [value_at(thirds, u) for u in (0.0, 1 / 3, 1 - 1 / 3, 1.0)] == ["a", "b", "c", "c"]


def test_lists_and_mappings_can_be_drawn():
    figure = Uncertain.model_validate(CHIPS)
    found = [draw.set[figure.key] for draw in draws((figure,), ("lhs", 2), seed=1)]
    assert sorted(map(len, found)) == [0, 1]
    assert CUT in found


@pytest.mark.slow
def test_futures_of_lists_are_planned_and_written(siting, tmp_path: Path):
    words = ["--sample", "lhs:2", "--uncertain", uncertain_of(tmp_path, CHIPS), *SMALL, "--out", "study"]
    done = siting("futures", TINY, *words, "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["keys_without_mean"] == [CHIPS["key"]]
    assert CUT in [future[CHIPS["key"]] for future in told["futures"]]
    assert "from_year" in (tmp_path / "study" / "futures.html").read_text(encoding="utf-8")
    table = pd.read_parquet(tmp_path / "study" / "futures.parquet")
    assert sorted(table[CHIPS["key"]]) == sorted(map(str, ([], CUT)))


@pytest.mark.slow
def test_points_of_lists_are_walked_and_written(siting, tmp_path: Path):
    path = uncertain_of(tmp_path, CHIPS)
    words = ["--uncertain", path, *SMALL, "--trajectories", "2", "--out", "found"]
    done = siting("sensitivity", TINY, *words)
    assert done.exit_code == 0, done.output
    points = pd.read_csv(tmp_path / "found" / "points.csv")
    assert set(points[CHIPS["key"]]) == {str([]), str(CUT)}
    assert (points["status"] == "ok").all()


@pytest.mark.slow
def test_unknown_keys_of_all_futures_are_told_with_file_and_future(siting, tmp_path: Path):
    item = "optim.costs.items"
    leaves = [{"name": n, "probability": 0.5, "set": {"geodata.demand.path": n}} for n in ("x", "y")]
    path = tree_of(
        tmp_path,
        {"name": "a", "probability": 0.25, "set": {"geodata.demand.facto": 2}},
        {"name": "b", "probability": 0.25, "times": {f"{item}.nosuch": 2, "geodata.demand.path": 2}},
        {"name": "c", "probability": 0.25, "set": {f"{item}.stafff_per_mw": 2}},
        {"name": "d", "probability": 0.25, "branches": leaves},
    )
    done = siting("futures", TINY, "--tree", path, *SMALL, "--out", "study")
    assert done.exit_code == 2
    assert done.stderr.removeprefix("siting: ").splitlines() == [
        f"{path}: future a: key geodata.demand.facto: unknown key; did you mean factor?",
        f"{path}: future b: key {item}.nosuch: the scenario has no such value; see `siting new` for all keys",
        f"{path}: future b: times geodata.demand.path: found 'central' in the scenario, expected a number to "
        "multiply",
        f"{path}: future c: key {item}.stafff_per_mw: no such cost item, expected one such as "
        f"{item}.staff_per_mw",
        f"{path}: futures d, x; d, y: key geodata.demand.path: found 'x', expected to be 'low', 'central' or "
        "'high'",
    ]


@pytest.mark.slow
def test_faults_of_tables_are_told_with_file_and_future(siting, tmp_path: Path):
    rules = [{"geodata.policy.numbers.NO-01": 1}, {"geodata.policy.numbers.NO-02": 1}]
    branches = [{"name": n, "probability": 0.5, "set": s} for n, s in zip("ab", rules, strict=True)]
    path = tree_of(tmp_path, *branches)
    done = siting("futures", TINY, "--tree", path, *SMALL, "--out", "study")
    assert done.exit_code == 2
    for name, rule in (("a", "NO-01"), ("b", "NO-02")):
        assert f"{path}: future {name}: geodata.policy: numbers: no rule {rule}" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("command", ["futures", "sensitivity"])
def test_values_that_cannot_be_are_blamed_on_their_file(siting, tmp_path: Path, command: str):
    path = uncertain_of(tmp_path, {"key": DEMAND, "low": 150.0, "high": 200.0})
    words = ["--sample", "lhs:2"] if command == "futures" else ["--trajectories", "2"]
    done = siting(command, TINY, *words, "--uncertain", path, *SMALL, "--out", "study")
    assert done.exit_code == 2
    assert done.stderr.startswith(f"siting: {path}: ")
    assert f"key {DEMAND}: found 1" in done.stderr
    assert "command line" not in done.stderr


@pytest.mark.slow
def test_keys_that_all_futures_set_are_blamed_on_their_file(siting, tmp_path: Path):
    data = {"decision_year": 2026, "set": {"geodata.demand.facto": 2}}
    path = written(tmp_path, data | {"branches": [{"name": "a", "probability": 1.0}]})
    done = siting("futures", TINY, "--tree", path, *SMALL, "--out", "study")
    assert done.exit_code == 2
    assert done.stderr == f"siting: {path}: key geodata.demand.facto: unknown key; did you mean factor?\n"
    done = siting("futures", TINY, "--tree", path, "--set", "geodata.demand.factr=2", "--out", "study")
    assert "command line: key geodata.demand.factr: unknown key" in done.stderr
