"""Seconds until a map page is first painted and until it can be used, and its size.

    .venv/bin/python -m benchmarks.maps [--rounds 5] [--run RUN]

Pages: candidate map of 350 places, of 100,000 raster cells (made up, seeded), and a plan map (made up: 350
candidates, 150 sites, 3,000 flows; or that of a run folder). Each is opened anew, network off, in headless
Chromium at 1400 x 900; the median of the rounds. First paint is the browser's first contentful paint;
`drawn` is when candidates or flows stand on the map, `ready` when every control works. For the candidate
maps also the milliseconds of drawing again after a move of the map, and after a move of a weight.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
import warnings
from pathlib import Path

from playwright.sync_api import Browser

from geodata.tables import DataWarning
from maps.candidate_page import candidate_page
from maps.offline import to_html
from maps.page import Settings
from maps.plan_page import draw_plan
from tests.maps import cell_world, world
from tests.pages import browser

Measure = dict[str, float | str]
LIMIT_S = 3.0
WEIGHTS = "#weight=energy_price_posted_cny_per_mwh:5:lower&weight=substation_km:3:lower"
PAINT = "() => (performance.getEntriesByName('first-contentful-paint')[0] || {}).startTime || 0"
MARK = "(name) => (performance.getEntriesByName(name)[0] || {}).startTime || 0"
NEXT = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))"
AGAIN = """(work) => { const app = siting.candidates.app, times = [];
  for (let k = 0; k < 9; k++) { const start = performance.now();
    if (work === "weigh") { app.state.weights[0].weight = k; app.refresh(false); }
    app.layer.draw();
    times.push(performance.now() - start); }
  return times.sort((a, b) => a - b)[4]; }"""


def pages(folder: Path, run: Path | None) -> dict[str, Path]:
    """Write the pages and return them by name."""
    seats, cells = cell_world.seats(350), cell_world.survey(100_000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        texts = {
            "candidates, 350 places": candidate_page(seats, Settings()),
            "candidates, 100,000 cells": candidate_page(cells, Settings(), cell_deg=cell_world.CELL_DEG),
            "plan": _plan(run),
        }
    found = {name: folder / f"{number}.html" for number, name in enumerate(texts)}
    for name, path in found.items():
        path.write_text(texts[name], encoding="utf-8")
    return found


def _plan(run: Path | None) -> str:
    if run is not None:
        from siting.artefacts import map_page, read_run

        return map_page(read_run(run))
    places = world.survey(350)
    return to_html(draw_plan(places, world.results(places, 150, 3000), Settings(flows_min_mw=1)))


def measure(started: Browser, name: str, file: Path, rounds: int) -> Measure:
    """Return the medians of a page over the rounds."""
    times = [_once(started, file, name.startswith("candidates")) for _ in range(rounds)]
    median = {key: statistics.median(each[key] for each in times) for key in times[0]}
    return {"page": name, "size_mb": file.stat().st_size / 1e6, **median}


def _once(started: Browser, file: Path, candidates: bool) -> dict[str, float]:
    context = started.new_context(offline=True, viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.goto(file.as_uri() + (WEIGHTS if candidates else ""))
    if candidates:
        page.wait_for_selector("body.ready")
    end = page.evaluate(NEXT) / 1000
    found = {"first_paint_s": page.evaluate(PAINT) / 1000, "drawn_s": end, "ready_s": end}
    if candidates:
        found |= {f"{name}_s": page.evaluate(MARK, name) / 1000 for name in ("drawn", "ready")}
        found |= {f"{work}_ms": page.evaluate(AGAIN, work) for work in ("move", "weigh")}
    context.close()
    return found


def table(found: list[Measure]) -> str:
    """Return the measures as a markdown table."""
    head = ["page", "MB", "first paint s", "drawn s", "ready s", "map moved ms", "weight moved ms"]
    keys = ["size_mb", "first_paint_s", "drawn_s", "ready_s", "move_ms", "weigh_ms"]
    lines = [head, ["---"] * len(head)]
    for one in found:
        figures = [f"{one[key]:.{0 if key.endswith('_ms') else 2}f}" if key in one else "" for key in keys]
        lines.append([str(one["page"]), *figures])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> int:
    """Print the table; 1 if places stand on a page later than the goal."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--run", type=Path, default=None, help="run folder whose plan map is drawn")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, browser() as started:
        begun = time.perf_counter()
        made = pages(Path(folder), given.run)
        print(f"pages written in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
        found = [measure(started, name, file, given.rounds) for name, file in made.items()]
    print(table(found))
    return int(any(float(one["drawn_s"]) > LIMIT_S for one in found))


if __name__ == "__main__":
    sys.exit(main())
