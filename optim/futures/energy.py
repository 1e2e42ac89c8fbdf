"""The energy of a future's plants as cuts, tightened at each answer; futures share those of same plants."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from optim.decompose import Asked, Master, make_energy
from optim.futures.cases import Array
from optim.inputs import Inputs
from optim.model import Model
from optim.options import Settings
from optim.plant_energy import MEASURES, Key, PlantModel, alike, plant_models, start_points
from optim.session import Session
from optim.tighten import tighten_relaxed
from optim.workers import Workers

_ROUNDS = 40
_FIRST = 3
_PENALTY = MEASURES.index("penalty")
_EXACT = 1e-7
_COARSE, _COARSE_SHARE = 60.0, 1e-7  # rounds from central points are few, those at vertices cheap


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
        self._rounds = settings.solve.rounds_max
        keys = [key for key, first in alike(inputs).items() if key[2] == first]
        models = plant_models(inputs, keys, settings.penalty_m_cny_per_gw)
        self._master = Master(inputs, model, session, Workers(1, make_energy, models))
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

    def solve(self, is_held: bool, gap_share: float) -> float:
        """Solve the relaxation, tighten, and return by how much the cost may still be too low [M CNY]."""
        if not is_held:
            coarse = max(_COARSE * gap_share, _COARSE_SHARE)
            tighten_relaxed(self._master, coarse, self._rounds, lambda _: None)
            self._master.session.solve_relaxed(method="interior")
        return self._settle(gap_share)

    def penalty(self, values: Array) -> float:
        """Return what the energy lacks at a point, as a discounted penalty [M CNY]."""
        master = self._master
        priced = master.price(master.loaded(values))
        return sum(m[_PENALTY] * master.inputs.discount[key[2]] for key, (_, m) in priced.items())

    def _settle(self, gap_share: float) -> float:
        """Tighten at vertices until the energy is short by no more than a share of the cost."""
        master, short = self._master, 0.0
        for _ in range(_ROUNDS):
            values = self._vertex()
            master.learn(values)
            missing = master.cuts.broken(values)
            short = master.shortfall(missing)
            if short <= gap_share * max(abs(master.session.objective()), 1e-6):
                break
            master.cuts.enter(list(missing))
        return short

    def _vertex(self) -> Array:
        """Return a vertex at which every cut holds that is known."""
        master = self._master
        for _ in range(_ROUNDS):
            master.session.solve_relaxed()
            values = master.session.values()
            missing = master.cuts.broken(values)
            if master.shortfall(missing) <= _EXACT * max(abs(master.session.objective()), 1e-6):
                break
            master.cuts.enter(list(missing))
        return values
