"""Plants: the halls of one cooling technology at a site, with their hours and yearly coefficients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.tables import Survey, TableError
from optim.economics import Money
from optim.hours import Hours, by_hour
from optim.settings import EDGE, EXISTING, LIQUID, CoolingSettings, CostSettings

MW_PER_GW = 1e3
_BASE_OF_EXISTING = "chilled_water"


@dataclass(frozen=True)
class Plants:
    """Plants.

    Attributes
    ----------
    table : DataFrame
        Indexed by (site_id, technology): pue_mean, pue_peak, wue of the year; shell, liquid_cooling,
        maintenance [M CNY per GW of modules and year]; limit_gw of existing halls, keep and refit
        [M CNY per GW and year].
    pue, wue : DataFrame
        By plant and hour (columns 0 .. n - 1); WUE in L/kWh.
    """

    table: pd.DataFrame
    pue: pd.DataFrame
    wue: pd.DataFrame

    @property
    def new(self) -> list[tuple[str, str]]:
        """Return the plants of new halls."""
        return [(str(s), str(c)) for s, c in self.table.index if c not in (EXISTING, EDGE)]

    def of_kind(self, kind: str) -> list[tuple[str, str]]:
        """Return the plants of `existing` or `edge`."""
        return [(str(s), str(c)) for s, c in self.table.index if c == kind]


def plants(
    survey: Survey,
    cooling: CoolingSettings,
    hours: Hours,
    cities: set[str],
    prices: Money,
    costs: CostSettings,
) -> Plants:
    """Return all plants that the model may build, put to use, or must run.

    Parameters
    ----------
    survey : Survey
        Candidates, cooling, cooling_hours, stock.
    cooling : CoolingSettings
        Technologies allowed; those that another beats at a site are left out.
    hours : Hours
        Representative hours.
    cities : set of str
        Sites that hold same-city load.
    prices, costs
        Money.

    Raises
    ------
    TableError
        A site without figures of a technology.
    """
    wanted = list(dict.fromkeys([*cooling.technologies, cooling.edge_technology, _BASE_OF_EXISTING]))
    hourly = {c: _hourly(survey, c, hours) for c in wanted}
    annual = _annual(survey, wanted)
    kept = _kept(survey, cooling, hourly, annual, prices)
    edge = pd.MultiIndex.from_tuples([(s, EDGE) for s in sorted(cities)], names=kept.names)
    stock = _stock(survey)
    index = pd.MultiIndex.from_tuples([*kept, *edge, *stock.index], names=kept.names)
    base = [climate_of(c, cooling) for _, c in index]
    factor = stock["pue_factor"].reindex(index).fillna(1.0)
    table = annual.loc[list(zip(index.get_level_values(0), base, strict=True))].set_axis(index)
    table[["pue_mean", "pue_peak"]] = table[["pue_mean", "pue_peak"]].mul(factor, axis=0)
    pue, wue = (_gathered(hourly, index, base, k) for k in (0, 1))
    table = table.join(_money(survey, index, base, prices, costs)).join(
        stock[["limit_gw", "standing_gw", "used_gw"]]
    )
    return Plants(table, pue.mul(factor, axis=0), wue)


def climate_of(technology: str, cooling: CoolingSettings) -> str:
    """Return the technology whose climate figures a plant has."""
    return {EDGE: cooling.edge_technology, EXISTING: _BASE_OF_EXISTING}.get(technology, technology)


def _annual(survey: Survey, technologies: list[str]) -> pd.DataFrame:
    table = survey.cooling[survey.cooling["technology"].isin(technologies)]
    keys = ["site_id", "technology"]
    annual = table.set_index(keys)[["pue_mean", "pue_peak", "wue"]].astype(float)
    wanted = pd.MultiIndex.from_product([survey.candidates["site_id"], technologies], names=keys)
    lost = wanted[~wanted.isin(annual.index)]
    if len(lost):
        text = ", ".join(f"{c} at {s}" for s, c in lost[:5])
        raise TableError(f"cooling table: found no row of {text} ({len(lost)} in all), expected one each")
    return annual


def _hourly(survey: Survey, technology: str, hours: Hours) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return PUE and WUE (sites by hours)."""
    names = (f"pue_{technology}", f"wue_{technology}")
    pue, wue = (by_hour(survey.cooling_hours, name, hours) for name in names)
    lost = sorted(set(survey.candidates["site_id"]) - set(pue.index))
    if lost or pue.isna().any(axis=None) or wue.isna().any(axis=None):
        raise TableError(
            f"cooling_hours: found no full days of {technology} for {', '.join(lost[:5]) or 'some site'}, "
            "expected every hour of every day for each candidate"
        )
    return pue, wue


def _kept(
    survey: Survey,
    cooling: CoolingSettings,
    hourly: dict[str, tuple[pd.DataFrame, pd.DataFrame]],
    annual: pd.DataFrame,
    prices: Money,
) -> pd.MultiIndex:
    """Return the pairs of site and technology, without those that another technology beats in everything."""
    allowed = list(dict.fromkeys(cooling.technologies))
    sites = [str(s) for s in survey.candidates["site_id"]]
    beaten = np.zeros((len(sites), len(allowed)), dtype=bool)
    for k, worse in enumerate(allowed):
        for j, better in enumerate(allowed):
            if j != k and not cooling.keep_dominated and _cost(better, prices) <= _cost(worse, prices):
                beats = _beats(sites, hourly[better], hourly[worse], annual, (better, worse))
                tie = _beats(sites, hourly[worse], hourly[better], annual, (worse, better))
                beaten[:, k] |= beats & ~beaten[:, j] & ~(tie & (j > k))
    # What fits liquid-cooled racks is not beaten by what does not.
    pairs = [(s, c) for i, s in enumerate(sites) for k, c in enumerate(allowed) if not beaten[i, k]]
    return pd.MultiIndex.from_tuples(pairs, names=["site_id", "technology"])


def _cost(technology: str, prices: Money) -> float:
    return prices["liquid_cooling_m_cny_per_mw"] if technology in LIQUID else 0.0


def _beats(
    sites: list[str],
    better: tuple[pd.DataFrame, pd.DataFrame],
    worse: tuple[pd.DataFrame, pd.DataFrame],
    annual: pd.DataFrame,
    pair: tuple[str, str],
) -> np.ndarray:
    """Return, by site, whether one technology is at least as good as another in every hour and figure."""
    if (pair[1] in LIQUID) and (pair[0] not in LIQUID):
        return np.zeros(len(sites), dtype=bool)
    hours = [
        (b.loc[sites].to_numpy() <= w.loc[sites].to_numpy() + 1e-12).all(axis=1)
        for b, w in zip(better, worse, strict=True)
    ]
    first, second = (annual.xs(c, level="technology").loc[sites] for c in pair)
    year = (first.to_numpy() <= second.to_numpy() + 1e-12).all(axis=1)
    return np.asarray(hours[0] & hours[1] & year)


def _stock(survey: Survey) -> pd.DataFrame:
    """Return existing halls: standing, in use, and idle halls that the plan may put to use [GW]."""
    table = survey.stock.assign(technology=EXISTING).set_index(["site_id", "technology"])
    standing = table["it_mw"].astype(float) / MW_PER_GW
    used = standing * table["used_share"].astype(float)
    return pd.DataFrame(
        {
            "pue_factor": table["pue_factor"].astype(float),
            "standing_gw": standing,
            "used_gw": used,
            "limit_gw": standing - used,
        }
    )


def _gathered(
    hourly: dict[str, tuple[pd.DataFrame, pd.DataFrame]], index: pd.MultiIndex, base: list[str], part: int
) -> pd.DataFrame:
    rows = np.empty((len(index), next(iter(hourly.values()))[0].shape[1]))
    sites = index.get_level_values(0).to_numpy()
    for technology, tables in hourly.items():
        mine = np.asarray([b == technology for b in base], dtype=bool)
        rows[mine] = tables[part].loc[sites[mine]].to_numpy()
    return pd.DataFrame(rows, index=index)


def _money(
    survey: Survey, index: pd.MultiIndex, base: list[str], prices: Money, costs: CostSettings
) -> pd.DataFrame:
    """Return what one GW costs a year; existing halls are paid for, but refitted and kept."""
    scale = costs.all_price_factor
    side = survey.candidates.set_index("site_id")["side"].loc[index.get_level_values(0)]
    regional = np.where(side == "east", costs.east_shell_factor, costs.west_shell_factor)
    is_new = np.asarray([c != EXISTING for _, c in index])
    shell = prices["shell_m_cny_per_mw"] * MW_PER_GW * regional * scale * is_new
    liquid = np.asarray([_cost(b, prices) for b in base]) * MW_PER_GW * scale * is_new
    return pd.DataFrame(
        {
            "shell": shell * prices.annuity("shell_life_years"),
            "liquid_cooling": liquid * prices.annuity("liquid_cooling_life_years"),
            "maintenance": (shell + liquid) * prices["maintenance_share_per_year"],
            "keep": ~is_new * prices["stock_keep_m_cny_per_mw_year"] * MW_PER_GW * scale,
            "refit": ~is_new
            * prices["stock_refit_m_cny_per_mw"]
            * MW_PER_GW
            * prices.annuity("refit_life_years")
            * scale,
        },
        index=index,
    )
