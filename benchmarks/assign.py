"""Time and memory to assign demand to sites, against peers in the same run.

    .venv/bin/python -m benchmarks.assign [--json] [--sizes 100,300,1000] [--medians 50,100,150] [--runs 5]
                                          [--peers-up-to 300] [--write FILE]

Each contestant solves the problem of `benchmarks.assign_cases`, in its own process, one after the other: CPU
seconds (of the process and its children) and the peak of memory, above what imports, a tiny problem for
warming up and the inputs take; medians. All must come within the gap: 0.1 % of assignments, 1e-6 of medians.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.assign_cases import GAPS
from benchmarks.build import show

CONTESTANTS = {
    "ours": "`optim.assignment`",
    "strong": "HiGHS, x <= y for each arc",
    "strong_merged": "HiGHS, the same with merged classes",
    "spopt": "spopt `PMedian`, CBC",
}
TITLES = {
    "assignment": "{0} sites x {0} zones x 4 classes",
    "medians": "{0} x {0}, {0}/10 medians",
    "few_medians": "{0} x {0}, {0}/30 medians",
}
MANY_RUNS_UP_TO = 150
Measure = dict[str, Any]


def main(arguments: list[str] | None = None) -> int:
    """Measure, print the tables or JSON, and write the tables where asked."""
    parser = argparse.ArgumentParser("python -m benchmarks.assign", description=str(__doc__).split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--sizes", type=_sizes, default=[100, 300, 1000], help="sites of the assignments")
    parser.add_argument("--medians", type=_sizes, default=[50, 100, 150], help="sites of the p-medians")
    parser.add_argument("--runs", type=int, default=5, help=f"runs; one where size > {MANY_RUNS_UP_TO}")
    parser.add_argument("--peers-up-to", type=int, default=300, help="largest assignment for the peers")
    parser.add_argument("--write", type=Path, help="document whose tables are written anew")
    options = parser.parse_args(arguments)
    cases = [("assignment", size) for size in options.sizes]
    cases += [(kind, size) for kind in ("medians", "few_medians") for size in options.medians]
    found = [
        one for kind, size in cases for one in measure(kind, size, options.runs, size <= options.peers_up_to)
    ]
    show(found, tables(found), options.json, options.write)
    return 0


def _sizes(text: str) -> list[int]:
    found = [int(word) for word in text.split(",") if word.strip()]
    if any(size < 2 for size in found):
        raise argparse.ArgumentTypeError(f"found {text!r}, expected numbers of 2 or more")
    return found


def measure(kind: str, size: int, runs: int, peers: bool) -> list[Measure]:
    """Return the median of each contestant, in runs that take turns.

    Raises
    ------
    ValueError
        A contestant fails, or two disagree by more than the gap.
    """
    names = [name for name in CONTESTANTS if name == "ours" or (peers and _fits(name, kind))]
    turns = [
        [once(name, kind, size) for name in names] for _ in range(runs if size <= MANY_RUNS_UP_TO else 1)
    ]
    found = [_median([turn[k] for turn in turns]) for k in range(len(names))]
    check(found, GAPS[kind])
    return found


def _fits(name: str, kind: str) -> bool:
    return name in (("strong", "strong_merged") if kind == "assignment" else ("strong", "spopt"))


def once(name: str, kind: str, size: int) -> Measure:
    """Return the measures of one contestant in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.assign_once", name, kind, str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(f"{name} at {kind} {size} ended with {done.returncode}: {done.stderr[-500:]}")
    return {"name": name, "kind": kind, "size": size, **json.loads(done.stdout.splitlines()[-1])}


def _median(runs: list[Measure]) -> Measure:
    seconds, peak = (statistics.median(run[key] for run in runs) for key in ("cpu_s", "peak_mb"))
    return {**runs[0], "cpu_s": seconds, "peak_mb": peak, "runs": len(runs)}


def check(measures: list[Measure], gap: float) -> None:
    """Refuse plans that are not within the gap of their own bound, or below the bound of another.

    Raises
    ------
    ValueError
        Naming them.
    """
    for one in measures:
        if one["cost"] - one["bound"] > gap * one["cost"] * (1 + 1e-6):
            raise ValueError(f"{one['name']} ended with a gap over {gap:g}: {one}")
        for other in measures:
            if one["cost"] < other["bound"] - 1e-6 * abs(other["bound"]):
                raise ValueError(f"{one['name']} is below the bound of {other['name']}: {one}, {other}")


def tables(found: list[Measure]) -> dict[str, str]:
    """Return the tables of assignments and of medians, as markdown by name."""
    groups = {"assign": ["assignment"], "medians": ["medians", "few_medians"]}
    made = {}
    for name, kinds in groups.items():
        mine = [one for one in found if one["kind"] in kinds]
        rows = [row for one in mine for row in _row(one, mine)]
        head = ["problem", "by", "CPU s", "ours to it", "MB", "ours to it", "runs", "cost", "gap", "growth"]
        made[name] = _markdown(head, rows)
    return made


def _row(one: Measure, found: list[Measure]) -> list[list[str]]:
    same = [each for each in found if (each["kind"], each["size"]) == (one["kind"], one["size"])]
    ours = next(each for each in same if each["name"] == "ours")
    gap = max(0.0, 1 - one["bound"] / one["cost"])
    return [
        [
            TITLES[one["kind"]].format(one["size"]),
            CONTESTANTS[one["name"]],
            f"{one['cpu_s']:.2f}",
            f"{ours['cpu_s'] / one['cpu_s']:.3f}",
            f"{one['peak_mb']:.0f}",
            f"{ours['peak_mb'] / one['peak_mb']:.3f}" if one["peak_mb"] > 1 else "-",
            str(one["runs"]),
            f"{one['cost']:.2f}",
            f"{gap:.1e}",
            _growth(
                [each for each in found if (each["kind"], each["name"]) == (one["kind"], one["name"])], one
            ),
        ]
    ]


def _growth(series: list[Measure], one: Measure) -> str:
    """Return b of seconds ~ (sites x zones)^b from the size before, - at the first size."""
    at = series.index(one)
    if at == 0:
        return "-"
    seconds, pairs = (
        math.log(one["cpu_s"] / series[at - 1]["cpu_s"]),
        math.log(one["size"] / series[at - 1]["size"]),
    )
    return f"{seconds / pairs / 2:.2f}"


def _markdown(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, ["---"] * len(head), *rows])


if __name__ == "__main__":
    sys.exit(main())
