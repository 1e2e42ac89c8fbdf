"""One contestant of `benchmarks.decompose` in a process of its own; prints its measures as JSON.

python -m benchmarks.decompose_once KIND NAME FILE, where FILE holds a small and the wanted problem.
"""

from __future__ import annotations

import gc
import json
import logging
import pickle
import resource
import sys
import warnings
from pathlib import Path
from typing import Any

from benchmarks import decompose_ways
from benchmarks.assign_once import cpu_s
from benchmarks.decompose_cases import Problem
from optim.tables import TimeLimitError

MB_PER_KB = 1e-3


def measured(kind: str, name: str, given: Problem, small: Problem | None = None) -> dict[str, Any]:
    """Return CPU seconds, peak memory above imports and inputs [MB], cost and bound (null: no plan).

    `small` is a problem for warming up.
    """
    solve = getattr(decompose_ways, f"{name}_{kind}")
    if small:
        solve(small)
    gc.collect()
    before, started = peak_mb(), cpu_s()
    try:
        cost, bound = solve(given)
    except TimeLimitError:
        cost, bound = None, None
    seconds, peak = cpu_s() - started, peak_mb() - before
    return {"cpu_s": seconds, "peak_mb": peak, "cost": cost, "bound": bound}


def peak_mb() -> float:
    """Return the peak of this process [MB].

    On Linux by its status: `getrusage` there gives a process that another has started the other's peak too.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MB_PER_KB
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return float(line.split()[1]) * MB_PER_KB


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable()
    tiny, wanted = pickle.loads(Path(sys.argv[3]).read_bytes())
    print(json.dumps(measured(sys.argv[1], sys.argv[2], wanted, tiny)))
