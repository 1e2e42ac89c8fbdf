"""`siting explain`: sentences, table, JSON, and files in the run folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from optim.why.levers import Lever
from optim.why.question import Need, Reasons
from siting.planning import Plan
from siting.why import figure, rows, sentences

Run = Callable[..., Result]


@pytest.mark.slow
def test_a_site_is_explained_in_words_and_files(siting: Run, run_folder: Path) -> None:
    result = siting("explain", run_folder, "Site w")
    assert result.exit_code == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[0].startswith("Site w (West) ")
    assert any("number\tnow\tneeded\tchange\tunit" in line for line in lines)
    told = json.loads((run_folder / "explain" / "w.json").read_text(encoding="utf-8"))
    assert told["sentences"] == lines[: len(told["sentences"])]
    assert (run_folder / "explain" / "w.svg").read_text(encoding="utf-8").startswith("<svg")
    assert siting("check", run_folder).exit_code == 0


@pytest.mark.slow
def test_several_sites_as_json(siting: Run, run_folder: Path) -> None:
    result = siting("explain", run_folder, "w", "m", "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert [row["site_id"] for row in told] == ["w", "m"]
    assert {row["status"] for row in told} <= {"in", "out"}
    assert all(need["unit"] is not None for row in told for need in row["needs"])


def test_no_such_site_and_no_run(siting: Run, run_folder: Path) -> None:
    wrong = siting("explain", run_folder, "Atlantis")
    assert wrong.exit_code == 2
    assert "no candidate is called 'Atlantis'" in wrong.stderr
    assert not (run_folder / "explain").exists()
    assert siting("explain", run_folder.parent, "w").exit_code == 2


def lever(name: str, value: float) -> Lever:
    return Lever(name, f"the {name}", "CNY", value, 0.0, 10 * value)


@pytest.fixture
def told() -> dict[str, object]:
    return {"name_en": "X", "province": "P", "year": 2030, "it_mw": 0.0, "site_id": "x"}


def test_the_smallest_change_comes_first_and_what_does_nothing_is_named(
    told: dict[str, object], tiny_plan: Plan
) -> None:
    needs = (Need(lever("tariff", 400.0), 300.0), Need(lever("land", 100.0), None))
    found = Reasons("x", False, False, None, 110.0, 100.0, 100.0, 1000.0, kw_years=1e6, needs=needs)
    text = " ".join(sentences(tiny_plan, told, found))
    assert "has no campus in the plan in 2030" in text
    assert "10 M CNY more than none, discounted: 1 % of the siting cost, or 10 CNY for each kW" in text
    assert "The smallest single change that brings it in: the tariff 400 -> 300 CNY (-25.0%)." in text
    assert "No value of these brings it in: the land." in text


def test_plan_and_relaxation_that_differ_are_told(told: dict[str, object], tiny_plan: Plan) -> None:
    found = Reasons("x", True, False, None, 90.0, 100.0, 90.0, 1000.0, kw_years=1e6)
    assert any("linear relaxations" in line for line in sentences(tiny_plan, told, found))


def test_table_and_figure_hold_what_turns_the_answer() -> None:
    needs = [
        {"what": "tariff", "unit": "CNY", "now": 400.0, "needed": 300.0, "change": -100.0},
        {"what": "land", "unit": "CNY", "now": 100.0, "needed": None, "change": None},
        {"what": "subsidy", "unit": "CNY", "now": 0.0, "needed": 5.0, "change": 5.0},
    ]
    told = {"site_id": "x", "status": "out", "needs": needs}
    assert rows(told) == [
        ["tariff", "400", "300", "-25.0%", "CNY"],
        ["land", "100", "no value", "", "CNY"],
        ["subsidy", "0", "5", "", "CNY"],
    ]
    assert "tariff" in figure(told)
    assert "subsidy" not in figure(told)
    assert figure({"site_id": "x", "status": "barred"}) == ""
