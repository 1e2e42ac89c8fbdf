"""All contestants of the decomposition benchmark solve the same problem to the same cost."""

from pathlib import Path
from typing import Any

import pytest

from benchmarks import decompose
from benchmarks.decompose_cases import Problem, problem
from benchmarks.decompose_once import measured
from geodata.survey import Settings, survey


@pytest.fixture(scope="module")
def tiny() -> Problem:
    """Return the problem of three real sites in three provinces."""
    return problem(survey(Settings()), 3, 60.0)


@pytest.mark.slow
def test_sites_are_of_different_provinces_and_have_eight_days(tiny: Problem) -> None:
    places = tiny.survey.candidates
    assert places["province"].nunique() == len(places) == 3
    assert tiny.inputs.hours.count == 192
    assert tiny.inputs.hours.weight_h.sum() == pytest.approx(366 * 24, rel=0.01)
    assert tiny.survey.demand["it_mw"].sum() == pytest.approx(150.0)
    assert list(tiny.survey.demand["year"].unique()) == [2030]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", list(decompose.CONTESTANTS))
def test_all_contestants_agree(kind: str, tiny: Problem) -> None:
    found = [
        {"name": name, "kind": kind, **measured(kind, name, tiny)} for name in decompose.CONTESTANTS[kind]
    ]
    decompose.check(found)
    assert all(one["cost"] > 100 and one["cpu_s"] > 0 for one in found)
    worse = {**found[1], "cost": found[1]["cost"] * 0.999, "bound": found[1]["bound"] * 0.999}
    with pytest.raises(ValueError, match="is below the bound of"):
        decompose.check([found[0], worse])
    with pytest.raises(ValueError, match="ended with a gap over"):
        decompose.check([{**found[0], "kind": "energy", "bound": found[0]["bound"] * 0.99}])


def row(name: str, size: str, cpu_s: float, cost: float | None = 100.0) -> dict[str, Any]:
    bound = None if cost is None else cost * (1 - 5e-5)
    head = {"name": name, "kind": "integer", "size": size, "sites": decompose.SIZES[size]}
    return {**head, "cpu_s": cpu_s, "peak_mb": 20.0, "cost": cost, "bound": bound}


def test_the_tables_have_ratios_gaps_and_growth() -> None:
    found = [
        row("decomposed", "small", 1.0),
        row("arrays", "small", 10.0),
        row("decomposed", "middle", 4.0),
        row("arrays", "middle", 320.0, None),
    ]
    decompose.check(found)
    made = decompose.tables(found)
    lines = made["decompose_integer"].splitlines()
    assert list(made) == ["decompose_integer"]
    assert (
        lines[2] == "| 10 sites x 192 h | decomposed | 1.00 | 1.000 | 20 | 1.000 | 100.0000 | 5.0e-05 | - |"
    )
    assert lines[3].split(" | ")[3] == "0.100"
    assert lines[4].endswith("| 1.00 |")
    assert lines[5].endswith("| - | - | 2.50 |")


def test_the_document_has_a_place_for_each_table() -> None:
    text = (Path(__file__).parents[2] / "docs" / "performance-decompose.md").read_text(encoding="utf-8")
    for kind in decompose.CONTESTANTS:
        assert f"<!-- table: decompose_{kind} -->\n| problem | by |" in text


@pytest.mark.parametrize(("option", "word"), [("--sizes", "huge"), ("--kinds", "mixed")])
def test_what_is_not_there_is_told(option: str, word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        decompose.main([option, word])
    assert ended.value.code == 2
    assert f"{option}: found {word}, expected some of" in capsys.readouterr().err
