"""The energy of one plant in one year, hot in the solver."""

from __future__ import annotations

from typing import Any

import numpy as np

from optim.hot import HotModel
from optim.plant_energy import Array, PlantModel, Point


class PlantEnergy:
    """A plant and year, solved at one point after another."""

    def __init__(self, model: PlantModel, basis: Any = None) -> None:
        self._hot = HotModel(model.part)
        self._columns, self._measures = model.columns, model.measures
        if basis is not None:
            self._hot.start_from(basis)

    @property
    def basis(self) -> Any:
        """Return the basis of the last solve."""
        return self._hot.basis

    def measured(self) -> Array:
        """Return `MEASURES` of the last solve."""
        found: Array = self._measures @ self._hot.values()
        return found

    def at(self, point: Array) -> Point:
        """Return the least cost at a point [M CNY a year] and its gradient there.

        By convexity cost(x) >= cost(point) + gradient . (x - point) for every x: a Benders cut.
        """
        self._hot.fix(self._columns, point)
        value = self._hot.solve_relaxed().objective
        reduced = self._hot.reduced_costs()
        return value, np.where(self._columns >= 0, reduced[self._columns], 0.0)

    def paying(self, point: Array, prices: Array) -> tuple[Array, Point]:
        """Return what is taken where asks cost something, and `at` there.

        Parameters
        ----------
        point : array
            Asks; those that have a price are not read.
        prices : array
            Price of asks [M CNY a unit], NaN: held at the point. At the least cost with a price a unit more
            saves the price, so that the gradient is less the price.
        """
        paid = np.isfinite(prices) & (self._columns >= 0)
        columns, price = self._columns[paid], prices[paid]
        self._hot.fix(self._columns[~paid], point[~paid])
        self._hot.free(columns)
        self._hot.change_costs(columns, price)
        total = self._hot.solve_relaxed().objective
        reduced, taken = self._hot.reduced_costs(), point.copy()
        taken[paid] = self._hot.values()[columns]
        self._hot.change_costs(columns, self._hot.cost[columns])
        gradient = np.where(self._columns >= 0, reduced[self._columns], 0.0)
        gradient[paid] = -price
        return taken, (total - float(price @ taken[paid]), gradient)
