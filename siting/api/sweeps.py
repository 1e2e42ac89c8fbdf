"""A scenario at many values of some of its keys."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from geodata.tables import PlannerError
from optim.warm.planner import GAP_SHARE
from siting.api.page import Figure
from siting.api.places import Say, silent
from siting.api.scenarios import drafted
from siting.api.study import Study
from siting.folder import OutputError
from siting.scenario import Scenario
from siting.sweeps.axes import Design, points_of
from siting.sweeps.page import Found, charts, page, sentences
from siting.sweeps.run import Where, finish, prepared, solve
from siting.sweeps.solving import Job
from siting.sweeps.summary import places_table


def sweep(
    scenario: Scenario,
    axes: Mapping[str, Sequence[Any]],
    design: Design = "grid",
    samples: int = 0,
    seed: int = 1,
    integers: bool = False,
    gap_share: float = GAP_SHARE,
    workers: int = 1,
    folder: str | Path | None = None,
    resume: bool = False,
    say: Say = silent,
) -> Study:
    """Return a scenario planned at many values of some keys; the command `siting sweep`.

    Parameters
    ----------
    scenario : Scenario
        Of `siting.load_scenario`.
    axes : dict
        Dotted key -> its values; for a sample the two ends of its range.
    design : {"grid", "zip", "each", "sample"}
        All combinations; first values, second values, ...; the scenario, and each value alone; a Latin
        hypercube of `samples` points.
    samples, seed : int
        Points of the sample, and its random numbers.
    integers : bool
        Whole plans instead of their linear relaxation.
    gap_share : float
        Gap between cost and bound of a relaxation; that of whole plans is the scenario's.
    workers : int
        Processes; 1 solves in this one. A script that asks for more keeps its calls under
        ``if __name__ == "__main__":``, since each process imports it; a notebook need not.
    folder : str or Path, optional
        Where each point is kept the moment it ends; none: nothing is kept.
    resume : bool
        Go on with the sweep in `folder`.
    say : callable
        Takes a line at each point.

    Returns
    -------
    Study
        Tables summary (a row a point), places [MW], critical (between which values the places change).

    Raises
    ------
    PlannerError
        In words, before any work: axes that do not fit, a folder in use; or afterwards no point solved.

    Examples
    --------
    >>> from siting import sweep
    >>> found = sweep(scenario, {"optim.costs.items.carbon_cny_per_tco2": [0, 200]})
    >>> found.table["status"].tolist()
    ['optimal', 'optimal']
    >>> list(found.tables)
    ['summary', 'places', 'critical']
    """
    ranged = design == "sample"
    texts = [f"{key}={_values(values, ranged)}" for key, values in axes.items()]
    asked = points_of(texts, design, f"lhs:{samples}" if ranged else None, seed=seed)
    with tempfile.TemporaryDirectory() as spare:
        out = Path(spare) / "sweep" if folder is None else Path(folder)
        made = prepared(
            Job(drafted(scenario), integers, gap_share),
            asked,
            out,
            Where(workers if workers > 1 else 0),
            resume,
            retry=False,
        )
        solve(made, lambda record: say(f"{record['case']} {record['status']}"))
        found = finish(made, scenario.report.language)
    if found.solved.empty:
        raise PlannerError(f"no point has an answer; the first: {found.summary['message'].iloc[0]}")
    return _study(found, scenario, folder)


def _values(values: Sequence[Any], ranged: bool) -> str:
    return "..".join(map(str, values)) if ranged else ",".join(json.dumps(value) for value in values)


def _study(found: Found, scenario: Scenario, folder: str | Path | None) -> Study:
    drawn = charts(found)

    def write(out: Path, force: bool) -> None:
        where = f"this one is in {folder}" if folder else "sweep(..., folder=DIR) keeps one"
        raise OutputError(f"{out}: a sweep is written while it runs; {where}")

    tables = {"summary": found.summary, "places": places_table(found.records), "critical": found.critical}
    figures = {name: Figure(chart) for name, chart in drawn.items()}
    title = scenario.title_in(found.language)
    return Study(title, sentences(found), tables, figures, {"page": page(found, drawn)}, write)
