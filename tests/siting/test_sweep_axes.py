"""Axes and designs: what is asked, and all that is wrong with it at once."""

from pathlib import Path

import pytest

from siting.scenario import ScenarioError, draft
from siting.sweeps.axes import points_of
from siting.sweeps.axis_text import read_axis
from siting.sweeps.checks import check_points, check_scheduler_address, checked_points
from siting.values import as_text, identity

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
    ([f"{DEMAND}=1..2"], "sample", "lhs:0", "--sample lhs:0: found 0 points, expected 1 to 100000"),
    ([f"{DEMAND}=1..2"], "sample", "lhs:100001", "found 100001 points, expected 1 to 100000"),
    ([f"{DEMAND}=1,1.0"], "grid", None, "a value is given twice"),
    (["a.b=[1],[1.0]"], "grid", None, "a value is given twice"),
    (["a.b=2026-13-45"], "grid", None, "is not a list of YAML values"),
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


def faults(texts: list[str], design: str = "grid", sample: str | None = None, file: Path | None = None):
    """Return the lines that axes or a table are refused with."""
    with pytest.raises(ScenarioError) as told:
        check_points(draft(TINY), checked_points(draft(TINY), texts, design, sample, file))
    return str(told.value).splitlines()


def test_values_are_told_apart_as_a_scenario_tells_them_apart() -> None:
    assert read_axis("a.b=1,true,'1'").values == (1, True, "1")
    assert identity({"a": 1}) == identity({"a": 1.0}) != identity({"a": True})
    assert as_text({"a": ["b", 1]}) == "{a: [b, 1]}"


def test_a_faulty_axis_is_no_missing_one() -> None:
    assert faults(["a.b"]) == ["--axis a.b: expected KEY=V1,V2,... or KEY=LOW..HIGH"]


def test_a_range_is_no_axis_without_values() -> None:
    told = faults([f"{DEMAND}=1,2", f"{CARBON}=1..2"], "zip")
    assert len(told) == 1
    assert "a range needs --sample" in told[0]


def test_a_fault_in_one_axis_does_not_hide_those_of_the_others() -> None:
    told = faults(["a.b", "geodata.grid.bnad=low", f"{DEMAND}=-1..2"])
    assert [line.split(": ")[0] for line in told] == [
        "--axis a.b",
        f"--axis {DEMAND}",
        "--axis geodata.grid.bnad",
        f"--axis {DEMAND}",
    ]
    assert "unknown key; did you mean band?" in told[2]
    assert "found -1.0" in told[3]


def test_an_axis_that_is_wrong_is_not_blamed_on_the_scenario() -> None:
    (told,) = faults(["需求.factor=1,2"])
    assert told.startswith("--axis 需求.factor: key 需求: unknown key; known here: name, ")
    told = faults(["optim.cooling.technologies=[liquid_dry],[no_such]"])
    assert all(line.startswith("--axis optim.cooling.technologies: ") for line in told)
    assert told[0].startswith(
        "--axis optim.cooling.technologies: key optim.cooling.technologies.0: found 'no_such'"
    )


def test_a_value_that_does_not_fit_another_key_is_told_with_its_axis() -> None:
    start = draft(TINY, ["maps.year=2026"])
    with pytest.raises(ScenarioError) as told:
        check_points(start, points_of(["geodata.demand.first_year=2027"], "grid"))
    where = f"--axis geodata.demand.first_year: {TINY}: key maps.year"
    assert str(told.value) == f"{where}: found 2026, expected a year of 2027 to 2028"


def test_a_fault_of_the_scenario_stays_its_own() -> None:
    start = draft(TINY, ["geodata.grid.band=lower"])
    with pytest.raises(ScenarioError) as told:
        check_points(start, points_of([f"{DEMAND}=1,-1"], "grid"))
    first, second = str(told.value).splitlines()
    assert first.startswith("command line: key geodata.grid.band: found 'lower'")
    assert second.startswith(f"--axis {DEMAND}: found -1")


def test_faults_of_a_table_have_file_column_and_row(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text(
        f"{DEMAND},geodata.grid.band,maps.language\n1,low,en\nx,low,en\n2,lower,zh\nx,low,zh\n",
        encoding="utf-8",
    )
    idle, first, second = faults([], "file", file=path)
    assert idle == f"--design {path}: column maps.language: changes no figure of a plan"
    assert first.startswith(f"--design {path}: column {DEMAND}: found 'x', ")
    assert first.endswith(" (row 2, 4)")
    assert second.startswith(f"--design {path}: column geodata.grid.band: found 'lower'")
    assert second.endswith(" (row 3)")


def test_cells_that_are_no_yaml_are_told_all_at_once_with_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text(f"{DEMAND},geodata.grid.band\n[1,low\n2,{{a\n1,lower\n2026-13-45,\n", encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace("[1,", '"[1",'), encoding="utf-8")
    where = f"--design {path}: column"
    told = faults([], "file", file=path)
    assert told[:3] == [
        f"{where} {DEMAND}: found '[1', expected a YAML value (row 1)",
        f"{where} {DEMAND}: found '2026-13-45', expected a YAML value (row 4)",
        f"{where} geodata.grid.band: found '{{a', expected a YAML value (row 2)",
    ]
    assert told[3].startswith(f"{where} geodata.grid.band: found 'lower'")
    assert len(told) == 4


def test_an_address_of_a_scheduler_has_host_and_port() -> None:
    for address in ("tcp://10.0.0.1:8786", "host:8786", "tls://[::1]:8786", None):
        check_scheduler_address(address)
    for address in ("foo", "tcp://foo", "foo:bar", "http://foo:1", "tcp://:8786", "tcp://foo:99999", ""):
        with pytest.raises(ScenarioError, match=r"--scheduler: found .*, expected .* tcp://HOST:PORT"):
            check_scheduler_address(address)


def test_a_table_that_is_no_design_is_refused(tmp_path: Path) -> None:
    assert faults([], "file", file=tmp_path / "none.csv") == [f"--design: no file {tmp_path / 'none.csv'}"]
    path = tmp_path / "points.csv"
    path.write_text(f"{DEMAND}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="no rows"):
        points_of([], "file", file=path)
    with pytest.raises(ScenarioError, match="no file"):
        points_of([], "file", file=tmp_path / "other.csv")
    with pytest.raises(ScenarioError, match="no --axis beside it"):
        points_of([f"{DEMAND}=1"], "file", file=path)
