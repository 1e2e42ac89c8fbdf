"""Threads of HiGHS, which refuses another number than the last in one thread of ours unless it is told."""

from __future__ import annotations

import threading

import highspy


class _State(threading.local):
    in_use = 0


_STATE = _State()


def share_threads(count: int) -> None:
    """Let HiGHS run with `count` threads from now on, where it is called from this thread."""
    if _STATE.in_use != count:
        highspy.Highs.resetGlobalScheduler(True)
        _STATE.in_use = count


def forget_threads() -> None:
    """Forget the threads of the parent process, which a fork does not bring along."""
    highspy.Highs.resetGlobalScheduler(False)
    _STATE.in_use = 0
