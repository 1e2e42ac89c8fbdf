"""Audit of energy, hour by hour: cooling, balance, meter, direct supply, battery."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optim.audits.case import SITE, Case
from optim.audits.checks import (
    Array,
    Check,
    at,
    at_most,
    equal,
    keyed,
    never_falls,
    none_of,
    same,
    steps,
    within,
)
from optim.audits.hourly import Hourly, at_plants, by_site, cooling_of
from optim.audits.load import before
from optim.economics import HOURS_PER_YEAR
from optim.settings import EDGE, EXISTING

_CAPACITY = ("solar_mw", "wind_mw", "battery_mw", "battery_mwh")


def audit_energy(case: Case, hourly: Hourly) -> list[Check]:
    """Return the checks of facility load, the balance of every hour and the meter."""
    load = hourly["facility_mw"]
    taken = hourly["purchase_mw"] + hourly["direct_mw"] + hourly["discharge_mw"]
    meter = hourly.held(case.results.halls, "meter_mw")
    short = hourly.held(case.results.operation, "short_mw")
    return [
        same(
            "facility load is PUE x IT load [MW]",
            cooling_of(case, hourly, "pue") * hourly["it_load_mw"],
            load,
            hourly.place,
        ),
        same("energy balance of every hour [MW]", load + hourly["charge_mw"], taken, hourly.place),
        within("purchase fits the meter [MW]", hourly["purchase_mw"], meter + short, hourly.place),
        within("export fits the meter [MW]", hourly["export_mw"], meter, hourly.place),
        at_most(
            "no meter lacks power [MW]",
            pd.Series(short.ravel(), index=hourly.keys),
            pd.Series(0.0, index=hourly.keys),
        ),
    ]


def audit_supply(case: Case, hourly: Hourly) -> list[Check]:
    """Return the checks of direct supply and batteries: capacity, output, potential, losses."""
    supply, table = case.settings.supply, case.results.supply
    held = {name: hourly.held(table, name) for name in _CAPACITY}
    output = available(case, hourly)
    given = hourly["direct_mw"] + hourly["export_mw"] + hourly["curtailed_mw"]
    most = supply.export_share_max if supply.export else 0.0
    return [
        same("direct, export and curtailed is what is available [MW]", output, given, hourly.place),
        at_most(
            "export is within its share, mean of the year [MW]",
            hourly.yearly(hourly["export_mw"]) / HOURS_PER_YEAR,
            hourly.yearly(output) * most / HOURS_PER_YEAR,
        ),
        *_battery(case, hourly, held),
        none_of(
            "no supply beside existing halls and same-city load",
            table,
            table["technology"].isin([EXISTING, EDGE]),
            ["site_id", "technology", "year"],
        ),
        *(_potential(case, kind) for kind in ("solar", "wind")),
        *(
            never_falls(f"{c} stays", steps(table, ["site_id", "technology"], c, case.years))
            for c in _CAPACITY
        ),
        _allowed(case),
    ]


def available(case: Case, hourly: Hourly) -> Array:
    """Return what direct supply could give in each hour [MW]."""
    out = np.zeros(hourly.count.shape)
    for kind in ("solar", "wind"):
        factor = at_plants(hourly, by_site(case, case.survey.profiles, f"{kind}_capacity_factor"))
        out += factor * hourly.held(case.results.supply, f"{kind}_mw")
    return out


def _battery(case: Case, hourly: Hourly, held: dict[str, Array]) -> list[Check]:
    prices, stored = case.prices, hourly["stored_mwh"]
    charged = prices["battery_charge_efficiency_share"] * hourly["charge_mw"]
    drawn = hourly["discharge_mw"] / prices["battery_discharge_efficiency_share"]
    kept = (1.0 - prices["battery_loss_share_per_h"]) * before(stored)
    return [
        same(
            "battery level follows its losses in each day's ring [MWh]",
            kept + charged,
            stored + drawn,
            hourly.place,
        ),
        within("battery level fits its capacity [MWh]", stored, held["battery_mwh"], hourly.place),
        within(
            "battery power fits its capacity [MW]",
            hourly["charge_mw"] + hourly["discharge_mw"],
            held["battery_mw"],
            hourly.place,
        ),
    ]


def _potential(case: Case, kind: str) -> Check:
    known = case.survey.attributes.set_index("site_id")[f"{kind}_potential_50km_mw"].astype(float)
    built = keyed(case.results.supply, SITE, f"{kind}_mw")
    share = case.settings.supply.potential_share if case.settings.supply.direct else 0.0
    limit = at(built.index.get_level_values("site_id"), known.fillna(0.0)) * share
    limit = np.nan_to_num(limit, nan=0.0)
    return at_most(f"{kind} fits the potential of its site [MW]", built, pd.Series(limit, index=built.index))


def _allowed(case: Case) -> Check:
    """Return the check that nothing is built that the options exclude."""
    supply, table = case.settings.supply, case.results.supply
    direct = table[["solar_mw", "wind_mw"]].sum(axis=1) * (not supply.direct)
    battery = table[["battery_mw", "battery_mwh"]].sum(axis=1) * (not supply.battery)
    excluded = pd.Series([float(direct.sum() + battery.sum())], index=["supply"])
    return equal("nothing is built that optim.supply excludes [MW]", excluded * 0.0, excluded)
