"""Components of the tariff by zone and voltage: what the posted price is made of."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from geodata.read import builtin
from geodata.schemas.hours import TariffParts
from geodata.tables import checked

COLUMNS = list(TariffParts.to_schema().columns)


def measure_tariff_parts(tables: Path | None = None) -> pd.DataFrame:
    """Return the components of the tariff by zone and voltage.

    Parameters
    ----------
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    DataFrame
        `geodata.tables.TariffParts`: proxy_energy and spot_energy (CNY/MWh at the grid's edge), loss (share
        of the energy sent), transmission_energy, system_charge, funds (CNY/MWh), demand_charge (CNY/MW-month,
        on the monthly peak) or in its place capacity_charge (CNY/MVA-month, on the transformers), and the
        adders of the sub-zones of Guangdong, which no price of ours contains. Voltage empty: at every one.

    References
    ----------
    `tariffs.csv` (what the plan pays, 220 kV) and `tariff_parts.csv` (the other voltages). Transmission,
    demand and capacity charge: NDRC notice 1077 of 2026, from 2026-08. At 10 and 35 kV few are known.
    """
    rows = pd.concat([builtin("tariffs", tables), builtin("tariff_parts", tables)], ignore_index=True)
    zones = {zone: i for i, zone in enumerate(rows["tariff_zone"].drop_duplicates())}
    rows = rows.sort_values("tariff_zone", key=lambda c: c.map(zones), kind="stable")
    return checked(rows[COLUMNS], TariffParts, "tariff parts")
