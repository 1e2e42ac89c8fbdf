"""The energy of a future's plants as cuts, tightened at each answer; futures share those of same plants."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
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

_FIRST, _TIGHT_M_CNY = 3, 0.2


@dataclass(frozen=True, eq=False)
class Shelf:
    """Cuts of a plant, and years and numbers of those that were of use at the end of a solve."""

    points: list[Any] = field(default_factory=list)
    constants: list[float] = field(default_factory=list)
    gradients: list[Any] = field(default_factory=list)
    numbers: dict[Any, int] = field(default_factory=dict)
    useful: set[tuple[int, int]] = field(default_factory=set)


class SharedCuts:
    """Cuts of plants by what makes their energy: one list for all futures in which that is the same."""

    def __init__(self) -> None:
        self._known: dict[str, Shelf] = {}

    def give(self, master: Master, models: dict[Key, PlantModel]) -> dict[Key, Shelf]:
        """Let a master know the cuts of its plants, now and later; return where they are kept."""
        shelves, cuts = {}, master.cuts
        for key, model in models.items():
            shelf = shelves[key] = self._known.setdefault(_digest(model), Shelf())
            cuts.points[key], cuts.constants[key] = shelf.points, shelf.constants
            cuts.gradients[key], cuts.numbers[key] = shelf.gradients, shelf.numbers
        return shelves


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
        self._shelves = known.give(self._master, models)
        self._price_first()

    def _price_first(self) -> None:
        """Price plants of which nothing is known, and put the first cuts of each into every year of it."""
        master, m = self._master, self._master.model.pyomo
        bare = [key for key, shelf in self._shelves.items() if not shelf.points]
        points = {key: start_points(master.inputs, m, key) for key in bare}
        answers = master.ask.ask([(key, Asked(some)) for key, some in points.items()])
        for key, found in zip(points, answers, strict=True):
            for point, (answer, _) in zip(points[key], found, strict=True):
                master.cuts.learn(key, point, answer)
        for key, shelf in self._shelves.items():
            first = range(min(_FIRST, len(shelf.points)))
            master.cuts.enter([(twin, number) for number in first for twin in master.years[key]])

    def solve(self, gap_share: float) -> Relaxed:
        """Return the best that was found, energy priced, and the optimum of the cuts below it.

        The first solve begins with the cuts that were of use to other futures.
        """
        cuts = self._master.cuts
        if self._rounds.values is None:
            for (s, c, _), shelf in self._shelves.items():
                useful = [((s, c, year), number) for year, number in sorted(shelf.useful)]
                cuts.enter([row for row in useful if row[0] in self._master.theta])
        found = self._rounds.run(gap_share)
        for key, number in cuts.tight(found.outer.values, _TIGHT_M_CNY):
            self._shelves[cuts.group(key)].useful.add((key[2], number))
        return found
