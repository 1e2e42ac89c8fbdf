"""A made-up plan as large as the national one: sites, five years, twelve days, flows, no figure round."""

import dataclasses

import numpy as np
import pandas as pd

from geodata.tables import Survey
from optim.tables import Results
from tests.maps import world

YEARS = range(2026, 2031)
SITES, CANDIDATES, DAYS, FLOWS = 145, 352, 12, 17_000


def national() -> tuple[Survey, Results]:
    """Return survey and plan; every hour of every site is drawn at random, half of them with a battery."""
    known = world.survey(CANDIDATES)
    small = world.results(known, SITES, 10)
    sites = known.candidates["site_id"].head(SITES)
    rng = np.random.default_rng(3)
    tables = {
        name: _all_years(getattr(small, name), rng) for name in ("build", "halls", "supply", "operation")
    }
    days = known.days.head(1).merge(pd.DataFrame({"day_of": range(DAYS)}), how="cross")
    return dataclasses.replace(known, days=days.assign(day=days.pop("day_of"))), dataclasses.replace(
        small,
        **tables,
        costs=_all_years(_costs(sites), rng),
        dispatch=_hours(sites, rng),
        flows=_flows(known, sites, rng),
    )


def _all_years(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    one = table[table["year"] == table["year"].max()]
    return pd.concat([_shaken(one, rng).assign(year=year) for year in YEARS], ignore_index=True)


def _shaken(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the table with each float times a random number, so that no figure is round."""
    floats = table.select_dtypes("float").columns
    return table.assign(**{name: table[name] * rng.uniform(0.5, 1.5, len(table)) for name in floats})


def _costs(sites: pd.Series) -> pd.DataFrame:
    items = ("shell", "energy", "land", "line", "fibre", "wave", "water", "staff", "solar", "wind", "battery")
    rows = [(i, s, "Hebei", "liquid_dry", 2030, 90.0, 80.0) for s in sites for i in items]
    columns = ["item", "site_id", "province", "technology", "year", "cost_m_cny", "discounted_m_cny"]
    return pd.DataFrame(rows, columns=columns)


def _hours(sites: pd.Series, rng: np.random.Generator) -> pd.DataFrame:
    keys = pd.MultiIndex.from_product(
        [sites, ["liquid_dry"], YEARS, range(DAYS), range(24)],
        names=["site_id", "technology", "year", "day", "hour"],
    )
    hours = pd.DataFrame(index=keys).reset_index()
    count, battery = len(hours), hours["site_id"].isin(set(sites[::2]))
    for name in ("purchase_mw", "direct_mw"):
        hours[name] = rng.uniform(0, 400, count)
    for name in ("charge_mw", "discharge_mw"):
        hours[name] = rng.uniform(0, 50, count) * battery
    hours["facility_mw"] = (
        hours["purchase_mw"] + hours["direct_mw"] + hours["discharge_mw"] - hours["charge_mw"]
    )
    rest = ["it_load_mw", "export_mw", "curtailed_mw", "stored_mwh", "backlog_mwh"]
    return hours.assign(**dict.fromkeys(rest, 1.0))


def _flows(known: Survey, sites: pd.Series, rng: np.random.Generator) -> pd.DataFrame:
    keys = pd.MultiIndex.from_product(
        [YEARS, sites, known.zones["zone_id"], known.classes["class_id"]],
        names=["year", "site_id", "zone_id", "class_id"],
    )
    flows = pd.DataFrame(index=keys).reset_index()
    most = flows.sample(min(FLOWS, len(flows)), random_state=3)
    mw = rng.uniform(0.1, 90, len(most))
    return most.assign(it_mw=mw, rtt_ms=12.0, undecided=False, merged=most["class_id"] == "training")
