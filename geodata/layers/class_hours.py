"""Hourly shape of the load of each workload class."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from geodata.read import builtin
from geodata.tables import ClassHours, TableError, checked

HOURS = list(range(24))
TOLERANCE = 1e-3  # of a mean; shapes are written to three decimals
SHOWN = 5


def measure_class_hours(classes: pd.DataFrame, tables: Path | None = None) -> pd.DataFrame:
    """Return the load of each hour of the day over the mean of the day, by workload class.

    Parameters
    ----------
    classes : DataFrame
        `geodata.tables.Classes`.
    tables : Path, optional
        Folder whose `class_hours.csv` stands in for the built-in one.

    Returns
    -------
    DataFrame
        `geodata.tables.ClassHours`: 24 rows a class, of mean 1 to the last digit.

    Raises
    ------
    TableError
        A class without 24 hours, one that is not known, or a shape whose mean is not 1; all faults at once.
    """
    rows = builtin("class_hours", tables)[list(ClassHours.to_schema().columns)]
    table = checked(rows, ClassHours, "class_hours.csv")
    faults = _faults(table, set(classes["class_id"]))
    if faults:
        raise TableError(f"class_hours.csv: {'; '.join(faults)}")
    mean = table.groupby("class_id")["load_factor"].transform("mean")
    return table.assign(load_factor=table["load_factor"] / mean)


def _faults(table: pd.DataFrame, known: set[str]) -> list[str]:
    hours = {str(name): sorted(found) for name, found in table.groupby("class_id")["hour"]}
    mean = table.groupby("class_id")["load_factor"].mean()
    away = mean[(mean - 1).abs() > TOLERANCE]
    return [
        *(f"no hours of class {name}, expected 0 to 23" for name in sorted(known - set(hours))[:SHOWN]),
        *(f"{name} is no class of classes.csv" for name in sorted(set(hours) - known)[:SHOWN]),
        *(f"{name}: expected each hour 0 to 23 once" for name, found in hours.items() if found != HOURS),
        *(f"{name}: mean of load_factor {value:.4g}, expected 1" for name, value in away.items()),
    ]
