"""The problem of `benchmarks.decompose`: sites of all provinces from the shipped survey, 8 days, one year."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.plant_cases import PLANT, Case, only, running_gw, settings
from geodata.tables import Survey
from optim.blocks.resilience import Settings as ResilienceSettings
from optim.hours import representative_hours
from optim.inputs import Inputs, prepare
from optim.options import Settings
from optim.settings import CoolingSettings
from optim.solve import Settings as Solve
from tests import world

DAYS, YEAR, MW_PER_SITE = 8, 2030, 50.0
GAPS = {"continuous": 1e-6, "integer": 1e-4, "energy": 1e-6}
POTENTIAL_SHARE = 0.01  # as `optim.plant_energy.usual_point`: a fifth of the 5 % that a site may use
MW_PER_GW = 1e3


@dataclass(frozen=True)
class Problem:
    """What every contestant starts from: the siting problem, and plants whose energy is compared with PyPSA.

    `cases` are plants of 100 MW, one at each site, in a survey without policy rules; `free` its inputs.
    """

    survey: Survey
    options: Settings
    inputs: Inputs
    cases: list[Case]
    ruleless: Survey
    free: Inputs


def problem(survey: Survey, sites: int, time_limit_s: float) -> Problem:
    """Return the problem of so many sites.

    Parameters
    ----------
    survey : Survey
        As shipped.
    sites : int
        Number of candidates.
    time_limit_s : float
        Limit of each search with integers [s].
    """
    held = with_days(with_demand(only(survey, spread(survey.candidates, sites))))
    options = Settings(
        cooling=CoolingSettings(technologies=(PLANT,), keep_dominated=True),
        resilience=ResilienceSettings(largest_province_share=max(0.15, min(1.0, 2 / sites))),
        solve=Solve(
            workers=1, threads=1, cut_gap_share=1e-5, gap_share=GAPS["integer"], time_limit_s=time_limit_s
        ),
    )
    ruleless = dataclasses.replace(held, rules=world.rules())
    cases = [plant_at(site) for site in held.candidates["site_id"]]
    free = prepare(ruleless, settings(cases[0]))
    return Problem(held, options, prepare(held, options), cases, ruleless, free)


def spread(places: pd.DataFrame, count: int) -> list[str]:
    """Return so many places: one of each province in turn, the provinces in an order drawn once."""
    names = sorted(set(places["province"]))
    turn = dict(zip(names, np.random.default_rng(5).permutation(len(names)), strict=True))
    order = places.assign(
        within=places.groupby("province").cumcount(), turn=places["province"].map(turn)
    ).sort_values(["within", "turn"])
    return sorted(order["site_id"].head(count))


def with_demand(survey: Survey) -> Survey:
    """Return the survey with 50 MW for each site in the zone of its province, in the national mix."""
    classes = survey.demand.groupby("class_id")["it_mw"].sum()
    count = survey.candidates["province"].value_counts().sort_index()
    rows = [
        (zone, name, YEAR, MW_PER_SITE * number * share)
        for zone, number in count.items()
        for name, share in (classes / classes.sum()).items()
    ]
    demand = pd.DataFrame(rows, columns=["zone_id", "class_id", "year", "it_mw"])
    return dataclasses.replace(survey, demand=demand)


def with_days(survey: Survey) -> Survey:
    """Return the survey with the 8 days that the planner would keep, numbered anew."""
    hours = representative_hours(survey, DAYS)
    number = {day: k for k, day in enumerate(hours.days)}
    days = survey.days[survey.days["day"].isin(hours.days)]
    days = days.assign(day=days["day"].map(number), weight_days=hours.weight_h[::24])
    by_hour = {}
    for name in ("profiles", "cooling_hours"):
        table = getattr(survey, name)
        table = table[table["day"].isin(hours.days)]
        by_hour[name] = table.assign(day=table["day"].map(number)).reset_index(drop=True)
    return dataclasses.replace(survey, days=days, day_months=hours.month_days, **by_hour)


def plant_at(site: str) -> Case:
    """Return a plant of 100 MW with load of all kinds at a site, with direct supply, battery and export."""
    load_mw = {"rt_infer": 10.0, "chat_infer": 15.0, "near_line": 10.0, "training": 20.0, "backup_async": 5.0}
    return Case(site, site, load_mw, export=True, defer=True, potential_share=POTENTIAL_SHARE)


def asked(given: Problem, case: Case) -> dict[str, float]:
    """Return what the halls of a case ask of its energy, by name and load group."""
    load = running_gw(case, given.free)
    peak = float(given.free.plants.pue.loc[(case.site, PLANT)].max())
    most = given.free.site.loc[case.site]
    it_gw = case.it_mw / MW_PER_GW
    return {
        "it_gw": it_gw,
        "meter_gw": case.meter_share * it_gw * 0.9 * peak,
        "solar_room_gw": POTENTIAL_SHARE * float(most["solar_max_gw"]),
        "wind_room_gw": POTENTIAL_SHARE * float(most["wind_max_gw"]),
        **load,
    }
