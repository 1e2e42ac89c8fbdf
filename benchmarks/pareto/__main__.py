"""Fronts of published multi-objective problems, by the driver of `siting pareto`.

    .venv/bin/python -m benchmarks.pareto FOLDER [FOLDER ...] [--json] [--seconds 600] [--points 100]

Where all goals have values on a grid the whole front is found, point by point; else a front on an even grid
of sides. Seconds count from reading the folder, without the start of Python.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.pareto.case import Case
from benchmarks.pareto.compare import compared
from benchmarks.pareto.matrices import read_matrices
from benchmarks.pareto.words import read_words
from geodata.tables import TableError
from optim.pareto import Front, Payoff, exact_front, grid_front, payoff
from optim.pareto.linear import EndlessError, LinearProblem
from optim.tables import PlanError

DIFFERS, BAD_INPUT = 1, 2
CODES = "Exit code: 0 all that is published was found, 1 it was not or time was over, 2 bad input."


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command."""
    found = argparse.ArgumentParser(
        "python -m benchmarks.pareto", description=str(__doc__).split("\n")[0], epilog=CODES
    )
    found.add_argument(
        "folders",
        type=Path,
        nargs="+",
        metavar="FOLDER",
        help="folder with a.csv, b.csv, c.csv, or with a model in words (SOURCES.md, expected_payoff.csv)",
    )
    found.add_argument("--json", action="store_true", help="print one JSON object for each folder")
    found.add_argument("--seconds", type=float, default=math.inf, help="time for each front (default: none)")
    found.add_argument(
        "--points", type=int, default=100, help="points of the grid, where a front is not exact"
    )
    found.add_argument("--threads", type=int, default=1, help="threads of the solver")
    return found


def read(folder: Path) -> Case:
    """Return the problem of a folder.

    Raises
    ------
    TableError
        No folder, or none of the two formats.
    """
    if not folder.is_dir():
        raise TableError(f"{folder}: there is no such folder")
    if any((folder / name).is_file() for name in ("a.csv", "b.csv", "c.csv")):
        return read_matrices(folder)
    if (folder / "expected_payoff.csv").is_file():
        return read_words(folder)
    raise TableError(
        f"{folder}: found neither a.csv, b.csv and c.csv nor expected_payoff.csv, expected a problem in one "
        "of these formats"
    )


def wrong_options(options: argparse.Namespace) -> list[str]:
    """Return a sentence for each option that is out of range."""
    checks = (
        ("--seconds", options.seconds, options.seconds > 0, "a number over 0"),
        ("--points", options.points, options.points >= 2, "2 or more"),
        ("--threads", options.threads, options.threads >= 1, "1 or more"),
    )
    return [
        f"found {name} {value:g}, expected {what}" for name, value, is_right, what in checks if not is_right
    ]


def solved(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Return what there is to say of a folder's front."""
    started = time.perf_counter()
    case = read(folder)
    problem = LinearProblem(case.matrix, case.goals, threads=options.threads)
    try:
        table = payoff(problem)
    except EndlessError as fault:
        raise TableError(f"{folder}: {fault} (a.csv and b.csv, or x.csv)") from None
    seconds_payoff = time.perf_counter() - started
    ends = started + options.seconds
    front = front_of(folder.name, problem, table, options.points, ends - time.perf_counter())
    seconds = {"seconds_payoff": seconds_payoff, "seconds": time.perf_counter() - started}
    return compared(case, front, problem, ends) | {name: round(value, 2) for name, value in seconds.items()}


def front_of(name: str, problem: LinearProblem, table: Payoff, points: int, seconds: float) -> Front:
    """Return the whole front where all goals lie on a grid, else one on a grid of sides."""

    def say(line: str) -> None:
        print(f"{name}: {line}", file=sys.stderr)

    if all(goal.step for goal in problem.goals):
        return exact_front(problem, table, problem.highest, seconds, say)
    return grid_front(problem, table, points, seconds=seconds)


def lines(found: dict[str, Any]) -> list[str]:
    """Return the figures as lines to read."""
    shown = {k: v for k, v in found.items() if k not in ("front", "payoff", "goals")}
    texts = [f"{name} {json.dumps(value)}" for name, value in shown.items()]
    goals = [f"goal {goal['name']} {goal['sense']}" for goal in found["goals"]]
    rows = [f"payoff {' '.join(f'{value:g}' for value in row)}" for row in found["payoff"]]
    return [*texts[:1], *goals, *rows, *texts[1:]]


def main(arguments: list[str]) -> int:
    """Print what came of each folder; return the exit code."""
    options = parser().parse_args(arguments)
    if faults := wrong_options(options):
        print(f"error: {'; '.join(faults)}", file=sys.stderr)
        return BAD_INPUT
    all_found = True
    for folder in options.folders:
        try:
            found = solved(folder, options)
        except (TableError, PlanError) as fault:
            print(f"error: {fault}", file=sys.stderr)
            return BAD_INPUT if isinstance(fault, TableError) else DIFFERS
        all_found &= found["as_published"]
        print(json.dumps(found) if options.json else "\n".join(lines(found)), flush=True)
    return 0 if all_found else DIFFERS


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
