"""Time and memory to build an hourly energy model and hand it to HiGHS, against peers in the same run.

    .venv/bin/python -m benchmarks.build [--json] [--sizes small,middle,large] [--runs 5] [--write FILE]

Each contestant writes the model of `benchmarks.energy_sites`, in its own process, one after the other:
CPU seconds (of the process and its children) from numpy inputs until HiGHS holds the model, and the peak of
memory above what imports, a tiny model for warming up and the inputs take; medians. All must hand over the
same matrix; at the small size they are solved too, to the same optimum.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

SIZES = {"small": (50, 96), "middle": (200, 192), "large": (200, 2160)}
SLOW = ("appsi", "pyomo_highs")
CONTESTANTS = {
    "arrays": "Pyomo rules, `optim.arrays`",
    "by_hand": "numpy and highspy by hand",
    "linopy_direct": "linopy, direct",
    "linopy_file": "linopy, LP file",
    "appsi": "Pyomo rules, `appsi_highs`",
    "pyomo_highs": "Pyomo rules, `highs`",
}
Measure = dict[str, Any]


def main(arguments: list[str] | None = None) -> int:
    """Measure, print the table or JSON, and write the table where asked."""
    parser = argparse.ArgumentParser("python -m benchmarks.build", description=str(__doc__).split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--sizes", default=",".join(SIZES), help="of small, middle, large")
    parser.add_argument("--runs", type=int, default=5, help="runs of each contestant and size")
    parser.add_argument("--write", type=Path, help="document to put the tables into, as docs/performance.md")
    options = parser.parse_args(arguments)
    sizes = [name.strip() for name in options.sizes.split(",")]
    if unknown := sorted(set(sizes) - set(SIZES)):
        parser.error(f"--sizes: found {', '.join(unknown)}, expected some of {', '.join(SIZES)}")
    found = measure(sizes, options.runs)
    show(found, tables(found), options.json, options.write)
    return 0


def show(found: list[Measure], made: dict[str, str], as_json: bool, document: Path | None) -> None:
    """Print tables, or the measures as JSON; write the tables into a document."""
    print(json.dumps(found, indent=1) if as_json else "\n\n".join(made.values()))
    if document:
        document.write_text(filled(document.read_text(encoding="utf-8"), made), encoding="utf-8")


def measure(sizes: list[str], runs: int) -> list[Measure]:
    """Return the median of each contestant and size, in runs that take turns.

    Raises
    ------
    ValueError
        Contestants have handed over different models.
    """
    found = []
    for size in sizes:
        names = [name for name in CONTESTANTS if size != "large" or name not in SLOW]
        turns = [one for k in range(runs) for one in _turn(names, k, size)]
        medians = [_median([one for one in turns if one["name"] == name]) for name in names]
        check(medians)
        found += medians
    return found


def _turn(names: list[str], first: int, size: str) -> list[Measure]:
    """Return the measures of all contestants, beginning with another one in each turn."""
    start = first % len(names)
    return [once(name, size) for name in names[start:] + names[:start]]


def once(name: str, size: str) -> Measure:
    """Return the measures of one contestant in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.build_once", name, *map(str, SIZES[size])]
    command += ["--solve"] if size == "small" else []
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(f"{name} at {size} ended with {done.returncode}: {done.stderr[-500:]}")
    return {"name": name, "size": size, **json.loads(done.stdout.splitlines()[-1])}


def _median(runs: list[Measure]) -> Measure:
    seconds, peak = (statistics.median(run[key] for run in runs) for key in ("cpu_s", "peak_mb"))
    return {**runs[0], "cpu_s": seconds, "peak_mb": peak}


def check(measures: list[Measure]) -> None:
    """Refuse measures of models that differ.

    Raises
    ------
    ValueError
        Another number of columns, rows or entries, or another optimum.
    """
    first = measures[0]
    for other in measures[1:]:
        same = all(first[key] == other[key] for key in ("columns", "rows", "entries"))
        solved = first["objective"] is not None
        if not same or (solved and not math.isclose(first["objective"], other["objective"], rel_tol=1e-7)):
            raise ValueError(
                f"{first['name']} and {other['name']} have built different models: {first}, {other}"
            )


def tables(found: list[Measure]) -> dict[str, str]:
    """Return the tables of seconds, ratios, memory and growth, as markdown by name."""
    sizes = list(dict.fromkeys(one["size"] for one in found))
    value = {(one["name"], one["size"]): one for one in found}
    heads = [f"{value['arrays', size]['columns']:,} columns" for size in sizes]
    rows: dict[str, list[list[str]]] = {"build_seconds": [], "build_ratios": [], "build_memory": []}
    for name, title in CONTESTANTS.items():
        mine = [value.get((name, size)) for size in sizes]
        ours = [value["arrays", size] for size in sizes]
        rows["build_seconds"].append([title, *(_text(m, "cpu_s", 1, ".3f") for m in mine), _growth(mine)])
        pairs = list(zip(mine, ours, strict=True))
        rows["build_ratios"].append([title, *(_text(o, "cpu_s", m and m["cpu_s"], ".4f") for m, o in pairs)])
        rows["build_memory"].append([title, *(_text(m, "peak_mb", 1, ".0f") for m in mine)])
    first = {"build_seconds": "CPU seconds", "build_ratios": "ours to", "build_memory": "MB above imports"}
    last = {"build_seconds": ["growth"]}
    return {key: _markdown([first[key], *heads, *last.get(key, [])], rows[key]) for key in rows}


def _text(one: Measure | None, key: str, over: float | None, form: str) -> str:
    return "-" if one is None or over is None else format(one[key] / over, form)


def _growth(measures: list[Measure | None]) -> str:
    """Return the exponent b of seconds ~ columns^b between the first and the last size, - of a single one."""
    kept = [one for one in measures if one is not None]
    if len(kept) < 2:
        return "-"
    seconds, columns = (math.log(kept[-1][key] / kept[0][key]) for key in ("cpu_s", "columns"))
    return f"{seconds / columns:.2f}"


def _markdown(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def filled(text: str, made: dict[str, str]) -> str:
    """Return a document with the tables between their marks."""
    for name, table in made.items():
        pattern = re.compile(rf"(<!-- table: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        text = pattern.sub(lambda found, table=table: f"{found[1]}{table}\n{found[2]}", text)
    return text


if __name__ == "__main__":
    sys.exit(main())
