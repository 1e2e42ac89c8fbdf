"""Audit of the grid: connections, voltage, headroom and upgrades."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optim.audits.case import PLANT, SITE, Case
from optim.audits.checks import Array, Check, at, at_most, keyed, never_falls, none_of, steps
from optim.audits.hourly import annual_cooling
from optim.settings import EDGE, EXISTING


def audit_grid(case: Case) -> list[Check]:
    """Return the checks of connections, voltage, headroom and upgrades."""
    build, halls = case.results.build, case.results.halls
    metered = halls[halls["technology"] != EXISTING]
    firm = metered.assign(peak=peak_mw(case, metered) * case.settings.grid.firm_share)
    connection = keyed(build, SITE, "connection_mw")
    by_province = build.assign(province=case.province(build["site_id"]).to_numpy())
    bought = keyed(case.results.upgrades, ["province", "year"], "upgrade_mw")
    headroom = keyed(case.survey.headroom, ["province", "year"], "headroom_mw")
    own = at(connection.index.get_level_values("site_id"), case.sites["site_headroom_mw"].astype(float))
    return [
        at_most("peak at the meter fits the connection [MW]", keyed(firm, SITE, "peak"), connection),
        at_most("meters fit the connection [MW]", keyed(metered, SITE, "meter_mw"), connection),
        never_falls("connections stay [MW]", steps(build, ["site_id"], "connection_mw", case.years)),
        *_voltage(case, connection),
        at_most(
            "connection fits the site's own headroom [MW]",
            connection,
            pd.Series(np.nan_to_num(own, nan=np.inf), index=connection.index),
        ),
        at_most(
            "connections fit headroom and upgrades [MW]",
            keyed(by_province, ["province", "year"], "connection_mw"),
            headroom.add(bought, fill_value=0.0),
        ),
        *_upgrades(case),
    ]


def peak_mw(case: Case, halls: pd.DataFrame) -> Array:
    """Return IT power x PUE of the design hour of each row of halls [MW]."""
    peak = annual_cooling(case, pd.MultiIndex.from_frame(halls[PLANT]), "pue_peak")
    return np.asarray(halls["it_mw"].to_numpy(dtype=float) * peak.to_numpy(dtype=float))


def city_mw(case: Case, index: pd.Index) -> pd.Series:
    """Return the peak of same-city load by site and year [MW]; it has the lines of its city."""
    edge = case.halls_of(EDGE)
    return keyed(edge.assign(peak=peak_mw(case, edge)), SITE, "peak").reindex(index, fill_value=0.0)


def voltage_steps(case: Case) -> pd.DataFrame:
    """Return the voltages by voltage_kv, lowest first, numbered by `step` from 1 on."""
    table = case.survey.voltage_steps.sort_values("voltage_kv").set_index("voltage_kv")
    return table.assign(step=range(1, len(table) + 1)).astype({"capacity_mw": float})


def _voltage(case: Case, connection: pd.Series) -> list[Check]:
    """Return the checks of voltage; same-city load has the lines of its city."""
    build, known = case.results.build, voltage_steps(case)
    table = build.set_index(SITE)
    capacity = pd.Series(at(table["voltage_kv"], known["capacity_mw"]), index=table.index).fillna(0.0)
    step = pd.Series(at(table["voltage_kv"], known["step"].astype(float)), index=table.index)
    ready = case.years[0] + at(table["voltage_kv"], known["lead_years"].astype(float))
    early = (step.to_numpy() > 1) & (build["year"].to_numpy() < ready)
    lost = (step.isna().to_numpy() & (build["opened"] > 0).to_numpy()) | (
        (build["opened"] == 0).to_numpy() & (build["voltage_kv"] > 0).to_numpy()
    )
    return [
        at_most(
            "connection fits its voltage [MW]",
            connection - city_mw(case, connection.index),
            capacity * table["opened"],
        ),
        none_of("campuses have a voltage of the survey, others none", build, pd.Series(lost), SITE),
        none_of("voltages come no earlier than they can", build, pd.Series(early), [*SITE, "voltage_kv"]),
        never_falls("voltages stay [kV]", steps(build, ["site_id"], "voltage_kv", case.years)),
    ]


def _upgrades(case: Case) -> list[Check]:
    upgrades = case.results.upgrades
    known = case.survey.upgrades.set_index(["province", "step"])
    pairs = pd.MultiIndex.from_frame(upgrades[["province", "step"]])
    chosen = upgrades.set_index(["province", "step", "year"])["upgrade_mw"].astype(float)
    size = pd.Series(at(pairs, known["size_mw"]), index=chosen.index).fillna(0.0)
    early = upgrades["year"].to_numpy() < at(pairs, known["earliest_year"].astype(float))
    wide = steps(upgrades, ["province", "step"], "upgrade_mw", case.years)
    return [
        at_most("upgrades are within their step [MW]", chosen, size),
        none_of(
            "upgrades come no earlier than they can", upgrades, pd.Series(early), ["province", "step", "year"]
        ),
        never_falls("upgrades stay [MW]", wide),
    ]
