"""Worlds without a plan, each with its conflict and its least changes worked out by hand.

West can be connected for 250 MW, which carry 200 MW of IT at a peak PUE of 1.25; Middle and East for 1500 MW,
that is 1200. In 2027 East needs 200 MW within 10 ms (Middle and East reach it) and 600 MW from anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from geodata.tables import Survey
from optim.blocks.resilience import Settings as Resilience
from optim.conflict.case import Case
from optim.conflict.find import Conflict, find_conflict
from optim.inputs import prepare
from optim.options import Settings
from tests import world, world_hours
from tests.optim.test_rules import HUBS, edge_only, green, hub_share, no_slack, pue_cap, residency

Key = tuple[str, str]
TWO = "two conflicts"
ALL_SERVED: Key = ("unserved", "")


@dataclass(frozen=True)
class Known:
    """A case: the tables and settings, the conflict, and the number that each of its members has to take."""

    make: Callable[[], tuple[Survey, Settings]]
    conflict: set[Key]
    numbers: dict[Key, float] = field(default_factory=dict)


def strict(**changes: object) -> Settings:
    """Return settings under which all load is served, some of them replaced."""
    return no_slack().model_copy(update=changes)


def resilience(**changes: object) -> Settings:
    """Return the same with other limits of resilience."""
    return strict(resilience=Resilience(**{"largest_province_share": 1.0, **changes}))


def ruled(*rules: dict[str, object]) -> Survey:
    """Return the tiny survey with policy rules."""
    return world.survey(rules=world.rules(*rules))


def training_only(**tables: object) -> Survey:
    """Return the tiny survey with 600 MW of training in 2027, that any site may serve, and nothing else."""
    return world.survey(demand=world.demand(real_time_mw=0), **tables)


def wet() -> Survey:
    """Return a city with 20 MW of same-city load in 2027 that draws 0.5 L/kWh, and a quota of nothing."""
    tables = world_hours.cooled(liquid_dry=(1.2, 0.5))
    return world.survey(quotas=world_hours.quota("East", 1.0), demand=world.demand(edge_mw=10), **tables)


def two_conflicts() -> Survey:
    """Return same-city load of 20 MW that 20 MW of headroom do not carry, and hubs that may not be built."""
    rules = world.rules(hub_share(0.9), {**pue_cap(1.1, **HUBS), "rule_id": "P"})
    demand = world.demand(edge_mw=10, real_time_mw=0)
    return world.survey(rules=rules, demand=demand, headroom=edge_only())


KNOWN = {
    # West holds 200 of 800 MW, so that Middle and East hold (800 - 200) / 2 each: 0.375.
    "a share that three provinces cannot share out": Known(
        lambda: (world.survey(), resilience(largest_province_share=0.2)),
        {("largest_province_share", ""), ALL_SERVED},
        {("largest_province_share", ""): 0.375},
    ),
    # The best technology has a PUE of 1.2; without hubs nothing is left of the share.
    "two rules": Known(
        lambda: (ruled(hub_share(0.9), pue_cap(1.1, **HUBS)), strict()),
        {("hub_share", "H"), ("pue_cap", "P"), ALL_SERVED},
        {("hub_share", "H"): 0.0, ("pue_cap", "P"): world.PUE_MEAN},
    ),
    # West holds 200, East 16 of 800 MW: 0.27. For 720 MW in hubs East needs 520 x 1.25 = 650 MW by 2027.
    "a rule and headroom": Known(
        lambda: (
            world.survey(rules=world.rules(hub_share(0.9)), headroom=world.headroom(east_mw=20)),
            strict(),
        ),
        {("hub_share", "H"), ("headroom", "East"), ("headroom", "West"), ALL_SERVED},
        {("hub_share", "H"): 0.27, ("headroom", "East"): 650.0, ("headroom", "West"): 2050.0},
    ),
    # All of 600 MW in East, 200 in West and, to thin the share out, halls that stand empty in Middle: as many
    # as East has. 600 / 1400 = 0.4286; without residency 0.4 x 1000 = 400 of 600 MW in East.
    "residency and the share of a province": Known(
        lambda: (
            ruled(residency(1.0, class_id="training")),
            resilience(largest_province_share=0.4),
        ),
        {("residency", "D"), ("largest_province_share", ""), ("headroom", "West"), ALL_SERVED},
        {("largest_province_share", ""): 0.429, ("residency", "D"): 0.6666, ("headroom", "West"): 375.0},
    ),
    # 20 MW x load share 0.6 x 8760 h x 0.5 L/kWh.
    "a water quota": Known(
        lambda: (wet(), world.settings()),
        {("water_quota", "Q"), ("given", "e")},
        {("water_quota", "Q"): 52560.0},
    ),
    # 200 MW of same-city load at a peak PUE of 1.25; 50 MW carry 40.
    "same-city load beyond its province": Known(
        lambda: (
            world.survey(demand=world.demand(edge_mw=100), headroom=world.headroom(east_mw=50)),
            world.settings(),
        ),
        {("headroom", "East"), ("given", "e")},
        {("headroom", "East"): 250.0, ("given", "e"): 40.0},
    ),
    "more provinces than there are": Known(
        lambda: (world.survey(), resilience(provinces_min_count=4)),
        {("provinces_min_count", "")},
        {("provinces_min_count", ""): 3.0},
    ),
    # 100 MW x 1.25.
    "a province too small to count": Known(
        lambda: (world.survey(headroom=world.headroom(east_mw=50)), resilience(provinces_min_count=3)),
        {("provinces_min_count", ""), ("headroom", "East")},
        {("provinces_min_count", ""): 2.0, ("headroom", "East"): 125.0},
    ),
    # Without sun and wind an hourly share is 0.
    "a green share by the hour": Known(
        lambda: (ruled(green(0.5, scope="all", hub_scope="", accounting="hourly")), strict()),
        {("green_share", "G"), ALL_SERVED},
        {("green_share", "G"): 0.0},
    ),
    # 600 MW within two years: 300 a year in three places.
    "pace of sites": Known(
        lambda: (
            training_only(),
            world.campus(site_build_rate_mw_per_year=90).model_copy(update={"workload": strict().workload}),
        ),
        {("site_build_rate", ""), ALL_SERVED},
        {("site_build_rate", ""): 100.0},
    ),
    "pace of provinces": Known(
        lambda: (
            training_only(),
            world.campus(province_build_rate_mw_per_year=90).model_copy(
                update={"workload": strict().workload}
            ),
        ),
        {("province_build_rate", ""), ALL_SERVED},
        {("province_build_rate", ""): 100.0},
    ),
}


@cache
def found(name: str, method: str = "auto") -> Conflict:
    """Return the conflict of a known case; tests only read it."""
    survey, settings = made(name, method)
    conflict = find_conflict(survey, settings)
    assert conflict is not None
    return conflict


def made(name: str, method: str = "auto") -> tuple[Survey, Settings]:
    """Return survey and settings of a known case, or of that with two conflicts."""
    survey, settings = (two_conflicts(), strict()) if name == TWO else KNOWN[name].make()
    solve = settings.solve.model_copy(update={"method": method})
    return survey, settings.model_copy(update={"solve": solve})


def case_of(survey: Survey, settings: Settings) -> Case:
    """Return what may be asked of a survey and its settings, hours included."""
    return Case(survey, settings, prepare(survey, settings), "whole", None, 20.0)
