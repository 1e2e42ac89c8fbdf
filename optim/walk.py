"""Processes that walk through tasks, each along a piece of its own; answers come back as they end."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from typing import Any

from optim.workers import MakeSolve, Task

LIVES = 2  # processes that one task may bring down


class LostError(Exception):
    """The process that had a task is gone, and so was the one before it."""


def walk(pieces: Sequence[Sequence[Task]], make: MakeSolve, shared: Any) -> Generator[tuple[Any, Any]]:
    """Yield (key, answer) of all tasks, each as it ends; an answer may be the error that came instead.

    Parameters
    ----------
    pieces : sequence of sequence of (key, question)
        One process walks each, in order; one that is through takes the second half of the longest rest.
    make : callable
        Takes what is shared, returns a function (key, question) -> answer; importable.
    shared : object
        Sent to each process once.
    """
    queues = Queues(pieces)
    walkers = [_Walker(place, make, shared) for place in range(len(pieces))]
    lost: Counter[Any] = Counter()
    try:
        busy = [walker for walker in walkers if walker.give(queues.next(walker.place))]
        while busy:
            ready = wait([walker.pipe for walker in busy])
            for walker in [each for each in busy if each.pipe in ready]:
                task, answer = walker.task, walker.answer()
                assert task is not None
                if isinstance(answer, LostError):
                    lost[task[0]] += 1
                    walker.begin()
                    if lost[task[0]] < LIVES:
                        queues.first(walker.place, task)
                        walker.give(queues.next(walker.place))
                        continue
                walker.give(queues.next(walker.place))
                yield task[0], answer
            busy = [walker for walker in walkers if walker.task is not None]
    finally:
        for walker in walkers:
            walker.end()


class Queues:
    """What is left to do in each place."""

    def __init__(self, pieces: Sequence[Sequence[Task]]) -> None:
        self._left = [deque(piece) for piece in pieces]

    @property
    def count(self) -> int:
        """Return how many tasks are left."""
        return sum(map(len, self._left))

    def next(self, place: int) -> Task | None:
        """Return the next task of a place, from the longest rest if it has none; None: all is done."""
        while len(self._left) <= place:
            self._left.append(deque())
        if not self._left[place]:
            longest = max(self._left, key=len)
            moved = [longest.pop() for _ in range((len(longest) + 1) // 2)]
            self._left[place].extend(reversed(moved))
        return self._left[place].popleft() if self._left[place] else None

    def first(self, place: int, task: Task) -> None:
        """Put a task before all others of a place."""
        self._left[place].appendleft(task)


class _Walker:
    """A process and the task that it has."""

    def __init__(self, place: int, make: MakeSolve, shared: Any) -> None:
        self.place, self.task = place, None
        self._about = make, shared
        self.begin()

    task: Task | None
    pipe: Connection

    def begin(self) -> None:
        """Start the process; a fresh interpreter, since a fork would take our threads and files along."""
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, *self._about), daemon=True)
        with _deaf():
            self._process.start()
        theirs.close()

    def give(self, task: Task | None) -> bool:
        """Give the process a task; return whether it has one."""
        self.task = task
        if task is not None:
            with suppress(OSError):  # it is gone; `answer` will see that
                self.pipe.send(task)
        return task is not None

    def answer(self) -> Any:
        """Return what came back."""
        try:
            return self.pipe.recv()
        except (EOFError, OSError):
            self._process.join()
            code = self._process.exitcode
            return LostError(f"its process ended (exit code {code}), twice; has it enough memory?")

    def end(self) -> None:
        """End the process."""
        self.pipe.close()
        self._process.terminate()
        self._process.join()


@contextmanager
def _deaf() -> Iterator[None]:
    """Let a process that starts in the block never hear Ctrl-C, also while it imports."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _serve(pipe: Connection, make: MakeSolve, shared: Any) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    solve = make(shared)
    while True:
        try:
            key, question = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer: Any = solve(key, question)
        except Exception as error:
            answer = error
        try:
            pipe.send(answer)
        except OSError:
            return


def _leave_with_parent() -> None:
    """End this process as soon as its parent is gone, also in the middle of a solve."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
