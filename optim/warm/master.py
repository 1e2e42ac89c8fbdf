"""A large problem kept decomposed: the master problem with its cuts, and the plants in worker processes.

After a change the master is built anew over arrays, in a fraction of a second. Cuts of plants whose energy is
the same stay, those of others are priced again at the points that stood, from the bases of before.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optim.arrays import ArrayModel
from optim.cuts import KnownCuts, Row
from optim.decompose import Asked, Master, Say, make_energy, start_cuts
from optim.inputs import Inputs
from optim.model import fill_model
from optim.options import Settings
from optim.plant_energy import (
    MEASURES,
    Array,
    Key,
    PlantModel,
    alike,
    asked_of,
    plant_models,
    start_points,
    unasked_point,
)
from optim.pricing import make_pricing
from optim.refuse import refuse_lacks
from optim.search import PRICED_SHARE, Search
from optim.session import Session
from optim.stop import Stop
from optim.tables import InfeasibleError
from optim.warm.plants import changed, digest
from optim.warm.rounds import Rounds
from optim.warm.solved import Solved, penalty_costs
from optim.workers import Workers, workers

_SLACK_M_CNY, _TIGHT_M_CNY = 5.0, 0.2
_CUTS_A_PLANT = 20


class MasterProblem:
    """The decomposed model in the solver, its plants hot in `optim.solve.workers` processes."""

    def __init__(
        self,
        inputs: Inputs,
        types: pd.DataFrame,
        settings: Settings,
        say: Say,
        stop: Stop,
        known: KnownCuts | None = None,
    ) -> None:
        self.say, self.stop = say, stop
        self._models = self._plants(inputs, settings)
        self._read = digest(inputs)
        self._ask = Workers(settings.solve.workers, make_energy, self._models)
        try:
            self._build(inputs, types, settings)
            if known:
                self.master.cuts.recall(known)
            else:
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
        self._rounds = Rounds(self.master, settings, self.say)
        self._penalty = penalty_costs(self.model, self.session.compiled.columns)

    def begin_again(self, known: KnownCuts, types: pd.DataFrame) -> None:
        """Know these cuts alone, as if nothing had been solved since."""
        self._build(self.inputs, types, self.settings)
        self.master.cuts.recall(known)

    def change(self, inputs: Inputs, types: pd.DataFrame, settings: Settings) -> None:
        """Become another problem; cuts stay as far as they hold, and so does the basis if most plants do."""
        before, values, read = self.master, self._rounds.values, digest(inputs)
        new: list[Key] = []
        if read != self._read:
            models = self._plants(inputs, settings)
            new = changed(self._models, models)
            self._models, self._read = models, read
        basis = self._basis() if 2 * len(new) <= len(self._models) else None
        self._build(inputs, types, settings)
        standing, tight = self._still_useful(before, values)
        came_from = self._keep(before, standing, set(new)) | self._price_again(before, tight, new)
        if basis is not None:
            new_number, old_number = self.master.cuts.standing, before.cuts.standing
            places = before.session.added.places
            came = {new_number[row]: int(places[old_number[old]]) for row, old in came_from.items()}
            self.session.take_basis(basis, came)

    def _basis(self) -> Any:
        with suppress(InfeasibleError):
            self.make_ready()
        return self.session.basis

    def _still_useful(self, before: Master, values: Array | None) -> tuple[list[Row], list[Row]]:
        """Return the cuts that stay in the master (if there are many, those all but tight), and the tight."""
        standing = list(before.cuts.standing)
        if values is None:
            return standing, standing
        few = len(standing) <= _CUTS_A_PLANT * len(before.keys)
        near = standing if few else before.cuts.tight(values, _SLACK_M_CNY)
        return near, before.cuts.tight(values, _TIGHT_M_CNY)

    def _keep(self, before: Master, standing: list[Row], new: set[Key]) -> dict[Row, Row]:
        """Take over the cuts of plants that are as they were; return each with what it was."""
        cuts, known = self.master.cuts, set(self.master.keys)
        for group in {cuts.group(key) for key in self.master.keys} - new:
            cuts.take_over(group, before.cuts)
        here = [row for row in standing if row[0] in known and cuts.group(row[0]) not in new]
        same = [row for row in here if cuts.group(row[0]) == before.cuts.group(row[0])]
        cuts.enter(same)
        return dict(zip(same, same, strict=True))

    def _price_again(self, before: Master, standing: list[Row], new: list[Key]) -> dict[Row, Row]:
        """Price plants that changed, at the points of their cuts that stood; return cuts as `_keep`."""
        master = self.master
        rows: dict[Key, list[Row]] = defaultdict(list)
        for key, number in standing:
            rows[before.cuts.group(key)].append((key, number))
        asked = {key: self._asked(before, key, rows[key]) for key in new}
        answers = self._ask.ask([(key, question) for key, (_, question) in asked.items()])
        came_from: dict[Row, Row] = {}
        for (key, (numbers, _)), found in zip(asked.items(), answers, strict=True):
            pairs = zip(numbers, found, strict=True)
            learnt = {
                old: master.cuts.learn(key, each.point, each.answer, each.measures) for old, each in pairs
            }
            stood = [(year, old) for year, old in rows[key] if old in learnt and year in master.theta]
            everywhere = [(year, number) for year in master.years[key] for number in learnt.values()]
            master.cuts.enter([(year, learnt[old]) for year, old in stood] or everywhere)
            came_from |= {(year, learnt[old]): (year, old) for year, old in stood}
        return came_from

    def _asked(self, before: Master, key: Key, rows: list[Row]) -> tuple[list[int], Asked]:
        """Return numbers of a plant's cuts before, and where they were made, budgets at their prices."""
        if not rows:
            first = start_points(self.inputs, self.model.pyomo, key)
            by_amounts = [np.full(len(point), np.nan) for point in first]
            return list(range(len(first))), Asked(first, self._models[key], by_amounts)
        known, slopes, places = before.cuts.points[key], before.cuts.gradients[key], self._places(before, key)
        unasked, pays = unasked_point(self.model.pyomo, key), self.master.pays[key] & (places >= 0)
        numbers = list(dict.fromkeys(number for _, number in rows))
        points = [np.where(places >= 0, known[n][places], unasked) for n in numbers]
        prices = [np.where(pays, np.maximum(0.0, -slopes[n][places]), np.nan) for n in numbers]
        return numbers, Asked(points, self._models[key], prices)

    def _places(self, before: Master, key: Key) -> NDArray[np.intp]:
        """Return where each ask of a plant stood among those of before, -1 where it did not."""
        size = len(self.master.columns[key])
        if size == len(before.columns[key]):
            return np.arange(size)
        old, new = (
            [(component.local_name, index) for component, index in asked_of(m, key[:2], key[2])]
            for m in (before.model.pyomo, self.model.pyomo)
        )
        place = {name: number for number, name in enumerate(old)}
        return np.asarray([place.get(name, -1) for name in new])

    def solve(self, integers: bool, gap_share: float, seconds: float) -> Solved:
        """Return the optimum of the relaxation, or the best plan with integers."""
        return self._search(gap_share, seconds) if integers else self._relaxed(gap_share)

    def _relaxed(self, gap_share: float) -> Solved:
        """Return the optimum of the relaxation: rounds of cuts until cost and bound are near."""
        rounds = self.master.iterations
        found = self._rounds.run(gap_share)
        best = found.best
        return Solved(
            "optimal" if found.is_near else "rounds",
            best.values,
            best.cost,
            found.bound,
            float(self._penalty @ best.values) + best.penalties,
            best.measures,
            self.master.iterations - rounds,
        )

    def make_ready(self) -> None:
        """Find a basis, from which simplex goes on after edits."""
        self._rounds.make_ready()

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
        refuse_lacks(found, self.inputs)
        operation = found.energy["operation"]
        scale = {"emissions": 1e-6, "emissions_marginal": 1e-6, "water": 1e-6, "purchase": 1e-6}
        column = {
            "emissions": "emissions_tco2",
            "emissions_marginal": "emissions_marginal_tco2",
            "water": "water_m3",
            "purchase": "purchase_mwh",
        }
        used = {name: float(operation[column[name]].sum()) * scale[name] for name in column}
        measures = [(used | {"penalty": found.penalty, "lack": 0.0})[name] for name in MEASURES]
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
