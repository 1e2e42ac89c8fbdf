"""Accelerators bought under the scenario's mix: cards, computing power, cost; outside the objective."""

from __future__ import annotations

import pandas as pd


def accelerator_use(accelerators: pd.DataFrame, new_it_mw: pd.Series) -> pd.DataFrame:
    """Return `AcceleratorUse` rows.

    Parameters
    ----------
    accelerators : DataFrame
        `geodata.tables.Accelerators`.
    new_it_mw : Series
        IT power added in each year [MW], indexed by year.

    Returns
    -------
    DataFrame
        cards = IT power x share / system power per card; PFLOPS dense BF16; cost not discounted.
    """
    table = accelerators[accelerators["year"].isin(new_it_mw.index)].copy()
    table["it_mw"] = table["year"].map(new_it_mw) * table["mix_share"]
    table["cards"] = table["it_mw"] * 1e3 / table["system_kw_per_card"]
    table["pflops"] = table["cards"] * table["pflops_per_card"]
    table["cost_m_cny"] = table["cards"] * table["price_m_cny_per_card"]
    columns = ["accelerator_id", "year", "it_mw", "cards", "supply_cards", "pflops", "cost_m_cny"]
    return table[columns].reset_index(drop=True)
