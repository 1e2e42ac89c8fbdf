"""The energy of a future's plants as cuts, tightened at each answer; futures share those of same plants."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from optim.decompose import Asked, Master, make_energy
from optim.inputs import Inputs
from optim.model import Model
from optim.options import Settings
from optim.plant_energy import Key, PlantModel, alike, plant_models, start_points
from optim.session import Session
from optim.warm.rounds import Relaxed, Rounds
from optim.workers import Workers

_FIRST = 3


class SharedCuts:
    """Cuts of plants by what makes their energy: one list for all futures in which that is the same."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[list[Any], list[float], list[Any], dict[Any, int]]] = {}

    def give(self, master: Master, models: dict[Key, PlantModel]) -> list[Key]:
        """Let a master know the cuts of its plants, now and later; return the plants that have none yet."""
        bare = []
        for key, model in models.items():
            name, cuts = _digest(model), master.cuts
            if name not in self._known:
                self._known[name] = ([], [], [], {})
                bare.append(key)
            points, constants, gradients, numbers = self._known[name]
            cuts.points[key], cuts.constants[key] = points, constants
            cuts.gradients[key], cuts.numbers[key] = gradients, numbers
        return bare


def _digest(model: PlantModel) -> str:
    part = model.part
    found = hashlib.sha256()
    for each in (model.columns, part.cost, part.lower, part.upper, part.row_lower, part.row_upper):
        found.update(np.ascontiguousarray(each).tobytes() + b"|")
    for each in (part.starts, part.indices, part.factors):
        found.update(np.ascontiguousarray(each).tobytes() + b"|")
    return found.hexdigest()


class Energy:
    """The master problem of a future, and what prices its plants."""

    def __init__(
        self,
        inputs: Inputs,
        model: Model,
        session: Session,
        settings: Settings,
        known: SharedCuts,
    ) -> None:
        keys = [key for key, first in alike(inputs).items() if key[2] == first]
        models = plant_models(inputs, keys, settings.penalty_m_cny_per_gw)
        self._master = Master(inputs, model, session, Workers(1, make_energy, models))
        self._rounds = Rounds(self._master, settings, lambda _: None)
        self._price_first(known.give(self._master, models))

    def _price_first(self, bare: list[Key]) -> None:
        """Price plants of which nothing is known, and put the first cuts of each into every year of it."""
        master, m = self._master, self._master.model.pyomo
        points = {key: start_points(master.inputs, m, key) for key in bare}
        answers = master.ask.ask([(key, Asked(some)) for key, some in points.items()])
        for key, found in zip(points, answers, strict=True):
            for point, (answer, _) in zip(points[key], found, strict=True):
                master.cuts.learn(key, point, answer)
        for key, constants in master.cuts.constants.items():
            first = range(min(_FIRST, len(constants)))
            master.cuts.enter([(twin, number) for twin in master.years[key] for number in first])

    def solve(self, gap_share: float) -> Relaxed:
        """Return the best that was found, energy priced, and the optimum of the cuts below it."""
        return self._rounds.run(gap_share)
