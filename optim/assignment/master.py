"""The restricted model of an assignment in HiGHS: arcs and rows x <= y enter as they are asked for.

Columns: opened[i] in 0..1, unserved[j] >= 0 at the penalty (so that there is always a plan), then a share
of a node for each arc that has entered. Rows: served whole (sum of shares + unserved = 1), capacity (sum of
demand x share <= capacity x opened), the count of sites, then the rows share <= opened that
have entered. Costs are divided by `unit`, so that HiGHS sees figures near 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import highspy
import numpy as np

from optim.assignment.nodes import Nodes
from optim.assignment.problem import Array, Mask, Whole
from optim.tables import SolverError
from optim.threads import share_threads

VIOLATED = 1e-5  # of x <= y, in shares
_INFINITY = highspy.kHighsInf
_STATUS = highspy.HighsModelStatus
_ENDED = (_STATUS.kTimeLimit, _STATUS.kIterationLimit, _STATUS.kInterrupt)


@dataclass
class Master:
    """A restricted model.

    Attributes
    ----------
    nodes : Nodes
        The problem.
    unit : float
        M CNY in one unit of cost.
    highs : Highs
        The solver.
    key : array (arcs,)
        site x number of nodes + node, of each arc in the order of its column.
    linked : array (arcs,)
        Whether the arc has its row share <= opened.
    """

    nodes: Nodes
    unit: float
    highs: highspy.Highs = field(repr=False)
    key: Whole
    linked: Mask

    @property
    def site(self) -> Whole:
        """Return the site of each arc."""
        return self.key // len(self.nodes.demand)

    @property
    def node(self) -> Whole:
        """Return the node of each arc."""
        return self.key % len(self.nodes.demand)

    @property
    def ahead(self) -> int:
        """Return the number of columns before the arcs."""
        return len(self.nodes.capacity) + len(self.nodes.demand)

    def missing(self, site: Whole, node: Whole) -> Whole:
        """Return the keys of those arcs that have not entered yet."""
        wanted = np.unique(site * len(self.nodes.demand) + node)
        return np.setdiff1d(wanted, self.key, assume_unique=True)

    def enter(self, key: Whole) -> None:
        """Let arcs in."""
        size, many = len(key), len(self.nodes.demand)
        if not size:
            return
        site, node = key // many, key % many
        rows = np.column_stack([node, many + site]).astype(np.int32).ravel()
        use = self.nodes.demand[node] / self.nodes.capacity[site]
        values = np.column_stack([np.ones(size), use]).ravel()
        starts = np.arange(0, 2 * size, 2, dtype=np.int32)
        cost = self.nodes.costs_of(site, node) / self.unit
        zeros, most = np.zeros(size), np.full(size, _INFINITY)
        self.highs.addCols(size, cost, zeros, most, len(rows), starts, rows, values)
        self.key = np.concatenate([self.key, key])
        self.linked = np.concatenate([self.linked, np.zeros(size, dtype=bool)])

    def link(self, arcs: Whole) -> None:
        """Give arcs their row opened - share >= 0."""
        size = len(arcs)
        if not size:
            return
        columns = np.column_stack([self.site[arcs], self.ahead + arcs]).astype(np.int32).ravel()
        values = np.tile([1.0, -1.0], size)
        starts = np.arange(0, 2 * size, 2, dtype=np.int32)
        self.highs.addRows(
            size, np.zeros(size), np.full(size, _INFINITY), len(columns), starts, columns, values
        )
        self.linked[arcs] = True

    def violated(self, values: Array) -> Whole:
        """Return the arcs without a row whose share is over what is opened."""
        share, opened = values[self.ahead : self.ahead + len(self.key)], values[self.site]
        return np.flatnonzero((share > opened + VIOLATED) & ~self.linked)

    def solve(self, seconds: float = math.inf) -> float:
        """Return the objective of the model as it stands [M CNY].

        Raises
        ------
        SolverError
            HiGHS fails.
        """
        self.highs.setOptionValue("time_limit", min(seconds, 1e30) + self.highs.getRunTime())
        share_threads(1)
        self.highs.run()
        status = self.highs.getModelStatus()
        if status != _STATUS.kOptimal and status not in _ENDED:
            raise SolverError(f"HiGHS ended without a plan: {self.highs.modelStatusToString(status)}")
        return float(self.highs.getInfo().objective_function_value) * self.unit

    def values(self) -> Array:
        """Return the values of all columns."""
        return np.asarray(self.highs.getSolution().col_value, dtype=float)

    def prices(self) -> Array:
        """Return the duals of the rows that serve nodes [M CNY per node]."""
        return (
            np.asarray(self.highs.getSolution().row_dual, dtype=float)[: len(self.nodes.demand)] * self.unit
        )


def restricted(nodes: Nodes) -> Master:
    """Return the model without any arc."""
    sites, many = len(nodes.capacity), len(nodes.demand)
    unit = float(max(nodes.problem.opening_m_cny.max(), np.median(nodes.penalty), 1e-9))
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("random_seed", 1)
    served, count = np.ones(many), nodes.problem.open_count
    most = sites if count is None else count
    least = 0 if count is None else count
    lower = np.concatenate([served, np.full(sites, -_INFINITY), [least]])
    upper = np.concatenate([served, np.zeros(sites), [most]])
    empty = np.zeros(0, dtype=np.int32)
    highs.addRows(len(lower), lower, upper, 0, np.zeros(len(lower), dtype=np.int32), empty, np.zeros(0))
    rows = np.column_stack([many + np.arange(sites), np.full(sites, many + sites)]).astype(np.int32).ravel()
    starts = np.arange(0, 2 * sites, 2, dtype=np.int32)
    cost = nodes.problem.opening_m_cny / unit
    values = np.tile([-1.0, 1.0], sites)
    highs.addCols(sites, cost, np.zeros(sites), np.ones(sites), len(rows), starts, rows, values)
    starts = np.arange(many, dtype=np.int32)
    highs.addCols(many, nodes.penalty / unit, np.zeros(many), served, many, starts, starts, served)
    return Master(nodes, unit, highs, np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool))
