"""What a change of a scenario key makes out of date: tables of the survey, and how much of the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Depth = Literal["nothing", "search", "master", "costs", "rows"]
DEPTHS: tuple[Depth, ...] = ("nothing", "search", "master", "costs", "rows")
MEANS: dict[Depth, str] = {
    "nothing": "no figure of a plan; not an axis",
    "search": "how the plan is searched for, not what it may be",
    "master": "costs and rows of the master problem; all that is known of the plants' energy stays true",
    "costs": "costs of the plants' energy: their rows and bases stay, their cuts are cut anew",
    "rows": "rows of the plants' energy, or which plants and years there are",
}
PLACES = ("candidates", "cooling", "zones", "links", "stock", "places", "quotas", "cells", "exclusions")
WEATHER = ("cooling", "cooling_hours", "days", "day_months", "profiles")
LAYERS = ("attributes", "figures")
PRICES = ("candidates", "tariff_hours", *LAYERS)
YEARS = ("demand", "headroom", "accelerators", "quotas")
OF_PLACES = (*PLACES, *WEATHER, *LAYERS, "demand")
ALL = (*OF_PLACES, *PRICES, *YEARS, "upgrades", "voltage_steps", "rules", "classes", "class_hours")
EVERY = (*ALL, "costs", "tariff_parts")


@dataclass(frozen=True)
class Touch:
    """A key with all below it, the survey tables that it may change, and how deep into the model it goes."""

    key: str
    tables: tuple[str, ...]
    depth: Depth


TOUCHES: tuple[Touch, ...] = (
    Touch("geodata", EVERY, "rows"),
    Touch("geodata.demand", ("demand",), "master"),
    Touch("geodata.demand.demand_file", YEARS, "rows"),
    Touch("geodata.demand.first_year", YEARS, "rows"),
    Touch("geodata.demand.last_year", YEARS, "rows"),
    Touch("geodata.grid", ("headroom", "upgrades", "voltage_steps"), "master"),
    Touch("geodata.policy", ("rules",), "rows"),
    Touch("geodata.tariffs", PRICES, "costs"),
    Touch("geodata.water", LAYERS, "master"),
    Touch("geodata.water.quota_share", ("quotas",), "rows"),
    Touch("geodata.water.quota_of", ("quotas",), "rows"),
    Touch("geodata.water.quota_year", ("quotas", *LAYERS), "rows"),
    Touch("geodata.water.quotas_file", ("quotas",), "rows"),
    Touch("geodata.compute", ("accelerators",), "master"),
    Touch("geodata.stock", ("stock",), "rows"),
    Touch("geodata.stock.used_share", ("stock",), "master"),
    Touch("geodata.network", ("links", *LAYERS), "master"),
    Touch("geodata.climate", ("candidates", *WEATHER, *LAYERS), "rows"),
    Touch("geodata.cooling", ("cooling", "cooling_hours", *LAYERS), "rows"),
    Touch("geodata.profiles", WEATHER, "rows"),
    Touch("geodata.renewables", (*WEATHER, *LAYERS), "rows"),
    Touch("geodata.land", LAYERS, "master"),
    Touch("geodata.hazard", LAYERS, "master"),
    Touch("geodata.campuses_file", ("candidates", "places", "stock", *LAYERS), "rows"),
    Touch("optim", (), "rows"),
    Touch("optim.solve", (), "search"),
    Touch("optim.redispatch", (), "search"),
    Touch("optim.campus", (), "master"),
    Touch("optim.grid", (), "master"),
    Touch("optim.resilience", (), "master"),
    Touch("optim.accelerators", (), "master"),
    Touch("optim.bandwidth", (), "master"),
    Touch("optim.latency", (), "master"),
    Touch("optim.workload", (), "master"),
    Touch("optim.workload.unserved_penalty_m_cny_per_mw", (), "costs"),
    Touch("optim.supply.direct", (), "master"),
    Touch("optim.supply.potential_share", (), "master"),
    Touch("optim.costs", (), "costs"),
    Touch("optim.costs.east_shell_factor", (), "master"),
    Touch("optim.costs.west_shell_factor", (), "master"),
    *(
        Touch(f"optim.costs.items.{item}", (), "master")
        for item in (
            "shell_m_cny_per_mw",
            "shell_life_years",
            "liquid_cooling_m_cny_per_mw",
            "liquid_cooling_life_years",
            "land_m2_per_mw",
            "land_life_years",
            "connection_m_cny_per_mw",
            "connection_life_years",
            "campus_line_m_cny_per_km",
            "campus_line_km",
            "line_life_years",
            "fibre_m_cny_per_km",
            "fibre_life_years",
            "fibre_routes",
            "maintenance_share_per_year",
            "staff_per_mw",
            "wan_m_cny_per_gbps_year_1000km",
            "price_year",
            "load_share",
            "transit_east_m_cny_per_gbps_year",
            "transit_west_m_cny_per_gbps_year",
            "stock_keep_m_cny_per_mw_year",
            "stock_refit_m_cny_per_mw",
            "refit_life_years",
        )
    ),
    *(
        Touch(f"optim.costs.items.{item}", (), "rows")
        for item in (
            "load_share_max",
            "battery_charge_efficiency_share",
            "battery_discharge_efficiency_share",
            "battery_loss_share_per_h",
        )
    ),
)


def touch(key: str) -> Touch:
    """Return what a dotted key touches, as the longest entry that it lies under says.

    >>> touch("geodata.demand.factor").depth, touch("maps.language").depth
    ('master', 'nothing')
    """
    fits = [each for each in TOUCHES if f"{key}.".startswith(f"{each.key}.")]
    return max(fits, key=lambda each: len(each.key), default=Touch(key, (), "nothing"))
