"""One plant of the tiny world alone: what its energy costs for a load that the test gives."""

from __future__ import annotations

import pandas as pd

from geodata.tables import Survey
from optim.inputs import prepare
from optim.model import build_plants
from optim.options import Settings
from optim.plant_energy import arguments
from optim.pricing import PricedEnergy, price_sites
from tests import world

YEAR = 2026
WIDE = 1.0
PENALTY = 1e5


def survey(**tables: pd.DataFrame) -> Survey:
    """Return the tiny survey with demand in one year only and without demand charge, tables replaced."""
    places = world.candidates().assign(demand_charge_posted_cny_per_mw_month=0.0)
    usual = {"candidates": places, "demand": world.demand().query("year == 2026")}
    return world.survey(**usual | tables)


def run(made: Survey, options: Settings, run_mw: dict[str, float], it_mw: float = 100.0) -> PricedEnergy:
    """Return the energy of the plant of liquid_dry halls at w, its meter 1 GW wide.

    Parameters
    ----------
    made : Survey
        Tables.
    options : Settings
        Options.
    run_mw : dict
        Mean running load by load group [MW].
    it_mw : float
        IT power in use [MW].
    """
    inputs = prepare(made, options)
    plant = ("w", "liquid_dry")
    m = build_plants(inputs, [plant], (YEAR,), PENALTY).pyomo
    point = []
    for variable in arguments(m, plant, YEAR):
        name = variable.parent_component().local_name
        load = run_mw.get(variable.index()[2], 0.0) / 1e3 if name == "run_gw" else 0.0
        point.append({"it_gw": it_mw / 1e3, "meter_gw": WIDE}.get(name, load))
    return price_sites(inputs, {(plant, YEAR): pd.Series(point).to_numpy(dtype=float)}, PENALTY)


def cost(energy: PricedEnergy, *items: str) -> float:
    """Return the cost of the year, of some items if named [M CNY]."""
    table = energy.tables["costs"]
    return float(table[table["label"].isin(items)]["value"].sum() if items else table["value"].sum())


def total(energy: PricedEnergy, column: str) -> float:
    """Return the sum of a column of the table of operation."""
    return float(energy.tables["operation"][column].sum())


def by_hour(energy: PricedEnergy, column: str) -> list[float]:
    """Return a column of the dispatch of the first day."""
    table = energy.tables["dispatch"]
    return [float(v) for v in table[table["day"] == table["day"].min()].sort_values("hour")[column]]
