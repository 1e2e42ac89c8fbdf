"""Runs of HiGHS on a linear programme: one that ends without an answer begins anew in another way."""

from __future__ import annotations

from typing import Any

import highspy

from optim.stop import Stop
from optim.threads import share_threads

_STATUS = highspy.HighsModelStatus
_ANSWERS = (
    _STATUS.kOptimal,
    _STATUS.kInfeasible,
    _STATUS.kUnbounded,
    _STATUS.kUnboundedOrInfeasible,
    _STATUS.kTimeLimit,
    _STATUS.kInterrupt,
)
_OTHER_WAYS: tuple[dict[str, Any], ...] = (
    {"solver": "simplex", "simplex_strategy": 1},
    {"solver": "ipm", "run_crossover": "on"},
    {"solver": "simplex", "simplex_strategy": 1, "presolve": "off", "simplex_scale_strategy": 0},
)


def run_once(highs: highspy.Highs, threads: int, stop: Stop | None = None) -> highspy.HighsModelStatus:
    """Return the status of one run with `threads` threads, which a wish to stop may end."""

    def run() -> None:
        share_threads(threads)
        highs.run()

    run() if stop is None else stop.run(run)
    return highs.getModelStatus()


def run_linear(
    highs: highspy.Highs, threads: int, stop: Stop | None = None, is_limited: bool = False
) -> highspy.HighsModelStatus:
    """Return the status of a run with the options set; if it is no answer, of a run from scratch.

    Simplex from an old basis sometimes ends "unknown": what it took for an optimum is not feasible to the
    tolerance once scaling is undone. From scratch by dual simplex, by an interior point with crossover, or
    without presolve and scaling it finds the optimum then. The options are set back after.

    Parameters
    ----------
    highs : Highs
        Holds a linear programme.
    threads : int
        Threads of HiGHS.
    stop : Stop, optional
        A wish that may end the run, which then has the status kInterrupt.
    is_limited : bool
        Whether the limit of iterations is meant, so that a run which comes to it is not lost.
    """
    status = run_once(highs, threads, stop)
    if is_limited and status == _STATUS.kIterationLimit:
        return status
    for way in _OTHER_WAYS:
        if status in _ANSWERS:
            break
        before = {name: highs.getOptionValue(name)[1] for name in way}
        _set(highs, way)
        highs.clearSolver()
        status = run_once(highs, threads, stop)
        _set(highs, before)
    return status


def _set(highs: highspy.Highs, options: dict[str, Any]) -> None:
    for name, value in options.items():
        highs.setOptionValue(name, value)
