"""One contestant of `benchmarks.assign` in a process of its own; prints its measures as JSON.

python -m benchmarks.assign_once NAME KIND SIZE
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import warnings
from typing import Any

from benchmarks import assign_cases

MB_PER_KB = 1e-3


def measured(name: str, kind: str, size: int) -> dict[str, Any]:
    """Return CPU seconds, peak memory above imports and inputs [MB], cost and bound."""
    solve, gap = getattr(assign_cases, name), assign_cases.GAPS[kind]
    solve(assign_cases.problem(kind, 8), gap)
    given = assign_cases.problem(kind, size)
    gc.collect()
    before, started = peak_mb(), cpu_s()
    cost, bound = solve(given, gap)
    seconds, peak = cpu_s() - started, peak_mb() - before
    return {"cpu_s": seconds, "peak_mb": peak, "cost": cost, "bound": bound}


def cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def peak_mb() -> float:
    """Return the peak of the process, and of its largest child, which a peer's solver may be."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_maxrss for each in used) * MB_PER_KB


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(json.dumps(measured(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
