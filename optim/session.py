"""A hot HiGHS session of a Pyomo model: solved, changed and solved again without building it anew."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from optim.tables import InfeasibleError, SolverError, TimeLimitError
from optim.threads import share_threads

Array = NDArray[np.float64]
Indices = NDArray[np.int32]
_INFINITY = highspy.kHighsInf
_STATUS = highspy.HighsModelStatus
_INFEASIBLE = (_STATUS.kInfeasible, _STATUS.kUnboundedOrInfeasible)


@dataclass(frozen=True)
class Run:
    """How a solve ended: objective, bound [M CNY], and whether it reached its gap."""

    objective: float
    bound: float
    complete: bool


class Session:
    """A Pyomo model in HiGHS. Columns are the model's variables, rows its constraints, in order."""

    def __init__(self, model: pyo.ConcreteModel, threads: int = 1, seed: int = 1) -> None:
        compiled = LinearStandardFormCompiler().write(model, mixed_form=True)
        self.variables: list[Any] = list(compiled.columns)
        self.column = {id(v): k for k, v in enumerate(self.variables)}
        self.rows: list[Any] = [row.constraint for row in compiled.rows]
        self.integers = np.asarray(
            [k for k, v in enumerate(self.variables) if not v.is_continuous()], np.int32
        )
        lower = _bounds([v.lb for v in self.variables], -_INFINITY)
        upper = _bounds([v.ub for v in self.variables], _INFINITY)
        self._bounds = (lower, upper)
        rhs = np.asarray(compiled.rhs, dtype=float)
        kind = np.asarray([row.bound_type for row in compiled.rows])
        matrix = compiled.A.tocsr()
        self.highs = highspy.Highs()
        self._threads = threads
        self._option("output_flag", False)
        self._option("threads", threads)
        self._option("random_seed", seed)
        self._option("primal_feasibility_tolerance", 1e-8)
        self._option("dual_feasibility_tolerance", 1e-8)
        cost = np.asarray(compiled.c.todense(), dtype=float).ravel()
        self.highs.passModel(
            len(self.variables),
            len(rhs),
            matrix.nnz,
            int(highspy.MatrixFormat.kRowwise),
            1,
            float(np.asarray(compiled.c_offset).ravel()[0]),
            cost,
            lower,
            upper,
            np.where(kind <= 0, rhs, -_INFINITY),
            np.where(kind >= 0, rhs, _INFINITY),
            matrix.indptr.astype(np.int32),
            matrix.indices.astype(np.int32),
            matrix.data.astype(float),
            np.zeros(len(self.variables), dtype=np.int32),
        )

    def _option(self, name: str, value: Any) -> None:
        self.highs.setOptionValue(name, value)

    def forget(self) -> None:
        """Let go of the Pyomo model; from now on columns are named by number only."""
        self.variables, self.rows, self.column = [], [], {}

    def columns_of(self, variables: Sequence[Any]) -> Indices:
        """Return the columns of some variables; -1 for one that no row or cost names."""
        return np.asarray([self.column.get(id(v), -1) for v in variables], dtype=np.int32)

    def fix(self, columns: Indices, values: Array) -> None:
        """Hold columns at values; columns of -1 are passed over."""
        known = columns >= 0
        self.highs.changeColsBounds(int(known.sum()), columns[known], values[known], values[known])

    def free(self, columns: Indices) -> None:
        """Give columns their own bounds back; columns of -1 are passed over."""
        columns = columns[columns >= 0]
        self.highs.changeColsBounds(len(columns), columns, self._bounds[0][columns], self._bounds[1][columns])

    def add_rows(self, least: Array, starts: Indices, columns: Indices, values: Array) -> None:
        """Add rows sum(values x columns) >= least."""
        most = np.full(len(least), _INFINITY)
        self.highs.addRows(len(least), least, most, len(values), starts, columns, values)

    def solve_relaxed(self, seconds: float = math.inf) -> Run:
        """Return the optimum with integrality dropped.

        Raises
        ------
        InfeasibleError, TimeLimitError, SolverError
            No optimum.
        """
        self._integrality(highspy.HighsVarType.kContinuous)
        return self._run(seconds)

    def solve_integer(self, gap_share: float, seconds: float, start: Array | None, heuristics: float) -> Run:
        """Return the best plan found with integers, and the bound.

        Parameters
        ----------
        gap_share : float
            Relative gap at which the search stops.
        seconds : float
            Time limit [s].
        start : array, optional
            A point to start from.
        heuristics : float
            Share of the search spent on finding plans.
        """
        self._integrality(highspy.HighsVarType.kInteger)
        self._option("mip_rel_gap", gap_share)
        self._option("mip_heuristic_effort", heuristics)
        if start is not None:
            solution = highspy.HighsSolution()
            solution.col_value = list(start)
            self.highs.setSolution(solution)
        return self._run(seconds)

    def _integrality(self, kind: Any) -> None:
        if len(self.integers):
            kinds = np.full(len(self.integers), int(kind), dtype=np.uint8)
            self.highs.changeColsIntegrality(len(self.integers), self.integers, kinds)

    def _run(self, seconds: float) -> Run:
        self._option("time_limit", min(seconds, 1e30) + self.highs.getRunTime())
        share_threads(self._threads)
        self.highs.run()
        status, info = self.highs.getModelStatus(), self.highs.getInfo()
        if status in _INFEASIBLE:
            raise InfeasibleError("no plan meets all hard rules and limits")
        found = math.isfinite(info.objective_function_value) and info.primal_solution_status == 2
        if status == _STATUS.kOptimal:
            return Run(info.objective_function_value, _bound(info, self.highs), True)
        if status in (_STATUS.kTimeLimit, _STATUS.kInterrupt) and found:
            return Run(info.objective_function_value, _bound(info, self.highs), False)
        if status == _STATUS.kTimeLimit:
            raise TimeLimitError(
                "no plan was found within optim.solve.time_limit_s; this does not mean that there is none: "
                "give more time or a wider optim.solve.gap_share"
            )
        raise SolverError(f"HiGHS ended without a plan: {self.highs.modelStatusToString(status)}")

    def objective(self) -> float:
        """Return the objective of the last solve [M CNY]."""
        return float(self.highs.getInfo().objective_function_value)

    def values(self) -> Array:
        """Return the values of all columns."""
        return np.asarray(self.highs.getSolution().col_value, dtype=float)

    def duals(self) -> Array:
        """Return the duals of all rows, cuts included."""
        return np.asarray(self.highs.getSolution().row_dual, dtype=float)

    def reduced_costs(self) -> Array:
        """Return the reduced costs of all columns."""
        return np.asarray(self.highs.getSolution().col_dual, dtype=float)

    def load(self, values: Array) -> None:
        """Write values into the Pyomo variables."""
        for variable, value in zip(self.variables, values.tolist(), strict=True):
            variable.set_value(value, skip_validation=True)


def _bounds(values: list[float | None], missing: float) -> Array:
    return np.asarray([missing if v is None else float(v) for v in values], dtype=float)


def _bound(info: Any, highs: highspy.Highs) -> float:
    integer = any(int(k) for k in highs.getLp().integrality_)
    return float(info.mip_dual_bound if integer else info.objective_function_value)
