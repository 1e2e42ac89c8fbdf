"""The door of `optim`: survey and settings in, a checked plan out."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import pandas as pd

from geodata.tables import Survey, checked
from optim import results as tables_of
from optim.accelerators import accelerator_use
from optim.cluster import check_cluster
from optim.equivalents import equivalent_table
from optim.found import Found
from optim.inputs import Inputs, prepare
from optim.limits import limit_table
from optim.options import Settings
from optim.refuse import refuse_lacks, refused
from optim.rule_use import rule_table
from optim.search import search_decomposed
from optim.solve import make_solver
from optim.stop import Stop
from optim.tables import MODELS, InfeasibleError, Redispatch, Results, Solution
from optim.whole import is_whole, search_whole

Say = Callable[[str], None]


def optimise(survey: Survey, settings: Settings, say: Say | None = None, stop: Stop | None = None) -> Results:
    """Return the plan of least siting cost to the stated gap.

    The linear relaxation (which other sites would do as well), the integer search, and the plan priced
    outside the search with its integers held, from which all tables and duals come.

    Parameters
    ----------
    survey : Survey
        Checked tables.
    settings : Settings
        Options.
    say : callable, optional
        Takes one line at each step.
    stop : Stop, optional
        A wish that may end the search: the best plan so far is then the plan, with its gap.

    Returns
    -------
    Results
        Tables of `optim.tables`, and how the solve ended; `redispatch` is empty (see `optim.redispatch`).

    Raises
    ------
    InfeasibleError, TimeLimitError, StoppedError, SolverError
        No plan; see `optim.solve.solve`.
    geodata.tables.TableError
        Tables that do not fit together.
    """
    tell, stop = say or (lambda line: None), stop or Stop()
    make_solver(settings.solve)
    check_cluster(settings.solve)
    started = time.perf_counter()
    inputs = prepare(survey, settings)
    count = len(inputs.hours.days)
    tell(
        f"{len(inputs.sites)} sites, {len(inputs.plants.table)} plants, {len(inputs.years)} years, "
        f"{count} days"
    )
    seconds_build = time.perf_counter() - started
    search = search_whole if is_whole(inputs, settings.solve) else search_decomposed
    with stop.open():
        try:
            found = search(inputs, survey.accelerators, settings, settings.solve, tell, stop)
            refuse_lacks(found, inputs)
        except InfeasibleError as error:
            raise refused(error, survey, settings, inputs, tell, stop) from None
    seconds = (seconds_build, time.perf_counter() - started - seconds_build)
    return _results(survey, inputs, settings, found, seconds)


def _results(
    survey: Survey, inputs: Inputs, settings: Settings, found: Found, seconds: tuple[float, float]
) -> Results:
    model = found.model
    build = tables_of.build_table(model, inputs)
    flows = tables_of.flow_table(model, inputs, survey.links)
    made = {
        "build": build,
        "halls": tables_of.hall_table(model),
        "runs": tables_of.run_table(model),
        "moves": tables_of.move_table(model, inputs),
        **{name: found.energy[name] for name in ("supply", "operation", "dispatch", "backlog", "billing")},
        "upgrades": tables_of.upgrade_table(model),
        "flows": flows,
        "unserved": tables_of.unserved_table(model, inputs),
        "bandwidth": tables_of.bandwidth_table(flows, survey, inputs),
        "stock": tables_of.stock_table(model, inputs),
        "costs": tables_of.cost_table(model, inputs, found.energy["costs"]),
        "accelerators": accelerator_use(model, survey.accelerators, new_it_by_year(build, inputs.years)),
        "accelerator_sites": tables_of.accelerator_site_table(model),
        "rules": rule_table(model.pyomo, inputs, found),
        "prices": limit_table(model.pyomo, inputs, found),
        "equivalents": equivalent_table(inputs, build, found, settings.solve.gap_share),
        "redispatch": pd.DataFrame(columns=list(Redispatch.to_schema().columns)),
    }
    checked_tables = {k: checked(t, MODELS[k], f"result {k}") for k, t in made.items()}
    solution = _solution(settings, found, float(made["costs"]["discounted_m_cny"].sum()), seconds)
    return Results(**checked_tables, solution=solution)


def with_redispatch(results: Results, table: pd.DataFrame) -> Results:
    """Return the results with the table of the 8760 hours."""
    return replace(results, redispatch=checked(table, Redispatch, "result redispatch"))


def new_it_by_year(build: pd.DataFrame, years: Sequence[int]) -> pd.Series:
    """Return the IT power added in each planning year [MW], campus and given load, indexed by year."""
    it_mw = build.assign(it=build["it_mw"] + build["given_it_mw"]).groupby("year")["it"].sum()
    standing = it_mw.reindex(list(years), fill_value=0.0)
    return standing.diff().fillna(standing).clip(lower=0)


def _solution(settings: Settings, found: Found, siting_cost: float, seconds: tuple[float, float]) -> Solution:
    gap = max(0.0, found.objective - found.bound)
    return Solution(
        solver=settings.solve.solver,
        method=found.method,
        status=found.status,
        objective_m_cny=found.objective,
        bound_m_cny=found.bound,
        gap_share=gap / siting_cost if siting_cost > 0 else 0.0,
        gap_m_cny=gap,
        siting_cost_m_cny=siting_cost,
        penalty_m_cny=found.penalty,
        seconds_build=seconds[0],
        seconds_solve=seconds[1],
        columns=found.columns,
        rows=found.rows,
        integers=found.integers,
        iterations=found.iterations,
        cuts=found.cuts,
        coefficients=found.coefficients,
    )
