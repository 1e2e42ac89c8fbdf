"""The relaxation of a master: rounds of cuts, from what the rounds before have left."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from optim.cuts import Row
from optim.decompose import Master, Say
from optim.options import Settings
from optim.plant_energy import Array
from optim.tighten import tighten_built
from optim.warm.before import kept
from optim.warm.priced import Priced, better, priced_plants, running
from optim.warm.sharing import BudgetRows, Sharing, budget_rows, meet_prices

_SLACK_M_CNY = 5.0
_FAR, _FALL = 3.0, 0.15
_VERTICES = 60
_MANY_A_PLANT = 8
_WAY, _LESS, _WAY_LEAST, _NEAR_SHARE = 0.7, 0.5, 0.15, 0.1
_ENDS = 4


@dataclass(frozen=True, eq=False)
class Outer:
    """An optimum of the master: values, their cost, a bound of the master [M CNY], and reduced costs."""

    values: Array
    cost: float
    bound: float
    slopes: Array


@dataclass(frozen=True, eq=False)
class End:
    """What a solve ended with: the costs of columns, the optimum of the master, the best point."""

    costs: Array
    outer: Array
    best: Array


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The best point that was found, the optimum of the master below it, and whether they are near."""

    best: Priced
    outer: Outer
    is_near: bool

    @property
    def bound(self) -> float:
        """Return what no point is below [M CNY]."""
        return min(self.outer.bound, self.best.cost)


class Rounds:
    """Rounds of cuts of one master."""

    def __init__(self, master: Master, settings: Settings, say: Say) -> None:
        self._master, self._settings, self._say = master, settings, say
        self._session = master.session
        self._ends: list[End] = []
        self._made: list[Row] = []
        self._budgets: BudgetRows | None = None

    @property
    def values(self) -> Array | None:
        """Return the optimum of the master in the last round, None before there was one."""
        return self._ends[0].outer if self._ends else None

    def run(self, gap_share: float) -> Relaxed:
        """Return the optimum of the relaxation.

        Plants are priced at the optimum of the master, moved towards the best point known (in-out
        separation, Ben-Ameur and Neto 2007): its vertices alone jump about, and their cuts are shallow.
        """
        master, session, exact = self._master, self._session, max(1e-8, min(1e-6, gap_share / 10))
        if self._ends and len(master.cuts.standing) > _MANY_A_PLANT * len(master.keys):
            master.cuts.drop_idle([self._like_now().outer, self._like_now().best], _SLACK_M_CNY)
        self.make_ready()
        self._meet_budgets()
        best, middle, way = Priced(), False, _WAY
        for number in range(2 * self._settings.solve.rounds_max):
            outer = self._outer(exact, number)
            low = outer.cost
            near = gap_share * abs(low)
            self._value_budgets(is_first=not number)
            if not number:
                best = self._before(_NEAR_SHARE * near)
                middle = math.isfinite(best.cost)
            if best.cost - low > near:
                inner = best.values + way * (outer.values - best.values) if middle else outer.values
                found = self._priced(inner, best, middle or not number, _NEAR_SHARE * near)
                way = max(_WAY_LEAST, _LESS * way) if found is best else _WAY
                best = found
            missing = master.cuts.broken(outer.values)
            self._say(f"master {low:,.0f} M CNY, best {best.cost:,.0f}, {len(master.cuts.standing):,} cuts")
            short = best.cost - low
            if short <= gap_share * abs(best.cost) or (number and not middle and not missing):
                break  # as near as asked, or as tolerances let it come
            middle = bool(missing)
            master.cuts.enter([*missing, *master.cuts.cutting(self._made, outer.values)])
            if short > _FAR * gap_share * abs(low) and not session.has_basis:
                tighten_built(
                    master, outer.values, (max(gap_share, _FALL * short / abs(low)), exact), self._say
                )
        self._note(outer.values, best)
        is_near = short <= gap_share * abs(best.cost)
        return Relaxed(best, outer, is_near)

    def _note(self, outer: Array, best: Priced) -> None:
        """Keep what the next rounds begin with."""
        self._ends = [End(self._session.cost.copy(), outer, best.values), *self._ends][:_ENDS]

    def _like_now(self) -> End:
        """Return the end of the solve before whose costs were most like those of now, the last of several."""
        return min(self._ends, key=lambda end: float(np.abs(end.costs - self._session.cost).sum()))

    def _value_budgets(self, is_first: bool) -> None:
        """Look up what budgets are worth now."""
        if self._budgets:
            self._budgets = self._budgets.valued(self._session)
            if is_first:
                meet_prices(self._master, self._budgets)

    def _meet_budgets(self) -> None:
        """Look up the budgets that plants share; price plants that know nothing of what budgets cost now."""
        self._budgets = budget_rows(self._master) if self._master.inputs.counts_budgets else None
        if self._budgets and not len(self._budgets.places) and meet_prices(self._master, self._budgets):
            self._session.solve_relaxed(method="interior")

    def _before(self, near_m_cny: float) -> Priced:
        """Return the best point of the solve before with costs most like these, if it keeps all rows."""
        point = kept(self._master, self._like_now().best) if self._ends else None
        return Priced() if point is None else self._priced(point, Priced(), True, near_m_cny)

    def _priced(self, values: Array, best: Priced, shares: bool, near_m_cny: float) -> Priced:
        """Return the better of a point, with the energy of its plants priced, and the best so far.

        `shares`: budgets are shared out anew; else as the master has it, if the cuts have nothing against it.
        """
        master, points = self._master, running(self._master, values)
        if self._budgets is None or not shares:
            plants = priced_plants(master, values, points)
        else:
            lack = self._settings.penalty_m_cny_per_gw * min(self._master.inputs.discount.values())
            plants = Sharing(master, self._budgets, values, points, lack, near_m_cny).run()
        master.iterations += 1
        self._made = plants.cuts
        if self._budgets and plants.worth is not None and not plants.lack_m_cny:
            meet_prices(master, replace(self._budgets, worth=plants.worth))
        return better(master, plants, best)

    def _outer(self, exact: float, number: int) -> Outer:
        """Return an optimum of the master: a vertex, or a central point.

        Where vertices do not settle, central points do, which have the deeper cuts, but cost more than twice
        as much.
        """
        session = self._session
        if number < _VERTICES:
            bound = session.vertex()
            values = session.values()
            return Outer(values, session.cost_of(values), bound, session.reduced_costs())
        values = session.centre(exact)
        cost = session.cost_of(values)
        return Outer(values, cost, session.lower_bound(cost + abs(cost)), session.reduced_costs())

    def make_ready(self) -> None:
        """Find a basis, from which simplex goes on after edits."""
        if not self._session.has_basis:
            self._session.solve_relaxed(method="interior")
