"""A sweep on a Dask scheduler and two workers, started by command line, one of them killed in the middle."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pandas as pd
import pytest

from optim import dask_client
from siting import sweep_cli
from tests.siting.conftest import Run

ROOT = Path(__file__).parents[2]
TINY = ROOT / "scenarios" / "tiny.yaml"
DASK = [sys.executable, "-m", "dask.__main__"]
SMALL = ["--set", "optim.hours.days_max=1", "--set", "optim.supply.battery=false"]


@contextmanager
def started(*words: str) -> Iterator[subprocess.Popen]:
    """Yield a process that ends with the block."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    with subprocess.Popen([*DASK, *words], env=env, **quiet) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen]]]:
    """Return the address of a scheduler and its two workers, as docs/sweep.md starts them."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    with ExitStack() as stack:
        host = ("--host", "127.0.0.1")
        stack.enter_context(started("scheduler", *host, "--port", str(port), "--no-dashboard"))
        alone = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(tmp_path / "w"))
        workers = [stack.enter_context(started("worker", address, *alone)) for _ in range(2)]
        yield address, workers


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_loses_nothing(
    siting: Run, cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, workers = cluster
    monkeypatch.setattr(dask_client, "_CONNECT_S", 120.0)
    monkeypatch.setattr(sweep_cli, "counting", killing_at_first(workers[0]))
    axes = ["--axis", "geodata.demand.factor=0.5,0.6,0.7,0.8,0.9,1"]
    done = siting("sweep", TINY, *axes, *SMALL, "--scheduler", address, "--out", "there")
    assert done.exit_code == 0
    assert workers[0].wait() == -signal.SIGKILL
    there = pd.read_csv(tmp_path / "there" / "summary.csv")
    assert there["status"].tolist() == ["optimal"] * 6
    assert there["siting_cost_m_cny"].is_monotonic_increasing


def killing_at_first(worker: subprocess.Popen):
    @contextmanager
    def counting(total, what):
        yield lambda word: worker.kill()

    return counting
