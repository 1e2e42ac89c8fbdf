"""Audit of operation: yearly sums of the hours, billed peaks, emissions, water, certificates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optim.audits.case import PLANT, Case
from optim.audits.checks import Check, at, at_most, equal, keyed
from optim.audits.hourly import Hourly, cooling_of
from optim.audits.load import rings
from optim.economics import tariff

_SUMS = {
    "it_energy_mwh": "it_load_mw",
    "facility_mwh": "facility_mw",
    "purchase_mwh": "purchase_mw",
    "direct_mwh": "direct_mw",
    "export_mwh": "export_mw",
    "curtailed_mwh": "curtailed_mw",
    "charge_mwh": "charge_mw",
    "discharge_mwh": "discharge_mw",
}


def audit_operation(case: Case, hourly: Hourly) -> list[Check]:
    """Return the checks of energy, emissions, water and certificates of the year."""
    found = {name: keyed(case.results.operation, PLANT, name) for name in case.results.operation.columns[3:]}
    sums = [
        equal(f"{name} is the sum of its hours", hourly.yearly(hourly[column]), found[name])
        for name, column in _SUMS.items()
    ]
    bought = hourly.yearly(hourly["purchase_mw"])
    site = hourly.keys.get_level_values("site_id")
    average, marginal = (at(site, case.sites[f"emission_{k}_tco2_per_mwh"]) for k in ("average", "marginal"))
    water = hourly.yearly(cooling_of(case, hourly, "wue") * hourly["it_load_mw"])
    return [
        *sums,
        equal("emissions are purchase x average factor [t]", bought * average, found["emissions_tco2"]),
        equal(
            "marginal emissions are purchase x marginal factor [t]",
            bought * marginal,
            found["emissions_marginal_tco2"],
        ),
        equal("water is IT load x WUE, hour by hour [m3]", water, found["water_m3"]),
        at_most(
            "certificates cover at most the purchase [MWh]", found["certificates_mwh"], found["purchase_mwh"]
        ),
    ]


def audit_billing(case: Case, hourly: Hourly) -> list[Check]:
    """Return the checks of the billed peaks: the largest purchase of the days that stand for each month.

    Where no demand charge is paid, a peak may be billed too high, but not too low.
    """
    months = case.hours.month_days
    peaks = rings(hourly["purchase_mw"]).max(axis=2)
    by_month = {}
    for month in range(1, 13):
        days = months.loc[months["month"] == month, "day"].to_numpy(dtype=int)
        by_month[month] = pd.Series(peaks[:, days].max(axis=1), index=hourly.keys)
    peak = pd.concat(by_month, names=["month"]).reorder_levels([1, 2, 3, 0]).sort_index()
    found = keyed(case.results.billing, [*PLANT, "month"], "billed_peak_mw")
    charge = tariff(case.survey.candidates, case.settings.costs)["demand_cny_per_mw_month"]
    billed = found[at(found.index.get_level_values("site_id"), charge) > 0]
    charged = peak[at(peak.index.get_level_values("site_id"), charge) > 0]
    mean = found.groupby(level=PLANT).sum() / 12
    return [
        equal("billed peak is the largest of its month's days [MW]", charged, billed),
        at_most("no peak is billed too low [MW]", peak, found),
        equal("billed peak of the year is the mean of its months [MW]", mean, _billed(case)),
    ]


def _billed(case: Case) -> pd.Series:
    return keyed(case.results.operation, PLANT, "billed_peak_mw").astype(np.float64)
