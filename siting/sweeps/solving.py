"""A point of a sweep, solved: the relaxation on what the points before it left, or a whole plan."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from geodata.resurvey import Resurvey
from geodata.tables import Survey, TableError
from maps.headline import headline, placed
from optim.audit import audit
from optim.optimise import optimise
from optim.options import Settings
from optim.tables import InfeasibleError, PlanError, Results, TimeLimitError
from optim.warm import Answer, Planner
from optim.warm.planner import GAP_SHARE
from siting.scenario import Draft, Scenario, ScenarioError

Record = dict[str, Any]
LEAST_MW = 1e-3
FIGURES = (
    "siting_cost_m_cny",
    "penalty_m_cny",
    "objective_m_cny",
    "bound_m_cny",
    "gap_share",
    "unserved_mw",
)
SOLVED = ("optimal", "time_limit", "rounds")


@dataclass(frozen=True)
class Job:
    """What every process of a sweep knows: the scenario before a point's keys, and how a point is solved.

    `gap_share`: gap between cost and bound of a relaxation; that of whole plans is the scenario's.
    """

    start: Draft
    integers: bool
    gap_share: float = GAP_SHARE

    @property
    def method(self) -> str:
        """Return the word for how points are solved."""
        return "integers" if self.integers else "relaxation"


def make_solve(job: Job) -> Callable[[str, dict[str, Any]], Record]:
    """Return a function (case, values of keys) -> record of the point, which never raises."""
    return Solving(job).record


class Solving:
    """Solves points one after the other in one process, each from where the one before it ended."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._resurvey = Resurvey()
        self._planner: Planner | None = None

    def record(self, case: str, keys: dict[str, Any]) -> Record:
        """Return what `run.json` says of a point: keys, status, message, figures, MW by province and site."""
        started = time.perf_counter()
        found: Record = {"figures": {}, "provinces": {}, "sites": {}}
        try:
            found = self._solved(self._job.start.having(keys).scenario())
            status, message = found.pop("status"), ""
        except Exception as error:
            status, message = _status(error), _message(error)
            self._forget(status)
        seconds = round(time.perf_counter() - started, 3)
        about = {"case": case, "keys": keys, "method": self._job.method, "status": status}
        return about | {"message": message, "seconds": seconds} | found

    def _solved(self, scenario: Scenario) -> Record:
        survey = self._resurvey.survey(scenario.geodata)
        settings = one_process(scenario.optim)
        if self._job.integers:
            return of_plan(survey, settings, optimise(survey, settings))
        return of_answer(self._answer(survey, settings))

    def _answer(self, survey: Survey, settings: Settings) -> Answer:
        if self._planner is None:
            self._planner = Planner(survey, settings)
        else:
            self._planner.change(survey, settings)
        return self._planner.solve(gap_share=self._job.gap_share)

    def _forget(self, status: str) -> None:
        """Begin anew at the next point after an error of ours; what is infeasible leaves the model sound."""
        if status == "failed" and self._planner is not None:
            self._planner.close()
            self._planner = None


def one_process(settings: Settings) -> Settings:
    """Return settings with which a plan is solved in this process alone, without the 8760 hours."""
    alone = settings.solve.model_copy(update={"workers": 1, "threads": 1, "scheduler": None})
    return settings.model_copy(update={"solve": alone, "redispatch": "off"})


def of_answer(answer: Answer) -> Record:
    """Return status, figures and places of a relaxation."""
    figures = {name: float(getattr(answer, name)) for name in FIGURES} | answer.figures
    figures["rounds"] = answer.rounds
    sites = answer.sites
    last = sites[sites["year"] == sites["year"].max()]
    return {"status": answer.status, "figures": figures} | _places(last)


def of_plan(survey: Survey, settings: Settings, results: Results) -> Record:
    """Return status, figures and places of a whole plan; energy is added up over the years."""
    wrong = [each for each in audit(survey, settings, results) if not each["ok"]]
    if wrong:
        raise PlanError(f"the audit found {len(wrong)} checks wrong, first {wrong[0]['check']}")
    solution, top = results.solution, asdict(headline(survey, results))
    sums = results.operation.select_dtypes("number").sum()
    flows = results.flows[results.flows["year"] == results.flows["year"].max()]
    load = float(flows["it_mw"].sum())
    figures = {name: float(getattr(solution, name)) for name in FIGURES if name != "unserved_mw"}
    figures |= {
        "unserved_mw": top["unserved_it_mw"],
        **{name: top[name] for name in ("west_share", "hub_province_share", "it_mw")},
        "emissions_mt": float(sums["emissions_tco2"]) / 1e6,
        "emissions_marginal_mt": float(sums["emissions_marginal_tco2"]) / 1e6,
        "water_million_m3": float(sums["water_m3"]) / 1e6,
        "purchase_twh": float(sums["purchase_mwh"]) / 1e6,
        "mean_rtt_ms": float((flows["rtt_ms"] * flows["it_mw"]).sum()) / load if load else 0.0,
    }
    sites = placed(survey, results, top["year"]).drop(columns="it_mw").rename(columns={"placed_mw": "it_mw"})
    return {"status": solution.status, "figures": figures} | _places(sites)


def _places(sites: pd.DataFrame) -> Record:
    """Return MW by province and by site, largest first, without crumbs."""
    found = {}
    for name, column in (("provinces", "province"), ("sites", "site_id")):
        mw = sites.groupby(column)["it_mw"].sum().sort_values(ascending=False, kind="stable")
        found[name] = {str(place): round(float(v), 4) for place, v in mw[mw > LEAST_MW].items()}
    return found


def _status(error: Exception) -> str:
    if isinstance(error, InfeasibleError):
        return "infeasible"
    return "out_of_time" if isinstance(error, TimeLimitError) else "failed"


def _message(error: Exception) -> str:
    """Return an error in words; what is not meant for people begins with its kind."""
    if isinstance(error, PlanError | TableError | ScenarioError):
        return str(error)
    return f"{type(error).__name__}: {error}"
