"""What a plan reaches of each policy rule on energy, from the tables of the plants' operation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from optim.inputs import Inputs
from optim.policy import Rule
from optim.rules.energy_rules import surcharges
from optim.settings import EDGE, EXISTING

_LEAST_MWH = 1e-3
_LEAST_GWH, _NEAR = 1e-3, 1e-4
_MWH_PER_GWH = 1e3
_PLANT = ["site_id", "technology"]
Energy = Mapping[str, pd.DataFrame]
Reached = tuple[float, float]


def energy_value(inputs: Inputs, energy: Energy, rule: Rule, sites: Iterable[str], year: int) -> Reached:
    """Return what the plan reaches of a rule on energy, in the rule's unit, and the energy missed [GWh].

    Parameters
    ----------
    inputs : Inputs
        Months of the representative days, efficiencies.
    energy : mapping of DataFrame
        operation and dispatch, as `optim.energy_results` makes them.
    rule : Rule
        green_share, self_use, curtailment_cap or energy_surcharge.
    sites : iterable of str
        Sites of the place.
    year : int
        Year.
    """
    table = "dispatch" if rule.accounting == "monthly" else "operation"
    rows = energy[table]
    rows = rows[rows["site_id"].isin(set(sites)) & (rows["year"] == year)]
    if rule.kind == "energy_surcharge":
        return _surcharge(inputs, rule, rows, year), 0.0
    rows = rows[rows["technology"] != EXISTING]
    if rule.kind in ("self_use", "curtailment_cap") or rule.accounting in ("monthly", "hourly"):
        rows = rows[rows["technology"] != EDGE]
    if rule.kind in ("self_use", "curtailment_cap"):
        return _direct(rule, rows)
    if rule.accounting == "monthly":
        return _worst(rule, *_by_month(inputs, rows))
    green = rows["direct_mwh"].astype(float)
    used = rows["purchase_mwh"] + rows["direct_mwh"]
    if rule.accounting == "hourly":
        return _worst(rule, green, used)
    green = green + rows["export_mwh"]
    if rule.accounting == "certificates":
        green = green + rows["certificates_mwh"]
    return _worst(rule, pd.Series([green.sum()]), pd.Series([used.sum()]))


def green_lack(inputs: Inputs, energy: Energy) -> str:
    """Return, in words, the first hard green share that the plan does not reach; empty: none."""
    for rule in (r for r in inputs.rules if r.hard and r.kind == "green_share"):
        for place, sites in rule.places.items():
            for y in rule.years:
                value, missed = energy_value(inputs, energy, rule, sites, y)
                if missed > _LEAST_GWH and value < rule.number - _NEAR:
                    return f"{rule.rule_id} lacks {missed:.3g} GWh of green energy in {place} in {y}"
    return ""


def _worst(rule: Rule, green: pd.Series, used: pd.Series) -> Reached:
    """Return the least share of green energy in what is used, and the sum of what is missed."""
    held = used > _LEAST_MWH
    if not held.any():
        return 1.0, 0.0
    missed = (rule.number * used - green).clip(lower=0).sum() / _MWH_PER_GWH
    return float((green[held] / used[held]).min()), float(missed)


def _by_month(inputs: Inputs, dispatch: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return direct supply and export, and consumption, of each plant and month [MWh]."""
    months = inputs.hours.month_days.assign(day=lambda t: np.asarray(inputs.hours.days)[t["day"]])
    power = dispatch.assign(
        green=dispatch["direct_mw"] + dispatch["export_mw"],
        used=dispatch["purchase_mw"] + dispatch["direct_mw"],
    )
    days = power.groupby([*_PLANT, "day"])[["green", "used"]].sum().reset_index().merge(months, on="day")
    energy = days[["green", "used"]].mul(days["weight_days"], axis=0)
    sums = energy.groupby([days[name] for name in [*_PLANT, "month"]]).sum()
    return sums["green"], sums["used"]


def _direct(rule: Rule, operation: pd.DataFrame) -> Reached:
    """Return self-use or curtailment over the output of direct supply, of the plant furthest behind."""
    output = operation["direct_mwh"] + operation["export_mwh"] + operation["curtailed_mwh"]
    held = output > _LEAST_MWH
    part = operation["direct_mwh"] if rule.kind == "self_use" else operation["curtailed_mwh"]
    if not held.any():
        return (1.0 if rule.kind == "self_use" else 0.0), 0.0
    shares = part[held] / output[held]
    return float(shares.min() if rule.kind == "self_use" else shares.max()), 0.0


def _surcharge(inputs: Inputs, rule: Rule, operation: pd.DataFrame, year: int) -> float:
    """Return the mean surcharge that the existing halls pay on what they buy [CNY/MWh]."""
    halls = operation[operation["technology"] == EXISTING]
    paid = surcharges([rule], inputs.plants.table["pue_mean"])
    rate = [paid.get((str(s), EXISTING, year), 0.0) for s in halls["site_id"]]
    bought = halls["purchase_mwh"].to_numpy(dtype=float)
    return float(np.dot(rate, bought) / bought.sum()) if len(bought) and bought.sum() > _LEAST_MWH else 0.0
