"""Accelerators bought: by the scenario's mix, or as the model chose; cards, computing power, cost."""

from __future__ import annotations

import pandas as pd

from optim.inputs import MW_PER_GW
from optim.model import Model

_KW_PER_MW = 1e3
_COLUMNS = [
    "accelerator_id",
    "year",
    "it_mw",
    "cards",
    "supply_cards",
    "replaced_cards",
    "pflops",
    "cost_m_cny",
]


def accelerator_use(model: Model, accelerators: pd.DataFrame, new_it_mw: pd.Series) -> pd.DataFrame:
    """Return `AcceleratorUse` rows.

    With the mix, the IT power added in a year is shared by `mix_share`, outside the objective and without
    replacement. If the choice is open, the cards are those that the model buys; of them, the cards that
    replace what was bought a life before are told apart.

    Parameters
    ----------
    model : Model
        Solved.
    accelerators : DataFrame
        `geodata.tables.Accelerators`.
    new_it_mw : Series
        IT power added in each year [MW], indexed by year.

    Returns
    -------
    DataFrame
        cards = IT power / system power per card; PFLOPS dense BF16; cost of purchase, not discounted.
    """
    table = accelerators[accelerators["year"].isin(new_it_mw.index)].copy()
    keys = list(zip(table["accelerator_id"], table["year"], strict=True))
    bought = model.pyomo.accelerators.component("bought_gw")
    if bought is None:
        table["it_mw"] = table["year"].map(new_it_mw) * table["mix_share"]
        table["replaced_cards"] = 0.0
    else:
        amounts = {key: max(0.0, data.value or 0.0) * MW_PER_GW for key, data in bought.items()}
        table["it_mw"] = [amounts[key] for key in keys]
        worn = [
            amounts.get((a, y - int(n)), 0.0) for (a, y), n in zip(keys, table["life_years"], strict=True)
        ]
        table["replaced_cards"] = (
            pd.Series(worn, index=table.index) * _KW_PER_MW / table["system_kw_per_card"]
        )
    table["cards"] = table["it_mw"] * _KW_PER_MW / table["system_kw_per_card"]
    table["replaced_cards"] = table["replaced_cards"].clip(upper=table["cards"])
    table["pflops"] = table["cards"] * table["pflops_per_card"]
    table["cost_m_cny"] = table["cards"] * table["price_m_cny_per_card"]
    return table[_COLUMNS].reset_index(drop=True)
