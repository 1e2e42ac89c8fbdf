"""Pricing a plan outside the search: the energy of each site over all its plants and years together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyomo.environ as pyo

from optim.arrays import compile_model, load
from optim.energy_results import energy_tables
from optim.hot import HotModel
from optim.inputs import Inputs
from optim.model import build_plants
from optim.plant_energy import Array, asked_of
from optim.sets import Plant

_SAME = 1.0 - 1e-9  # so that what stands fits its room in spite of the solver's tolerance
_SAME_SHARE = 1e-4
_TABLES = ("supply", "operation", "dispatch", "backlog", "billing", "costs")
Asked = dict[tuple[Plant, int], Array]
Standing = dict[tuple[str, Plant], float]


@dataclass(frozen=True)
class SiteEnergy:
    """Energy of one site as planned: discounted cost and penalty [M CNY], and its tables."""

    objective: float
    tables: dict[str, pd.DataFrame]


def make_pricing(shared: tuple[Inputs, float]) -> Callable[[Any, Any], SiteEnergy]:
    """Return a function (site, what its plants are asked for) -> its energy."""
    inputs, penalty = shared

    def solve(site: str, asked: Asked) -> SiteEnergy:
        return price_site(inputs, asked, penalty)

    return solve


def price_site(inputs: Inputs, asked: Asked, penalty: float) -> SiteEnergy:
    """Return the energy of a site, its plants together.

    Solar, wind and batteries stay from year to year. The years are priced one after the other, each with what
    stands already; where that costs more than each year for itself, all years are priced at once.

    Parameters
    ----------
    inputs : Inputs
        Coefficients.
    asked : dict
        (plant, year) -> values of `optim.plant_energy.arguments`, for all years of each plant.
    penalty : float
        Weight of what hard limits lack.
    """
    standing: Standing = {}
    priced, alone = [], 0.0
    for year in sorted({year for _, year in asked}):
        part = _Priced(inputs, {key: point for key, point in asked.items() if key[1] == year}, penalty)
        alone += part.solve()
        part.keep(standing)
        priced.append(SiteEnergy(part.solve(), part.tables()))
    cost = sum(each.objective for each in priced)
    if cost - alone > _SAME_SHARE * abs(alone):
        whole = _Priced(inputs, asked, penalty)
        return SiteEnergy(whole.solve(), whole.tables())
    return SiteEnergy(cost, {name: joined([each.tables[name] for each in priced]) for name in _TABLES})


class _Priced:
    """The energy of a site's plants in some years; rooms and green energy are shared anew between them."""

    def __init__(self, inputs: Inputs, asked: Asked, penalty: float) -> None:
        self._inputs = inputs
        self._keys = list(asked)
        plants = list(dict.fromkeys(plant for plant, _ in asked))
        years = tuple(dict.fromkeys(sorted(year for _, year in asked)))
        discounted = {year: inputs.discount[year] for year in years}
        self._model = build_plants(inputs, plants, years, penalty, discounted)
        self._compiled = compile_model(self._model.pyomo)
        self._hot = HotModel(self._compiled)
        self._green: dict[tuple[int, str], tuple[list[int], float]] = {}
        for (plant, year), point in asked.items():
            self._hold(plant, year, point)
        for number, least in self._green.values():
            self._hot.add_rows(
                np.asarray([least]),
                np.zeros(1, dtype=np.int32),
                np.asarray(number, dtype=np.int32),
                np.ones(len(number)),
            )

    def _hold(self, plant: Plant, year: int, point: Array) -> None:
        """Hold what a plant is asked for; of green energy only what all plants of the site give together."""
        m = self._model.pyomo
        shared = (m.halls.solar_room_gw, m.halls.wind_room_gw)
        for (component, index), value in zip(asked_of(m, plant, year), point.tolist(), strict=True):
            column = self._compiled.columns.at(component, index)
            if component is m.halls.green_twh:
                columns, sum_twh = self._green.get((year, index[-1]), ([], 0.0))
                self._green[year, index[-1]] = ([*columns, column], sum_twh + value)
            elif component not in shared:
                self._hot.fix(np.asarray([column], dtype=np.int32), np.asarray([value]))

    def solve(self) -> float:
        """Return the least cost, discounted [M CNY]."""
        return self._hot.solve_relaxed().objective

    def keep(self, standing: Standing) -> None:
        """Let capacity be no less than what stands, solve, and note what stands then."""
        places = {
            (name, plant): self._compiled.columns.at(capacity, (*plant, year))
            for name, capacity in _capacities(self._model.pyomo).items()
            for plant, year in self._keys
        }
        for key, least in standing.items():
            self._hot.raise_lower(places[key], least)
        self.solve()
        values = self._hot.values()
        standing |= {key: _SAME * max(0.0, float(values[column])) for key, column in places.items()}

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables of the solution."""
        load(self._compiled, self._hot.values())
        return energy_tables(self._model.pyomo, self._model.terms, self._inputs)


def joined(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Return tables one below the other; columns of empty ones do not spoil the types."""
    return pd.concat([t for t in tables if len(t)] or tables[:1], ignore_index=True)


def _capacities(m: pyo.ConcreteModel) -> dict[str, pyo.Var]:
    """Return what stays once it stands."""
    places = {"solar_gw": "direct", "wind_gw": "direct", "battery_gw": "storage", "battery_gwh": "storage"}
    blocks = {name: m.component(block) for name, block in places.items()}
    return {name: block.component(name) for name, block in blocks.items() if block is not None}
