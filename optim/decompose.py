"""Decomposition: a master problem with cuts in place of the plants' energy (multi-cut Benders).

The energy of a plant in a year depends on the rest only through what `m.halls` holds, and its least cost is
convex in that. Dropped in the cuts, and kept where the plan is priced (`optim.pricing`): direct supply and
batteries stay from year to year. So the bound stays a bound.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optim.inputs import Inputs
from optim.model import Model
from optim.plant_energy import Array, PlantEnergy, Point, alike, arguments, start_points
from optim.session import Session
from optim.sets import Plant
from optim.workers import Workers

Say = Callable[[str], None]
Key = tuple[str, str, int]
_NO_LOAD_GW = 1e-7
_BATCH = 200


def make_energy(shared: tuple[Inputs, float]) -> Callable[[Any, Any], Any]:
    """Return a function (plant and year, points) -> cost and gradient of each.

    A plant that is asked for a second time is kept hot; most are never asked for again.
    """
    inputs, penalty = shared
    hot: dict[Any, PlantEnergy] = {}
    seen: set[Any] = set()

    def solve(key: tuple[Plant, int], points: list[Array]) -> list[Point]:
        plant = hot.get(key) or PlantEnergy(inputs, key[0], key[1], penalty)
        if key in seen:
            hot[key] = plant
        seen.add(key)
        return [plant.at(point) for point in points]

    return solve


@dataclass
class Master:
    """The master problem in the solver, with its cuts."""

    inputs: Inputs
    model: Model
    session: Session
    ask: Workers
    keys: list[Key] = field(default_factory=list)
    columns: dict[Key, NDArray[np.int32]] = field(default_factory=dict)
    theta: dict[Key, int] = field(default_factory=dict)
    twins: dict[Key, int] = field(default_factory=dict)
    years: dict[Key, list[Key]] = field(default_factory=dict)
    usual: dict[Key, Point] = field(default_factory=dict)
    cuts: int = 0
    iterations: int = 0
    seconds_energy: float = 0.0

    def __post_init__(self) -> None:
        """Find the columns of each plant and year."""
        m = self.model.pyomo
        self.twins = alike(self.inputs)
        for key in self.twins:
            s, c, y = key
            self.keys.append(key)
            self.years.setdefault((s, c, self.twins[key]), []).append(key)
            self.columns[key] = self.session.columns_of(arguments(m, (s, c), y))
            self.theta[key] = int(self.session.columns_of([m.recourse.energy_m_cny[key]])[0])

    def point(self, key: Key, values: Array) -> Array:
        """Return what a plant is asked for in a year."""
        columns = self.columns[key]
        return np.where(columns >= 0, values[columns], 0.0)

    def price(self, points: dict[Key, Array]) -> dict[Key, Point]:
        """Return cost and gradient of the plants at their points; equal points are asked for once."""
        started = time.perf_counter()
        asked: dict[Any, tuple[Any, list[Array]]] = {}
        names = {}
        for key, point in points.items():
            plant_year = ((key[0], key[1]), self.twins[key])
            names[key] = (plant_year, np.round(point, 9).tobytes())
            asked[names[key]] = (plant_year, [point])
        answers = dict(zip(asked, self.ask.ask(list(asked.values())), strict=True))
        self.seconds_energy += time.perf_counter() - started
        return {key: answers[name][0] for key, name in names.items()}

    def cut(self, found: list[tuple[Key, Array, Point]]) -> None:
        """Add a cut for each plant, point and answer, in every year in which the plant's energy is alike."""
        seen = set()
        least: list[float] = []
        starts, columns, values = [0], [], []
        for key, point, (value, gradient) in found:
            group = (key[0], key[1], self.twins[key])
            constant = value - float(gradient @ point)
            name = (group, np.round(gradient, 7).tobytes(), round(constant, 7))
            if name in seen:
                continue
            seen.add(name)
            for twin in self.years[group]:
                used = (self.columns[twin] >= 0) & (np.abs(gradient) > 1e-9)
                least.append(constant)
                columns += [np.asarray([self.theta[twin]]), self.columns[twin][used]]
                values += [np.ones(1), -gradient[used]]
                starts.append(starts[-1] + 1 + int(used.sum()))
        self.cuts += len(least)
        if least:
            self.session.add_rows(
                np.asarray(least),
                np.asarray(starts[:-1], dtype=np.int32),
                np.concatenate(columns).astype(np.int32),
                np.concatenate(values),
            )

    def loaded(self, values: Array) -> dict[Key, Array]:
        """Return the points of the plants that run anything."""
        points = {key: self.point(key, values) for key in self.keys}
        return {key: point for key, point in points.items() if np.abs(point).max() > _NO_LOAD_GW}

    def excess_m_cny(self, values: Array, found: dict[Key, Point]) -> float:
        """Return by how much the energy of a point costs more than its cuts say, discounted."""
        return float(
            sum(
                (value - values[self.theta[key]]) * self.inputs.discount[key[2]]
                for key, (value, _) in found.items()
            )
        )

    def short(self, values: Array) -> tuple[float, list[tuple[Key, Array, Point]]]:
        """Return by how much the cuts are short at `values` [M CNY], and the cuts that are missing."""
        points = self.loaded(values)
        found = self.price(points)
        missing = [
            (key, points[key], answer)
            for key, answer in found.items()
            if answer[0] > values[self.theta[key]] + 1e-7 * max(1.0, abs(answer[0]))
        ]
        self.iterations += 1
        return self.excess_m_cny(values, found), missing


def start_cuts(master: Master, say: Say) -> None:
    """Add the first cuts of each plant, and keep its cost and gradient at the usual point."""
    m = master.model.pyomo
    keys = [key for key in master.keys if master.twins[key] == key[2]]
    first: dict[Key, Point] = {}
    for start in range(0, len(keys), _BATCH):
        some = keys[start : start + _BATCH]
        points = {key: start_points(master.inputs, m, key) for key in some}
        answers = master.ask.ask([((key[:2], key[2]), points[key]) for key in some])
        for key, found in zip(some, answers, strict=True):
            first[key] = found[0]
        master.cut(
            [
                (key, point, answer)
                for key, found in zip(some, answers, strict=True)
                for point, answer in zip(points[key], found, strict=True)
            ]
        )
        say(f"priced the energy of {start + len(some)} of {len(keys)} plants")
    master.usual = {key: first[(*key[:2], twin)] for key, twin in master.twins.items()}


def tighten_relaxed(master: Master, tolerance_m_cny: float, rounds: int, say: Say) -> float:
    """Return the optimum of the relaxation, once its cuts are short by at most `tolerance_m_cny`.

    The session is left solved.

    Parameters
    ----------
    master : Master
        Gets the cuts.
    tolerance_m_cny : float
        Discounted cost by which cuts may be short.
    rounds : int
        Most solves.
    say : callable
        Takes one line a solve.
    """
    for count in range(1, rounds + 1):
        run = master.session.solve_relaxed()
        short, missing = master.short(master.session.values())
        say(
            f"relaxation {count}: bound {run.objective:,.0f} M CNY, energy short by {short:,.0f}, "
            f"{master.cuts:,} cuts"
        )
        if short <= tolerance_m_cny:
            return run.objective
        master.cut(missing)
    return master.session.solve_relaxed().objective
