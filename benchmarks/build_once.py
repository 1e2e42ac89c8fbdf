"""One contestant of `benchmarks.build` in a process of its own; prints its measures as JSON.

python -m benchmarks.build_once NAME SITES HOURS [--solve]
"""

from __future__ import annotations

import gc
import json
import logging
import resource
import sys
from collections.abc import Callable
from typing import Any

from benchmarks import energy_by_hand, energy_sites

MB_PER_KB = 1e-3


def contestant(name: str) -> Callable[[energy_sites.Data], Any]:
    """Return what builds the model and gives HiGHS that holds it."""
    found: Callable[[energy_sites.Data], Any] = getattr(
        energy_by_hand if name == "by_hand" else energy_sites, name
    )
    return found


def measured(name: str, sites: int, hours: int, solve: bool) -> dict[str, Any]:
    """Return CPU seconds, peak memory, the size of the matrix, and the optimum if it is solved."""
    build = contestant(name)
    build(energy_sites.data(2, 3))
    given = energy_sites.data(sites, hours)
    gc.collect()
    before, started = _peak_mb(), _cpu_s()
    highs = build(given)
    seconds, peak = _cpu_s() - started, _peak_mb() - before
    return {
        "cpu_s": seconds,
        "peak_mb": peak,
        "columns": highs.getNumCol(),
        "rows": highs.getNumRow(),
        "entries": highs.getNumNz(),
        "objective": _optimum(highs) if solve else None,
    }


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MB_PER_KB


def _optimum(highs: Any) -> float:
    highs.setOptionValue("output_flag", False)
    highs.run()
    return float(highs.getInfo().objective_function_value)


if __name__ == "__main__":
    logging.disable()
    print(json.dumps(measured(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), "--solve" in sys.argv)))
