"""Points of a decomposed problem, the energy of their plants priced."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from optim.cuts import Row
from optim.decompose import Master
from optim.plant_energy import MEASURES, Array, Key

_PENALTY, _LACK = MEASURES.index("penalty"), MEASURES.index("lack")
_RUNS_GW, _EARNS_M_CNY = 1e-5, 0.1


@dataclass(frozen=True, eq=False)
class Plants:
    """The plants that run at a point: values of all columns with what they cost and take, `MEASURES` of each.

    `lack_m_cny`: what budgets cost that are passed, discounted. `cuts`: those that were made there.
    `worth`: what rows of budgets are worth there [M CNY a unit].
    """

    values: Array
    measures: dict[Key, Array]
    lack_m_cny: float = 0.0
    cuts: list[Row] = field(default_factory=list)
    worth: Array | None = None


@dataclass(frozen=True, eq=False)
class Priced:
    """A point whose energy is priced: cost and penalties [M CNY, discounted], `MEASURES`."""

    cost: float = math.inf
    values: Array = field(default_factory=lambda: np.zeros(0))
    penalties: float = 0.0
    measures: Array = field(default_factory=lambda: np.zeros(len(MEASURES)))


def running(master: Master, values: Array) -> dict[Key, Array]:
    """Return what the plants are asked for that run at a point, or that the master says earn."""
    earning = [key for key in master.keys if values[master.theta[key]] < -_EARNS_M_CNY]
    return master.loaded(values, _RUNS_GW) | {key: master.point(key, values) for key in earning}


def priced_plants(master: Master, values: Array, points: dict[Key, Array]) -> Plants:
    """Return the plants at a point as they are asked for there; the cuts are kept."""
    exact, priced, cuts = values.copy(), master.price(points), []
    for key, (answer, measures) in priced.items():
        cuts.append((key, master.cuts.learn(key, points[key], answer, measures)))
        exact[master.theta[key]] = answer[0]
    return Plants(exact, {key: measures for key, (_, measures) in priced.items()}, cuts=cuts)


def better(master: Master, plants: Plants, best: Priced) -> Priced:
    """Return the cheaper of a point and the best so far; what was not priced costs what the cuts say."""
    discount, exact = master.inputs.discount, plants.values.copy()
    for (key, _), lack in master.cuts.broken(exact).items():
        exact[master.theta[key]] += lack
    cost = master.session.cost_of(exact) + plants.lack_m_cny
    if cost >= best.cost:
        return best
    penalties = sum(each[_PENALTY] * discount[key[2]] for key, each in plants.measures.items())
    measures = np.sum([np.zeros(len(MEASURES)), *plants.measures.values()], axis=0)
    measures[_LACK] += plants.lack_m_cny
    return Priced(cost, exact, penalties + plants.lack_m_cny, measures)
