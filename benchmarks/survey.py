"""Time and memory of the survey by raster, against resolution, and means over polygons against their peers.

    .venv/bin/python -m benchmarks.survey [--data DIR] [--resolutions 0.25,0.1,0.05,0.02]

Raster candidates of all China, each resolution in a process of its own: seconds on the clock, highest memory
of the process. Means of a made-up raster over made-up polygons: this project, bare exactextract, rasterstats
in turn, the least of three runs (one of rasterstats), and how far they agree.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import rasterstats
import shapely
from exactextract import exact_extract

from geodata.cells.cells import CellSettings, cell_candidates
from geodata.readers.zonal import zonal_mean
from geodata.tables import DataWarning

ROOT = Path(__file__).parents[1]
DATA = ROOT.parent / "shared" / "data"
BOX = (73.0, 18.0, 135.0, 54.0)  # west, south, east, north
PIXEL_DEG = 0.02
VOID = -9999.0
CORNERS = 24
RUNS = 3
MB = 1024 if sys.platform != "darwin" else 1024**2  # ru_maxrss counts in kB, on a Mac in bytes


def one_resolution(resolution_deg: float, data: Path) -> dict[str, float]:
    """Return seconds, highest memory [MB] and counts of the raster candidates of all China."""
    started = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        cells = cell_candidates(CellSettings(resolution_deg=resolution_deg), data)
    grid = cells.screen.area.grid
    return {
        "resolution_deg": resolution_deg,
        "cells": grid.width * grid.height,
        "inside": cells.screen.area.cells,
        "free": cells.screen.free_cells,
        "candidates": len(cells.places),
        "seconds": time.perf_counter() - started,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MB,
    }


def in_process(resolution_deg: float, data: Path) -> dict[str, float]:
    """Return the result of `one_resolution` in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.survey", "--one", str(resolution_deg), "--data", str(data)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def made_raster(path: Path, seed: int = 1) -> None:
    """Write a raster of noise with 2 % void pixels over all China."""
    random = np.random.default_rng(seed)
    width, height = (round((BOX[i + 2] - BOX[i]) / PIXEL_DEG) for i in (0, 1))
    values = random.normal(100, 20, (height, width)).astype("float32")
    values[random.random(values.shape) < 0.02] = VOID
    place = rasterio.Affine(PIXEL_DEG, 0, BOX[0], 0, -PIXEL_DEG, BOX[3])
    kind = {"driver": "GTiff", "count": 1, "dtype": "float32", "nodata": VOID, "crs": "EPSG:4326"}
    with rasterio.open(
        path, "w", width=width, height=height, transform=place, tiled=True, compress="deflate", **kind
    ) as target:
        target.write(values, 1)


def made_polygons(count: int, seed: int = 2) -> gpd.GeoSeries:
    """Return stars of 24 corners with radii of 0.05 to 0.5 degrees, all inside the raster."""
    random = np.random.default_rng(seed)
    x, y = random.uniform(BOX[0] + 1, BOX[2] - 1, count), random.uniform(BOX[1] + 1, BOX[3] - 1, count)
    reach = random.uniform(0.05, 0.5, (count, 1)) * random.uniform(0.6, 1, (count, CORNERS))
    turn = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    corners = np.stack([x[:, None] + reach * np.cos(turn), y[:, None] + reach * np.sin(turn)], axis=-1)
    return gpd.GeoSeries(shapely.polygons(corners), crs="EPSG:4326")


def bare_means(path: Path, polygons: gpd.GeoSeries) -> np.ndarray:
    """Return the means by exactextract, called as its documentation does."""
    table = exact_extract(str(path), gpd.GeoDataFrame(geometry=polygons), "mean", output="pandas")
    return table["mean"].to_numpy()


def peer_means(path: Path, polygons: gpd.GeoSeries) -> list[dict[str, float]]:
    """Return the means by rasterstats, which counts pixels whose centre lies inside."""
    return rasterstats.zonal_stats(polygons, path, stats="mean", nodata=VOID)


def least_seconds(work: Callable[[], object], runs: int) -> float:
    """Return the least seconds on the clock of so many runs."""
    found = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        found.append(time.perf_counter() - started)
    return min(found)


def compare_zonal(count: int) -> dict[str, float]:
    """Return seconds of the three ways to the means over polygons, their ratios, and how far they agree."""
    with tempfile.TemporaryDirectory() as folder:
        path, polygons = Path(folder) / "made.tif", made_polygons(count)
        made_raster(path)
        ours, bare = zonal_mean(path, polygons), bare_means(path, polygons)
        rough = np.array([row["mean"] for row in peer_means(path, polygons)], dtype=float)
        seconds = {
            "ours_seconds": least_seconds(lambda: zonal_mean(path, polygons), RUNS),
            "exactextract_seconds": least_seconds(lambda: bare_means(path, polygons), RUNS),
            "rasterstats_seconds": least_seconds(lambda: peer_means(path, polygons), 1),
        }
    return seconds | {
        "polygons": count,
        "rasterstats_over_ours": seconds["rasterstats_seconds"] / seconds["ours_seconds"],
        "ours_over_exactextract": seconds["ours_seconds"] / seconds["exactextract_seconds"],
        "largest_difference": float(np.abs(ours - bare).max()),
        "difference_to_rasterstats": float(np.median(np.abs(ours - rough))),
    }


def as_text(rows: list[dict[str, float]], zonal: dict[str, float]) -> str:
    """Return the results in lines."""
    lines = ["resolution      cells     inside       free  candidates  seconds  memory"]
    lines += [
        f"{r['resolution_deg']:>6g} deg {r['cells']:>10,} {r['inside']:>10,} {r['free']:>10,} "
        f"{r['candidates']:>11,} {r['seconds']:>6.1f} s {r['memory_mb']:>4.0f} MB"
        for r in rows
    ]
    z, peer = zonal, zonal["difference_to_rasterstats"]
    lines += [
        f"means over {z['polygons']} polygons: ours {z['ours_seconds']:.2f} s, exactextract "
        f"{z['exactextract_seconds']:.2f} s, rasterstats {z['rasterstats_seconds']:.2f} s",
        f"rasterstats / ours {z['rasterstats_over_ours']:.1f}, ours / exactextract "
        f"{z['ours_over_exactextract']:.2f}",
        f"largest difference to exactextract {z['largest_difference']:.1e}",
        f"median difference to rasterstats {peer:.1e}, of values about 100",
    ]
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    """Print time and memory for each resolution, and the comparison of means over polygons."""
    parser = argparse.ArgumentParser("python -m benchmarks.survey", description=str(__doc__).split("\n")[0])
    parser.add_argument("--data", type=Path, default=DATA, help="data folder")
    parser.add_argument("--resolutions", default="0.25,0.1,0.05,0.02", help="sides of a cell [degrees]")
    parser.add_argument("--polygons", type=int, default=3000, help="made-up polygons")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--one", type=float, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one:
        print(json.dumps(one_resolution(options.one, options.data)))
        return
    rows = [in_process(float(r), options.data) for r in options.resolutions.split(",")]
    zonal = compare_zonal(options.polygons)
    print(json.dumps({"cells": rows, "zonal": zonal}, indent=2) if options.json else as_text(rows, zonal))


if __name__ == "__main__":
    main(sys.argv[1:])
