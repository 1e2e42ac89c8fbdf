"""Decomposition: a master problem with cuts in place of the plants' energy (multi-cut Benders).

The energy of a plant in a year depends on the rest only through what `m.halls` holds, and its least cost is
convex in that. Dropped in the cuts, and kept where the plan is priced (`optim.pricing`): direct supply and
batteries stay from year to year. So the bound stays a bound.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optim.cluster import Cluster
from optim.cuts import Cuts, Row
from optim.inputs import Inputs
from optim.model import Model
from optim.plant_energy import BUDGETS, SPARE, Array, Key, PlantModel, Point, alike, asked_of, start_points
from optim.plant_hot import PlantEnergy
from optim.session import Session
from optim.workers import Workers

Say = Callable[[str], None]
_NO_LOAD_GW = 1e-7
_LITTLE_GW = 5e-4
_EARNING_M_CNY = 0.1
_BATCH = 200
_HOT_MAX = 80


@dataclass(frozen=True)
class Asked:
    """Points that a plant and year is asked for; `model`, if given, is its model from now on.

    With `prices` (as of `PlantEnergy.paying`, one for each point) some asks are paid for.
    """

    points: list[Array]
    model: PlantModel | None = None
    prices: list[Array] | None = None


@dataclass(frozen=True, eq=False)
class Paid:
    """What a plant takes of asks that it pays for, cost and gradient there, and `MEASURES`."""

    point: Array
    answer: Point
    measures: Array


def answers_of(plant: PlantEnergy, asked: Asked) -> list[Any]:
    """Return cost and gradient at each point, and `MEASURES`; where asks are paid for, `Paid`."""
    if asked.prices is None:
        return [(plant.at(point), plant.measured()) for point in asked.points]
    pairs = zip(asked.points, asked.prices, strict=True)
    return [Paid(*plant.paying(point, prices), plant.measured()) for point, prices in pairs]


def make_energy(models: dict[Key, PlantModel]) -> Callable[[Any, Any], Any]:
    """Return a function (plant and year, `Asked`) -> `answers_of` the plant.

    A plant that is asked for again begins from its last basis. Some stay hot in the solver, which is quicker,
    but takes about 3 MB each.
    """
    hot: dict[Key, PlantEnergy] = {}
    bases: dict[Key, Any] = {}

    def solve(key: Key, asked: Asked) -> list[Any]:
        if asked.model:
            models[key] = asked.model
            hot.pop(key, None)
        plant = hot.get(key) or PlantEnergy(models[key], bases.get(key))
        answers = answers_of(plant, asked)
        if key in bases and len(hot) < _HOT_MAX:
            hot[key] = plant
        bases[key] = plant.basis
        return answers

    return solve


@dataclass
class Master:
    """The master problem in the solver, with its cuts."""

    inputs: Inputs
    model: Model
    session: Session
    ask: Workers | Cluster
    keys: list[Key] = field(default_factory=list)
    columns: dict[Key, NDArray[np.int32]] = field(default_factory=dict)
    owes: dict[Key, NDArray[np.bool_]] = field(default_factory=dict)
    spare: dict[Key, NDArray[np.bool_]] = field(default_factory=dict)
    pays: dict[Key, NDArray[np.bool_]] = field(default_factory=dict)
    theta: dict[Key, int] = field(default_factory=dict)
    twins: dict[Key, int] = field(default_factory=dict)
    years: dict[Key, list[Key]] = field(default_factory=dict)
    usual: dict[Key, Point] = field(default_factory=dict)
    cuts: Cuts = field(init=False)
    iterations: int = 0

    def __post_init__(self) -> None:
        """Find the columns of each plant and year."""
        m, at = self.model.pyomo, self.session.compiled.columns.at
        self.twins = alike(self.inputs)
        for key in self.twins:
            s, c, y = key
            self.keys.append(key)
            self.years.setdefault((s, c, self.twins[key]), []).append(key)
            asked = asked_of(m, (s, c), y)
            self.columns[key] = np.asarray([at(*each) for each in asked], dtype=np.int32)
            owed = (m.halls.it_gw, m.halls.green_twh)
            self.owes[key] = np.asarray([component in owed for component, _ in asked])
            self.spare[key] = np.asarray([component.local_name in SPARE for component, _ in asked])
            self.pays[key] = np.asarray([component.local_name in BUDGETS for component, _ in asked])
            self.theta[key] = at(m.recourse.energy_m_cny, key)
        self.cuts = Cuts(self.session, self.columns, self.theta, self.twins)

    def point(self, key: Key, values: Array) -> Array:
        """Return what a plant is asked for in a year."""
        columns = self.columns[key]
        return np.where(columns >= 0, values[columns], 0.0)

    def price(self, points: dict[Key, Array]) -> dict[Key, tuple[Point, Array]]:
        """Return cost, gradient and `MEASURES` of plants at points; what years ask alike is asked once."""
        asked: dict[Key, dict[bytes, Array]] = {}
        known = {key: self.cuts.along_ray(key, x, self.spare[key]) for key, x in points.items()}
        answered = {key: answer for key, answer in known.items() if answer is not None}
        points = {key: x for key, x in points.items() if key not in answered}
        names = {key: np.round(point, 9).tobytes() for key, point in points.items()}
        for key, name in names.items():
            asked.setdefault(self.cuts.group(key), {})[name] = points[key]
        answers = self.ask.ask([(group, Asked(list(each.values()))) for group, each in asked.items()])
        found = {
            (group, name): answer
            for (group, each), some in zip(asked.items(), answers, strict=True)
            for name, answer in zip(each, some, strict=True)
        }
        return answered | {key: found[self.cuts.group(key), name] for key, name in names.items()}

    def pay(self, points: dict[Key, Array], prices: dict[Key, Array]) -> dict[Key, Paid]:
        """Return what plants answer that pay for some asks (`PlantEnergy.paying`); the cuts are learnt."""
        groups: dict[Key, list[Key]] = {}
        for key in points:
            groups.setdefault(self.cuts.group(key), []).append(key)
        answers = self.ask.ask(
            [
                (group, Asked([points[key] for key in keys], prices=[prices[key] for key in keys]))
                for group, keys in groups.items()
            ]
        )
        found: dict[Key, Paid] = {}
        for keys, some in zip(groups.values(), answers, strict=True):
            found |= dict(zip(keys, some, strict=True))
        for key, paid in found.items():
            self.cuts.learn(key, paid.point, paid.answer, paid.measures)
        return {key: found[key] for key in points}

    def loaded(self, values: Array, least_gw: float = _NO_LOAD_GW) -> dict[Key, Array]:
        """Return the points of plants and years that run more than `least_gw` or owe as many TWh of green."""
        points = {key: self.point(key, values) for key in self.keys}
        return {key: x for key, x in points.items() if np.abs(x[self.owes[key]]).max() > least_gw}

    def shortfall(self, missing: dict[Row, float]) -> float:
        """Return by how much the cuts that are missing would raise the cost [M CNY]."""
        return sum(lack * self.inputs.discount[key[2]] for (key, _), lack in missing.items())

    def learn(self, values: Array, covered_share: float = 1.0) -> None:
        """Price the plants and years that run at `values`, and keep the cuts.

        Largest first, until as much of the IT power is covered: a central point spreads some over many. An
        idle plant that earns anything is priced too: its room of sun and wind may be cut too low.
        """
        points = self.loaded(values, _LITTLE_GW)
        order = sorted(points, key=lambda key: -points[key][0])
        before = np.cumsum([0.0, *(points[key][0] for key in order)])
        count = int(np.count_nonzero(before[:-1] <= covered_share * before[-1]))
        some = {key: points[key] for key in order[:count]}
        earning = [key for key in self.keys if values[self.theta[key]] < -_EARNING_M_CNY]
        some |= {key: self.point(key, values) for key in earning}
        for key, answer in self.price(some).items():
            self.cuts.learn(key, some[key], *answer)
        self.iterations += 1


def start_cuts(master: Master, say: Say) -> None:
    """Add the first cuts of each plant, and keep its cost and gradient at the usual point."""
    m = master.model.pyomo
    keys = [key for key in master.keys if master.twins[key] == key[2]]
    first: dict[Key, Point] = {}
    for start in range(0, len(keys), _BATCH):
        master.session.check_stop()
        some = keys[start : start + _BATCH]
        points = {key: start_points(master.inputs, m, key) for key in some}
        answers = master.ask.ask([(key, Asked(points[key])) for key in some])
        for key, found in zip(some, answers, strict=True):
            first[key] = found[1][0]
            pairs = zip(points[key], found, strict=True)
            numbers = [master.cuts.learn(key, x, *answer) for x, answer in pairs]
            master.cuts.enter([(twin, number) for twin in master.years[key] for number in numbers])
        say(f"priced the energy of {start + len(some)} of {len(keys)} plants")
    master.usual = {key: first[(*key[:2], twin)] for key, twin in master.twins.items()}
