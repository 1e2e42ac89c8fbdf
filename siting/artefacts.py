"""A plan and its run folder: written whole, read back checked."""

from __future__ import annotations

import json
import math
import resource
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import TypeAdapter, ValidationError

import siting
from geodata.read import read_table
from geodata.tables import MODELS as SURVEY_MODELS
from geodata.tables import Survey, TableError
from maps.headline import headline
from optim.tables import MODELS as RESULT_MODELS
from optim.tables import Results, Solution
from siting.dictionary import data_dictionary
from siting.folder import fresh_folder, write_text
from siting.gis.geopackage import write_run_layers
from siting.json_text import to_json
from siting.plan_map import map_page
from siting.planning import Plan
from siting.report_pages import report_pages
from siting.scenario import dump_scenario, load_scenario
from siting.table_files import as_csv, digest, file_of, write_tables

MARKER = "run.json"


def write_run(plan: Plan, out: Path, force: bool = False) -> None:
    """Write the run folder of a plan: it appears whole or, on any error or interrupt, not at all.

    Parameters
    ----------
    plan : Plan
        What `siting.planning.plan` returned.
    out : Path
        The folder to be.
    force : bool
        Replace an older run there; anything else there is left alone.

    Raises
    ------
    OutputError
        Something stands at `out`, or it cannot be written.
    """
    with fresh_folder(out, MARKER, force) as part:
        parts = {"survey": survey_tables(plan.survey), "tables": result_tables(plan.results)}
        hashes = {f"{name}_sha256": write_tables(tables, part / name) for name, tables in parts.items()}
        rows = {f"{part}/{name}": len(t) for part, tables in parts.items() for name, t in tables.items()}
        about = describe(plan) | hashes | {"rows": rows}
        write_text(part / "scenario.yaml", dump_scenario(plan.scenario))
        write_text(part / "audit.json", to_json(plan.audit))
        shown = plan.scenario.maps
        layers = write_run_layers(plan.survey, plan.results, part, shown.column, shown.language)
        write_text(part / "data-dictionary.csv", as_csv(pd.concat([data_dictionary(), layers])))
        page, summary = report_pages(plan, about)
        write_text(part / "map.html", map_page(plan))
        write_text(part / "report.html", page)
        write_text(part / "summary.md", summary)
        write_text(part / MARKER, to_json(about))


def describe(plan: Plan) -> dict[str, Any]:
    """Return what `run.json` says of a plan: version, time, solve, headline figures, audit counts."""
    return {
        "program": "siting-planner",
        "version": siting.__version__,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "scenario": plan.scenario.name,
        "title": plan.scenario.title,
        "description": plan.scenario.description,
        "choices": {
            "basis": plan.scenario.optim.costs.price_basis,
            "band": plan.scenario.geodata.grid.band,
            "accelerators": plan.scenario.optim.accelerators.choice,
        },
        "seconds": plan.seconds,
        "peak_memory_mib": _peak_memory_mib(),
        "headline": asdict(headline(plan.survey, plan.results)),
        "solution": asdict(plan.results.solution),
        "audit": {"checks": len(plan.audit), "failed": sum(not finding["ok"] for finding in plan.audit)},
    }


def _peak_memory_mib() -> float:
    """Return the peak of the largest process, this one or a worker that has ended."""
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def survey_tables(survey: Survey) -> dict[str, pd.DataFrame]:
    """Return the tables of a survey by name."""
    return {name: getattr(survey, name) for name in SURVEY_MODELS}


def result_tables(results: Results) -> dict[str, pd.DataFrame]:
    """Return the tables of a plan by name."""
    return {name: getattr(results, name) for name in RESULT_MODELS}


def read_hashes(run: Path) -> dict[str, tuple[str, str]]:
    """Return, for each table of a run folder, its SHA-256 when it was written and as it is now."""
    about = read_about(run)
    parts = {"survey": about["survey_sha256"], "tables": about["tables_sha256"]}
    return {
        f"{part}/{name}": (told, digest(file_of(run / part / name)))
        for part, hashes in parts.items()
        for name, told in hashes.items()
    }


def read_run(path: Path, overrides: Sequence[str] = ()) -> Plan:
    """Return the plan of a run folder.

    Parameters
    ----------
    path : Path
        A folder written by `write_run`.
    overrides : sequence of str
        `key=value` changes to the run's scenario, for drawing it another way.

    Raises
    ------
    TableError
        Not a run folder; a file is missing, cut off or unreadable.
    ScenarioError
        The run's scenario or an override is unusable.
    """
    if not (path / MARKER).is_file():
        raise TableError(
            f"{path}: not a run folder, which holds {MARKER}; `siting plan SCENARIO --out DIR` makes one"
        )
    about = read_about(path)
    scenario = load_scenario(path / "scenario.yaml", overrides)
    survey = {name: _read(path, f"survey/{name}", model, about) for name, model in SURVEY_MODELS.items()}
    results = {name: _read(path, f"tables/{name}", model, about) for name, model in RESULT_MODELS.items()}
    solution = _solution(about["solution"], path / MARKER)
    audit = _read_json(path / "audit.json")
    whole = Results(**results, solution=solution)
    return Plan(scenario, Survey(**survey, excluded=None), whole, audit, float(about["seconds"]))


def read_about(run: Path) -> dict[str, Any]:
    """Return what `run.json` of a run folder says; a part of another kind is an error in words."""
    about, path = _read_json(run / MARKER), run / MARKER
    kinds: dict[str, type] = dict.fromkeys(
        ("rows", "solution", "headline", "survey_sha256", "tables_sha256"), dict
    )
    kinds["seconds"] = float
    found = about if isinstance(about, dict) else {}
    lost = [key for key, kind in kinds.items() if not isinstance(found.get(key), kind)]
    if lost:
        raise TableError(f"{path}: {', '.join(lost)}: missing or of another kind; was it edited? Plan again")
    return found


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise TableError(f"{path}: is missing from the run folder; plan again") from None
    except (OSError, ValueError) as error:
        raise TableError(f"{path}: cannot be read as JSON ({error}); cut off?") from None


def _read(run: Path, name: str, model: Any, about: dict[str, Any]) -> pd.DataFrame:
    found = file_of(run / name)
    if not found.is_file():
        raise TableError(f"{found}: is missing from the run folder; plan again")
    table = read_table(found, model, "run folder")
    if found.suffix == ".csv" and found.read_bytes()[-1:] not in (b"\n", b""):
        raise TableError(f"{found}: the last line has no end; cut off? Plan again")
    expected = about["rows"].get(name)
    if len(table) != expected:
        raise TableError(
            f"{found}: found {len(table)} rows, expected {expected} as in {MARKER}; cut off? Plan again"
        )
    return table


def _solution(data: Any, path: Path) -> Solution:
    try:
        whole = {key: math.nan if value is None else value for key, value in dict(data).items()}
        return TypeAdapter(Solution).validate_python(whole)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, f['loc']))}: {f['msg']}" for f in error.errors())
        raise TableError(f"{path}: key solution: {faults}") from None
    except (TypeError, ValueError):
        raise TableError(f"{path}: key solution: found {data!r}, expected keys and values") from None
