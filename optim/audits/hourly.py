"""The dispatch as arrays, plants and years by hours, and what the survey has for those hours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from optim.audits.case import PLANT, Case, base_technology
from optim.audits.checks import Array
from optim.settings import EXISTING

_FLOWS = [
    "it_load_mw",
    "facility_mw",
    "purchase_mw",
    "direct_mw",
    "export_mw",
    "curtailed_mw",
    "charge_mw",
    "discharge_mw",
    "stored_mwh",
    "backlog_mwh",
]


@dataclass(frozen=True)
class Hourly:
    """Dispatch (plants and years by hours).

    Attributes
    ----------
    keys : MultiIndex
        site_id, technology, year of each row.
    days : tuple of int
        Days kept.
    weight_h : array
        Hours of the year that each hour stands for.
    count : array
        Rows of the dispatch table by plant, year and hour: 1 each in a sound plan.
    values : dict of arrays
        Columns of the dispatch table.
    """

    keys: pd.MultiIndex
    days: tuple[int, ...]
    weight_h: Array
    count: Array
    values: dict[str, Array]

    def __getitem__(self, column: str) -> Array:
        """Return a column of the dispatch table."""
        return self.values[column]

    def yearly(self, values: Array) -> pd.Series:
        """Return the weighted sum over the hours, by plant and year."""
        return pd.Series(values @ self.weight_h, index=self.keys)

    def held(self, table: pd.DataFrame, column: str) -> Array:
        """Return a yearly column of another table, a value for each row (0 where it has none)."""
        sums = table.groupby(PLANT)[column].sum().reindex(self.keys, fill_value=0.0)
        return np.asarray(sums.to_numpy(dtype=float)[:, None])

    def place(self, number: int) -> str:
        """Return the name of an item of a flat array."""
        row, hour = divmod(number, len(self.weight_h))
        site, technology, year = self.keys[row]
        return f"{site} {technology} {year} day {self.days[hour // 24]} hour {hour % 24}"


def hourly_of(case: Case) -> Hourly:
    """Return the dispatch of all plants and years that any table speaks of."""
    results = case.results
    speaking = [results.halls, results.dispatch, results.supply, results.runs, results.operation]
    rows = pd.concat([table[PLANT].drop_duplicates() for table in speaking]).drop_duplicates()
    keys = pd.MultiIndex.from_frame(rows.sort_values(PLANT))
    flat = flat_places(keys, case.hours.days, results.dispatch)
    known = flat >= 0
    shape = (len(keys), case.hours.count)

    def spread(weights: Array) -> Array:
        sums = np.bincount(flat[known], weights[known], minlength=shape[0] * shape[1])
        return np.asarray(sums.reshape(shape), dtype=float)

    values = {name: spread(results.dispatch[name].to_numpy(dtype=float)) for name in _FLOWS}
    return Hourly(keys, case.hours.days, case.hours.weight_h, spread(np.ones(len(flat))), values)


def flat_places(keys: pd.MultiIndex, days: tuple[int, ...], table: pd.DataFrame) -> np.ndarray:
    """Return where the rows of an hourly table lie in a flat array of plants and years by hours, or -1."""
    row = keys.get_indexer(pd.MultiIndex.from_frame(table[PLANT]))
    day = pd.Index(days).get_indexer(pd.Index(table["day"]))
    place = row * len(days) * 24 + day * 24 + table["hour"].to_numpy(dtype=int)
    return np.where((row >= 0) & (day >= 0), place, -1)


def by_site(case: Case, table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return a column of `profiles` or `cooling_hours` as sites by hours of the days kept."""
    sites, days = case.sites.index, case.hours.days
    day = pd.Index(days).get_indexer(pd.Index(table["day"]))
    site = sites.get_indexer(pd.Index(table["site_id"]))
    known = (day >= 0) & (site >= 0)
    out = np.zeros((len(sites), case.hours.count))
    out[site[known], (day * 24 + table["hour"].to_numpy())[known]] = table[column].to_numpy(dtype=float)[
        known
    ]
    return pd.DataFrame(out, index=sites)


def at_plants(hourly: Hourly, figure: pd.DataFrame) -> Array:
    """Return a figure of sites by hours for each plant and year."""
    return np.asarray(figure.reindex(hourly.keys.get_level_values("site_id")).to_numpy(dtype=float))


def cooling_of(case: Case, hourly: Hourly, kind: str) -> Array:
    """Return the hourly PUE or WUE of each plant and year; old halls have more PUE by their factor."""
    technology = base_technology(case, hourly.keys.get_level_values("technology"))
    out = np.full((len(hourly.keys), len(hourly.weight_h)), np.nan)
    for name in technology.unique():
        mine = np.asarray(technology == name)
        figure = by_site(case, case.survey.cooling_hours, f"{kind}_{name}")
        out[mine] = at_plants(hourly, figure)[mine]
    return out * (stock_factor(case, hourly.keys)[:, None] if kind == "pue" else 1.0)


def stock_factor(case: Case, keys: pd.MultiIndex) -> Array:
    """Return the factor on PUE of each plant: that of the existing halls, 1 for others."""
    factor = case.survey.stock.set_index("site_id")["pue_factor"].astype(float)
    of_site = factor.reindex(keys.get_level_values("site_id")).fillna(1.0).to_numpy(dtype=float)
    return np.where(keys.get_level_values("technology") == EXISTING, of_site, 1.0)


def annual_cooling(case: Case, keys: pd.MultiIndex, column: str) -> pd.Series:
    """Return the yearly mean or peak PUE, or the WUE, of each plant."""
    table = case.survey.cooling.set_index(["site_id", "technology"])[column].astype(float)
    base = base_technology(case, keys.get_level_values("technology"))
    found = table.reindex(pd.MultiIndex.from_arrays([keys.get_level_values("site_id"), base]))
    factor = 1.0 if column == "wue" else stock_factor(case, keys)
    return pd.Series(found.to_numpy(dtype=float) * factor, index=keys)
