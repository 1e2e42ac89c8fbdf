"""The folder and the page of a sensitivity."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

import siting
from maps.charts import bars
from optim.sensitivity import OK
from siting.folder import fresh_folder, write_text
from siting.futures.sensitivity import Found
from siting.futures.write import write_both
from siting.json_text import to_json
from siting.pages import Section, plain_page
from siting.report_tables import Table
from siting.scenario import dump_scenario

MARKER = "sensitivity.json"
_WORDS = {
    "cost_m_cny": "Cost, penalties included [M CNY]",
    "unserved_mw": "Load without a place in the last year [MW]",
    "west_share": "Share of the west in the last year",
    "emissions_mt": "Carbon of purchased energy [Mt]",
    "water_million_m3": "Water [million m3]",
    "purchase_twh": "Purchased energy [TWh]",
}


def write(found: Found, title: str, note: str, out: Path, force: bool = False) -> None:
    """Write the folder of a sensitivity; parameters as of `siting.futures.write.write`."""
    with fresh_folder(out, MARKER, force) as part:
        write_both({"points": found.points, "indices": found.indices}, part)
        write_text(part / "scenario.yaml", dump_scenario(found.base.scenario))
        write_text(part / "sensitivity.html", page(found, title, note))
        write_text(part / MARKER, to_json(describe(found) | {"title": title, "note": note}))


def describe(found: Found) -> dict[str, Any]:
    """Return what was asked and what came out, for `sensitivity.json` and `--json`."""
    return {
        "program": "siting-planner",
        "version": siting.__version__,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "scenario": found.base.scenario.name,
        "design": found.design.model_dump(mode="json"),
        "points": len(found.points),
        "failed": failed(found),
        "gap_m_cny": found.gap_m_cny,
        "indices": found.indices.to_dict("records"),
    }


def failed(found: Found) -> int:
    """Return how many points have no plan."""
    return int((found.points["status"] != OK).sum())


def page(found: Found, title: str, note: str) -> str:
    """Return the page: for each figure what moves it, most first."""
    lost = failed(found)
    notes = [note] if note else []
    notes.append(
        f"Each point is the relaxation of a plan; its cost is known to {found.gap_m_cny:,.0f} M CNY, and an "
        "effect below that may be nothing."
    )
    if lost:
        notes.append(
            f"{lost} of {len(found.points)} points have no plan; what they belong to does not count."
        )
    design = found.design
    lead = [
        f"{len(found.points)} points, {design.method} with {design.count} "
        f"{'trajectories' if design.method == 'morris' else 'base samples'}. {_meaning(found)}"
    ]
    parts = [_section(found, str(name), rows) for name, rows in found.indices.groupby("figure", sort=False)]
    return plain_page(title or "Sensitivity", lead, ("What this rests on", notes), parts, "en")


def _meaning(found: Found) -> str:
    if found.design.method == "morris":
        return (
            "Effect: the mean size of the change as a figure goes through its whole range, or if it is "
            "a choice from one value to another. Sigma: how much that differs from place to place; large "
            "beside the effect: bent, or joint with other figures."
        )
    return (
        "Total: the share of the variance that a figure has a part in. Alone: the share that it explains by "
        "itself."
    )


def _section(found: Found, figure: str, rows: pd.DataFrame) -> Section:
    rows = rows.sort_values("effect", ascending=False)
    is_morris = found.design.method == "morris"
    heads = (
        ("figure", "effect", "\u00b1", "mean", "sigma")
        if is_morris
        else ("figure", "total", "\u00b1", "alone", "\u00b1")
    )
    columns = ["effect", "confidence", *(("mu", "sigma") if is_morris else ("s1", "s1_confidence"))]
    cells = [(str(row["name"]), *(_cell(row[c]) for c in columns)) for row in rows.to_dict("records")]
    drawn = rows.set_index("name")[["effect"]].fillna(0.0).clip(lower=0.0)
    title = _WORDS.get(figure, f"IT power in {figure}")
    label = f"effect, in units of: {title}" if is_morris else "total share of the variance"
    name = f"figure{list(dict.fromkeys(found.indices['figure'])).index(figure)}"
    return Section(title, figure=bars(drawn, label, name, legend=False), table=Table(heads, cells))


def _cell(value: float) -> str:
    return "\u2013" if pd.isna(value) else f"{value:,.4g}"
