"""Tasks on a Dask cluster of two workers on loopback, one of them killed in the middle."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
from pathlib import Path

import pytest

from optim import dask_client
from optim.tables import SolverError
from optim.walk import LostError
from optim.walk_cluster import check_scheduler, walk_on


def make_counting(shared):
    """Return a function that says its process and how many it has answered; some questions kill or fail."""
    answers = []

    def solve(key, question):
        marker = Path(shared) / f"{key} died"
        if question == "deadly" or (question == "fragile" and not marker.exists()):
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if question == "wrong":
            raise ValueError(key)
        answers.append(key)
        return os.getpid(), len(answers)

    return solve


@pytest.fixture(scope="module")
def address():
    from distributed import LocalCluster

    options = {"host": "127.0.0.1", "dashboard_address": ":0", "worker_dashboard_address": None}
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, **options) as made:
        made.wait_for_workers(2, timeout=120)
        yield made.scheduler_address


def pieces(count, special=None):
    tasks = [(k, (special or {}).get(k, "usual")) for k in range(count)]
    return [tasks[: count // 2], tasks[count // 2 :]]


@pytest.mark.slow
def test_every_task_is_answered_by_a_worker_that_keeps_what_it_has(address, tmp_path):
    assert check_scheduler(address) == 2
    found = dict(walk_on(address, pieces(10), make_counting, str(tmp_path)))
    assert sorted(found) == list(range(10))
    numbers = {}
    for pid, number in found.values():
        numbers.setdefault(pid, []).append(number)
    assert len(numbers) == 2
    assert all(sorted(each) == list(range(1, len(each) + 1)) for each in numbers.values())


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_loses_nothing(address, tmp_path):
    found = dict(walk_on(address, pieces(8, {2: "fragile"}), make_counting, str(tmp_path)))
    assert (tmp_path / "2 died").exists()
    assert sorted(found) == list(range(8))
    assert all(isinstance(answer, tuple) for answer in found.values())


@pytest.mark.slow
def test_what_a_task_raises_comes_back(address, tmp_path):
    found = dict(walk_on(address, pieces(4, {1: "wrong"}), make_counting, str(tmp_path)))
    assert isinstance(found[1], ValueError)
    assert isinstance(found[3], tuple)


@pytest.mark.slow
def test_a_task_that_kills_every_worker_is_lost_and_the_others_are_not(tmp_path):
    from dask import config
    from distributed import LocalCluster

    options = {"host": "127.0.0.1", "dashboard_address": ":0", "worker_dashboard_address": None}
    with (
        config.set({"distributed.scheduler.allowed-failures": 0}),
        LocalCluster(n_workers=1, threads_per_worker=1, processes=True, **options) as made,
    ):
        tasks = [[(0, "usual"), (1, "deadly"), (2, "usual")]]
        found = dict(walk_on(made.scheduler_address, tasks, make_counting, str(tmp_path)))
    assert isinstance(found[1], LostError)
    assert [isinstance(found[k], tuple) for k in (0, 2)] == [True, True]


def test_without_a_scheduler_it_is_said_where_to_look(monkeypatch):
    monkeypatch.setattr(dask_client, "_CONNECT_S", 0.2)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(SolverError, match=rf"no Dask scheduler answers at {nobody} .*dask scheduler"):
            check_scheduler(nobody)


def test_without_the_package_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SolverError, match=r"needs the package distributed.*'siting-planner\[cluster\]'"):
        check_scheduler("tcp://127.0.0.1:1")
