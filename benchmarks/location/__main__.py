"""Optimum of a published location problem, by the blocks of the planning model.

    .venv/bin/python -m benchmarks.location FILE --kind cap|uncap|uflp|pmed|pmedcap|lscp|pmedian|mclp

Seconds count from reading the file to the proven optimum, without the start of Python.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

from benchmarks.location.covering import least_distance, most_covered, read_scp, within
from benchmarks.location.instance import Instance, Number, checked, plain
from benchmarks.location.medians import read_graph, read_pmed, read_pmedcap
from benchmarks.location.numbers import as_number, read_text
from benchmarks.location.solution import Solution, solve
from benchmarks.location.tracts import WEIGHT, read_tracts
from benchmarks.location.warehouses import read_capacitated, read_ufllib, read_uncapacitated
from geodata.tables import TableError
from optim.tables import PlanError

BAD_INPUT, NOT_PROVEN = 2, 1
KINDS = """kinds:
  cap      OR-Library warehouses (cap41 ... capc); demand may be split. Where the file has the word 'capacity'
           for numbers: --capacity
  uncap    the same files without capacities (cap71, cap131, capa)
  uflp     UflLib (B1.1, D1.1), simple or OR-Library form
  pmed     OR-Library p-median on a graph (pmed1 ...)
  pmedcap  OR-Library capacitated p-median (pmedcap01 ...), each point served by one site; of a file with
           several problems: --problem
  lscp     fewest sites that cover all nodes. With --radius: a folder or table as for pmedian, or a graph as
           for pmed. Without: an OR-Library set-covering file, "rows columns", costs, then rows (scp41 ...) or
           columns (rail507 ...); its costs count
  pmedian  least weighted distance from --p sites: the folder with the San Francisco tables, or one table with
           the columns name, DestinationName, distance, demand; --weight is a column of weights
  mclp     most weight within --radius of --p sites: same tables
Exit code: 0 proven optimum, 1 not proven within the time limit, 2 bad input."""
NEEDS = {"pmedian": ["p"], "mclp": ["p", "radius"]}
TAKES = {
    "cap": {"capacity"},
    "pmedcap": {"problem"},
    "lscp": {"radius", "weight"},
    "pmedian": {"p", "weight"},
    "mclp": {"p", "radius", "weight"},
}


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command."""
    found = argparse.ArgumentParser(
        "python -m benchmarks.location",
        description=str(__doc__).split("\n")[0],
        epilog=KINDS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    found.add_argument("file", type=Path, help="file (or folder: lscp, pmedian, mclp)")
    kinds = ("cap", "uncap", "uflp", "pmed", "pmedcap", "lscp", "pmedian", "mclp")
    found.add_argument("--kind", required=True, choices=kinds)
    found.add_argument("--capacity", type=figure, help="capacity of every site, in place of the file's")
    found.add_argument("--problem", type=int, help="number of the problem in a file of several")
    found.add_argument("--radius", type=figure, help="largest distance at which a node is covered")
    found.add_argument("--p", type=int, help="number of sites to open")
    found.add_argument("--weight", help=f"column of the nodes' weights (default {WEIGHT})")
    found.add_argument(
        "--time-limit", type=float, default=math.inf, help="seconds for the search (default: none)"
    )
    found.add_argument("--json", action="store_true", help="print one JSON object")
    return found


def figure(text: str) -> Number:
    """Return an exact number from the command line."""
    value = as_number(text)
    if value is None:
        raise argparse.ArgumentTypeError(f"found {text!r}, expected a number")
    return value


def read(options: argparse.Namespace) -> Instance:
    """Return the instance that the options ask for.

    Raises
    ------
    TableError
        The file or the options do not fit the kind.
    """
    _options_fit(options)
    path, kind = options.file, options.kind
    if kind == "lscp" and options.radius is None and path.is_dir():
        raise TableError(f"{path}: found a folder: kind lscp needs --radius with it")
    if kind == "cap":
        return read_capacitated(path, options.capacity)
    if kind == "pmedcap":
        return read_pmedcap(path, options.problem)
    if kind in ("uncap", "uflp", "pmed"):
        return {"uncap": read_uncapacitated, "uflp": read_ufllib, "pmed": read_pmed}[kind](path)
    if kind == "lscp" and options.radius is None:
        return read_scp(path)
    if kind == "lscp" and not _is_table(path):
        distance, joined, _ = read_graph(path)
        return within(distance, joined, options.radius)
    return _of_tracts(options)


def _of_tracts(options: argparse.Namespace) -> Instance:
    tracts = read_tracts(options.file, options.weight or WEIGHT)
    if options.kind == "pmedian":
        return least_distance(tracts, options.p)
    if options.kind == "mclp":
        return most_covered(tracts, options.p, options.radius)
    return within(tracts.distance, tracts.known, options.radius, tracts.nodes)


def _is_table(path: Path) -> bool:
    return path.is_dir() or "distance" in read_text(path).partition("\n")[0].lower()


def _options_fit(options: argparse.Namespace) -> None:
    given = {k for k in ("capacity", "problem", "radius", "p", "weight") if getattr(options, k) is not None}
    lost = [k for k in NEEDS.get(options.kind, []) if k not in given]
    surplus = sorted(given - TAKES.get(options.kind, set()))
    faults = [f"kind {options.kind} needs --{k}" for k in lost]
    faults += [f"kind {options.kind} does not take --{k}" for k in surplus]
    if faults:
        raise TableError("; ".join(faults))


def report(
    options: argparse.Namespace, instance: Instance, found: Solution, seconds: float
) -> dict[str, Any]:
    """Return what there is to say of a solution."""
    name = "optimum" if found.proven else "best_found"
    result: dict[str, Any] = {"file": options.file.name, "kind": options.kind, name: plain(found.value)}
    result |= {"proven": found.proven, "bound": found.bound, "seconds": round(seconds, 2)}
    result |= {"sites": len(instance.opening), "nodes": len(instance.demand)}
    result["opened"] = [k + 1 for k in found.opened]
    if instance.stated is not None:
        result["stated_in_file"] = plain(instance.stated)
    if instance.weight is not None:
        result["mean_distance"] = plain(Fraction(found.value) / sum(instance.weight))
    if instance.cover:
        result["covered_nodes_share"] = float(instance.allowed[found.opened].any(axis=0).mean())
    return result


def main(arguments: list[str]) -> int:
    """Print the optimum and the seconds; return the exit code."""
    options = parser().parse_args(arguments)
    started = time.perf_counter()
    try:
        instance = checked(read(options), str(options.file))
        found = solve(instance, options.time_limit)
    except (TableError, PlanError) as fault:
        print(f"error: {fault}", file=sys.stderr)
        return BAD_INPUT if isinstance(fault, TableError) else NOT_PROVEN
    result = report(options, instance, found, time.perf_counter() - started)
    lines = [
        f"{k} {v!r}" for k, v in result.items() if k in ("optimum", "best_found", "mean_distance", "seconds")
    ]
    print(json.dumps(result) if options.json else "\n".join(lines))
    if not found.proven:
        print(f"not proven within {options.time_limit:g} s: no plan beats {found.bound!r}", file=sys.stderr)
    return 0 if found.proven else NOT_PROVEN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
