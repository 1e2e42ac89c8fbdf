"""Time and memory of the decomposed siting model, against the whole one and PyPSA in the same run.

    .venv/bin/python -m benchmarks.decompose [--json] [--sizes small,middle,large] [--runs 5]
                                             [--kinds continuous,integer,energy] [--time-limit 300]
                                             [--write FILE]

Each contestant of `benchmarks.decompose_ways` solves the problem of `benchmarks.decompose_cases`, in its own
process, one after the other: CPU seconds (of the process and its children) and the peak of memory, above what
imports, a tiny problem for warming up and the inputs take; medians. Costs of the continuous problem and of
the energy have to agree to 1e-6; of the integer problem, none may be below the bound of another.
"""

from __future__ import annotations

import argparse
import json
import math
import pickle
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.build import show
from benchmarks.decompose_cases import DAYS, GAPS, problem
from geodata.survey import Settings, survey

SIZES = {"small": 10, "middle": 40, "large": 200}
TINY = 3
CONTESTANTS = {
    "continuous": {
        "decomposed": "decomposed",
        "arrays": "whole, `optim.arrays`",
        "pyomo": "whole, Pyomo, `highs`",
    },
    "integer": {
        "decomposed": "decomposed",
        "arrays": "whole, `optim.arrays`",
        "pyomo": "whole, Pyomo, `highs`",
    },
    "energy": {"parts": "ours, each plant", "arrays": "ours, one matrix", "pypsa": "PyPSA"},
}
SLOW = (("continuous", "arrays"), ("continuous", "pyomo"), ("integer", "arrays"), ("integer", "pyomo"))
_SAME = 1e-6
Measure = dict[str, Any]


def main(arguments: list[str] | None = None) -> int:
    """Measure, print the tables or JSON, and write the tables where asked."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks.decompose", description=str(__doc__).split("\n")[0]
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--sizes", default=",".join(SIZES), help="of small, middle, large")
    parser.add_argument("--kinds", default=",".join(CONTESTANTS), help="of continuous, integer, energy")
    parser.add_argument("--runs", type=int, default=5, help="runs of each contestant and size")
    parser.add_argument("--time-limit", type=float, default=300.0, help="of a search with integers [s]")
    parser.add_argument("--write", type=Path, help="document whose tables are written anew")
    options = parser.parse_args(arguments)
    sizes = _chosen(parser, "--sizes", options.sizes, list(SIZES))
    kinds = _chosen(parser, "--kinds", options.kinds, list(CONTESTANTS))
    found = measure(kinds, sizes, options.runs, options.time_limit)
    show(found, tables(found), options.json, options.write)
    return 0


def _chosen(parser: argparse.ArgumentParser, name: str, text: str, known: list[str]) -> list[str]:
    words = [word.strip() for word in text.split(",")]
    if unknown := sorted(set(words) - set(known)):
        parser.error(f"{name}: found {', '.join(unknown)}, expected some of {', '.join(known)}")
    return words


def measure(kinds: list[str], sizes: list[str], runs: int, time_limit_s: float) -> list[Measure]:
    """Return the median of each contestant, kind and size, in runs that take turns.

    Raises
    ------
    ValueError
        A contestant fails, or two disagree.
    """
    read = survey(Settings())
    tiny = problem(read, TINY, time_limit_s)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder) / size
            path.write_bytes(pickle.dumps((tiny, problem(read, SIZES[size], time_limit_s))))
            for kind in kinds:
                found += _medians(kind, size, runs, path)
    return found


def _medians(kind: str, size: str, runs: int, path: Path) -> list[Measure]:
    names = [name for name in CONTESTANTS[kind] if size != "large" or (kind, name) not in SLOW]
    turns = [once(name, kind, size, path) for k in range(runs) for name in _turn(names, k)]
    medians = [_median([one for one in turns if one["name"] == name]) for name in names]
    check(medians)
    return medians


def _turn(names: list[str], first: int) -> list[str]:
    """Return the names, beginning with another one in each turn."""
    start = first % len(names)
    return names[start:] + names[:start]


def once(name: str, kind: str, size: str, path: Path) -> Measure:
    """Return the measures of one contestant in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.decompose_once", kind, name, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(f"{name} at {kind} {size} ended with {done.returncode}: {done.stderr[-500:]}")
    head = {"name": name, "kind": kind, "size": size, "sites": SIZES[size]}
    return {**head, **json.loads(done.stdout.splitlines()[-1])}


def _median(runs: list[Measure]) -> Measure:
    seconds, peak = (statistics.median(run[key] for run in runs) for key in ("cpu_s", "peak_mb"))
    return {**runs[0], "cpu_s": seconds, "peak_mb": peak, "runs": len(runs)}


def check(measures: list[Measure]) -> None:
    """Refuse costs below the bound of another contestant, and an open gap where there are no integers.

    Raises
    ------
    ValueError
        Naming them.
    """
    closed = [one for one in measures if one["cost"] is not None]
    for one in closed:
        exact = one["kind"] != "integer"
        if exact and one["cost"] - one["bound"] > GAPS[one["kind"]] * abs(one["cost"]):
            raise ValueError(f"{one['name']} ended with a gap over {GAPS[one['kind']]:g}: {one}")
        for other in closed:
            if one["cost"] < other["bound"] - _SAME * abs(other["bound"]):
                raise ValueError(f"{one['name']} is below the bound of {other['name']}: {one}, {other}")


def tables(found: list[Measure]) -> dict[str, str]:
    """Return a table for each kind of problem, as markdown by name."""
    head = ["problem", "by", "CPU s", "ours to it", "MB", "ours to it", "cost", "gap", "growth"]
    made = {}
    for kind in dict.fromkeys(one["kind"] for one in found):
        mine = [one for one in found if one["kind"] == kind]
        lines = [head, ["---"] * len(head), *(_row(one, mine) for one in mine)]
        made[f"decompose_{kind}"] = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return made


def _row(one: Measure, found: list[Measure]) -> list[str]:
    ours = next(each for each in found if each["size"] == one["size"])
    solved = one["cost"] is not None
    return [
        f"{one['sites']} sites x {24 * DAYS} h",
        CONTESTANTS[one["kind"]][one["name"]],
        f"{one['cpu_s']:.2f}",
        f"{ours['cpu_s'] / one['cpu_s']:.3f}",
        f"{one['peak_mb']:.0f}",
        f"{ours['peak_mb'] / one['peak_mb']:.3f}" if one["peak_mb"] > 1 else "-",
        f"{one['cost']:.4f}" if solved else "-",
        f"{max(0.0, 1 - one['bound'] / one['cost']):.1e}" if solved else "-",
        _growth([each for each in found if each["name"] == one["name"]], one),
    ]


def _growth(series: list[Measure], one: Measure) -> str:
    """Return b of seconds ~ sites^b from the size before, - at the first size."""
    at = series.index(one)
    if at == 0:
        return "-"
    seconds, sites = (math.log(one[key] / series[at - 1][key]) for key in ("cpu_s", "sites"))
    return f"{seconds / sites:.2f}"


if __name__ == "__main__":
    sys.exit(main())
