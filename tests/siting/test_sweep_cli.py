"""`siting sweep`: what it writes, that nothing is lost or done twice, and what it refuses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

from geodata.resurvey import Resurvey
from siting import sweep_cli
from siting.scenario import draft
from siting.sweeps import run
from siting.sweeps.solving import Job, Solving
from tests.siting.conftest import Run
from tests.siting.sweep_world import CARBON, DEMAND, walk

ROOT = Path(__file__).parents[2]
TINY = ROOT / "scenarios" / "tiny.yaml"
KNOWN = Resurvey()
FOUR = ["--axis", f"{DEMAND}=1,2", "--axis", f"{CARBON}=0,100"]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let points be solved in no time; the list names those that were."""
    asked: list[str] = []

    def watched(pieces, make, shared):
        asked.extend(case for piece in pieces for case, _ in piece)
        yield from walk(pieces, make, shared)

    monkeypatch.setattr(run, "walk", watched)
    monkeypatch.setattr(run, "Resurvey", lambda: KNOWN)
    return asked


def read(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv", dtype={"case": str})


@pytest.mark.slow
def test_a_grid_is_written_whole(siting: Run, quick: list[str], tmp_path: Path) -> None:
    done = siting("sweep", TINY, *FOUR, "--out", "s")
    assert done.exit_code == 0
    assert "solved\t4" in done.stdout
    table = read(tmp_path / "s", "summary")
    assert table["siting_cost_m_cny"].tolist() == [100, 200, 200, 300]
    assert table[[DEMAND, CARBON]].to_numpy().tolist() == [[1, 0], [1, 100], [2, 0], [2, 100]]
    assert set(table["status"]) == {"optimal"}
    assert set(table["method"]) == {"relaxation"}
    assert pd.read_parquet(tmp_path / "s/summary.parquet")["case"].tolist() == table["case"].tolist()
    places = read(tmp_path / "s", "places").query("case == '0002' and level == 'province'")
    assert places[["place", "it_mw"]].to_numpy().tolist() == [["West", 200.0], ["East", 100.0]]
    about = json.loads((tmp_path / "s/points/0003/run.json").read_text())
    assert about["keys"] == {DEMAND: 2, CARBON: 0}
    assert sorted(quick) == ["0001", "0002", "0003", "0004"]


@pytest.mark.slow
def test_critical_values_are_between_two_points(siting: Run, quick: list[str], tmp_path: Path) -> None:
    done = siting("sweep", TINY, "--axis", f"{CARBON}=60,0,40,20", "--out", "s", "--json")
    told = json.loads(done.stdout)
    assert told["status"]["solved"] == 4
    assert [
        (row["level"], row["from_value"], row["to_value"], row["gained"]) for row in told["critical"]
    ] == [
        ("province", 40, 60, "East"),
        ("site", 40, 60, "East-1"),
    ]
    text = (tmp_path / "s/sweep.html").read_text(encoding="utf-8")
    assert f"{CARBON} between 40 and 60: in: East" in text


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_stands_alone_with_its_charts(
    siting: Run, quick: list[str], tmp_path: Path, language: str
) -> None:
    assert siting("sweep", TINY, *FOUR, "--out", "s", "--lang", language).exit_code == 0
    text = (tmp_path / "s/sweep.html").read_text(encoding="utf-8")
    assert f'lang="{language}"' in text
    assert "http" not in text.replace("http://www.w3.org", "")
    plots = {path.stem for path in (tmp_path / "s/plots").glob("*.svg")}
    assert {"tornado", f"heat-siting_cost_m_cny-{DEMAND}-{CARBON}", f"lines-emissions_mt-{CARBON}"} <= plots
    assert text.count("<svg") == len(plots)


def test_infeasible_and_lost_points_are_rows(siting: Run, quick: list[str], tmp_path: Path) -> None:
    done = siting("sweep", TINY, "--axis", f"{DEMAND}=1,6,7", "--out", "s")
    assert done.exit_code == 0
    table = read(tmp_path / "s", "summary")
    assert table["status"].tolist() == ["optimal", "infeasible", "failed"]
    assert table["message"].tolist()[1:] == ["no plan meets all hard rules", "its process ended"]
    quick.clear()
    assert siting("sweep", TINY, "--axis", f"{DEMAND}=1,6,7", "--out", "s", "--retry").exit_code == 0
    assert quick == ["0003"]


def test_without_any_answer_it_leaves_with_an_error(siting: Run, quick: list[str], tmp_path: Path) -> None:
    done = siting("sweep", TINY, "--axis", f"{DEMAND}=6,8", "--out", "s")
    assert done.exit_code == 2
    assert "no point has an answer; the first: no plan meets" in done.stderr
    assert read(tmp_path / "s", "summary")["status"].tolist() == ["infeasible"] * 2


@pytest.mark.slow
def test_an_interrupt_keeps_what_is_done_and_resume_does_the_rest(
    siting: Run, quick: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(sweep_cli, "counting", interrupted_after(2))
        done = siting("sweep", TINY, *FOUR, "--out", "s")
    assert done.exit_code == 130
    assert "interrupted: 2 of 4 points are in s; the same command with --resume" in done.stderr
    assert sorted(read(tmp_path / "s", "summary")["status"]) == ["optimal", "optimal", "waiting", "waiting"]
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "s").glob("points/*/run.json")}
    quick.clear()
    assert siting("sweep", TINY, *FOUR, "--out", "s", "--resume").exit_code == 0
    assert len(quick) == 2
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert set(read(tmp_path / "s", "summary")["status"]) == {"optimal"}


def interrupted_after(count: int):
    @contextmanager
    def counting(total, what):
        left = [count]

        def tick(word):
            left[0] -= 1
            if not left[0]:
                raise KeyboardInterrupt

        yield tick

    return counting


KILLED = """
import os, signal, sys
from siting import sweep_cli
from siting.cli import app
from siting.scenario import draft
from siting.sweeps import run
from siting.sweeps.solving import Job, Solving
from tests.siting.sweep_world import walk
from contextlib import contextmanager

@contextmanager
def counting(total, what):
    left = [2]
    def tick(word):
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
    yield tick

run.walk, sweep_cli.counting = walk, counting
app(sys.argv[1:])
"""


@pytest.mark.slow
def test_after_kill_9_resume_repeats_nothing_and_loses_nothing(
    siting: Run, quick: list[str], tmp_path: Path
) -> None:
    words = ["sweep", str(TINY), *FOUR, "--out", str(tmp_path / "s")]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", KILLED, *words], cwd=tmp_path, env=env, capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL
    found = {path.parent.name: path.read_bytes() for path in (tmp_path / "s").glob("points/*/run.json")}
    assert len(found) == 2
    (tmp_path / "s/points/0009").mkdir()  # a folder without an answer, and a file that was cut off
    half = sorted(found)[0]
    assert siting(*words, "--resume").exit_code == 0
    assert sorted([*found, *quick]) == ["0001", "0002", "0003", "0004"]
    assert read(tmp_path / "s", "summary")["siting_cost_m_cny"].tolist() == [100, 200, 200, 300]
    (tmp_path / f"s/points/{half}/run.json").write_bytes(found[half][:50])
    quick.clear()
    assert siting(*words, "--resume").exit_code == 0
    assert quick == [half]


OTHER = [
    ([*FOUR[:2], "--axis", f"{CARBON}=0,50"], "other axes, values or seed"),
    ([*FOUR, "--set", "optim.campus.campus_min_mw=30"], "another scenario"),
    ([*FOUR, "--integers"], r"another method \(--integers, --gap\)"),
    ([*FOUR, "--gap", "0.001"], r"another method \(--integers, --gap\)"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("words", "told"), OTHER)
def test_another_sweep_is_not_gone_on_with(
    siting: Run, quick: list[str], words: list[str], told: str
) -> None:
    assert siting("sweep", TINY, *FOUR, "--out", "s").exit_code == 0
    quick.clear()
    done = siting("sweep", TINY, *words, "--out", "s", "--resume")
    assert done.exit_code == 2
    assert "s: cannot go on, for it was begun with " + told.replace("\\", "") in done.stderr
    assert not quick


@pytest.mark.slow
def test_other_data_are_not_gone_on_with(
    siting: Run, quick: list[str], own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["sweep", own / "scenario.yaml", "--axis", f"{CARBON}=0,50", "--out", "s"]
    assert siting(*words).exit_code == 0
    path = own / "demand.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2026,100", "2026,110", 1), encoding="utf-8")
    monkeypatch.setattr(run, "Resurvey", Resurvey)
    done = siting(*words, "--resume")
    assert done.exit_code == 2
    assert "s: cannot go on, for it was begun with other data" in done.stderr


@pytest.mark.slow
def test_a_sweep_that_is_there_is_not_begun_again(siting: Run, quick: list[str], tmp_path: Path) -> None:
    assert siting("sweep", TINY, *FOUR, "--out", "s").exit_code == 0
    done = siting("sweep", TINY, *FOUR, "--out", "s")
    assert done.exit_code == 2
    assert "holds a sweep already; go on with it by --resume" in done.stderr
    (tmp_path / "other").mkdir()
    (tmp_path / "other/file").touch()
    assert "holds other files" in siting("sweep", TINY, *FOUR, "--out", "other").stderr


def test_faults_are_told_before_anything_is_written(siting: Run, quick: list[str], tmp_path: Path) -> None:
    done = siting("sweep", TINY, "--axis", "geodata.demand.fcator=1,2", "--out", "s")
    assert done.exit_code == 2
    assert "--axis geodata.demand.fcator: unknown key; did you mean factor?" in done.stderr
    done = siting("sweep", TINY, "--axis", "optim.costs.items.carbon=1,2", "--out", "s")
    assert done.exit_code == 2
    assert "carbon" in done.stderr
    done = siting("sweep", TINY, "--axis", "geodata.policy.numbers.GRN-99=0.5", "--out", "s")
    assert "no rule GRN-99" in done.stderr
    assert "--zip, --each: expected one of them" in siting("sweep", TINY, *FOUR, "--zip", "--each").stderr
    assert not (tmp_path / "s").exists()
    assert not quick


def test_a_number_of_a_rule_that_is_off_is_told(siting: Run, quick: list[str]) -> None:
    words = ["--axis", "geodata.policy.numbers.GRN-01=0.5,0.6", "--rule", "GRN-01=off", "--out", "s"]
    assert "GRN-01: the rule is off, so this changes nothing" in siting("sweep", TINY, *words).stderr


def test_each_value_alone_is_compared_with_the_scenario(
    siting: Run, quick: list[str], tmp_path: Path
) -> None:
    words = ["--each", "--axis", f"{DEMAND}=0.5,2", "--axis", f"{CARBON}=80"]
    assert siting("sweep", TINY, *words, "--out", "s").exit_code == 0
    assert json.loads((tmp_path / "s/sweep.json").read_text())["base"] == {DEMAND: 1.0, CARBON: 0.0}
    table = read(tmp_path / "s", "summary")
    assert table["siting_cost_m_cny"].tolist() == [100, 50, 200, 180]
    found = read(tmp_path / "s", "critical").query("level == 'province'")
    assert found[["axis", "from_value", "to_value", "gained"]].to_numpy().tolist() == [
        [CARBON, 0, 80, "East"]
    ]


@pytest.mark.slow
def test_bisection_comes_near_the_value_at_which_provinces_change(
    siting: Run, quick: list[str], tmp_path: Path
) -> None:
    words = ["sweep", TINY, "--axis", f"{CARBON}=0,128", "--refine", "0.02", "--out", "s"]
    assert siting(*words).exit_code == 0
    (found,) = read(tmp_path / "s", "critical").query("level == 'province'").to_dict("records")
    assert found["from_value"] < 50 <= found["to_value"] == found["from_value"] + 2
    assert len(read(tmp_path / "s", "summary")) == 2 + 6
    quick.clear()
    assert siting(*words, "--resume").exit_code == 0
    assert not quick
    refused = siting("sweep", TINY, *FOUR, "--refine", "0.1", "--out", "t")
    assert "--refine: expected one axis of numbers; found " in refused.stderr


@pytest.mark.slow
def test_the_tiny_world_in_two_processes(siting: Run, tmp_path: Path) -> None:
    small = ["--set", "optim.hours.days_max=1", "--set", "optim.supply.battery=false"]
    done = siting("sweep", TINY, "--axis", f"{DEMAND}=0.5,1,40", *small, "--out", "s")
    assert done.exit_code == 0
    table = read(tmp_path / "s", "summary")
    assert table["status"].tolist() == ["optimal"] * 3
    cost = table["siting_cost_m_cny"]
    assert 1.5 * cost[0] < cost[1]
    assert table["unserved_mw"].tolist()[:2] == [0, 0]
    assert table["unserved_mw"][2] > 0


@pytest.mark.slow
def test_whole_plans_cost_no_less_than_their_relaxation(siting: Run, tmp_path: Path) -> None:
    words = ["sweep", TINY, "--axis", f"{CARBON}=0,100", "--set", "optim.hours.days_max=1", "--workers", "1"]
    assert siting(*words, "--out", "relaxed").exit_code == 0
    assert siting(*words, "--out", "whole", "--integers").exit_code == 0
    relaxed, whole = (read(tmp_path / name, "summary") for name in ("relaxed", "whole"))
    assert set(whole["method"]) == {"integers"}
    assert (whole["objective_m_cny"] >= relaxed["objective_m_cny"] - 1e-3).all()
    assert (whole["objective_m_cny"] <= 1.1 * relaxed["objective_m_cny"]).all()
    shared = ["emissions_mt", "purchase_twh", "water_million_m3", "mean_rtt_ms", "it_mw", "west_share"]
    assert whole[shared].to_numpy() == pytest.approx(relaxed[shared].to_numpy(), rel=0.3)


@pytest.mark.slow
def test_a_point_is_the_same_on_the_way_and_from_scratch() -> None:
    """Costs, rows, demand, tables and form of the model change along the way."""
    start = draft(TINY, ["optim.hours.days_max=1"])
    points = [
        {DEMAND: 1.0, "geodata.policy.numbers.GRN-01": 0.5},
        {DEMAND: 0.6, "geodata.policy.numbers.GRN-01": 0.9, "geodata.tariffs.energy_factor": 1.2},
        {CARBON: 200, "optim.solve.method": "decomposed"},
        {CARBON: 100, "optim.solve.method": "decomposed", "optim.costs.time_of_use_factor": 0.5},
        {"geodata.grid.band": "low", "optim.supply.battery": False, "optim.solve.method": "whole"},
    ]
    way = Solving(Job(start, integers=False))
    for number, keys in enumerate(points):
        warm = way.record(str(number), keys)
        cold = Solving(Job(start, integers=False)).record(str(number), keys)
        assert (warm["status"], warm["message"]) == (cold["status"], "")
        assert warm["figures"]["objective_m_cny"] == pytest.approx(
            cold["figures"]["objective_m_cny"], rel=2e-4
        )
