"""Changes of a kept problem that are taken back: bounds, costs and further rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from optim.session import Array, Session

Terms = tuple[Any, Sequence[Any], Sequence[float]]


class Edits:
    """Edits of a session; `undo` takes all of them back."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._before = (session.lower.copy(), session.upper.copy(), session.cost.copy())
        self._rows: list[int] = []

    def bound(self, component: Any, indices: Iterable[Any], lower: Any, upper: Any) -> None:
        """Let variables lie between `lower` and `upper`, numbers or arrays in the order of `indices`."""
        columns = self._session.columns_at(component, indices)
        sides = (np.broadcast_to(np.asarray(side, dtype=float), columns.shape) for side in (lower, upper))
        self._session.set_bounds(columns, *sides)

    def cost(self, component: Any, indices: Iterable[Any], more_m_cny: Any) -> None:
        """Let variables cost more, discounted [M CNY a unit]; each index once."""
        columns = self._session.columns_at(component, indices)
        self._session.set_costs(columns, self._session.cost[columns] + np.asarray(more_m_cny, dtype=float))

    def only_cost(self, terms: Sequence[Terms], of_the_rest: float = 0.0) -> None:
        """Let only these terms cost anything, beside a part of what all cost before."""
        session = self._session
        costs = of_the_rest * session.cost
        columns, factors = self._terms(terms)
        np.add.at(costs, columns, factors)
        session.set_costs(np.arange(len(costs), dtype=np.int32), costs)

    def row(
        self, component: Any, indices: Sequence[Any], factors: Sequence[float], least: float, most: float
    ) -> int:
        """Add a row least <= sum(factors x variables) <= most; return its number for `move`."""
        return self.rows([(component, indices, factors)], least, most)

    def rows(self, terms: Sequence[Terms], least: float, most: float) -> int:
        """Add one row over several components; return its number for `move`."""
        columns, factors = self._terms(terms)
        places, order = np.unique(columns, return_inverse=True)
        sums: Array = np.bincount(order, weights=factors, minlength=len(places)).astype(float)
        start = np.zeros(1, dtype=np.int32)
        sides = (np.asarray([least], dtype=float), np.asarray([most], dtype=float))
        number = self._session.add_rows(sides[0], start, places.astype(np.int32), sums, sides[1])
        self._rows.append(number)
        return number

    def cost_row(self, most_m_cny: float) -> int:
        """Add a row: all costs as they were before these edits <= `most_m_cny`; return its number."""
        session, costs = self._session, self._before[2]
        offset = session.cost_of(np.zeros(len(costs))) if len(costs) else 0.0
        columns = np.flatnonzero(costs).astype(np.int32)
        start = np.zeros(1, dtype=np.int32)
        sides = (np.asarray([-np.inf]), np.asarray([most_m_cny - offset]))
        number = session.add_rows(sides[0], start, columns, costs[columns], sides[1])
        self._rows.append(number)
        return number

    def move(self, row: int, least: float, most: float) -> None:
        """Give a row of these edits other sides."""
        self._session.move_row(row, least, most)

    def _terms(self, terms: Sequence[Terms]) -> tuple[Any, Array]:
        columns = [self._session.columns_at(component, indices) for component, indices, _ in terms]
        factors = [np.asarray(each, dtype=float) for *_, each in terms]
        return np.concatenate(columns), np.concatenate(factors)

    def undo(self) -> None:
        """Take all edits back; rows that were added stay, with no sides."""
        session, (lower, upper, cost) = self._session, self._before
        moved = np.flatnonzero((session.lower != lower) | (session.upper != upper)).astype(np.int32)
        session.set_bounds(moved, lower[moved], upper[moved])
        priced = np.flatnonzero(session.cost != cost).astype(np.int32)
        session.set_costs(priced, cost[priced])
        for row in self._rows:
            session.move_row(row, -np.inf, np.inf)
        self._rows.clear()
