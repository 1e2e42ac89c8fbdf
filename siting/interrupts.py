"""Ctrl-C while a plan is searched for: once for the best plan so far, twice to leave."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from optim.stop import Stop
from siting.console import INTERRUPTED

ONCE = "stopping after this step, with the best plan so far; press again to leave"
TWICE = "interrupted; nothing was written"
_SHOW_CURSOR = "\x1b[?25h"


@contextmanager
def heard(stop: Stop) -> Iterator[None]:
    """Let Ctrl-C in the block end the search first; anywhere else, and SIGTERM, it leaves as usual.

    Parameters
    ----------
    stop : Stop
        The wish that the search heeds.
    """
    terminal = os.dup(2)  # solvers catch what goes to stderr

    def on_signal(number: int, _: FrameType | None) -> None:
        if not stop.is_open:
            raise KeyboardInterrupt
        if number == signal.SIGTERM or stop.is_wanted:
            _leave(terminal)
        stop.ask()
        _tell(terminal, ONCE)

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(terminal)


def _tell(terminal: int, message: str) -> None:
    start = "\n" if os.isatty(terminal) else ""
    os.write(terminal, f"{start}siting: {message}\n".encode())


def _leave(terminal: int) -> NoReturn:
    """Leave at once: a solver in its thread cannot be waited for, and nothing has been written yet."""
    for process in multiprocessing.active_children():
        process.terminate()
    _tell(terminal, TWICE + (_SHOW_CURSOR if os.isatty(terminal) else ""))
    os._exit(INTERRUPTED)
