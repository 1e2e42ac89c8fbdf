"""Published multi-objective problems come out as published; bad folders are named in one line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from benchmarks.pareto.__main__ import main

SHARED = Path(__file__).parents[3] / "shared" / "data" / "benchmarks"
ENERGY, KNAPSACK = SHARED / "moo_energy_lp", SHARED / "moo_2kp50"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared benchmark folders")


def run(capsys, folder, *more, code=0):
    assert main([str(folder), "--json", *more]) == code
    printed = capsys.readouterr()
    assert printed.err == ""
    return json.loads(printed.out)


def fault(capsys, folder):
    assert main([str(folder), "--json"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("error: ")
    assert printed.err.count("\n") == 1
    return printed.err


@pytest.fixture
def small(tmp_path):
    """Return a folder of a knapsack with room for two of four items, and three goals."""
    write(tmp_path, "a", ",1,2,3,4\n1,1,1,1,1\n")
    write(tmp_path, "b", ",1\n1,2.5\n")
    write(tmp_path, "c", ",1,2,3,4\n1,5,3,1,0\n2,0,3,5,1\n3,1,0,1,5\n")
    return tmp_path


def write(folder, name, text):
    (folder / f"{name}.csv").write_text(text, encoding="utf-8")


@needs_shared
@pytest.mark.slow
def test_whole_published_front_of_two_knapsacks(capsys):
    found = run(capsys, KNAPSACK)
    assert found["front_matches"]
    assert found["payoff_matches"]
    assert found["exact"]
    assert (found["points"], found["front_published"], found["solves"]) == (35, 35, 38)
    assert found["as_published"]


@needs_shared
def test_published_payoff_of_the_energy_programme(capsys):
    found = run(capsys, ENERGY)
    numbers = [value for row in found["payoff"] for value in row]
    assert numbers == pytest.approx(
        [3075000, 62460, 33000, 3855000, 45180, 37000, 3225000, 55260, 23000], rel=1e-7
    )
    assert found["payoff_matches"]
    assert {goal["sense"] for goal in found["goals"]} == {"min"}
    assert found["method"] == "grid"
    assert found["proven"] > 10


@needs_shared
def test_words_with_other_numbers_are_another_model(tmp_path, capsys):
    folder = shutil.copytree(ENERGY, tmp_path / "other")
    text = (folder / "SOURCES.md").read_text(encoding="utf-8")
    (folder / "SOURCES.md").unlink()
    (folder / "SOURCES.md").write_text(text.replace("Unit cost 30,", "Unit cost 31,"), encoding="utf-8")
    found = run(capsys, folder, code=1)
    assert found["payoff"][0][0] == pytest.approx(3075000 + 31000)
    assert not found["payoff_matches"]
    assert not found["as_published"]


def test_three_goals_without_anything_published(small, capsys):
    found = run(capsys, small)
    assert found["senses_from"] == "the custom of the format"
    assert found["front_matches"] is None
    points = {tuple(point) for point in found["front"]}
    assert points == {(8, 3, 1), (6, 5, 2), (5, 1, 6), (4, 8, 1), (3, 4, 5), (1, 6, 6)}


def test_a_front_with_a_point_too_few_or_too_many_is_told(small, capsys):
    rows = ["8,3,1", "6,5,2", "5,1,6", "4,8,1", "3,4,5", "1,6,6"]
    for published, code, lost, more in ((rows, 0, 0, 0), (rows[1:], 1, 0, 1), ([*rows, "9,9,9"], 1, 1, 0)):
        write(small, "pareto_sols", ",1,2,3\n" + "".join(f"{k},{row}\n" for k, row in enumerate(published)))
        found = run(capsys, small, code=code)
        assert (found["front_missing"], found["front_more"]) == (lost, more)


def test_payoff_tells_which_goals_are_to_be_small(small, capsys):
    write(small, "payoff_table", ",1,2,3\n1,8,3,1\n2,4,8,1\n3,0,0,0\n")
    found = run(capsys, small, code=1)
    assert [goal["sense"] for goal in found["goals"]] == ["max", "max", "min"]
    assert not found["payoff_matches"]


def test_files_may_tell_senses_bounds_and_whole_columns(small, capsys):
    # min cost and max output, at least two pieces; a column that is not whole takes the goal off the grid.
    write(small, "b", ",1,sense\n1,2,>=\n")
    write(small, "c", ",1,2,3,4,sense\n1,5,3,1,0,min\n2,0,3,5,1,max\n")
    found = run(capsys, small)
    assert [goal["sense"] for goal in found["goals"]] == ["min", "max"]
    assert (found["method"], found["senses_from"]) == ("exact", "c.csv")
    assert {tuple(point) for point in found["front"]} == {(1, 6), (4, 9)}
    write(small, "x", ",lower,upper,integer\n1,0,1,1\n2,0,1,1\n3,0,1,0\n4,0,1,1\n")
    assert run(capsys, small, "--points", "5")["method"] == "grid"


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a", ",1,2,3,4\n1,1,1,x,1\n", "found 'x' in row 1, column 3, expected a number"),
        ("a", ",1,2,3\n1,1,1,1\n", "found 4 columns, expected 3, as many as a.csv has columns"),
        ("b", ",1\n1,2\n2,3\n", "found 2 rows, expected 1, as many as a.csv has rows"),
        ("b", ",1,sense\n1,2,<\n", "found sense '<' in row 1, expected <= or >= or ="),
        ("c", "", "cannot be read as CSV"),
        ("payoff_table", ",1,2,3\n1,8,3,1\n", "found 1 x 3 numbers, expected 3 x 3"),
        ("pareto_sols", ",1,2\n1,8,3\n", "found 2 columns, expected 3, as many as there are goals"),
        ("x", ",lower,upper\n1,0,1\n", "found no column integer"),
    ],
)
def test_what_is_wrong_in_a_folder_is_told(small, capsys, name, text, told):
    write(small, name, text)
    said = fault(capsys, small)
    assert f"{name}.csv" in said
    assert told in said


def test_a_folder_of_neither_format_is_told(tmp_path, capsys):
    assert "found neither a.csv" in fault(capsys, tmp_path)
    assert "there is no such folder" in fault(capsys, tmp_path / "none")
    write(tmp_path, "expected_payoff", "first,cost\ncost,1\n")
    assert "cannot be read" in fault(capsys, tmp_path)
    (tmp_path / "SOURCES.md").write_text("A model of something else.", encoding="utf-8")
    assert "found 0 fuels" in fault(capsys, tmp_path)


def test_no_feasible_solution_is_told(small, capsys):
    write(small, "b", ",1,sense\n1,9,>=\n")
    assert main([str(small)]) == 1
    assert capsys.readouterr().err.startswith("error: no plan meets")
