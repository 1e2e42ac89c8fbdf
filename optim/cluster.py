"""Plants on other machines: the tasks of `optim.workers` answered by actors on the workers of a Dask cluster.

What an actor knows is only a cache. One whose worker is lost is made anew on another, and is asked again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from optim.dask_client import check_installed, connect
from optim.solve import Settings
from optim.tables import SolverError
from optim.workers import MakeSolve, Task, Workers, batched, workers

_LOOK_S = 1.0  # how often to look whether a worker that says nothing is still there
_JOIN_S = 60.0
_LIVES = 5
_KEY = "optim.solve.scheduler"


class LostWorkerError(Exception):
    """A worker of the cluster is gone."""


class Answers:
    """What lives on a worker: it answers tasks, and hands back what they raise."""

    def __init__(self, make: MakeSolve, shared: Any) -> None:
        self._solve = make(shared)

    def answer(self, tasks: list[Task]) -> list[Any] | Exception:
        """Return the answers in order, or the first error."""
        try:
            return [self._solve(key, question) for key, question in tasks]
        except Exception as error:
            return error


@dataclass(frozen=True)
class _Actor:
    """An actor, its worker, and the future without which Dask lets it go."""

    worker: str
    proxy: Any
    future: Any


class Cluster:
    """Actors that answer tasks (key, question), one on each worker; a key always goes to the same.

    Parameters
    ----------
    address : str
        Of the scheduler.
    make : callable
        Takes what is shared, returns a function (key, question) -> answer; importable by the workers.
    shared : object
        Sent to each worker once.

    Raises
    ------
    SolverError
        No scheduler answers, or no worker joins it.
    """

    def __init__(self, address: str, make: MakeSolve, shared: Any) -> None:
        self._make, self._shared, self._scheduler = make, shared, address
        self._place: dict[Any, int] = {}
        self._actors: list[_Actor] = []
        self._client = connect(address, _KEY)
        try:
            with self._client.as_current():
                for worker in self._wait_for_workers():
                    self._actors.append(self._begin(worker))
        except BaseException:
            self.close()
            raise

    def ask(self, tasks: list[Task]) -> list[Any]:
        """Return the answers, in the order of the tasks.

        Raises
        ------
        Exception
            What a task raised.
        SolverError
            Workers were lost again and again, or all of them.
        """
        answers: list[Any] = [None] * len(tasks)
        waiting = batched(self._place, len(self._actors), tasks)
        failed: list[Exception] = []
        for _ in range(_LIVES):
            with self._client.as_current():
                waiting = self._round(tasks, waiting, answers, failed)
            if failed:
                raise failed[0]
            if not waiting:
                return answers
        keys = ", ".join(str(tasks[numbers[0]][0]) for numbers in waiting.values())
        raise SolverError(
            f"{self._scheduler}: workers were lost {_LIVES} times at the same tasks (the first: {keys}); "
            "have they enough memory?"
        )

    def _round(
        self, tasks: list[Task], waiting: dict[int, list[int]], answers: list[Any], failed: list[Exception]
    ) -> dict[int, list[int]]:
        """Ask every actor once; return what is left over, whose actors have been made anew."""
        sent = {number: self._send(number, [tasks[k] for k in batch]) for number, batch in waiting.items()}
        left = {}
        for number, batch in waiting.items():
            try:
                found = self._result(sent[number], self._actors[number].worker, self._actors[number].future)
            except LostWorkerError:
                left[number] = batch
                continue
            if isinstance(found, Exception):
                failed.append(found)
                continue
            for k, one in zip(batch, found, strict=True):
                answers[k] = one
        for number in left:
            self._actors[number] = self._begin(self._other_than(self._actors[number].worker))
        return left

    def _send(self, number: int, tasks: list[Task]) -> Any:
        try:
            return self._actors[number].proxy.answer(tasks)
        except RuntimeError:  # Dask knows already that it is lost
            return None

    def _result(self, future: Any, worker: str, actor: Any = None) -> Any:
        """Return what a future comes to; LostWorkerError if its worker or the actor is gone before."""
        from distributed import CancelledError, KilledWorker

        while future is not None:
            try:
                return future.result(timeout=_LOOK_S)
            except TimeoutError:
                is_lost = actor is not None and actor.status not in ("finished", "pending")
                if is_lost or future.done() or worker not in self._workers():
                    break
            except (OSError, RuntimeError, CancelledError, KilledWorker):
                break
            except Exception as error:
                raise SolverError(
                    f"{self._scheduler}: worker {worker} cannot answer ({error!r}); is the same version of "
                    "the planner installed there?"
                ) from error
        raise LostWorkerError(worker)

    def _begin(self, worker: str) -> _Actor:
        """Return a worker and an actor on it, or on another one if that is lost meanwhile."""
        for _ in range(_LIVES):
            try:
                return self._actor(worker)
            except LostWorkerError:
                worker = self._other_than(worker)
        raise SolverError(f"{self._scheduler}: workers were lost {_LIVES} times as they began")

    def _actor(self, worker: str) -> _Actor:
        try:
            shared = self._client.scatter([self._shared], workers=[worker], hash=False)[0]
        except (OSError, KeyError):  # KeyError: the scheduler has forgotten it meanwhile
            raise LostWorkerError(worker) from None
        made = self._client.submit(Answers, self._make, shared, actor=True, workers=[worker], pure=False)
        return _Actor(worker, self._result(made, worker), made)

    def _other_than(self, lost: str) -> str:
        """Return the worker with the fewest actors; the lost one only if no other is known."""
        used = [actor.worker for actor in self._actors]
        known = self._wait_for_workers()
        return min([worker for worker in known if worker != lost] or known, key=used.count)

    def _workers(self) -> list[str]:
        try:
            return sorted(self._client.nthreads())
        except OSError as error:
            raise SolverError(f"{_KEY}: {self._scheduler} is lost ({error})") from None

    def _wait_for_workers(self) -> list[str]:
        for _ in range(_LIVES):  # one that joined may be lost before it is asked for
            try:
                self._client.wait_for_workers(1, timeout=_JOIN_S)
            except OSError:
                break
            if known := self._workers():
                return known
        raise SolverError(
            f"{_KEY}: no worker has joined {self._scheduler} in {_JOIN_S:g} s; "
            f"start some with: dask worker {self._scheduler} --nthreads 1"
        )

    def close(self) -> None:
        """Let the actors go."""
        self._client.close()


def check_cluster(settings: Settings) -> None:
    """Raise SolverError if a scheduler is asked for and the package that speaks to it is missing."""
    if settings.scheduler:
        check_installed(_KEY)


@contextmanager
def helpers(settings: Settings, make: MakeSolve, shared: Any) -> Iterator[Workers | Cluster]:
    """Return what answers tasks until the block ends: actors of a cluster if one is named, else processes."""
    if not settings.scheduler:
        with workers(settings.workers, make, shared) as here:
            yield here
        return
    cluster = Cluster(settings.scheduler, make, shared)
    try:
        yield cluster
    finally:
        cluster.close()
