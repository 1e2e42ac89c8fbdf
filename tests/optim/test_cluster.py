"""Plants on a Dask cluster of two workers on loopback: same answers as here, also when a worker is killed."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
from pathlib import Path

import pytest

from optim import cluster as clusters
from optim import dask_client
from optim.cluster import Cluster, helpers
from optim.decompose import make_energy
from optim.optimise import optimise
from optim.solve import Settings as Solve
from optim.tables import InfeasibleError, SolverError
from optim.workers import Workers
from tests import world
from tests.optim.test_decompose import a_world


def make_sums(shared):
    """Return a function that adds up all questions of a key, and says in which process."""
    sums: dict[str, float] = {}

    def solve(key, question):
        sums[key] = sums.get(key, shared["start"]) + question
        return sums[key], os.getpid()

    return solve


def make_fragile(shared):
    """Return a function that squares; its process dies at the first question 3 of all."""

    def solve(key, question):
        marker = Path(shared)
        if question == 3 and not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return question**2

    return solve


def make_deadly(shared):
    return lambda key, question: os.kill(os.getpid(), signal.SIGKILL)


def make_failing(shared):
    def solve(key, question):
        raise InfeasibleError(f"site {key}: none")

    return solve


@pytest.fixture(scope="module")
def address():
    """Return the address of a scheduler with two workers in processes of their own."""
    from distributed import LocalCluster

    options = {"host": "127.0.0.1", "dashboard_address": None, "worker_dashboard_address": None}
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, **options) as made:
        made.wait_for_workers(2, timeout=120)
        yield made.scheduler_address


@pytest.fixture
def cluster(address):
    from distributed import Client

    made: list[Cluster] = []

    def begin(make, shared):
        with Client(address, set_as_default=False) as here:  # another test may have killed one
            here.wait_for_workers(2, timeout=120)
        made.append(Cluster(address, make, shared))
        return made[-1]

    yield begin
    for each in made:
        each.close()


@pytest.mark.slow
def test_a_key_stays_at_its_actor(cluster):
    there = cluster(make_sums, {"start": 10.0})
    first = there.ask([("a", 1.0), ("b", 2.0), ("c", 3.0), ("a", 4.0)])
    assert [value for value, _ in first] == [11.0, 12.0, 13.0, 15.0]
    second = there.ask([("c", 1.0), ("b", 1.0), ("a", 1.0)])
    assert [value for value, _ in second] == [14.0, 13.0, 16.0]
    places = {key: at for key, (_, at) in zip("abca", first, strict=True)}
    assert {key: at for key, (_, at) in zip("cba", second, strict=True)} == places
    assert len(set(places.values())) == 2
    assert os.getpid() not in places.values()


@pytest.mark.slow
def test_a_worker_that_dies_at_its_task_is_replaced_and_asked_again(cluster, tmp_path):
    there = cluster(make_fragile, str(tmp_path / "died"))
    assert there.ask([(key, key) for key in range(8)]) == [key**2 for key in range(8)]
    assert (tmp_path / "died").exists()
    assert there.ask([(3, 4), (2, 5)]) == [16, 25]


@pytest.mark.slow
def test_a_task_that_kills_every_worker_is_named(cluster, monkeypatch):
    monkeypatch.setattr(clusters, "_LIVES", 2)
    told = r"lost 2 times (at the same tasks \(the first: plant 7\).*memory|as they began)"
    with pytest.raises(SolverError, match=told):  # the second: no worker has come back yet
        cluster(make_deadly, None).ask([("plant 7", 1.0)])


@pytest.mark.slow
def test_what_a_task_raises_comes_back_as_it_is(cluster):
    with pytest.raises(InfeasibleError, match="site x: none"):
        cluster(make_failing, None).ask([("x", None)])


def asked_for(method="decomposed", **more):
    return Solve(method=method, gap_share=1e-6, cut_gap_share=1e-7, threads=1, rounds_max=100, **more)


def plan(**more):
    survey, options = a_world(2)
    return optimise(survey, options.model_copy(update={"solve": asked_for(**more)}))


@pytest.mark.slow
def test_the_plan_is_that_of_local_processes(address):
    here, there = plan(workers=2), plan(scheduler=address)
    assert there.solution.objective_m_cny == here.solution.objective_m_cny
    assert there.solution.bound_m_cny == here.solution.bound_m_cny
    assert there.build.equals(here.build)
    assert there.dispatch.equals(here.dispatch)


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_changes_no_plan(address, monkeypatch):
    here, ask, killed = plan(workers=2), Cluster.ask, []

    def ask_and_kill(self, tasks):
        if len(killed) < 3 and self._make is make_energy:
            killed.append(self._actors[0].worker)
            if len(killed) == 3:
                pid = self._client.run(os.getpid, workers=[killed[-1]])[killed[-1]]
                os.kill(pid, signal.SIGKILL)
        return ask(self, tasks)

    monkeypatch.setattr(Cluster, "ask", ask_and_kill)
    there = plan(scheduler=address)
    assert len(killed) == 3
    assert there.solution.status == here.solution.status == "optimal"
    assert there.solution.objective_m_cny == pytest.approx(here.solution.objective_m_cny, rel=1e-6)
    assert there.build["site_id"].tolist() == here.build["site_id"].tolist()


def test_without_a_scheduler_it_is_said_where_to_look(monkeypatch):
    monkeypatch.setattr(dask_client, "_CONNECT_S", 0.2)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(SolverError, match=rf"no Dask scheduler answers at {nobody} .*dask scheduler"):
            Cluster(nobody, make_sums, {})


def test_without_the_package_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SolverError, match=r"needs the package distributed.*'siting-planner\[cluster\]'"):
        optimise(world.survey(), world.settings(solve=asked_for(scheduler="tcp://127.0.0.1:1")))


def test_without_an_address_processes_here_answer():
    with helpers(Solve(workers=1), make_sums, {"start": 0.0}) as here:
        assert isinstance(here, Workers)
        assert here.ask([("a", 2.0)]) == [(2.0, os.getpid())]
