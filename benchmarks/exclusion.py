"""Share of a region that rasters and vectors leave available, through the project's own exclusion code.

    .venv/bin/python -m benchmarks.exclusion REGION RASTER [RASTER ...] [--exclude-values 1-12,15]
        [--exclude-vector FILE] [--crs EPSG:3035] [--resolution 100] [--json]

Cells whose centre lies inside the region count; the edges of the grid lie at multiples of the resolution. A
raster is asked at the centre of each cell (nearest pixel), a vector too. Where a raster is void, it rules
nothing out, and says so.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
import warnings
from pathlib import Path

from geodata.cells.exclusions import availability
from geodata.cells.own_exclusions import OwnLayer
from geodata.cells.screening import Screen
from geodata.tables import DataWarning, TableError


def parser() -> argparse.ArgumentParser:
    """Return the parser of the arguments."""
    found = argparse.ArgumentParser("python -m benchmarks.exclusion", description=str(__doc__).split("\n")[0])
    add = found.add_argument
    add("region", type=Path, help="polygons of any vector format and projection")
    add("rasters", type=Path, nargs="*", metavar="RASTER", help="rasters of any format and projection")
    values = "as 1-12,15 or 25-; once for all rasters or once for each; none: the rasters rule nothing out"
    add("--exclude-values", action="append", default=[], metavar="VALUES", help=values)
    add(
        "--exclude-vector",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="polygons, lines or points",
    )
    add("--buffer-km", type=float, default=0.0, help="around the vectors")
    add("--all-touched", action="store_true", help="rule out every cell that a vector's polygon touches")
    add("--crs", default="EPSG:3035", help="projection of the grid")
    add("--resolution", type=float, default=100.0, help="side of a cell, in units of the projection")
    add("--json", action="store_true", help="print JSON")
    return found


def layers(options: argparse.Namespace) -> list[OwnLayer]:
    """Return the layers that the arguments name.

    Raises
    ------
    TableError
        Another number of value lists than none, one, or one for each raster; a distance below 0; options of
        vectors without one.
    """
    if not 0 <= options.buffer_km < math.inf:
        raise TableError(f"--buffer-km: found {options.buffer_km:g}, expected a distance of 0 or more")
    if not options.exclude_vector and (options.buffer_km or options.all_touched):
        raise TableError("--buffer-km and --all-touched: expected an --exclude-vector that they are of")
    given, rasters = options.exclude_values, options.rasters
    if len(given) not in (0, 1, len(rasters)) or (given and not rasters):
        raise TableError(
            f"--exclude-values: found {len(given)} for {len(rasters)} rasters, expected one, or one for each"
        )
    if rasters and not given:
        warnings.warn("no --exclude-values: the rasters rule nothing out", DataWarning, stacklevel=2)
    values = given if len(given) == len(rasters) else given * len(rasters)
    listed = [OwnLayer(file=f, reason=f.name, values=v) for f, v in zip(rasters, values, strict=False)]
    around = {"buffer_km": options.buffer_km, "all_touched": options.all_touched}
    return listed + [OwnLayer(file=f, reason=f.name, **around) for f in options.exclude_vector]


def as_json(screen: Screen, seconds: float, notes: list[str]) -> str:
    """Return the result as JSON text."""
    rows = screen.exclusions[["reason", "text", "first_count", "all_count", "void_count"]]
    found = {
        "cells_inside": screen.area.cells,
        "cells_available": screen.free_cells,
        "mean_availability_percent": 100 * screen.free_share,
        "available_km2": screen.free_km2,
        "exclusions": rows.to_dict("records"),
        "notes": notes,
        "seconds": round(seconds, 3),
    }
    return json.dumps(found, indent=2, ensure_ascii=False)


def as_text(screen: Screen) -> str:
    """Return the result in lines."""
    lines = [
        f"cells inside: {screen.area.cells}",
        f"mean availability: {100 * screen.free_share:.2f} %",
    ]
    table = screen.exclusions
    for reason, text, count in zip(table["reason"], table["text"], table["all_count"], strict=True):
        share = 100 * count / screen.area.cells
        lines.append(f"  {reason} ({text}): rules out {count} cells, {share:.2f} %")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Print cells inside and mean availability; return the exit code."""
    options = parser().parse_intermixed_args(arguments)
    started = time.perf_counter()
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", DataWarning)
            screen = availability(options.region, layers(options), options.crs, options.resolution)
    except TableError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    notes = [str(w.message) for w in caught if issubclass(w.category, DataWarning)]
    for note in notes:
        print(f"note: {note}", file=sys.stderr)
    print(as_json(screen, time.perf_counter() - started, notes) if options.json else as_text(screen))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
