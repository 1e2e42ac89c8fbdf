"""Checks of what is there: a run audited again, a scenario tried, a survey rebuilt."""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pandas as pd

from geodata.candidates import all_places
from geodata.layers.survey_climate import build_surveyed
from geodata.read import builtin
from geodata.survey import survey
from geodata.tables import Survey
from maps.headline import headline
from optim.audit import audit
from optim.inputs import prepare
from optim.solve import make_solver
from siting.artefacts import read_about, read_hashes, read_run, to_json, write_tables
from siting.folder import fresh_folder, write_text
from siting.plan import Finding, Plan
from siting.scenario import Scenario

SURVEY_MARKER = "survey.json"


def audited(run: Path) -> Plan:
    """Return the plan of a run folder, audited afresh: its tables, their hashes, its headline figures."""
    stored = read_run(run)
    files = [_same(f"{name} as written", told, now) for name, (told, now) in read_hashes(run).items()]
    try:
        found = audit(stored.survey, stored.scenario.optim, stored.results)
        found += _headlines(stored, read_about(run)["headline"])
    except (KeyError, ValueError):
        if all(row["ok"] for row in files):
            raise
        found = []  # altered tables need not fit together
    return replace(stored, audit=[*files, *found])


def _headlines(plan: Plan, told: dict[str, Any]) -> list[Finding]:
    fresh = asdict(headline(plan.survey, plan.results))
    return [_same(f"headline {key}", told.get(key), value) for key, value in fresh.items()]


def _same(what: str, told: Any, fresh: Any) -> Finding:
    ok = told == fresh or (
        isinstance(told, int | float) and math.isclose(told, fresh, rel_tol=1e-6, abs_tol=1e-9)
    )
    return {
        "check": what,
        "items": 1,
        "place": "run",
        "expected": fresh,
        "found": told,
        "error": float(not ok),
        "ok": ok,
    }


def surveyed(scenario: Scenario) -> Survey:
    """Return the survey of a scenario, every table read and checked."""
    return survey(scenario.geodata)


def usable(scenario: Scenario) -> Survey:
    """Return the survey of a scenario of which everything short of the search itself was tried.

    Raises
    ------
    TableError, SolverError
        The tables do not fit together, a cost item is unknown, or the solver is not there.
    """
    settings = scenario.optim
    make_solver(settings.solve)
    places = surveyed(scenario)
    prepare(places, settings.cooling, settings.latency, settings.costs)
    return places


def write_survey(scenario: Scenario, data: Path, out: Path, force: bool = False) -> pd.DataFrame:
    """Write the survey's tables, and `surveyed.csv` rebuilt from the layers of a data folder.

    Parameters
    ----------
    scenario : Scenario
        Its `geodata.data` is the same data folder.
    data : Path
        Folder of raster and vector layers.
    out : Path
        Folder to be; it appears whole or not at all.
    force : bool
        Replace an older survey there.

    Returns
    -------
    DataFrame
        How the rebuilt table differs from the built-in one: see `differences`.
    """
    places = all_places(scenario.geodata.tables).sort_values("site_id").reset_index(drop=True)
    with fresh_folder(out, SURVEY_MARKER, force) as part:
        hashes = write_tables(surveyed(scenario), part / "tables")
        fresh = build_surveyed(places, data)
        write_text(part / "surveyed.csv", fresh.to_csv(index=False, lineterminator="\n"))
        found = differences(fresh, builtin("surveyed"))
        write_text(part / "differences.csv", found.to_csv(index=False, lineterminator="\n"))
        write_text(part / SURVEY_MARKER, to_json({"survey_sha256": hashes}))
    return found


def differences(fresh: pd.DataFrame, shipped: pd.DataFrame, tolerance: float = 1.5e-6) -> pd.DataFrame:
    """Return, for each column, how many places that both tables hold differ, and the largest difference.

    Parameters
    ----------
    fresh, shipped : DataFrame
        Tables with a column `site_id` and the same columns.
    tolerance : float
        Numbers nearer than this are the same.

    Returns
    -------
    DataFrame
        `column`, `places` (that differ), `largest` (empty for text), `example` (site_id); places that only
        one table holds are counted under `site_id`. No rows: no difference.
    """
    alone = set(fresh["site_id"]) ^ set(shipped["site_id"])
    both = fresh.merge(shipped, on="site_id", suffixes=("", "_shipped"))
    rows = [_difference(both, column, tolerance) for column in shipped.columns if column != "site_id"]
    rows += [("site_id", len(alone), float("nan"), min(alone, default=""))]
    table = pd.DataFrame(rows, columns=["column", "places", "largest", "example"])
    return table[table["places"] > 0].reset_index(drop=True)


def _difference(both: pd.DataFrame, column: str, tolerance: float) -> tuple[str, int, float, str]:
    new, old = both[column], both[f"{column}_shipped"]
    if pd.api.types.is_numeric_dtype(old):
        away = (new - old).abs()
        wrong = (away > tolerance) | (new.isna() != old.isna())
        most = int(away.fillna(0).argmax())
        return column, int(wrong.sum()), float(away.max()), str(both["site_id"].iloc[most])
    wrong = new != old
    return column, int(wrong.sum()), float("nan"), min(both.loc[wrong, "site_id"], default="")
