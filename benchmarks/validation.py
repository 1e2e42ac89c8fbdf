"""How far the planner's hours and PUE lie from what is known: the tables of docs/validation.md.

    .venv/bin/python -m benchmarks.validation                              prints the tables
    .venv/bin/python -m benchmarks.validation --update docs/validation.md  puts them into the document

Needs the data folder for the real hours of six cities (`--data`, by default ../shared/data).
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.cities import compare, left_out
from geodata.candidates import builtin_places
from geodata.layers.chronology import Hours8760, hours_of
from geodata.layers.climate import Settings, measure_climate
from geodata.layers.cooling import Settings as CoolingSettings
from geodata.layers.cooling_hours import annual_efficiency, binding_load_share
from geodata.layers.cooling_relations import RELATIONS
from geodata.read import builtin

DATA = Path(__file__).parents[2] / "shared" / "data"
BANDS = {
    band: CoolingSettings.model_validate({"part_load_band": band}) for band in ("low", "central", "high")
}
LOAD = 0.6  # mean load of the fleet: costs.csv, load_share
CAPS = (1.20, 1.25)
SHOWN = ("water_economiser", "liquid_dry")
BLOCK = re.compile(r"<!-- table: (\w+) -->\n.*?<!-- end -->", re.DOTALL)


def tables(data: Path = DATA) -> dict[str, str]:
    """Return every table of the document by name, as Markdown."""
    cities = compare(data)
    hours = cluster_hours()
    return {
        "cities": _cities(cities),
        "wet_bulb": _wet_bulb(cities),
        "warming": _warming(data),
        "left_out": _left_out(left_out(data)),
        "part_load": _part_load(hours),
        "binding": _binding(hours),
        "published": _published(hours),
    }


def cluster_hours() -> Hours8760:
    """Return the hours of the places that the published figures speak of, as the plan takes them."""
    named = set(builtin("pue_published")["site_id"]) - {""}
    places = builtin_places()
    chosen = places[places["site_id"].isin(named)]
    climate = measure_climate(chosen, Settings())
    return hours_of(climate, chosen["longitude"], Settings())


def markdown(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table."""
    first = list(head)
    lines = [first, ["---"] * len(first), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _signed(value: float, digits: int) -> str:
    return f"{round(float(value), digits) + 0.0:+.{digits}f}"  # no minus before a nought


def _cities(found: pd.DataFrame) -> str:
    hours = found.assign(error=found["pue_hours"] - found["pue_real"])
    wide = hours.pivot(index="record", columns="technology", values="error")[list(RELATIONS)]
    rows = [[str(name), *(_signed(v, 3) for v in errors)] for name, *errors in wide.itertuples()]
    plan = (found["pue_mean"] - found["pue_real"]).abs().groupby(found["technology"]).max()
    largest = ["largest", *(f"{wide[t].abs().max():.3f}" for t in RELATIONS)]
    by_plan = ["largest, `pue_mean` of the plan", *(f"{plan[t]:.3f}" for t in RELATIONS)]
    return markdown(["record", *RELATIONS], [*rows, largest, by_plan])


def _wet_bulb(found: pd.DataFrame) -> str:
    each = found.drop_duplicates("record").sort_values("record")
    error = (each["wet_bulb_p99_c"] - each["wet_bulb_p99_real_c"]).to_numpy()
    made, real, warm = (each[c] for c in ("wet_bulb_p99_c", "wet_bulb_p99_real_c", "warming_c"))
    rows = [
        [str(name), f"{a:.1f}", f"{b:.1f}", _signed(e, 1), f"{w:.1f}"]
        for name, a, b, e, w in zip(each["record"], made, real, error, warm, strict=True)
    ]
    mean = ["mean of the absolute differences", "", "", f"{np.abs(error).mean():.2f}", ""]
    return markdown(["record", "made-up hours, C", "real, C", "difference", "warming, C"], [*rows, mean])


def _warming(data: Path) -> str:
    rows = []
    for warming in (0.0, 0.5, 1.0):
        found = compare(data, warming)
        error = (found["pue_hours"] - found["pue_real"]).abs()
        worst = found.iloc[int(error.argmax())]
        wet = (found["wet_bulb_p99_c"] - found["wet_bulb_p99_real_c"]).abs().mean()  # each record six times
        where = f"{worst['record']}, {worst['technology']}"
        rows.append([f"{warming:.1f}", f"{error.max():.3f}", where, f"{wet:.2f}"])
    head = ["warming everywhere, C", "largest PUE error", "where", "wet bulb 99 %, mean error, C"]
    return markdown(head, rows)


def _left_out(found: pd.DataFrame) -> str:
    rows = []
    for row in found.to_dict("records"):
        fit = (f"{row['spread']:.2f}", f"{row['slope']:.3f}", f"{row['range']:.3f}")
        errors = (_signed(row["pue_error"], 3), _signed(row["wet_bulb_p99_error_c"], 1))
        rows.append([str(row["city"]), *fit, *errors])
    fit_head = ["constant", "per C of mean", "per C of range"]
    return markdown(["city left out", *fit_head, "largest PUE error", "wet bulb 99 %, C"], rows)


def _pue(hours: Hours8760, load_share: float, settings: CoolingSettings) -> dict[tuple[str, str], float]:
    found = annual_efficiency(hours, load_share, settings)
    keys = zip(found["site_id"], found["technology"], strict=True)
    return dict(zip(keys, found["pue_mean"], strict=True))


def _binds(hours: Hours8760, cap: float, settings: CoolingSettings) -> dict[tuple[str, str], str]:
    found = binding_load_share(hours, cap, settings)
    shares = ["never met" if np.isnan(v) else f"{v:.2f}" for v in found["load_share"]]
    return dict(zip(zip(found["site_id"], found["technology"], strict=True), shares, strict=True))


def _part_load(hours: Hours8760) -> str:
    columns = {"full": _pue(hours, 1.0, BANDS["central"])}
    columns |= {f"{LOAD:g} {band}": _pue(hours, LOAD, settings) for band, settings in BANDS.items()}
    rows = [
        [name, *(f"{pue[site, t]:.3f}" for t in SHOWN for pue in columns.values())]
        for site, name in _start_areas().items()
    ]
    return markdown(["place", *(f"{t}, {load}" for t in SHOWN for load in columns)], rows)


def _binding(hours: Hours8760) -> str:
    found = {cap: [_binds(hours, cap, settings) for settings in BANDS.values()] for cap in CAPS}
    rows = [
        [name, *(" / ".join(band[site, t] for band in found[cap]) for t in SHOWN for cap in CAPS)]
        for site, name in _start_areas().items()
    ]
    return markdown(["place", *(f"{t}, cap {cap:.2f}" for t in SHOWN for cap in CAPS)], rows)


def _start_areas() -> dict[str, str]:
    """Return name by site_id of the start areas that the published figures speak of."""
    published = builtin("pue_published")
    areas = published.loc[published["scope"] == "common figure"].sort_values("cluster_id", kind="stable")
    return dict(zip(areas["site_id"], areas["place"], strict=True))


def _published(hours: Hours8760) -> str:
    pue = [_pue(hours, 1.0, BANDS["central"])] + [_pue(hours, LOAD, BANDS[b]) for b in BANDS]
    rows = []
    for row in builtin("pue_published").sort_values("cluster_id", kind="stable").to_dict("records"):
        key = (row["site_id"], row["technology"])
        ours = _ours([p[key] for p in pue], row["value"], row["bound"]) if key[1] else ["-"] * 4
        value = f"at most {row['value']:.2f}" if row["bound"] == "at most" else f"{row['value']:.2f}"
        told = [row["cluster_id"] or "-", row["place"], row["scope"], value, row["confidence"], key[1] or "-"]
        rows.append([*told, *ours])
    told_head = ["cluster", "place", "what", "published PUE", "confidence", "compared with"]
    ours_head = ["full load", f"at {LOAD:g} (band)", "distance, full", f"distance, {LOAD:g}"]
    return markdown([*told_head, *ours_head], rows)


def _ours(pue: list[float], value: float, bound: str) -> list[str]:
    full, low, central, high = pue
    band = f"{central:.3f} ({low:.3f} to {high:.3f})"
    return [f"{full:.3f}", band, _away(full, value, bound), _away(central, value, bound)]


def _away(made: float, told: float, bound: str) -> str:
    """Return our figure less the published one; below a published upper bound it is 'within'."""
    return "within" if bound == "at most" and made <= told else _signed(made - told, 2)


def updated(text: str, found: dict[str, str]) -> str:
    """Return the document with each block `<!-- table: name -->` .. `<!-- end -->` made afresh."""
    return BLOCK.sub(lambda m: f"<!-- table: {m[1]} -->\n{found[m[1]]}\n<!-- end -->", text)


def main() -> None:
    """Print the tables, or put them into a document."""
    parser = argparse.ArgumentParser(description="Distance of the planner's hours and PUE to what is known.")
    parser.add_argument("--data", type=Path, default=DATA, help="data folder (default: ../shared/data)")
    parser.add_argument("--update", type=Path, help="document whose tables are made afresh")
    given = parser.parse_args()
    found = tables(given.data)
    if given.update:
        given.update.write_text(updated(given.update.read_text(encoding="utf-8"), found), encoding="utf-8")
        return
    for name, table in found.items():
        print(f"{name}\n\n{table}\n")


if __name__ == "__main__":
    main()
