"""A large problem kept decomposed: the master problem with its cuts, and the plants in worker processes.

After a change the master is built anew over arrays, in a fraction of a second. Cuts of plants whose energy is
the same stay, those of others are priced again at the points that stood, from the bases of before.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from optim.arrays import ArrayModel
from optim.decompose import Asked, Master, Say, make_energy, start_cuts
from optim.inputs import Inputs
from optim.model import fill_model
from optim.options import Settings
from optim.plant_energy import MEASURES, Array, Key, PlantModel, alike, plant_models, start_points
from optim.pricing import make_pricing
from optim.search import PRICED_SHARE, Search
from optim.session import Session
from optim.stop import Stop
from optim.tighten import tighten_relaxed
from optim.warm.plants import changed, digest
from optim.warm.solved import Solved, penalty_costs
from optim.workers import Workers, workers

_PENALTY = MEASURES.index("penalty")


class MasterProblem:
    """The decomposed model in the solver, its plants hot in `optim.solve.workers` processes."""

    def __init__(self, inputs: Inputs, types: pd.DataFrame, settings: Settings, say: Say, stop: Stop) -> None:
        self.say, self.stop = say, stop
        self._models = self._plants(inputs, settings)
        self._read = digest(inputs)
        self._ask = Workers(settings.solve.workers, make_energy, self._models)
        try:
            self._build(inputs, types, settings)
            start_cuts(self.master, say)
        except BaseException:
            self.close()
            raise

    def _plants(self, inputs: Inputs, settings: Settings) -> dict[Key, PlantModel]:
        keys = [key for key, first in alike(inputs).items() if key[2] == first]
        return plant_models(inputs, keys, settings.penalty_m_cny_per_gw)

    def _build(self, inputs: Inputs, types: pd.DataFrame, settings: Settings) -> None:
        self.inputs, self.settings = inputs, settings
        self.model = fill_model(ArrayModel(name="master"), inputs, types, settings, "master")
        solve = settings.solve
        self.session = Session(self.model.pyomo, solve.threads, solve.seed, self.stop)
        self.master = Master(inputs, self.model, self.session, self._ask)
        self._penalty = penalty_costs(self.model, self.session.compiled.columns)

    def change(self, inputs: Inputs, types: pd.DataFrame, settings: Settings) -> None:
        """Become another problem; cuts stay as far as they hold."""
        before, read = self.master, digest(inputs)
        new: list[Key] = []
        if read != self._read:
            models = self._plants(inputs, settings)
            new = changed(self._models, models)
            self._models, self._read = models, read
        self._build(inputs, types, settings)
        self._keep(before, set(new))
        self._price_again(before, new)

    def _keep(self, before: Master, new: set[Key]) -> None:
        """Take over the cuts of plants that are as they were."""
        cuts = self.master.cuts
        groups = {cuts.group(key) for key in self.master.keys}
        for group in groups - new:
            cuts.take_over(group, before.cuts)
        known = set(self.master.keys)
        standing = [(key, number) for key, number in before.cuts.standing if key in known]
        same = [row for row in standing if cuts.group(row[0]) == before.cuts.group(row[0])]
        cuts.enter([row for row in same if cuts.group(row[0]) not in new])

    def _price_again(self, before: Master, new: list[Key]) -> None:
        """Price plants that changed, at the points of their cuts that stood."""
        standing: dict[Key, set[int]] = {}
        for key, number in before.cuts.standing:
            standing.setdefault(before.cuts.group(key), set()).add(number)
        asked = {key: Asked(self._points(before, key, standing), self._models[key]) for key in new}
        master = self.master
        for key, found in zip(asked, self._ask.ask(list(asked.items())), strict=True):
            pairs = zip(asked[key].points, found, strict=True)
            numbers = [master.cuts.learn(key, point, answer) for point, (answer, _) in pairs]
            master.cuts.enter([(year, number) for year in master.years[key] for number in numbers])

    def _points(self, before: Master, key: Key, standing: dict[Key, set[int]]) -> list[Array]:
        known = before.cuts.points.get(key, [])
        size = len(self.master.columns[key])
        points = [known[number] for number in sorted(standing.get(key, ())) if len(known[number]) == size]
        return points or start_points(self.inputs, self.model.pyomo, key)

    def solve(self, integers: bool, gap_share: float, seconds: float) -> Solved:
        """Return the optimum of the relaxation, or the best plan with integers."""
        return self._search(gap_share, seconds) if integers else self._relaxed(gap_share)

    def _relaxed(self, gap_share: float) -> Solved:
        master, session, solve = self.master, self.session, self.settings.solve
        rounds = master.iterations
        bound = tighten_relaxed(master, gap_share, solve.rounds_max, self.say)
        values = session.values()
        points = master.loaded(values)
        priced = master.price(points)
        for key, (answer, _) in priced.items():
            master.cuts.learn(key, points[key], answer)
        missing = master.cuts.broken(values)
        objective = session.cost_of(values) + master.shortfall(missing)
        master.cuts.enter(list(missing))
        measures = sum(measure for _, measure in priced.values())
        penalties = sum(m[_PENALTY] * self.inputs.discount[key[2]] for key, (_, m) in priced.items())
        return Solved(
            "optimal",
            values,
            objective,
            min(bound, objective),
            float(self._penalty @ values) + penalties,
            np.asarray(measures, dtype=float) + np.zeros(len(MEASURES)),
            master.iterations - rounds,
        )

    def _search(self, gap_share: float, seconds: float) -> Solved:
        """Search with integers from the cuts that are known; the plan is priced site by site."""
        settings = self.settings.solve.model_copy(update={"gap_share": gap_share, "time_limit_s": seconds})
        shared = (self.inputs, self.settings.penalty_m_cny_per_gw, PRICED_SHARE * gap_share)
        rounds = self.master.iterations
        with workers(settings.workers, make_pricing, shared) as sites, self.stop.open():
            search = Search(self.master, sites.ask, settings, self.say, self.stop)
            found = search.run()
        self.session.free(self.session.integers)
        assert search.best is not None, "a search ended without a plan and without an error"
        operation = found.energy["operation"]
        scale = {"emissions": 1e-6, "emissions_marginal": 1e-6, "water": 1e-6, "purchase": 1e-6}
        column = {
            "emissions": "emissions_tco2",
            "emissions_marginal": "emissions_marginal_tco2",
            "water": "water_m3",
            "purchase": "purchase_mwh",
        }
        measures = [
            float(operation[column[name]].sum()) * scale[name] if name in column else found.penalty
            for name in MEASURES
        ]
        return Solved(
            found.status,
            search.best[1],
            found.objective,
            found.bound,
            found.penalty,
            np.asarray(measures),
            self.master.iterations - rounds,
        )

    def close(self) -> None:
        """End the worker processes."""
        self._ask.close()
