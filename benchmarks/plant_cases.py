"""Cases of the energy of a plant whose halls are given, and their least cost by the planner's own blocks."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pyomo.environ as pyo

from geodata.tables import Survey
from optim.inputs import Inputs, prepare
from optim.model import Model, build_plants
from optim.options import Settings
from optim.session import Session
from optim.settings import CoolingSettings, CostSettings, HourSettings, LoadSettings, SupplySettings
from optim.terms import of, total
from tests import world

PENALTY_M_CNY_PER_GW = 1e5
PLANT = "liquid_dry"


@dataclass(frozen=True)
class Case:
    """One plant or more of one site, all at the same given load, and what it may build and must keep to.

    load_mw: mean running IT load of each class; meter_share: meter over IT power x 0.9 x PUE of the hottest
    hour; green: (accounting, number); moved_share: load moved to the first half of the days, over the load
    of movable classes.
    """

    name: str
    site: str
    load_mw: dict[str, float] = field(default_factory=lambda: {"training": 60.0})
    technologies: tuple[str, ...] = (PLANT,)
    it_mw: float = 100.0
    meter_share: float = 1.0
    direct: bool = True
    battery: bool = True
    export: bool = False
    export_share_max: float = 0.2
    potential_share: float = 0.2
    defer: bool = False
    moved_share: float = 0.0
    green: tuple[tuple[str, float], ...] = ()
    self_use: float | None = None
    curtailed: float | None = None
    items: dict[str, float] = field(default_factory=dict)


def rules(case: Case) -> pd.DataFrame:
    """Return the policy rules of a case."""
    green: list[dict[str, Any]] = [
        {"rule_id": f"G{k}", "kind": "green_share", "accounting": how, "number": number}
        for k, (how, number) in enumerate(case.green)
    ]
    floors = {"self_use": case.self_use, "curtailment_cap": case.curtailed}
    others = [{"rule_id": kind, "kind": kind, "number": v} for kind, v in floors.items() if v is not None]
    return world.rules(*green, *others)


def settings(case: Case) -> Settings:
    """Return the options of a case: all days of the survey, all technologies."""
    return Settings(
        cooling=CoolingSettings(keep_dominated=True),
        hours=HourSettings(days_max=366),
        supply=SupplySettings(
            direct=case.direct,
            battery=case.battery,
            export=case.export,
            export_share_max=case.export_share_max,
            potential_share=case.potential_share,
        ),
        load=LoadSettings(defer=case.defer, day_move_share=1.0 if case.moved_share else 0.0),
        costs=CostSettings(items=case.items),
    )


def rows(table: pd.DataFrame, column: str, *values: object) -> pd.DataFrame:
    """Return the rows of a table whose column has one of some values."""
    return table[table[column].isin(values)]


def only(survey: Survey, sites: list[str], **tables: pd.DataFrame) -> Survey:
    """Return the survey of some sites, for one year without same-city load, existing halls or quotas."""
    by_site = ("candidates", "cooling", "cooling_hours", "profiles", "links", "attributes")
    held = {name: rows(getattr(survey, name), "site_id", *sites) for name in by_site}
    city = survey.classes.loc[survey.classes["same_city"], "class_id"]
    first = survey.demand["year"].min()
    demand = survey.demand[(survey.demand["year"] == first) & ~survey.demand["class_id"].isin(city)]
    empty = {name: getattr(survey, name).iloc[:0] for name in ("stock", "quotas")}
    return dataclasses.replace(survey, **{**held, **empty, "demand": demand, **tables})


def running_gw(case: Case, inputs: Inputs) -> dict[str, float]:
    """Return the mean running load of each load group [GW]."""
    load: dict[str, float] = {str(f): 0.0 for f in inputs.groups.table.index}
    for class_id, mw in case.load_mw.items():
        load[str(inputs.groups.of_class[class_id])] += mw / 1e3
    return load


def day_moves(case: Case, weight_days: list[float]) -> list[float]:
    """Return by how much each day's load differs from the mean, over the mean; weighted, the days cancel."""
    half = len(weight_days) // 2
    first, second = sum(weight_days[:half]), sum(weight_days[half:])
    return [
        case.moved_share if d < half else -case.moved_share * first / second for d in range(len(weight_days))
    ]


def energy_model(case: Case, inputs: Inputs) -> Model:
    """Return the energy of the case's plants with everything that the siting would decide fixed."""
    year = inputs.years[0]
    plants = [(case.site, c) for c in case.technologies]
    made = build_plants(inputs, plants, (year,), PENALTY_M_CNY_PER_GW)
    halls, load = made.pyomo.halls, running_gw(case, inputs)
    moves = day_moves(case, [float(w) / 24 for w in inputs.hours.weight_h[::24]])
    for s, c, y in made.pyomo.PY:
        peak = float(inputs.plants.pue.loc[(s, c)].max())
        halls.it_gw[s, c, y].fix(case.it_mw / 1e3)
        halls.meter_gw[s, c, y].fix(case.meter_share * case.it_mw / 1e3 * 0.9 * peak)
    for s, c, f, y in made.pyomo.RUNS_Y:
        halls.run_gw[s, c, f, y].fix(load[f])
    for s, c, f, y, d in halls.MOVES_YD:
        halls.moved_gw[s, c, f, y, d].fix(moves[d] * load[f])
    for key in halls.GREEN:
        halls.green_twh[key].fix(0.0)
    return made


def ours(case: Case, survey: Survey) -> dict[str, float]:
    """Return the least cost of a case [M CNY a year], what rules or meter lack, and the design [MW, MWh]."""
    inputs = prepare(dataclasses.replace(survey, rules=rules(case)), settings(case))
    made = energy_model(case, inputs)
    session = Session(made.pyomo)
    run = session.solve_relaxed()
    session.load(session.values())
    m = made.pyomo
    lack = sum(pyo.value(total(t, m.discount)) for t in of(made.terms, "penalty"))
    built = {
        "solar_mw": m.direct.solar_gw,
        "wind_mw": m.direct.wind_gw,
        "battery_mw": m.storage.battery_gw,
        "battery_mwh": m.storage.battery_gwh,
        "export_peak_mw": m.direct.export_gw,
        "backlog_peak_mwh": m.energy.backlog_gwh,
    }
    design = {
        name: 1e3 * max((v.value or 0.0 for v in var.values()), default=0.0) for name, var in built.items()
    }
    return {"cost_m_cny": run.objective, "lack_m_cny": lack, **design}
