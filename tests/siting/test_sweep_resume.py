"""`siting sweep --resume`: nothing is lost or done twice, and another sweep is not gone on with."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from geodata.resurvey import Resurvey
from siting import sweep_cli
from siting.sweeps import run
from tests.siting.conftest import Run
from tests.siting.sweep_world import CARBON, DEMAND, FOUR, read

ROOT = Path(__file__).parents[2]
TINY = ROOT / "scenarios" / "tiny.yaml"


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
def test_other_axes_alone_are_no_other_data(siting: Run, quick: list[str]) -> None:
    assert siting("sweep", TINY, "--axis", f"{DEMAND}=1,2", "--out", "s").exit_code == 0
    done = siting("sweep", TINY, "--axis", f"{DEMAND}=0.5,2", "--out", "s", "--resume")
    assert done.exit_code == 2
    assert "for it was begun with other axes, values or seed; its sweep.json" in done.stderr


@pytest.mark.slow
def test_other_contents_of_files_that_values_name_are_told(siting: Run, quick: list[str], own: Path) -> None:
    other = own / "more.csv"
    other.write_text((own / "demand.csv").read_text(encoding="utf-8"), encoding="utf-8")
    key = "geodata.demand.demand_file"
    words = ["sweep", own / "scenario.yaml", "--axis", f"{key}={own / 'demand.csv'},{other}", "--out", "s"]
    assert siting(*words).exit_code == 0
    other.write_text(other.read_text(encoding="utf-8").replace("2026,100", "2026,110", 1), encoding="utf-8")
    assert "begun with other contents of the files that values name;" in siting(*words, "--resume").stderr
    words[3] = f"{key}={other}"
    assert "begun with other axes, values or seed;" in siting(*words, "--resume").stderr


@pytest.mark.slow
def test_a_sweep_that_is_there_is_not_begun_again(siting: Run, quick: list[str], tmp_path: Path) -> None:
    assert siting("sweep", TINY, *FOUR, "--out", "s").exit_code == 0
    done = siting("sweep", TINY, *FOUR, "--out", "s")
    assert done.exit_code == 2
    assert "holds a sweep already; go on with it by --resume" in done.stderr
    (tmp_path / "other").mkdir()
    (tmp_path / "other/file").touch()
    assert "holds other files" in siting("sweep", TINY, *FOUR, "--out", "other").stderr
