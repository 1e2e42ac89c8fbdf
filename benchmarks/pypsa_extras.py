"""What PyPSA has no component for, added through linopy: sums, peaks by month, shared capacity."""

from __future__ import annotations

import logging
import warnings
from typing import Any

import numpy as np
from linopy.config import LinopySemanticsWarning

from benchmarks.pypsa_plant import M_CNY, Plant
from optim.tables import SolverError

EXACT = {"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9, "output_flag": False}


class Peer:
    """The PyPSA model of a plant with the constraints and costs that PyPSA lacks."""

    def __init__(self, plant: Plant) -> None:
        for name in ("pypsa", "linopy"):
            logging.getLogger(name).setLevel(logging.ERROR)
        self.network = plant.network
        self.model: Any = self.network.optimize.create_model(
            multi_investment_periods=True, include_objective_constant=False
        )
        self.hours = self.network.snapshot_weightings["objective"].to_numpy()
        self.complete(plant)

    def complete(self, plant: Plant) -> None:
        """Add what PyPSA lacks for a plant of the network."""
        self.plant, self.case = plant, plant.case
        for technology in self.case.technologies:
            self._demand_charge(technology)
            self._year(technology)
            if self.case.battery:
                self._inverter(technology)
        self._potential()

    def flow(self, kind: str, name: str) -> Any:
        """Return the hourly flow of a component [MW]."""
        return self.model.variables[f"{kind}-p"].sel(name=name)

    def energy(self, kind: str, name: str, days: Any = None) -> Any:
        """Return the sum of a flow over the year, or over days that count `days` times [MWh]."""
        counted = self.hours if days is None else np.repeat(days, 24)
        flow = self.flow(kind, name)
        return (flow * flow.lower.copy(data=counted)).sum()

    def capacity(self, kind: str, name: str) -> Any:
        """Return the capacity of a component [MW]."""
        return self.model.variables[f"{kind}-p_nom"].sel(name=name)

    def _demand_charge(self, c: str) -> None:
        """Add a billed peak for each month: the largest purchase of the days that stand for some of it."""
        price = float(self.plant.site["demand_charge_posted_cny_per_mw_month"]) * M_CNY
        purchase = self.flow("Generator", f"purchase {c}")
        for month, rows in self.plant.months.groupby("month"):
            billed = self.model.add_variables(lower=0, name=f"billed {c} {month}")
            counted = purchase.sel(
                snapshot=purchase.indexes["snapshot"].get_level_values(0).isin(rows["day"] + 1)
            )
            self.model.add_constraints(counted - billed <= 0, name=f"billed {c} {month}")
            self.model.objective += price * billed

    def _inverter(self, c: str) -> None:
        """Add: charge and delivered discharge together stay within one power."""
        out = self.plant.items["battery_discharge_efficiency_share"]
        both = self.flow("Link", f"charge {c}") + out * self.flow("Link", f"discharge {c}")
        self.model.add_constraints(both - self.capacity("Link", f"charge {c}") <= 0, name=f"inverter {c}")

    def _potential(self) -> None:
        """Add: all plants of the site share its potential."""
        known = self.plant.survey.attributes.set_index("site_id").loc[self.case.site]
        for kind in ("solar", "wind") if self.case.direct else ():
            most = self.case.potential_share * float(np.nan_to_num(known[f"{kind}_potential_50km_mw"]))
            built = sum(self.capacity("Generator", f"{kind} {c}") for c in self.case.technologies)
            self.model.add_constraints(built <= most, name=f"potential {kind} {self.case.site}")

    def _year(self, c: str) -> None:
        """Add sums over the year: limits of export, use and curtailment, and green shares."""
        case = self.case
        if not case.direct:
            return
        sums = self.hours * np.asarray(
            [self.plant.hourly("profiles", f"{kind}_capacity_factor") for kind in ("solar", "wind")]
        )
        available = sum(
            float(total) * self.capacity("Generator", f"{kind} {c}")
            for kind, total in zip(("solar", "wind"), sums.sum(axis=1), strict=True)
        )
        used = self.energy("Link", f"direct {c}")
        sold = self.energy("Generator", f"export {c}") if case.export else 0 * used
        if case.export:
            self.model.add_constraints(sold - case.export_share_max * available <= 0, name=f"export {c}")
        if case.self_use is not None:
            self.model.add_constraints(used - case.self_use * available >= 0, name=f"self-use {c}")
        if case.curtailed is not None:
            least = (1 - case.curtailed) * available
            self.model.add_constraints(used + sold - least >= 0, name=f"curtailed {c}")
        for accounting, number in case.green:
            {"hourly": self._hourly, "monthly": self._monthly}.get(accounting, self._annual)(
                c, accounting, number
            )

    def _hourly(self, c: str, _: str, number: float) -> None:
        used, bought = self.energy("Link", f"direct {c}"), self.energy("Generator", f"purchase {c}")
        self.model.add_constraints(used - number * (used + bought) >= 0, name=f"hourly {c}")

    def _monthly(self, c: str, _: str, number: float) -> None:
        for month, rows in self.plant.months.groupby("month"):
            stands = rows.set_index("day")["weight_days"].reindex(
                range(len(self.plant.weight_days)), fill_value=0.0
            )
            self._share(c, number, stands.to_numpy(), f"month {month} {c}", 0)

    def _annual(self, c: str, accounting: str, number: float) -> None:
        bought = self.energy("Generator", f"purchase {c}")
        certificates: Any = 0 * bought
        if accounting == "certificates":
            certificates = self.model.add_variables(lower=0, name=f"certificates {c}")
            self.model.add_constraints(certificates - bought <= 0, name=f"certificates {c}")
            self.model.objective += self.plant.items["certificate_cny_per_mwh"] * M_CNY * certificates
        self._share(c, number, self.plant.weight_days, f"annual {c}", certificates)

    def _share(self, c: str, number: float, days: Any, name: str, more: Any) -> None:
        """Add: direct and exported energy (and certificates) are a share of what is used, over some days."""
        used = self.energy("Link", f"direct {c}", days)
        bought = self.energy("Generator", f"purchase {c}", days)
        green = used + self.energy("Generator", f"export {c}", days) if self.case.export else used
        self.model.add_constraints(green + more - number * (used + bought) >= 0, name=name)

    def least_cost(self) -> float:
        """Return the least cost [M CNY a year]."""
        status, condition = self.network.optimize.solve_model(
            solver_name="highs", solver_options=EXACT, progress=False
        )
        if (status, condition) != ("ok", "optimal"):
            raise SolverError(f"PyPSA ended with {condition} in case {self.case.name}")
        return float(self.model.objective.value)


def peer(plant: Plant) -> dict[str, float]:
    """Return the least cost by PyPSA [M CNY a year] and the design of the largest plant [MW, MWh]."""
    with warnings.catch_warnings():
        # PyPSA itself makes hours of several periods as a MultiIndex, of which linopy warns.
        warnings.simplefilter("ignore", LinopySemanticsWarning)
        made = Peer(plant)
        cost = made.least_cost()
    n = made.network
    built = {**n.generators["p_nom_opt"], **n.links["p_nom_opt"], **n.stores["e_nom_opt"]}
    kinds = {"solar_mw": "solar ", "wind_mw": "wind ", "battery_mw": "charge ", "battery_mwh": "battery "}
    largest = {
        k: max([float(v) for name, v in built.items() if name.startswith(s)] or [0.0])
        for k, s in kinds.items()
    }
    return {"cost_m_cny": cost, **largest}
