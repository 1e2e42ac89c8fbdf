"""A scenario without a plan, on the command line: words, JSON, exit code, and nothing written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Run = Callable[..., Result]
HARD = (
    *("--set", "optim.workload.allow_unserved=false"),
    *("--set", "optim.resilience.largest_province_share=0.1"),
)
SHARE = "optim.resilience.largest_province_share"


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.slow
def test_plan_says_what_conflicts_and_what_restores_a_plan(siting: Run, own: Path) -> None:
    result = siting("plan", own / "scenario.yaml", *HARD)
    assert result.exit_code == 2
    assert "These cannot hold together" in result.stderr
    assert f"{SHARE} = 0.1" in result.stderr
    assert f"{SHARE}: 0.1 -> 0.3334 share" in result.stderr
    assert result.stdout == ""
    assert left(own.parent) == ["own"]


@pytest.mark.slow
def test_the_change_that_is_told_restores_the_plan(siting: Run, own: Path) -> None:
    told = json.loads(siting("plan", own / "scenario.yaml", *HARD, "--json").stdout)
    change = next(row for row in told["restores_alone"] if row["key"] == SHARE)
    mended = ("--set", f"{SHARE}={change['steps'][0]['to']}")
    assert siting("plan", own / "scenario.yaml", *HARD, *mended, "--out", "run").exit_code == 0


@pytest.mark.slow
def test_check_tells_it_before_any_search(siting: Run, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optim.optimise.search_whole", lambda *_: pytest.fail("a search was run"))
    result = siting("check", own / "scenario.yaml", *HARD)
    assert result.exit_code == 2
    assert f"{SHARE}: 0.1 -> 0.3334 share" in result.stderr


@pytest.mark.slow
def test_check_prints_json(siting: Run, own: Path) -> None:
    result = siting("check", own / "scenario.yaml", *HARD, "--json")
    assert result.exit_code == 2
    told = json.loads(result.stdout)
    assert told["infeasible"] == "no plan meets all hard rules and limits."
    assert {row["key"] for row in told["conflict"]} == {SHARE, "optim.workload.allow_unserved"}


@pytest.mark.slow
def test_a_scenario_that_can_be_planned_is_usable(siting: Run, own: Path) -> None:
    result = siting("check", own / "scenario.yaml", "--set", "optim.workload.allow_unserved=false")
    assert result.exit_code == 0, result.stderr
    assert "usable" in result.stdout
