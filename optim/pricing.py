"""Pricing a plan outside the search: the energy of each site over all its plants and years together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from optim.energy_results import energy_tables
from optim.inputs import Inputs
from optim.model import build_plants
from optim.plant_energy import Array, arguments, rooms
from optim.session import Session
from optim.sets import Plant

_LOAD_MW = 1e-6
Asked = dict[tuple[Plant, int], Array]


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
    """Return the least cost of a site's energy with everything that couples its plants and years.

    Parameters
    ----------
    inputs : Inputs
        Coefficients.
    asked : dict
        (plant, year) -> values of `optim.plant_energy.arguments`, for all years of each plant.
    penalty : float
        Weight of what hard limits lack.
    """
    plants = list(dict.fromkeys(plant for plant, _ in asked))
    years = tuple(sorted({year for _, year in asked}))
    model = build_plants(inputs, plants, years, penalty, discounted=True)
    m = model.pyomo
    session = Session(m)
    for (plant, year), point in asked.items():
        variables = arguments(m, plant, year)
        session.fix(session.columns_of(variables), point)
        session.free(session.columns_of(rooms(m, plant, year)))
    run = session.solve_relaxed()
    session.load(session.values())
    for (plant, year), point in asked.items():
        shared = {id(v) for v in rooms(m, plant, year)}
        for variable, value in zip(arguments(m, plant, year), point.tolist(), strict=True):
            if id(variable) not in shared:
                variable.set_value(value, skip_validation=True)
    return SiteEnergy(run.objective, energy_tables(m, model.terms, inputs))
