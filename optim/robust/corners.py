"""Cuts of plants at any level of their tariff, from those at a few levels, without solving anything.

The least cost of a plant's energy is an optimum over operations of a cost that is linear in the tariff. So it
is concave in the tariff: between two levels it is no less than what lies on the line between them. So the
mean of two cuts, made at the same point at a lower and a higher level and weighted by the distance of the
other, is a cut. It is exact at the levels; where load runs, plants are priced again at their own tariff.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from optim.cuts import Cuts, Row
from optim.decompose import Asked, Master, answers_of
from optim.inputs import Inputs
from optim.plant_energy import Array, Key, PlantModel, plant_models
from optim.plant_hot import PlantEnergy
from optim.robust.factors import TARIFF_COLUMNS

Statuses = tuple[list[int], list[int]]
SOME = 1.5  # a factor far enough from 1 that the cost of a tariff shows


@dataclass(frozen=True, eq=False)
class Priced:
    """Plants whose cost is linear in their tariff: the model as it is, and what the tariff adds to costs."""

    models: dict[Key, PlantModel]
    tariff_cost: dict[Key, Array]

    def at(self, key: Key, factor: float) -> PlantModel:
        """Return the model of a plant whose tariff is multiplied by `factor`."""
        model = self.models[key]
        cost = model.part.cost + (factor - 1.0) * self.tariff_cost[key]
        return replace(model, part=replace(model.part, cost=cost))


def priced_plants(inputs: Inputs, keys: Iterable[Key], penalty: float) -> Priced:
    """Return plants with the part of their cost that is the tariff."""
    wanted = list(keys)
    dearer = inputs.site.assign(**{name: inputs.site[name] * SOME for name in TARIFF_COLUMNS})
    models = plant_models(inputs, wanted, penalty)
    others = plant_models(replace(inputs, site=dearer), wanted, penalty)
    return Priced(models, {k: (others[k].part.cost - models[k].part.cost) / (SOME - 1.0) for k in wanted})


@dataclass(frozen=True, eq=False)
class Corner:
    """Cuts of one plant at rising levels of its tariff: points, and constants and gradients by level."""

    points: list[Array]
    constants: NDArray[np.float64]
    gradients: NDArray[np.float64]

    def at(self, levels: Array, factor: float) -> tuple[Array, Array]:
        """Return constants and gradients of the cuts at a factor within the levels."""
        if len(levels) == 1:
            return self.constants[0], self.gradients[0]
        low = int(np.clip(np.searchsorted(levels, factor) - 1, 0, len(levels) - 2))
        part = float(np.clip((factor - levels[low]) / (levels[low + 1] - levels[low]), 0.0, 1.0))
        mixed = ((1.0 - part) * each[low] + part * each[low + 1] for each in (self.constants, self.gradients))
        constants, gradients = mixed
        return constants, gradients


@dataclass(frozen=True, eq=False)
class Known:
    """What a solved base leaves for draws: cuts of all plants by level, those that stood, and bases."""

    levels: Array
    corners: dict[Key, Corner]
    standing: list[Row]
    bases: dict[Key, Statuses | None]

    def enter(self, cuts: Cuts, factor: Mapping[str, float]) -> None:
        """Put the cuts that stood into a new master, each at the tariff of its place."""
        for group, corner in self.corners.items():
            constants, gradients = corner.at(self.levels, factor[group[0]])
            cuts.points[group] = list(corner.points)
            cuts.constants[group] = constants.tolist()
            cuts.gradients[group] = list(gradients)
            cuts.numbers[group] = {(b"", float(number)): number for number in range(len(corner.points))}
        cuts.enter(self.standing)


def make_corner_pricing(shared: tuple[Priced, Array]) -> Any:
    """Return a function (plant, `Corner` at the tariff as it is) -> that at all levels, and a basis."""
    priced, levels = shared

    def solve(key: Key, known: Corner) -> tuple[Corner, Any]:
        found: dict[float, tuple[Array, Array]] = {1.0: (known.constants[0], known.gradients[0])}
        basis = kept = None
        for level in sorted(map(float, levels), key=lambda level: abs(level - 1.0)):
            if level not in found:
                plant = PlantEnergy(priced.at(key, level), basis)
                found[level] = _cuts(plant, known.points)
                basis = plant.basis
                kept = kept or statuses(basis)
        pairs = [found[float(level)] for level in levels]
        corner = Corner(known.points, np.stack([c for c, _ in pairs]), np.stack([g for _, g in pairs]))
        return corner, kept

    return solve


def _cuts(plant: PlantEnergy, points: list[Array]) -> tuple[Array, Array]:
    """Return constants and gradients of the cuts at some points."""
    answers = [plant.at(point) for point in points]
    gradients = np.stack([gradient for _, gradient in answers])
    values = np.asarray([value for value, _ in answers])
    return values - (gradients * np.stack(points)).sum(axis=1), gradients


def statuses(basis: Any) -> Statuses:
    """Return a basis as numbers, which can be sent to another process."""
    return [int(s) for s in basis.col_status], [int(s) for s in basis.row_status]


def basis_of(statuses: Statuses) -> Any:
    """Return the basis of such numbers."""
    basis = highspy.HighsBasis()
    basis.col_status = [highspy.HighsBasisStatus(s) for s in statuses[0]]
    basis.row_status = [highspy.HighsBasisStatus(s) for s in statuses[1]]
    basis.valid = True
    return basis


def known_of(master: Master, priced: Priced, levels: Array, ask: Any) -> Known:
    """Return what draws begin from: the cuts that stand in a master, at every level of the tariff.

    Parameters
    ----------
    master : Master
        Solved, at the tariff as it is.
    priced : Priced
        Its plants.
    levels : array
        Rising factors on the tariff; one of them is 1.
    ask : callable
        Takes tasks (plant, points), returns the answers of `make_corner_pricing`.
    """
    cuts = master.cuts
    numbers: dict[Key, dict[int, int]] = {}
    for key, number in cuts.standing:
        known = numbers.setdefault(cuts.group(key), {})
        known.setdefault(number, len(known))
    here = {group: _as_it_is(cuts, group, list(known)) for group, known in numbers.items()}
    found = dict(zip(here, ask(list(here.items())), strict=True))
    standing = [(key, numbers[cuts.group(key)][number]) for key, number in cuts.standing]
    corners = {group: corner for group, (corner, _) in found.items()}
    return Known(levels, corners, standing, {group: basis for group, (_, basis) in found.items()})


def _as_it_is(cuts: Cuts, group: Key, numbers: list[int]) -> Corner:
    """Return some cuts of a plant at the tariff as it is."""
    points = [cuts.points[group][number] for number in numbers]
    constants = [cuts.constants[group][number] for number in numbers]
    gradients = [cuts.gradients[group][number] for number in numbers]
    return Corner(points, np.asarray([constants]), np.asarray([gradients]))


class Plants:
    """Plants at the tariffs of one draw; in place of worker processes for the master of the draw."""

    def __init__(
        self, priced: Priced, bases: Mapping[Key, Statuses | None], factor: Mapping[str, float]
    ) -> None:
        self._priced, self._bases, self._factor = priced, bases, factor
        self._last: dict[Key, Any] = {}

    def ask(self, tasks: list[tuple[Key, Asked]]) -> list[Any]:
        """Return `answers_of` each task's plant."""
        return [self._solve(key, asked) for key, asked in tasks]

    def _solve(self, key: Key, asked: Asked) -> list[Any]:
        known = self._bases[key]
        start = self._last.get(key) or (None if known is None else basis_of(known))
        plant = PlantEnergy(self._priced.at(key, self._factor[key[0]]), start)
        found = answers_of(plant, asked)
        self._last[key] = plant.basis
        return found

    def close(self) -> None:
        """Nothing is held outside this process."""
