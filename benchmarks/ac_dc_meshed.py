"""PyPSA's meshed AC-DC example as far as the planner's blocks cover it: three islands without their network.

    .venv/bin/python -m benchmarks.ac_dc_meshed [FOLDER] [--json]

Each country is one plant: gas is purchase (running cost the energy price, capital the demand charge, which
pays the peak), wind is direct supply, PUE is 1, each snapshot a day of equal hours. A cap of one island is a
green share; the common cap of all three enters by its price, and by duality the costs less price x cap must
agree.
"""

from __future__ import annotations

import argparse
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pypsa
from numpy.typing import NDArray

from benchmarks.plant_cases import PENALTY_M_CNY_PER_GW, PLANT, only
from geodata.tables import Survey
from optim.inputs import prepare
from optim.model import build_plants
from optim.options import Settings
from optim.session import Session
from optim.settings import CostSettings, LoadSettings, SupplySettings
from tests import world

FOLDER = Path(__file__).parents[2] / "shared" / "data" / "benchmarks" / "pypsa_ac_dc_meshed"
PUBLISHED_COST, CAP_T, TONNES_PER_MWH = 18441021.48, 1000.0, 0.24
ISLANDS = {"UK": "Manchester", "DE": "Frankfurt", "NO": "Norway"}
SITE = "w"
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Island:
    """A country without its links: load and wind of each snapshot [MW, 1], figures of its two generators."""

    load_mw: Array
    wind_share: Array
    wind: Any
    gas: Any

    @property
    def tonnes_per_mwh(self) -> float:
        """Return the emissions of a MWh from gas."""
        return TONNES_PER_MWH / float(self.gas["efficiency"])


def island(folder: Path, country: str) -> Island:
    """Return a country of the example: the load of all its buses at the bus of its generators."""
    buses = pd.read_csv(folder / "buses.csv", index_col="name")
    generators = pd.read_csv(folder / "generators.csv", index_col="name")
    loads = pd.read_csv(folder / "loads-p_set.csv", index_col=0)
    shares = pd.read_csv(folder / "generators-p_max_pu.csv", index_col=0)
    mine = [bus for bus in loads.columns if buses.loc[bus, "country"] == country]
    place = ISLANDS[country]
    wind, gas = (generators.loc[f"{place} {kind}"] for kind in ("Wind", "Gas"))
    return Island(loads[mine].sum(axis=1).to_numpy(), shares[f"{place} Wind"].to_numpy(), wind, gas)


def meshed(folder: Path) -> pypsa.Network:
    """Return the example as published."""
    pypsa.options.api.legacy_string_dtype = False
    for name in ("pypsa", "linopy"):
        logging.getLogger(name).setLevel(logging.ERROR)
    network = pypsa.Network()
    network.import_from_csv_folder(folder)
    return network


def islanded(folder: Path, countries: tuple[str, ...], cap_t: float | None) -> pypsa.Network:
    """Return the example without lines and links, load moved to the generators, with another cap or none.

    The least capacity of wind (100 MW) is left out: the planner has none. It binds only without a cap.
    """
    n = meshed(folder)
    n.generators["p_nom_min"] = 0.0
    country = n.buses["country"]
    n.loads["bus"] = n.loads["bus"].map(country).map(ISLANDS)
    n.remove("Line", list(n.lines.index))
    n.remove("Link", list(n.links.index))
    kept = [ISLANDS[c] for c in countries]
    n.remove("Load", list(n.loads.index[~n.loads["bus"].isin(kept)]))
    n.remove("Generator", list(n.generators.index[~n.generators["bus"].isin(kept)]))
    n.remove("Bus", [bus for bus in n.buses.index if bus not in kept])
    if cap_t is None:
        n.remove("GlobalConstraint", "co2_limit")
    else:
        n.global_constraints["constant"] = cap_t
    return n


def least_cost(n: pypsa.Network) -> float:
    """Return the least cost of a network; what stands is paid for like what is added."""
    n.optimize.create_model(include_objective_constant=False)
    exact = {"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9, "output_flag": False}
    n.optimize.solve_model(solver_name="highs", solver_options=exact, progress=False)
    return float(n.objective + n.objective_constant)


def ours(place: Island, green_share: float = 0.0, carbon_price: float = 0.0) -> float:
    """Return the least cost of an island by the planner's block, with a green share or a price of carbon."""
    snapshots = len(place.load_mw)
    hours = 8760.0 / snapshots
    inputs = prepare(_tables(place, hours, green_share), _settings(place, hours, carbon_price))
    made = build_plants(inputs, [(SITE, PLANT)], inputs.years, PENALTY_M_CNY_PER_GW)
    halls, mean = made.pyomo.halls, float(place.load_mw.mean()) / 1e3
    for variable in (halls.it_gw, halls.meter_gw):
        for key in variable:
            variable[key].fix(1e2)
    group = str(inputs.groups.of_class["training"])
    for s, c, f, y in made.pyomo.RUNS_Y:
        halls.run_gw[s, c, f, y].fix(mean if f == group else 0.0)
    for s, c, f, y, d in halls.MOVES_YD:
        halls.moved_gw[s, c, f, y, d].fix(float(place.load_mw[d]) / 1e3 - mean)
    for key in halls.GREEN:
        halls.green_twh[key].fix(0.0)
    return Session(made.pyomo).solve_relaxed().objective * 1e6 / hours


def _tables(place: Island, hours: float, green_share: float) -> Survey:
    """Return the tiny world's first site with the island's figures; a year is `hours` times the snapshots."""
    count = len(place.load_mw)
    efficiency = world.cooling_hours(count)
    efficiency[[c for c in efficiency if c.startswith("pue_")]] = 1.0
    candidates = world.candidates().assign(
        energy_price_posted_cny_per_mwh=float(place.gas["marginal_cost"]),
        demand_charge_posted_cny_per_mw_month=float(place.gas["capital_cost"]) * hours / 12,
        direct_charge_cny_per_mwh=float(place.wind["marginal_cost"]),
        emission_average_tco2_per_mwh=place.tonnes_per_mwh,
        water_price_cny_per_m3=0.0,
    )
    profiles = world.profiles(count)
    profiles["wind_capacity_factor"] = place.wind_share[profiles["day"]]
    made = world.survey(
        candidates=candidates,
        days=world.days(count),
        day_months=world.day_months(count),
        profiles=profiles,
        cooling_hours=efficiency,
        demand=world.demand(real_time_mw=0.0),
    )
    potential = pd.DataFrame({"site_id": [SITE]}).reindex(columns=made.attributes.columns)
    rule = {"kind": "green_share", "accounting": "annual", "number": green_share}
    wide = potential.assign(solar_potential_50km_mw=0.0, wind_potential_50km_mw=1e6)
    return only(made, [SITE], attributes=wide, rules=world.rules(*([rule] if green_share else [])))


def _settings(place: Island, hours: float, carbon_price: float) -> Settings:
    items = {
        "wind_m_cny_per_mw": 0.0,
        "wind_om_m_cny_per_mw_year": float(place.wind["capital_cost"]) * hours / 1e6,
        "carbon_cny_per_tco2": carbon_price,
    }
    return world.settings(
        supply=SupplySettings(battery=False, export=False, potential_share=1.0),
        load=LoadSettings(defer=False, day_move_share=1.0),
        costs=CostSettings(items=items),
    )


def results(folder: Path) -> list[dict[str, Any]]:
    """Return each comparison: what, ours, PyPSA's [EUR], relative difference."""
    places = {country: island(folder, country) for country in ISLANDS}
    rows = [("meshed, as published", PUBLISHED_COST, least_cost(meshed(folder)))]
    for country, place in places.items():
        rows.append((f"{country}, no cap", ours(place), least_cost(islanded(folder, (country,), None))))
        cap = 0.1 * float(place.load_mw.sum()) * place.tonnes_per_mwh
        capped = least_cost(islanded(folder, (country,), cap))
        rows.append((f"{country}, own cap {cap:.1f} t", ours(place, green_share=0.9), capped))
    network = islanded(folder, tuple(ISLANDS), CAP_T)
    both = least_cost(network)
    price = -float(network.global_constraints["mu"].iloc[0])
    mine = sum(ours(place, carbon_price=price) for place in places.values()) - price * CAP_T
    rows.append((f"three islands, one cap, {price:.2f} EUR/t", mine, both))
    return [
        {"case": case, "ours_eur": a, "pypsa_eur": b, "difference_share": abs(a - b) / b}
        for case, a, b in rows
    ]


def main() -> None:
    """Print a line for each comparison."""
    parser = argparse.ArgumentParser(description="PyPSA's meshed AC-DC example, island by island.")
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = results(given.folder)
    if given.json:
        print(json.dumps(found, indent=1))
        return
    print(f"{'case':42} {'ours EUR':>16} {'PyPSA EUR':>16} {'difference':>10}")
    for row in found:
        costs = f"{row['ours_eur']:16.4f} {row['pypsa_eur']:16.4f} {row['difference_share']:10.1e}"
        print(f"{row['case']:42} {costs}")


if __name__ == "__main__":
    main()
