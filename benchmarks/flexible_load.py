"""What flexible load takes off the cost of hourly matching: sign and shape, as published for Europe.

    .venv/bin/python -m benchmarks.flexible_load [--share 0.9] [--pairs] [--json]

Sites of 100 MW IT each, filled, under an hourly green share, in the whole model. A part of the load is
flexible: it may wait up to 24 hours (time), move between the sites from day to day (space), or both. With
--pairs: what 40 % movable load gains at pairs of sites, against their distance.
"""

from __future__ import annotations

import argparse
import json
from itertools import pairwise
from typing import Any

import pandas as pd
import pyomo.environ as pyo
from pyproj import Geod

from benchmarks.plant_cases import only, rows
from geodata.survey import Settings as SurveySettings
from geodata.survey import survey
from geodata.tables import Survey
from optim.blocks.resilience import Settings as Resilience
from optim.inputs import prepare
from optim.model import Model, build_model
from optim.options import Settings
from optim.session import Session
from optim.settings import CoolingSettings, LoadSettings
from optim.terms import of
from tests import world

TRIPLE = ("area-zhangbei", "area-zhongwei", "area-shaoguan")
FLEXIBLE, RIGID = "training", "rigid"
STEPS = (0.0, 0.1, 0.2, 0.3, 0.4)
KINDS = {"time": (True, 0.0), "space": (False, 1.0), "both": (True, 1.0)}
ANCHORS = ("area-zhangbei", "area-zhongwei", "area-guian", "area-jiashan")
DISTANCES_KM = (50, 100, 200, 300, 400, 600, 900, 1300, 1800)
SITE_MW = 100.0
ENERGY = (
    *("energy", "demand_charge", "solar", "wind", "battery", "direct_charge", "export_income"),
    *("water", "certificates", "carbon"),
)


def places(real: Survey, sites: tuple[str, ...], flexible_share: float, green_share: float | None) -> Survey:
    """Return the survey of some sites of 100 MW, all in demand, part of it flexible, under an hourly rule."""
    held = only(real, list(sites))
    base = rows(held.classes, "class_id", FLEXIBLE).assign(deferrable_h=24.0)
    rigid = base.assign(class_id=RIGID, deferrable_h=0.0, movable=False)
    shape = rows(held.class_hours, "class_id", FLEXIBLE)
    year, zone, most = (
        int(held.demand["year"].min()),
        str(held.zones["zone_id"].iloc[0]),
        SITE_MW * len(sites),
    )
    parts = {FLEXIBLE: flexible_share * most, RIGID: (1 - flexible_share) * most}
    demand = pd.DataFrame([(zone, c, year, mw) for c, mw in parts.items()], columns=held.demand.columns)
    rule = {"kind": "green_share", "accounting": "hourly", "number": green_share}
    return only(
        held,
        list(sites),
        candidates=held.candidates.assign(it_max_mw=SITE_MW),
        classes=pd.concat([base, rigid]),
        class_hours=pd.concat([shape, shape.assign(class_id=RIGID)]),
        demand=demand,
        rules=world.rules(*([] if green_share is None else [rule])),
    )


def options(kind: str) -> Settings:
    """Return the options for load that may wait, move, or both."""
    defer, move = KINDS[kind]
    return Settings(
        cooling=CoolingSettings(technologies=("liquid_dry",)),
        load=LoadSettings(defer=defer, day_move_share=move),
        resilience=Resilience(largest_province_share=1.0),
    )


def energy_cost(here: Survey, choice: Settings) -> float:
    """Return the yearly cost of energy over the energy that the sites take [CNY/MWh].

    All sites are filled, so that modules and openings are whole numbers without being held to it.
    """
    inputs = prepare(here, choice)
    made = build_model(inputs, here.accelerators, choice, form="whole")
    session = Session(made.pyomo)
    session.solve_relaxed()
    session.load(session.values())
    _checked(made)
    m = made.pyomo
    cost = sum(
        pyo.value(t.rule(*key)) for t in of(made.terms, "cost") if t.label in ENERGY for key in t.index
    )
    taken = (
        m.twh_per_gw[t]
        * m.energy.pue[s, c, t]
        * sum(m.halls.run_gw[s, c, f, y].value for f in m.GROUPS_OF[s, c])
        for s, c, y, t in m.energy.PYT
    )
    return cost / sum(taken)


def _checked(made: Model) -> None:
    """Raise unless every site is full and no rule or demand goes short."""
    m = made.pyomo
    short = sum(pyo.value(t.rule(*key)) for t in of(made.terms, "penalty") for key in t.index)
    full = all(abs(v.value - SITE_MW / 1e3) < 1e-6 for v in m.compute.it_new_gw.values())
    if abs(short) > 1e-6 or not full:
        raise ValueError(
            f"flexible load: found {short:.3g} M CNY of shortage, full sites {full}; expected none and all"
        )


def curve(real: Survey, sites: tuple[str, ...], kind: str, green_share: float | None) -> list[float]:
    """Return the cost of energy [CNY/MWh] at each flexible share of `STEPS`."""
    return [energy_cost(places(real, sites, share, green_share), options(kind)) for share in STEPS]


def pairs(real: Survey) -> list[tuple[str, str, float]]:
    """Return pairs of an anchor and the site nearest to each distance of `DISTANCES_KM`, and the km."""
    sites = real.candidates.set_index("site_id")
    found = {}
    for anchor in ANCHORS:
        at = sites.loc[anchor]
        count = len(sites)
        ends = ([at["longitude"]] * count, [at["latitude"]] * count, sites["longitude"], sites["latitude"])
        km = pd.Series(Geod(ellps="WGS84").inv(*ends)[2], sites.index).drop(anchor) / 1e3
        for wanted in DISTANCES_KM:
            other = str((km - wanted).abs().idxmin())
            found[anchor, other] = float(km[other])
    return [(a, b, km) for (a, b), km in found.items()]


def alike(real: Survey, anchor: str, other: str) -> Survey:
    """Return the two sites with everything of the anchor's but sun and wind at the other."""
    held = only(real, [anchor, other])
    own = ["site_id", "name_en", "name_zh", "pinyin", "longitude", "latitude", "province", "prefecture"]
    row = held.candidates.set_index("site_id").loc[anchor]
    shared = [c for c in held.candidates.columns if c not in own]
    candidates = held.candidates.assign(**{c: row[c] for c in shared})
    tables: dict[str, Any] = {
        name: pd.concat([mine, mine.assign(site_id=other)])
        for name in ("cooling_hours", "cooling", "attributes")
        for mine in [rows(getattr(held, name), "site_id", anchor)]
    }
    return only(held, [anchor, other], candidates=candidates, **tables)


def gains(real: Survey, green_share: float | None) -> list[dict[str, Any]]:
    """Return what 40 % movable load gains at each pair [CNY/MWh], only sun and wind differing."""
    found = []
    for anchor, other, km in pairs(real):
        here = alike(real, anchor, other)
        none, moved = (
            energy_cost(places(here, (anchor, other), share, green_share), options("space"))
            for share in (0.0, 0.4)
        )
        row = {"anchor": anchor, "other": other, "distance_km": km, "cost_cny_per_mwh": none}
        found.append(row | {"gain_cny_per_mwh": none - moved, "gain_share": (none - moved) / none})
    return found


def curves(real: Survey, green_share: float | None) -> list[dict[str, Any]]:
    """Return the cost of energy and what each further 10 % takes off, by kind of flexibility."""
    found = []
    for kind in KINDS:
        cost = curve(real, TRIPLE, kind, green_share)
        steps = [a - b for a, b in pairwise(cost)]
        found.append(
            {"kind": kind, "green_share": green_share, "cost_cny_per_mwh": cost, "step_cny_per_mwh": steps}
        )
    return found


def main() -> None:
    """Print the curves, or the pairs."""
    parser = argparse.ArgumentParser(description="Cost of hourly matching against flexible load.")
    parser.add_argument("--share", type=float, default=0.9, help="hourly green share")
    parser.add_argument("--pairs", action="store_true", help="gain against distance of pairs of sites")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    real = survey(SurveySettings())
    found = gains(real, given.share) if given.pairs else curves(real, given.share)
    if given.json:
        print(json.dumps(found, indent=1))
        return
    print(pd.DataFrame(found).to_string(index=False, float_format="{:.3f}".format))


if __name__ == "__main__":
    main()
