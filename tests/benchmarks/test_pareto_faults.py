"""Folders of published problems that are wrong, endless or small, and options out of range."""

from __future__ import annotations

import json

import pytest

from benchmarks.pareto.__main__ import main


@pytest.fixture
def folder(tmp_path):
    """Return a folder of max x1, max x2 with x1 + x2 <= 10, both 0 or 1."""
    write(tmp_path, "a", ",1,2\n1,1,1\n")
    write(tmp_path, "b", ",1\n1,10\n")
    write(tmp_path, "c", ",1,2,sense\n1,1,0,max\n2,0,1,max\n")
    return tmp_path


@pytest.fixture
def line(folder):
    """Return the same with columns of any value from 0: the front is x1 + x2 = 10."""
    write(folder, "x", ",lower,upper,integer\n1,0,,0\n2,0,,0\n")
    return folder


def write(folder, name, text):
    (folder / f"{name}.csv").write_text(text, encoding="utf-8")


def publish(folder, *points):
    rows = "".join(f"{k},{x},{y}\n" for k, (x, y) in enumerate(points, 1))
    write(folder, "pareto_sols", f",1,2\n{rows}")


def run(capsys, folder, *more, code=0):
    assert main([str(folder), "--json", *more]) == code
    return json.loads(capsys.readouterr().out)


def fault(capsys, folder, *more):
    assert main([str(folder), "--json", *more]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("error: ")
    assert printed.err.count("\n") == 1
    return printed.err


def test_published_points_of_a_line_are_tested_though_the_grid_misses_them(line, capsys):
    publish(line, (10, 0), (1.2345, 8.7655), (3.3333333, 6.6666667), (0, 10))
    found = run(capsys, line, "--points", "4")
    assert found["method"] == "grid"
    assert (found["front_published"], found["front_missing"], found["front_more"]) == (4, 0, None)
    assert found["front_matches"] is True
    assert found["as_published"]


@pytest.mark.parametrize("wrong", [(999, 999), (5, 6), (5, 4.99), (10, -1)])
def test_a_published_point_out_of_reach_or_beaten_is_not_as_published(line, capsys, wrong):
    publish(line, (10, 0), wrong)
    found = run(capsys, line, "--points", "4", code=1)
    assert (found["front_missing"], found["front_matches"], found["as_published"]) == (1, False, False)


def test_published_points_of_a_mixed_problem_are_tested(folder, capsys):
    # max x1 + 2 x2 + 5 x3, 3 x1 + x2 over x1 + x2 + 3 x3 <= 4.5; x2 from 0 to 1, the others 0 or 1.
    write(folder, "a", ",1,2,3\n1,1,1,3\n")
    write(folder, "b", ",1\n1,4.5\n")
    write(folder, "c", ",1,2,3,sense\n1,1,2,5,max\n2,3,1,0,max\n")
    write(folder, "x", ",lower,upper,integer\n1,0,1,1\n2,0,1,0\n3,0,1,1\n")
    publish(folder, (7, 3.5), (3, 4))
    assert run(capsys, folder)["front_matches"] is True
    publish(folder, (7, 1), (1, 1))  # x1 = x3 = 1 and x2 = 0.5 beat both
    assert run(capsys, folder, code=1)["front_missing"] == 2


def test_a_point_beaten_but_for_rounding_of_the_other_goal_falls(line, capsys):
    # x1 is 10 at most: a hair above nothing is as good, and within rounding (10, 5) is there.
    write(line, "b", ",1\n1,15\n")
    write(line, "x", ",lower,upper,integer\n1,0,10,0\n2,0,,0\n")
    publish(line, (10.000001, 2))
    assert run(capsys, line, code=1)["front_missing"] == 1
    publish(line, (10.000001, 5))
    assert run(capsys, line)["front_missing"] == 0


def test_time_over_leaves_points_of_the_grid_and_published_ones_open(line, capsys):
    publish(line, (999, 999))
    found = run(capsys, line, "--seconds", "1e-9", code=1)
    assert found["timed_out"] == 98  # of 100 the ends are those of the payoff table
    assert (found["front_untested"], found["front_matches"]) == (1, None)
    assert not found["as_published"]


def test_a_goal_of_zeros_leaves_the_front_whole(folder, capsys):
    write(folder, "c", ",1,2,sense\n1,3,2,max\n2,0,0,max\n")
    publish(folder, (5, 0))
    found = run(capsys, folder)
    assert (found["method"], found["exact"], found["front_matches"]) == ("exact", True, True)


@pytest.mark.parametrize("integer", [0, 1])
def test_a_goal_without_end_is_told(folder, capsys, integer):
    write(folder, "a", ",1,2\n1,1,-1\n")
    write(folder, "x", f",lower,upper,integer\n1,0,,{integer}\n2,0,,{integer}\n")
    said = fault(capsys, folder)
    assert str(folder) in said
    assert "found no end of goal f1" in said


@pytest.mark.parametrize("integer", [0, 1])
def test_an_endless_goal_within_rows_that_nothing_meets_is_infeasible(folder, capsys, integer):
    write(folder, "a", ",1,2\n1,1,-1\n2,1,-1\n")
    write(folder, "b", ",1,sense\n1,4,>=\n2,3,<=\n")
    write(folder, "x", f",lower,upper,integer\n1,0,,{integer}\n2,0,,{integer}\n")
    assert main([str(folder)]) == 1
    assert capsys.readouterr().err.startswith("error: no plan meets")


def test_bounds_of_whole_columns_are_rounded_inwards(folder, capsys):
    write(folder, "b", ",1\n1,4\n")
    write(folder, "c", ",1,2,sense\n1,1,3,max\n2,3,1,max\n")
    write(folder, "x", ",lower,upper,integer\n1,0.5,2.5,1\n2,0.0,1.7,1\n")
    found = run(capsys, folder)
    assert (found["method"], found["front"]) == ("exact", [[5, 7]])  # x1 = 2, x2 = 1


def test_all_faults_of_columns_are_told_at_once(folder, capsys):
    write(folder, "x", ",lower,upper,integer\n1,3,1,1\n2,x,1,2\n")
    said = fault(capsys, folder)
    assert "x.csv: found 'x' in row 2, column lower, expected a number; " in said
    assert "; found integer 2 in row 2, expected 0 or 1; " in said
    assert "; found lower 3 and upper 1 in row 1, expected a whole number between them" in said


@pytest.mark.parametrize("row", ["0.2,0.8,1", "inf,inf,0", ",-inf,0", "2,1,0"])
def test_bounds_with_nothing_between_are_told(folder, capsys, row):
    write(folder, "x", f",lower,upper,integer\n1,{row}\n2,,inf,0\n")
    said = fault(capsys, folder)
    assert "x.csv: found lower " in said
    assert "in row 1, expected a" in said
    assert "row 2" not in said


def test_goals_of_small_factors_keep_their_digits(folder, capsys):
    write(folder, "a", ",1,2,3,4\n1,1,2,3,2\n")
    write(folder, "b", ",1\n1,4\n")
    write(folder, "c", ",1,2,3,4\n1,1e-07,2e-07,3e-07,1e-07\n2,3e-07,2e-07,1e-07,1e-07\n")
    publish(folder, (4e-7, 4e-7), (3e-7, 5e-7))
    found = run(capsys, folder)
    assert found["payoff"] == [[4e-07, 4e-07], [3e-07, 5e-07]]
    assert found["front"] == [[3e-07, 5e-07], [4e-07, 4e-07]]
    assert [goal["step"] for goal in found["goals"]] == [1e-07, 1e-07]
    assert found["front_matches"]
    publish(folder, (4e-7, 4e-7), (3e-7, 6e-7))
    assert not run(capsys, folder, code=1)["front_matches"]


@pytest.mark.parametrize(
    ("option", "value"),
    [("--seconds", "0"), ("--seconds", "-1"), ("--seconds", "nan"), ("--points", "0"), ("--points", "1")],
)
def test_options_out_of_range_are_told(folder, capsys, option, value):
    said = fault(capsys, folder, option, value, "--threads", "0")
    assert f"error: found {option} {value}, expected " in said
    assert "; found --threads 0, expected 1 or more" in said


def test_all_bad_cells_of_a_table_are_told(folder, capsys):
    write(folder, "a", ",1,2\n1,a,b\n2,,1\n")
    said = fault(capsys, folder)
    for found in ("'a' in row 1, column 1", "'b' in row 1, column 2", "no value in row 2, column 1"):
        assert f"found {found}, expected a number" in said


def test_ten_bad_cells_are_told_and_how_many_more_there_are(folder, capsys):
    write(folder, "a", ",1,2\n" + "".join(f"{k},x,1\n" for k in range(1, 14)))
    said = fault(capsys, folder)
    assert "row 10, column 1" in said
    assert "row 11" not in said
    assert said.endswith("; and 3 more\n")


def test_bad_cells_and_senses_of_a_table_are_told_together(folder, capsys):
    write(folder, "b", ",1,sense\n1,x,<\n2,5,=<\n")
    said = fault(capsys, folder)
    assert "found 'x' in row 1, column 1" in said
    assert "found sense '<' in row 1, expected <= or >= or =" in said
    assert "found sense '=<' in row 2" in said


def test_a_row_of_too_many_cells_is_told_in_one_line(folder, capsys):
    write(folder, "a", ",1,2\n1,3\n2,4,5,6\n")
    assert "a.csv: cannot be read as CSV" in fault(capsys, folder)
