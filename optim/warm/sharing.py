"""Budgets of carbon and water shared out among plants: at prices, not by amounts (Dantzig and Wolfe 1960).

A plant that is told how much it may emit lacks some where that is too little, and a master with few cuts
tells most of them too little. Told what a unit costs, none does. What it takes then, and what it costs, are a
point of the same cost function, and the cut there has the price, negative, as its gradient. Plants that were
asked at a few prices share out a budget as the cheapest mix of their answers does: their cost is convex.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from optim.certificate import Programme, programme_of
from optim.decompose import Asked, Master, Paid
from optim.plant_energy import Array, Key
from optim.session import Session
from optim.tables import SolverError
from optim.warm.priced import Plants

_FIRST, _TIMES, _NEAR = 3, 3.0, 10.0  # CNY a tonne or m3
_MORE, _STEP, _LITTLE, _START, _USED = 3, 1.5, 1.0, 100.0, 1e-6


@dataclass(frozen=True, eq=False)
class BudgetRows:
    """Rows `rows` x <= `most` of the master that limit what plants take, at `places` in the solver.

    `worth` is by how much the optimum rises with `most` [M CNY a unit], never more than nought.
    """

    places: NDArray[np.intp]
    rows: sparse.csr_array
    most: Array
    worth: Array

    def valued(self, session: Session) -> BudgetRows:
        """Return the rows, worth what the last solve says."""
        return replace(self, worth=session.duals()[self.places])


@dataclass(frozen=True, eq=False)
class Mix:
    """Shares of answers (by round, plant and year), and what each row is worth [M CNY a unit].

    `cost`, and the part of it that budgets lack [M CNY]: of the plants alone.
    """

    shares: Array
    cost: float
    lack: float
    worth: Array


def budget_rows(master: Master) -> BudgetRows:
    """Return the rows of a master that limit what its plants take of budgets."""
    programme = programme_of(master.session.highs)
    columns = np.concatenate([taken(master, key) for key in master.keys])
    limits = own_rows(master, programme) & np.isfinite(programme.row_upper)
    limits &= np.diff(programme.rows[:, columns].tocsr().indptr) > 0
    places = np.flatnonzero(limits)
    return BudgetRows(places, programme.rows[places], programme.row_upper[places], np.zeros(len(places)))


def own_rows(master: Master, programme: Programme) -> NDArray[np.bool_]:
    """Return which rows of a master are not cuts."""
    found = np.ones(programme.rows.shape[0], dtype=bool)
    found[[master.session.row_of(number) for number in master.cuts.standing.values()]] = False
    return found


def prices_of(master: Master, rows: BudgetRows, keys: Iterable[Key], worth: Array) -> dict[Key, Array]:
    """Return what each ask costs a plant [M CNY a unit] if rows are worth so much; NaN: it is held."""
    costs = master.session.cost - rows.rows.T @ worth
    found = {}
    for key in keys:
        columns, discount = master.columns[key], master.inputs.discount[key[2]]
        found[key] = np.where(_is_taken(master, key), np.maximum(0.0, costs[columns] / discount), np.nan)
    return found


def meet_prices(master: Master, rows: BudgetRows) -> bool:
    """Return whether there are plants none of whose cuts is near what budgets cost them now.

    They are priced at the points of their first cuts, and the cuts enter.
    """
    prices = prices_of(master, rows, list(master.cuts.points), rows.worth)
    points = {
        key: master.cuts.points[key][:_FIRST] for key in prices if _is_strange(master, key, prices[key])
    }
    tasks = [(key, Asked(some, prices=[prices[key]] * len(some))) for key, some in points.items()]
    for (key, _), answers in zip(tasks, master.ask.ask(tasks), strict=True):
        learnt = [master.cuts.learn(key, paid.point, paid.answer, paid.measures) for paid in answers]
        master.cuts.enter([(year, number) for year in master.years[key] for number in learnt])
    return bool(tasks)


def _is_strange(master: Master, key: Key, prices: Array) -> bool:
    """Return whether no known cut of a plant has a price of budgets near these."""
    taken = _is_taken(master, key)
    known, asked = -np.asarray(master.cuts.gradients[key])[:, taken], prices[taken]
    near = (known <= _TIMES * asked + _NEAR) & (asked <= _TIMES * known + _NEAR)
    return not near.all(axis=1).any()


class Sharing:
    """Shares out the budgets of a master at one point of its other columns.

    Parameters
    ----------
    master : Master
        Learns the cuts.
    rows : BudgetRows
        Of this master, with their worth.
    values : array
        All columns; what plants that run take of budgets is not read.
    points : dict
        What each plant and year that runs is asked for there.
    lack_m_cny : float
        What a unit of a budget costs that is missing [M CNY].
    near_m_cny : float
        How much dearer the mix may be than the cheapest there is [M CNY].
    """

    def __init__(
        self,
        master: Master,
        rows: BudgetRows,
        values: Array,
        points: dict[Key, Array],
        lack_m_cny: float,
        near_m_cny: float = 0.0,
    ) -> None:
        self._master, self._rows, self._points = master, rows, points
        self._lack, self._near = lack_m_cny, near_m_cny
        self._values = values.copy()
        for key in points:
            self._values[taken(master, key)] = 0.0
        self._left = rows.most - rows.rows @ self._values
        self._worths: list[Array] = []
        self._answers: list[dict[Key, Paid]] = []
        self._least = -np.inf

    def run(self) -> Plants:
        """Return the cheapest mix of what plants answer at a few prices.

        First at what budgets are worth to the master; then not far from that, where more or less of them is
        worth it; then at what the mix so far says, until it says nothing new or is near the cheapest there
        is: that is no less than what plants cost that pay so much, less the worth of all that is left.
        """
        if not self._points:
            return Plants(self._values, {})
        self._pay(self._rows.worth)
        mix = self._mix()
        for number in range(_MORE):
            if mix.cost - self._least <= self._near or any(_is_near(mix.worth, w) for w in self._worths):
                break
            self._pay(mix.worth if number else -_not_far(-mix.worth, -self._rows.worth))
            mix = self._mix()
        return self._shared(mix)

    def _pay(self, worth: Array) -> None:
        prices = prices_of(self._master, self._rows, self._points, worth)
        answers = self._master.pay(self._points, prices)
        self._worths.append(worth)
        self._answers.append(answers)
        paid = (self._rows.rows @ self._takes(answers)).sum(axis=1) - self._left
        self._least = max(self._least, float(self._costs(answers).sum() - worth @ paid))

    def _mix(self) -> Mix:
        """Return the cheapest mix of the answers so far: shares of them, by plant and year."""
        keys, count = list(self._points), len(self._answers)
        taken = [self._takes(answers) for answers in self._answers]
        costs = [self._costs(answers) for answers in self._answers]
        missing = len(self._left)
        if not missing:
            return Mix(np.ones((1, len(keys))), float(costs[0].sum()), 0.0, np.zeros(0))
        nothing = sparse.csr_array((len(keys), missing))
        found = linprog(
            np.concatenate([*costs, np.full(missing, self._lack)]),
            A_ub=sparse.hstack([*(self._rows.rows @ takes for takes in taken), -sparse.eye_array(missing)]),
            b_ub=self._left,
            A_eq=sparse.hstack([*[sparse.eye_array(len(keys))] * count, nothing]),
            b_eq=np.ones(len(keys)),
        )
        if not found.success:
            raise SolverError(f"budgets could not be shared out: {found.message}")
        shares = found.x[: count * len(keys)].reshape(count, len(keys))
        lack = self._lack * float(found.x[count * len(keys) :].sum())
        return Mix(shares, float(found.fun), lack, found.ineqlin.marginals)

    def _costs(self, answers: dict[Key, Paid]) -> Array:
        """Return what each plant and year costs, discounted: its energy, and what it takes [M CNY]."""
        discount = self._master.inputs.discount
        energy = [discount[key[2]] * each.answer[0] for key, each in answers.items()]
        found: Array = np.asarray(energy) + self._master.session.cost @ self._takes(answers)
        return found

    def _takes(self, answers: dict[Key, Paid]) -> sparse.csr_array:
        """Return what plants take of budgets: a row a column of the master, a column a plant and year."""
        columns = [taken(self._master, key) for key in answers]
        amounts = [each.point[_is_taken(self._master, key)] for key, each in answers.items()]
        plants = np.repeat(np.arange(len(columns)), [len(each) for each in columns])
        shape = (len(self._values), len(columns))
        return sparse.csr_array((np.concatenate(amounts), (np.concatenate(columns), plants)), shape=shape)

    def _shared(self, mix: Mix) -> Plants:
        master, values = self._master, self._values.copy()
        measures, cuts = {}, []
        for key, shares in zip(self._points, mix.shares.T, strict=True):
            paid = [answers[key] for answers in self._answers]
            used = [each for each, share in zip(paid, shares, strict=True) if share > _USED]
            cuts += [(key, master.cuts.learn(key, each.point, each.answer)) for each in used]
            values[taken(master, key)] = (shares @ [each.point for each in paid])[_is_taken(master, key)]
            values[master.theta[key]] = shares @ [each.answer[0] for each in paid]
            measures[key] = shares @ [each.measures for each in paid]
        return Plants(values, measures, mix.lack, cuts, mix.worth)


def _is_near(worth: Array, other: Array) -> bool:
    """Return whether rows are worth about the same."""
    apart = (-worth > -_STEP * other + _LITTLE) | (-other > -_STEP * worth + _LITTLE)
    return not apart.any()


def _not_far(prices: Array, before: Array) -> Array:
    """Return prices no further than a step from those before, or, upwards, than a first price."""
    return np.clip(prices, before / _STEP, np.maximum(before * _STEP, _START))


def _is_taken(master: Master, key: Key) -> NDArray[np.bool_]:
    """Return which asks of a plant and year are budgets that the master has."""
    found: NDArray[np.bool_] = master.pays[key] & (master.columns[key] >= 0)
    return found


def taken(master: Master, key: Key) -> NDArray[np.int32]:
    """Return their columns."""
    found: NDArray[np.int32] = master.columns[key][_is_taken(master, key)]
    return found
