"""What may change about a site: its tariff, connection, land, water, PUE, or a subsidy."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from geodata.tables import Survey
from optim.economics import tariff
from optim.inputs import Inputs
from optim.options import Settings
from optim.warm import Edits

Edit = Callable[[Edits, Any, float], None]
_TIMES, _WORST_PUE = 10.0, 3.0
_PRICES = {
    "posted": "energy_price_posted_cny_per_mwh",
    "spot": "energy_price_spot_cny_per_mwh",
    "negotiated": "price_negotiated_cny_per_mwh",
}


@dataclass(frozen=True)
class Lever:
    """A number of one site that may change while all else stays.

    Attributes
    ----------
    name, what, unit : str
        Its name, what it is in words, and the unit of its value.
    value : float
        What it is.
    best, worst : float
        The value that favours the site most, and one that is bad enough to be the last one asked about.
    table : callable or None
        Takes a value, returns the survey with it.
    edit : callable or None
        Takes edits of the model, the model and a value: changes costs of columns instead.
    """

    name: str
    what: str
    unit: str
    value: float
    best: float
    worst: float
    table: Callable[[float], Survey] | None = None
    edit: Edit | None = None


def levers(survey: Survey, settings: Settings, inputs: Inputs, site: str) -> list[Lever]:
    """Return what may change about a site; what costs nothing there is left out.

    Parameters
    ----------
    survey : Survey
        Tables.
    settings : Settings
        Price basis.
    inputs : Inputs
        Coefficients of both.
    site : str
        site_id.
    """
    basis = str(tariff(survey.candidates, settings.costs).loc[site, "basis"])
    found = [
        _of_table(survey, site, "tariff", f"energy price ({basis})", "CNY/MWh", _PRICES[basis]),
        _of_table(survey, site, "water", "price of water", "CNY/m3", "water_price_cny_per_m3"),
        _pue(survey, inputs, site),
        _connection(inputs, site),
        _land(inputs, site, _figure(survey, site, "land_price_cny_per_m2")),
        _subsidy(inputs, site),
    ]
    return [lever for lever in found if lever.value != lever.best]


def _figure(survey: Survey, site: str, column: str) -> float:
    table = survey.candidates
    return float(table.loc[table["site_id"] == site, column].to_numpy(dtype=float)[0])


def _of_table(survey: Survey, site: str, name: str, what: str, unit: str, column: str) -> Lever:
    table = survey.candidates
    here = table["site_id"] == site
    now = _figure(survey, site, column)

    def changed(value: float) -> Survey:
        return replace(survey, candidates=table.assign(**{column: table[column].mask(here, value)}))

    return Lever(name, what, unit, now, 0.0, _TIMES * now, changed)


def _pue(survey: Survey, inputs: Inputs, site: str) -> Lever:
    """Return the yearly mean PUE of the site's best technology; all of them, every hour, move alike."""
    figures = inputs.plants.table["pue_mean"]
    now = min(float(figures[key]) for key in inputs.plants.new if key[0] == site)

    def changed(value: float) -> Survey:
        part = (value - 1.0) / (now - 1.0)
        return replace(
            survey,
            cooling=_nearer_one(survey.cooling, site, part),
            cooling_hours=_nearer_one(survey.cooling_hours, site, part),
        )

    return Lever("pue", "yearly mean PUE of its best technology", "", now, 1.0, _WORST_PUE, changed)


def _nearer_one(table: pd.DataFrame, site: str, part: float) -> pd.DataFrame:
    columns = [name for name in table.columns if name.startswith("pue_")]
    here = table["site_id"] == site
    moved = {name: table[name].mask(here, 1.0 + (table[name] - 1.0) * part) for name in columns}
    return table.assign(**moved)


def _connection(inputs: Inputs, site: str) -> Lever:
    """Return the cost of line, bays and connection, over what it is."""

    def edit(edits: Edits, m: Any, value: float) -> None:
        years, grid = list(m.Y), m.grid
        less = value - 1.0
        opened = [less * grid.line_cost[site] * inputs.discount[y] for y in years]
        edits.cost(m.compute.opened, [(site, y) for y in years], opened)
        power = [less * grid.connection_cost[site] * inputs.discount[y] for y in years]
        edits.cost(grid.connection_gw, [(site, y) for y in years], power)
        raises = [(site, k, y) for y in years for k in grid.RAISES_OF[site, y]]
        if raises:
            costs = [less * grid.raise_cost[site, k] * inputs.discount[y] for _, k, y in raises]
            edits.cost(grid.raised, raises, costs)

    return Lever(
        "connection", "cost of its line, bays and connection", "of today's", 1.0, 0.0, _TIMES, edit=edit
    )


def _land(inputs: Inputs, site: str, price: float) -> Lever:
    def edit(edits: Edits, m: Any, value: float) -> None:
        plants = [(site, c, y) for c in m.NEW_OF[site] for y in m.Y]
        cost_per_module = m.compute.land_cost[site] * m.compute.module_gw.value * (value / price - 1.0)
        edits.cost(m.compute.modules, plants, [cost_per_module * inputs.discount[y] for *_, y in plants])

    return Lever("land", "price of land", "CNY/m2", price, 0.0, _TIMES * price, edit=edit)


def _subsidy(inputs: Inputs, site: str) -> Lever:
    """Return what the site is given, or has to pay, for each kW of IT power in use and year."""

    def edit(edits: Edits, m: Any, value: float) -> None:
        years = list(m.Y)
        per_gw = [-value * inputs.discount[y] for y in years]  # CNY per kW is M CNY per GW
        edits.cost(m.compute.it_new_gw, [(site, y) for y in years], per_gw)

    return Lever("subsidy", "subsidy", "CNY per kW of IT and year", 0.0, math.inf, -math.inf, edit=edit)
