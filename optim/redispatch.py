"""The last year of a plan over 8760 hours: the same halls, supply and rules, every hour of the year.

Each month is run with perfect foresight; battery and waiting work close into a ring in it, so nothing is
taken from, or left to, another month. Limits of the year hold over the year. No load moves between sites.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from geodata.tables import Survey
from optim.inputs import Inputs, prepare
from optim.options import Settings
from optim.plant_hours import K_CNY, PlantHours
from optim.sets import Plant
from optim.tables import Redispatch, Results, SolverError
from optim.workers import workers
from optim.year_data import YearData, months_of, year_data
from optim.year_limits import Limit, operate
from optim.year_lp import PlantLp
from optim.year_rules import plant_limits, with_certificates

Say = Callable[[str], None]
ITEMS = ("energy", "demand_charge", "direct_charge", "export_income", "certificates", "carbon", "water")
CAPITAL = ("solar", "wind", "battery")
_BATCH = 32
_KEYS = ["site_id", "technology"]
_SUMS = ["purchase", "direct", "export", "charge", "discharge", "short", "energy", "billed", "water"]


def sites_in_use(results: Results) -> list[str]:
    """Return the sites that hold IT in the last year of the plan."""
    halls = results.halls
    used = halls[(halls["year"] == halls["year"].max()) & (halls["it_mw"] > 0)]
    return sorted({str(s) for s in used["site_id"]})


def redispatch(
    survey: Survey, settings: Settings, results: Results, year_hours: pd.DataFrame, say: Say | None = None
) -> pd.DataFrame:
    """Return the cost of the last year's energy over 8760 hours beside that on the representative days.

    Both count energy, demand charge, direct charge, export income, certificates, carbon, water and the
    capital of solar, wind and battery. Certificates are bought after the fact for what the rules lack in the
    year. What the meter lacks is bought at the same price, and reported.

    Parameters
    ----------
    survey : Survey
        Tables of the plan.
    settings : Settings
        Options of the plan.
    results : Results
        The plan: halls, runs, supply, operation, billing, costs.
    year_hours : DataFrame
        8760 rows for each of `sites_in_use`, as `geodata.year_hours.year_hours` gives them.
    say : callable, optional
        Takes one line at each step.

    Returns
    -------
    DataFrame
        `optim.tables.Redispatch`, one row a plant.

    Raises
    ------
    geodata.tables.TableError
        Sites of the plan without the hours of the year.
    SolverError
        A month found no operation.
    """
    columns = list(Redispatch.to_schema().columns)
    if not sites_in_use(results):
        return pd.DataFrame(columns=columns)
    inputs = prepare(survey, settings)
    data = year_data(survey, inputs, results, year_hours)
    sums = _operated(data, settings.solve.workers, say or (lambda line: None))
    table = with_certificates(sums, inputs, data.year)
    return _table(table, data, results).reset_index()[columns]


def _operated(data: YearData, count: int, tell: Say) -> pd.DataFrame:
    """Return the sums of the year of every plant, indexed by plant."""
    plants = [(str(s), str(c)) for s, c in data.sizes.index]
    answers: list[dict[str, float]] = []
    with workers(min(count, len(plants)), make_year, data) as pool:
        for first in range(0, len(plants), _BATCH):
            batch = plants[first : first + _BATCH]
            answers += pool.ask([(plant, None) for plant in batch])
            tell(f"dispatched {len(answers)} of {len(plants)} plants over 8760 hours")
    return pd.DataFrame(answers, index=pd.MultiIndex.from_tuples(plants, names=_KEYS))


def make_year(data: YearData) -> Callable[[Any, Any], dict[str, float]]:
    """Return a function (plant, None) -> sums of its year; months start from one another."""
    starts: dict[Any, Any] = {}

    def solve(plant: Plant, _: None) -> dict[str, float]:
        months = months_of(data, plant)
        try:
            return _year(months, plant_limits(data.inputs, plant, data.year, months), starts)
        except SolverError as fault:
            raise SolverError(f"site {plant[0]}, {plant[1]}: {fault}") from fault

    return solve


def _year(months: list[PlantHours], limits: list[Limit], starts: dict[Any, Any]) -> dict[str, float]:
    """Return the sums of a plant's year; each month starts from one of its length, or another plant's."""
    parts: list[PlantLp] = []
    first: list[dict[str, float]] = []
    of_length: dict[int, Any] = {}
    for number, part in enumerate(months):
        key, count = (part.parts, number), part.stretch.count
        parts.append(PlantLp(part, of_length.get(count, starts.get(key))))
        first.append(parts[-1].solve())
        starts[key] = of_length[count] = parts[-1].basis
    table, missed = operate(parts, limits, first=first)
    output = sum(part.output_mwh for part in months)
    return {
        **{name: float(table[name].sum()) for name in _SUMS},
        "peak": float(table["peak"].max()),
        "curtailed": max(0.0, output - float(table["direct"].sum() + table["export"].sum())),
        "limit_missed": missed,
    }


def _table(table: pd.DataFrame, data: YearData, results: Results) -> pd.DataFrame:
    """Return `Redispatch` columns, indexed by plant."""
    before = {name: _of_year(getattr(results, name), data.year) for name in ("operation", "billing", "costs")}
    operation = before["operation"].set_index(_KEYS)
    costs = before["costs"]
    counted = costs[costs["item"].isin([*ITEMS, *CAPITAL])].groupby(_KEYS)["cost_m_cny"].sum()
    capital = costs[costs["item"].isin(CAPITAL)].groupby(_KEYS)["cost_m_cny"].sum()
    basis = {site: str(rows["renewable_basis"].iloc[0]) for site, rows in data.hours.items()}
    made = {
        "year": data.year,
        "renewable_basis": [basis[str(site)] for site in table.index.get_level_values(0)],
        "days_m_cny": counted,
        "year_m_cny": _cost(table, data.inputs) + capital.reindex(table.index, fill_value=0.0),
        "days_purchase_mwh": operation["purchase_mwh"],
        "year_purchase_mwh": table["purchase"],
        "days_peak_mw": before["billing"].groupby(_KEYS)["billed_peak_mw"].max(),
        "year_peak_mw": table["peak"],
        "year_direct_mwh": table["direct"],
        "year_export_mwh": table["export"],
        "year_curtailed_mwh": table["curtailed"],
        "year_certificates_mwh": table["certificates"],
        "year_water_m3": table["water"],
        "short_mwh": table["short"].where(table["short"] > 1e-6, 0.0),
        "limit_missed_mwh": table["limit_missed"],
        "green_missed_mwh": table["green_missed"],
    }
    return pd.DataFrame(made, index=table.index).fillna({"days_m_cny": 0.0})


def _of_year(table: pd.DataFrame, year: int) -> pd.DataFrame:
    return table[table["year"] == year]


def _cost(table: pd.DataFrame, inputs: Inputs) -> pd.Series:
    """Return the cost of operation [M CNY], by plant."""
    site = inputs.site.loc[table.index.get_level_values(0)].set_axis(table.index)
    carbon = inputs.prices["carbon_cny_per_tco2"] * inputs.scale * site["emissions"]
    certificate = inputs.prices["certificate_cny_per_mwh"] * inputs.scale
    by_amount = (
        table["purchase"] * carbon
        + table["direct"] * site["direct_charge"]
        - table["export"] * site["export_price"]
        + table["certificates"] * certificate
        + table["water"] * site["water"]
    )
    return (table["energy"] + table["billed"] * site["demand_charge"] / 12 + by_amount * K_CNY) * K_CNY
