"""A plant as a PyPSA network, made from the survey's tables alone, without the planner's inputs or blocks.

Days are PyPSA's investment periods, in which stores run in a ring; an hour counts as often as its day. Buses
of each plant: site (purchase), green (solar, wind, export), store, it, and one for each window in which load
may wait. What PyPSA has no component for is added through linopy: demand charge by month, the battery's
shared inverter, potential shared by plants, sums over the year.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pypsa
from numpy.typing import NDArray

from benchmarks.plant_cases import Case, day_moves, rows
from geodata.tables import Survey

pypsa.options.api.legacy_string_dtype = False
Array = NDArray[np.float64]
M_CNY = 1e-6
PLENTY_MW = 1e6
RING = {"e_cyclic": True, "e_cyclic_per_period": True}


class Plant:
    """The figures of a case, read from the survey, and its network, or that of others which it joins."""

    def __init__(self, case: Case, survey: Survey, network: pypsa.Network | None = None) -> None:
        self.case, self.survey = case, survey
        self.items = dict(zip(survey.costs["item"], survey.costs["value"], strict=True)) | case.items
        self.site: Any = survey.candidates.set_index("site_id").loc[case.site]
        self.weight_days = survey.days.sort_values("day")["weight_days"].to_numpy(dtype=float)
        self.months = survey.day_months
        self.network = empty_network(self.weight_days) if network is None else network
        for technology in case.technologies:
            self._add(technology)

    def annual(self, item: str, life_item: str) -> float:
        """Return the annuity of a capital item [its unit a year], shared out over the days."""
        rate, life = self.items["discount_share_per_year"], self.items[life_item]
        share = rate / (1 - (1 + rate) ** -life)
        return self.items[item] * share / len(self.weight_days)

    def hourly(self, table: str, column: str) -> Array:
        """Return a column of the site's hours, in order."""
        found = rows(getattr(self.survey, table), "site_id", self.case.site).sort_values(["day", "hour"])
        return found[column].to_numpy(dtype=float)

    def price(self) -> Array:
        """Return the price of each hour [M CNY/MWh]: by time of use, its mean over the year as posted."""
        posted = float(self.site["energy_price_posted_cny_per_mwh"]) * M_CNY
        zone = rows(self.survey.tariff_hours, "tariff_zone", self.site["tariff_zone"])
        if zone.empty:
            return np.full(len(self.network.snapshots), posted)
        both = self.months.merge(zone, on="month")
        both["paid"] = both["weight_days"] * both["energy_price_cny_per_mwh"]
        sums = both.groupby(["day", "hour"])[["paid", "weight_days"]].sum()
        mean = sums["paid"].sum() / sums["weight_days"].sum()
        return posted * (sums["paid"] / sums["weight_days"]).to_numpy(dtype=float) / mean

    def _add(self, c: str) -> None:
        n, case = self.network, self.case
        for bus in ("green", "site", "store", "it"):
            n.add("Bus", f"{bus} {c}")
        pue = self.hourly("cooling_hours", f"pue_{c}")
        meter = case.meter_share * case.it_mw * 0.9 * pue.max()
        carbon = self.items["carbon_cny_per_tco2"] * float(self.site["emission_average_tco2_per_mwh"])
        cost = pd.Series(self.price() + carbon * M_CNY, n.snapshots)
        n.add("Generator", f"purchase {c}", bus=f"site {c}", p_nom=meter, marginal_cost=cost)
        self._direct(c, meter)
        self._battery(c)
        self._load(c, pue)

    def _direct(self, c: str, meter: float) -> None:
        n, case = self.network, self.case
        for kind in ("solar", "wind") if case.direct else ():
            yearly = self.annual(f"{kind}_m_cny_per_mw", f"{kind}_life_years")
            kept = self.items[f"{kind}_om_m_cny_per_mw_year"] / len(self.weight_days)
            output = pd.Series(self.hourly("profiles", f"{kind}_capacity_factor"), n.snapshots)
            n.add(
                "Generator",
                f"{kind} {c}",
                bus=f"green {c}",
                p_nom_extendable=True,
                p_max_pu=output,
                capital_cost=yearly + kept,
            )
        charge = float(self.site["direct_charge_cny_per_mwh"]) * M_CNY
        n.add(
            "Link", f"direct {c}", bus0=f"green {c}", bus1=f"site {c}", p_nom=PLENTY_MW, marginal_cost=charge
        )
        if case.export:
            price = float(self.site["export_price_cny_per_mwh"]) * M_CNY
            n.add("Generator", f"export {c}", bus=f"green {c}", sign=-1, p_nom=meter, marginal_cost=-price)

    def _battery(self, c: str) -> None:
        if not self.case.battery:
            return
        n, items = self.network, self.items
        power = self.annual("battery_m_cny_per_mw", "battery_life_years")
        power += items["battery_om_m_cny_per_mw_year"] / len(self.weight_days)
        into, out = (items[f"battery_{k}charge_efficiency_share"] for k in ("", "dis"))
        ends = {"bus0": f"site {c}", "bus1": f"store {c}"}
        n.add("Link", f"charge {c}", **ends, efficiency=into, p_nom_extendable=True, capital_cost=power)
        ends = {"bus0": f"store {c}", "bus1": f"site {c}"}
        n.add("Link", f"discharge {c}", **ends, efficiency=out, p_nom_extendable=True)
        n.add(
            "Store",
            f"battery {c}",
            bus=f"store {c}",
            e_nom_extendable=True,
            **RING,
            standing_loss=items["battery_loss_share_per_h"],
            capital_cost=self.annual("battery_m_cny_per_mwh", "battery_life_years"),
        )

    def _load(self, c: str, pue: Array) -> None:
        """Add halls, whose limit is IT load, and the load by window; a backlog is a store below zero."""
        n, case = self.network, self.case
        most = case.it_mw * self.items["load_share_max"]
        litre = self.hourly("cooling_hours", f"wue_{c}") * float(self.site["water_price_cny_per_m3"]) * M_CNY
        n.add(
            "Link",
            f"halls {c}",
            bus0=f"site {c}",
            bus1=f"it {c}",
            efficiency=pd.Series(1 / pue, n.snapshots),
            p_nom=most * pue.max(),
            p_max_pu=pd.Series(pue / pue.max(), n.snapshots),
            marginal_cost=pd.Series(litre / pue, n.snapshots),
        )
        for window, load in self.arrivals(c).items():
            bus, series = f"window {window} {c}", pd.Series(load.ravel(), n.snapshots)
            n.add("Bus", bus)
            n.add("Link", bus, bus0=f"it {c}", bus1=bus, p_nom=PLENTY_MW)
            n.add("Load", bus, bus=bus, p_set=series)
            if window:
                work = sum(np.roll(load, j, axis=1) for j in range(window)).ravel()
                share = pd.Series(-work / work.max(), n.snapshots)
                n.add("Store", bus, bus=bus, e_nom=work.max(), e_min_pu=share, e_max_pu=0.0, **RING)

    def arrivals(self, c: str) -> dict[int, Array]:
        """Return the load that arrives, days by hours [MW], by window in which it may wait [h]."""
        classes = self.survey.classes.set_index("class_id")
        moves = np.asarray(day_moves(self.case, list(self.weight_days)))
        out: dict[int, Array] = {}
        for class_id, mw in self.case.load_mw.items():
            row: Any = classes.loc[class_id]
            if row["needs_liquid"] and not c.startswith("liquid"):
                continue
            window = min(int(row["deferrable_h"]), 24) if self.case.defer else 0
            shape = rows(self.survey.class_hours, "class_id", class_id).sort_values("hour")["load_factor"]
            by_day = 1 + (moves if row["movable"] else 0 * moves)
            load = mw * np.outer(by_day, shape.to_numpy(dtype=float))
            out[window] = out.get(window, np.zeros_like(load)) + load
        return out


def empty_network(weight_days: Array) -> pypsa.Network:
    """Return a network without components, whose periods are days that count so often."""
    network = pypsa.Network()
    days = range(1, len(weight_days) + 1)
    hours = pd.MultiIndex.from_product([days, range(24)], names=["period", "timestep"])
    network.set_snapshots(hours)
    network.investment_periods = list(days)
    network.snapshot_weightings["objective"] = np.repeat(weight_days, 24)
    return network
