"""Worker processes that hold plants hot: a plant always goes to the same process."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from optim.threads import forget_threads

Task = tuple[Any, Any]
Solve = Callable[[Any, Any], Any]
MakeSolve = Callable[[Any], Solve]


def batched(places: dict[Any, int], count: int, tasks: list[Task]) -> dict[int, list[int]]:
    """Return the numbers of the tasks for each of `count` places; a key keeps the place that it gets.

    >>> batched({"a": 1}, 2, [("a", 0), ("b", 0), ("c", 0)])
    {1: [0, 1], 0: [2]}
    """
    found: dict[int, list[int]] = {}
    for number, (key, _) in enumerate(tasks):
        found.setdefault(places.setdefault(key, len(places) % count), []).append(number)
    return found


class Workers:
    """Processes that answer tasks (key, question); with none, the tasks are answered here."""

    def __init__(self, count: int, make: MakeSolve, shared: Any) -> None:
        self._here = make(shared) if count < 2 else None
        self._pipes: list[Connection] = []
        self._processes: list[Any] = []
        self._place: dict[Any, int] = {}
        context = multiprocessing.get_context()
        for _ in range(count if count > 1 else 0):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, make, shared), daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)

    def ask(self, tasks: list[Task]) -> list[Any]:
        """Return the answers, in the order of the tasks.

        Raises
        ------
        Exception
            What a task raised, in the worker's words.
        """
        if self._here:
            return [self._here(key, question) for key, question in tasks]
        batches = batched(self._place, len(self._pipes), tasks)
        for place, batch in batches.items():
            self._pipes[place].send([tasks[number] for number in batch])
        answers: list[Any] = [None] * len(tasks)
        failed: list[Exception] = []
        for place, batch in batches.items():
            answer = self._pipes[place].recv()
            if isinstance(answer, Exception):
                failed.append(answer)
                continue
            for number, one in zip(batch, answer, strict=True):
                answers[number] = one
        if failed:
            raise failed[0]
        return answers

    def close(self) -> None:
        """End the processes."""
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.terminate()
            process.join()


@contextmanager
def workers(count: int, make: MakeSolve, shared: Any) -> Iterator[Workers]:
    """Return workers that end with the block, whatever happens in it."""
    made = Workers(count, make, shared)
    try:
        yield made
    finally:
        made.close()


def _serve(pipe: Connection, make: MakeSolve, shared: Any) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    forget_threads()
    solve = make(shared)
    while True:
        try:
            tasks = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answers: Any = [solve(key, question) for key, question in tasks]
        except Exception as error:
            answers = error
        try:
            pipe.send(answers)
        except OSError:
            return
