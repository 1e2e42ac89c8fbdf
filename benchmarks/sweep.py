"""Seconds for each point of a sweep, kept hot and built anew, with the peers in the same run.

    .venv/bin/python -m benchmarks.sweep [--json] [--sites 20,40] [--points 40] [--peer-points 2]
                                         [--write FILE]

The relaxation of the siting model (`benchmarks.sweep_cases`: places of all provinces, 192 hours, one year) at
points of carbon price, green share, tariff spread and demand. Ours goes from point to point with
`optim.warm.Planner`, to a proven gap of 1e-5; the peers build each point anew and solve the same linear
programme whole: plain Pyomo with its interface `highs`, linopy (given the matrix for nothing) and HiGHS over
our own arrays. Each in its own process, in turn; CPU seconds. Ours leaves out its first point, which starts
it. Costs have to agree to 1e-5.
"""

from __future__ import annotations

import argparse
import json
import pickle
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.build import show
from benchmarks.sweep_cases import given
from geodata.survey import Settings, survey

CONTESTANTS = {
    "warm": "kept, all four keys",
    "master": "kept, demand alone",
    "arrays": "anew, `optim.arrays`, one matrix",
    "linopy": "anew, linopy, direct",
    "pyomo": "anew, plain Pyomo, `highs`",
}
KEPT = ("warm", "master")
_SAME = 2e-5
Measure = dict[str, Any]


def main(arguments: list[str] | None = None) -> int:
    """Measure, print the table or JSON, and write the table where asked."""
    parser = argparse.ArgumentParser("python -m benchmarks.sweep", description=str(__doc__).split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--sites", default="20,40", help="numbers of sites")
    parser.add_argument("--points", type=int, default=40, help="points of ours")
    parser.add_argument("--peer-points", type=int, default=2, help="points of each peer")
    parser.add_argument("--write", type=Path, help="document whose table is written anew")
    options = parser.parse_args(arguments)
    sizes = [int(word) for word in options.sites.split(",")]
    found = measure(sizes, options.points, options.peer_points)
    show(found, tables(found), options.json, options.write)
    return 0


def measure(sizes: list[int], points: int, peer_points: int) -> list[Measure]:
    """Return the measures of each size and contestant.

    Raises
    ------
    ValueError
        A contestant fails, or two disagree.
    """
    read, found = survey(Settings()), []
    with tempfile.TemporaryDirectory() as folder:
        for sites in sizes:
            path = Path(folder) / str(sites)
            path.write_bytes(pickle.dumps(given(read, sites, points)))
            some = [once(name, sites, points if name in KEPT else peer_points, path) for name in CONTESTANTS]
            check([one for one in some if one["name"] != "master"])
            found += some
    return found


def once(name: str, sites: int, count: int, path: Path) -> Measure:
    """Return the measures of one contestant in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.sweep_once", name, str(count), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(f"{name} at {sites} sites ended with {done.returncode}: {done.stderr[-500:]}")
    made = json.loads(done.stdout.splitlines()[-1])
    each = made["cpu_s"][1:] if name in KEPT and count > 1 else made["cpu_s"]
    return {"name": name, "sites": sites, "s_a_point": statistics.mean(each), **made}


def check(measures: list[Measure]) -> None:
    """Refuse costs that differ, or that lie below the bound of another.

    Raises
    ------
    ValueError
        Naming them.
    """
    for one in measures:
        for other in measures:
            for number, (cost, bound) in enumerate(zip(one["costs"], other["bounds"], strict=False)):
                apart = abs(cost - other["costs"][number])
                if cost < bound - _SAME * abs(bound) or apart > _SAME * abs(cost):
                    raise ValueError(
                        f"point {number} of {one['sites']} sites: {one['name']} says {cost:.4f}, "
                        f"{other['name']} {other['costs'][number]:.4f} with a bound of {bound:.4f}"
                    )


def tables(found: list[Measure]) -> dict[str, str]:
    """Return the table of seconds, points a minute and ratios, as markdown."""
    head = ["problem", "by", "points", "CPU s a point", "points a CPU minute", "its seconds over ours", "MB"]
    lines = [head, ["---"] * len(head), *(_row(one, found) for one in found)]
    return {"sweep": "\n".join(f"| {' | '.join(line)} |" for line in lines)}


def _row(one: Measure, found: list[Measure]) -> list[str]:
    ours = next(each for each in found if each["sites"] == one["sites"] and each["name"] == "warm")
    return [
        f"{one['sites']} sites x 192 h",
        CONTESTANTS[one["name"]],
        str(len(one["costs"])),
        f"{one['s_a_point']:.2f}",
        f"{60 / one['s_a_point']:.1f}",
        f"{one['s_a_point'] / ours['s_a_point']:.2f}",
        f"{one['peak_mb']:.0f}",
    ]


if __name__ == "__main__":
    sys.exit(main())
