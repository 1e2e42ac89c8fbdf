"""Survey tables and settings -> index sets and coefficients of the model, in GW, TWh, M CNY, million m3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd
from pydantic import Field

from geodata.tables import Survey, TableError
from optim.arcs import NATIONAL, arcs
from optim.economics import Money, money, site_coefficients, voltage_costs
from optim.finance import discount_factor
from optim.grid_limits import headroom_gw, quotas, upgrades
from optim.groups import Groups, load_groups
from optim.hours import Hours, by_hour, hourly_prices, representative_hours
from optim.kept import Kept
from optim.plants import Plants, plants
from optim.policy import Rule, rules_in_force
from optim.reach import Reach, Undecided, reach
from optim.round_trips import round_trips
from optim.settings import (
    BudgetSettings,
    CoolingSettings,
    CostSettings,
    Frozen,
    HourSettings,
    LoadSettings,
    SupplySettings,
)

MW_PER_GW = 1e3
Traffic = Literal["transit", "wave"]


class LatencySettings(Frozen):
    """What counts as within a class limit."""

    undecided: Undecided = Field(
        "central",
        description="pairs whose error band holds the limit: decided by the central value, or all or none",
    )


class BandwidthSettings(Frozen):
    """Which product carries which traffic."""

    users: Traffic = Field(
        "wave",
        description="product that carries traffic to users: leased waves by distance, or internet transit at "
        "the posted price of the site's side",
    )


class Asked(Frozen):
    """All settings that inputs read."""

    cooling: CoolingSettings = Field(CoolingSettings(), description="cooling technologies")
    hours: HourSettings = Field(HourSettings(), description="representative days")
    supply: SupplySettings = Field(SupplySettings(), description="direct supply, battery, export")
    load: LoadSettings = Field(LoadSettings(), description="how far load may move")
    latency: LatencySettings = Field(LatencySettings(), description="what counts as within a class limit")
    bandwidth: BandwidthSettings = Field(BandwidthSettings(), description="products for wide-area traffic")
    costs: CostSettings = Field(CostSettings(), description="price basis, factors and replaced cost items")
    budgets: BudgetSettings = Field(
        BudgetSettings(), description="limits on carbon, water and latency over all sites and years"
    )


@dataclass(frozen=True)
class Inputs:
    """All that the blocks read.

    Attributes
    ----------
    sites, zones, provinces, years : tuple
        Index sets, in table order.
    site : DataFrame
        Coefficients by site_id (see `optim.economics.site_coefficients`), with province, side, basin,
        cluster_id, it_max_gw and site_headroom_gw.
    plants : Plants
        Halls of each technology at each site.
    steps : DataFrame
        Voltage steps (see `optim.economics.voltage_costs`).
    groups : Groups
        Load groups.
    hours : Hours
        Representative hours.
    price : DataFrame
        Energy price of each hour over its mean (sites by hours).
    solar, wind : DataFrame
        Output over capacity (sites by hours).
    reach : Reach
        Arcs and demand after the latency filter.
    given_gw : dict
        (site, year) -> same-city load placed there [GW].
    arcs : DataFrame
        site_id, zone_id, class_id, load_group, wan_gbps [Gbps per GW], km: the arcs of `reach`, and one from
        every site to the pool of each load group of merged classes (zone `NATIONAL`, class_id = load_group),
        whose distance is the demand-weighted mean to all zones.
    demand_gw : dict
        (zone, class, year) -> demand on arcs and of pools [GW].
    rtt_ms : dict
        (site, zone, class, year) -> round trip of the arc [ms]; empty unless a budget asks for it.
    headroom_gw : dict
        (province, year) -> free capacity [GW].
    upgrades : DataFrame
        province, step, size_gw, cost [M CNY per GW and year], earliest_year.
    quotas : DataFrame
        quota_id, year, water_mm3 and the sites in scope (a tuple).
    rules : list of Rule
        Policy rules in force.
    prices : Money
        Cost items.
    discount : dict
        year -> discount factor.
    asked : Asked
        The settings.
    """

    sites: tuple[str, ...]
    zones: tuple[str, ...]
    provinces: tuple[str, ...]
    years: tuple[int, ...]
    site: pd.DataFrame
    plants: Plants
    steps: pd.DataFrame
    groups: Groups
    hours: Hours
    price: pd.DataFrame
    solar: pd.DataFrame
    wind: pd.DataFrame
    reach: Reach
    given_gw: dict[tuple[str, int], float]
    arcs: pd.DataFrame
    demand_gw: dict[tuple[str, str, int], float]
    rtt_ms: dict[tuple[str, str, str, int], float]
    headroom_gw: dict[tuple[str, int], float]
    upgrades: pd.DataFrame
    quotas: pd.DataFrame
    rules: list[Rule]
    prices: Money
    discount: dict[int, float]
    asked: Asked

    @property
    def load_share(self) -> float:
        """Return mean running IT load over IT power in use."""
        return self.prices["load_share"]

    @property
    def water_limited(self) -> set[tuple[str, int]]:
        """Return the sites and years whose plants are told how much water they may draw."""
        if self.asked.budgets.water_max_million_m3 is not None:
            return {(s, y) for s in self.sites for y in self.years}
        pairs = zip(self.quotas["sites"], self.quotas["year"], strict=True)
        return {(s, int(y)) for sites, y in pairs for s in sites}

    @property
    def counts_carbon(self) -> bool:
        """Return whether plants are told how much they may emit."""
        return self.asked.budgets.carbon_max_mt is not None

    @property
    def counts_budgets(self) -> bool:
        """Return whether plants are told how much they may emit or draw over all sites."""
        return self.counts_carbon or self.asked.budgets.water_max_million_m3 is not None

    @property
    def scale(self) -> float:
        """Return the factor on all prices."""
        return self.asked.costs.all_price_factor


def prepare(survey: Survey, asked: Asked, kept: Kept | None = None) -> Inputs:
    """Return the inputs of the model.

    Parameters
    ----------
    survey : Survey
        Checked tables.
    asked : Asked
        Settings.
    kept : Kept, optional
        Parts of inputs prepared before; what did not change since is not made again.

    Raises
    ------
    TableError
        If tables do not fit together: no candidates, no demand, provinces without headroom, missing items.
    """
    _fit_together(survey)
    part = (kept or Kept()).part
    costs, scale = asked.costs, asked.costs.all_price_factor
    years = tuple(sorted({int(y) for y in survey.demand["year"]}))
    prices = part(money, survey.costs, costs)
    rules = part(rules_in_force, survey.rules, survey.candidates, years)
    kept_apart = {r.class_id for r in rules if r.kind == "residency"}
    reached = reach(survey, asked.latency.undecided, kept_apart)
    given = _by_key(reached.given, ["site_id", "year"])
    hours = part(representative_hours, survey, asked.hours.days_max)
    groups = part(load_groups, survey, asked.load.defer)
    demand = _demand(reached, groups)
    arc_table = arcs(survey, reached, groups, {(d, w) for d, w, _ in demand})
    counts_rtt = asked.budgets.rtt_mean_max_ms is not None
    solar, wind = part(_renewables, survey, hours)
    return Inputs(
        sites=tuple(survey.candidates["site_id"]),
        zones=tuple(survey.zones["zone_id"]),
        provinces=tuple(sorted(set(survey.candidates["province"]))),
        years=years,
        site=part(_sites, survey, prices, costs),
        plants=part(plants, survey, asked.cooling, hours, {s for s, _ in given}, prices, costs),
        steps=part(voltage_costs, survey, prices, costs),
        groups=groups,
        hours=hours,
        price=part(_price, survey, hours, costs.time_of_use_factor),
        solar=solar,
        wind=wind,
        reach=reached,
        given_gw=given,
        arcs=arc_table,
        demand_gw=demand,
        rtt_ms=round_trips(survey, reached, groups, arc_table, years) if counts_rtt else {},
        headroom_gw=part(headroom_gw, survey, years),
        upgrades=part(upgrades, survey, prices, scale),
        quotas=part(quotas, survey, years),
        rules=rules,
        prices=prices,
        discount={
            y: discount_factor(prices["discount_share_per_year"], y, int(prices["price_year"])) for y in years
        },
        asked=asked,
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
    if survey.voltage_steps.empty:
        faults.append("voltage_steps: found no rows, expected at least one voltage")
    for column, table in (("zone_id", survey.zones), ("class_id", survey.classes)):
        if lost_ids := sorted(set(survey.demand[column]) - set(table[column])):
            faults.append(
                f"demand: found {column} {', '.join(lost_ids[:5])}, expected those of the {column[:-3]} table"
            )
    if faults:
        raise TableError("; ".join(faults))


def _sites(survey: Survey, prices: Money, costs: CostSettings) -> pd.DataFrame:
    sites = survey.candidates.set_index("site_id")
    known = sites[["province", "side", "basin", "cluster_id", "tariff_zone"]]
    return (
        site_coefficients(survey, prices, costs)
        .join(known)
        .assign(
            it_max_gw=sites["it_max_mw"].astype(float) / MW_PER_GW,
            site_headroom_gw=sites["site_headroom_mw"].astype(float) / MW_PER_GW,
        )
    )


def _price(survey: Survey, hours: Hours, spread: float) -> pd.DataFrame:
    factor = 1.0 + spread * (hourly_prices(survey, hours) - 1.0)
    zone = survey.candidates.set_index("site_id")["tariff_zone"]
    return factor.loc[zone].set_axis(zone.index)


def _renewables(survey: Survey, hours: Hours) -> tuple[pd.DataFrame, pd.DataFrame]:
    columns = ("solar_capacity_factor", "wind_capacity_factor")
    solar, wind = (by_hour(survey.profiles, column, hours) for column in columns)
    sites = survey.candidates["site_id"]
    return solar.reindex(sites, fill_value=0.0), wind.reindex(sites, fill_value=0.0)


def _by_key(table: pd.DataFrame, keys: list[str]) -> dict[tuple[str, int], float]:
    sums = (table.groupby(keys)["it_mw"].sum() / MW_PER_GW).reset_index()
    rows = sums.itertuples(index=False, name=None)
    return {(str(site), int(year)): float(value) for site, year, value in rows if value > 0}


def _demand(reached: Reach, groups: Groups) -> dict[tuple[str, str, int], float]:
    pool = reached.pool.assign(zone_id=NATIONAL, class_id=reached.pool["class_id"].map(groups.of_class))
    sums = pd.concat([reached.demand, pool]).groupby(["zone_id", "class_id", "year"])["it_mw"].sum()
    rows = (sums / MW_PER_GW).reset_index().itertuples(index=False, name=None)
    return {(str(z), str(c), int(y)): float(v) for z, c, y, v in rows}
