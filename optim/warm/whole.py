"""A small problem kept whole: one matrix with every hour."""

from __future__ import annotations

import pandas as pd

from optim.arrays import ArrayModel
from optim.inputs import Inputs
from optim.model import fill_model
from optim.options import Settings
from optim.plant_energy import Array, measures_of
from optim.session import Session
from optim.stop import Stop
from optim.warm.solved import Solved, penalty_costs


class WholeProblem:
    """The whole model in the solver; after a change simplex begins from the basis of before, if it fits."""

    def __init__(self, inputs: Inputs, types: pd.DataFrame, settings: Settings, stop: Stop) -> None:
        self.stop = stop
        self._build(inputs, types, settings)

    def _build(self, inputs: Inputs, types: pd.DataFrame, settings: Settings) -> None:
        self.inputs, self.settings = inputs, settings
        self.model = fill_model(ArrayModel(name="whole"), inputs, types, settings)
        solve = settings.solve
        self.session = Session(self.model.pyomo, solve.threads, solve.seed, self.stop)
        columns = self.session.compiled.columns
        self._measures = measures_of(self.model, columns)
        self._penalty = penalty_costs(self.model, columns)

    def change(self, inputs: Inputs, types: pd.DataFrame, settings: Settings) -> None:
        """Become another problem."""
        basis = self.session.basis
        self._build(inputs, types, settings)
        self.session.start_from(basis)

    def solve(self, integers: bool, gap_share: float, seconds: float) -> Solved:
        """Return the optimum of the relaxation, or the best plan with integers."""
        session, settings = self.session, self.settings.solve
        if integers:
            run = session.solve_integer(gap_share, seconds, None, settings.heuristic_share)
        else:
            run = session.solve_relaxed(seconds)
        values: Array = session.values()
        return Solved(
            "optimal" if run.complete else "time_limit",
            values,
            run.objective,
            run.bound,
            float(self._penalty @ values),
            self._measures @ values,
            1,
        )

    def make_ready(self) -> None:
        """Nothing is needed: simplex goes on from the last basis."""

    def close(self) -> None:
        """Nothing is held outside this process."""
