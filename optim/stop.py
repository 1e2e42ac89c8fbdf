"""A wish to end the search, asked for while a solver runs: the search then ends with the best plan so far."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any, TypeVar

from optim.tables import StoppedError

Answer = TypeVar("Answer")
_TICK_S = 0.2
STOPPED = "the search was interrupted before any plan was found"


class Stop:
    """The wish, what heeds it, and the thread in which solvers run, so that signals are seen meanwhile.

    `is_open` while a search runs that heeds it.
    """

    def __init__(self) -> None:
        self.is_open = False
        self._asked = threading.Event()
        self._left = threading.Event()
        self._is_finishing = False
        self._pool: ThreadPoolExecutor | None = None

    def ask(self) -> None:
        """Let the running solve end soon, and the search with it. May be called from anywhere."""
        self._asked.set()

    @property
    def is_wanted(self) -> bool:
        """Return whether somebody asked."""
        return self._asked.is_set()

    @property
    def is_cancelling(self) -> bool:
        """Return whether a solve has to end now."""
        return self._left.is_set() or (self._asked.is_set() and not self._is_finishing)

    def check(self) -> None:
        """Raise StoppedError if a solve would have to end now."""
        if self.is_cancelling:
            raise StoppedError(STOPPED)

    @contextmanager
    def open(self) -> Iterator[None]:
        """Heed the wish inside the block."""
        self._pool, self.is_open = ThreadPoolExecutor(1, thread_name_prefix="solver"), True
        try:
            yield
        finally:
            self._left.set()
            self.is_open = False
            self._pool.shutdown()
            self._pool = None
            self._left.clear()

    @contextmanager
    def finishing(self) -> Iterator[None]:
        """Let solves inside the block run to their end: they make a plan of what was found."""
        before, self._is_finishing = self._is_finishing, True
        try:
            yield
        finally:
            self._is_finishing = before

    def watch(self, highs: Any) -> None:
        """Let runs of HiGHS end when they have to: by simplex, interior point or integer search."""
        for callback in (highs.cbSimplexInterrupt, highs.cbIpmInterrupt, highs.cbMipInterrupt):
            callback.subscribe(self._heed)

    def _heed(self, event: Any) -> None:
        event.interrupt(self.is_cancelling)  # HiGHS keeps the last word, also from the run before

    def run(self, solve: Callable[[], Answer], cancel: Callable[[], None] = lambda: None) -> Answer:
        """Return what `solve` returns.

        In a search it runs in the solvers' thread; signals are handled here meanwhile.

        Parameters
        ----------
        solve : callable
            Runs a solver.
        cancel : callable
            Asks a solver to end that does not watch this wish itself; called again and again.
        """
        if self._pool is None:
            return solve()
        future = self._pool.submit(solve)
        try:
            while not wait([future], timeout=_TICK_S).done:
                if self.is_cancelling:
                    cancel()
        except BaseException:
            self._left.set()
            cancel()
            raise
        return future.result()
