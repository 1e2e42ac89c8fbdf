"""The tiny world with every block and every kind of rule at work."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.tables import Survey
from optim.blocks.accelerators import Settings as Accelerators
from optim.blocks.compute import Settings as Campus
from optim.blocks.grid import Settings as Grid
from optim.blocks.resilience import Settings as Resilience
from optim.inputs import BandwidthSettings, Inputs, prepare
from optim.model import Model, build_model
from optim.options import Settings
from optim.settings import CoolingSettings, LoadSettings, SupplySettings
from tests import world, world_hours

HUBS = {"scope": "hubs", "hub_scope": "province"}
SOFT = {"hard": False, "price_m_cny_per_unit": 1.0}
RULES = (
    {"rule_id": "H", "kind": "hub_share", "number": 0.6, **HUBS},
    {
        "rule_id": "L",
        "kind": "large_in_hub_only",
        "large_from_mw": 7.5,
        "local_load_exempt": True,
        **HUBS,
        **SOFT,
    },
    {"rule_id": "P", "kind": "pue_cap", "number": 1.25, "large_from_mw": 7.5, "scope": "West"},
    {"rule_id": "W", "kind": "wue_cap", "number": 1.0, "large_from_mw": 7.5, "scope": "Middle"},
    {"rule_id": "GC", "kind": "green_share", "number": 0.8, "accounting": "certificates", "scope": "West"},
    {"rule_id": "GA", "kind": "green_share", "number": 0.5, "accounting": "annual", "scope": "West"},
    {"rule_id": "GM", "kind": "green_share", "number": 0.4, "accounting": "monthly", "scope": "Middle"},
    {"rule_id": "GH", "kind": "green_share", "number": 0.3, "accounting": "hourly", "scope": "East"},
    {"rule_id": "SU", "kind": "self_use", "number": 0.6},
    {"rule_id": "CC", "kind": "curtailment_cap", "number": 0.2},
    {"rule_id": "R", "kind": "residency", "class_id": "rt_infer", "number": 0.5},
    {"rule_id": "K", "kind": "rack_use", "number": 0.7, "scope": "East"},
    {"rule_id": "D", "kind": "domestic_share", "number": 0.5},
    {"rule_id": "S", "kind": "energy_surcharge", "number": 100.0, "pue_from": 1.3, "scope": "East"},
    {"rule_id": "B", "kind": "build_pause", "number": 0.0, "scope": "Middle", "from_year": 2027, **SOFT},
)


def survey() -> Survey:
    """Return the survey: two days of sun and wind, tariffs by hour, halls, quotas, voltages, chips."""
    technologies = {"chilled_water": (1.3, 0.0), "liquid_tower": (1.12, 1.2)}
    day = 1 + 0.4 * np.sin((np.arange(24) - 9) / 12 * np.pi)
    made = world.survey(
        days=world.days(2),
        day_months=world.day_months(2),
        profiles=_weather(),
        class_hours=world_hours.shaped("rt_infer", day),
        classes=world.classes().assign(deferrable_h=[0.0, 0.0, 6.0], needs_liquid=[False, True, False]),
        demand=world.demand(edge_mw=20.0, real_time_mw=60.0, training_mw=200.0),
        tariff_hours=world_hours.tariff([200.0] * 8 + [400.0] * 9 + [700.0] * 5 + [200.0] * 2),
        stock=world_hours.stock("e", 120.0, 0.4, 1.2),
        quotas=world_hours.quota("Middle", 4e5),
        voltage_steps=world_hours.voltages((220.0, 300.0, 20.0, 0), (500.0, 3000.0, 90.0, 1)),
        headroom=world.headroom(250.0, 200.0, 300.0),
        upgrades=world.upgrades(size_mw=300.0),
        accelerators=_accelerators(),
        rules=world.rules(*RULES),
        **world_hours.cooled(2, **technologies),
    )
    return world_hours.with_potential(made, solar_mw=16000.0, wind_mw=6000.0)


def _accelerators() -> pd.DataFrame:
    """Return two types under supply, delivered after a year and worn after another."""
    table = world.accelerators().assign(supply_cards=[2.2e5, 3e5, 1e5, 1e5], delivery_years=1, life_years=1)
    return table.assign(price_m_cny_per_card=[0.04, 0.04, 0.05, 0.05], mtokens_per_kwh=[1.0, 1.0, 1.4, 1.4])


def _weather() -> pd.DataFrame:
    table = world.profiles(2)
    place = table["site_id"].map({"w": 0.0, "m": 1.5, "e": 3.0})
    sun = np.clip(np.sin((table["hour"] - 6) / 12 * np.pi), 0, None) * (0.8 - 0.4 * table["day"])
    wind = 0.4 + 0.35 * np.sin(table["hour"] / 5 + 3 * table["day"] + place)
    return table.assign(solar_capacity_factor=sun, wind_capacity_factor=wind)


def settings() -> Settings:
    """Return settings under which every block has something to decide."""
    return world.settings(
        campus=Campus(module_mw=25, campus_min_mw=50, campus_max_mw=400, site_build_rate_mw_per_year=300),
        cooling=CoolingSettings(technologies=("chilled_water", "liquid_tower")),
        supply=SupplySettings(),
        load=LoadSettings(day_move_share=0.2),
        bandwidth=BandwidthSettings(users="transit"),
        grid=Grid(firm_share=0.9),
        resilience=Resilience(
            largest_province_share=0.7,
            largest_site_share=0.65,
            provinces_min_count=2,
            province_min_mw=50,
            reserve="site",
        ),
        accelerators=Accelerators(choice="open", output="tokens"),
    )


def inputs() -> Inputs:
    """Return the inputs of the full world."""
    return prepare(survey(), settings())


def model() -> Model:
    """Return the whole model of the full world."""
    return build_model(inputs(), survey().accelerators, settings(), form="whole")
