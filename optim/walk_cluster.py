"""The tasks of `optim.walk` on the workers of a Dask cluster.

A worker that is lost is noticed by Dask, which gives its task to another one; nothing but time is lost.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence
from typing import Any
from uuid import uuid4

from optim.dask_client import connect
from optim.tables import SolverError
from optim.walk import LostError, Queues
from optim.workers import MakeSolve, Solve, Task

_JOIN_S, _LOOK_S = 60.0, 1.0
_OPTION = "--scheduler"
_LOCK = threading.Lock()
_HELD: dict[str, tuple[threading.Lock, Solve]] = {}


def walk_on(
    address: str, pieces: Sequence[Sequence[Task]], make: MakeSolve, shared: Any
) -> Generator[tuple[Any, Any]]:
    """Yield (key, answer) of all tasks, each as it ends; an answer may be the error that came instead.

    Parameters
    ----------
    address : str
        Of the scheduler. Every worker has one task at a time; those that join later are used too.
    pieces, make, shared
        As of `optim.walk.walk`; the workers import `make`.

    Raises
    ------
    SolverError
        The package is missing, no scheduler answers, no worker joins it, or the scheduler is lost.
    """
    client = _client(address)
    try:
        yield from _Crew(client, address, Queues(pieces), make, shared).run()
    finally:
        client.close()


def check_scheduler(address: str) -> int:
    """Return how many workers a scheduler has; raise SolverError if it does not answer or has none."""
    client = _client(address)
    try:
        return len(client.nthreads())
    finally:
        client.close()


def _client(address: str) -> Any:
    client = connect(address, _OPTION)
    try:
        _wait_for_workers(client, address)
    except SolverError:
        client.close()
        raise
    return client


def _wait_for_workers(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_JOIN_S)
    except OSError:
        raise SolverError(
            f"{_OPTION}: no worker has joined {address} in {_JOIN_S:g} s; "
            f"start some with: dask worker {address} --nthreads 1"
        ) from None


class _Crew:
    """The workers, and the future of the task that each has."""

    def __init__(self, client: Any, address: str, queues: Queues, make: MakeSolve, shared: Any) -> None:
        self._client, self._address, self._queues = client, address, queues
        self._make, self._shared, self._token = make, shared, uuid4().hex
        self._places: dict[str, int] = {}
        self._running: dict[Any, tuple[str, Task]] = {}

    def run(self) -> Generator[tuple[Any, Any]]:
        """Yield what comes back until nothing is left to do."""
        self._give()
        while self._running or self._queues.count:
            if not self._running:  # every worker is lost
                _wait_for_workers(self._client, self._address)
                self._give()
            ended = self._ended()
            found = [(self._running.pop(future)[1][0], _answer(future)) for future in ended]
            self._give()
            yield from found

    def _ended(self) -> set[Any]:
        from distributed import wait

        if not self._running:
            return set()
        with self._client.as_current():
            try:
                return wait(list(self._running), timeout=_LOOK_S, return_when="FIRST_COMPLETED").done
            except TimeoutError:
                return set()

    def _give(self) -> None:
        """Give a task to each worker that has none."""
        try:
            known = sorted(self._client.nthreads())
        except OSError as error:
            raise SolverError(f"{_OPTION}: {self._address} is lost ({error})") from None
        taken = {worker for worker, _ in self._running.values()}
        for worker in [each for each in known if each not in taken]:
            task = self._queues.next(self._places.setdefault(worker, len(self._places)))
            if task is not None:
                future = self._client.submit(
                    _solve,
                    self._token,
                    self._make,
                    self._shared,
                    task,
                    workers=[worker],
                    allow_other_workers=True,
                    pure=False,
                )
                self._running[future] = (worker, task)


def _answer(future: Any) -> Any:
    from distributed import CancelledError, KilledWorker

    try:
        return future.result()
    except KilledWorker:
        return LostError("the workers that had it were lost one after the other; have they enough memory?")
    except (CancelledError, OSError, RuntimeError) as error:
        return LostError(f"lost on the cluster ({error!r})")
    except Exception as error:
        return error


def _solve(token: str, make: MakeSolve, shared: Any, task: Task) -> Any:
    """Answer a task with what this worker has kept from the one before; run on the worker."""
    with _LOCK:
        if token not in _HELD:
            _HELD.clear()  # another sweep's
            _HELD[token] = threading.Lock(), make(shared)
        lock, solve = _HELD[token]
    with lock:
        try:
            return solve(*task)
        except Exception as error:
            return error
