"""Survey tables and settings -> index sets and coefficients of the model, in GW, TWh, M CNY, million m3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd
from pydantic import Field

from geodata.tables import Survey, TableError
from optim.economics import HOURS_PER_YEAR, Money, money, site_coefficients
from optim.finance import discount_factor
from optim.policy import Rule, rules_in_force
from optim.reach import Reach, Undecided, reach
from optim.settings import CostSettings, Frozen

MW_PER_GW = 1e3
NATIONAL = "national"
MERGED = "merged"
Technology = Literal[
    "chilled_water",
    "water_economiser",
    "air_economiser",
    "indirect_evaporative",
    "liquid_tower",
    "liquid_dry",
]


class CoolingSettings(Frozen):
    """Cooling of the whole plan."""

    technology: Technology = Field("liquid_dry", description="cooling technology of every site")


class LatencySettings(Frozen):
    """What counts as within a class limit."""

    undecided: Undecided = Field(
        "central",
        description="pairs whose error band holds the limit: decided by the central value, or all or none",
    )


@dataclass(frozen=True)
class Inputs:
    """All that the blocks read.

    Attributes
    ----------
    sites, zones, provinces, years : tuple
        Index sets, in table order.
    site : DataFrame
        Coefficients by site_id (see `optim.economics.site_coefficients`), with province, side and it_max_gw.
    reach : Reach
        Arcs and demand after the latency filter.
    given_gw : dict
        (site, year) -> same-city load placed there [GW].
    arcs : DataFrame
        site_id, zone_id, class_id, wan [M CNY per GW and year]: the arcs of `reach`, and one from every
        site to the pool of merged classes, whose distance is the demand-weighted mean to all zones.
    demand_gw : dict
        (zone, class, year) -> demand on arcs [GW]; the pool is zone `NATIONAL`, class `MERGED`.
    headroom_gw : dict
        (province, year) -> free capacity [GW].
    upgrades : DataFrame
        province, step, size_gw, cost [M CNY per GW and year], earliest_year.
    rules : list of Rule
        Policy rules in force.
    prices : Money
        Cost items.
    discount : dict
        year -> discount factor.
    """

    sites: tuple[str, ...]
    zones: tuple[str, ...]
    provinces: tuple[str, ...]
    years: tuple[int, ...]
    site: pd.DataFrame
    reach: Reach
    given_gw: dict[tuple[str, int], float]
    arcs: pd.DataFrame
    demand_gw: dict[tuple[str, str, int], float]
    headroom_gw: dict[tuple[str, int], float]
    upgrades: pd.DataFrame
    rules: list[Rule]
    prices: Money
    price_factor: float
    discount: dict[int, float]

    @property
    def it_twh_per_gw(self) -> float:
        """IT energy of one GW of installed IT in a year [TWh]."""
        return self.prices["load_share"] * HOURS_PER_YEAR / 1e3

    @property
    def billed_share(self) -> float:
        """Monthly peak on which the demand charge is paid, over installed IT power."""
        return min(1.0, self.prices["load_share"] / self.prices["billing_load_factor"])


def prepare(
    survey: Survey, cooling: CoolingSettings, latency: LatencySettings, costs: CostSettings
) -> Inputs:
    """Return the inputs of the model.

    Parameters
    ----------
    survey : Survey
        Checked tables.
    cooling, latency, costs : settings
        Technology, error band, money.

    Raises
    ------
    TableError
        If tables do not fit together: no candidates, no demand, provinces without headroom, missing items.
    """
    _fit_together(survey)
    years = tuple(sorted({int(y) for y in survey.demand["year"]}))
    prices = money(survey.costs, costs)
    rules = rules_in_force(survey.rules, survey.candidates, years)
    kept_apart = {r.class_id for r in rules if r.kind == "residency"}
    reached = reach(survey, latency.undecided, kept_apart)
    return Inputs(
        sites=tuple(survey.candidates["site_id"]),
        zones=tuple(survey.zones["zone_id"]),
        provinces=tuple(sorted(set(survey.candidates["province"]))),
        years=years,
        site=_sites(survey, cooling.technology, prices, costs),
        reach=reached,
        given_gw=_by_key(reached.given, ["site_id", "year"]),
        arcs=_arcs(survey, reached, prices["wan_m_cny_per_gbps_year_1000km"] * costs.all_price_factor),
        demand_gw=_demand(reached),
        headroom_gw=_headroom(survey, years),
        upgrades=_upgrades(survey, prices, costs.all_price_factor),
        rules=rules,
        prices=prices,
        price_factor=costs.all_price_factor,
        discount={
            y: discount_factor(prices["discount_share_per_year"], y, int(prices["price_year"])) for y in years
        },
    )


def _fit_together(survey: Survey) -> None:
    faults = []
    if survey.candidates.empty:
        faults.append("candidates: found no rows, expected at least one place")
    if survey.demand.empty or survey.demand["it_mw"].sum() == 0:
        faults.append("demand: found none, expected some IT power in some year")
    known = {
        (str(p), int(y)) for p, y in zip(survey.headroom["province"], survey.headroom["year"], strict=True)
    }
    wanted = {(str(p), int(y)) for p in survey.candidates["province"] for y in survey.demand["year"].unique()}
    if lost := sorted(wanted - known):
        faults.append(
            f"headroom: found no row for {', '.join(f'{p} {y}' for p, y in lost[:5])} ({len(lost)} in all)"
        )
    if lost_zones := sorted(set(survey.demand["zone_id"]) - set(survey.zones["zone_id"])):
        faults.append(f"demand: found zone_id {', '.join(lost_zones[:5])}, expected zones of the zone table")
    if lost_classes := sorted(set(survey.demand["class_id"]) - set(survey.classes["class_id"])):
        faults.append(
            f"demand: found class_id {', '.join(lost_classes[:5])}, expected classes of the class table"
        )
    if faults:
        raise TableError("; ".join(faults))


def _sites(survey: Survey, technology: str, prices: Money, costs: CostSettings) -> pd.DataFrame:
    table = site_coefficients(survey.candidates, survey.cooling, technology, prices, costs)
    sites = survey.candidates.set_index("site_id")
    limit = sites["it_max_mw"].astype(float) / MW_PER_GW
    return table.join(sites[["province", "side"]]).assign(it_max_gw=limit)


def _by_key(table: pd.DataFrame, keys: list[str]) -> dict[tuple[str, int], float]:
    sums = (table.groupby(keys)["it_mw"].sum() / MW_PER_GW).reset_index()
    rows = sums.itertuples(index=False, name=None)
    return {(str(site), int(year)): float(value) for site, year, value in rows if value > 0}


def _demand(reached: Reach) -> dict[tuple[str, str, int], float]:
    pool = reached.pool.assign(zone_id=NATIONAL, class_id=MERGED)
    sums = pd.concat([reached.demand, pool]).groupby(["zone_id", "class_id", "year"])["it_mw"].sum()
    rows = (sums / MW_PER_GW).reset_index().itertuples(index=False, name=None)
    return {(str(z), str(c), int(y)): float(v) for z, c, y, v in rows}


def _arcs(survey: Survey, reached: Reach, wan_price: float) -> pd.DataFrame:
    """Return arcs with their bandwidth cost: Gbps per GW x price per Gbps and 1000 km x distance."""
    rate = survey.classes.set_index("class_id")["wan_gbps_per_mw"]
    pool = pool_distance(survey).reset_index().assign(zone_id=NATIONAL, class_id=MERGED)
    pool["gbps_per_mw"] = pool_bandwidth(survey, reached)
    arcs = reached.arcs.assign(gbps_per_mw=reached.arcs["class_id"].map(rate))
    table = pd.concat([arcs, pool]) if reached.merged else arcs
    wan = table["gbps_per_mw"] * MW_PER_GW * wan_price * table["distance_km"] / 1e3
    return table.assign(wan=wan)[["site_id", "zone_id", "class_id", "wan"]].reset_index(drop=True)


def pool_distance(survey: Survey) -> pd.Series:
    """Return the mean distance of each site to the zones, weighted by demand [km], indexed by site_id."""
    share = survey.zones.set_index("zone_id")["demand_share"]
    weight = survey.links["zone_id"].map(share) / share.sum()
    return (survey.links["distance_km"] * weight).groupby(survey.links["site_id"]).sum().rename("distance_km")


def pool_bandwidth(survey: Survey, reached: Reach) -> float:
    """Return the bandwidth of the merged classes, weighted by their demand [Gbps per MW of IT]."""
    rate = survey.classes.set_index("class_id")["wan_gbps_per_mw"]
    weight = reached.pool.groupby("class_id")["it_mw"].sum()
    return float((rate.reindex(weight.index) * weight).sum() / weight.sum()) if weight.sum() > 0 else 0.0


def _headroom(survey: Survey, years: tuple[int, ...]) -> dict[tuple[str, int], float]:
    table = survey.headroom[survey.headroom["year"].isin(years)]
    return {
        (str(p), int(y)): float(v) / MW_PER_GW
        for p, y, v in zip(table["province"], table["year"], table["headroom_mw"], strict=True)
    }


def _upgrades(survey: Survey, prices: Money, scale: float) -> pd.DataFrame:
    table = survey.upgrades[survey.upgrades["province"].isin(set(survey.candidates["province"]))]
    yearly = table["price_m_cny_per_mw"] * MW_PER_GW * prices.annuity("connection_life_years") * scale
    return table.assign(size_gw=table["size_mw"] / MW_PER_GW, cost=yearly)[
        ["province", "step", "size_gw", "cost", "earliest_year"]
    ].reset_index(drop=True)
