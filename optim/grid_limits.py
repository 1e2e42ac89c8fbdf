"""What places limit: headroom of the grid and its upgrades, and water quotas, in the units of the model."""

from __future__ import annotations

import pandas as pd

from geodata.tables import Survey
from optim.economics import Money

MW_PER_GW = 1e3


def headroom_gw(survey: Survey, years: tuple[int, ...]) -> dict[tuple[str, int], float]:
    """Return (province, year) -> free capacity [GW]."""
    table = survey.headroom[survey.headroom["year"].isin(years)]
    return {
        (str(p), int(y)): float(v) / MW_PER_GW
        for p, y, v in zip(table["province"], table["year"], table["headroom_mw"], strict=True)
    }


def upgrades(survey: Survey, prices: Money, scale: float) -> pd.DataFrame:
    """Return province, step, size_gw, cost [M CNY per GW and year], earliest_year of headroom upgrades."""
    table = survey.upgrades[survey.upgrades["province"].isin(set(survey.candidates["province"]))]
    yearly = table["price_m_cny_per_mw"] * MW_PER_GW * prices.annuity("connection_life_years") * scale
    return table.assign(size_gw=table["size_mw"] / MW_PER_GW, cost=yearly)[
        ["province", "step", "size_gw", "cost", "earliest_year"]
    ].reset_index(drop=True)


def quotas(survey: Survey, years: tuple[int, ...]) -> pd.DataFrame:
    """Return quota_id, year, water_mm3 and the sites in scope (a tuple)."""
    table = survey.quotas[survey.quotas["year"].isin(years)]
    sites = survey.candidates.set_index("site_id")
    column = {"basin": "basin", "province": "province", "cluster": "cluster_id"}
    members = [
        tuple(sites.index[sites[column[str(kind)]] == place])
        for kind, place in zip(table["kind"], table["place"], strict=True)
    ]
    out = table[["quota_id", "year"]].assign(water_mm3=table["water_m3"] / 1e6)
    out["sites"] = pd.Series(members, index=out.index, dtype=object)
    return out.reset_index(drop=True)
