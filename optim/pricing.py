"""Pricing a plan outside the search: the energy of each site over all its plants and years together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyomo.environ as pyo

from optim.arrays import amounts, compile_model, load
from optim.arrays.parts import Part, parts_of
from optim.energy_results import energy_tables
from optim.hot import HotModel
from optim.inputs import Inputs
from optim.model import build_plants
from optim.plant_energy import Array, asked_of
from optim.sets import Plant
from optim.terms import Term

_SAME = 1.0 - 1e-9  # so that what stands fits its room in spite of the solver's tolerance
_SAME_SHARE = 1e-4
_TABLES = ("supply", "operation", "dispatch", "backlog", "billing", "costs")
Asked = dict[tuple[Plant, int], Array]
Standing = dict[tuple[str, Plant], float]


@dataclass(frozen=True)
class PricedEnergy:
    """Energy of some sites as planned: discounted cost and penalty [M CNY], and its tables."""

    objective: float
    tables: dict[str, pd.DataFrame]


def make_pricing(shared: tuple[Inputs, float, float]) -> Callable[[Any, Any], PricedEnergy]:
    """Return a function (name, what the plants of some sites are asked for) -> their energy."""
    inputs, penalty, same_share = shared

    def solve(_: Any, asked: Asked) -> PricedEnergy:
        return price_sites(inputs, asked, penalty, same_share)

    return solve


def price_sites(
    inputs: Inputs, asked: Asked, penalty: float, same_share: float = _SAME_SHARE
) -> PricedEnergy:
    """Return the energy of some sites, the plants of each together.

    Solar, wind and batteries stay from year to year. The years are priced one after the other, each with what
    stands already; where that costs a site more than each year for itself, its years are priced at once.

    Parameters
    ----------
    inputs : Inputs
        Coefficients.
    asked : dict
        (plant, year) -> values of `optim.plant_energy.arguments`, for all years of each plant.
    penalty : float
        Weight of what hard limits lack.
    same_share : float
        Share of its cost by which a site may cost more for that than with each year for itself.
    """
    standing: Standing = {}
    cost: dict[str, float] = defaultdict(float)
    alone: dict[str, float] = defaultdict(float)
    bases: dict[str, Any] = {}
    parts = []
    for year in sorted({year for _, year in asked}):
        priced = _Priced(inputs, {key: point for key, point in asked.items() if key[1] == year}, penalty)
        _add(alone, priced.solve_first(bases))
        priced.hold(standing)
        _add(cost, priced.solve())
        standing |= priced.standing()
        parts.append(priced.tables())
    dear = {s for s in cost if cost[s] - alone[s] > same_share * abs(alone[s])}
    parts = [{name: table[~table["site_id"].isin(dear)] for name, table in part.items()} for part in parts]
    if dear:
        priced = _Priced(inputs, {key: x for key, x in asked.items() if key[0][0] in dear}, penalty)
        cost |= priced.solve()
        parts.append(priced.tables())
    return PricedEnergy(
        sum(cost.values()), {name: joined([part[name] for part in parts]) for name in _TABLES}
    )


def _add(sums: dict[str, float], more: dict[str, float]) -> None:
    for site, value in more.items():
        sums[site] += value


class _Priced:
    """The energy of some sites in some years; a site's plants share its rooms and green energy anew."""

    def __init__(self, inputs: Inputs, asked: Asked, penalty: float) -> None:
        self._inputs = inputs
        self._keys = list(asked)
        plants = list(dict.fromkeys(plant for plant, _ in asked))
        years = tuple(dict.fromkeys(sorted(year for _, year in asked)))
        discounted = {year: inputs.discount[year] for year in years}
        self._model = build_plants(inputs, plants, years, penalty, discounted)
        self._compiled = compiled = compile_model(self._model.pyomo)
        parts = parts_of(compiled, lambda column: compiled.columns.owner(column)[1][0])
        self._sites = {str(site): _Site(part) for site, part in parts.items()}
        for (plant, year), point in asked.items():
            self._ask(plant, year, point)
        for site in self._sites.values():
            site.share_green()

    def _ask(self, plant: Plant, year: int, point: Array) -> None:
        """Hold what a plant is asked for; of green energy only what all plants of the site give together."""
        m, site = self._model.pyomo, self._sites[plant[0]]
        shared = (m.halls.solar_room_gw, m.halls.wind_room_gw)
        for (component, index), value in zip(asked_of(m, plant, year), point.tolist(), strict=True):
            column = self._compiled.columns.at(component, index)
            if component is m.halls.green_twh:
                site.owe((year, index[-1]), column, value)
            elif component not in shared:
                site.hot.fix(site.at([column]), np.asarray([value]))

    def solve(self) -> dict[str, float]:
        """Return the least cost of each site, discounted [M CNY]."""
        return {name: site.hot.solve_relaxed().objective for name, site in self._sites.items()}

    def solve_first(self, bases: dict[str, Any]) -> dict[str, float]:
        """Return the same; each site begins from its basis of the year before."""
        for name in self._sites.keys() & bases.keys():
            self._sites[name].hot.start_from(bases[name])
        found = self.solve()
        bases |= {name: site.hot.basis for name, site in self._sites.items()}
        return found

    def _capacity_columns(self) -> dict[tuple[str, Plant], int]:
        return {
            (name, plant): self._compiled.columns.at(capacity, (*plant, year))
            for name, capacity in _capacities(self._model.pyomo).items()
            for plant, year in self._keys
        }

    def hold(self, standing: Standing) -> None:
        """Let capacity be no less than what stands."""
        columns = self._capacity_columns()
        for key, least in standing.items():
            site = self._sites[key[1][0]]
            number = int(site.at([columns[key]])[0])
            if number >= 0:
                site.hot.raise_lower(number, least)

    def standing(self) -> Standing:
        """Return the capacity of the solution."""
        values = self._values()
        columns = self._capacity_columns().items()
        return {key: _SAME * max(0.0, float(values[column])) for key, column in columns}

    def _values(self) -> Array:
        """Return the values of all columns; those that nothing asks about stay at their lower bounds."""
        values = np.where(np.isfinite(self._compiled.lower), self._compiled.lower, 0.0)
        for site in self._sites.values():
            values[site.part.numbers] = site.hot.values()
        return values

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables of the solution."""
        values = self._values()
        load(self._compiled, values)

        def amounts_of(term: Term) -> dict[Any, float]:
            sums = amounts(self._compiled.columns, term.index, term.rule, values)
            return dict(zip(term.index, sums.tolist(), strict=True))

        return energy_tables(self._model.pyomo, self._model.terms, self._inputs, amounts_of)


class _Site:
    """One site's part of the model, hot in the solver."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.hot = HotModel(part)
        self._green: dict[tuple[int, str], tuple[list[int], float]] = {}

    def at(self, columns: list[int]) -> Any:
        """Return the numbers here of columns of the whole; -1 for one that nothing here asks about."""
        place = np.searchsorted(self.part.numbers, columns).clip(max=len(self.part.numbers) - 1)
        return np.where(self.part.numbers[place] == columns, place, -1).astype(np.int32)

    def owe(self, rule: tuple[int, str], column: int, least_twh: float) -> None:
        """Note green energy that a plant owes in a year under a rule."""
        columns, sum_twh = self._green.get(rule, ([], 0.0))
        self._green[rule] = ([*columns, column], sum_twh + least_twh)

    def share_green(self) -> None:
        """Let the plants owe together what was noted for each."""
        for columns, least_twh in self._green.values():
            number = self.at(columns)
            ones = np.ones(len(number))
            self.hot.add_rows(np.asarray([least_twh]), np.zeros(1, dtype=np.int32), number, ones)


def joined(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Return tables one below the other; columns of empty ones do not spoil the types."""
    return pd.concat([t for t in tables if len(t)] or tables[:1], ignore_index=True)


def _capacities(m: pyo.ConcreteModel) -> dict[str, pyo.Var]:
    """Return what stays once it stands."""
    places = {"solar_gw": "direct", "wind_gw": "direct", "battery_gw": "storage", "battery_gwh": "storage"}
    blocks = {name: m.component(block) for name, block in places.items()}
    return {name: block.component(name) for name, block in blocks.items() if block is not None}
