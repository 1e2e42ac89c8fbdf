"""A linear model hot in HiGHS: solved, changed and solved again without passing it anew."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Literal

import highspy
import numpy as np
from numpy.typing import NDArray

from optim.added_rows import AddedRows
from optim.arrays import Compiled, pass_model
from optim.arrays.parts import Part
from optim.certificate import lower_bound, programme_of
from optim.claims import MoreRows, Run, check_claim, check_point
from optim.runs import run_linear, run_once
from optim.stop import STOPPED, Stop
from optim.tables import InfeasibleError, SolverError, StoppedError, TimeLimitError

Array = NDArray[np.float64]
Indices = NDArray[np.int32]
Method = Literal["simplex", "interior"]
_NEAR, _EXACT, _FEASIBLE = 1e-6, 1e-8, 1e-4
_EDGES, _USUAL, _DEVEX = "simplex_dual_edge_weight_strategy", -1, 1
_ALL = highspy.kHighsIInf
_STATUS = highspy.HighsModelStatus
_INFEASIBLE = (_STATUS.kInfeasible, _STATUS.kUnboundedOrInfeasible)


class HotModel:
    """A matrix in HiGHS; columns and rows are known by number. `stop` may end its solves (StoppedError)."""

    def __init__(
        self, matrix: Compiled | Part, threads: int = 1, seed: int = 1, stop: Stop | None = None
    ) -> None:
        self.integers: Indices = np.flatnonzero(matrix.integer).astype(np.int32)
        self._is_whole = len(self.integers) > 0
        self._matrix = matrix
        self.added = AddedRows()
        self.cost: Array = matrix.cost.copy()
        self.lower: Array = matrix.lower.copy()
        self.upper: Array = matrix.upper.copy()
        self.highs = highspy.Highs()
        self._threads, self.stop = threads, stop
        if stop:
            stop.watch(self.highs)
        self._option("output_flag", False)
        self._option("threads", threads)
        self._option("random_seed", seed)
        self._option("primal_feasibility_tolerance", 1e-8)
        self._option("dual_feasibility_tolerance", 1e-8)
        pass_model(matrix, self.highs)

    def _option(self, name: str, value: Any) -> None:
        self.highs.setOptionValue(name, value)

    def fix(self, columns: Indices, values: Array) -> None:
        """Hold columns at values; columns of -1 are passed over."""
        known = columns >= 0
        self.highs.changeColsBounds(int(known.sum()), columns[known], values[known], values[known])

    def change_costs(self, columns: Indices, costs: Array) -> None:
        """Let columns cost something else than in `cost`."""
        self.highs.changeColsCost(len(columns), columns, costs)

    def raise_lower(self, column: int, least: float) -> None:
        """Let a column be no less than `least`, if it may be as much."""
        upper = float(self.upper[column])
        self.highs.changeColBounds(column, max(float(self.lower[column]), min(least, upper)), upper)

    def free(self, columns: Indices) -> None:
        """Give columns their own bounds back; columns of -1 are passed over."""
        columns = columns[columns >= 0]
        self.highs.changeColsBounds(len(columns), columns, self.lower[columns], self.upper[columns])

    def set_bounds(self, columns: Indices, lower: Array, upper: Array) -> None:
        """Give columns other bounds of their own, to which `free` brings them back."""
        self.lower[columns], self.upper[columns] = lower, upper
        self.highs.changeColsBounds(len(columns), columns, self.lower[columns], self.upper[columns])

    def set_costs(self, columns: Indices, costs: Array) -> None:
        """Give columns another cost of their own: `cost` holds it from now on."""
        self.cost[columns] = costs
        self.highs.changeColsCost(len(columns), columns, self.cost[columns])

    def add_rows(
        self, least: Array, starts: Indices, columns: Indices, values: Array, most: Array | None = None
    ) -> int:
        """Add rows least <= sum(values x columns) <= most; return the number of the first among the added."""
        most = np.full(len(least), highspy.kHighsInf) if most is None else most
        self.highs.addRows(len(least), least, most, len(values), starts, columns, values)
        return self.added.add(MoreRows(least, most, starts, columns, values))

    def move_row(self, number: int, least: float, most: float) -> None:
        """Give one of the added rows other sides."""
        self.highs.changeRowBounds(self.row_of(number), least, most)
        self.added.move(number, least, most)

    def row_of(self, number: int) -> int:
        """Return where one of the added rows is in the solver."""
        return len(self._matrix.row_lower) + int(self.added.places[number])

    def name_of(self, kind: str, number: int) -> str:
        """Return what people call a row or a column."""
        return f"{kind} {number}"

    @property
    def basis(self) -> Any:
        """Return the basis of the last solve, a start for a model of the same structure."""
        return self.highs.getBasis()

    @property
    def has_basis(self) -> bool:
        """Return whether simplex would begin from the basis of the last solve."""
        return bool(self.highs.getBasis().valid)

    def start_from(self, basis: Any) -> None:
        """Let simplex begin from the basis of another model, if it has as many columns and rows."""
        size = (self.highs.getNumCol(), self.highs.getNumRow())
        if (len(basis.col_status), len(basis.row_status)) == size:
            self.highs.setBasis(basis)

    def solve_relaxed(self, seconds: float = math.inf, method: Method = "simplex", steps: int = _ALL) -> Run:
        """Return the optimum with integrality dropped.

        Parameters
        ----------
        seconds : float
            Time limit [s].
        method : {"simplex", "interior"}
            simplex: from the last basis; interior: by an interior point from scratch, then a basis.
        steps : int
            Most iterations of simplex; over it there is no optimum either (TimeLimitError), on any machine.

        Raises
        ------
        InfeasibleError, TimeLimitError, SolverError, StoppedError
            No optimum.
        """
        self._integrality(highspy.HighsVarType.kContinuous)
        self._method("simplex" if method == "simplex" else "ipm", "on", _EXACT)
        return self._run(seconds, partial(run_linear, is_limited=steps < _ALL), steps)

    def centre(self, tolerance: float = _NEAR) -> Array:
        """Return a point in the middle of the optima of the relaxation; it has no basis.

        Where the interior point ends too far from feasible, the point is that of `solve_relaxed`.

        Parameters
        ----------
        tolerance : float
            Relative gap at which the interior point stops.

        Raises
        ------
        InfeasibleError, SolverError, StoppedError
            No optimum.
        """
        self._integrality(highspy.HighsVarType.kContinuous)
        self._method("ipm", "off", tolerance)
        self.check_stop()
        status = run_once(self.highs, self._threads, self.stop)
        if status == _STATUS.kInterrupt:
            raise StoppedError(STOPPED)
        gap = self.highs.getInfo().max_primal_infeasibility
        if status not in (_STATUS.kOptimal, _STATUS.kUnknown) or gap > _FEASIBLE:
            self.solve_relaxed(method="interior")
        return self.values()

    def lower_bound(self, known: float) -> float:
        """Return a bound of the relaxation from the duals of the last run, worked out in `optim.certificate`.

        Parameters
        ----------
        known : float
            The bound is at most this [M CNY].
        """
        return lower_bound(programme_of(self.highs), self.duals(), known)

    def _method(self, solver: str, crossover: str, tolerance: float) -> None:
        self._option("solver", solver)
        # After rows were added steepest edges are worked out anew for all the basis; devex begins with ones.
        self._option(_EDGES, _DEVEX if solver == "simplex" and self.added.batches else _USUAL)
        self._option("run_crossover", crossover)
        self._option("ipm_optimality_tolerance", tolerance)
        if solver == "ipm":
            self.highs.clearSolver()

    def solve_integer(
        self,
        gap_share: float,
        seconds: float,
        start: Array | None,
        heuristics: float,
        known: float = math.inf,
    ) -> Run:
        """Return the best plan found with integers, and the bound; both are checked (`optim.claims`).

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
        known : float
            Cost of a plan that meets all rows and what is held [M CNY].

        Raises
        ------
        InfeasibleError, TimeLimitError, SolverError, StoppedError
            No plan.
        FalseOptimumError
            The plan or the bound cannot be what HiGHS says.
        """
        self._integrality(highspy.HighsVarType.kInteger)
        self._option("solver", "choose")
        self._option(_EDGES, _USUAL)
        self._option("mip_rel_gap", gap_share)
        self._option("mip_heuristic_effort", heuristics)
        if start is not None:
            solution = highspy.HighsSolution()
            solution.col_value = list(start)
            self.highs.setSolution(solution)
        run, values = self._run(seconds, run_once), self.values()
        held = replace(self._matrix, lower=self.lower, upper=self.upper)
        check_point(held, self.added.batches, values, self.name_of)
        check_claim(run, self.cost_of(values), known, gap_share)
        return run

    def _integrality(self, kind: Any) -> None:
        if len(self.integers):
            kinds = np.full(len(self.integers), int(kind), dtype=np.uint8)
            self.highs.changeColsIntegrality(len(self.integers), self.integers, kinds)
            self._is_whole = kind == highspy.HighsVarType.kInteger

    def check_stop(self) -> None:
        """Raise StoppedError if somebody wants the search to end."""
        if self.stop:
            self.stop.check()

    def _run(self, seconds: float, run: Callable[..., Any] = run_linear, steps: int = _ALL) -> Run:
        self._option("simplex_iteration_limit", steps)
        self._option("time_limit", min(seconds, 1e30) + self.highs.getRunTime())
        self.check_stop()
        status, info = run(self.highs, self._threads, self.stop), self.highs.getInfo()
        if status in _INFEASIBLE:
            raise InfeasibleError("no plan meets all hard rules and limits")
        found = math.isfinite(info.objective_function_value) and info.primal_solution_status == 2
        if status == _STATUS.kOptimal:
            return Run(info.objective_function_value, self._bound(info), True)
        if status == _STATUS.kInterrupt and not (found and self._is_whole):
            raise StoppedError(STOPPED)
        if status in (_STATUS.kTimeLimit, _STATUS.kInterrupt) and found:
            return Run(info.objective_function_value, self._bound(info), False)
        if status in (_STATUS.kTimeLimit, _STATUS.kIterationLimit):
            raise TimeLimitError(
                "no plan was found within optim.solve.time_limit_s; this does not mean that there is none: "
                "give more time or a wider optim.solve.gap_share"
            )
        raise SolverError(f"HiGHS ended without a plan: {self.highs.modelStatusToString(status)}")

    def _bound(self, info: Any) -> float:
        return float(info.mip_dual_bound if self._is_whole else info.objective_function_value)

    def cost_of(self, values: Array) -> float:
        """Return the objective at values of all columns [M CNY]."""
        return float(self.cost @ values) + self._matrix.offset

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
