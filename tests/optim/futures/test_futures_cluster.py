"""Futures on a Dask cluster of two workers on loopback: the same answer as in processes here."""

from __future__ import annotations

import pytest

from optim.futures.study import Settings, study
from tests.optim.futures.newsvendor import future

EXACT = Settings(decision_year=2026, method="benders", gap_share=1e-8, gap_share_in_parts=1e-8)


@pytest.fixture
def address():
    """Return the address of a scheduler with two workers in processes of their own."""
    from distributed import LocalCluster

    options = {"host": "127.0.0.1", "dashboard_address": None, "worker_dashboard_address": None}
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, **options) as made:
        made.wait_for_workers(2, timeout=120)
        yield made.scheduler_address


def answer(**solve: object):
    futures = [future("low", 0.6, 100.0, **solve), future("high", 0.4, 300.0, **solve)]
    return study(futures, [future("mean", 0.0, 180.0, **solve)], EXACT)


@pytest.mark.slow
def test_futures_on_a_cluster_and_here_agree(address: str):
    there, here = answer(scheduler=address), answer()
    assert there.chosen.aim_m_cny == pytest.approx(here.chosen.aim_m_cny, rel=1e-9)
    assert there.values == pytest.approx(here.values, rel=1e-7)


@pytest.mark.slow
def test_futures_in_two_processes_and_one_agree():
    two, one = answer(workers=2), answer()
    assert two.chosen.aim_m_cny == pytest.approx(one.chosen.aim_m_cny, rel=1e-9)
