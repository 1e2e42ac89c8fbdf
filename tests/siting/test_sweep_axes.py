"""Axes and designs: what is asked, and all that is wrong with it at once."""

from pathlib import Path

import pytest

from siting.scenario import ScenarioError, draft
from siting.sweeps.axes import check_points, points_of, read_axis

TINY = Path(__file__).parents[2] / "scenarios" / "tiny.yaml"
DEMAND, CARBON = "geodata.demand.factor", "optim.costs.items.carbon_cny_per_tco2"


def test_values_are_numbers_words_booleans_and_lists() -> None:
    assert read_axis(f"{DEMAND}=0.8,1").values == (0.8, 1)
    assert read_axis("geodata.grid.band=low,high").values == ("low", "high")
    assert read_axis("optim.supply.direct=true,false").values == (True, False)
    assert read_axis("optim.cooling.technologies=[liquid_dry],[liquid_dry, air_economiser]").values == (
        ["liquid_dry"],
        ["liquid_dry", "air_economiser"],
    )


def test_a_range_is_linear_or_by_its_logarithm() -> None:
    axis = read_axis(f"{CARBON}=1..100:log")
    assert (axis.ends, axis.is_log) == ((1.0, 100.0), True)
    assert read_axis(f"{DEMAND}=0.5..2").ends == (0.5, 2.0)


def test_a_grid_has_all_combinations_and_a_zip_pairs() -> None:
    texts = [f"{DEMAND}=1,2", f"{CARBON}=0,50"]
    assert [tuple(p.values()) for p in points_of(texts, "grid").points] == [(1, 0), (1, 50), (2, 0), (2, 50)]
    assert [tuple(p.values()) for p in points_of(texts, "zip").points] == [(1, 0), (2, 50)]


def test_each_alone_begins_with_the_scenario_itself() -> None:
    points = points_of([f"{DEMAND}=1,2", f"{CARBON}=50"], "each").points
    assert list(points) == [{}, {DEMAND: 1}, {DEMAND: 2}, {CARBON: 50}]


def test_a_latin_hypercube_has_one_point_in_each_part_of_each_axis_and_a_seed() -> None:
    texts = [f"{DEMAND}=0..1", f"{CARBON}=1..100:log"]
    points = points_of(texts, "sample", "lhs:20", seed=3).points
    assert sorted(int(20 * p[DEMAND]) for p in points) == list(range(20))
    assert sum(p[CARBON] < 10 for p in points) == 10
    assert points == points_of(texts, "sample", "lhs:20", seed=3).points
    assert points != points_of(texts, "sample", "lhs:20", seed=4).points


def test_a_table_has_a_row_a_point_and_an_empty_cell_leaves_the_scenario(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text(f"{DEMAND},geodata.grid.band\n0.5,low\n2,\n", encoding="utf-8")
    asked = points_of([], "file", file=path)
    assert list(asked.points) == [{DEMAND: 0.5, "geodata.grid.band": "low"}, {DEMAND: 2}]
    assert [axis.key for axis in asked.axes] == [DEMAND, "geodata.grid.band"]


WRONG = [
    ([], "grid", None, "at least one --axis"),
    (["a.b"], "grid", None, "expected KEY=V1,V2"),
    ([f"{DEMAND}=1,1"], "grid", None, "a value is given twice"),
    ([f"{DEMAND}=1", f"{DEMAND}=2"], "grid", None, "is given twice"),
    ([f"{DEMAND}=1,2", f"{CARBON}=1"], "zip", None, f"{DEMAND} has 2, {CARBON} has 1"),
    ([f"{DEMAND}=1..2"], "grid", None, "a range needs --sample"),
    (["geodata.grid.band=low,high"], "sample", "lhs:5", "needs the ends of a range"),
    ([f"{DEMAND}=1..2"], "sample", "sobol:5", "expected lhs:COUNT"),
    ([f"{DEMAND}=2..1"], "sample", "lhs:5", "LOW below HIGH"),
    ([f"{DEMAND}=0..1:log"], "sample", "lhs:5", "above 0"),
    (["geodata.grid.band=low..high"], "sample", "lhs:5", "expected two numbers"),
]


@pytest.mark.parametrize(("texts", "design", "sample", "told"), WRONG)
def test_what_is_wrong_with_axes_is_said(texts, design, sample, told) -> None:
    with pytest.raises(ScenarioError, match=told.replace("(", r"\(")):
        points_of(texts, design, sample)


def test_all_faults_of_axes_are_told_at_once() -> None:
    with pytest.raises(ScenarioError) as told:
        points_of(["a.b", f"{DEMAND}=1,1", f"{CARBON}=1..2"], "grid")
    assert len(str(told.value).splitlines()) == 3


def test_all_faults_of_keys_and_values_are_told_at_once() -> None:
    texts = [f"{DEMAND}=1,-1", "geodata.grid.bnad=low", "geodata.grid.band=lower", "maps.language=en,zh"]
    with pytest.raises(ScenarioError) as told:
        check_points(draft(TINY), points_of(texts, "grid"))
    text = str(told.value)
    assert f"--axis {DEMAND}: found -1, " in text
    assert "--axis geodata.grid.bnad: unknown key; did you mean band?" in text
    assert "--axis geodata.grid.band: found 'lower'" in text
    assert "--axis maps.language: changes no figure of a plan" in text
    assert len(text.splitlines()) == 4


def test_a_table_that_is_no_design_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text(f"{DEMAND}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="no rows"):
        points_of([], "file", file=path)
    with pytest.raises(ScenarioError, match="no file"):
        points_of([], "file", file=tmp_path / "other.csv")
    with pytest.raises(ScenarioError, match="no --axis beside it"):
        points_of([f"{DEMAND}=1"], "file", file=path)
