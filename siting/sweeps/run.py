"""The front door of sweeps: points in, a folder of answers out, whatever ends it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from geodata.resurvey import Resurvey
from geodata.tables import DataWarning, Survey
from maps.texts import Language
from optim.inputs import prepare
from optim.tour import pieces, tour
from optim.walk import walk
from optim.walk_cluster import check_scheduler, walk_on
from siting.folder import write_text
from siting.scenario import Scenario
from siting.sweeps.axes import Asked, Point
from siting.sweeps.checks import check_points, check_scheduler_address
from siting.sweeps.finding import found_of
from siting.sweeps.folder import Folder, describe
from siting.sweeps.page import Found, charts, page
from siting.sweeps.refine import POINTS_MAX, midpoints, refined_points
from siting.sweeps.solving import SOLVED, Job, Record, make_solve
from siting.sweeps.summary import places_table, write_pair
from siting.sweeps.touches import touch
from siting.values import is_number

PLOTS = "plots"
FAILED = ("failed", "out_of_time")
WEIGHT = {"nothing": 0.0, "search": 1.0, "master": 1.0, "costs": 3.0, "rows": 9.0}
Tick = Callable[[Record], None]


@dataclass(frozen=True)
class Where:
    """Who solves: processes here (0: this one alone), or the workers of a Dask scheduler."""

    workers: int = 2
    scheduler: str | None = None


@dataclass(frozen=True)
class Sweep:
    """A sweep that was looked over and may begin."""

    folder: Folder
    about: dict[str, Any]
    job: Job
    scenario: Scenario
    waiting: tuple[str, ...]
    where: Where

    def and_points(self, points: Mapping[str, Point]) -> Sweep:
        """Return the sweep with further points, which wait."""
        about = self.about | {"points": self.points | dict(points)}
        return replace(self, about=about, waiting=tuple(points))

    @property
    def points(self) -> dict[str, Point]:
        """Return the values of the keys by case."""
        return self.about["points"]


def prepared(job: Job, asked: Asked, out: Path, where: Where, resume: bool, retry: bool) -> Sweep:
    """Return a sweep whose points are checked and whose folder is there; nothing is solved yet.

    Parameters
    ----------
    job : Job
        The scenario before a point's keys, and how a point is solved.
    asked : Asked
        The points.
    out : Path
        The folder of the sweep.
    where : Where
        Who solves.
    resume, retry : bool
        Go on with a sweep that is there; solve again what failed or ran out of time.

    Raises
    ------
    ScenarioError, TableError, OutputError, SolverError
        Whatever would keep the sweep from its work, before any.
    """
    start, folder = job.start, Folder(out)
    check_scheduler_address(where.scheduler)
    first = check_points(start, asked)
    scenario = start.scenario()
    surveys = Resurvey()
    places = surveys.survey(first.geodata)
    prepare(places, first.optim)
    _check_rules(asked, places)
    if where.scheduler:
        check_scheduler(where.scheduler)
    own = surveys.survey(scenario.geodata)
    base = base_values(scenario, own, [axis.key for axis in asked.axes])
    about = describe(scenario, base, asked, cases_of(len(asked.points)), job, own)
    folder.begin(about, resume)
    folder.write_ground(scenario, own, places)
    done = folder.records()
    again = {case for case, record in done.items() if retry and record["status"] in FAILED}
    waiting = tuple(case for case in about["points"] if case not in done or case in again)
    return Sweep(folder, about, job, scenario, waiting, where)


def cases_of(count: int) -> list[str]:
    """Return the names of the points: their numbers, from 1.

    >>> cases_of(2)
    ['0001', '0002']
    """
    return [f"{number:04d}" for number in range(1, count + 1)]


def _check_rules(asked: Asked, places: Survey) -> None:
    """Warn of numbers of rules that are not in force."""
    off = set(places.rules.loc[~places.rules["enabled"], "rule_id"])
    for axis in asked.axes:
        head, _, rule = axis.key.rpartition(".")
        if head in ("geodata.policy.numbers", "geodata.policy.hardness") and rule in off:
            text = f"the rule is off, so this changes nothing; put it on by --rule {rule}=on"
            warnings.warn(f"{asked.place([axis.key])}: {text}", DataWarning, stacklevel=2)


def base_values(scenario: Scenario, places: Survey, keys: Sequence[str]) -> dict[str, Any]:
    """Return what the scenario says of dotted keys, else its tables of costs and rules; None: nothing."""
    known: dict[str, Any] = {
        "optim.costs.items": dict(zip(places.costs["item"], places.costs["value"], strict=True)),
        "geodata.policy.numbers": dict(zip(places.rules["rule_id"], places.rules["number"], strict=True)),
    }
    data = scenario.model_dump(mode="json")
    found: dict[str, Any] = {}
    for key in keys:
        part: Any = data
        for word in key.split("."):
            part = part.get(word) if isinstance(part, dict) else None
        head, _, last = key.rpartition(".")
        found[key] = known.get(head, {}).get(last) if part is None else part
    return found


def solve(sweep: Sweep, tick: Tick = lambda record: None) -> None:
    """Solve all points that wait, and write each the moment it ends."""
    answers = _answers(sweep)
    with closing(answers):
        for case, answer in answers:
            record = answer if isinstance(answer, dict) else _lost(sweep, case, answer)
            sweep.folder.write(record)
            tick(record)


def refine(sweep: Sweep, share: float, tick: Tick = lambda record: None) -> None:
    """Solve points in the middle of intervals in which provinces change, until they are narrow enough.

    Parameters
    ----------
    sweep : Sweep
        Of one axis of numbers, solved.
    share : float
        Width that is close enough, as a share of the range of the axis.
    tick : callable
        Called with each record.
    """
    for _ in range(POINTS_MAX):
        records = sweep.folder.records()
        points = sweep.points | refined_points(records)
        about = sweep.about
        new = midpoints(points, records, about["base"], about["chosen_from_mw"], share)
        if not new or len(points) + len(new) > len(sweep.points) + POINTS_MAX:
            return
        solve(sweep.and_points(new), tick)


def _answers(sweep: Sweep) -> Generator[tuple[Any, Any]]:
    order = short_way(sweep.points, sweep.waiting, sweep.about["base"])
    where = sweep.where
    if not where.scheduler and not where.workers:
        return _here(sweep, order)
    count = check_scheduler(where.scheduler) if where.scheduler else where.workers
    tasks = [[(case, sweep.points[case]) for case in piece] for piece in cut(order, count)]
    if where.scheduler:
        return walk_on(where.scheduler, tasks, make_solve, sweep.job)
    return walk(tasks, make_solve, sweep.job)


def _here(sweep: Sweep, order: Sequence[str]) -> Generator[tuple[Any, Any]]:
    answer = make_solve(sweep.job)
    yield from ((case, answer(case, sweep.points[case])) for case in order)


def _lost(sweep: Sweep, case: str, error: Exception) -> Record:
    return {
        "case": case,
        "keys": sweep.points[case],
        "method": sweep.job.method,
        "status": "failed",
        "message": str(error),
        "seconds": None,
        "figures": {},
        "provinces": {},
        "sites": {},
    }


def short_way(points: Mapping[str, Point], cases: Sequence[str], base: Point) -> list[str]:
    """Return cases in an order in which neighbours are alike, most of all in what is dear to change."""
    if not cases:
        return []
    keys = list(dict.fromkeys(key for case in cases for key in points[case]))
    parts = [
        WEIGHT[touch(key).depth] * _column([points[case].get(key, base.get(key)) for case in cases])
        for key in keys
    ]
    columns = np.hstack(parts) if parts else np.zeros((len(cases), 1))
    return [cases[number] for number in tour(columns)]


def _column(values: list[Any]) -> np.ndarray:
    """Return numbers from 0 to 1, or for words a column each, so that two differ by 1."""
    if all(is_number(value) for value in values):
        numbers = np.asarray(values, dtype=float)
        span = float(np.ptp(numbers)) or 1.0
        return ((numbers - numbers.min()) / span)[:, None]
    words = [repr(value) for value in values]
    return np.asarray([[0.5 * (word == known) for known in sorted(set(words))] for word in words])


def cut(order: Sequence[str], count: int) -> list[list[str]]:
    """Return the way in a piece for each of `count` processes."""
    return [[order[number] for number in piece] for piece in pieces(list(range(len(order))), count)]


def finish(sweep: Sweep, language: Language) -> Found:
    """Write summary, places, critical values, plots and page of what is known, and return it."""
    folder = sweep.folder.path
    found = found_of(sweep.about, sweep.folder.records(), language)
    write_pair(found.summary, folder, "summary")
    write_pair(places_table(found.records), folder, "places")
    write_pair(found.critical, folder, "critical")
    drawn = charts(found)
    (folder / PLOTS).mkdir(exist_ok=True)
    for name, chart in drawn.items():
        write_text(folder / PLOTS / f"{name}.svg", alone(chart))
    write_text(folder / "sweep.html", page(found, drawn))
    return found


def alone(chart: str) -> str:
    """Return a chart as a file of its own."""
    return chart.replace("<svg ", '<svg font-family="sans-serif" ', 1) + "\n"


def counts(found: Found) -> dict[str, int]:
    """Return how many points have each status, `solved` first."""
    each = found.summary["status"].value_counts().to_dict()
    return {"solved": sum(each.get(status, 0) for status in SOLVED)} | {
        str(k): int(v) for k, v in each.items()
    }
