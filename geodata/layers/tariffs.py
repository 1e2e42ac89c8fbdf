"""Electricity prices of a candidate: two-part tariff by zone, negotiated and spot prices where known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from geodata.layers.direct_supply import direct_charges, export_prices
from geodata.read import builtin, numbers, read_file
from geodata.tables import TableError

LOW_CNY_PER_MWH = 10.0  # no price by energy is so low; the cell is in CNY per kWh
HIGH_CNY_PER_MWH = 10_000.0  # nor so high
LOW_CNY_PER_MW_MONTH = 1_000.0  # no demand charge is so low; the cell is in CNY per kW
FILE_COLUMNS = (
    "place",
    "energy_price_cny_per_mwh",
    "demand_charge_cny_per_mw_month",
    "price_negotiated_cny_per_mwh",
    "direct_charge_cny_per_mwh",
    "export_price_cny_per_mwh",
)
WHERE = "geodata.tariffs.tariff_file"
BY_ENERGY = {
    "energy_price": "energy price",
    "price_negotiated": "contract price",
    "direct_charge": "direct charge",
    "export_price": "export price",
}
PRICES = {
    "energy_price_cny_per_mwh": "energy_price_posted_cny_per_mwh",
    "demand_charge_cny_per_mw_month": "demand_charge_posted_cny_per_mw_month",
    "price_negotiated_cny_per_mwh": "price_negotiated_cny_per_mwh",
    "direct_charge_cny_per_mwh": "direct_charge_cny_per_mwh",
    "export_price_cny_per_mwh": "export_price_cny_per_mwh",
}


class Settings(BaseModel):
    """Electricity prices."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tariff_file: Path | None = Field(
        None,
        description="own prices (CSV, XLSX, Parquet): place (tariff zone or site_id), "
        "energy_price_cny_per_mwh, demand_charge_cny_per_mw_month, price_negotiated_cny_per_mwh, "
        "direct_charge_cny_per_mwh, export_price_cny_per_mwh; empty cells keep the built-in value",
    )
    tariff_hours_file: Path | None = Field(
        None,
        description="own delivered energy prices by time of use (CSV, XLSX, Parquet): place (tariff zone), "
        "month, hour, energy_price_cny_per_mwh; all 288 hours of a zone",
    )
    energy_factor: float = Field(
        1.0, gt=0, description="multiplies proxy and spot price, before losses and charges"
    )


def measure_tariffs(places: pd.DataFrame, settings: Settings, tables: Path | None = None) -> pd.DataFrame:
    """Return the tariff zone and the prices of each place.

    Parameters
    ----------
    places : DataFrame
        site_id, province, prefecture.
    settings : Settings
        Own prices and the factor on energy.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    DataFrame
        Index site_id: tariff_zone, energy_price_posted_cny_per_mwh, demand_charge_posted_cny_per_mw_month,
        price_negotiated_cny_per_mwh, energy_price_spot_cny_per_mwh, direct_charge_cny_per_mwh,
        export_price_cny_per_mwh, tariff_confidence.

    Raises
    ------
    TableError
        A place without tariff zone, or faults of the user's file.
    """
    zone = tariff_zone(places, tables)
    prices = zone_prices(settings.energy_factor, tables).reindex(zone.to_numpy()).set_index(zone.index)
    prices = prices.assign(tariff_zone=zone, price_negotiated_cny_per_mwh=negotiated(places, tables))
    return prices if settings.tariff_file is None else with_own(prices, settings.tariff_file)


def tariff_zone(places: pd.DataFrame, tables: Path | None = None) -> pd.Series:
    """Return the tariff zone of each place, by prefecture where the province has several; index site_id."""
    zones = builtin("tariff_zones", tables).set_index(["province", "prefecture"])["tariff_zone"]
    fine = [zones.get((p, q)) for p, q in zip(places["province"], places["prefecture"], strict=True)]
    coarse = [zones.get((p, "")) for p in places["province"]]
    zone = pd.Series(
        [a or b for a, b in zip(fine, coarse, strict=True)], index=places["site_id"].to_numpy(), dtype="str"
    )
    if zone.isna().any():
        lost = sorted(set(places["province"][zone.isna().to_numpy()]))
        raise TableError(f"tariff_zones.csv: no tariff zone for province {', '.join(lost)}")
    return zone.rename_axis("site_id")


def zone_prices(energy_factor: float = 1.0, tables: Path | None = None) -> pd.DataFrame:
    """Return energy price and demand charge of each tariff zone.

    energy price = proxy / (1 - loss) + transmission + system charge + funds.

    Parameters
    ----------
    energy_factor : float
        Multiplies proxy and spot price.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    DataFrame
        Index tariff_zone: posted energy price, demand charge, spot energy price (NaN: none), what direct
        supply pays, what export earns, confidence.
    """
    rows = builtin("tariffs", tables)
    part = rows.pivot(index="tariff_zone", columns="component", values="value")
    rest = part["transmission_energy"] + part["system_charge"] + part["funds"]
    posted = energy_factor * part["proxy_energy"] / (1 - part["loss"]) + rest
    return pd.DataFrame(
        {
            "energy_price_posted_cny_per_mwh": posted,
            "demand_charge_posted_cny_per_mw_month": part["demand_charge"],
            "energy_price_spot_cny_per_mwh": energy_factor * part["spot_energy"] / (1 - part["loss"]) + rest,
            "direct_charge_cny_per_mwh": direct_charges(part, energy_factor),
            "export_price_cny_per_mwh": export_prices(part, energy_factor, tables),
            "tariff_confidence": _weakest(rows[rows["component"] != "spot_energy"]),
        }
    )


def energy_parts(energy_factor: float = 1.0, tables: Path | None = None) -> pd.DataFrame:
    """Return what the posted energy price of each zone is the sum of [CNY/MWh], index tariff_zone.

    Columns proxy_energy, loss (proxy x loss / (1 - loss)), transmission_energy, system_charge, funds.
    """
    part = builtin("tariffs", tables).pivot(index="tariff_zone", columns="component", values="value")
    energy = energy_factor * part["proxy_energy"]
    return pd.DataFrame(
        {
            "proxy_energy": energy,
            "loss": energy * part["loss"] / (1 - part["loss"]),
            **{c: part[c] for c in ("transmission_energy", "system_charge", "funds")},
        }
    )


def own_posted(path: Path, zones: list[str]) -> pd.Series:
    """Return the energy price that the user's file gives to tariff zones [CNY/MWh], NaN elsewhere."""
    return _own_table(path, None)["energy_price_cny_per_mwh"].reindex(zones)


def _weakest(rows: pd.DataFrame) -> pd.Series:
    rank = rows["confidence"].map({"low": 0, "medium": 1, "high": 2})
    return rank.groupby(rows["tariff_zone"]).min().map({0: "low", 1: "medium", 2: "high"})


def negotiated(places: pd.DataFrame, tables: Path | None = None) -> np.ndarray:
    """Return the contract price known for the prefecture or the province [CNY/MWh], NaN elsewhere."""
    known = builtin("negotiated_prices", tables).set_index(["province", "prefecture"])["price"]
    keys = zip(places["province"], places["prefecture"], strict=True)
    return np.array([known.get((p, q), known.get((p, ""), np.nan)) for p, q in keys], dtype=float)


def with_own(prices: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return the prices with the user's in place; rows by site_id go before rows by tariff zone.

    Under a posted price of the user the direct charge stays as built in, but not above that price.
    """
    own = _own_table(path, set(prices["tariff_zone"]) | set(prices.index))
    by_zone = own.reindex(prices["tariff_zone"].to_numpy()).set_index(prices.index)
    given = own.reindex(prices.index).combine_first(by_zone).rename(columns=PRICES)
    hit = given[list(PRICES.values())[:2]].notna().all(axis=1)
    mixed = prices.assign(**{c: given[c].fillna(prices[c]) for c in PRICES.values()})
    charge = mixed["direct_charge_cny_per_mwh"].clip(upper=mixed["energy_price_posted_cny_per_mwh"])
    charge = given["direct_charge_cny_per_mwh"].fillna(charge)
    return mixed.assign(
        direct_charge_cny_per_mwh=charge, tariff_confidence=prices["tariff_confidence"].where(~hit, "medium")
    )


def _own_table(path: Path, places: set[str] | None) -> pd.DataFrame:
    """Return the user's cells, index place; without `places` any place will do."""
    where = f"{WHERE} ({path})"
    table = read_file(path, WHERE)
    missing = {"place"} - set(table.columns)
    unknown = set(table.columns) - set(FILE_COLUMNS)
    if missing or unknown:
        raise TableError(
            f"{where}: found columns {', '.join(table.columns)}, expected {', '.join(FILE_COLUMNS)}"
        )
    whole = table.assign(**{c: "" for c in FILE_COLUMNS if c not in table.columns})
    own = numbers(whole, list(FILE_COLUMNS[1:]), where).set_index("place")[list(FILE_COLUMNS[1:])]
    lost = [(i, p) for i, p in enumerate(own.index, 1) if places is not None and p not in places]
    faults = [
        f"place {p or 'is empty'}: neither a tariff zone in use nor a site_id (row {i})" for i, p in lost
    ]
    faults += [f"{p}: given twice" for p in own.index[own.index.duplicated()]]
    faults += [f"{p}: negative price" for p in own.index[(own < 0).any(axis=1)]]
    faults += _unit_faults(own)
    if faults:
        raise TableError(f"{where}: " + "; ".join(faults))
    return own


def _unit_faults(own: pd.DataFrame) -> list[str]:
    """Return the prices that look as if they were in another unit; 0 is a price."""
    faults = []
    for column, name in BY_ENERGY.items():
        price = own[f"{column}_cny_per_mwh"]
        low, high = own.index[(price > 0) & (price < LOW_CNY_PER_MWH)], own.index[price > HIGH_CNY_PER_MWH]
        faults += [f"{p}: {name} below {LOW_CNY_PER_MWH:g} CNY/MWh; is it in CNY per kWh?" for p in low]
        faults += [f"{p}: {name} above {HIGH_CNY_PER_MWH:g} CNY/MWh; is the unit right?" for p in high]
    charge = own["demand_charge_cny_per_mw_month"]
    low = own.index[(charge > 0) & (charge < LOW_CNY_PER_MW_MONTH)]
    limit = f"{LOW_CNY_PER_MW_MONTH:g} CNY per MW and month"
    return faults + [f"{p}: demand charge below {limit}; is it in CNY per kW?" for p in low]
