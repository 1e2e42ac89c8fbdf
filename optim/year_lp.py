"""Least cost of a plant's energy in a stretch of hours, as one sparse linear programme for HiGHS.

The physics is that of `optim.blocks.energy` with capacities held; the tests hold the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
from scipy.sparse import csr_matrix

from optim.plant_hours import K_CNY, SHORT_K_CNY_PER_MWH, Array, Indices, PlantHours, sums_of
from optim.runs import run_linear
from optim.tables import SolverError

Extra = tuple[float, float, float]
_INFINITY = highspy.kHighsInf
_PRIMAL_SIMPLEX = 4
_DEVEX = 1


@dataclass
class _Rows:
    """Rows gathered kind by kind, each kind one row for each entry of its bounds."""

    count: int = 0
    rows: list[Any] = field(default_factory=list)
    columns: list[Any] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    bounds: list[tuple[Array, Array]] = field(default_factory=list)

    def add(self, parts: list[tuple[Indices, Array | float]], least: Array, most: Array) -> None:
        """Add rows least <= sum of value x column over the parts <= most."""
        numbers = self.count + np.arange(len(least))
        for column, value in parts:
            self.rows.append(numbers)
            self.columns.append(column)
            self.values.append(np.broadcast_to(value, len(least)))
        self.bounds.append((least, most))
        self.count += len(least)


class PlantLp:
    """The programme of a plant in a stretch, hot in the solver; without one if there is nothing to choose."""

    def __init__(self, hours: PlantHours, basis: Any = None) -> None:
        self.hours = hours
        self._named = _columns(hours)
        self._cost = _cost(hours, self._named)
        self._highs = _pass(hours, self._named, self._cost, basis) if hours.parts else None

    @property
    def basis(self) -> Any:
        """Return the basis of the last solve, a start for programmes of the same structure and length."""
        return self._highs.getBasis() if self._highs else None

    def solve(self, extra: Extra = (0.0, 0.0, 0.0)) -> dict[str, float]:
        """Return the sums of the cheapest operation.

        Parameters
        ----------
        extra : (float, float, float)
            Added to the price of a MWh of direct use, export and purchase [thousand CNY].

        Returns
        -------
        dict
            objective (without `extra`), energy [thousand CNY]; purchase, direct, export, charge, discharge,
            short [MWh]; billed: sum over bills, peak [MW]; water [m3].

        Raises
        ------
        SolverError
            HiGHS ended without an optimum.
        """
        flows = self._fixed_load() if self._highs is None else self._chosen(extra)
        return sums_of(self.hours, flows)

    def _fixed_load(self) -> dict[str, Array]:
        draw = self.hours.pue * self.hours.arriving_mw
        within = np.minimum(draw, self.hours.fixed.meter_mw)
        return {"purchase": within, "short": draw - within}

    def _chosen(self, extra: Extra) -> dict[str, Array]:
        assert self._highs is not None
        cost, weight = self._cost.copy(), self.hours.stretch.weight_h
        kinds = {"direct": extra[0], "export": extra[1], "purchase": extra[2], "short": extra[2]}
        for name, price in kinds.items():
            if name in self._named:
                cost[self._named[name]] += weight * price
        self._highs.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        status = run_linear(self._highs, 1)
        if status != highspy.HighsModelStatus.kOptimal:
            raise SolverError(
                f"a month of the year ended without a plan: {self._highs.modelStatusToString(status)}"
            )
        self._highs.setOptionValue("simplex_strategy", _PRIMAL_SIMPLEX)  # from now on only prices change
        values = np.asarray(self._highs.getSolution().col_value, dtype=float)
        return {name: values[columns] for name, columns in self._named.items()}


def _columns(hours: PlantHours) -> dict[str, Indices]:
    """Return the columns by name: one by hour, then the peak of each bill, then load over the IT power."""
    names = ["purchase", "short"]
    names += ["direct", "export"] if "direct" in hours.parts else []
    names += ["charge", "discharge", "stored"] if "battery" in hours.parts else []
    names += [f"wait_{k}" for k in hours.waiting]
    n = hours.stretch.count
    named = {name: k * n + np.arange(n) for k, name in enumerate(names)}
    count, bills = len(names) * n, int(hours.stretch.bill.max()) + 1
    over = np.arange(count + bills, count + bills + (len(hours.waiting) > 0))
    return {**named, "billed": count + np.arange(bills), "over": over}


def _cost(hours: PlantHours, named: dict[str, Indices]) -> Array:
    """Return the cost of each column [thousand CNY per MW, MWh]."""
    fixed, weight = hours.fixed, hours.stretch.weight_h * K_CNY
    cost = np.zeros(sum(map(len, named.values())))
    cost[named["purchase"]] = weight * (hours.energy + fixed.beside_purchase)
    cost[named["short"]] = cost[named["purchase"]] + hours.stretch.weight_h * SHORT_K_CNY_PER_MWH
    cost[named["billed"]] = fixed.demand
    cost[named["over"]] = SHORT_K_CNY_PER_MWH * hours.stretch.weight_h.sum()
    if "direct" in named:
        cost[named["direct"]] = weight * fixed.direct
        cost[named["export"]] = -weight * fixed.export
    drawn = weight * hours.wue * fixed.water
    for k in hours.waiting:
        np.add.at(cost, named[f"wait_{k}"][hours.stretch.previous], drawn)
        np.add.at(cost, named[f"wait_{k}"], -drawn)
    return cost


def _upper(hours: PlantHours, named: dict[str, Indices]) -> Array:
    """Return the largest value of each column."""
    upper = np.full(sum(map(len, named.values())), _INFINITY)
    upper[named["purchase"]] = hours.fixed.meter_mw
    if "export" in named:
        upper[named["export"]] = hours.fixed.export_max_mw
    if "stored" in named:
        upper[named["stored"]] = hours.fixed.battery_mwh
    for k, (_, most) in hours.waiting.items():
        upper[named[f"wait_{k}"]] = most
    return upper


def _rows(hours: PlantHours, named: dict[str, Indices]) -> _Rows:
    rows, stretch = _Rows(), hours.stretch
    no_least = np.full(stretch.count, -_INFINITY)
    bought = [(named["purchase"], 1.0), (named["short"], 1.0)]
    balance: list[tuple[Indices, Array | float]] = [*bought]
    if "direct" in named:
        balance.append((named["direct"], 1.0))
        rows.add([(named["direct"], 1.0), (named["export"], 1.0)], no_least, hours.available_mw)
    if "stored" in named:
        balance += [(named["discharge"], 1.0), (named["charge"], -1.0)]
        _battery(rows, hours, named)
    for k in hours.waiting:
        waits = named[f"wait_{k}"]
        balance += [(waits, hours.pue), (waits[stretch.previous], -hours.pue)]
    if hours.waiting:
        _waiting(rows, hours, named)
    facility = hours.pue * hours.arriving_mw
    rows.add(balance, facility, facility)
    of_bill = [(column[stretch.bill_hour], value) for column, value in bought]
    billed = (named["billed"][stretch.bill], -1.0)
    rows.add([*of_bill, billed], np.full(len(stretch.bill), -_INFINITY), np.zeros(len(stretch.bill)))
    return rows


def _battery(rows: _Rows, hours: PlantHours, named: dict[str, Indices]) -> None:
    fixed, stored = hours.fixed, named["stored"]
    zero, most = np.zeros(hours.stretch.count), np.full(hours.stretch.count, fixed.battery_mw)
    level: list[tuple[Indices, Array | float]] = [
        (stored, 1.0),
        (stored[hours.stretch.previous], -fixed.battery_keep),
        (named["charge"], -fixed.battery_in),
        (named["discharge"], fixed.battery_per_out),
    ]
    rows.add(level, zero, zero)
    rows.add([(named["charge"], 1.0), (named["discharge"], 1.0)], zero, most)


def _waiting(rows: _Rows, hours: PlantHours, named: dict[str, Indices]) -> None:
    """Add: no group does less than nothing, and all load fits the IT power but for rounding of the plan."""
    no_least = np.full(hours.stretch.count, -_INFINITY)
    together: list[tuple[Indices, Array | float]] = [(np.repeat(named["over"], hours.stretch.count), -1.0)]
    for k, (arriving, _) in hours.waiting.items():
        waits = named[f"wait_{k}"]
        rows.add([(waits, 1.0), (waits[hours.stretch.previous], -1.0)], no_least, arriving)
        together += [(waits, -1.0), (waits[hours.stretch.previous], 1.0)]
    rows.add(together, no_least, hours.fixed.it_max_mw - hours.arriving_mw)


def _pass(hours: PlantHours, named: dict[str, Indices], cost: Array, basis: Any) -> highspy.Highs:
    rows = _rows(hours, named)
    least, most = (np.concatenate(part) for part in zip(*rows.bounds, strict=True))
    entries = (np.concatenate(rows.rows), np.concatenate(rows.columns))
    matrix = csr_matrix((np.concatenate(rows.values), entries), shape=(rows.count, len(cost)))
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("simplex_dual_edge_weight_strategy", _DEVEX)  # a third less time here
    highs.passModel(
        len(cost),
        rows.count,
        matrix.nnz,
        int(highspy.MatrixFormat.kRowwise),
        1,
        0.0,
        cost,
        np.zeros(len(cost)),
        _upper(hours, named),
        least,
        most,
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data,
        np.zeros(len(cost), dtype=np.int32),
    )
    if basis is not None:
        highs.setBasis(basis)
    return highs
