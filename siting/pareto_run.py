"""A Pareto front of a scenario's plans, and its folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

import siting
from geodata.survey import survey
from geodata.tables import Survey
from maps.texts import texts
from optim.pareto import Front, grid_front
from optim.pareto.front import STATUSES
from optim.pareto.payoff import payoff_by_sides
from optim.pareto.plans import GAP_SHARE, UNITS, PlanProblem
from optim.pareto.tables import knee_of, payoff_table, place_table, point_table
from optim.stop import Stop
from siting.folder import fresh_folder, write_text
from siting.front_page import front_page, knee_sentence
from siting.json_text import to_json
from siting.map_places import write_places
from siting.scenario import Scenario, ScenarioError, dump_scenario
from siting.table_files import as_csv, digest

MARKER = "run.json"
Say = Callable[[str], None]


@dataclass(frozen=True)
class ParetoRun:
    """A front with its tables, and what `run.json` says of it."""

    scenario: Scenario
    survey: Survey
    tables: dict[str, pd.DataFrame]
    about: dict[str, Any]


def objectives(text: str) -> list[str]:
    """Return the names in a list with commas, cost first.

    >>> objectives("carbon,cost")
    ['cost', 'carbon']

    Raises
    ------
    ScenarioError
        An unknown name, one twice, fewer than two.
    """
    names = [name.strip() for name in text.split(",")]
    if set(names) - set(UNITS) or len(set(names)) < len(names) or len(names) < 2:
        raise ScenarioError(f"--objectives: found {text!r}, expected two to four of {', '.join(UNITS)}")
    return sorted(names, key=lambda name: name != "cost")


def pareto(
    scenario: Scenario,
    names: Sequence[str],
    points: int,
    integers: bool = False,
    gap_share: float | None = None,
    say: Say = lambda _: None,
    stop: Stop | None = None,
) -> ParetoRun:
    """Return the front of a scenario's plans.

    Parameters
    ----------
    scenario : Scenario
        The settings of each part; budgets that have a number hold along the front.
    names : sequence of str
        Goals, the one first that the others are traded against.
    points : int
        Points of the grid, about.
    integers : bool
        Plans with whole campuses and modules; else the relaxation.
    gap_share : float, optional
        Gap of each solve; 5e-4, or with integers that of the scenario.
    say : callable
        Called with a short text at each step.
    stop : Stop, optional
        A wish that ends the run; nothing is kept of it.

    Raises
    ------
    TableError, PlanError
        As of `siting.planning.plan`.
    """
    started = time.perf_counter()
    say("surveying places")
    places = survey(scenario.geodata)
    gap = gap_share or (scenario.optim.solve.gap_share if integers else GAP_SHARE)
    say("solving the cheapest plan")
    stop = stop or Stop()
    heeded = nullcontext() if integers else stop.open()  # integer searches heed it by themselves
    with heeded, PlanProblem(places, scenario.optim, names, integers, gap, say, stop) as problem:
        say("solving each goal alone")
        table = payoff_by_sides(problem, problem.slack_share)
        front = grid_front(problem, table, points, noise_share=problem.noise_share, say=say)
    tables = {"pareto": point_table(front), "payoff": payoff_table(front), "places": place_table(front)}
    asked = {"objectives": list(names), "points": points, "integers": integers, "gap_share": gap}
    return ParetoRun(scenario, places, tables, _about(scenario, front, tables) | asked | _spent(started))


def _spent(started: float) -> dict[str, float]:
    return {"seconds": time.perf_counter() - started}


def _about(scenario: Scenario, front: Front, tables: dict[str, pd.DataFrame]) -> dict[str, Any]:
    knee, goals = knee_of(front), [goal.name for goal in front.goals]
    at = tables["pareto"].loc[tables["pareto"]["knee"], "point"]
    sentence = knee_sentence(tables["pareto"], goals, texts("en"))
    return {
        "program": "siting-planner",
        "kind": "pareto",
        "version": siting.__version__,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "scenario": scenario.name,
        "title": scenario.title,
        "description": scenario.description,
        "solves": front.solves,
        "status": {status: front.count(status) for status in STATUSES},
        "knee": None if knee is None else {"point": int(at.iloc[0]), "distance_share": knee.distance_share},
        "sentence": sentence,
    }


def write_pareto(run: ParetoRun, out: Path, force: bool = False) -> None:
    """Write the folder of a front: it appears whole or, on any error or interrupt, not at all.

    Raises
    ------
    OutputError
        Something stands at `out`, or it cannot be written.
    """
    language = run.scenario.report.language
    page = front_page(run.tables, run.about, run.scenario.title_in(language), language)
    with fresh_folder(out, MARKER, force) as part:
        for name, table in run.tables.items():
            write_text(part / f"{name}.csv", as_csv(table))
            table.to_parquet(part / f"{name}.parquet", index=False, compression="zstd")
        write_places(part, run.survey)
        write_text(part / "scenario.yaml", dump_scenario(run.scenario))
        write_text(part / "pareto.html", page)
        files = sorted(path for path in part.rglob("*") if path.is_file())
        hashes = {path.relative_to(part).as_posix(): digest(path) for path in files}
        write_text(part / MARKER, to_json(run.about | {"sha256": hashes}))
