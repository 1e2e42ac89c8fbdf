"""Grid connections of a site by voltage: how much each carries, what it costs, how long it takes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from geodata.layers.grid import Settings
from geodata.read import builtin
from geodata.tables import TableError, VoltageSteps, checked

COLUMNS = list(VoltageSteps.to_schema().columns)
WHERE = "geodata.grid.connection_steps_kv"


def measure_voltage_steps(settings: Settings, tables: Path | None = None) -> pd.DataFrame:
    """Return the connections that a site may have, lowest voltage first; the first row is the base step.

    Parameters
    ----------
    settings : Settings
        Which voltages of `voltage_steps.csv` there are.
    tables : Path, optional
        Folder of tables that stand in for built-in ones.

    Returns
    -------
    DataFrame
        `geodata.tables.VoltageSteps`.

    Raises
    ------
    TableError
        A voltage that the table lacks, or a higher voltage that carries no more than a lower one.
    """
    rows = builtin("voltage_steps", tables)
    known = set(rows["voltage_kv"])
    lost = [f"{kv:g}" for kv in settings.connection_steps_kv if kv not in known]
    if lost or not settings.connection_steps_kv:
        found = ", ".join(lost) or "none"
        expected = ", ".join(f"{kv:g}" for kv in sorted(known))
        raise TableError(f"{WHERE}: found {found}, expected at least one of {expected} (voltage_steps.csv)")
    chosen = rows[rows["voltage_kv"].isin(settings.connection_steps_kv)].sort_values("voltage_kv")
    if not chosen["capacity_mw"].is_monotonic_increasing:
        raise TableError("voltage_steps.csv: found a voltage that carries less than a lower one")
    chosen = chosen.assign(lead_years=chosen["lead_years"].astype(int))
    return checked(chosen[COLUMNS], VoltageSteps, "voltage_steps.csv")
