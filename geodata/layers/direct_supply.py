"""What directly supplied energy still pays, and what surplus of the site's own wind and sun earns."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from geodata.read import builtin
from geodata.tables import TableError

ELSEWHERE = "share"  # row of export_prices.csv: of the proxy energy price


def direct_charges(part: pd.DataFrame, energy_factor: float = 1.0) -> pd.Series:
    """Return what a directly supplied MWh pays in each zone [CNY/MWh]: all of the posted price but energy.

    charge = proxy x loss / (1 - loss) + transmission + system charge + funds; posted price = proxy + charge.

    Parameters
    ----------
    part : DataFrame
        Components of the tariff in columns, index tariff_zone.
    energy_factor : float
        Multiplies the proxy price, and with it the price of losses.

    References
    ----------
    Notice 650 of 2025 (NDRC, NEA) on direct supply of green power: it pays transmission, system charges and
    funds. That losses are paid at the proxy price, as by all users, is our reading.
    """
    losses = energy_factor * part["proxy_energy"] * part["loss"] / (1 - part["loss"])
    return losses + part["transmission_energy"] + part["system_charge"] + part["funds"]


def export_prices(part: pd.DataFrame, energy_factor: float = 1.0, tables: Path | None = None) -> pd.Series:
    """Return what exported wind and sun earn in each zone [CNY/MWh].

    The lower of the mechanism prices of wind and sun where one is known, else a share of the proxy price;
    never above the zone's mean spot price, nor its proxy price.

    Parameters
    ----------
    part : DataFrame
        Components of the tariff in columns, index tariff_zone.
    energy_factor : float
        Multiplies all of these prices.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Raises
    ------
    TableError
        `export_prices.csv` without its share of the proxy price.
    """
    rows = builtin("export_prices", tables)
    share = rows.loc[rows["technology"] == ELSEWHERE, "value"]
    if len(share) != 1:
        raise TableError(f"export_prices.csv: found {len(share)} rows of {ELSEWHERE}, expected one")
    known = rows[rows["technology"] != ELSEWHERE].groupby("tariff_zone")["value"].min()
    price = known.reindex(part.index).fillna(share.iloc[0] * part["proxy_energy"])
    careful = pd.concat([price, part["spot_energy"], part["proxy_energy"]], axis=1).min(axis=1)
    return energy_factor * careful
