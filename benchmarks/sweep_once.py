"""One contestant of `benchmarks.sweep` in a process of its own; prints its measures as JSON.

python -m benchmarks.sweep_once NAME COUNT FILE, where FILE holds the problem.
"""

from __future__ import annotations

import json
import logging
import pickle
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from benchmarks.assign_once import cpu_s
from benchmarks.decompose_once import peak_mb
from benchmarks.sweep_cases import Given, Point, at
from optim.arrays import ArrayModel, compile_model
from optim.arrays.compile import Compiled
from optim.hot import HotModel
from optim.inputs import prepare
from optim.marginals import relaxed_marginals
from optim.model import build_model, fill_model
from optim.warm import Planner

GAP_SHARE = 1e-5
Costs = Iterator[tuple[float, float]]


def warm(here: Given, points: list[Point]) -> Costs:
    """Yield cost and bound at each point, from a planner that is kept; the first one is its start."""
    with Planner(*at(here, points[0])) as planner:
        for point in points:
            planner.change(*at(here, point))
            answer = planner.solve(gap_share=GAP_SHARE)
            yield answer.objective_m_cny, answer.bound_m_cny


def pyomo(here: Given, points: list[Point]) -> Costs:
    """Yield cost and bound at each point: plain Pyomo built anew, solved through its interface `highs`."""
    for point in points:
        survey, options = at(here, point)
        model = build_model(prepare(survey, options), survey.accelerators, options)
        solve = options.solve.model_copy(update={"time_limit_s": 1e9})
        cost = relaxed_marginals(model.pyomo, solve, fixed=False).objective
        yield cost, cost


def arrays(here: Given, points: list[Point]) -> Costs:
    """Yield cost and bound at each point: compiled over arrays anew, solved as one matrix."""
    for point in points:
        run = HotModel(_matrix(here, point)).solve_relaxed()
        yield run.objective, run.bound


def linopy(here: Given, points: list[Point]) -> Costs:
    """Yield cost and bound at each point: linopy given the matrix anew, solved by HiGHS without a file.

    The matrix itself is made for nothing: its seconds are taken off.
    """
    import linopy as peer

    for point in points:
        before = cpu_s()
        matrix = _matrix(here, point)
        FREE["cpu_s"] += cpu_s() - before
        model = peer.Model()
        x = model.add_variables(matrix.lower, matrix.upper, dims=["column"], name="x")
        for number, (coeffs, places, sign, sides) in enumerate(_rows(matrix)):
            terms = _expression(peer, model, coeffs, places)
            model.add_constraints(terms, sign, sides, name=f"rows{number}")
        model.add_objective((x * matrix.cost).sum())
        model.solve("highs", io_api="direct", threads=1, log_to_console=False)
        cost = float(model.objective.value) + matrix.offset
        yield cost, cost


FREE = {"cpu_s": 0.0}
CONTESTANTS: dict[str, Callable[[Given, list[Point]], Costs]] = {
    "warm": warm,
    "master": lambda here, _: warm(here, here.demands),
    "arrays": arrays,
    "linopy": linopy,
    "pyomo": pyomo,
}


def _matrix(here: Given, point: Point) -> Compiled:
    survey, options = at(here, point)
    model = fill_model(ArrayModel(), prepare(survey, options), survey.accelerators, options)
    return compile_model(model.pyomo)


def _rows(matrix: Compiled) -> Iterator[tuple[Any, Any, str, Any]]:
    """Yield factors, columns, sign and side of rows of like length, padded."""
    shape = (len(matrix.row_lower), len(matrix.cost))
    rows = sparse.csr_array((matrix.factors, matrix.indices, matrix.starts), shape=shape)
    length = np.diff(rows.indptr)
    kinds = {
        "=": matrix.row_lower == matrix.row_upper,
        ">=": np.isfinite(matrix.row_lower) & (matrix.row_lower != matrix.row_upper),
        "<=": np.isfinite(matrix.row_upper) & (matrix.row_lower != matrix.row_upper),
    }
    size = np.ceil(np.log2(np.maximum(length, 1))).astype(int)
    for sign, counts in kinds.items():
        sides = matrix.row_upper if sign == "<=" else matrix.row_lower
        for power in np.unique(size[counts & (length > 0)]):
            some = np.flatnonzero(counts & (size == power) & (length > 0))
            yield *_padded(rows[some], 2**power), sign, sides[some]


def _padded(rows: sparse.csr_array, width: int) -> tuple[Any, Any]:
    length = np.diff(rows.indptr)
    inside = np.arange(width) < length[:, None]
    coeffs, places = np.full(inside.shape, np.nan), np.full(inside.shape, -1)
    coeffs[inside], places[inside] = rows.data, rows.indices
    return coeffs, places


def _expression(peer: Any, model: Any, coeffs: Any, places: Any) -> Any:
    import xarray

    dims = ("row", "_term")
    data = xarray.Dataset({"coeffs": (dims, coeffs), "vars": (dims, places)})
    return peer.LinearExpression(data.assign_coords(row=np.arange(len(coeffs))), model)


def measured(name: str, count: int, here: Given) -> dict[str, Any]:
    """Return CPU seconds of each point, peak memory above imports and inputs [MB], costs and bounds."""
    before, seconds, found = peak_mb(), [], []
    started = cpu_s()
    FREE["cpu_s"] = 0.0
    for each in CONTESTANTS[name](here, here.points[:count]):
        found.append(each)
        seconds.append(cpu_s() - started - FREE["cpu_s"])
        started, FREE["cpu_s"] = cpu_s(), 0.0
        if len(found) == count:
            break
    costs, bounds = zip(*found, strict=True)
    return {"cpu_s": seconds, "peak_mb": peak_mb() - before, "costs": costs, "bounds": bounds}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable()
    print(json.dumps(measured(sys.argv[1], int(sys.argv[2]), pickle.loads(Path(sys.argv[3]).read_bytes()))))
