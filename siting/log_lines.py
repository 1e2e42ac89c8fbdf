"""Progress where nobody sits at a terminal: a line in the log now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

EVERY_S = 60.0


def log_lines(clock: Callable[[], float] = time.monotonic) -> Callable[[str], None]:
    """Return a function that writes a step and its time to stderr, if a minute has passed since the last.

    Parameters
    ----------
    clock : callable
        Returns seconds.
    """
    started = last = clock()

    def say(text: str) -> None:
        nonlocal last
        now = clock()
        if now - last >= EVERY_S:
            last = now
            print(f"{now - started:6.0f} s  {text}", file=sys.stderr, flush=True)

    return say
