"""A plan's last year as hours of the year: every plant's load, prices, weather and sizes, month by month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.tables import Survey, TableError
from optim.economics import MONTHS_PER_YEAR
from optim.hours import HOURS_PER_DAY, Hours, hourly_prices
from optim.inputs import Inputs
from optim.plant_hours import Array, Fixed, PlantHours, ring
from optim.plants import climate_of
from optim.rules.energy_rules import green_rows, surcharges
from optim.sets import Plant
from optim.settings import EXISTING
from optim.tables import Results

_KEYS = ["site_id", "technology"]
_BY_SITE = ["emissions", "direct_charge", "export_price", "demand_charge", "water"]


@dataclass(frozen=True)
class YearData:
    """What the plants of a year are made of.

    Attributes
    ----------
    inputs : Inputs
        Coefficients of sites and plants.
    year : int
        The year of the plan.
    sizes : DataFrame
        By plant: it_mw, meter_mw, solar_mw, wind_mw, battery_mw, battery_mwh.
    runs : dict
        (site_id, technology) -> load group -> mean running IT load [MW].
    window_h : Series
        Longest wait of each load group: the shortest of its classes, not cut at a day.
    price : DataFrame
        Energy price over its mean, sites by month and hour (0 .. 287).
    hours : dict
        site_id -> its rows of the year.
    pue_factor : Series
        PUE of existing halls over that of chilled water, by site.
    surcharge : dict
        (site_id, technology, year) -> what existing halls pay on top of the energy price [CNY/MWh].
    """

    inputs: Inputs
    year: int
    sizes: pd.DataFrame
    runs: dict[Plant, dict[str, float]]
    window_h: pd.Series
    price: pd.DataFrame
    hours: dict[str, pd.DataFrame]
    pue_factor: pd.Series
    surcharge: dict[tuple[str, str, int], float]


def year_data(survey: Survey, inputs: Inputs, results: Results, year_hours: pd.DataFrame) -> YearData:
    """Return the data of the last year of a plan.

    Parameters
    ----------
    survey : Survey
        Tables of the plan.
    inputs : Inputs
        Those of the plan.
    results : Results
        `halls`, `supply`, `runs`.
    year_hours : DataFrame
        8760 rows a site, as `geodata.year_hours.year_hours` gives them.

    Raises
    ------
    TableError
        Sites of the plan without the hours of the year.
    """
    year = int(results.halls["year"].max())
    sizes = _sizes(results, year)
    hours = {str(site): rows.reset_index(drop=True) for site, rows in year_hours.groupby("site_id")}
    _complete(sizes, hours)
    classes = survey.classes.set_index("class_id")
    wait = classes["deferrable_h"].astype(int).groupby(inputs.groups.of_class).min()
    return YearData(
        inputs=inputs,
        year=year,
        sizes=sizes,
        runs=_runs(results.runs[results.runs["year"] == year]),
        window_h=wait * int(inputs.asked.load.defer),
        price=_prices(survey, hours, inputs),
        hours=hours,
        pue_factor=survey.stock.set_index("site_id")["pue_factor"].astype(float),
        surcharge=surcharges(inputs.rules, inputs.plants.table["pue_mean"]),
    )


def _sizes(results: Results, year: int) -> pd.DataFrame:
    halls = results.halls[(results.halls["year"] == year) & (results.halls["it_mw"] > 0)]
    supply = results.supply[results.supply["year"] == year].set_index(_KEYS)
    columns = ["solar_mw", "wind_mw", "battery_mw", "battery_mwh"]
    return halls.set_index(_KEYS)[["it_mw", "meter_mw"]].join(supply[columns]).fillna(0.0)


def _runs(table: pd.DataFrame) -> dict[Plant, dict[str, float]]:
    runs: dict[Plant, dict[str, float]] = {}
    columns = [*_KEYS, "load_group", "run_mw"]
    for site, technology, group, run_mw in table[columns].itertuples(index=False, name=None):
        runs.setdefault((str(site), str(technology)), {})[str(group)] = float(run_mw)
    return runs


def _complete(sizes: pd.DataFrame, hours: dict[str, pd.DataFrame]) -> None:
    wanted = sizes.index.get_level_values("site_id").unique()
    lost = [str(s) for s in wanted if len(hours.get(str(s), ())) != 365 * HOURS_PER_DAY]
    if lost:
        raise TableError(
            f"hours of the year: found no 8760 hours for {', '.join(lost[:5])} ({len(lost)} in all), "
            "expected them for every site of the plan"
        )


def _prices(survey: Survey, hours: dict[str, pd.DataFrame], inputs: Inputs) -> pd.DataFrame:
    """Return the price factor of each hour of each month, by site; its mean over 8760 hours is one."""
    if not hours:
        return pd.DataFrame()
    days = next(iter(hours.values()))["month"].value_counts().sort_index() / HOURS_PER_DAY
    months = range(MONTHS_PER_YEAR)
    table = pd.DataFrame({"day": months, "month": days.index, "weight_days": days.to_numpy()})
    year = Hours(tuple(months), np.repeat(days.to_numpy(dtype=float), HOURS_PER_DAY), table)
    factor = 1.0 + inputs.asked.costs.time_of_use_factor * (hourly_prices(survey, year) - 1.0)
    zone = survey.candidates.set_index("site_id")["tariff_zone"].loc[list(hours)]
    return factor.loc[zone].set_axis(zone.index)


def months_of(data: YearData, plant: Plant) -> list[PlantHours]:
    """Return a plant in each month of the year; battery and backlog close into a ring in each."""
    month = data.hours[plant[0]]["month"].to_numpy()
    columns, fixed = _columns(data, plant), _fixed(data, plant)
    return [
        _month(data, plant, fixed, {name: values[month == k] for name, values in columns.items()})
        for k in range(1, MONTHS_PER_YEAR + 1)
    ]


def _columns(data: YearData, plant: Plant) -> dict[str, Array]:
    """Return what differs by hour, in the 8760 hours."""
    site, technology = plant
    rows, size = data.hours[site], _numbers(data.sizes.loc[[plant]])
    climate = climate_of(technology, data.inputs.asked.cooling)
    factor = float(data.pue_factor[site]) if technology == EXISTING else 1.0
    solar, wind, pue, wue = (
        rows[name].to_numpy(dtype=float)
        for name in ("solar_capacity_factor", "wind_capacity_factor", f"pue_{climate}", f"wue_{climate}")
    )
    number = (rows["month"].to_numpy() - 1) * HOURS_PER_DAY + rows["hour"].to_numpy()
    price = float(data.inputs.site["energy"][site]) * data.price.loc[site].to_numpy(dtype=float)[number]
    surcharge = data.surcharge.get((*plant, data.year), 0.0) * data.inputs.scale
    return {
        "pue": pue * factor,
        "wue": wue,
        "energy": price + surcharge,
        "available_mw": solar * size["solar_mw"] + wind * size["wind_mw"],
    }


def _month(data: YearData, plant: Plant, fixed: Fixed, columns: dict[str, Array]) -> PlantHours:
    days = len(columns["pue"]) // HOURS_PER_DAY
    shape = data.inputs.groups.shape
    arriving = np.zeros(HOURS_PER_DAY)
    waiting: dict[int, tuple[Array, Array]] = {}
    for group, run_mw in data.runs.get(plant, {}).items():
        load, window = shape.loc[group].to_numpy(dtype=float) * run_mw, int(data.window_h[group])
        arriving = arriving + load
        if window:
            before = waiting.get(window, (np.zeros(HOURS_PER_DAY), np.zeros(HOURS_PER_DAY)))
            waiting[window] = (before[0] + load, before[1] + _last(load, window))
    tiled = {k: (np.tile(a, days), np.tile(b, days)) for k, (a, b) in sorted(waiting.items())}
    return PlantHours(ring(days * HOURS_PER_DAY), fixed, np.tile(arriving, days), tiled, **columns)


def _last(load: Array, window: int) -> Array:
    """Return the work of the last `window` hours at each hour of a day that repeats [MWh]."""
    return np.asarray(sum(np.roll(load, j % HOURS_PER_DAY) for j in range(window)), dtype=float)


def _fixed(data: YearData, plant: Plant) -> Fixed:
    inputs, prices = data.inputs, data.inputs.prices
    size, site = _numbers(data.sizes.loc[[plant]]), _numbers(inputs.site.loc[[plant[0]], _BY_SITE])
    certificate = prices["certificate_cny_per_mwh"] * inputs.scale
    share = certificate_share(inputs, plant, data.year)
    bears = certificate * (share > 0)
    return Fixed(
        it_max_mw=prices["load_share_max"] * size["it_mw"],
        meter_mw=size["meter_mw"],
        export_max_mw=size["meter_mw"] if inputs.asked.supply.export else 0.0,
        battery_mw=size["battery_mw"],
        battery_mwh=size["battery_mwh"],
        battery_keep=1.0 - prices["battery_loss_share_per_h"],
        battery_in=prices["battery_charge_efficiency_share"],
        battery_per_out=1.0 / prices["battery_discharge_efficiency_share"],
        beside_purchase=prices["carbon_cny_per_tco2"] * inputs.scale * site["emissions"]
        + share * certificate,
        direct=site["direct_charge"] - (bears - share * certificate),
        export=site["export_price"] + bears,
        demand=site["demand_charge"] / MONTHS_PER_YEAR,
        water=site["water"],
    )


def _numbers(row: pd.DataFrame) -> dict[str, float]:
    """Return the only row of a table as numbers by column."""
    return {str(name): float(values.iloc[0]) for name, values in row.items()}


def certificate_share(inputs: Inputs, plant: Plant, year: int) -> float:
    """Return the largest share for which certificates may stand in, in the plant's place and year; else 0."""
    number = {r.rule_id: r.number for r in inputs.rules if r.accounting == "certificates"}
    rows = green_rows(inputs.rules, [(*plant, year)])
    return max((number[r] for *_, r in rows if r in number), default=0.0)
