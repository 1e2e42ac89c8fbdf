"""Threads of HiGHS, which refuses another number than the last in one process unless it is told."""

from __future__ import annotations

import highspy

_STATE = {"in_use": 0}


def share_threads(count: int) -> None:
    """Let HiGHS run with `count` threads in this process from now on."""
    if _STATE["in_use"] != count:
        highspy.Highs.resetGlobalScheduler(True)
        _STATE["in_use"] = count


def forget_threads() -> None:
    """Forget the threads of the parent process, which a fork does not bring along."""
    highspy.Highs.resetGlobalScheduler(False)
    _STATE["in_use"] = 0
