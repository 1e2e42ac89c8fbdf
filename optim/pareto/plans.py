"""Goals of a plan: cost, carbon, water and latency over all years, on a problem kept in the solver.

Cost is discounted and holds the penalties of the model. Carbon, water and latency are counted over all years:
location-based emissions of the plants, the water that they draw, and the mean round trip of the load served.
A side of one is a row; to make one small, it costs more than anything else. So that no plan is clean, dry or
near because it serves less, no year may leave more load unserved than the cheapest plan.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Self

import numpy as np

from geodata.tables import Survey
from optim.options import Settings
from optim.pareto.problem import Answer, Array, Goal
from optim.plant_energy import FREE
from optim.settings import BudgetSettings
from optim.stop import Stop
from optim.tables import InfeasibleError
from optim.warm import Answer as Plan
from optim.warm import Edits, Planner
from optim.whole import is_whole

UNITS = {"cost": "M CNY", "carbon": "Mt CO2", "water": "million m3", "latency": "ms"}
_BUDGETS = {"carbon": "carbon_max_mt", "water": "water_max_million_m3", "latency": "rtt_mean_max_ms"}
_FIRST_M_CNY = 1e5
"""What a unit of a goal costs that comes before cost; below what a missed budget costs."""
_IN_PARTS_M_CNY = {"carbon": 1e4, "water": 1e4}
"""The same in a problem solved in parts, where dearer units take cuts from many more points."""
_AGAIN = 3
_END_SHARE, _OFF_SHARE, _SLACK_SHARE = 2e-3, 1e-3, 1e-3
_UNSERVED_GW, _OVER_SHARE, _EXACT_SHARE = 1e-6, 1e-3, 1e-7
GAP_SHARE = 5e-4
"""Gap of a relaxation unless another is asked for: little beside what a front spans."""


def counted(settings: Settings, names: Sequence[str]) -> Settings:
    """Return the settings under which the model counts the goals; budgets that have a number keep it."""
    asked = {_BUDGETS[name] for name in names if name in _BUDGETS}
    found = {name: value for name, value in settings.budgets if value is not None}
    unlimited = dict.fromkeys(asked - found.keys(), np.inf)
    return settings.model_copy(update={"budgets": BudgetSettings(**found, **unlimited)})


class PlanProblem(AbstractContextManager["PlanProblem"]):
    """A plan with goals (see `optim.pareto.problem.Problem`); closes its planner at the end of the block.

    Parameters
    ----------
    survey : Survey
        Checked tables.
    settings : Settings
        Options.
    names : sequence of str
        Two or more of `UNITS`.
    integers : bool
        Whole campuses and modules; else the relaxation, whose answers differ by nothing but the problem.
    gap_share : float
        Gap of each solve.
    say, stop : callable, Stop, optional
        As of `optim.warm.Planner`.
    """

    def __init__(
        self,
        survey: Survey,
        settings: Settings,
        names: Sequence[str],
        integers: bool = False,
        gap_share: float = GAP_SHARE,
        say: Callable[[str], None] | None = None,
        stop: Stop | None = None,
    ) -> None:
        self.goals = [Goal(name) for name in names]
        self._integers, self._gap_share = integers, gap_share
        self._limited = {name for name, key in _BUDGETS.items() if getattr(settings.budgets, key) is not None}
        self._planner = Planner(survey, counted(settings, names), say, stop)
        try:
            self._edited = self._planner.edited()
            self._edit: Edits = self._edited.__enter__()
            self._counts = {name: True for name in names if name != "cost"}
            for name in self._counts:
                self._let(name, counts=False)
            self.cheapest = self._solved()
            self._hold_unserved()
            self._rows = {name: self._row(name) for name in names if name != "cost"}
            self._priced = dict.fromkeys(self._rows, 0.0)
        except BaseException:
            self._planner.close()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take all edits back and end the worker processes."""
        try:
            self._edited.__exit__(kind, error, trace)
        finally:
            self._planner.close()

    def __enter__(self) -> Self:
        """Return the problem."""
        return self

    def solve(self, weights: Array, most: Array, start: Any = None) -> Answer:
        """Return the best plan below sides; see `optim.pareto.problem.Problem.solve`."""
        named = dict(zip([goal.name for goal in self.goals], weights.tolist(), strict=True))
        self._price(named)
        sides = dict(zip([goal.name for goal in self.goals], most.tolist(), strict=True))
        assert np.isinf(sides.pop("cost", np.inf)), "cost has no side"
        for name, side in sides.items():
            self._edit.move(self._rows[name], -np.inf, side)
            self._let(name, counts=np.isfinite(side) or self._priced[name] > 0)
        plan, is_proven = self._first_solved(_first(named))
        values = self._values(plan)
        self._refuse_over(values, sides)
        return Answer(values, is_proven, plan)

    def _first_solved(self, first: str) -> tuple[Plan, bool]:
        """Return a plan, and whether it is proven: its gap is as asked, or hides little of the first goal.

        The price of a first goal makes all costs large, and the gap as asked smaller than it need be.
        """
        if first and not self._is_exact and not self._integers:
            plan = self._planner.solve(False, _END_SHARE)
            place = [goal.name for goal in self.goals].index(first)
            width = abs(self._values(self.cheapest)[place] - self._values(plan)[place])
            off = (plan.objective_m_cny - plan.bound_m_cny) / self._priced[first]
            if plan.status == "optimal" and off <= _OFF_SHARE * width:
                return plan, True
        plan = self._solved()
        return plan, self._is_proven(plan)

    def _solved(self) -> Plan:
        """Return a plan; a relaxation that is not within its gap is solved again, with what was learnt."""
        plan = self._planner.solve(self._integers, self._gap_share)
        for _ in range(0 if self._integers else _AGAIN):
            if self._is_proven(plan):
                break
            plan = self._planner.solve(self._integers, self._gap_share)
        return plan

    def _is_proven(self, plan: Plan) -> bool:
        return plan.status == "optimal" and plan.gap_share <= max(self._gap_share, _EXACT_SHARE)

    @property
    def noise_share(self) -> float:
        """Return the share of its value that a goal may be off; a relaxation solved whole has no gap."""
        return _EXACT_SHARE if self._is_exact and not self._integers else self._gap_share

    @property
    def slack_share(self) -> float | None:
        """Return by what share of its range a goal may pass its best in the payoff table; None: see there.

        In parts a side next to the best is dear: each error of the plants beside it costs a thousand times
        what it does elsewhere. What a goal is alone is efficient, as cost counts beside it.
        """
        in_parts = not self._is_exact and not self._integers
        return None if in_parts and self.goals[0].name == "cost" else _SLACK_SHARE

    @property
    def _is_exact(self) -> bool:
        """Return whether the problem is solved whole."""
        return is_whole(self._planner.inputs, self._planner.settings.solve)

    def _let(self, name: str, counts: bool) -> None:
        """Let plants take as much as they want of a goal that does not count: no cuts for it then.

        A goal that has a budget always counts.
        """
        if name != "latency" and name not in self._limited and self._counts[name] is not counts:
            component, plants, _ = self._terms(name)
            least, most = (0.0, np.inf) if counts else (FREE, FREE)
            self._edit.bound(component, plants, least, most)
            self._counts[name] = counts

    def _refuse_over(self, values: Array, sides: dict[str, float]) -> None:
        """Raise InfeasibleError if plants emit or draw more than they are allowed, at the price of that."""
        tolerance = (
            _OVER_SHARE * abs(self.cheapest.objective_m_cny) / self._planner.settings.penalty_m_cny_per_gw
        )
        for goal, value in zip(self.goals, values.tolist(), strict=True):
            if goal.name in ("carbon", "water") and value > sides[goal.name] + tolerance:
                side = f"{sides[goal.name]:g} {UNITS[goal.name]}"
                raise InfeasibleError(f"no plan keeps {goal.name} at {side}: {value:g} at the least")

    def _price(self, weights: dict[str, float]) -> None:
        """Let goals beside cost cost what their weights say; cost itself always counts, if only a little."""
        first = _first(weights)
        price = _FIRST_M_CNY if self._is_exact else _IN_PARTS_M_CNY.get(first, _FIRST_M_CNY)
        scale = price / weights[first] if first else 1.0 / weights["cost"]
        for name, before in self._priced.items():
            price = weights[name] * scale
            if price != before:
                component, indices, factors = self._terms(name)
                self._edit.cost(component, indices, (price - before) * factors)
            self._priced[name] = price

    def _row(self, name: str) -> int:
        component, indices, factors = self._terms(name)
        return self._edit.row(component, indices, factors.tolist(), -np.inf, np.inf)

    def _terms(self, name: str) -> tuple[Any, list[Any], Array]:
        """Return the columns that make a goal, and what a unit of each counts."""
        m = self._planner.m
        if name == "latency":
            arcs = list(m.workload.ARCS_Y)
            trips = [self._planner.inputs.rtt_ms[arc] for arc in arcs]
            return m.workload.serve_gw, arcs, np.asarray(trips) / self._served_gw
        component = m.halls.carbon_mt if name == "carbon" else m.halls.water_mm3
        plants = list(m.halls.CARBON if name == "carbon" else m.halls.WATER)
        return component, plants, np.ones(len(plants))

    def _hold_unserved(self) -> None:
        """Let no year leave more load unserved than the cheapest plan does; keep what that one serves."""
        m, plan = self._planner.m, self.cheapest
        nodes = list(m.workload.NODES_Y)
        unserved = self._planner.part(m.workload.unserved_gw, plan)
        for year in self._planner.inputs.years:
            mine = np.asarray([node[-1] == year for node in nodes])
            of_year = [node for node in nodes if node[-1] == year]
            most = float(unserved[mine].sum()) + _UNSERVED_GW
            self._edit.row(m.workload.unserved_gw, of_year, [1.0] * len(of_year), -np.inf, most)
        self._served_gw = float(self._planner.part(m.workload.serve_gw, plan).sum())

    def _values(self, plan: Plan) -> Array:
        """Return the goals of a plan, worked out from what it decides."""
        added = 0.0
        for name, price in self._priced.items():
            component, _, factors = self._terms(name)
            added += price * float(factors @ self._planner.part(component, plan))
        found = {
            "cost": plan.objective_m_cny - added,
            "carbon": max(0.0, plan.figures["emissions_mt"]),
            "water": max(0.0, plan.figures["water_million_m3"]),
        }
        if "latency" in self._rows:
            served = self._planner.part(self._planner.m.workload.serve_gw, plan)
            found["latency"] = float(self._terms("latency")[2] @ served) * self._served_gw / served.sum()
        return np.asarray([found[goal.name] for goal in self.goals])


def _first(weights: dict[str, float]) -> str:
    """Return the goal that comes before cost; empty: cost itself counts."""
    return "" if weights.get("cost") else max(weights, key=lambda name: weights[name])
