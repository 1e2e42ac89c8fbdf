"""A world of two equal sites and a dear one, each with room for everything; one year, load fits anywhere."""

from __future__ import annotations

import pandas as pd

from geodata.tables import Survey
from optim.options import Settings
from tests import world

IT_MW = 300.0
YEAR = 2026
DISCOUNT = 1 / 1.06


def survey(**tables: pd.DataFrame) -> Survey:
    """Return w and m alike at 400 CNY/MWh, e at 600, all as far from users as each other."""
    places = world.candidates()
    prices = places["site_id"].map({"w": 400.0, "m": 400.0, "e": 600.0})
    usual = {
        "candidates": places.assign(energy_price_posted_cny_per_mwh=prices),
        "demand": world.demand(real_time_mw=0.0, training_mw=IT_MW).query(f"year == {YEAR}"),
        "links": world.links().assign(distance_km=100.0, route_km=100.0),
        "headroom": world.headroom(west_mw=1500.0).query(f"year == {YEAR}"),
    }
    return world.survey(**usual | tables)


def settings(form: str = "whole") -> Settings:
    """Return the tiny settings in one form, solved in this process."""
    base = world.settings()
    solve = base.solve.model_copy(update={"method": form, "workers": 1})
    return base.model_copy(update={"solve": solve})


def dearer_m_cny_per_mw() -> float:
    """Return what 1 MW at e costs more than at the others, discounted: 0.6 of the hours at a PUE of 1.2."""
    return DISCOUNT * 0.6 * 8760 * 1.2 * (600.0 - 400.0) / 1e6
