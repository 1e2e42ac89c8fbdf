"""The user's own energy prices by month and hour of the day."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from geodata.read import numbers, read_file
from geodata.tables import TableError

WHERE = "geodata.tariffs.tariff_hours_file"
NUMERIC = ["month", "hour", "energy_price_cny_per_mwh"]
COLUMNS = ["place", *NUMERIC]
LOW_CNY_PER_MWH = 10.0  # a whole day below that is in CNY per kWh
HIGH_CNY_PER_MWH = 10_000.0
HOURS_PER_ZONE = 12 * 24


def read_hours(path: Path, zones: list[str]) -> pd.DataFrame:
    """Return the user's energy price by tariff zone, month and hour.

    Parameters
    ----------
    path : Path
        CSV, XLSX or Parquet: place (tariff zone), month (1 to 12), hour (0 to 23, begins at this hour), and
        energy_price_cny_per_mwh, delivered, without demand charge; for each zone all 288 hours.
    zones : list of str
        Tariff zones that there are.

    Returns
    -------
    DataFrame
        tariff_zone, month, hour, period ("own"), energy_price_cny_per_mwh [CNY/MWh].

    Raises
    ------
    TableError
        Every fault of the file.
    """
    where = f"{WHERE} ({path})"
    table = read_file(path, WHERE)
    missing = [c for c in COLUMNS if c not in table.columns]
    unknown = [c for c in table.columns if c not in COLUMNS]
    if missing or unknown:
        found = [f"missing column {c}" for c in missing] + [f"unknown column {c}" for c in unknown]
        raise TableError(f"{where}: {'; '.join(found)}; expected {', '.join(COLUMNS)}")
    table = numbers(table, NUMERIC, where)
    faults = _cell_faults(table, zones) or _whole_faults(table)
    if faults:
        raise TableError(f"{where}: " + "; ".join(faults))
    done = table.rename(columns={"place": "tariff_zone"}).astype({"month": int, "hour": int})
    return done.assign(period="own")


def _cell_faults(table: pd.DataFrame, zones: list[str]) -> list[str]:
    month, hour, price = (table[c] for c in NUMERIC)
    checks = {
        "an empty cell": table[NUMERIC].isna().any(axis=1) | (table["place"] == ""),
        "place is no tariff zone": ~table["place"].isin([*zones, ""]),
        "month is not a whole number from 1 to 12": ~month.isin(range(1, 13)) & month.notna(),
        "hour is not a whole number from 0 to 23": ~hour.isin(range(24)) & hour.notna(),
        "price below 0": price < 0,
        f"price above {HIGH_CNY_PER_MWH:g} CNY/MWh; is the unit right?": price > HIGH_CNY_PER_MWH,
        "the same place, month and hour twice": table.duplicated(COLUMNS[:3], keep=False),
    }
    faults = [] if len(table) else ["no rows, expected 288 for each tariff zone"]
    for what, wrong in checks.items():
        at = ", ".join(str(i + 1) for i in table.index[wrong][:5])
        faults += [f"{what} (row {at})"] if at else []
    return faults


def _whole_faults(table: pd.DataFrame) -> list[str]:
    groups = table.groupby("place")["energy_price_cny_per_mwh"]
    count, highest = groups.size(), groups.max()
    faults = [
        f"{zone}: found {n} hours, expected {HOURS_PER_ZONE} (12 months of 24)"
        for zone, n in count.items()
        if n != HOURS_PER_ZONE
    ]
    low = highest.index[highest < LOW_CNY_PER_MWH]
    limit = f"{LOW_CNY_PER_MWH:g} CNY/MWh"
    return faults + [f"{zone}: no price reaches {limit}; is it in CNY per kWh?" for zone in low]
