"""What a solve of a kept problem says: cost, bound, places and figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.tables import Survey
from optim.arcs import NATIONAL
from optim.arrays.compile import Compiled
from optim.inputs import MW_PER_GW, Inputs
from optim.plant_energy import MEASURES

Array = NDArray[np.float64]
_LEAST_MW = 1e-3


@dataclass(frozen=True, eq=False)
class Answer:
    """An optimum of the relaxation, or the best plan with integers.

    Attributes
    ----------
    status : str
        optimal (to the gap asked for), time_limit, or rounds: the gap asked for was not reached.
    objective_m_cny, bound_m_cny : float
        Discounted cost of a point that meets all rows, penalties included, and what no point is below.
    siting_cost_m_cny, penalty_m_cny : float
        The objective without penalties, and these: unserved load and missed soft rules.
    seconds, rounds : float, int
        Time [s] and rounds of cuts that it took.
    sites : DataFrame
        site_id, province, side, year, it_mw: all IT power placed [MW], where there is any.
    unserved_mw : float
        Demand of the last year that no site serves.
    figures : dict
        west_share, hub_province_share, it_mw, mean_rtt_ms of the last year; emissions_mt,
        emissions_marginal_mt, water_million_m3, purchase_twh over all years.
    values : array
        Value of each column of the problem.
    """

    status: str
    objective_m_cny: float
    bound_m_cny: float
    siting_cost_m_cny: float
    penalty_m_cny: float
    seconds: float
    rounds: int
    sites: pd.DataFrame
    unserved_mw: float
    figures: dict[str, float]
    values: Array

    @property
    def gap_share(self) -> float:
        """Return the gap between objective and bound, relative to the objective."""
        gap = max(0.0, self.objective_m_cny - self.bound_m_cny)
        return gap / abs(self.objective_m_cny) if self.objective_m_cny else 0.0

    def provinces(self) -> pd.Series:
        """Return IT power by province in the last year [MW]."""
        last = self.sites[self.sites["year"] == self.sites["year"].max()]
        return last.groupby("province")["it_mw"].sum()


def placed_sites(survey: Survey, m: Any, compiled: Compiled, values: Array) -> pd.DataFrame:
    """Return site_id, province, side, year, it_mw of all IT power placed: campuses, old halls, same-city."""
    keys = pd.DataFrame(list(m.PY), columns=["site_id", "technology", "year"])
    it_mw = np.maximum(0.0, compiled.columns.part(m.halls.it_gw, values)) * MW_PER_GW
    table = keys.assign(it_mw=it_mw).groupby(["site_id", "year"], sort=False)["it_mw"].sum().reset_index()
    places = survey.candidates[["site_id", "province", "side"]]
    table = table[table["it_mw"] > _LEAST_MW].merge(places, on="site_id")
    return table[["site_id", "province", "side", "year", "it_mw"]]


def unserved_mw(inputs: Inputs, m: Any, compiled: Compiled, values: Array) -> float:
    """Return the demand of the last year that no site serves or reaches [MW]."""
    years = np.asarray([key[-1] for key in m.workload.unserved_gw.index_set()])
    found = compiled.columns.part(m.workload.unserved_gw, values)[years == inputs.years[-1]]
    lost = inputs.reach.unreachable
    return float(found.sum()) * MW_PER_GW + float(lost.loc[lost["year"] == inputs.years[-1], "it_mw"].sum())


def figures(
    survey: Survey, inputs: Inputs, sites: pd.DataFrame, measures: Array, rtt_ms: float
) -> dict[str, float]:
    """Return the figures of an `Answer`; `measures` as of `optim.plant_energy.MEASURES`."""
    last = sites[sites["year"] == inputs.years[-1]].merge(
        survey.candidates[["site_id", "hub_province"]], on="site_id"
    )
    total = float(last["it_mw"].sum())
    west = float(last.loc[last["side"] == "west", "it_mw"].sum())
    hub = float(last.loc[last["hub_province"] != "", "it_mw"].sum())
    named = dict(zip(MEASURES, measures.tolist(), strict=True))
    return {
        "it_mw": total,
        "west_share": west / total if total else 0.0,
        "hub_province_share": hub / total if total else 0.0,
        "emissions_mt": named["emissions"],
        "emissions_marginal_mt": named["emissions_marginal"],
        "water_million_m3": named["water"],
        "purchase_twh": named["purchase"],
        "mean_rtt_ms": rtt_ms,
    }


def mean_rtt_ms(survey: Survey, inputs: Inputs, m: Any, compiled: Compiled, values: Array) -> float:
    """Return the mean round trip of load served in the last year, by IT power [ms]."""
    keys = pd.DataFrame(
        list(m.workload.serve_gw.index_set()), columns=["site_id", "zone_id", "class_id", "year"]
    )
    served = keys.assign(gw=compiled.columns.part(m.workload.serve_gw, values))
    served = served[(served["year"] == inputs.years[-1]) & (served["gw"] > 0)]
    rtt = arc_rtt_ms(survey, inputs)
    found = rtt.reindex(pd.MultiIndex.from_frame(served[["site_id", "zone_id", "class_id"]])).to_numpy()
    weight = served["gw"].to_numpy()
    return float(found @ weight / weight.sum()) if weight.sum() > 0 else 0.0


def arc_rtt_ms(survey: Survey, inputs: Inputs) -> pd.Series:
    """Return the round trip of each arc [ms], to a pool the mean over its demand of all years.

    Indexed by site_id, zone_id and class_id as `Inputs.arcs`.
    """
    arcs = inputs.arcs[["site_id", "zone_id", "class_id"]]
    own = arcs.merge(survey.links[["site_id", "zone_id", "rtt_ms"]], on=["site_id", "zone_id"])
    pool = inputs.reach.pool.assign(class_id=inputs.reach.pool["class_id"].map(inputs.groups.of_class))
    weight = pool.groupby(["class_id", "zone_id"])["it_mw"].sum().reset_index()
    pooled = survey.links[["site_id", "zone_id", "rtt_ms"]].merge(weight, on="zone_id")
    pooled = pooled.assign(part=pooled["rtt_ms"] * pooled["it_mw"])
    sums = pooled.groupby(["site_id", "class_id"])[["part", "it_mw"]].sum()
    mean = (sums["part"] / sums["it_mw"]).rename("rtt_ms").reset_index().assign(zone_id=NATIONAL)
    keys = ["site_id", "zone_id", "class_id"]
    return pd.concat([own, mean])[[*keys, "rtt_ms"]].set_index(keys)["rtt_ms"]
