"""A model without costs in HiGHS, asked again and again whether a plan exists with some limits let go."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

import highspy
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optim.arrays import ArrayModel, Compiled, compile_model, pass_model
from optim.conflict.limits import Held, Limit
from optim.conflict.rule_limits import rule_limits
from optim.conflict.size_limits import size_limits
from optim.inputs import Inputs
from optim.model import Form, fill_model
from optim.options import Settings
from optim.runs import run_linear, run_once
from optim.stop import Stop

Array = NDArray[np.float64]
Keys = Collection[tuple[str, str]] | None
_STATUS = highspy.HighsModelStatus
_INFINITY = highspy.kHighsInf
_MOST_ROOM = 1e6
_LACKS = ("tariff.short_gw", "energy.over_gw", "energy.water_over_mm3", "green.short_twh")


class Trial:
    """Whether a plan exists while some limits hold; no costs, hot in HiGHS.

    Attributes
    ----------
    limits : list of Limit
        All rules and limits that may give way, rules first.
    integers : int
        Number of whole columns.
    """

    def __init__(
        self, inputs: Inputs, types: pd.DataFrame, settings: Settings, form: Form, stop: Stop | None = None
    ) -> None:
        self.inputs = inputs
        self.m = ArrayModel(name="trial")
        fill_model(self.m, inputs, types, settings, form)
        self.m.del_component(self.m.objective)
        self.compiled = compile_model(self.m)
        self.limits = [
            *rule_limits(self.m, self.compiled, self.inputs),
            *size_limits(self.m, self.compiled, self.inputs, settings),
        ]
        self._room: int | None = None
        self._stop, self._threads = stop, settings.solve.threads
        self._whole = np.flatnonzero(self.compiled.integer).astype(np.int32)
        self._highs = _passed(self.compiled, self._threads)
        if stop:
            stop.watch(self._highs)
        self._forbid_lacks()
        self._given_way = {
            id(held): self._add(held) for limit in self.limits for held in limit.held if held.entries
        }

    def force(self, site: str, least_gw: float) -> None:
        """Let a site hold a campus of so much IT power in use in the last year, or more."""
        last, b, at = max(self.m.Y), self.m.compute, self.compiled.columns.at
        self._highs.changeColBounds(at(b.opened, (site, last)), 1.0, 1.0)
        self._highs.changeColBounds(at(b.it_new_gw, (site, last)), least_gw, _INFINITY)

    @property
    def integers(self) -> int:
        """Return the number of whole columns."""
        return len(self._whole)

    def is_possible(
        self, held: Collection[Held], integers: bool = False, seconds: float = math.inf
    ) -> bool | None:
        """Return whether a plan exists while only some limits hold; None: not known in time.

        Parameters
        ----------
        held : collection of Held
            Limits, place by place, that hold.
        integers : bool
            Campuses, modules and voltages are whole.
        seconds : float
            Time limit [s].
        """
        self._hold(held)
        return self._run(integers, seconds)

    @property
    def every(self) -> list[Held]:
        """Return all that holds."""
        return [held for limit in self.limits for held in limit.held]

    def of(self, keys: Keys) -> list[Held]:
        """Return what holds of the limits named; None: of all."""
        named = None if keys is None else set(keys)
        return [held for limit in self.limits if named is None or limit.key in named for held in limit.held]

    def roomiest(
        self, held: Collection[Held], rooms: list[tuple[int, float]], integers: bool, seconds: float
    ) -> tuple[Array, Array] | None:
        """Return the point that leaves some rows the most room, each the same, and their values there.

        None: no point is possible.

        Parameters
        ----------
        held : collection of Held
            Limits that hold.
        rooms : list of (row, weight)
            Rows, and what room in each is measured in; above 0 for a row that is to be wide.
        integers, seconds
            As of `is_possible`.
        """
        self._hold(held)
        room = self._room_column()
        factors = [abs(w) if math.isfinite(self.compiled.row_upper[row]) else -abs(w) for row, w in rooms]
        for (row, _), factor in zip(rooms, factors, strict=True):
            self._highs.changeCoeff(row, room, factor)
        self._highs.changeColBounds(room, 0.0, _MOST_ROOM)
        self._highs.changeColCost(room, -1.0)
        found, solution = self._run(integers, seconds), self._highs.getSolution()
        self._highs.changeColCost(room, 0.0)
        self._highs.changeColBounds(room, 0.0, 0.0)
        if not found:
            return None
        point, rows = np.asarray(solution.col_value), np.asarray(solution.row_value)
        values = rows[[row for row, _ in rooms]] - np.asarray(factors) * point[room]
        return point[: len(self.compiled.cost)], values

    def _room_column(self) -> int:
        if self._room is None:
            self._highs.addCol(0.0, 0.0, 0.0, 0, np.zeros(0, dtype=np.int32), np.zeros(0))
            self._room = int(self._highs.getNumCol()) - 1
        return self._room

    @property
    def point(self) -> Array:
        """Return the values of the model's columns at the last answer."""
        return np.asarray(self._highs.getSolution().col_value, dtype=float)[: len(self.compiled.cost)]

    def set_factor(self, row: int, column: int, value: float) -> None:
        """Give a column another factor in a row."""
        self._highs.changeCoeff(row, column, value)

    def set_sides(self, row: int, lower: float, upper: float) -> None:
        """Give a row other sides."""
        self.compiled.row_lower[row], self.compiled.row_upper[row] = lower, upper
        self._highs.changeRowBounds(row, lower, upper)

    def least(
        self, limit: Limit, held: Collection[Held], integers: bool = False, seconds: float = math.inf
    ) -> list[float] | None:
        """Return by how much a limit gives way in each of its places, the least in all; None: no way does.

        Parameters
        ----------
        limit : Limit
            With numbers of its own in each place and year.
        held : collection of Held
            All that hold.
        integers, seconds
            As of `is_possible`.
        """
        mine = {id(each) for each in limit.held}
        self._hold([each for each in held if id(each) not in mine])
        columns = np.asarray([self._slack_of(each) for each in limit.held], dtype=np.int32)
        self._highs.changeColsCost(len(columns), columns, np.ones(len(columns)))
        possible = self._run(integers, seconds)
        found = np.asarray(self._highs.getSolution().col_value, dtype=float)
        self._highs.changeColsCost(len(columns), columns, np.zeros(len(columns)))
        if not possible:
            return None
        return [max(0.0, float(found[column])) / limit.per_unit for column in columns]

    def _slack_of(self, held: Held) -> int:
        return self._given_way[id(held)] if held.entries else held.columns[0]

    def _hold(self, held: Iterable[Held]) -> None:
        """Let all limits go but some."""
        kept = {id(each) for each in held}
        for each in sorted(self.every, key=lambda one: id(one) in kept):
            self._let(each, id(each) in kept)

    def _let(self, held: Held, holds: bool) -> None:
        """Let a limit hold or not; of two that share a row the last one counts."""
        for row in held.rows:
            lower, upper = self.compiled.row_lower[row], self.compiled.row_upper[row]
            ends = (lower, upper) if holds else (-_INFINITY, _INFINITY)
            self._highs.changeRowBounds(row, *ends)
        for column in held.columns:
            self._highs.changeColBounds(column, 0.0, 0.0 if holds else _INFINITY)
        if held.entries:
            self._highs.changeColBounds(self._given_way[id(held)], 0.0, 0.0 if holds else held.most)

    def _add(self, held: Held) -> int:
        """Add the column by which a limit gives way; return its number."""
        rows = np.asarray([row for row, _ in held.entries], dtype=np.int32)
        factors = np.asarray([value for _, value in held.entries])
        self._highs.addCol(0.0, 0.0, 0.0, len(rows), rows, factors)
        return int(self._highs.getNumCol()) - 1

    def _forbid_lacks(self) -> None:
        """Let no meter, hall, quota or green account lack anything, whatever the price."""
        for name in _LACKS:
            variable = self.m.find_component(name)
            if variable is None:
                continue
            columns = self.compiled.columns.numbers(variable).ravel()
            zeros = np.zeros(len(columns))
            self._highs.changeColsBounds(len(columns), columns, zeros, zeros)

    def _run(self, integers: bool, seconds: float) -> bool | None:
        if self._stop:
            self._stop.check()
        highs = self._highs
        kind = highspy.HighsVarType.kInteger if integers else highspy.HighsVarType.kContinuous
        kinds = np.full(len(self._whole), int(kind), dtype=np.uint8)
        highs.changeColsIntegrality(len(self._whole), self._whole, kinds)
        highs.setOptionValue("time_limit", min(seconds, 1e30) + highs.getRunTime())
        highs.clearSolver()  # presolve sees at once what simplex from an old basis takes seconds for
        run = run_once if integers else run_linear
        status = run(highs, self._threads, self._stop)
        if status in (_STATUS.kInfeasible, _STATUS.kUnboundedOrInfeasible):
            return False
        if self._stop:
            self._stop.check()
        found = highs.getInfo().primal_solution_status == 2
        return True if status == _STATUS.kOptimal or found else None


def _passed(compiled: Compiled, threads: int) -> Any:
    highs = highspy.Highs()
    options: dict[str, Any] = {"output_flag": False, "threads": threads, "random_seed": 1}
    options |= {"primal_feasibility_tolerance": 1e-8, "mip_feasibility_tolerance": 1e-7}
    for name, value in options.items():
        highs.setOptionValue(name, value)
    pass_model(replace(compiled, cost=np.zeros(len(compiled.cost)), offset=0.0), highs)
    return highs
